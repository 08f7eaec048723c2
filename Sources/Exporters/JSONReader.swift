/// Why a text is no JSON: the rule and the place.
public struct JSONError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The number of the line, counted from 1.
  public let line: Int
  /// The number of the byte in its line, counted from 1.
  public let column: Int
  /// The rule that the text breaks, as one phrase.
  public let reason: String

  /// The error as one line: `line 3, column 7: a member needs a ':' behind its name`.
  public var description: String { "line \(line), column \(column): \(reason)" }
}

/// Reads JSON from UTF-8 bytes; a wrong text is an error with a place and never a trap.
struct JSONReader {
  /// How deep lists and objects may stand in each other.
  static let depthLimit = 256

  private let bytes: [UInt8]
  private var position = 0

  /// The value that a text holds.
  static func value(of bytes: [UInt8]) throws(JSONError) -> JSON {
    var reader = JSONReader(bytes: bytes)
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { reader.position = 3 }
    let value = try reader.value(depth: 0)
    reader.skipBlanks()
    guard reader.position == bytes.count else {
      throw reader.error("nothing may stand behind the value")
    }
    return value
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  private func error(_ reason: String, at offset: Int? = nil) -> JSONError {
    let before = bytes[..<min(offset ?? position, bytes.count)]
    let start = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    let line = before.count { $0 == 0x0A } + 1
    return JSONError(line: line, column: before.count - start + 1, reason: reason)
  }

  private mutating func skipBlanks() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      position += 1
    }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    position += 1
    return true
  }

  private mutating func value(depth: Int) throws(JSONError) -> JSON {
    skipBlanks()
    guard let byte = next else { throw error("the text ends where a value should stand") }
    switch byte {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number())
    default:
      for (word, value) in [("true", JSON.bool(true)), ("false", .bool(false)), ("null", .null)]
      where bytes[position...].starts(with: word.utf8) {
        position += word.utf8.count
        return value
      }
      throw error("no value begins so")
    }
  }

  private mutating func enter(_ depth: Int) throws(JSONError) {
    guard depth < Self.depthLimit else {
      throw error("lists and objects stand in each other at most \(Self.depthLimit) deep")
    }
    position += 1
  }

  private mutating func array(depth: Int) throws(JSONError) -> JSON {
    let start = position
    try enter(depth)
    var elements: [JSON] = []
    skipBlanks()
    if take(UInt8(ascii: "]")) { return .array([]) }
    while true {
      elements.append(try value(depth: depth + 1))
      skipBlanks()
      if take(UInt8(ascii: "]")) { return .array(elements) }
      guard next != nil else { throw error("this list has no ']'", at: start) }
      guard take(UInt8(ascii: ",")) else { throw error("a ',' or ']' should stand here") }
    }
  }

  private mutating func object(depth: Int) throws(JSONError) -> JSON {
    let start = position
    try enter(depth)
    var members: [JSON.Member] = []
    skipBlanks()
    if take(UInt8(ascii: "}")) { return .object([]) }
    while true {
      skipBlanks()
      guard next == UInt8(ascii: "\"") else {
        if next == nil { throw error("this object has no '}'", at: start) }
        throw error("the name of a member should stand here, in quotes")
      }
      let name = try string()
      skipBlanks()
      guard take(UInt8(ascii: ":")) else { throw error("a member needs a ':' behind its name") }
      members.append(JSON.Member(name: name, value: try value(depth: depth + 1)))
      skipBlanks()
      if take(UInt8(ascii: "}")) { return .object(members) }
      guard next != nil else { throw error("this object has no '}'", at: start) }
      guard take(UInt8(ascii: ",")) else { throw error("a ',' or '}' should stand here") }
    }
  }

  private mutating func digits() -> Int {
    let start = position
    while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
    return position - start
  }

  private mutating func number() throws(JSONError) -> String {
    let start = position
    _ = take(UInt8(ascii: "-"))
    let whole = position
    let count = digits()
    guard count > 0, count == 1 || bytes[whole] != UInt8(ascii: "0") else {
      throw error("a number begins with a digit, and with 0 only before a point", at: start)
    }
    if take(UInt8(ascii: ".")), digits() == 0 {
      throw error("digits should stand behind the point")
    }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      if digits() == 0 { throw error("digits should stand in the exponent") }
    }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private mutating func string() throws(JSONError) -> String {
    let start = position
    position += 1
    var text: [UInt8] = []
    while let byte = next {
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: text, as: UTF8.self) else {
          throw error("this string is not UTF-8", at: start)
        }
        return string
      case UInt8(ascii: "\\"): try escape(into: &text)
      case 0..<0x20:
        throw error(
          "a string holds no control characters; write '\\n' for a line end", at: position - 1)
      default: text.append(byte)
      }
    }
    throw error("this string has no closing quote", at: start)
  }

  private mutating func escape(into text: inout [UInt8]) throws(JSONError) {
    let start = position - 1
    guard let byte = next else { throw error("the text ends inside a string") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"):
      var code = try hexadecimal(from: start)
      if (0xD800..<0xDC00).contains(code), bytes[position...].starts(with: "\\u".utf8) {
        let before = position
        position += 2
        let low = try hexadecimal(from: before)
        if (0xDC00..<0xE000).contains(low) {
          code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
        } else {
          position = before
        }
      }
      // Half of a pair stands for no character.
      let scalar = Unicode.Scalar(code) ?? "\u{FFFD}"
      text += String(Character(scalar)).utf8
    default: throw error("no escape begins with '\\' and this character", at: start)
    }
  }

  private mutating func hexadecimal(from start: Int) throws(JSONError) -> UInt32 {
    let end = position + 4
    guard end <= bytes.count, bytes[position..<end].allSatisfy({ Self.isHexadecimal($0) }),
      let code = UInt32(String(decoding: bytes[position..<end], as: UTF8.self), radix: 16)
    else { throw error("four hexadecimal digits should stand behind '\\u'", at: start) }
    position = end
    return code
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
      UInt8(ascii: "A")...UInt8(ascii: "F"):
      true
    default: false
    }
  }
}
