import Language

/// A value for a parameter as it was given: `epochs=1`.
public struct ParameterOverride: Sendable, Equatable {
  /// The name of the parameter.
  public var name: String
  /// Its new value as it was typed.
  public var value: String

  /// A value for a name.
  public init(name: String, value: String) {
    self.name = name
    self.value = value
  }

  /// Parts `name=value` at the first `=`; throws if there is none or no name before it.
  public init(_ text: String) throws(ParameterError) {
    guard let sign = text.utf8.firstIndex(of: UInt8(ascii: "=")) else { throw .malformed(text) }
    name = trimmed(String(text[..<sign]))
    value = String(text[text.utf8.index(after: sign)...])
    if name.isEmpty { throw .malformed(text) }
  }
}

/// A name that a parameters cell defines with a literal: `let epochs = 3`.
public struct Parameter: Sendable, Equatable {
  /// What a parameter may hold.
  public enum Kind: String, Sendable {
    case int = "an integer"
    case double = "a number"
    case bool = "true or false"
    case string = "a string"
  }

  /// The name that the line defines.
  public var name: String
  /// What its default is, and so what it takes.
  public var kind: Kind
  /// The default as it is written in the file.
  public var literal: String
  /// The number of its line in the file, counted from 1.
  public var line: Int
  /// Where the literal stands in its line: UTF-8 offsets.
  var range: Range<Int>
}

/// Why a parameter could not be set.
public enum ParameterError: Error, Equatable, Sendable, CustomStringConvertible {
  case malformed(String)
  case unknown(name: String, nearest: String?, known: [String])
  case wrongKind(name: String, kind: Parameter.Kind, value: String)

  /// The error as one phrase.
  public var description: String {
    switch self {
    case .malformed(let text):
      return "a parameter is set by name=value, not \(excerpt(text))"
    case .unknown(let name, let nearest, let known):
      let start = "the file has no parameter \(excerpt(name))"
      if let nearest { return "\(start); did you mean \(nearest)?" }
      if known.isEmpty { return "\(start); it has no [parameters] cell with let name = literal" }
      return "\(start); it has \(known.joined(separator: ", "))"
    case .wrongKind(let name, let kind, let value):
      return "the parameter \(name) is \(kind.rawValue), not \(excerpt(value))"
    }
  }
}

extension CellFile {
  /// The parameters of the file: the lines `let name = literal` of its parameters cells.
  ///
  /// Other lines of such a cell are code as any other; they may use the parameters above them.
  public var parameters: [Parameter] {
    cells.filter { $0.kind == .parameters }.flatMap(parameters(of:))
  }

  func parameters(of cell: Cell) -> [Parameter] {
    cell.body.compactMap { line in
      ParameterLine.parse(lines.slice(line)).map { found in
        Parameter(
          name: found.name, kind: found.kind, literal: found.literal, line: line + 1,
          range: found.range)
      }
    }
  }

  /// The code of the parameters cells under other values, by the numbers of their cells.
  ///
  /// The literal itself is replaced, so that what is computed from a parameter further down the
  /// same cell follows it. Throws if a name is unknown or a value is of another kind.
  public func code(
    overriding overrides: [ParameterOverride]
  ) throws(ParameterError) -> [Int: String] {
    guard !overrides.isEmpty else { return [:] }
    let known = parameters
    var literals: [String: String] = [:]
    for override in overrides {
      let matching = known.filter { $0.name == override.name }
      guard let parameter = matching.first else {
        let names = known.map(\.name)
        throw .unknown(
          name: override.name, nearest: Suggestion.nearest(to: override.name, among: names),
          known: names)
      }
      guard let literal = ParameterLine.literal(override.value, as: parameter.kind) else {
        throw .wrongKind(name: override.name, kind: parameter.kind, value: override.value)
      }
      literals[override.name] = literal
    }
    var code: [Int: String] = [:]
    for cell in cells where cell.kind == .parameters {
      let found = Dictionary(parameters(of: cell).map { ($0.line, $0) }) { first, _ in first }
      code[cell.number] = cell.body.map { line in
        guard let parameter = found[line + 1], let literal = literals[parameter.name] else {
          return lines.text(line)
        }
        let bytes = Array(lines.slice(line))
        return String(decoding: bytes[..<parameter.range.lowerBound], as: UTF8.self) + literal
          + String(decoding: bytes[parameter.range.upperBound...], as: UTF8.self)
      }.joined(separator: "\n")
    }
    return code
  }
}

