/// The header of a safetensors file: what is said of each tensor, and free texts beside.
///
/// It is one JSON object: a name for each tensor, and `__metadata__` for the texts.
struct SafetensorsHeader {
  /// What is said of one tensor.
  struct Entry {
    var name: String
    var type: String
    var shape: [Int]
    /// The first byte and the one behind the last, counted from the end of the header.
    var start: Int
    var end: Int
  }

  static let metadataName = "__metadata__"

  var entries: [Entry] = []
  var metadata: [String: String] = [:]

  /// Reads the header; anything but what the format has is an error with its place.
  init(_ bytes: ArraySlice<UInt8>) throws(HeaderError) {
    var scanner = HeaderScanner(bytes)
    var names: Set<String> = []
    let result = try scanner.object { (name, scanner) throws(HeaderError) in
      guard names.insert(name).inserted else {
        throw scanner.error("the name '\(name)' stands there twice")
      }
      return name == Self.metadataName
        ? Member.texts(try Self.texts(&scanner)) : .tensor(try Self.entry(name, &scanner))
    }
    for member in result {
      switch member {
      case .texts(let texts): metadata = texts
      case .tensor(let entry): entries.append(entry)
      }
    }
    try scanner.end()
  }

  private enum Member {
    case texts([String: String])
    case tensor(Entry)
  }

  private static func texts(_ scanner: inout HeaderScanner) throws(HeaderError)
    -> [String: String]
  {
    var texts: [String: String] = [:]
    let pairs = try scanner.object { (name, scanner) throws(HeaderError) in
      (name, try scanner.string())
    }
    for (name, text) in pairs {
      guard texts.updateValue(text, forKey: name) == nil else {
        throw scanner.error("the name '\(name)' stands in '\(metadataName)' twice")
      }
    }
    return texts
  }

  private static func entry(
    _ name: String, _ scanner: inout HeaderScanner
  ) throws(HeaderError) -> Entry {
    var type: String?
    var shape: [Int]?
    var offsets: [Int]?
    _ = try scanner.object { (member, scanner) throws(HeaderError) in
      switch member {
      case "dtype" where type == nil: type = try scanner.string()
      case "shape" where shape == nil: shape = try scanner.numbers()
      case "data_offsets" where offsets == nil: offsets = try scanner.numbers()
      case "dtype", "shape", "data_offsets":
        throw scanner.error("'\(member)' of '\(name)' stands there twice")
      default: throw scanner.error("'\(name)' has a member '\(member)' that the format has not")
      }
    }
    guard let type, let shape, let offsets else {
      throw scanner.error("'\(name)' needs 'dtype', 'shape' and 'data_offsets'")
    }
    guard offsets.count == 2, offsets[0] <= offsets[1] else {
      throw scanner.error("the offsets of '\(name)' are a first byte and an end, not \(offsets)")
    }
    return Entry(name: name, type: type, shape: shape, start: offsets[0], end: offsets[1])
  }
}

/// Why a header is none: the place, in bytes from its beginning, and the rule that it breaks.
struct HeaderError: Error {
  let position: Int
  let reason: String
}

/// Reads the little of JSON that a header has: objects, texts and lists of whole numbers.
struct HeaderScanner {
  private let bytes: ArraySlice<UInt8>
  private var position: Int

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    position = bytes.startIndex
  }

  func error(_ reason: String) -> HeaderError {
    HeaderError(position: position - bytes.startIndex, reason: reason)
  }

  private var next: UInt8? { position < bytes.endIndex ? bytes[position] : nil }

  private mutating func skipBlanks() {
    while let byte = next, [0x20, 0x0A, 0x0D, 0x09].contains(byte) { position += 1 }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipBlanks()
    guard let next, UInt32(next) == character.value else { return false }
    position += 1
    return true
  }

  private mutating func need(_ character: Unicode.Scalar) throws(HeaderError) {
    guard take(character) else { throw error("a '\(character)' should stand here") }
  }

  /// Throws unless only blanks are left.
  mutating func end() throws(HeaderError) {
    skipBlanks()
    guard next == nil else { throw error("nothing may stand behind the object") }
  }

  /// The members of an object, each read by a closure that gets its name.
  mutating func object<R>(
    _ member: (String, inout HeaderScanner) throws(HeaderError) -> R
  ) throws(HeaderError) -> [R] {
    try need("{")
    var members: [R] = []
    if take("}") { return members }
    repeat {
      let name = try string()
      try need(":")
      members.append(try member(name, &self))
    } while take(",")
    try need("}")
    return members
  }

  /// A list of whole numbers that are not negative.
  mutating func numbers() throws(HeaderError) -> [Int] {
    try need("[")
    var numbers: [Int] = []
    if take("]") { return numbers }
    repeat { numbers.append(try number()) } while take(",")
    try need("]")
    return numbers
  }

  private mutating func number() throws(HeaderError) -> Int {
    skipBlanks()
    let start = position
    var value = 0
    while let byte = next, byte >= 0x30, byte <= 0x39 {
      let (tens, tooMany) = value.multipliedReportingOverflow(by: 10)
      let (sum, tooLarge) = tens.addingReportingOverflow(Int(byte - 0x30))
      guard !tooMany, !tooLarge else { throw error("this number is too large") }
      value = sum
      position += 1
    }
    guard position > start else { throw error("a whole number of at least 0 should stand here") }
    return value
  }

  /// A text in quotes.
  mutating func string() throws(HeaderError) -> String {
    try need("\"")
    var text: [UInt8] = []
    while let byte = next, byte != 0x22 {
      guard byte >= 0x20 else { throw error("a text holds no control character") }
      position += 1
      if byte == 0x5C { text += try escape() } else { text.append(byte) }
    }
    guard next != nil else { throw error("this text has no end") }
    position += 1
    guard let string = String(validating: text, as: UTF8.self) else {
      throw error("this text is not UTF-8")
    }
    return string
  }

  private mutating func escape() throws(HeaderError) -> [UInt8] {
    guard let byte = next else { throw error("this text has no end") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "f"): return [0x0C]
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "u"):
      let first = try unit()
      guard first & 0xF800 == 0xD800 else { return encoded(first) }
      guard first < 0xDC00, bytes[position...].starts(with: [0x5C, 0x75]) else {
        throw error("half of a pair of surrogates stands alone")
      }
      position += 2
      let second = try unit()
      guard second & 0xFC00 == 0xDC00 else {
        throw error("half of a pair of surrogates stands alone")
      }
      return encoded(0x10000 + (first & 0x3FF) << 10 + second & 0x3FF)
    default: throw error("no escape begins so")
    }
  }

  private func encoded(_ scalar: UInt32) -> [UInt8] {
    Unicode.Scalar(scalar).map { Array(String(Character($0)).utf8) } ?? []
  }

  private mutating func unit() throws(HeaderError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw error("four hexadecimal digits should stand here")
      }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    return value
  }
}
