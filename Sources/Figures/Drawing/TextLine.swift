/// One line of a drawing: pieces of text with their ink.
struct TextLine: Equatable {
  struct Span: Equatable {
    var text: String
    var ink: Ink
    /// Whether it is a number that a replay compares within a tolerance.
    var isReal: Bool
  }

  private(set) var spans: [Span] = []

  init() {}
  init(_ text: String, _ ink: Ink = .plain) { add(text, ink) }

  mutating func add(_ text: String, _ ink: Ink = .plain) {
    guard !text.isEmpty else { return }
    if let last = spans.last, last.ink == ink, !last.isReal {
      spans[spans.count - 1].text += text
    } else {
      spans.append(Span(text: text, ink: ink, isReal: false))
    }
  }

  mutating func add(blanks count: Int) { add(String(repeating: " ", count: max(0, count))) }

  /// A number; where it has a point or an exponent it counts as a real.
  mutating func add(number: String, _ ink: Ink = .plain) {
    let isReal = number.utf8.contains { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "e") }
    guard isReal else { return add(number, ink) }
    spans.append(Span(text: number, ink: ink, isReal: true))
  }

  mutating func add(_ line: TextLine) {
    for span in line.spans {
      if span.isReal { spans.append(span) } else { add(span.text, span.ink) }
    }
  }

  var width: Int { spans.reduce(0) { $0 + PlainText.width(of: $1.text) } }

  /// The line without the blanks at its end.
  var trimmed: TextLine {
    var line = self
    while var last = line.spans.popLast() {
      if case .pixels = last.ink {
        line.spans.append(last)
        break
      }
      while last.text.hasSuffix(" ") { last.text.removeLast() }
      if !last.text.isEmpty {
        line.spans.append(last)
        break
      }
    }
    return line
  }

  var plain: String { spans.map(\.text).joined() }

  func painted(_ color: ColorDepth) -> String {
    spans.map { span in
      color.code(span.ink).map { "\u{1B}[\($0)m\(span.text)\u{1B}[0m" } ?? span.text
    }.joined()
  }
}

/// A drawing as text, with the places of the numbers in it.
public struct FigureText: Sendable, Equatable {
  /// The lines, without colour and without a line end behind the last.
  public let text: String
  /// Ranges of UTF-8 offsets in `text` that hold real numbers.
  public let reals: [Range<Int>]

  init(_ lines: [TextLine]) {
    var text = ""
    var reals: [Range<Int>] = []
    for (index, line) in lines.enumerated() {
      if index > 0 { text += "\n" }
      for span in line.spans {
        let start = text.utf8.count
        text += span.text
        if span.isReal { reals.append(start..<text.utf8.count) }
      }
    }
    (self.text, self.reals) = (text, reals)
  }
}
