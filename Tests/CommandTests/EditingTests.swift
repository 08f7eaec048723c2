import Foundation
import TerminalModel
import Testing

/// The line that is typed, as the screen shows it.
@Suite struct EditingTests {
  private static let colors = ["NO_COLOR": "", "TERM": "xterm-256color"]

  @Test func coloursTheInput() throws {
    let scratch = try Scratch()
    let screen = try Screen(home: scratch.path, environment: Self.colors)
    try screen.expect("1> ")
    try screen.type("let x = \"a\" // b")
    try screen.waitUntil("no coloured input") { model in
      guard let row = model.lines.firstIndex(of: "1> let x = \"a\" // b") else { return false }
      let cells = model.cells[row]
      return cells[0].colors == "1;32" && cells[3].colors == "35" && cells[7].colors.isEmpty
        && cells[11].colors == "32" && cells[15].colors == "2" && cells[18].colors == "2"
    }
    try screen.type("\u{3}")
    // In the next line of a string everything is string.
    try screen.expect("^C")
    try screen.enter("let s = \"\"\"", shows: ".. ")
    try screen.type("let")
    try screen.waitUntil("the string goes on") { model in
      guard let row = model.lines.firstIndex(of: ".. let") else { return false }
      return model.cells[row][3].colors == "32"
    }
    try screen.type("\u{3}")
    try screen.expect("^C")
    try screen.expect("> ")
    try screen.leave()
  }

  @Test func paintsNothingWhereColoursAreNotWanted() throws {
    let scratch = try Scratch()
    for environment in [["NO_COLOR": "1"], ["NO_COLOR": "", "TERM": "dumb"]] {
      let screen = try Screen(home: scratch.path, environment: environment)
      try screen.expect("1> ")
      try screen.enter("let x = 1.5 // half", shows: "2> ")
      try screen.enter("x * 823", shows: "1234.5\n", "> ")
      try screen.leave()
      #expect(!screen.everything.contains("\u{1B}[35m"))
      #expect(!screen.everything.contains("m1.5"))
    }
  }

  @Test func aDumbTerminalGetsNoCursorMovements() throws {
    let scratch = try Scratch()
    let screen = try Screen(home: scratch.path, environment: ["TERM": "dumb"])
    try screen.expect("1> ")
    try screen.type("fakeQuanti\t")
    try screen.expect("fakeQuantize(")
    try screen.type("zeros(2), scheme: .\t")
    try screen.expect("symmetric")
    try screen.type("\u{3}")
    try screen.expect("^C")
    try screen.enter("1234 + 1", shows: "1235\n")
    try screen.enter("fit(&x, y)", shows: "error: ", "2> ")
    try screen.leave()
    #expect(!screen.everything.contains("\u{1B}["))
  }

  @Test
  func wrapsAt20Columns() throws {
    let scratch = try Scratch()
    let screen = try Screen(["--quiet"], home: scratch.path, environment: Self.colors, columns: 20)
    try screen.expect("1> ")
    try screen.type("let word = \"漢字漢字漢字漢字\" + \"and more of it\"")
    try screen.waitUntil("not wrapped") {
      $0.lines.starts(with: [
        "1> let word = \"漢字", "漢字漢字漢字\" + \"and", " more of it\"",
      ])
    }
    // To the beginning, a word in, and back.
    try screen.type("\u{1}")
    try screen.waitUntil("cursor") { $0.cursorRow == 0 && $0.cursorColumn == 3 }
    try screen.type("\u{5}")
    try screen.waitUntil("cursor") { $0.cursorRow == 2 && $0.cursorColumn == 12 }
    try screen.type("\u{15}1 + 1")
    try screen.waitUntil("not wiped out") { $0.lines[0] == "1> 1 + 1" && $0.lines[1].isEmpty }
    try screen.type("\r")
    try screen.waitUntil("no result") { $0.lines.starts(with: ["1> 1 + 1", "2", "2>"]) }
    try screen.enter("randn(2, 2)", shows: "Tensor [2, 2]", "3> ")
    try screen.type("quantize(\t")
    try screen.waitUntil("no list") { $0.lines.contains { $0.hasPrefix("bits:") } }
    try screen.type("\u{3}")
    try screen.enter("rleu(1)", shows: "error: ", "\n3> ")
    try screen.leave()
  }

