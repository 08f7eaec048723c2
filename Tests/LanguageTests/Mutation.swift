import Foundation

/// Programs that are cut, doubled and mixed.
enum Mutation {
  private static let words = [
    "let ", "var ", "func ", "if ", "else ", "for ", " in ", "while ", "return ", "break", "{", "}",
    "(", ")", "[", "]", ",", ":", ";", "\n", "\"", "\\(", "\"\"\"", "&", "$0", ".", "...", "..<",
    "-9223372036854775808", "9223372036854775807", "0", "-1", "1e300", " ** ", " / ", " % ",
    " = ", " += ", "==", "x", "xs", "🙂", "é", "\u{0}", "\t", "/*", "*/", "//", "?", "@", "nil",
    "Int.min", ".append(", ".map", "[0]", "[-1]", "[...]", "stride(from: ",
  ]

  static func sources() throws -> [String] {
    try CorpusTests.cases.map {
      try String(contentsOf: CorpusTests.folder.appending(path: $0), encoding: .utf8)
    }.filter { $0.utf8.count < 3000 }
  }

  static func mutate(
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
}
