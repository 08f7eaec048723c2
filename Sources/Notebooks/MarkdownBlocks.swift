import Language

/// Parts Markdown into blocks and lays each out.
struct MarkdownBlocks {
  let text: MarkdownText
  /// Quotes and lists inside each other beyond this depth are shown as paragraphs.
  private static let depthLimit = 12

  init(text: MarkdownText) { self.text = text }

  /// The lines of some blocks, with one blank line between two; inside lists and quotes only where
  /// the text has one.
  mutating func render(_ lines: [String], width: Int, depth: Int) -> [String] {
    var output: [String] = []
    var index = 0
    var followsBlank = false
    while index < lines.count {
      let line = lines[index]
      if Self.isBlank(line) {
        followsBlank = true
        index += 1
        continue
      }
      if !output.isEmpty, followsBlank || depth == 0 { output.append("") }
      followsBlank = false
      if let fence = Self.fence(line) {
        index += 1
        var code: [String] = []
        while index < lines.count, !Self.closes(lines[index], fence) {
          code.append(
            String(lines[index].dropFirst(Self.indent(lines[index], limit: fence.indent))))
          index += 1
        }
        index += 1
        output += code.map { "    " + text.painted($0, .code) }
      } else if let level = Self.headingLevel(line) {
        output += heading(line, level: level, width: width)
        index += 1
      } else if Self.isRule(line) {
        output.append(text.painted(String(repeating: "─", count: width), .faint))
        index += 1
      } else if Self.isFormulaFence(line) {
        index += 1
        var formula: [String] = []
        while index < lines.count, !Self.isFormulaFence(lines[index]) {
          formula.append(lines[index])
          index += 1
        }
        index += 1
        output += formula.map(MathText.render).filter { !$0.isEmpty }
          .map { "    " + text.painted($0, .italic) }
      } else if depth < Self.depthLimit, Self.isQuote(line) {
        let range = Self.run(lines, from: index, while: Self.isQuote)
        let inner = lines[range].map { line in
          let rest = line.drop { $0 == " " }.dropFirst()
          return String(rest.first == " " ? rest.dropFirst() : rest)
        }
        index = range.upperBound
        output += render(inner, width: max(4, width - 2), depth: depth + 1)
          .map { text.painted("│", .faint) + ($0.isEmpty ? "" : " " + $0) }
      } else if depth < Self.depthLimit, Self.marker(line) != nil {
        output += list(lines, from: &index, width: width, depth: depth)
      } else if index + 1 < lines.count, line.contains("|"),
        MarkdownTable.isSeparator(lines[index + 1])
      {
        let rows = Self.run(lines, from: index) { !Self.isBlank($0) && $0.contains("|") }
        output += MarkdownTable(Array(lines[rows])).lines(text, width: width)
        index = rows.upperBound
      } else {
        let start = index
        index += 1
        while index < lines.count, !endsParagraph(lines[index], depth: depth) { index += 1 }
        let paragraph = lines[start..<index].map { String($0.drop { $0 == " " }) }
        output += text.wrap(paragraph.joined(separator: "\n"), width: width)
      }
    }
    return output
  }

  private func heading(_ line: String, level: Int, width: Int) -> [String] {
    var title = line.drop { $0 == " " }.dropFirst(level)
    while title.last == "#" || title.last == " " { title = title.dropLast() }
    let trimmed = String(title.drop { $0 == " " })
    let lines = text.wrap(trimmed, width: width, base: .bold)
    guard text.style == .plain, level <= 2 else { return lines }
    let longest = lines.map { DisplayWidth.of($0) }.max() ?? 0
    return lines + [String(repeating: level == 1 ? "═" : "─", count: longest)]
  }

