import Tensors

/// Comma-separated values as RFC 4180 has them, read byte by byte.
///
/// A field in quotes may hold separators, line ends and, doubled, quotes. Lines end in LF, CR or both;
/// empty lines are skipped; a byte order mark is left out, and so are spaces around a field without
/// quotes. Strict otherwise: a file that was cut short
/// within quotes is an error, and so is a row with another number of fields. Time and memory are
/// linear in the bytes.
struct CSVReader {
  /// Where a field stands: its bytes without the quotes around it.
  struct Field {
    var start: UInt32
    var end: UInt32
    /// Whether it stood in quotes, so that doubled quotes stand for one.
    var isQuoted: Bool
  }

  /// More columns than this are a mistake.
  static let mostColumns = 16_384
  static let limit = 1 << 30
  private static let (quote, lineFeed, carriageReturn) = (UInt8(0x22), UInt8(0x0A), UInt8(0x0D))

  let bytes: [UInt8]
  let name: String
  /// All fields, row by row.
  private(set) var fields: [Field] = []
  /// Fields of a row.
  private(set) var width = 0

  init(_ bytes: [UInt8], name: String, separator: UInt8) throws {
    guard bytes.count <= Self.limit else {
      throw DatasetError.tooLarge(file: name, limit: Self.limit)
    }
    self.bytes = bytes
    self.name = name
    try read(separator)
  }

  /// The text of a field.
  func text(_ field: Field) throws -> String {
    let slice = field.isQuoted ? bytes[Int(field.start)..<Int(field.end)] : trimmed(field)
    guard let text = String(validating: slice, as: UTF8.self) else {
      throw DatasetError.badCSV(
        file: name, line: line(of: Int(field.start)), reason: "a field is not UTF-8")
    }
    guard field.isQuoted, text.contains("\"") else { return text }
    return text.split(separator: "\"\"", omittingEmptySubsequences: false).joined(separator: "\"")
  }

  /// The bytes of a field without spaces around it.
  func trimmed(_ field: Field) -> ArraySlice<UInt8> {
    var slice = bytes[Int(field.start)..<Int(field.end)]
    while let first = slice.first, first == 0x20 || first == 0x09 { slice.removeFirst() }
    while let last = slice.last, last == 0x20 || last == 0x09 { slice.removeLast() }
    return slice
  }

  /// The line in which a byte stands, from 1.
  func line(of position: Int) -> Int {
    var line = 1
    for index in bytes.indices.prefix(position) where isLineEnd(at: index) { line += 1 }
    return line
  }

  /// Whether a line ends with a byte; CR LF is one end.
  private func isLineEnd(at index: Int) -> Bool {
    if bytes[index] == Self.lineFeed { return true }
    guard bytes[index] == Self.carriageReturn else { return false }
    return index + 1 == bytes.count || bytes[index + 1] != Self.lineFeed
  }

  private mutating func read(_ separator: UInt8) throws {
    var place = 0
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { place = 3 }
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      throw DatasetError.badCSV(file: name, line: 1, reason: "it is UTF-16; save it as UTF-8")
    }
    var rows = 0
    while place < bytes.count {
      if rows & 0xFFF == 0 { try Stop.check() }
      rows += 1
      // An empty line is no row.
      if bytes[place] == Self.lineFeed || bytes[place] == Self.carriageReturn {
        place += 1
        continue
      }
      let (start, first) = (place, fields.count)
      try readRow(&place, separator)
      let found = fields.count - first
      if first == 0 {
        width = found
      } else if found != width {
        throw DatasetError.badCSV(
          file: name, line: line(of: start),
          reason: "the row has \(found) \(found == 1 ? "field" : "fields"), the first has \(width)")
      }
    }
  }

  /// Reads one row and its line end.
  private mutating func readRow(_ place: inout Int, _ separator: UInt8) throws {
    let first = fields.count
    while true {
      fields.append(
        place < bytes.count && bytes[place] == Self.quote
          ? try quotedField(&place) : try plainField(&place, separator))
      guard fields.count - first <= Self.mostColumns else {
        throw DatasetError.badCSV(
          file: name, line: line(of: place),
          reason: "a row has more than \(Self.mostColumns) fields")
      }
      guard place < bytes.count else { return }
      let byte = bytes[place]
      place += 1
      if byte == separator { continue }
      if byte == Self.carriageReturn, place < bytes.count, bytes[place] == Self.lineFeed {
        place += 1
      }
      if byte == Self.carriageReturn || byte == Self.lineFeed { return }
      throw DatasetError.badCSV(
        file: name, line: line(of: place - 1), reason: "something stands behind a closing quote")
    }
  }

  private func plainField(_ place: inout Int, _ separator: UInt8) throws -> Field {
    let start = place
    while place < bytes.count {
      let byte = bytes[place]
      if byte == separator || byte == Self.lineFeed || byte == Self.carriageReturn { break }
      if byte == Self.quote {
        throw DatasetError.badCSV(
          file: name, line: line(of: place),
          reason: "a quote stands within a field that does not begin with one")
      }
      if byte == 0 {
        throw DatasetError.badCSV(file: name, line: line(of: place), reason: "it is no text")
      }
      place += 1
    }
    return Field(start: UInt32(start), end: UInt32(place), isQuoted: false)
  }

  private func quotedField(_ place: inout Int) throws -> Field {
    let start = place + 1
    place = start
    while place < bytes.count {
      guard bytes[place] == Self.quote else {
        place += 1
        continue
      }
      guard place + 1 < bytes.count, bytes[place + 1] == Self.quote else {
        place += 1
        return Field(start: UInt32(start), end: UInt32(place - 1), isQuoted: true)
      }
      place += 2
    }
    throw DatasetError.badCSV(
      file: name, line: line(of: start), reason: "a quote that opens here is not closed")
  }
}
