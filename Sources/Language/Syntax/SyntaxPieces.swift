/// A coloured or completed part of a text: what an editor wants to know of it, even where the text
/// is no program yet.
public struct SyntaxPiece: Sendable, Equatable {
  /// What a part of a text is.
  public enum Kind: Sendable {
    case keyword
    case name
    case number
    case string
    case comment
    case symbol
    /// A character that has no meaning.
    case unknown
  }

  /// What it is.
  public var kind: Kind
  /// Where it stands: UTF-8 offsets.
  public var range: Range<Int>
  /// Whether the text ends inside it: a string or comment that is not closed.
  public var isOpen = false

  /// The pieces of a text in order; blanks stand between them.
  ///
  ///     SyntaxPiece.pieces(of: "let x = 1  // one").map(\.kind)
  ///     // keyword, name, symbol, number, comment
  ///
  /// A text that cannot be cut is cut as far as it can be, and again behind the place at fault.
  public static func pieces(of text: String) -> [SyntaxPiece] {
    var cutter = PieceCutter(bytes: Array(text.utf8))
    cutter.cut()
    return cutter.pieces
  }
}

/// Cuts a text into pieces by the tokens of the language's own lexer.
private struct PieceCutter {
  let bytes: [UInt8]
  var pieces: [SyntaxPiece] = []
  private var position = 0
  /// How many faults a text may have before what is left is taken as unknown.
  private var patience = 64

  init(bytes: [UInt8]) { self.bytes = bytes }

  mutating func cut() {
    while position < bytes.count {
      guard patience > 0 else { return addUnknown(to: bytes.count) }
      patience -= 1
      guard let fault = cut(to: bytes.count) else { return }
      // The text before the fault can be cut, except where the fault lies inside a string.
      var end = fault
      while let earlier = cut(to: end), earlier < end { end = earlier }
      position = end
      step()
    }
  }

  /// Cuts a stretch; where that fails, nothing is added and the place of the fault returned.
  private mutating func cut(to end: Int) -> Int? {
    guard position < end else { return nil }
    let stretch = String(decoding: bytes[position..<end], as: UTF8.self)
    do {
      let tokens = try Lexer.tokens(of: stretch)
      var last = position
      for token in tokens { add(token, offset: position, after: &last) }
      position = end
      return nil
    } catch let error as SyntaxError {
      return min(max(position + Int(error.range.lower), position), end)
    } catch {
      return position
    }
  }

  private mutating func add(_ token: Token, offset: Int, after last: inout Int) {
    let range = (offset + Int(token.range.lower))..<(offset + Int(token.range.upper))
    addComments(in: last..<range.lowerBound)
    last = range.upperBound
    switch token.kind {
    case .identifier, .anonymous: pieces.append(SyntaxPiece(kind: .name, range: range))
    case .keyword: pieces.append(SyntaxPiece(kind: .keyword, range: range))
    case .int, .double: pieces.append(SyntaxPiece(kind: .number, range: range))
    case .symbol: pieces.append(SyntaxPiece(kind: .symbol, range: range))
    case .end, .broken: break
    case .string(let segments):
      var start = range.lowerBound
      for case .interpolation(let tokens) in segments {
        guard let first = tokens.first else { continue }
        var inner = offset + Int(first.range.lower)
        if inner > start { pieces.append(SyntaxPiece(kind: .string, range: start..<inner)) }
        for token in tokens { add(token, offset: offset, after: &inner) }
        start = max(start, inner)
      }
      if start < range.upperBound {
        pieces.append(SyntaxPiece(kind: .string, range: start..<range.upperBound))
      }
    }
  }

  /// Comments are what is not blank between two tokens.
  private mutating func addComments(in gap: Range<Int>) {
    guard !gap.isEmpty else { return }
    var index = gap.lowerBound
    while index < gap.upperBound {
      guard !isBlank(bytes[index]) else {
        index += 1
        continue
      }
      let isBlock = bytes[index...].starts(with: "/*".utf8)
      var end = index
      if isBlock {
        end = endOfBlock(from: index, limit: gap.upperBound)
      } else {
        while end < gap.upperBound, bytes[end] != 0x0A { end += 1 }
      }
      pieces.append(
        SyntaxPiece(
          kind: .comment, range: index..<end, isOpen: !isBlock && end == bytes.count))
      index = end
    }
  }

  private func endOfBlock(from start: Int, limit: Int) -> Int {
    var (index, depth) = (start, 0)
    while index < limit {
      if bytes[index..<limit].starts(with: "/*".utf8) {
        depth += 1
        index += 2
      } else if bytes[index..<limit].starts(with: "*/".utf8) {
        depth -= 1
        index += 2
        if depth == 0 { return index }
      } else {
        index += 1
      }
    }
    return limit
  }

  /// Takes what cannot be cut: an open string or comment, or else one character.
  private mutating func step() {
    guard position < bytes.count else { return }
    let rest = bytes[position...]
    if rest.starts(with: "\"\"\"".utf8) || rest.starts(with: "/*".utf8) {
      let kind: SyntaxPiece.Kind = rest.first == UInt8(ascii: "\"") ? .string : .comment
      pieces.append(SyntaxPiece(kind: kind, range: position..<bytes.count, isOpen: true))
      position = bytes.count
    } else if rest.first == UInt8(ascii: "\"") {
      var end = position + 1
      while end < bytes.count, bytes[end] != 0x0A, bytes[end] != UInt8(ascii: "\"") {
        end += bytes[end] == UInt8(ascii: "\\") ? 2 : 1
      }
      end = min(end, bytes.count)
      let isClosed = end < bytes.count && bytes[end] == UInt8(ascii: "\"")
      if isClosed { end += 1 }
      let isOpen = !isClosed && end == bytes.count
      pieces.append(SyntaxPiece(kind: .string, range: position..<end, isOpen: isOpen))
      position = end
    } else {
      var end = position + 1
      while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end += 1 }
      addUnknown(to: end)
    }
  }

  private mutating func addUnknown(to end: Int) {
    pieces.append(SyntaxPiece(kind: .unknown, range: position..<end))
    position = end
  }

  private func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || (0x09...0x0D).contains(byte)
  }
}
