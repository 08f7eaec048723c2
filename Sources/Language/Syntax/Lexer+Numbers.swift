extension Lexer {
  /// A number: `12`, `1_000`, `0x1F`, `0b101`, `0o17`, `1.5`, `1e-3`.
  mutating func number() throws -> Token.Kind {
    let start = position
    if peek() == UInt8(ascii: "0"), let radix = radix(of: peek(1)) {
      position += 2
      return try integer(
        from: start, digits: digits { Lexer.isDigit($0, radix: radix) }, radix: radix)
    }
    var text = digits { Lexer.isDigit($0) }
    var isDouble = false
    // `1...3` and `1.rounded()` are not fractions.
    if peek() == UInt8(ascii: "."), Lexer.isDigit(peek(1)) {
      isDouble = true
      position += 1
      text += "." + digits { Lexer.isDigit($0) }
    }
    if let sign = exponentSign() {
      isDouble = true
      text += "e" + sign + digits { Lexer.isDigit($0) }
    }
    guard isDouble else { return try integer(from: start, digits: text, radix: 10) }
    try endNumber(from: start)
    guard let value = Double(text), value.isFinite else {
      throw SyntaxError(
        message: "the number \(text) is too large for a Double",
        range: SourceRange(start, position))
    }
    return .double(value)
  }

  /// The position in `pair.0`.
  mutating func tupleIndex() throws -> Token.Kind {
    let start = position
    return try integer(from: start, digits: digits { Lexer.isDigit($0) }, radix: 10)
  }

  private func radix(of byte: UInt8?) -> Int? {
    switch byte {
    case UInt8(ascii: "x"): 16
    case UInt8(ascii: "b"): 2
    case UInt8(ascii: "o"): 8
    default: nil
    }
  }

  private static func isDigit(_ byte: UInt8, radix: Int) -> Bool {
    guard let value = Character(Unicode.Scalar(byte)).hexDigitValue else { return false }
    return value < radix
  }

  private mutating func digits(_ accepts: (UInt8) -> Bool) -> String {
    var text: [UInt8] = []
    while let byte = peek() {
      if byte == UInt8(ascii: "_") {
        position += 1
      } else if byte < 0x80, accepts(byte) {
        text.append(byte)
        position += 1
      } else {
        break
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Reads `e`, `e+` or `e-` when digits follow; the sign as text.
  private mutating func exponentSign() -> String? {
    guard let byte = peek(), byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E") else {
      return nil
    }
    switch peek(1) {
    case UInt8(ascii: "-") where Lexer.isDigit(peek(2)):
      position += 2
      return "-"
    case UInt8(ascii: "+") where Lexer.isDigit(peek(2)):
      position += 2
      return ""
    case let next where Lexer.isDigit(next):
      position += 1
      return ""
    default:
      return nil
    }
  }

  private mutating func integer(from start: Int, digits: String, radix: Int) throws -> Token.Kind {
    try endNumber(from: start, radix: radix)
    guard !digits.isEmpty else {
      throw SyntaxError(
        message: "digits are missing in this number", range: SourceRange(start, position))
    }
    guard let value = UInt(digits, radix: radix), value <= UInt(Int.max) + 1 else {
      throw SyntaxError(
        message: "the number \(digits) is too large for an Int",
        range: SourceRange(start, position),
        help: radix == 10 ? "write \(digits).0 for a Double" : nil)
    }
    return .int(value)
  }

  /// A letter right behind a number is a slip, not a name.
  private func endNumber(from start: Int, radix: Int = 10) throws {
    if let byte = peek(), Lexer.isDigit(byte) {
      throw SyntaxError(
        message: "'\(Character(Unicode.Scalar(byte)))' is no digit of a number of base \(radix)",
        range: SourceRange(start, position + 1))
    }
    guard let byte = peek(), Lexer.isLetter(byte) || Lexer.isDigit(byte) || byte >= 0x80 else {
      return
    }
    throw SyntaxError(
      message: "a number cannot be followed by a letter",
      range: SourceRange(start, position + 1),
      help: "put an operator or a space between them")
  }
}
