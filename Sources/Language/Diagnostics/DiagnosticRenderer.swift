/// Writes a diagnostic for a reader: message, line, caret, help.
///
///     error: no name 'rleu' here
///       --> cell 3, line 2
///      2 | let y = rleu(x)
///        |         ^^^^ unknown
///     help: did you mean 'relu'?
public struct DiagnosticRenderer: Sendable {
  private let colored: Bool
  private let width: Int
  private static let tabWidth = 4

  /// - Parameters:
  ///   - colored: Whether to write the escape codes of a terminal.
  ///   - width: How many columns a line of source may take with its margin.
  public init(colored: Bool = false, width: Int = 100) {
    self.colored = colored
    self.width = max(40, width)
  }

  /// The lines of a diagnostic, without a newline at the end.
  public func render(_ diagnostic: Diagnostic) -> String {
    let style: Style = diagnostic.severity == .error ? .error : .warning
    var lines = [
      paint(diagnostic.severity.rawValue, style) + paint(": " + diagnostic.message, .strong)
    ]
    let marks = [diagnostic.primary].compactMap { $0 } + diagnostic.secondary
    let places = marks.map { Place($0) }
    let margin = places.compactMap { $0?.number }.map { String($0).count }.max() ?? 1
    for (position, place) in places.enumerated() {
      guard let place else { continue }
      let isPrimary = position == 0 && diagnostic.primary != nil
      lines += render(place, margin, isPrimary ? style : .note, sign: isPrimary ? "^" : "-")
    }
    if let help = diagnostic.help { lines.append(paint("help", .help) + ": " + help) }
    return lines.map { $0.trimmingEnd() }.joined(separator: "\n")
  }

  private func render(
    _ place: Place, _ margin: Int, _ style: Style, sign: Character
  ) -> [String] {
    let number = String(place.number)
    let gap = String(repeating: " ", count: margin - number.count)
    let empty = String(repeating: " ", count: margin)
    let cut = window(of: place, columns: max(20, width - margin - 4))
    let signs =
      String(repeating: " ", count: cut.start)
      + paint(
        String(repeating: sign, count: max(1, cut.length))
          + (place.label.isEmpty ? "" : " " + place.label), style)
    return [
      paint("\(empty) --> ", .margin) + "\(place.name), line \(number)",
      paint(" \(gap)\(number) | ", .margin) + cut.text,
      paint(" \(empty) | ", .margin) + signs,
    ]
  }

  /// The part of a line that is shown, with the columns of its marks.
  private func window(
    of place: Place, columns: Int
  ) -> (text: String, start: Int, length: Int) {
    var cells: [(text: String, width: Int)] = []
    var start = 0
    var end = 0
    var column = 0
    var offset = 0
    for character in place.line {
      let size = String(character).utf8.count
      if offset < place.lower { start = column }
      var text = String(character)
      var cellWidth = DisplayWidth.of(character)
      if character == "\t" {
        cellWidth = Self.tabWidth - column % Self.tabWidth
        text = String(repeating: " ", count: cellWidth)
      } else if cellWidth == 0,
        character.unicodeScalars.allSatisfy({ $0.value < 0x20 || $0 == "\u{7F}" })
      {
        // A control character must not reach the terminal.
        (text, cellWidth) = ("\u{FFFD}", 1)
      }
      if offset < place.lower { start = column + cellWidth }
      column += cellWidth
      if offset < place.upper { end = column }
      cells.append((text, cellWidth))
      offset += size
    }
    if place.lower >= offset { start = column }
    end = max(end, start)
    guard column > columns else {
      return (cells.map(\.text).joined(), start, end - start)
    }
    // Cut so that the mark stands in what is left, its beginning at the latest in the middle.
    let first = min(max(0, start - columns / 2), max(0, column - columns))
    var text = first > 0 ? "…" : ""
    var at = 0
    for cell in cells {
      let isInside = at >= first + (first > 0 ? 1 : 0) && at + cell.width <= first + columns - 1
      if isInside { text += cell.text }
      at += cell.width
    }
    if column > first + columns { text += "…" }
    let shownEnd = min(end, first + columns)
    return (text, start - first, max(0, shownEnd - start))
  }

  private enum Style: String {
    case error = "1;31"
    case warning = "1;33"
    case strong = "1"
    case note = "36"
    case help = "1;32"
    case margin = "34"
  }

  private func paint(_ text: String, _ style: Style) -> String {
    colored ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
  }
}

/// A mark with the line in which it begins.
private struct Place {
  let name: String
  let number: Int
  let line: String
  let label: String
  /// Offsets of the mark in the line, in bytes.
  let lower: Int
  let upper: Int

  /// Nil for a mark that no text made.
  init?(_ mark: Diagnostic.Mark) {
    guard mark.range.lower >= 0 else { return nil }
    let bytes = Array(mark.source.text.utf8)
    let start = min(Int(mark.range.lower), bytes.count)
    let lineStart = (bytes[..<start].lastIndex(of: 0x0A) ?? -1) + 1
    var lineEnd = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
    if lineEnd > lineStart, bytes[lineEnd - 1] == 0x0D { lineEnd -= 1 }
    name = mark.source.name
    number = mark.source.firstLine + bytes[..<start].count { $0 == 0x0A }
    line = String(decoding: bytes[lineStart..<lineEnd], as: UTF8.self)
    label = mark.label
    lower = start - lineStart
    upper = max(lower, min(Int(mark.range.upper), lineEnd) - lineStart)
  }
}

extension String {
  fileprivate func trimmingEnd() -> String {
    String(self[..<(lastIndex { $0 != " " }.map { index(after: $0) } ?? startIndex)])
  }
}
