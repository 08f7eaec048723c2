/// Compares recorded output with new output, a line at a time.
///
/// Words, integers, shapes and names of types agree when they are the same text. Real numbers a
/// and b agree when `|a - b| <= tolerance * max(1, |a|, |b|)`; nan agrees with nan, and an
/// infinity with itself. On a line with real numbers the blanks do not count, since columns grow
/// and shrink with the digits. `[..]` in a recording stands for any text in a line, and alone on
/// a line for any number of lines. Blanks at the end of a line never count.
public struct Comparison: Sendable {
  /// The tolerance where neither cell nor file sets one: a unit of the fourth decimal, which is
  /// the last that tensors print.
  public static let defaultTolerance = 1e-4

  /// How far real numbers may differ.
  public var tolerance: Double
  /// What is compared.
  public var check: Cell.Check

  /// A comparison under a tolerance.
  public init(tolerance: Double = Comparison.defaultTolerance, check: Cell.Check = .exact) {
    self.tolerance = tolerance
    self.check = check
  }

  /// The lines of both sides with what differs; nil when the outputs agree.
  public func differences(recorded: [RecordedLine], new: [OutputLine]) -> [DiffLine]? {
    if check == .ignore { return nil }
    var expected = recorded
    var got = new
    if check == .number {
      expected = expected.filter { holdsNumbers(OutputTokens(recorded: $0.text)) }
      got = got.filter { holdsNumbers(OutputTokens($0)) }
    } else if check == .shape {
      expected = expected.compactMap { line in
        if line.kind == .error || isElision(line) { return line }
        return TensorHeader.find(in: line.text).map { RecordedLine(.output, $0) }
      }
      got = got.compactMap { line in
        line.kind == .error
          ? line : TensorHeader.find(in: line.text).map { OutputLine(.output, $0) }
      }
    }
    // A message recorded by hand need not repeat the help.
    if !expected.contains(where: { $0.kind == .error && $0.text.hasPrefix("help: ") }) {
      got.removeAll { $0.kind == .error && $0.text.hasPrefix("help: ") }
    }
    return LineAlignment(expected: expected, got: got, comparison: self).differences()
  }

  func isElision(_ line: RecordedLine) -> Bool { trimmed(line.text) == "[..]" }

  private func holdsNumbers(_ line: OutputTokens) -> Bool {
    line.tokens.contains { $0.isNumber || $0.kind == .elision }
  }

  /// Whether two real numbers agree.
  public func agree(_ a: Double, _ b: Double) -> Bool {
    if a.isNaN || b.isNaN { return a.isNaN && b.isNaN }
    if a == b { return true }
    guard a.isFinite, b.isFinite else { return false }
    let bound = tolerance * max(1, abs(a), abs(b))
    // The last bits of the decimals that were written must not decide: 0.0162 - 0.0161 > 1e-4.
    return abs(a - b) <= bound * (1 + 1e-9)
  }

  // MARK: Lines

  func agree(_ recorded: RecordedLine, _ new: OutputLine) -> Bool {
    guard recorded.kind == new.kind else { return false }
    let text = withoutTrailingBlanks(recorded.text)
    let other = withoutTrailingBlanks(new.text)
    if text.utf8.elementsEqual(other.utf8) { return true }
    return agree(ComparedLine(recorded, check: check), ComparedLine(new, check: check))
  }

  /// Whether two lines agree that were cut before, for those who compare many with many.
  func agree(_ recorded: ComparedLine, _ new: ComparedLine) -> Bool {
    guard recorded.kind == new.kind else { return false }
    let (expected, got) = (recorded.tokens, new.tokens)
    let blanksCount = check != .number && !new.holdsReals
    let matched = matches(
      blanksCount ? recorded.withBlanks : recorded.withoutBlanks,
      blanksCount ? new.withBlanks : new.withoutBlanks
    ) {
      agree($0, of: expected, $1, of: got)
    } isElision: {
      $0.kind == .elision
    }
    if matched { return true }
    // An elision may also stand for a part of a word or number.
    guard recorded.elides, check != .number else { return false }
    return matches(elidable(expected.bytes), got.bytes.map(Elidable.byte)) {
      $0 == $1
    } isElision: {
      $0 == .elision
    }
  }

