import TerminalModel
import Testing

@testable import Terminal

/// The line that is edited, as a terminal shows it.
@Suite struct InputPainterTests {
  private func input(
    _ line: String, at point: Int? = nil, prompt: String = "1> ", further: String = ".. "
  ) -> InputPainter.Input {
    InputPainter.Input(
      prompt: prompt, further: further, line: line, point: point ?? line.utf8.count,
      colored: InputLayout.colors(of: line, after: ""))
  }

  @Test func coloursWhatIsTyped() {
    var model = TerminalModel(columns: 40, rows: 5)
    var painter = InputPainter(style: Style(isColored: true))
    model.write(painter.paint(input("let x = 1.5 // half"), columns: 40, height: 5))
    #expect(model.lines[0] == "1> let x = 1.5 // half")
    #expect(model.cells[0][3].colors == "35" && model.cells[0][5].colors == "35")
    #expect(model.cells[0][7].colors == "")
    #expect(model.cells[0][11].colors == "36")
    #expect(model.cells[0][15].colors == "2")
    #expect(model.cursorColumn == 22)
  }

  @Test func coloursDependOnTheLinesBefore() {
    let inString = InputLayout.colors(of: "let\"\"\"", after: "let s = \"\"\"")
    #expect(inString.map(\.role) == [.string])
    #expect(InputLayout.colors(of: "let", after: "{").map(\.role) == [.keyword])
  }

  @Test func wrapsAndComesBack() {
    var model = TerminalModel(columns: 20, rows: 6)
    var painter = InputPainter(style: Style(isColored: false))
    let line = "aaaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbbbbbccc"
    for count in 0...line.count {
      model.write(painter.paint(input(String(line.prefix(count))), columns: 20, height: 6))
    }
    #expect(model.lines[0...2] == ["1> aaaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbbbbbb", "ccc"])
    #expect(model.cursorRow == 2 && model.cursorColumn == 3)
    model.write(painter.paint(input("ab"), columns: 20, height: 6))
    #expect(model.lines == ["1> ab", "", "", "", "", ""])
  }

  @Test func showsHintsUntilTheNextKey() {
    var model = TerminalModel(columns: 12, rows: 5)
    var painter = InputPainter(style: Style(isColored: false))
    painter.hints = ["one", "two, which is too long"]
    model.write(painter.paint(input("ab", at: 1), columns: 12, height: 5))
    #expect(model.lines[0...2] == ["1> ab", "one", "two, which"])
    #expect(model.cursorRow == 0 && model.cursorColumn == 4)
    painter.hints = []
    model.write(painter.paint(input("ab", at: 1), columns: 12, height: 5))
    #expect(model.lines == ["1> ab", "", "", "", ""])
    model.write(painter.finish("ab", columns: 12, height: 5))
    #expect(model.cursorRow == 1 && model.cursorColumn == 0)
  }

  @Test func controlCharactersAreShown() {
    let layout = InputLayout(
      prompt: "", line: "a\u{1}\u{1B}\t\u{9B}b", point: 0, columns: 40)
    #expect(layout.rows.map(\.text) == ["a^A^[  \u{FFFD}b"])
  }

  /// Whatever is edited, at whatever width, the screen shows the line, the cursor stands at its
  /// place, and what stood above is untouched.
  @Test func theScreenShowsTheLine() {
    var random = Steps(seed: 5)
    let parts = ["a", "let ", "漢", "e\u{301}", "\n", "\"s\"", "12", "😀", "  ", "// c", "\u{2}"]
    for round in 0..<300 {
      let columns = 4 + random.next(24)
      var model = TerminalModel(columns: columns, rows: 60)
      var painter = InputPainter(style: Style(isColored: round % 2 == 0))
      model.write("above\r\n".suffixThatFits(columns))
      let first = model.cursorRow
      for _ in 0..<6 {
        let scalars = (0..<random.next(10)).map { _ in parts[random.next(parts.count)] }.joined()
          .unicodeScalars
        let before = scalars.prefix(random.next(scalars.count + 1))
        let line = String(String.UnicodeScalarView(scalars))
        let point = String(String.UnicodeScalarView(before)).utf8.count
        painter.hints = random.next(3) == 0 ? ["a hint"] : []
        let hints = painter.hints
        let wanted = input(line, at: point)
        model.write(painter.paint(wanted, columns: columns, height: 60))
        let (rows, row, column) = expected(wanted, columns)
        let shown = Array(model.lines[first...])
        #expect(Array(shown.prefix(rows.count)) == rows, "\(line.debugDescription) in \(columns)")
        let rest = shown.dropFirst(rows.count).joined()
        #expect(rest == hints.map { String($0.prefix(columns - 1)) }.joined().trimmedRight)
        #expect(model.cursorRow == first + row && model.cursorColumn == column)
      }
    }
  }

  /// Where the line has more rows than the window, those around the cursor are shown.
  @Test func aLineTallerThanTheWindow() {
    var random = Steps(seed: 9)
    var model = TerminalModel(columns: 10, rows: 4)
    var painter = InputPainter(style: Style(isColored: false))
    let line = (0..<12).map { "row \($0)" }.joined(separator: "\n")
    for _ in 0..<100 {
      let index = random.next(12)
      let point = line.utf8.split(separator: 10).prefix(index).reduce(0) { $0 + $1.count + 1 }
      model.write(painter.paint(input(line, at: point), columns: 10, height: 4))
      let prompt = index == 0 ? "1> " : ".. "
      #expect(model.lines[model.cursorRow] == prompt + "row \(index)")
      #expect(model.cursorColumn == 3)
      #expect(model.scrolledOff.isEmpty)
    }
  }

  /// Rows and cursor by placing one character after the other, without a terminal.
  private func expected(
    _ input: InputPainter.Input, _ columns: Int
  ) -> (rows: [String], row: Int, column: Int) {
    var (rows, widths) = ([""], [0])
    var cursor: (Int, Int)?
    func put(_ text: String, _ width: Int) {
      if widths[widths.count - 1] + width > columns {
        rows.append("")
        widths.append(0)
      }
      rows[rows.count - 1] += text
      widths[widths.count - 1] += width
    }
    func place() {
      cursor = (rows.count - 1, widths[widths.count - 1])
    }
    for scalar in input.prompt.unicodeScalars { put(String(scalar), 1) }
    var offset = 0
    for scalar in input.line.unicodeScalars {
      if offset == input.point { place() }
      if scalar == "\n" {
        if widths[widths.count - 1] == columns {
          rows.append("")
          widths.append(0)
        }
        rows.append("")
        widths.append(0)
        for scalar in input.further.unicodeScalars { put(String(scalar), 1) }
      } else if scalar == "\u{2}" {
        put("^", 1)
        put("B", 1)
      } else {
        put(String(scalar), TerminalModel.width(of: scalar))
      }
      offset += UTF8.width(scalar)
    }
    if cursor == nil { place() }
    var (row, column) = cursor ?? (0, 0)
    if column == columns { (row, column) = (row + 1, 0) }
    if widths[widths.count - 1] == columns { rows.append("") }
    return (rows.map(\.trimmedRight), row, column)
  }
}

extension String {
  fileprivate var trimmedRight: String {
    var text = self
    while text.last == " " { text.removeLast() }
    return text
  }

  /// The line if a terminal of that width has room for it.
  fileprivate func suffixThatFits(_ columns: Int) -> String {
    count <= columns ? self : "\r\n"
  }
}
