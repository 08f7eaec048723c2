import TestRandom
import Testing

@testable import Notebooks

@Suite struct WriterTests {
  @Test func writesWhatADesignerWouldWrite() throws {
    var writer = CellFileWriter(settings: [("title", "My session"), ("seed", "7")])
    writer.prose("# A first look\n\nText.")
    writer.code(
      "let a = 1\na", title: "One", attributes: [.init(key: "id", value: "one")],
      recording: [RecordedLine(.output, "1"), RecordedLine(.output, "")])
    #expect(
      try writer.file().text == """
        // ---
        // title: My session
        // seed: 7
        // ---

        // %% [markdown]
        // # A first look
        //
        // Text.

        // %% One id=one
        let a = 1
        a
        //> 1
        //>

        """)
  }

  @Test func readsBackWhateverTheTextsHold() throws {
    var random = TestRandom(seed: 21)
    let pieces = [
      "// %% A", "//> 1", "//! x", "let a = 1", "", "%% cell", "[hint]", "a=b", "title", "\"q",
      "\\",
      "\r\n", "\n", "\0", "é ", "// ---", "k=\"v\"", " ",
    ]
    func text(_ count: Int, with separator: String) -> String {
      (0..<Int.random(in: 0...count, using: &random)).map { _ in random.pick(pieces) }
        .joined(separator: separator)
    }
    for _ in 0..<3000 {
      let setting = text(3, with: " ")
      var writer = CellFileWriter(settings: random.chance(50) ? [("description", setting)] : [])
      var kinds: [Cell.Kind] = []
      var titles: [String] = []
      var recordings: [Int] = []
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let kind = random.pick(Cell.Kind.allCases)
        kinds.append(kind)
        if kind.isProse {
          writer.prose(text(4, with: "\n"), kind: kind)
          titles.append("")
          recordings.append(0)
        } else {
          let title = text(3, with: " ")
          let code = "x" + text(4, with: "\n")
          let lines = (0..<Int.random(in: 0...2, using: &random)).map { _ in
            RecordedLine(.output, text(2, with: " "))
          }
          writer.code(code, title: title, kind: kind, recording: lines)
          titles.append(title)
          recordings.append(lines.count)
        }
      }
      let file = try writer.file()
      #expect(file.cells.map(\.kind) == kinds)
      #expect(file.cells.map { file.recorded(of: $0).count } == recordings)
      for (cell, title) in zip(file.cells, titles) {
        #expect(words(cell.title) == words(title))
      }
    }
  }

  private func words(_ text: String) -> [String] {
    text.unicodeScalars.filter { $0 != "\0" && $0 != "\r" }
      .split { $0 == " " || $0 == "\n" || $0 == "\t" }
      .map { String(String.UnicodeScalarView($0)) }
  }
}
