/// Cuts a text into tokens.
///
/// It works on UTF-8 bytes and never looks back. An interpolation is cut by the same lexer, which
/// calls itself, so that strings may stand in strings.
struct Lexer {
  let bytes: [UInt8]
  var position = 0
  /// How many interpolations are open.
  var interpolationDepth = 0
  /// Inside an interpolation of a one-line string no line may end.
  var newlinesAllowed = true
  /// Whether it goes on behind what it cannot read; then the errors are collected.
  private let isRecovering: Bool
  private(set) var errors: [SyntaxError] = []

  static let maximumInterpolationDepth = 32

  init(_ text: String, isRecovering: Bool = false) {
    self.isRecovering = isRecovering
    bytes = Array(text.utf8)
    if bytes.starts(with: Array("#!".utf8)) { skipLine() }
  }

  /// The tokens of a whole text, the last of which is `end`.
  static func tokens(of text: String) throws -> [Token] {
    var lexer = Lexer(text)
    return try lexer.tokens(untilParenthesis: false)
  }

  /// Reads to the end, or to the parenthesis that closes an interpolation.
  mutating func tokens(untilParenthesis: Bool) throws -> [Token] {
    var tokens: [Token] = []
    var openParentheses = 0
    while true {
      let startsLine = try skipBlankRecovering() || (tokens.isEmpty && !untilParenthesis)
      let start = position
      guard let byte = peek() else {
        if untilParenthesis {
          throw SyntaxError(
            message: "the text ends inside an interpolation", range: SourceRange(start, start),
            isIncomplete: newlinesAllowed)
        }
        tokens.append(end(at: start, startsLine: startsLine))
        return tokens
      }
      if untilParenthesis {
        if startsLine && !newlinesAllowed {
          throw SyntaxError(
            message: "an interpolation in a one-line string ends on its line",
            range: SourceRange(start, start + 1))
        }
        if byte == UInt8(ascii: "(") { openParentheses += 1 }
        if byte == UInt8(ascii: ")") {
          if openParentheses == 0 {
            tokens.append(end(at: start, startsLine: startsLine))
            position += 1
            return tokens
          }
          openParentheses -= 1
        }
      }
      let followsDot = if case .symbol(.dot)? = tokens.last?.kind { true } else { false }
      let kind = try nextRecovering(byte, followsDot: followsDot)
      tokens.append(
        Token(
          kind: kind, range: SourceRange(start, position), startsLine: startsLine,
          spaceAfter: isBlank(peek())))
    }
  }

  /// Skips blanks; a comment without an end is the rest of the text.
  private mutating func skipBlankRecovering() throws -> Bool {
    do {
      return try skipBlank()
    } catch let error as SyntaxError {
      guard isRecovering else { throw error }
      errors.append(error)
      position = bytes.count
      return true
    }
  }

  /// A token, or a broken one for what cannot be read.
  private mutating func nextRecovering(
    _ byte: UInt8, followsDot: Bool
  ) throws -> Token.Kind {
    let start = position
    do {
      return try next(byte, followsDot: followsDot)
    } catch let error as SyntaxError {
      // An interpolation is part of its string, which is broken as a whole.
      guard isRecovering, interpolationDepth == 0 else { throw error }
      // The same slip again in the same line needs no words.
      let line = bytes[..<start].lastIndex(of: 0x0A) ?? 0
      if !errors.contains(where: { $0.help == error.help && $0.range.lower >= line }) {
        errors.append(error)
      }
      skipBroken(from: start, byte, error)
      return .broken
    }
  }

  private mutating func skipBroken(from start: Int, _ byte: UInt8, _ error: SyntaxError) {
    if byte == UInt8(ascii: "\"") {
      let isMultiline = bytes[start...].starts(with: Array("\"\"\"".utf8))
      position = min(max(position, start + (isMultiline ? 3 : 1)), bytes.count)
      guard isMultiline else { return skipLine() }
      while position < bytes.count {
        if starts(with: "\"\"\"") {
          position += 3
          return
        }
        position += 1
      }
      return
    }
    position = min(max(position, start + 1, Int(error.range.upper)), bytes.count)
    while let byte = peek(), byte & 0xC0 == 0x80 || Lexer.isLetter(byte) || Lexer.isDigit(byte) {
      position += 1
    }
  }

  private func end(at offset: Int, startsLine: Bool) -> Token {
    Token(
      kind: .end, range: SourceRange(offset, offset), startsLine: startsLine, spaceAfter: true)
  }

  func peek(_ distance: Int = 0) -> UInt8? {
    let index = position + distance
    return index < bytes.count ? bytes[index] : nil
  }

  func starts(with text: StaticString) -> Bool {
    guard position + text.utf8CodeUnitCount <= bytes.count else { return false }
    for offset in 0..<text.utf8CodeUnitCount
    where bytes[position + offset] != text.utf8Start[offset] { return false }
    return true
  }

