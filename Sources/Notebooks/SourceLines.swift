/// The bytes of a file and where its lines begin.
///
/// Nothing is thrown away: a byte order mark, the line ends as they were written and a missing
/// last line end all stay in `bytes`, so that writing a file is writing its bytes.
struct SourceLines: Sendable {
  let bytes: [UInt8]
  /// Offset of the first byte of each line; the first line begins after a byte order mark.
  private let starts: [Int32]

  /// Finds the lines of a text that is known to be smaller than 2 GiB.
  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    var starts: [Int32] = []
    let first = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    if first < bytes.count { starts.append(Int32(clamping: first)) }
    var offset = first
    for byte in bytes.dropFirst(first) {
      offset += 1
      if byte == Ascii.newline, offset < bytes.count { starts.append(Int32(clamping: offset)) }
    }
    self.starts = starts
  }

  var count: Int { starts.count }

  /// The line with its line end.
  func whole(_ line: Int) -> Range<Int> {
    let lower = Int(starts[line])
    return lower..<(line + 1 < starts.count ? Int(starts[line + 1]) : bytes.count)
  }

  /// The line without its line end, which is `\n` or `\r\n`.
  func content(_ line: Int) -> Range<Int> {
    let range = whole(line)
    var upper = range.upperBound
    if upper > range.lowerBound, bytes[upper - 1] == Ascii.newline {
      upper -= 1
      if upper > range.lowerBound, bytes[upper - 1] == Ascii.carriageReturn { upper -= 1 }
    }
    return range.lowerBound..<upper
  }

  func slice(_ line: Int) -> ArraySlice<UInt8> { bytes[content(line)] }
  func text(_ line: Int) -> String { String(decoding: slice(line), as: UTF8.self) }

  /// The line's own line end; empty for a last line without one.
  func ending(_ line: Int) -> ArraySlice<UInt8> {
    bytes[content(line).upperBound..<whole(line).upperBound]
  }

  func isBlank(_ line: Int) -> Bool { slice(line).allSatisfy(Ascii.isBlank) }

  /// Number of the line that holds an offset, counted from 1.
  static func number(at offset: Int, in bytes: [UInt8]) -> Int {
    bytes.prefix(offset).count { $0 == Ascii.newline } + 1
  }
}

/// The few characters that the cell format and its comparison know by their codes.
enum Ascii {
  static let newline = UInt8(ascii: "\n")
  static let carriageReturn = UInt8(ascii: "\r")
  static let backspace: UInt8 = 8
  static let space = UInt8(ascii: " ")
  static let slash = UInt8(ascii: "/")
  static let percent = UInt8(ascii: "%")
  static let point = UInt8(ascii: ".")

  static func isBlank(_ byte: UInt8) -> Bool {
    byte == space || byte == UInt8(ascii: "\t") || byte == carriageReturn
  }

  static func isDigit(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }

  /// Whether a byte is part of a word: a letter, an underscore or part of a longer character.
  static func isLetter(_ byte: UInt8) -> Bool {
    (byte | 0x20) >= UInt8(ascii: "a") && (byte | 0x20) <= UInt8(ascii: "z")
      || byte == UInt8(ascii: "_") || byte >= 0x80
  }
}

/// The offset of the first byte that is not UTF-8, by the table of well-formed sequences in the
/// Unicode standard (table 3-7); nil when all is well.
func firstInvalidOffset(in bytes: [UInt8]) -> Int? {
  var index = 0
  while index < bytes.count {
    let lead = bytes[index]
    let trailing: Int
    var second: ClosedRange<UInt8> = 0x80...0xBF
    switch lead {
    case 0x00...0x7F: trailing = 0
    case 0xC2...0xDF: trailing = 1
    case 0xE0:
      trailing = 2
      second = 0xA0...0xBF
    case 0xED:
      trailing = 2
      second = 0x80...0x9F
    case 0xE1...0xEF: trailing = 2
    case 0xF0:
      trailing = 3
      second = 0x90...0xBF
    case 0xF1...0xF3: trailing = 3
    case 0xF4:
      trailing = 3
      second = 0x80...0x8F
    default: return index
    }
    for step in 0..<trailing {
      let place = index + 1 + step
      let allowed = step == 0 ? second : 0x80...0xBF
      guard place < bytes.count, allowed.contains(bytes[place]) else { return index }
    }
    index += trailing + 1
  }
  return nil
}
