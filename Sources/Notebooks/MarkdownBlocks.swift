import Language

/// Lays the blocks of a Markdown text out as lines for a terminal.
struct MarkdownBlocks {
  let text: MarkdownText

  init(text: MarkdownText) { self.text = text }

  /// The lines of some blocks, with one blank line between two; inside lists and quotes only where
  /// the text has one.
  func render(_ blocks: [MarkdownBlock], width: Int, isNested: Bool) -> [String] {
    var output: [String] = []
    for block in blocks {
      if !output.isEmpty, block.followsBlank || !isNested { output.append("") }
      output += lines(of: block.content, width: width)
    }
    return output
  }

  private func lines(of content: MarkdownBlock.Content, width: Int) -> [String] {
    switch content {
    case .heading(let level, let title):
      return heading(title, level: level, width: width)
    case .paragraph(let paragraph):
      return text.wrap(paragraph, width: width)
    case .code(_, let lines):
      return lines.map { "    " + text.painted($0, .code) }
    case .formula(let lines):
      return lines.map(MathText.render).filter { !$0.isEmpty }
        .map { "    " + text.painted($0, .italic) }
    case .rule:
      return [text.painted(String(repeating: "─", count: width), .faint)]
    case .quote(let blocks):
      return render(blocks, width: max(4, width - 2), isNested: true)
        .map { text.painted("│", .faint) + ($0.isEmpty ? "" : " " + $0) }
    case .list(let items):
      return list(items, width: width)
    case .table(let table):
      return table.lines(text, width: width)
    }
  }

  private func heading(_ title: String, level: Int, width: Int) -> [String] {
    let lines = text.wrap(title, width: width, base: .bold)
    guard text.style == .plain, level <= 2 else { return lines }
    let longest = lines.map { DisplayWidth.of($0) }.max() ?? 0
    return lines + [String(repeating: level == 1 ? "═" : "─", count: longest)]
  }

  private func list(_ items: [MarkdownItem], width: Int) -> [String] {
    var output: [String] = []
    for item in items {
      if item.isApart, !output.isEmpty { output.append("") }
      let label = item.label + " "
      let inner = render(
        item.blocks, width: max(4, width - DisplayWidth.of(label)), isNested: true)
      let margin = String(repeating: " ", count: DisplayWidth.of(label))
      for (number, line) in (inner.isEmpty ? [""] : inner).enumerated() {
        output.append(number == 0 ? label + line : line.isEmpty ? "" : margin + line)
      }
    }
    return output
  }
}
