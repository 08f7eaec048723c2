/// A piece of the text of a paragraph, and what it is.
package struct MarkdownSpan: Sendable, Equatable {
  /// What it is.
  package enum Content: Sendable, Equatable {
    case text(String)
    case code(String)
    /// A formula in LaTeX's notation, `$x$` or `$$x$$`.
    case formula(String, isDisplay: Bool)
    case link(text: String, address: String)
    case picture(text: String, address: String)
    /// A line end that the text demands.
    case lineBreak
  }

  /// How it stands out.
  package struct Emphasis: OptionSet, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }
    package static let bold = Emphasis(rawValue: 1)
    package static let italic = Emphasis(rawValue: 2)
    package static let struck = Emphasis(rawValue: 4)
  }

  /// What it is.
  package var content: Content
  /// How it stands out.
  package var emphasis: Emphasis = []

  /// The spans of a paragraph in order.
  package static func spans(of text: String) -> [MarkdownSpan] { MarkdownInline.spans(of: text) }

  /// The words of a paragraph alone, with formulas in Unicode.
  package static func words(of text: some StringProtocol) -> String {
    spans(of: String(text)).map { span in
      switch span.content {
      case .text(let text), .code(let text), .link(let text, _), .picture(let text, _): text
      case .formula(let formula, _): MathText.render(formula)
      case .lineBreak: " "
      }
    }.joined()
  }
}

/// Reads emphasis, code, links and formulas out of a paragraph.
///
/// Tokens first, then runs of `*`, `_` and `~` are paired by one stack for each, as CommonMark
/// does it, in linear time; nothing recurses.
struct MarkdownInline {
  private enum Token {
    case span(MarkdownSpan)
    case run(String, style: MarkdownSpan.Emphasis, opens: Bool, closes: Bool)
  }

  private let characters: [Character]
  private var index = 0
  private var tokens: [Token] = []
  private var plain = ""
  /// How far a link or formula may reach.
  private static let reach = 2000
  /// Where the next `>` was found.
  private var nextAngle = 0
  /// Lengths of backtick runs that close nothing any more.
  private var unclosed: Set<Int> = []

  static func spans(of text: String) -> [MarkdownSpan] {
    var reader = MarkdownInline(characters: Array(text))
    reader.tokenize()
    return reader.paired()
  }

  private init(characters: [Character]) { self.characters = characters }

  private func character(_ index: Int) -> Character? {
    index >= 0 && index < characters.count ? characters[index] : nil
  }

  private mutating func flush() {
    if !plain.isEmpty { tokens.append(.span(MarkdownSpan(content: .text(plain)))) }
    plain = ""
  }

  private mutating func append(_ content: MarkdownSpan.Content) {
    flush()
    tokens.append(.span(MarkdownSpan(content: content)))
  }

  private mutating func tokenize() {
    while let current = character(index) {
      switch current {
      case "\\":
        let next = character(index + 1)
        if next == "\n" {
          breakLine(after: 2)
        } else if let next, next.isPunctuation || next.isSymbol {
          plain.append(next)
          index += 2
        } else {
          take()
        }
      case "\n":
        if plain.hasSuffix("  ") { breakLine(after: 1) } else { take() }
      case "`": if !code() { takeRun(of: "`") }
      case "$": if !formula() { take() }
      case "[": if !link(from: index, isImage: false) { take() }
      case "!": if character(index + 1) != "[" || !link(from: index + 1, isImage: true) { take() }
      case "<": if !address() { take() }
      case "*", "_", "~": emphasis(current)
      default: take()
      }
    }
    flush()
  }

  private mutating func take() {
    if let current = character(index) { plain.append(current) }
    index += 1
  }

  private mutating func takeRun(of mark: Character) {
    while character(index) == mark { take() }
  }

  private mutating func breakLine(after count: Int) {
    append(.lineBreak)
    index += count
  }

  private func length(ofRun mark: Character, from start: Int) -> Int {
    var end = start
    while character(end) == mark { end += 1 }
    return end - start
  }

  private mutating func code() -> Bool {
    let length = length(ofRun: "`", from: index)
    guard !unclosed.contains(length) else { return false }
    var place = index + length
    while place < characters.count {
      guard characters[place] == "`" else {
        place += 1
        continue
      }
      let other = self.length(ofRun: "`", from: place)
      if other == length {
        var text = String(characters[(index + length)..<place].map { $0 == "\n" ? " " : $0 })
        let isPadded = text.hasPrefix(" ") && text.hasSuffix(" ")
        if isPadded, text.contains(where: { $0 != " " }) {
          text = String(text.dropFirst().dropLast())
        }
        append(.code(text))
        index = place + length
        return true
      }
      place += other
    }
    unclosed.insert(length)
    return false
  }

