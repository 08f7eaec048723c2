/// Rows of text in columns: a head, a rule, the rows; a rule and a total where there is one.
package struct TextTable {
  private let rows: [[String]]
  private let hasTotal: Bool
  private let numbers: Int

  /// The last columns, as many as `numbers`, are set to the right, the others to the left.
  ///
  /// With `width` the first column is cut such that no line is longer, but keeps 16 characters.
  package init(
    head: [String], rows: [[String]], total: [String]? = nil, numbers: Int = 1, width: Int? = nil
  ) {
    self.rows = TextTable.cut([head] + rows + (total.map { [$0] } ?? []), to: width)
    hasTotal = total != nil
    self.numbers = numbers
  }

  package var text: String {
    let columns = rows[0].indices
    let widths = columns.map { column in rows.map { $0[column].count }.max() ?? 0 }
    var lines = rows.map { row in
      let cells = columns.map { column in
        let space = String(repeating: " ", count: widths[column] - row[column].count)
        return column >= columns.count - numbers ? space + row[column] : row[column] + space
      }
      return trimmed(cells.joined(separator: "  "))
    }
    let rule = widths.map { String(repeating: "─", count: $0) }.joined(separator: "  ")
    if hasTotal { lines.insert(rule, at: lines.count - 1) }
    lines.insert(rule, at: 1)
    return lines.joined(separator: "\n")
  }

  private static func cut(_ rows: [[String]], to width: Int?) -> [[String]] {
    guard let width, let head = rows.first else { return rows }
    let others = head.indices.dropFirst().reduce(0) { sum, column in
      sum + 2 + (rows.map { $0[column].count }.max() ?? 0)
    }
    let room = max(16, width - others)
    return rows.map { row in
      guard let first = row.first, first.count > room else { return row }
      return [first.prefix(room - 1) + "…"] + row.dropFirst()
    }
  }

  private func trimmed(_ line: String) -> String {
    var line = line
    while line.last == " " { line.removeLast() }
    return line
  }
}