  /// The items of a list, and what belongs to them: lines that are indented behind the marker.
  private mutating func list(
    _ lines: [String], from index: inout Int, width: Int, depth: Int
  ) -> [String] {
    var output: [String] = []
    var isLoose = false
    while index < lines.count, let marker = Self.marker(lines[index]) {
      var item = [String(lines[index].dropFirst(marker.width))]
      index += 1
      var blanks = 0
      while index < lines.count {
        let line = lines[index]
        if Self.isBlank(line) {
          blanks += 1
        } else if Self.indent(line, limit: marker.width) >= min(marker.width, marker.indent + 2) {
          item += Array(repeating: "", count: blanks)
          if blanks > 0 { isLoose = true }
          blanks = 0
          item.append(String(line.dropFirst(Self.indent(line, limit: marker.width))))
        } else if blanks == 0, Self.marker(line) == nil, !endsParagraph(line, depth: depth) {
          item.append(String(line.drop { $0 == " " }))
        } else {
          break
        }
        index += 1
      }
      if isLoose, !output.isEmpty { output.append("") }
      if blanks > 0, index < lines.count, Self.marker(lines[index]) != nil { isLoose = true }
      let label = marker.label + " "
      let inner = render(
        item, width: max(4, width - DisplayWidth.of(label)), depth: depth + 1)
      let margin = String(repeating: " ", count: DisplayWidth.of(label))
      for (number, line) in (inner.isEmpty ? [""] : inner).enumerated() {
        output.append(number == 0 ? label + line : line.isEmpty ? "" : margin + line)
      }
    }
    return output
  }

  // MARK: What a line is

  private func endsParagraph(_ line: String, depth: Int) -> Bool {
    if Self.isBlank(line) || Self.fence(line) != nil || Self.headingLevel(line) != nil
      || Self.isRule(line) || Self.isFormulaFence(line)
    {
      return true
    }
    return depth < Self.depthLimit && (Self.isQuote(line) || Self.marker(line) != nil)
  }

  private static func run(
    _ lines: [String], from start: Int, while holds: (String) -> Bool
  ) -> Range<Int> {
    start..<(lines[start...].firstIndex { !holds($0) } ?? lines.count)
  }

  static func isBlank(_ line: String) -> Bool { line.allSatisfy { $0 == " " } }

  private static func indent(_ line: String, limit: Int) -> Int {
    var count = 0
    for character in line where count < limit {
      guard character == " " else { break }
      count += 1
    }
    return count
  }

  private struct Fence {
    var mark: Character
    var count: Int
    var indent: Int
  }

  private static func fence(_ line: String) -> Fence? {
    let rest = line.drop { $0 == " " }
    guard let mark = rest.first, mark == "`" || mark == "~" else { return nil }
    let count = rest.prefix { $0 == mark }.count
    guard count >= 3, mark == "~" || !rest.dropFirst(count).contains("`") else { return nil }
    return Fence(mark: mark, count: count, indent: line.count - rest.count)
  }

  private static func closes(_ line: String, _ fence: Fence) -> Bool {
    let rest = line.drop { $0 == " " }
    let count = rest.prefix { $0 == fence.mark }.count
    return count >= fence.count && rest.dropFirst(count).allSatisfy { $0 == " " }
  }

  private static func headingLevel(_ line: String) -> Int? {
    let rest = line.drop { $0 == " " }
    let level = rest.prefix(7) { $0 == "#" }.count
    guard (1...6).contains(level), rest.dropFirst(level).first ?? " " == " " else { return nil }
    return level
  }

  private static func isRule(_ line: String) -> Bool {
    let marks = line.filter { $0 != " " }
    guard let first = marks.first, "-*_".contains(first), marks.count >= 3 else { return false }
    return marks.allSatisfy { $0 == first }
  }

  private static func isFormulaFence(_ line: String) -> Bool {
    line.filter { $0 != " " } == "$$"
  }

  private static func isQuote(_ line: String) -> Bool { line.drop { $0 == " " }.first == ">" }

  private struct Marker {
    /// What is shown for it.
    var label: String
    /// Blanks before it.
    var indent: Int
    /// Characters up to the item's text.
    var width: Int
  }

  private static func marker(_ line: String) -> Marker? {
    let rest = line.drop { $0 == " " }
    let indent = line.count - rest.count
    guard let first = rest.first else { return nil }
    if "-*+".contains(first) {
      guard rest.dropFirst().first ?? " " == " ", !isRule(line) else { return nil }
      return Marker(label: "•", indent: indent, width: indent + 2)
    }
    let digits = rest.prefix { $0.isASCII && $0.isNumber }
    guard (1...9).contains(digits.count) else { return nil }
    let behind = rest.dropFirst(digits.count)
    guard let point = behind.first, point == "." || point == ")", behind.dropFirst().first == " "
    else { return nil }
    return Marker(label: "\(digits)\(point)", indent: indent, width: indent + digits.count + 2)
  }
}

extension Substring {
  /// The longest beginning whose characters all fulfil a condition, up to a length.
  fileprivate func prefix(_ limit: Int, while holds: (Character) -> Bool) -> Substring {
    prefix(limit).prefix(while: holds)
  }
}
