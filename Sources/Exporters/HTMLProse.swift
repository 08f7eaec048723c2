import Notebooks

/// Prose as HTML, from the blocks that the terminal shows too.
struct HTMLProse {
  /// A heading of the page, for its table of contents.
  struct Heading {
    var level: Int
    var html: String
    var anchor: String
  }

  /// How much deeper headings are put than they say.
  var headingShift = 0
  /// The headings that were met.
  private(set) var headings: [Heading] = []
  /// The anchors of the page.
  var anchors = Anchors()

  /// The elements of a text.
  mutating func html(of markdown: String) -> String {
    html(of: MarkdownBlock.blocks(of: markdown))
  }

  mutating func html(of blocks: [MarkdownBlock]) -> String {
    blocks.map { html(of: $0.content) }.joined(separator: "\n")
  }

  private mutating func html(of content: MarkdownBlock.Content) -> String {
    switch content {
    case .heading(let level, let text):
      let level = max(2, min(6, level + headingShift))
      let html = Self.inline(text)
      let anchor = anchors.anchor(HTML.slug(Self.plain(text)))
      headings.append(Heading(level: level, html: Self.inline(text, links: false), anchor: anchor))
      return "<h\(level) id=\"\(HTML.escaped(anchor))\">\(html)</h\(level)>"
    case .paragraph(let text):
      // A formula alone on its line stands in the middle.
      let spans = MarkdownSpan.spans(of: text)
      if spans.count == 1, case .formula(let formula, true) = spans[0].content {
        return "<div class=formula>\(MathML.display(formula))</div>"
      }
      return "<p>\(Self.inline(text))</p>"
    case .code(let language, let lines):
      let code = lines.joined(separator: "\n")
      let isOurs = ["swift", "notch"].contains(language.lowercased())
      let html = isOurs ? HTMLCode.colored(code) : HTML.escaped(code)
      return "<pre class=code tabindex=0><code>\(html)</code></pre>"
    case .formula(let lines):
      return "<div class=formula>\(MathML.display(lines.joined(separator: "\n")))</div>"
    case .rule: return "<hr>"
    case .quote(let blocks): return "<blockquote>\n\(html(of: blocks))\n</blockquote>"
    case .list(let items): return list(items)
    case .table(let table): return Self.html(of: table)
    }
  }

  /// Lists with and without numbers, which the text may have one after the other.
  private mutating func list(_ items: [MarkdownItem]) -> String {
    var html = ""
    var open = ""
    for item in items {
      let tag = item.number == nil ? "ul" : "ol"
      if tag != open {
        if !open.isEmpty { html += "</\(open)>\n" }
        let start = item.number ?? 1
        html += start == 1 ? "<\(tag)>\n" : "<\(tag) start=\(start)>\n"
        open = tag
      }
      html += "<li>\(self.html(of: item, isTight: !items.contains(where: \.isApart)))</li>\n"
    }
    return html + (open.isEmpty ? "" : "</\(open)>")
  }

  /// An item; in a list without blank lines its text is no paragraph.
  private mutating func html(of item: MarkdownItem, isTight: Bool) -> String {
    item.blocks.map { block in
      if isTight, case .paragraph(let text) = block.content { return Self.inline(text) }
      return html(of: block.content)
    }.joined(separator: "\n")
  }

  private static func html(of table: MarkdownTable) -> String {
    let columns = table.rows.map(\.count).max() ?? 0
    func row(_ cells: [String], _ tag: String) -> String {
      let html = (0..<columns).map { column in
        let alignment = column < table.alignments.count ? table.alignments[column] : .leading
        let style =
          switch alignment {
          case .leading: ""
          case .center: " class=center"
          case .trailing: " class=end"
          }
        return "<\(tag)\(style)>\(column < cells.count ? inline(cells[column]) : "")</\(tag)>"
      }
      return "<tr>\(html.joined())</tr>"
    }
    guard let head = table.rows.first, columns > 0 else { return "" }
    let body = table.rows.dropFirst().map { row($0, "td") }.joined(separator: "\n")
    return """
      <div class=wide tabindex=0><table>
      <thead>\(row(head, "th"))</thead>
      <tbody>
      \(body)
      </tbody>
      </table></div>
      """
  }

  // MARK: Inline

  /// The text of a paragraph with its emphasis, code, formulas and links.
  static func inline(_ text: String, links: Bool = true) -> String {
    var spans = MarkdownSpan.spans(of: text)
    var html = ""
    for index in spans.indices {
      guard case .formula = spans[index].content else {
        html += self.html(of: spans[index], links: links)
        continue
      }
      // A browser would break the line between a formula and its comma.
      var tied = self.html(of: spans[index], links: links)
      if index + 1 < spans.count, case .text(let text) = spans[index + 1].content {
        let marks = text.prefix { ",.;:!?)]}’”\"'…%-–".contains($0) }
        tied += HTML.escaped(marks)
        spans[index + 1].content = .text(String(text.dropFirst(marks.count)))
      }
      if index > 0, case .text(let text) = spans[index - 1].content, spans[index - 1].emphasis == []
      {
        let marks = HTML.escaped(
          String(text.reversed().prefix { "([{‘“\"'".contains($0) }.reversed()))
        html.removeLast(marks.count)
        tied = marks + tied
      }
      let isAlone = tied.hasPrefix("<") && tied.hasSuffix(">")
      html += isAlone ? tied : "<span class=tie>\(tied)</span>"
    }
    return html
  }

  private static func html(of span: MarkdownSpan, links: Bool) -> String {
    var html = self.html(of: span.content, links: links)
    guard !html.isEmpty else { return "" }
    if span.emphasis.contains(.struck) { html = "<del>\(html)</del>" }
    if span.emphasis.contains(.italic) { html = "<em>\(html)</em>" }
    if span.emphasis.contains(.bold) { html = "<strong>\(html)</strong>" }
    return html
  }

  private static func html(of content: MarkdownSpan.Content, links: Bool) -> String {
    switch content {
    case .text(let text): return HTML.escaped(text)
    case .lineBreak: return "<br>"
    case .code(let code): return "<code>\(HTML.escaped(code))</code>"
    case .formula(let formula, _): return MathML.inline(formula)
    case .picture(let text, let address):
      let name = HTML.escaped(text.isEmpty ? address : text)
      guard links, let address = HTML.address(address) else { return "[\(name)]" }
      return "[<a href=\"\(HTML.escaped(address))\">\(name)</a>]"
    case .link(let text, let address):
      let html = inline(text, isInLink: true)
      guard links, let address = HTML.address(address) else { return html }
      return "<a href=\"\(HTML.escaped(address))\">\(html)</a>"
    }
  }

  /// The text of a link, in which no other link stands.
  private static func inline(_ text: String, isInLink: Bool) -> String {
    MarkdownSpan.spans(of: text).map { span in
      switch span.content {
      case .code(let code): "<code>\(HTML.escaped(code))</code>"
      case .link(let text, _), .picture(let text, _), .text(let text), .formula(let text, _):
        span.emphasis.contains(.italic)
          ? "<em>\(HTML.escaped(text))</em>" : HTML.escaped(text)
      case .lineBreak: "<br>"
      }
    }.joined()
  }

  /// The words of a text alone.
  static func plain(_ text: String) -> String { MarkdownSpan.words(of: text) }
}