  /// `$x$` and `$$x$$`; a sum of money, with a digit behind the second sign, is none.
  private mutating func formula() -> Bool {
    let width = character(index + 1) == "$" ? 2 : 1
    let start = index + width
    guard let first = character(start), first != " " || width == 2, first != "$" else {
      return false
    }
    let end = min(characters.count, start + Self.reach)
    var place = start
    while place < end, characters[place] != "$" {
      place += characters[place] == "\\" ? 2 : 1
    }
    guard place < end, place > start else { return false }
    if width == 1 {
      if characters[place - 1] == " " || character(place + 1)?.isNumber == true { return false }
    } else if character(place + 1) != "$" {
      return false
    }
    append(.formula(String(characters[start..<place]), isDisplay: width == 2))
    index = place + width
    return true
  }

  /// `[text](address)` and `![text](address)`.
  private mutating func link(from bracket: Int, isImage: Bool) -> Bool {
    let end = min(characters.count, bracket + Self.reach)
    var close = bracket + 1
    while close < end, characters[close] != "]" {
      if characters[close] == "[" { return false }
      close += 1
    }
    guard close < end, character(close + 1) == "(" else { return false }
    var last = close + 2
    while last < end, characters[last] != ")" {
      if characters[last] == "\n" { return false }
      last += 1
    }
    guard last < end else { return false }
    let text = String(characters[(bracket + 1)..<close].map { $0 == "\n" ? " " : $0 })
    let address = String(characters[(close + 2)..<last].prefix { $0 != " " })
    append(isImage ? .picture(text: text, address: address) : .link(text: text, address: address))
    index = last + 1
    return true
  }

  private mutating func address() -> Bool {
    // One search serves all the `<` before the same `>`.
    if nextAngle <= index {
      nextAngle = characters[index...].firstIndex(of: ">") ?? characters.count
    }
    let close = nextAngle
    guard close < min(characters.count, index + Self.reach) else { return false }
    let text = String(characters[(index + 1)..<close])
    guard text.contains(":"), !text.contains(where: \.isWhitespace) else { return false }
    append(.link(text: text, address: text))
    index = close + 1
    return true
  }

  private mutating func emphasis(_ mark: Character) {
    let count = length(ofRun: mark, from: index)
    let before = character(index - 1)
    let after = character(index + count)
    func isSpace(_ character: Character?) -> Bool { character?.isWhitespace ?? true }
    func isWord(_ character: Character?) -> Bool {
      character.map { $0.isLetter || $0.isNumber } ?? false
    }
    var opens = !isSpace(after) && (isWord(after) || !isWord(before))
    var closes = !isSpace(before) && (isWord(before) || !isWord(after))
    if mark == "_" {
      // A word such as layer_norm holds no emphasis.
      if isWord(before), isWord(after) { (opens, closes) = (false, false) }
    }
    let style: MarkdownSpan.Emphasis? =
      switch (mark, count) {
      case ("~", 2): .struck
      case ("~", _): nil
      case (_, 1): .italic
      case (_, 2): .bold
      case (_, 3): [.bold, .italic]
      default: nil
      }
    let text = String(repeating: mark, count: count)
    index += count
    guard let style, opens || closes else {
      plain += text
      return
    }
    flush()
    tokens.append(.run(text, style: style, opens: opens, closes: closes))
  }

  // MARK: Pairing

  /// The spans, with every run of marks either turned into a style or shown as text.
  private func paired() -> [MarkdownSpan] {
    var partner = [Int](repeating: -1, count: tokens.count)
    var stack: [Int] = []
    var waiting: [String: Int] = [:]
    for (place, token) in tokens.enumerated() {
      guard case .run(let text, _, let opens, let closes) = token else { continue }
      // Three marks may close one run of three, or one of two and one of one.
      var wanted: Set<String> = waiting[text, default: 0] > 0 ? [text] : []
      if wanted.isEmpty, text.count == 3 {
        let parts: Set = [String(text.prefix(1)), String(text.prefix(2))]
        if parts.allSatisfy({ waiting[$0, default: 0] > 0 }) { wanted = parts }
      }
      if closes, !wanted.isEmpty {
        while !wanted.isEmpty, let open = stack.popLast() {
          guard case .run(let other, _, _, _) = tokens[open] else { continue }
          waiting[other, default: 1] -= 1
          if wanted.remove(other) != nil {
            partner[open] = place
            partner[place] = open
          }
        }
      } else if opens {
        stack.append(place)
        waiting[text, default: 0] += 1
      }
    }
    var spans: [MarkdownSpan] = []
    var style: MarkdownSpan.Emphasis = []
    for (place, token) in tokens.enumerated() {
      switch token {
      case .span(var span):
        span.emphasis.formUnion(style)
        spans.append(span)
      case .run(let text, let own, _, _):
        if partner[place] < 0 {
          spans.append(MarkdownSpan(content: .text(text), emphasis: style))
        } else if partner[place] > place {
          style.formUnion(own)
        } else {
          style.subtract(own)
        }
      }
    }
    return spans
  }
}
