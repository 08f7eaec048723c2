/// A table of a Markdown text: rows of cells between `|`, the second row gives the alignment.
package struct MarkdownTable: Sendable, Equatable {
  /// Where the text of a column stands.
  package enum Alignment: Sendable { case leading, center, trailing }

  /// The cells of each row, the head first; rows may be of different lengths.
  package let rows: [[String]]
  /// Where the text of each column stands; a column without one is leading.
  package let alignments: [Alignment]

  /// Whether a line parts the head of a table from its body: `| --- | :-: |`.
  static func isSeparator(_ line: String) -> Bool {
    line.contains("-") && line.contains("|")
      && line.allSatisfy { "|-: ".contains($0) }
  }

  /// Reads the lines of a table, whose second one is the separator.
  init(_ lines: [String]) {
    let parts = lines.map(Self.cells(of:))
    alignments = (parts.count > 1 ? parts[1] : []).map { cell in
      switch (cell.hasPrefix(":"), cell.hasSuffix(":")) {
      case (true, true): .center
      case (false, true): .trailing
      default: .leading
      }
    }
    rows = parts.enumerated().filter { $0.offset != 1 }.map(\.element)
  }

  private static func cells(of line: String) -> [String] {
    var cells: [String] = []
    var current = ""
    var isEscaped = false
    var isCode = false
    for character in line {
      if character == "|", !isEscaped, !isCode {
        cells.append(current)
        current = ""
      } else {
        if isEscaped, character != "|" { current.append("\\") }
        if character == "`", !isEscaped { isCode.toggle() }
        if character != "\\" || isEscaped { current.append(character) }
      }
      isEscaped = character == "\\" && !isEscaped
    }
    cells.append(current)
    cells = cells.map(trimmed)
    if cells.first == "" { cells.removeFirst() }
    if cells.last == "" { cells.removeLast() }
    return cells
  }

  /// The rows as lines; columns are as wide as their widest cell, cells wrap where room is short.
  func lines(_ text: MarkdownText, width: Int) -> [String] {
    let count = rows.map(\.count).max() ?? 0
    guard count > 0 else { return [] }
    func natural(_ cell: String) -> Int {
      // Broken lines count as one, so that a column is never too narrow for its cell.
      text.measured(cell, width: .max / 2).reduce(0) { $0 + $1.width }
    }
    var widths = (0..<count).map { column in
      rows.map { column < $0.count ? natural($0[column]) : 0 }.max() ?? 0
    }
    let room = max(width - 2 * (count - 1), count * 3)
    while widths.reduce(0, +) > room, let widest = widths.max(), widest > 3,
      let column = widths.firstIndex(of: widest)
    {
      let over = widths.reduce(0, +) - room
      let next = widths.filter { $0 < widest }.max() ?? 3
      widths[column] = max(3, max(widest - over, min(next, widest - 1)))
    }
    var output: [String] = []
    for (number, row) in rows.enumerated() {
      let columns = (0..<count).map { column in
        text.measured(
          column < row.count ? row[column] : "", width: widths[column],
          base: number == 0 ? .bold : [])
      }
      for line in 0..<(columns.map(\.count).max() ?? 0) {
        let cells = (0..<count).map { column in
          padded(
            line < columns[column].count ? columns[column][line] : ("", 0), to: widths[column],
            column: column)
        }
        output.append(withoutTrailingBlanks(cells.joined(separator: "  ")))
      }
      if number == 0 {
        output.append(widths.map { String(repeating: "─", count: $0) }.joined(separator: "  "))
      }
    }
    return output
  }

  private func padded(_ cell: (line: String, width: Int), to width: Int, column: Int) -> String {
    let room = max(0, width - cell.width)
    let left =
      switch column < alignments.count ? alignments[column] : .leading {
      case .leading: 0
      case .trailing: room
      case .center: room / 2
      }
    return String(repeating: " ", count: left) + cell.line
      + String(repeating: " ", count: room - left)
  }
}
