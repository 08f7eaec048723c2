/// A line of output cut into words, numbers and marks for a comparison.
struct OutputTokens: Sendable {
  struct Token: Sendable {
    enum Kind: Sendable {
      case word
      case integer
      /// A number that is compared within a tolerance.
      case real
      case blank
      case mark
      /// `[..]` in a recording: any text.
      case elision
    }
    var kind: Kind
    var range: Range<Int>

    var isNumber: Bool { kind == .integer || kind == .real }
  }

  static let elision = Array("[..]".utf8)

  let bytes: [UInt8]
  private(set) var tokens: [Token] = []

  /// Cuts a recorded line, where `[..]` elides and numbers that look real are real.
  init(recorded text: String) {
    bytes = Array(text.utf8)
    cut(reals: [], guesses: true, elides: true)
  }

  /// Cuts a new line.
  init(_ line: OutputLine) {
    bytes = Array(line.text.utf8)
    cut(reals: line.reals, guesses: line.guessesReals, elides: false)
  }

  var holdsReals: Bool { tokens.contains { $0.kind == .real } }
  var elides: Bool { tokens.contains { $0.kind == .elision } }

  func text(_ token: Token) -> ArraySlice<UInt8> { bytes[token.range] }

  /// The value of a number; nil if it is none after all.
  func value(_ token: Token) -> Double? {
    var text = String(decoding: bytes[token.range], as: UTF8.self).lowercased()
    if text.hasSuffix(".") { text += "0" }
    let isNegative = text.hasPrefix("-")
    if isNegative || text.hasPrefix("+") { text.removeFirst() }
    if text == "infinity" { text = "inf" }
    if text.hasPrefix(".") { text = "0" + text }
    return Double(text).map { isNegative ? -$0 : $0 }
  }

  // MARK: Cutting

  private mutating func cut(reals: [Range<Int>], guesses: Bool, elides: Bool) {
    var index = 0
    var next = 0
    while index < bytes.count {
      while next < reals.count, reals[next].upperBound <= index { next += 1 }
      // A word ends where a real begins, whatever stands there.
      let start = next < reals.count ? reals[next].lowerBound : bytes.count
      let limit = start > index ? min(start, bytes.count) : bytes.count
      var token = nextToken(from: index, limit: limit, elides: elides)
      let overlaps = next < reals.count && reals[next].overlaps(token.range)
      if token.kind == .real, !guesses { token.kind = .integer }
      if token.kind == .integer, overlaps { token.kind = .real }
      tokens.append(token)
      index = token.range.upperBound
    }
  }

  private func nextToken(from index: Int, limit: Int, elides: Bool) -> Token {
    let byte = bytes[index]
    if elides, bytes[index...].starts(with: Self.elision) {
      return Token(kind: .elision, range: index..<(index + Self.elision.count))
    }
    if Ascii.isBlank(byte) {
      let end = bytes[index..<limit].firstIndex { !Ascii.isBlank($0) } ?? limit
      return Token(kind: .blank, range: index..<end)
    }
    if let number = number(from: index) { return number }
    guard Ascii.isLetter(byte) else { return Token(kind: .mark, range: index..<(index + 1)) }
    let end = bytes[index..<limit].firstIndex { !Ascii.isLetter($0) } ?? limit
    return Token(kind: .word, range: index..<end)
  }

  /// A number: a sign where one can stand, digits, a fraction, an exponent; or `nan`, `inf`.
  ///
  /// It looks real with a point or an exponent. A point belongs to it before a digit, or as the
  /// printers of tensors write `1.` before a blank, comma or bracket.
  private func number(from start: Int) -> Token? {
    var index = start
    if isSign(bytes[start]) {
      if start > 0 {
        let before = bytes[start - 1]
        let follows = "([{,=:<>|~/".utf8.contains(before) || Ascii.isBlank(before)
        guard follows else { return nil }
      }
      index += 1
    } else if bytes[start] == Ascii.point, start > 0, !Ascii.isBlank(bytes[start - 1]),
      !"([{,=:".utf8.contains(bytes[start - 1])
    {
      return nil
    }
    if let end = endOfNamed(from: index) { return Token(kind: .real, range: start..<end) }
    let whole = endOfDigits(from: index)
    var end = whole
    var isReal = false
    if end < bytes.count, bytes[end] == Ascii.point {
      let fraction = endOfDigits(from: end + 1)
      let next = end + 1 < bytes.count ? bytes[end + 1] : 0
      if fraction > end + 1 || whole > index && (Ascii.isBlank(next) || ",])".utf8.contains(next)) {
        end = fraction
        isReal = true
      }
    }
    guard end > index else { return nil }
    if end < bytes.count, bytes[end] | 0x20 == UInt8(ascii: "e") {
      let digits = end + 1 < bytes.count && isSign(bytes[end + 1]) ? end + 2 : end + 1
      let exponent = endOfDigits(from: digits)
      if exponent > digits {
        end = exponent
        isReal = true
      }
    }
    return Token(kind: isReal ? .real : .integer, range: start..<end)
  }

  private func isSign(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
  }

  private func endOfDigits(from start: Int) -> Int {
    guard start < bytes.count else { return start }
    return bytes[start...].firstIndex { !Ascii.isDigit($0) } ?? bytes.count
  }

  /// The end of `nan`, `inf` or `infinity` as a word of its own.
  private func endOfNamed(from start: Int) -> Int? {
    guard start < bytes.count, Ascii.isLetter(bytes[start]),
      start == 0 || !Ascii.isLetter(bytes[start - 1])
    else { return nil }
    var end = start
    while end < bytes.count, end - start < 9, Ascii.isLetter(bytes[end]) { end += 1 }
    let word = String(decoding: bytes[start..<end], as: UTF8.self).lowercased()
    return ["nan", "inf", "infinity"].contains(word) ? end : nil
  }
}
