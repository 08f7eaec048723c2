extension Lexer {
  /// A string literal from its quote on: one line, or several between `"""`.
  mutating func string() throws -> [StringSegment] {
    if starts(with: "\"\"\"") { return try multilineString() }
    let start = position
    position += 1
    var segments: [StringSegment] = []
    var text: [UInt8] = []
    while true {
      guard let byte = peek(), byte != 0x0A else {
        throw SyntaxError(
          message: Lexer.noClosingQuote,
          range: SourceRange(start, position))
      }
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        flush(&text, into: &segments)
        return segments
      case UInt8(ascii: "\\"):
        try escape(into: &text, &segments, isMultiline: false)
      default:
        text.append(byte)
        position += 1
      }
    }
  }

  private func flush(_ text: inout [UInt8], into segments: inout [StringSegment]) {
    if !text.isEmpty { segments.append(.text(String(decoding: text, as: UTF8.self))) }
    text = []
  }

  /// Reads what follows a backslash.
  private mutating func escape(
    into text: inout [UInt8], _ segments: inout [StringSegment], isMultiline: Bool
  ) throws {
    let start = position
    guard let byte = peek(1) else {
      throw SyntaxError(
        message: "the text ends inside a string", range: SourceRange(start, start + 1),
        isIncomplete: isMultiline)
    }
    position += 2
    switch byte {
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "0"): text.append(0)
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "'"): text.append(byte)
    case UInt8(ascii: "u"): text += try unicodeEscape(from: start)
    case UInt8(ascii: "("):
      flush(&text, into: &segments)
      segments.append(.interpolation(try interpolation(from: start, isMultiline: isMultiline)))
    default:
      throw SyntaxError(
        message: "a backslash is followed by one of n t r 0 \" \\ u{…} or (",
        range: SourceRange(start, position), help: "write \\\\ for a backslash")
    }
  }

  private mutating func interpolation(from start: Int, isMultiline: Bool) throws -> [Token] {
    guard interpolationDepth < Lexer.maximumInterpolationDepth else {
      throw SyntaxError(
        message: "strings are nested too deeply in interpolations",
        range: SourceRange(start, position))
    }
    let allowed = newlinesAllowed
    interpolationDepth += 1
    newlinesAllowed = allowed && isMultiline
    defer {
      interpolationDepth -= 1
      newlinesAllowed = allowed
    }
    do {
      return try tokens(untilParenthesis: true)
    } catch let error as SyntaxError where error.message == Lexer.noClosingQuote && !isMultiline {
      // The quote that was to end the string has begun one inside the interpolation.
      throw SyntaxError(
        message: "this value in a string has no closing ')' on its line",
        range: SourceRange(start, start + 2))
    }
  }

  private static let noClosingQuote = "this string has no closing quote on its line"

  /// `\u{1F600}`: the UTF-8 bytes of the scalar.
  private mutating func unicodeEscape(from start: Int) throws -> [UInt8] {
    if peek() == UInt8(ascii: "{") {
      position += 1
      let digitsStart = position
      while let byte = peek(), byte < 0x80, Character(Unicode.Scalar(byte)).isHexDigit {
        position += 1
      }
      let digits = String(decoding: bytes[digitsStart..<position], as: UTF8.self)
      if peek() == UInt8(ascii: "}"), let code = UInt32(digits, radix: 16),
        let scalar = Unicode.Scalar(code)
      {
        position += 1
        return Array(String(Character(scalar)).utf8)
      }
    }
    throw SyntaxError(
      message: "a character by its number is written \\u{1F600}",
      range: SourceRange(start, position))
  }

  /// A string between `"""` lines, whose indentation is that of the closing quotes.
  private mutating func multilineString() throws -> [StringSegment] {
    let start = position
    position += 3
    while let byte = peek(), byte == 0x20 || byte == 0x09 || byte == 0x0D { position += 1 }
    guard let first = peek() else { throw endsInside(start) }
    guard first == 0x0A else {
      throw SyntaxError(
        message: "the text of a string between \"\"\" begins on a line of its own",
        range: SourceRange(start, start + 3))
    }
    position += 1
    // Every line is a list of segments without its indentation rule applied yet.
    var lines: [[StringSegment]] = []
    var offsets: [Int] = []
    while true {
      let lineStart = position
      while let byte = peek(), byte == 0x20 || byte == 0x09 { position += 1 }
      if starts(with: "\"\"\"") {
        let indentation = Array(bytes[lineStart..<position])
        position += 3
        return try assemble(lines, at: offsets, without: indentation)
      }
      position = lineStart
      offsets.append(lineStart)
      lines.append(try line(of: start))
    }
  }

  private func endsInside(_ start: Int) -> SyntaxError {
    SyntaxError(
      message: "this string has no closing \"\"\"", range: SourceRange(start, start + 3),
      isIncomplete: true)
  }

  /// One line of a string of several, with its newline unless a backslash ends it.
  private mutating func line(of start: Int) throws -> [StringSegment] {
    var segments: [StringSegment] = []
    var text: [UInt8] = []
    while true {
      guard let byte = peek() else { throw endsInside(start) }
      if starts(with: "\"\"\"") {
        throw SyntaxError(
          message: "the closing \"\"\" stands on a line of its own",
          range: SourceRange(position, position + 3))
      }
      switch byte {
      case 0x0D where peek(1) == 0x0A:
        position += 1
      case 0x0A:
        position += 1
        text.append(byte)
        flush(&text, into: &segments)
        return segments
      case UInt8(ascii: "\\") where peek(1) == 0x0A:
        position += 2
        flush(&text, into: &segments)
        return segments
      case UInt8(ascii: "\\"):
        try escape(into: &text, &segments, isMultiline: true)
      default:
        text.append(byte)
        position += 1
      }
    }
  }

  private func assemble(
    _ lines: [[StringSegment]], at offsets: [Int], without indentation: [UInt8]
  ) throws -> [StringSegment] {
    var result: [StringSegment] = []
    for (number, line) in lines.enumerated() {
      var line = line
      let offset = offsets[number]
      if bytes[offset...].starts(with: indentation) {
        if !indentation.isEmpty, case .text(let text)? = line.first {
          line[0] = .text(
            String(decoding: text.utf8.dropFirst(indentation.count), as: UTF8.self))
        }
      } else if case .text(let text)? = line.first, text.allSatisfy(\.isWhitespace) {
        line[0] = .text("\n")
      } else {
        throw SyntaxError(
          message: "this line is indented less than the closing \"\"\"",
          range: SourceRange(offset, offset + 1))
      }
      result += line
    }
    // The newline before the closing quotes is not part of the text.
    if case .text(let text)? = result.last, text.last == "\n" {
      result[result.count - 1] = .text(String(text.dropLast()))
    }
    return merged(result)
  }

  private func merged(_ segments: [StringSegment]) -> [StringSegment] {
    var result: [StringSegment] = []
    var text = ""
    for segment in segments {
      switch segment {
      case .text(let piece):
        text += piece
      case .interpolation:
        if !text.isEmpty { result.append(.text(text)) }
        text = ""
        result.append(segment)
      }
    }
    if !text.isEmpty { result.append(.text(text)) }
    return result
  }
}
