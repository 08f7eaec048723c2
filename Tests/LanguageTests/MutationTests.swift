import Foundation
import Testing

@testable import Language

/// A small generator with a fixed seed (SplitMix64).
private struct Generator: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// Programs that are cut, doubled and mixed: whatever they say, nothing may crash.
@Suite struct MutationTests {
  private static let words = [
    "let ", "var ", "func ", "if ", "else ", "for ", " in ", "while ", "return ", "break", "{", "}",
    "(", ")", "[", "]", ",", ":", ";", "\n", "\"", "\\(", "\"\"\"", "&", "$0", ".", "...", "..<",
    "-9223372036854775808", "9223372036854775807", "0", "-1", "1e300", " ** ", " / ", " % ",
    " = ", " += ", "==", "x", "xs", "🙂", "é", "\u{0}", "\t", "/*", "*/", "//", "?", "@", "nil",
    "Int.min", ".append(", ".map", "[0]", "[-1]", "[...]", "stride(from: ",
  ]

  private static func sources() throws -> [String] {
    try CorpusTests.cases.map {
      try String(contentsOf: CorpusTests.folder.appending(path: $0), encoding: .utf8)
    }.filter { $0.utf8.count < 3000 }
  }

  private static func mutate(
    _ text: String, with other: String, _ generator: inout Generator
  ) -> String {
    var bytes = Array(text.utf8)
    for _ in 0..<Int.random(in: 1...4, using: &generator) {
      let at = Int.random(in: 0...bytes.count, using: &generator)
      let end = min(bytes.count, at + Int.random(in: 0...12, using: &generator))
      switch Int.random(in: 0..<5, using: &generator) {
      case 0: bytes.removeSubrange(at..<end)
      case 1: bytes.insert(contentsOf: bytes[at..<end], at: at)
      case 2:
        let word = words.randomElement(using: &generator) ?? ""
        bytes.insert(contentsOf: Array(word.utf8), at: at)
      case 3:
        let piece = Array(other.utf8)
        let from = Int.random(in: 0...piece.count, using: &generator)
        let to = min(piece.count, from + Int.random(in: 0...60, using: &generator))
        bytes.insert(contentsOf: piece[from..<to], at: at)
      default:
        let word = words.randomElement(using: &generator) ?? ""
        bytes.replaceSubrange(at..<end, with: Array(word.utf8))
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test(arguments: 0..<8) func nothingCrashes(_ seed: Int) throws {
    let sources = try Self.sources()
    var generator = Generator(state: UInt64(seed))
    var runs = 0
    for _ in 0..<250 {
      let base = sources.randomElement(using: &generator) ?? ""
      let other = sources.randomElement(using: &generator) ?? ""
      let text = Self.mutate(base, with: other, &generator)
      _ = completeness(of: text)
      let result = outcome(of: text, stepLimit: 3000)
      // Every error has its place and its first line.
      if !result.errors.isEmpty, !result.errors.hasPrefix("Interruption") {
        #expect(result.errors.hasPrefix("error: "))
      } else {
        runs += 1
      }
    }
    #expect(runs > 0)
  }

  @Test func arithmeticAgreesWithSwift() {
    var generator = Generator(state: 99)
    let special = [0, 1, -1, 2, Int.max, Int.min, Int.max - 1, Int.min + 1, 1 << 32]
    for _ in 0..<500 {
      let pick = { (generator: inout Generator) -> Int in
        Bool.random(using: &generator)
          ? special.randomElement(using: &generator) ?? 0
          : Int.random(in: -1000...1000, using: &generator)
      }
      let a = pick(&generator)
      let b = pick(&generator)
      let expected: [(String, Int?)] = [
        ("+", a.addingReportingOverflow(b).overflow ? nil : a &+ b),
        ("-", a.subtractingReportingOverflow(b).overflow ? nil : a &- b),
        ("*", a.multipliedReportingOverflow(by: b).overflow ? nil : a &* b),
        ("/", a.dividedReportingOverflow(by: b).overflow ? nil : a / b),
      ]
      for (sign, result) in expected {
        let actual = outcome(of: "(\(a)) \(sign) (\(b))")
        #expect(actual.output == (result.map { "\($0)\n" } ?? ""), "\(a) \(sign) \(b)")
        #expect(actual.errors.isEmpty == (result != nil))
      }
    }
  }
}