  func agree(
    _ token: OutputTokens.Token, of expected: OutputTokens,
    _ other: OutputTokens.Token, of got: OutputTokens
  ) -> Bool {
    if other.kind == .real, token.isNumber, let a = expected.value(token),
      let b = got.value(other)
    {
      return agree(a, b)
    }
    return expected.text(token) == got.text(other)
  }

  private enum Elidable: Equatable {
    case byte(UInt8)
    case elision
  }

  private func elidable(_ bytes: [UInt8]) -> [Elidable] {
    var result: [Elidable] = []
    var index = 0
    while index < bytes.count {
      let elides = bytes[index...].starts(with: OutputTokens.elision)
      result.append(elides ? .elision : .byte(bytes[index]))
      index += elides ? OutputTokens.elision.count : 1
    }
    return result
  }

  /// Whether a pattern with elisions fits a whole sequence.
  ///
  /// On a mismatch the last elision takes one element more; earlier ones never need to.
  func matches<Pattern, Element>(
    _ pattern: [Pattern], _ elements: [Element], agree: (Pattern, Element) -> Bool,
    isElision: (Pattern) -> Bool
  ) -> Bool {
    var (p, e) = (0, 0)
    var elision: (pattern: Int, element: Int)?
    while e < elements.count {
      if p < pattern.count, isElision(pattern[p]) {
        elision = (p, e)
        p += 1
      } else if p < pattern.count, agree(pattern[p], elements[e]) {
        p += 1
        e += 1
      } else if let last = elision {
        elision = (last.pattern, last.element + 1)
        p = last.pattern + 1
        e = last.element + 1
      } else {
        return false
      }
    }
    return pattern[p...].allSatisfy(isElision)
  }
}

/// A line cut for a comparison, with the tokens that count in it.
struct ComparedLine {
  let kind: RecordedLine.Kind
  let tokens: OutputTokens
  let withBlanks: [OutputTokens.Token]
  let withoutBlanks: [OutputTokens.Token]
  let holdsReals: Bool
  let elides: Bool

  init(_ line: RecordedLine, check: Cell.Check) {
    self.init(
      line.kind, OutputTokens(recorded: withoutTrailingBlanks(line.text)), check: check)
  }

  init(_ line: OutputLine, check: Cell.Check) {
    var line = line
    line.text = withoutTrailingBlanks(line.text)
    self.init(line.kind, OutputTokens(line), check: check)
  }

  private init(_ kind: RecordedLine.Kind, _ tokens: OutputTokens, check: Cell.Check) {
    self.kind = kind
    self.tokens = tokens
    withBlanks = tokens.tokens
    withoutBlanks = tokens.tokens.filter { token in
      check == .number ? token.isNumber || token.kind == .elision : token.kind != .blank
    }
    holdsReals = tokens.holdsReals
    elides = tokens.elides
  }
}

/// The name, shape and element type in a line such as `Quantized [3, 4] int8, symmetric …`.
enum TensorHeader {
  /// The part of a line that tells name, shape and type; nil if the line is no header.
  ///
  /// A header is words, or none, then a list of whole numbers in brackets, and a word at least
  /// before or behind it: `Tensor [3, 4] float32`, `float32 [3, 4]`, `[] int32`.
  static func find(in text: String) -> String? {
    let line = OutputTokens(OutputLine(.output, text))
    var index = 0
    let tokens = line.tokens
    var words = 0
    while index < tokens.count, tokens[index].kind != .mark {
      if tokens[index].kind == .word { words += 1 }
      index += 1
    }
    guard index < tokens.count, line.text(tokens[index]).elementsEqual("[".utf8) else { return nil }
    index += 1
    while index < tokens.count, !line.text(tokens[index]).elementsEqual("]".utf8) {
      let isComma = line.text(tokens[index]).elementsEqual(",".utf8)
      guard isComma || tokens[index].kind == .integer || tokens[index].kind == .blank,
        !line.text(tokens[index]).contains(Ascii.point)
      else { return nil }
      index += 1
    }
    guard index < tokens.count else { return nil }
    var end = index + 1
    if end + 1 < tokens.count, tokens[end].kind == .blank, tokens[end + 1].kind == .word {
      end += 2
      if end < tokens.count, tokens[end].kind == .integer { end += 1 }
    } else if words == 0 {
      return nil
    }
    return String(decoding: line.bytes[..<tokens[end - 1].range.upperBound], as: UTF8.self)
  }
}
