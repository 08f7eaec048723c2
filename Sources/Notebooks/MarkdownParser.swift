/// A block of a Markdown text: a heading, a paragraph, a list and so on.
///
///     MarkdownBlock.blocks(of: "# Scale\n\nThe **scale**.").map(\.content)
///     // heading(level: 1, text: "Scale"), paragraph("The **scale**.")
package struct MarkdownBlock: Sendable, Equatable {
  /// What a block is; texts are Markdown still, see `MarkdownSpan`.
  package indirect enum Content: Sendable, Equatable {
    case heading(level: Int, text: String)
    case paragraph(String)
    /// Code between fences, with the word behind the first one.
    case code(language: String, lines: [String])
    /// Lines between two `$$`, in LaTeX's notation.
    case formula([String])
    case rule
    case quote([MarkdownBlock])
    case list([MarkdownItem])
    case table(MarkdownTable)
  }

  /// What it is.
  package var content: Content
  /// Whether a blank line stands before it.
  package var followsBlank: Bool

  /// The blocks of a text, in which no control character is left.
  package static func blocks(of markdown: String) -> [MarkdownBlock] {
    MarkdownParser().blocks(MarkdownParser.cleaned(markdown), depth: 0)
  }
}

/// An item of a list.
package struct MarkdownItem: Sendable, Equatable {
  /// What is shown before it: `•`, `3.` or `3)`.
  package var label: String
  /// What belongs to it.
  package var blocks: [MarkdownBlock]
  /// Whether it stands apart from the item before it.
  package var isApart: Bool

  /// Its number; nil in a list without numbers.
  package var number: Int? { Int(label.dropLast()) }
}

/// Parts Markdown into blocks.
struct MarkdownParser {
  /// Quotes and lists inside each other beyond this depth are shown as paragraphs.
  private static let depthLimit = 12

  /// Lines without control characters, tabs as four blanks.
  static func cleaned(_ markdown: String) -> [String] {
    var lines: [String] = []
    var current = String.UnicodeScalarView()
    for scalar in markdown.unicodeScalars {
      switch scalar {
      case "\n":
        lines.append(String(current))
        current.removeAll()
      case "\t": current.append(contentsOf: "    ".unicodeScalars)
      case "\r": break
      case _ where scalar.value < 32 || (127..<160).contains(scalar.value):
        current.append("\u{FFFD}")
      default: current.append(scalar)
      }
    }
    lines.append(String(current))
    return lines
  }

  func blocks(_ lines: [String], depth: Int) -> [MarkdownBlock] {
    var blocks: [MarkdownBlock] = []
    var index = 0
    var followsBlank = false
    while index < lines.count {
      guard !Self.isBlank(lines[index]) else {
        followsBlank = true
        index += 1
        continue
      }
      let content = block(lines, from: &index, depth: depth)
      blocks.append(MarkdownBlock(content: content, followsBlank: followsBlank))
      followsBlank = false
    }
    return blocks
  }

  /// The block that begins in a line, which is left behind.
  private func block(
    _ lines: [String], from index: inout Int, depth: Int
  ) -> MarkdownBlock.Content {
    let line = lines[index]
    if let fence = Self.fence(line) { return code(lines, from: &index, fence: fence) }
    if let level = Self.headingLevel(line) {
      index += 1
      var title = line.drop { $0 == " " }.dropFirst(level)
      while title.last == "#" || title.last == " " { title = title.dropLast() }
      return .heading(level: level, text: String(title.drop { $0 == " " }))
    }
    if Self.isRule(line) {
      index += 1
      return .rule
    }
    if Self.isFormulaFence(line) {
      let end = lines[(index + 1)...].firstIndex(where: Self.isFormulaFence) ?? lines.count
      defer { index = end + 1 }
      return .formula(Array(lines[(index + 1)..<end]))
    }
    if depth < Self.depthLimit, Self.isQuote(line) {
      let range = Self.run(lines, from: index, while: Self.isQuote)
      let inner = lines[range].map { line in
        let rest = line.drop { $0 == " " }.dropFirst()
        return String(rest.first == " " ? rest.dropFirst() : rest)
      }
      index = range.upperBound
      return .quote(blocks(inner, depth: depth + 1))
    }
    if depth < Self.depthLimit, Self.marker(line) != nil {
      return .list(items(lines, from: &index, depth: depth))
    }
    if index + 1 < lines.count, line.contains("|"), MarkdownTable.isSeparator(lines[index + 1]) {
      let rows = Self.run(lines, from: index) { !Self.isBlank($0) && $0.contains("|") }
      index = rows.upperBound
      return .table(MarkdownTable(Array(lines[rows])))
    }
    let start = index
    index += 1
    while index < lines.count, !endsParagraph(lines[index], depth: depth) { index += 1 }
    let paragraph = lines[start..<index].map { String($0.drop { $0 == " " }) }
    return .paragraph(paragraph.joined(separator: "\n"))
  }

  private func code(
    _ lines: [String], from index: inout Int, fence: Fence
  ) -> MarkdownBlock.Content {
    let information = lines[index].drop { $0 == " " }.dropFirst(fence.count)
    index += 1
    var code: [String] = []
    while index < lines.count, !Self.closes(lines[index], fence) {
      code.append(String(lines[index].dropFirst(Self.indent(lines[index], limit: fence.indent))))
      index += 1
    }
    index += 1
    let language = information.split(separator: " ").first.map(String.init) ?? ""
    return .code(language: language, lines: code)
  }

  /// The items of a list, and what belongs to them: lines that are indented behind the marker.
  private func items(
    _ lines: [String], from index: inout Int, depth: Int
  ) -> [MarkdownItem] {
    var items: [MarkdownItem] = []
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
      items.append(
        MarkdownItem(
          label: marker.label, blocks: blocks(item, depth: depth + 1),
          isApart: isLoose && !items.isEmpty))
      if blanks > 0, index < lines.count, Self.marker(lines[index]) != nil { isLoose = true }
    }
    return items
  }

  // MARK: What a line is

  private func endsParagraph(_ line: String, depth: Int) -> Bool {
    if Self.isBlank(line) || Self.fence(line) != nil || Self.headingLevel(line) != nil
      || Self.isRule(line) || Self.isFormulaFence(line)
    {
      return true
    }
    return depth < Self.depthLimit
      && (Self.isQuote(line) || Self.marker(line)?.interruptsParagraph == true)
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

    /// Whether a list may begin in the middle of a paragraph: `in the year\n1999. Then` is no list.
    var interruptsParagraph: Bool { label == "•" || Int(label.dropLast()) == 1 }
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
