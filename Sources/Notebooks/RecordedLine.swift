public import Sessions

/// One line of recorded output as a file holds it, without its `//>` or `//!`.
public struct RecordedLine: Sendable, Hashable {
  /// Which mark a line has.
  public enum Kind: Sendable, Hashable {
    case output
    case error

    /// The mark that begins the line in a file.
    public var mark: String { self == .output ? "//>" : "//!" }
  }

  /// Which mark it has.
  public var kind: Kind
  /// What stands behind the mark and one blank.
  public var text: String

  /// A line with a mark.
  public init(_ kind: Kind, _ text: String) {
    self.kind = kind
    self.text = text
  }

  /// The line as it stands in a file: `//> 0.5`; no blank is left at its end.
  public var written: String {
    let text = withoutTrailingBlanks(text)
    return text.isEmpty ? kind.mark : "\(kind.mark) \(text)"
  }
}

/// One line of new output: its text, and where real numbers stand in it.
public struct OutputLine: Sendable, Equatable {
  /// Whether it is output or part of an error.
  public var kind: RecordedLine.Kind
  /// The line without its mark.
  public var text: String
  /// Ranges of UTF-8 offsets in `text` that hold real numbers.
  public var reals: [Range<Int>]
  /// Whether nobody said where the reals are, so that numbers which look real are taken as such.
  public var guessesReals: Bool

  /// A line of output.
  public init(
    _ kind: RecordedLine.Kind, _ text: String, reals: [Range<Int>] = [], guessesReals: Bool = false
  ) {
    self.kind = kind
    self.text = text
    self.reals = reals
    self.guessesReals = guessesReals
  }

  /// The line as a recording of it.
  public var recorded: RecordedLine { RecordedLine(kind, withoutTrailingBlanks(text)) }
}

extension OutputLine {
  /// The lines of all that a cell showed, then those of its error.
  public static func lines(of outcome: Outcome) -> [OutputLine] {
    outcome.outputs.flatMap(lines(of:)) + errorLines(of: outcome.failure)
  }

  /// The lines of one output; a line end at its end adds no empty line.
  public static func lines(of output: Output) -> [OutputLine] {
    let bytes = Array(output.text.utf8)
    let guesses = output.kind == .printed && output.reals.isEmpty
    let reals = output.reals.filter { !$0.isEmpty && $0.lowerBound >= 0 }
      .sorted { $0.lowerBound < $1.lowerBound }[...]
    var remaining = reals
    var lines: [OutputLine] = []
    var start = 0
    while start < bytes.count {
      let newline = bytes[start...].firstIndex(of: Ascii.newline) ?? bytes.count
      var end = newline
      if end > start, end < bytes.count, bytes[end - 1] == Ascii.carriageReturn { end -= 1 }
      remaining = remaining.drop { $0.upperBound <= start }
      let here = remaining.prefix { $0.lowerBound < end }.map { range in
        (max(range.lowerBound, start) - start)..<(min(range.upperBound, end) - start)
      }
      var line = OutputLine(.output, "", guessesReals: guesses)
      (line.text, line.reals) = shown(bytes[start..<end], reals: here)
      lines.append(line)
      start = newline + 1
    }
    return lines
  }

  /// The lines of a failure: the message of the first error and its help, without a place.
  static func errorLines(of failure: Outcome.Failure?) -> [OutputLine] {
    guard let failure else { return [] }
    let message: String
    var help: String?
    switch failure {
    case .diagnostics(let diagnostics):
      let first = diagnostics.first { $0.severity == .error } ?? diagnostics.first
      message = first?.message ?? "the cell failed"
      help = first?.help
    case .expectation(let diagnostic):
      message = diagnostic.message
      help = diagnostic.help
    case .interrupted(let reason):
      switch reason {
      case .user: message = "interrupted"
      case .timeLimit: message = "stopped at the time limit"
      case .stepLimit: message = "stopped at the step limit"
      }
    }
    let text = message + (help.map { "\nhelp: \($0)" } ?? "")
    return lines(of: Output(.result, text)).map { OutputLine(.error, $0.text) }
  }

  /// What a terminal would show of a line, and where its reals end up.
  ///
  /// A carriage return begins the line anew, a backspace takes the last character back, and any
  /// other control character is written out as `\u{1B}`, so that a recording is always text.
  private static func shown(
    _ bytes: ArraySlice<UInt8>, reals: [Range<Int>]
  ) -> (text: String, reals: [Range<Int>]) {
    func isControl(_ byte: UInt8) -> Bool { byte < 32 && byte != 9 || byte == 127 }
    guard bytes.contains(where: isControl) else {
      return (String(decoding: bytes, as: UTF8.self), reals)
    }
    var shown: [(byte: UInt8, real: Int?)] = []
    var next = 0
    for (offset, byte) in bytes.enumerated() {
      while next < reals.count, reals[next].upperBound <= offset { next += 1 }
      let real = next < reals.count && reals[next].contains(offset) ? next : nil
      switch byte {
      case Ascii.carriageReturn:
        // One at the end of a line does not wipe what it shows.
        if offset + 1 < bytes.count { shown.removeAll(keepingCapacity: true) }
      case Ascii.backspace:
        while let last = shown.popLast(), last.byte & 0xC0 == 0x80 {}
      case _ where isControl(byte):
        let code = String(byte, radix: 16, uppercase: true)
        shown += "\\u{\(code)}".utf8.map { ($0, nil) }
      default:
        shown.append((byte, real))
      }
    }
    var ranges: [Range<Int>] = []
    var current: (real: Int, start: Int)?
    for (offset, entry) in shown.enumerated() {
      if let open = current, open.real != entry.real {
        ranges.append(open.start..<offset)
        current = nil
      }
      if current == nil, let real = entry.real { current = (real, offset) }
    }
    if let current { ranges.append(current.start..<shown.count) }
    return (String(decoding: shown.map(\.byte), as: UTF8.self), ranges)
  }
}

/// A text without the blanks at its end.
func withoutTrailingBlanks(_ text: String) -> String {
  guard let last = text.utf8.last, Ascii.isBlank(last) else { return text }
  let end = text.utf8.lastIndex { !Ascii.isBlank($0) }
  return end.map { String(text[...$0]) } ?? ""
}
