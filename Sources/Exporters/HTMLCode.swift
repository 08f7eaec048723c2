import Language

/// Code as HTML, coloured by the language's own tokens.
enum HTMLCode {
  /// The text of a cell, whose words stand in elements of one-letter classes.
  ///
  /// `k` keyword, `n` number, `s` string, `c` comment, `f` a name that is called, `t` a name that
  /// begins with a capital, `d` a choice such as `.channel`, `l` a label, `x` a character without
  /// meaning.
  static func colored(_ code: String) -> String {
    let bytes = Array(code.utf8)
    var html = ""
    var position = 0
    let pieces = SyntaxPiece.pieces(of: code)
    for (index, piece) in pieces.enumerated() where piece.range.lowerBound >= position {
      let lower = min(piece.range.lowerBound, bytes.count)
      let upper = min(piece.range.upperBound, bytes.count)
      html += HTML.escaped(String(decoding: bytes[position..<lower], as: UTF8.self))
      let text = HTML.escaped(String(decoding: bytes[lower..<upper], as: UTF8.self))
      let before = index > 0 ? pieces[index - 1].range : nil
      let letter = letter(of: piece, before: before, in: bytes)
      html += letter.map { "<span class=\($0)>\(text)</span>" } ?? text
      position = upper
    }
    return html + HTML.escaped(String(decoding: bytes[position...], as: UTF8.self))
  }

  private static func letter(
    of piece: SyntaxPiece, before: Range<Int>?, in bytes: [UInt8]
  ) -> String? {
    switch piece.kind {
    case .keyword: return "k"
    case .number: return "n"
    case .string: return "s"
    case .comment: return "c"
    case .unknown: return "x"
    case .symbol: return nil
    case .name:
      let (lower, upper) = (piece.range.lowerBound, piece.range.upperBound)
      let next = upper < bytes.count ? bytes[upper] : 0
      if next == UInt8(ascii: ":") { return "l" }
      let isMember = lower > 0 && bytes[lower - 1] == UInt8(ascii: ".")
      let owner = isMember && lower > 1 ? bytes[lower - 2] : 0
      if isMember, !isPartOfName(owner), owner != UInt8(ascii: ")"), owner != UInt8(ascii: "]"),
        owner != UInt8(ascii: "."), owner != UInt8(ascii: "}"), owner != UInt8(ascii: "\"")
      {
        return "d"
      }
      if let first = bytes[lower..<upper].first, (0x41...0x5A).contains(first) { return "t" }
      return next == UInt8(ascii: "(") ? "f" : nil
    }
  }

  private static func isPartOfName(_ byte: UInt8) -> Bool {
    byte >= 0x80 || byte == UInt8(ascii: "_") || (0x30...0x39).contains(byte)
      || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
  }
}
