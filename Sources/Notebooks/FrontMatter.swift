import Language

/// The settings at the top of a cell file, between two lines `// ---`.
public struct FrontMatter: Sendable, Equatable {
  /// One `key: value`, known or not.
  public struct Entry: Sendable, Equatable {
    /// What stands before the colon.
    public var key: String
    /// What stands behind it, without quotes around it.
    public var value: String
    /// The number of its line, counted from 1.
    public var line: Int
  }

  /// The keys that mean something; any other is kept and warned of.
  public static let keys = [
    "title", "authors", "description", "license", "seed", "tolerance", "time-limit", "data",
  ]

  /// All entries in order.
  public internal(set) var entries: [Entry] = []
  /// Seed of the file's random numbers; 0 where the file sets none.
  public internal(set) var seed: UInt64 = 0
  /// How far real numbers may differ from their recording; see `Comparison`.
  public internal(set) var tolerance: Double = Comparison.defaultTolerance
  /// Seconds that a cell may take unless it says otherwise; nil is no limit.
  public internal(set) var timeLimit: Double?

  /// The settings of a file without front matter.
  public init() {}

  /// The value of a key; nil when the file does not set it.
  public subscript(key: String) -> String? { entries.first { $0.key == key }?.value }

  /// The title; nil where the file sets none.
  public var title: String? { self["title"] }
  /// The names of its authors.
  public var authors: [String] { list("authors") }
  /// Names of the data sets that the file reads.
  public var data: [String] { list("data") }

  private func list(_ key: String) -> [String] {
    commaSeparated(self[key] ?? "")
  }
}

/// The parts of a list such as `mnist, digits`, without blanks around them and without empty ones.
func commaSeparated(_ text: String) -> [String] {
  text.split(separator: ",").map { trimmed(String($0)) }.filter { !$0.isEmpty }
}

/// A text without blanks around it.
func trimmed(_ text: String) -> String {
  let bytes = Array(text.utf8)
  guard let first = bytes.firstIndex(where: { !Ascii.isBlank($0) }),
    let last = bytes.lastIndex(where: { !Ascii.isBlank($0) })
  else { return "" }
  return String(decoding: bytes[first...last], as: UTF8.self)
}

/// A number that is a length of time or a tolerance: finite, and not below a bound.
func finiteNumber(_ text: String, above bound: Double, orEqual: Bool) -> Double? {
  guard let number = Double(text), number.isFinite else { return nil }
  return number > bound || orEqual && number == bound ? number : nil
}

/// Reads the lines between the two `// ---`.
struct FrontMatterParser {
  let lines: SourceLines
  private(set) var matter = FrontMatter()
  private(set) var warnings: [CellFileWarning] = []

  init(_ lines: SourceLines) { self.lines = lines }

  static func isFence(_ line: ArraySlice<UInt8>) -> Bool {
    guard line.starts(with: "//".utf8) else { return false }
    let rest = line.dropFirst(2)
    return trimmed(String(decoding: rest.prefix(64), as: UTF8.self)) == "---"
      && rest.count <= 64
  }

  /// Reads front matter that opens in the line `first`; gives the line after its end.
  mutating func parse(from first: Int) throws(CellFileError) -> Int {
    var line = first + 1
    while line < lines.count {
      let slice = lines.slice(line)
      if Self.isFence(slice) { return line + 1 }
      if CellFileParser.isHeader(slice) { break }
      try parseEntry(slice, number: line + 1)
      line += 1
    }
    throw .unclosedFrontMatter(line: first + 1)
  }

  private mutating func parseEntry(
    _ slice: ArraySlice<UInt8>, number: Int
  ) throws(CellFileError) {
    if slice.allSatisfy(Ascii.isBlank) { return }
    let whole = String(decoding: slice, as: UTF8.self)
    guard slice.starts(with: "//".utf8) else { throw .badFrontMatter(line: number, text: whole) }
    let text = trimmed(String(decoding: slice.dropFirst(2), as: UTF8.self))
    if text.isEmpty || text.utf8.first == UInt8(ascii: "#") { return }
    guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else {
      throw .badFrontMatter(line: number, text: text)
    }
    let key = trimmed(String(text[..<colon]))
    let isName = key.utf8.allSatisfy {
      Ascii.isLetter($0) || Ascii.isDigit($0) || $0 == UInt8(ascii: "-")
    }
    guard !key.isEmpty, isName else { throw .badFrontMatter(line: number, text: text) }
    let value = unquoted(trimmed(String(text[text.utf8.index(after: colon)...])))
    guard matter[key] == nil else { throw .repeatedKey(line: number, key: key) }
    matter.entries.append(.init(key: key, value: value, line: number))
    try apply(key, value, number: number)
  }

  private mutating func apply(
    _ key: String, _ value: String, number: Int
  ) throws(CellFileError) {
    switch key {
    case "seed":
      guard let seed = UInt64(value) else {
        throw .badSetting(
          line: number, key: key, value: value, wanted: "a whole number from 0 to 2^64 - 1")
      }
      matter.seed = seed
    case "tolerance":
      guard let tolerance = finiteNumber(value, above: 0, orEqual: true) else {
        throw .badSetting(
          line: number, key: key, value: value, wanted: "a number that is not negative")
      }
      matter.tolerance = tolerance
    case "time-limit":
      guard let limit = finiteNumber(value, above: 0, orEqual: false) else {
        throw .badSetting(
          line: number, key: key, value: value, wanted: "a number of seconds above 0")
      }
      matter.timeLimit = limit
    default:
      if !FrontMatter.keys.contains(key) {
        let nearest = Suggestion.nearest(to: key, among: FrontMatter.keys)
        warnings.append(.init(line: number, kind: .unknownKey(key, nearest: nearest)))
      }
    }
  }

  private func unquoted(_ value: String) -> String {
    let bytes = value.utf8
    guard bytes.count >= 2, bytes.first == UInt8(ascii: "\""), bytes.last == UInt8(ascii: "\"")
    else { return value }
    return String(value.dropFirst().dropLast())
  }
}