  @Test func searchesTheHistory() throws {
    let scratch = try Scratch()
    let screen = try Screen(home: scratch.path, environment: Self.colors)
    try screen.expect("1> ")
    try screen.enter("let needle = 1200 + 34", shows: "2> ")
    try screen.enter("let other = 5", shows: "3> ")
    try screen.type("\u{12}need")
    try screen.waitUntil("not found") {
      $0.lines.contains("(reverse-i-search)`need': let needle = 1200 + 34")
    }
    try screen.type("\u{5}")
    try screen.waitForLine("3> let needle = 1200 + 34")
    try screen.type(" + 1\r")
    try screen.expect("4> ")
    try screen.enter("needle * 10", shows: "12350\n", "> ")
    try screen.leave()
  }

  @Test func showsEntriesOfSeveralLinesWhole() throws {
    let scratch = try Scratch()
    let screen = try Screen(["--quiet"], home: scratch.path, environment: Self.colors)
    try screen.expect("1> ")
    try screen.enter("func twice(x) {", shows: "..   ")
    try screen.enter("x * 2", shows: "..   ")
    try screen.enter("}", shows: "2> ")
    try screen.type("\u{1B}[A")
    try screen.waitUntil("not whole") {
      $0.lines.joined(separator: "\n").contains("2> func twice(x) {\n..   x * 2\n.. }")
    }
    try screen.type("\r")
    try screen.expect("3> ")
    try screen.enter("twice(617)", shows: "1234\n", "> ")
    try screen.leave()
  }

  @Test func obeysTheUsersInputrc() throws {
    let scratch = try Scratch()
    try scratch.write("set editing-mode vi\n\"\\C-g\": \"1200 + 34\"\n", to: ".inputrc")
    let inputrc = ["INPUTRC": scratch.path + "/.inputrc"]
    let screen = try Screen(
      home: scratch.path, environment: Self.colors.merging(inputrc) { $1 })
    try screen.expect("1> ")
    // Escape, to the beginning, a character out, and an end added: vi.
    try screen.type("x999\u{1B}")
    try screen.type("0xA + 1\r")
    try screen.expect("1000\n")
    try screen.expect("2> ")
    try screen.type("\u{7}\r")
    try screen.expect("1234\n")
    try screen.expect("> ")
    try screen.leave()
    // A look that only readline has is left to readline.
    try scratch.write(
      "set editing-mode vi\nset show-mode-in-prompt on\nset vi-ins-mode-string <in>\n",
      to: ".inputrc")
    let other = try Screen(home: scratch.path, environment: inputrc)
    try other.expect("<in>")
    try other.enter("1200 + 34", shows: "1234\n", "<in>")
    try other.leave()
  }

  @Test func drawsInASCIIInTheCLocale() throws {
    let scratch = try Scratch()
    let screen = try Screen(home: scratch.path, environment: ["LC_ALL": "C", "LANG": "C"])
    try screen.expect("1> ")
    try screen.enter(
      "summary(Sequential(Flatten(), Dense(10)), input: [1, 28, 28])", shows: "7,850", "2> ")
    try screen.enter("plot([1, 2, 3])", shows: "3> ")
    try screen.leave()
    #expect(screen.everything.utf8.allSatisfy { $0 < 0x80 })
  }

  @Test func theEndOfInputInABlockIsAnError() throws {
    let scratch = try Scratch()
    let screen = try Screen(home: scratch.path)
    try screen.expect("1> ")
    try screen.enter("for i in 0..<3 {", shows: "..   ")
    try screen.enter("print(i", shows: "..     ")
    // Ctrl-D counts on an empty line.
    try screen.type("\u{15}\u{4}")
    try screen.expect("error: ")
    try screen.expect("1> ")
    try screen.enter("1200 + 34", shows: "1234\n", "> ")
    try screen.leave()
    let script = try Run([], input: "let x = 1\nfor i in 0..<3 {\n  print(i)\n")
    #expect(script.code == 3)
    #expect(script.errors.contains("error: "))
    #expect(script.output.isEmpty)
  }
}
