import Language

/// Renders Markdown as text for a terminal of a given width.
///
/// Headings, paragraphs, lists, quotes, code, tables, rules, emphasis, links, and formulas between
/// dollar signs as Unicode. Control characters of the input never reach the output, so that prose
/// cannot steer the terminal.
///
///     MarkdownText(width: 60).render("# Scale\n\nThe **scale** is `max / 127`.")
public struct MarkdownText: Sendable {
  /// How emphasis is shown.
  public enum Style: Sendable {
    /// Without escapes; headings are underlined, code stands in backticks.
    case plain
    /// With ANSI escapes that end on their own line.
    case ansi
  }

  /// Columns that a line may take.
  public var width: Int
  /// How emphasis is shown.
  public var style: Style

  /// A renderer; a width below 8 is taken as 8.
  public init(width: Int, style: Style = .plain) {
    self.width = max(8, min(width, 10_000))
    self.style = style
  }

  /// The text, lines joined by `\n`, without one at the end.
  public func render(_ markdown: String) -> String {
    lines(of: markdown).joined(separator: "\n")
  }

  /// The lines of the rendered text.
  public func lines(of markdown: String) -> [String] {
    MarkdownBlocks(text: self).render(
      MarkdownBlock.blocks(of: markdown), width: width, isNested: false)
  }

  // MARK: Inline text

  /// A paragraph as lines of at most a width, as far as its words allow.
  func wrap(_ text: String, width: Int, base: InlineStyle = []) -> [String] {
    measured(text, width: width, base: base).map(\.line)
  }

  /// The lines of a paragraph with the columns that each takes, escapes not counted.
  func measured(
    _ text: String, width: Int, base: InlineStyle = []
  ) -> [(line: String, width: Int)] {
    var lines: [(line: String, width: Int)] = []
    var line: [InlineSpan] = []
    var used = 0
    for word in words(of: text, base: base) {
      let size = word.pieces.reduce(0) { $0 + DisplayWidth.of($1.text) }
      if word.isBreak || (used > 0 && used + 1 + size > width) {
        lines.append((painted(line), used))
        line = []
        used = 0
        if word.isBreak { continue }
      }
      if used > 0 {
        // The blank between two words belongs to a style that both have.
        let shared = line.last.flatMap { last in
          word.pieces.first.map { last.style.intersection($0.style) }
        }
        line.append(InlineSpan(text: " ", style: word.joins ? shared ?? [] : base))
        used += 1
      }
      line += word.pieces
      used += size
    }
    if !line.isEmpty || lines.isEmpty { lines.append((painted(line), used)) }
    return lines
  }

  private struct Word {
    var pieces: [InlineSpan]
    var isBreak = false
    /// Whether the word before it stands in the same span.
    var joins = false
  }

  private func words(of text: String, base: InlineStyle) -> [Word] {
    var words: [Word] = []
    var current: [InlineSpan] = []
    var joins = false
    for span in MarkdownSpan.spans(of: text).flatMap(InlineSpan.shown) {
      if span.isBreak {
        if !current.isEmpty { words.append(Word(pieces: current, joins: joins)) }
        current = []
        words.append(Word(pieces: [], isBreak: true))
        continue
      }
      let style = span.style.union(base)
      let shown = style.contains(.code) && self.style == .plain ? "`\(span.text)`" : span.text
      let parts = shown.split(separator: " ", omittingEmptySubsequences: false)
        .flatMap { $0.split(separator: "\n", omittingEmptySubsequences: false) }
      for (index, part) in parts.enumerated() {
        if index > 0 {
          if !current.isEmpty { words.append(Word(pieces: current, joins: joins)) }
          current = []
          joins = index > 0
        }
        if !part.isEmpty { current.append(InlineSpan(text: String(part), style: style)) }
        if index == 0, current.count == 1 { joins = false }
      }
    }
    if !current.isEmpty { words.append(Word(pieces: current, joins: joins)) }
    return words
  }

  /// A line with the escapes of its styles; each ends on the line.
  func painted(_ spans: [InlineSpan]) -> String {
    guard style == .ansi else { return spans.map(\.text).joined() }
    var line = ""
    var index = 0
    while index < spans.count {
      let style = spans[index].style
      var text = ""
      while index < spans.count, spans[index].style == style {
        text += spans[index].text
        index += 1
      }
      line += escape(style).isEmpty ? text : "\(escape(style))\(text)\u{1B}[0m"
    }
    return line
  }

  func painted(_ text: String, _ style: InlineStyle) -> String {
    painted([InlineSpan(text: text, style: style)])
  }

  private func escape(_ style: InlineStyle) -> String {
    var codes: [String] = []
    if style.contains(.bold) { codes.append("1") }
    if style.contains(.faint) { codes.append("2") }
    if style.contains(.italic) { codes.append("3") }
    if style.contains(.link) { codes.append("4") }
    if style.contains(.struck) { codes.append("9") }
    if style.contains(.code) { codes.append("36") }
    return codes.isEmpty ? "" : "\u{1B}[\(codes.joined(separator: ";"))m"
  }
}

/// How a piece of text is shown.
struct InlineStyle: OptionSet, Sendable {
  let rawValue: UInt8
  static let bold = InlineStyle(rawValue: 1)
  static let italic = InlineStyle(rawValue: 2)
  static let struck = InlineStyle(rawValue: 4)
  static let code = InlineStyle(rawValue: 8)
  static let link = InlineStyle(rawValue: 16)
  static let faint = InlineStyle(rawValue: 32)
}

/// A piece of text in one style.
struct InlineSpan: Equatable, Sendable {
  var text: String
  var style: InlineStyle
  /// A line end that the text demands.
  var isBreak = false

  /// How a terminal shows a span: a link with its address behind it, a formula in Unicode.
  static func shown(_ span: MarkdownSpan) -> [InlineSpan] {
    var style: InlineStyle = []
    if span.emphasis.contains(.bold) { style.insert(.bold) }
    if span.emphasis.contains(.italic) { style.insert(.italic) }
    if span.emphasis.contains(.struck) { style.insert(.struck) }
    switch span.content {
    case .text(let text): return [InlineSpan(text: text, style: style)]
    case .lineBreak: return [InlineSpan(text: "", style: [], isBreak: true)]
    case .code(let code): return [InlineSpan(text: code, style: style.union(.code))]
    case .formula(let formula, _):
      return [InlineSpan(text: MathText.render(formula), style: style.union(.italic))]
    case .picture(let text, let address):
      let name = text.isEmpty ? address : text
      return [InlineSpan(text: "[picture: \(name)]", style: style.union(.link))]
    case .link(let text, let address):
      let link = InlineSpan(text: text, style: style.union(.link))
      guard address != text, !address.isEmpty else { return [link] }
      return [link, InlineSpan(text: " (\(address))", style: style.union(.faint))]
    }
  }
}
