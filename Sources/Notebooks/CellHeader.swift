import Language

/// What a header line says: `// %% Title [kind] key=value key="a value"`.
///
/// Kind and attributes stand at the end, in any order; the kind may also stand first. Everything
/// before them is the title, so that `Solve y=x for x` is a title.
struct CellHeader {
  var kind = Cell.Kind.code
  var title = ""
  var attributes: [Cell.Attribute] = []
  var id: String?
  var check = Cell.Check.exact
  var tolerance: Double?
  var timeout: Double?
  var tags: [String] = []
  var unknown: [String] = []

  static let keys = ["title", "id", "check", "tolerance", "timeout", "tags"]

  /// A header that a cell without one has.
  init() {}

  /// Reads what stands after `%%`.
  init(_ rest: ArraySlice<UInt8>, line: Int) throws(CellFileError) {
    let tokens = try Self.tokens(of: rest, line: line)
    var words = tokens[...]
    var foundKind: String?
    var found: [Cell.Attribute] = []
    reading: while let token = words.last {
      switch token.form {
      case .word: break reading
      case .kind(let name):
        guard foundKind == nil else {
          // A bracket further left belongs to the title unless it is surely meant as a kind.
          if Cell.Kind(rawValue: name) != nil { throw .secondKind(line: line, kind: name) }
          break reading
        }
        foundKind = name
      case .attribute(let attribute): found.append(attribute)
      case .unclosed(let key): throw .unclosedQuote(line: line, key: key)
      }
      words = words.dropLast()
    }
    if let first = words.first, case .kind(let name) = first.form {
      if foundKind == nil {
        foundKind = name
        words = words.dropFirst()
      } else if Cell.Kind(rawValue: name) != nil {
        throw .secondKind(line: line, kind: name)
      }
    }
    if let first = words.first, let last = words.last {
      title = String(
        decoding: rest[first.range.lowerBound..<last.range.upperBound], as: UTF8.self)
    }
    if let foundKind {
      guard let known = Cell.Kind(rawValue: foundKind) else {
        let nearest = Suggestion.nearest(to: foundKind, among: Cell.Kind.allCases.map(\.rawValue))
        throw .unknownKind(line: line, kind: foundKind, nearest: nearest)
      }
      kind = known
    }
    attributes = found.reversed()
    var seen: Set<String> = []
    for attribute in attributes {
      guard seen.insert(attribute.key).inserted else {
        throw .repeatedAttribute(line: line, key: attribute.key)
      }
      try apply(attribute, line: line)
    }
  }

  private mutating func apply(_ attribute: Cell.Attribute, line: Int) throws(CellFileError) {
    let (key, value) = (attribute.key, attribute.value)
    func bad(_ wanted: String) -> CellFileError {
      .badAttribute(line: line, key: key, value: value, wanted: wanted)
    }
    switch key {
    case "id":
      let isName = value.utf8.allSatisfy {
        Ascii.isLetter($0) || Ascii.isDigit($0) || $0 == UInt8(ascii: "-") || $0 == Ascii.point
      }
      guard !value.isEmpty, isName else { throw bad("made of letters, digits, '-', '_' and '.'") }
      id = value
    case "title":
      guard title.isEmpty else { throw .repeatedAttribute(line: line, key: key) }
      title = value
    case "check":
      guard let check = Cell.Check(rawValue: value) else {
        throw bad("one of " + Cell.Check.allCases.map(\.rawValue).joined(separator: ", "))
      }
      self.check = check
    case "tolerance":
      tolerance = finiteNumber(value, above: 0, orEqual: true)
      if tolerance == nil { throw bad("a number that is not negative") }
    case "timeout":
      timeout = finiteNumber(value, above: 0, orEqual: false)
      if timeout == nil { throw bad("a number of seconds above 0") }
    case "tags":
      tags = commaSeparated(value)
    default:
      unknown.append(key)
    }
  }

  // MARK: Tokens

  private struct Token {
    enum Form {
      case word
      case kind(String)
      case attribute(Cell.Attribute)
      case unclosed(key: String)
    }
    var form: Form
    var range: Range<Int>
  }

  private static func tokens(
    of rest: ArraySlice<UInt8>, line: Int
  ) throws(CellFileError) -> [Token] {
    var tokens: [Token] = []
    var index = rest.startIndex
    while index < rest.endIndex {
      if Ascii.isBlank(rest[index]) {
        index += 1
        continue
      }
      if let quoted = quotedAttribute(rest[index...]) {
        tokens.append(quoted)
        index = quoted.range.upperBound
        continue
      }
      let end = rest[index...].firstIndex(where: Ascii.isBlank) ?? rest.endIndex
      tokens.append(Token(form: form(of: rest[index..<end]), range: index..<end))
      index = end
    }
    return tokens
  }

  private static func form(of word: ArraySlice<UInt8>) -> Token.Form {
    if word.first == UInt8(ascii: "["), word.last == UInt8(ascii: "]"), word.count > 2 {
      let name = word.dropFirst().dropLast()
      let isName = name.allSatisfy { Ascii.isLetter($0) || $0 == UInt8(ascii: "-") }
      if isName { return .kind(String(decoding: name, as: UTF8.self)) }
    }
    guard let sign = endOfKey(word), sign + 1 < word.endIndex else { return .word }
    return .attribute(
      Cell.Attribute(
        key: String(decoding: word[..<sign], as: UTF8.self),
        value: String(decoding: word[(sign + 1)...], as: UTF8.self)))
  }

  /// The place of the `=` after a key: a letter, then letters, digits and `-`.
  private static func endOfKey(_ word: ArraySlice<UInt8>) -> Int? {
    guard let first = word.first, Ascii.isLetter(first) else { return nil }
    let end = word.firstIndex {
      !(Ascii.isLetter($0) || Ascii.isDigit($0) || $0 == UInt8(ascii: "-"))
    }
    guard let end, word[end] == UInt8(ascii: "=") else { return nil }
    return end
  }

  /// A `key="a value"`, where `\"` and `\\` stand for the character behind the backslash.
  private static func quotedAttribute(_ rest: ArraySlice<UInt8>) -> Token? {
    guard let sign = endOfKey(rest), sign + 1 < rest.endIndex,
      rest[sign + 1] == UInt8(ascii: "\"")
    else { return nil }
    let key = String(decoding: rest[..<sign], as: UTF8.self)
    var value: [UInt8] = []
    var index = sign + 2
    while index < rest.endIndex {
      let byte = rest[index]
      if byte == UInt8(ascii: "\\"), index + 1 < rest.endIndex {
        value.append(rest[index + 1])
        index += 2
        continue
      }
      if byte == UInt8(ascii: "\"") {
        let next = index + 1
        guard next == rest.endIndex || Ascii.isBlank(rest[next]) else { return nil }
        let attribute = Cell.Attribute(key: key, value: String(decoding: value, as: UTF8.self))
        return Token(form: .attribute(attribute), range: rest.startIndex..<next)
      }
      value.append(byte)
      index += 1
    }
    return Token(form: .unclosed(key: key), range: rest.startIndex..<rest.endIndex)
  }
}