/// Reads `let name = literal` and literals alone.
enum ParameterLine {
  struct Found {
    var name: String
    var kind: Parameter.Kind
    var literal: String
    var range: Range<Int>
  }

  static func parse(_ line: ArraySlice<UInt8>) -> Found? {
    let bytes = Array(line)
    var index = 0
    func skipBlanks() { while index < bytes.count, Ascii.isBlank(bytes[index]) { index += 1 } }
    func word() -> String {
      let start = index
      while index < bytes.count, Ascii.isLetter(bytes[index]) || Ascii.isDigit(bytes[index]) {
        index += 1
      }
      return String(decoding: bytes[start..<index], as: UTF8.self)
    }
    skipBlanks()
    guard ["let", "var"].contains(word()) else { return nil }
    skipBlanks()
    let name = word()
    skipBlanks()
    guard let first = name.utf8.first, Ascii.isLetter(first), index < bytes.count,
      bytes[index] == UInt8(ascii: "=")
    else { return nil }
    index += 1
    skipBlanks()
    let start = index
    let end = endOfQuoted(bytes, from: start) ?? endOfPlain(bytes, from: start)
    let literal = String(decoding: bytes[start..<end], as: UTF8.self)
    let rest = bytes[end...].drop(while: Ascii.isBlank)
    guard let kind = kind(of: literal), rest.isEmpty || rest.starts(with: "//".utf8) else {
      return nil
    }
    return Found(name: name, kind: kind, literal: literal, range: start..<end)
  }

  /// The end of a run without blanks and slashes.
  private static func endOfPlain(_ bytes: [UInt8], from start: Int) -> Int {
    bytes[start...].firstIndex { Ascii.isBlank($0) || $0 == Ascii.slash } ?? bytes.count
  }

  /// The end of a text in quotes; nil where none begins or none ends.
  private static func endOfQuoted(_ bytes: [UInt8], from start: Int) -> Int? {
    guard start < bytes.count, bytes[start] == UInt8(ascii: "\"") else { return nil }
    var index = start + 1
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "\"") { return index + 1 }
      index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
    }
    return nil
  }

  static func kind(of literal: String) -> Parameter.Kind? {
    if literal == "true" || literal == "false" { return .bool }
    if isQuoted(literal) { return .string }
    if integer(literal) != nil { return .int }
    return double(literal) != nil ? .double : nil
  }

  /// The language's literal for a value as it was typed; nil when it is of another kind.
  ///
  /// An integer is taken where a number is wanted; a text may be typed without quotes.
  static func literal(_ text: String, as kind: Parameter.Kind) -> String? {
    let value = trimmed(text)
    switch kind {
    case .int: return integer(value).map { _ in value }
    case .bool: return value == "true" || value == "false" ? value : nil
    case .double:
      if integer(value) != nil { return value + ".0" }
      return double(value).map { _ in value }
    case .string: return isQuoted(value) ? value : quoted(text)
    }
  }

  private static func integer(_ text: String) -> Int? {
    let digits = text.utf8.drop { $0 == UInt8(ascii: "-") }
    let isDecimal = digits.allSatisfy { Ascii.isDigit($0) || $0 == UInt8(ascii: "_") }
    guard isDecimal, digits.first.map(Ascii.isDigit) == true else { return nil }
    return Int(text.filter { $0 != "_" })
  }

  private static func double(_ text: String) -> Double? {
    let digits = text.utf8.drop { $0 == UInt8(ascii: "-") }
    guard digits.first.map(Ascii.isDigit) == true, digits.last.map(Ascii.isDigit) == true,
      digits.allSatisfy({ Ascii.isDigit($0) || "eE.+-_".utf8.contains($0) }),
      let number = Double(text.filter { $0 != "_" }), number.isFinite
    else { return nil }
    return number
  }

  /// Whether a text is one string literal without interpolation.
  private static func isQuoted(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    guard endOfQuoted(bytes, from: 0) == bytes.count else { return false }
    return !text.contains("\\(") && !text.hasPrefix("\"\"\"")
  }

  private static func quoted(_ text: String) -> String {
    var literal = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": literal += "\\\""
      case "\\": literal += "\\\\"
      case "\n": literal += "\\n"
      case "\t": literal += "\\t"
      case _ where scalar.value < 32:
        literal += "\\u{\(String(scalar.value, radix: 16))}"
      default: literal.unicodeScalars.append(scalar)
      }
    }
    return literal + "\""
  }
}
