import Language

extension Style {
  /// A text of the language with its words coloured by the language's own lexer.
  ///
  /// Control characters are shown as U+FFFD, since the code may come from a stranger's file.
  public func code(_ text: String) -> String {
    let text = Style.printable(text)
    guard isColored else { return text }
    let bytes = Array(text.utf8)
    var painted = ""
    var position = 0
    for piece in SyntaxPiece.pieces(of: text) where piece.range.lowerBound >= position {
      painted += String(decoding: bytes[position..<piece.range.lowerBound], as: UTF8.self)
      let part = String(decoding: bytes[piece.range], as: UTF8.self)
      painted += Style.role(of: piece.kind).map { paintLines(part, $0) } ?? part
      position = piece.range.upperBound
    }
    return painted + String(decoding: bytes[position...], as: UTF8.self)
  }

  /// The colour of a piece of code; nil for what has none.
  static func role(of kind: SyntaxPiece.Kind) -> Role? {
    switch kind {
    case .keyword: .keyword
    case .number: .number
    case .string: .string
    case .comment: .faint
    case .unknown: .error
    case .name, .symbol: nil
    }
  }

  /// Every line has codes of its own, so that a pager or a margin may come between.
  private func paintLines(_ text: String, _ role: Role) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { paint(String($0), role) }.joined(separator: "\n")
  }

  /// A text without characters that steer a terminal; tabs become blanks.
  static func printable(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n": result.append(scalar)
      case "\t": result.append(contentsOf: "  ".unicodeScalars)
      case "\r": break
      case _ where scalar.value < 32 || (127..<160).contains(scalar.value):
        result.append("\u{FFFD}")
      default: result.append(scalar)
      }
    }
    return String(result)
  }
}