  private func isBlank(_ byte: UInt8?) -> Bool {
    switch byte {
    case nil, 0x20, 0x09, 0x0A, 0x0D, 0x0C: true
    default: false
    }
  }

  private mutating func skipLine() {
    while let byte = peek(), byte != 0x0A { position += 1 }
  }

  /// Skips white space and comments; true when a line ended in them.
  private mutating func skipBlank() throws -> Bool {
    var sawNewline = false
    while let byte = peek() {
      switch byte {
      case 0x0A:
        sawNewline = true
        position += 1
      case 0x20, 0x09, 0x0D, 0x0C:
        position += 1
      case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "/"):
        skipLine()
      case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "*"):
        if try skipComment() { sawNewline = true }
      default:
        return sawNewline
      }
    }
    return sawNewline
  }

  /// Skips a comment between `/*` and `*/`, which may contain others.
  private mutating func skipComment() throws -> Bool {
    let start = position
    var depth = 0
    var sawNewline = false
    while let byte = peek() {
      if starts(with: "/*") {
        depth += 1
        position += 2
      } else if starts(with: "*/") {
        depth -= 1
        position += 2
        if depth == 0 { return sawNewline }
      } else {
        if byte == 0x0A { sawNewline = true }
        position += 1
      }
    }
    throw SyntaxError(
      message: "this comment has no end '*/'", range: SourceRange(start, start + 2),
      isIncomplete: true)
  }

  private mutating func next(_ byte: UInt8, followsDot: Bool) throws -> Token.Kind {
    switch byte {
    case UInt8(ascii: "\""):
      return .string(try string())
    case UInt8(ascii: "0")...UInt8(ascii: "9"):
      return followsDot ? try tupleIndex() : try number()
    case UInt8(ascii: "$"):
      return try anonymous()
    default:
      if Lexer.isLetter(byte) || byte >= 0x80 { return try word() }
      for (symbol, text) in Lexer.symbols[Int(byte)] where bytes[position...].starts(with: text) {
        position += text.count
        return .symbol(symbol)
      }
      let shown = byte < 0x20 ? "of code \(byte)" : "'\(Character(Unicode.Scalar(byte)))'"
      throw SyntaxError(
        message: "the character \(shown) has no meaning here",
        range: SourceRange(position, position + 1),
        help: Lexer.hint(byte))
    }
  }

  /// What may have been meant by a character of another language.
  private static func hint(_ byte: UInt8) -> String? {
    switch byte {
    case UInt8(ascii: "'"): "strings stand between double quotes"
    case UInt8(ascii: "#"): "a comment begins with //"
    case UInt8(ascii: "|"): "two Bools are joined by ||"
    case UInt8(ascii: "^"): "a power is written **"
    default: nil
    }
  }

  /// The signs by their first byte, longest first.
  private static let symbols: [[(Symbol, [UInt8])]] = {
    var table = [[(Symbol, [UInt8])]](repeating: [], count: 256)
    for symbol in Symbol.allCases {
      let text = Array(symbol.rawValue.utf8)
      table[Int(text[0])].append((symbol, text))
    }
    return table
  }()

  static func isLetter(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "_"):
      true
    default: false
    }
  }

  static func isDigit(_ byte: UInt8?) -> Bool {
    guard let byte else { return false }
    return byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }

  /// An identifier or a keyword: letters of any script, digits and `_`.
  private mutating func word() throws -> Token.Kind {
    let start = position
    while let byte = peek() {
      if Lexer.isLetter(byte) || Lexer.isDigit(byte) {
        position += 1
      } else if byte >= 0x80 {
        let scalar = scalar(at: position)
        let properties = scalar.properties
        guard
          properties.isXIDContinue || properties.isEmoji || scalar == "\u{200D}"
            || scalar == "\u{FE0F}"
        else {
          if position > start { break }
          let quotes: Set<Unicode.Scalar> = ["\u{201C}", "\u{201D}", "\u{201E}", "\u{2018}"]
          throw SyntaxError(
            message: "the character '\(Character(scalar))' has no meaning here",
            range: SourceRange(position, position + scalar.utf8.count),
            help: quotes.contains(scalar) ? "strings stand between straight quotes" : nil)
        }
        position += scalar.utf8.count
      } else {
        break
      }
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if let keyword = Keyword(rawValue: text) { return .keyword(keyword) }
    return .identifier(text)
  }

  private func scalar(at offset: Int) -> Unicode.Scalar {
    let piece = String(decoding: bytes[offset..<min(offset + 4, bytes.count)], as: UTF8.self)
    return piece.unicodeScalars.first ?? "\u{FFFD}"
  }

  private mutating func anonymous() throws -> Token.Kind {
    let start = position
    position += 1
    guard let digit = peek(), Lexer.isDigit(digit), !Lexer.isDigit(peek(1)) else {
      throw SyntaxError(
        message: "'$' wants a digit: the arguments of a closure are $0 to $9",
        range: SourceRange(start, start + 1))
    }
    position += 1
    return .anonymous(Int(digit - UInt8(ascii: "0")))
  }
}
