import Foundation
import TestRandom
import Testing

@testable import Exporters

@Suite struct JSONTests {
  static func random(_ random: inout TestRandom, depth: Int = 0) -> JSON {
    let pieces = ["", "a", "\"", "\\", "\n", "\t", "\u{1}", "é", "👩‍👩‍👧", "/", "\u{7F}", "b: c"]
    func text() -> String {
      (0..<Int.random(in: 0...4, using: &random)).map { _ in random.pick(pieces) }.joined()
    }
    switch Int.random(in: 0...(depth < 4 ? 6 : 4), using: &random) {
    case 0: return .null
    case 1: return .bool(random.chance(50))
    case 2: return .integer(Int.random(in: -1000...1000, using: &random))
    case 3:
      return .number(
        random.pick(["0", "-0.5", "1e9", "1.25E-3", "123456789012345678901234567890"]))
    case 4: return .string(text())
    case 5:
      return .array(
        (0..<Int.random(in: 0...4, using: &random)).map { _ in
          Self.random(&random, depth: depth + 1)
        })
    default:
      var names: Set<String> = []
      for _ in 0..<Int.random(in: 0...4, using: &random) { names.insert(text()) }
      return .object(
        names.sorted().map {
          JSON.Member(name: $0, value: Self.random(&random, depth: depth + 1))
        })
    }
  }

  @Test func writtenAndReadAgain() throws {
    var random = TestRandom(seed: 1)
    for _ in 0..<2000 {
      let value = Self.random(&random)
      #expect(try JSONReader.value(of: Array(value.text.utf8)) == value)
    }
  }

  /// Foundation reads what we write, and we read what it writes.
  @Test func agreesWithFoundation() throws {
    var random = TestRandom(seed: 2)
    for _ in 0..<500 {
      let value = JSON.array([Self.random(&random)])
      let other = try JSONSerialization.jsonObject(with: Data(value.text.utf8))
      let written = try JSONSerialization.data(withJSONObject: other, options: [.sortedKeys])
      let again = try JSONReader.value(of: Array(written))
      let first = try JSONSerialization.jsonObject(with: Data(again.text.utf8))
      #expect(
        try JSONSerialization.data(withJSONObject: first, options: [.sortedKeys]) == written)
    }
  }

  @Test func readsEscapes() throws {
    let text = #"["\u00e9\ud83d\ude00\n\/\"", "\ud83d", "\ude00x"]"#
    #expect(
      try JSONReader.value(of: Array(text.utf8))
        == .array([.string("é😀\n/\""), .string("\u{FFFD}"), .string("\u{FFFD}x")]))
  }

  @Test(arguments: [
    ("", 1, 1, "the text ends where a value should stand"),
    ("[1,\n 2", 1, 1, "this list has no ']'"),
    ("{\"a\" 1}", 1, 6, "a member needs a ':' behind its name"),
    ("[1, 2]\n x", 2, 2, "nothing may stand behind the value"),
    ("[01]", 1, 2, "a number begins with a digit, and with 0 only before a point"),
    ("[1.]", 1, 4, "digits should stand behind the point"),
    ("[nul]", 1, 2, "no value begins so"), ("\"abc", 1, 1, "this string has no closing quote"),
    ("\"\\x\"", 1, 2, "no escape begins with '\\' and this character"),
    ("{\n  1}", 2, 3, "the name of a member should stand here, in quotes"),
    ("[1 2]", 1, 4, "a ',' or ']' should stand here"),
    ("\"\\u12\"", 1, 2, "four hexadecimal digits should stand behind '\\u'"),
  ])
  func errorsHaveAPlace(text: String, line: Int, column: Int, reason: String) {
    #expect(throws: JSONError(line: line, column: column, reason: reason)) {
      try JSONReader.value(of: Array(text.utf8))
    }
  }

  @Test func depthHasALimit() {
    for open in ["[", "{\"a\":"] {
      let text = String(repeating: open, count: 100_000)
      #expect(throws: JSONError.self) { try JSONReader.value(of: Array(text.utf8)) }
    }
    #expect(throws: JSONError.self) { try JSONReader.value(of: [0x22, 0xFF, 0x22]) }
  }
}
