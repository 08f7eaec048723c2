import Language

/// Finds front matter, cells and recorded output among the lines of a file, in one pass.
struct CellFileParser {
  let lines: SourceLines
  private(set) var frontMatter = FrontMatter()
  private(set) var cells: [Cell] = []
  private(set) var warnings: [CellFileWarning] = []

  private var ids: [String: Int] = [:]
  private var ordinal = 0
  /// The exercise that hints, solutions and checks belong to, while its group goes on.
  private var exercise: Int?
  private var solved: Set<Int> = []
  private var streamOfExercise: UInt64 = 0

  init(_ lines: SourceLines) { self.lines = lines }

  /// Whether a line begins a cell: `//`, blanks, `%%`, then a blank or nothing more.
  static func isHeader(_ line: ArraySlice<UInt8>) -> Bool {
    guard let end = endOfMark(line) else { return false }
    return end == line.endIndex || Ascii.isBlank(line[end])
  }

  /// Where the `%%` of a header or of what looks like one ends.
  private static func endOfMark(_ line: ArraySlice<UInt8>) -> Int? {
    guard line.starts(with: "//".utf8) else { return nil }
    let rest = line.dropFirst(2).drop(while: Ascii.isBlank)
    return rest.starts(with: "%%".utf8) ? rest.startIndex + 2 : nil
  }

  /// Whether a line of code is recorded output, `//>`, or a recorded error, `//!`.
  static func recordedKind(_ line: ArraySlice<UInt8>) -> RecordedLine.Kind? {
    if line.starts(with: "//>".utf8) { return .output }
    return line.starts(with: "//!".utf8) ? .error : nil
  }

  mutating func parse() throws(CellFileError) {
    var line = 0
    if lines.count > 0, lines.slice(0).starts(with: "#!".utf8) { line = 1 }
    let opening = firstFull(in: line..<lines.count)
    if let opening, FrontMatterParser.isFence(lines.slice(opening)) {
      var parser = FrontMatterParser(lines)
      line = try parser.parse(from: opening)
      frontMatter = parser.matter
      warnings = parser.warnings
    }
    var start = line
    var header: Int?
    while line < lines.count {
      let slice = lines.slice(line)
      if Self.isHeader(slice) {
        try close(header: header, content: start..<line)
        header = line
        start = line + 1
      } else if Self.endOfMark(slice) != nil {
        warnings.append(.init(line: line + 1, kind: .almostHeader))
      }
      line += 1
    }
    try close(header: header, content: start..<line)
    markUnsolved()
  }

  /// Ends the cell whose header is in one line and whose text is in others.
  private mutating func close(header: Int?, content: Range<Int>) throws(CellFileError) {
    guard header != nil || firstFull(in: content) != nil else { return }
    guard cells.count < CellFile.cellLimit else {
      throw .tooManyCells(line: (header ?? content.lowerBound) + 1, limit: CellFile.cellLimit)
    }
    var head = CellHeader()
    if let header {
      let slice = lines.slice(header)
      head = try CellHeader(
        slice[(Self.endOfMark(slice) ?? slice.endIndex)...], line: header + 1)
      for key in head.unknown {
        let nearest = Suggestion.nearest(to: key, among: CellHeader.keys)
        warnings.append(.init(line: header + 1, kind: .unknownAttribute(key, nearest: nearest)))
      }
    }
    let line = (header ?? firstFull(in: content) ?? content.lowerBound) + 1
    if let id = head.id {
      if let first = ids.updateValue(line, forKey: id) {
        throw .repeatedID(line: line, id: id, first: first)
      }
    }
    let (body, recording) =
      head.kind.isProse
      ? try prose(content, kind: head.kind) : try code(content)
    let place = place(of: head, line: line)
    if head.kind == .exercise, !recording.isEmpty {
      warnings.append(.init(line: recording.lowerBound + 1, kind: .recordedExercise))
    }
    cells.append(
      Cell(
        number: cells.count + 1, kind: head.kind, title: head.title, attributes: head.attributes,
        id: head.id, check: head.check, tolerance: head.tolerance, timeout: head.timeout,
        tags: head.tags, line: line, exercise: place.exercise, stream: place.stream,
        isRun: !head.kind.isProse && head.kind != .exercise, body: body, recording: recording))
  }

  /// The exercise and the random stream of the next cell.
  ///
  /// A group begins with an exercise and ends before the next code, parameters or exercise cell.
  /// A solution draws from the stream of its exercise, so that the right answer, typed by a
  /// learner, gives the numbers of the solution.
  private mutating func place(
    of head: CellHeader, line: Int
  ) -> (exercise: Int?, stream: UInt64) {
    switch head.kind {
    case .code, .parameters: exercise = nil
    case .exercise: exercise = cells.count + 1
    case .markdown: break
    case .hint, .solution, .check:
      if exercise == nil, head.kind != .check {
        warnings.append(.init(line: line, kind: .withoutExercise(head.kind)))
      }
    }
    var stream: UInt64 = 0
    if !head.kind.isProse {
      let isAnswer = head.kind == .solution && exercise != nil
      if !isAnswer { ordinal += 1 }
      stream =
        head.id.map(CellStream.of(id:))
        ?? (isAnswer ? streamOfExercise : CellStream.of(ordinal: ordinal))
      if head.kind == .exercise { streamOfExercise = stream }
    }
    if head.kind == .solution, let exercise { solved.insert(exercise) }
    return (head.kind == .markdown ? nil : exercise, stream)
  }

  /// Warns of exercises without a solution and takes their checks out of the run.
  private mutating func markUnsolved() {
    for index in cells.indices {
      guard let exercise = cells[index].exercise, !solved.contains(exercise) else { continue }
      if cells[index].kind == .exercise {
        warnings.append(.init(line: cells[index].line, kind: .exerciseWithoutSolution))
      } else if cells[index].isRun {
        cells[index] = cells[index].leftOut()
      }
    }
    warnings.sort { $0.line < $1.line }
  }

  // MARK: The lines of a cell

  private func prose(
    _ content: Range<Int>, kind: Cell.Kind
  ) throws(CellFileError) -> (body: Range<Int>, recording: Range<Int>) {
    for line in content where !lines.slice(line).starts(with: "//".utf8) && !lines.isBlank(line) {
      throw .codeInProse(line: line + 1, kind: kind)
    }
    let body = withoutBlankEnds(content)
    return (body, body.upperBound..<body.upperBound)
  }

  /// Parts code from the block of recorded lines behind it.
  private func code(
    _ content: Range<Int>
  ) throws(CellFileError) -> (body: Range<Int>, recording: Range<Int>) {
    guard let first = content.first(where: { Self.recordedKind(lines.slice($0)) != nil }) else {
      let body = withoutBlankEnds(content)
      return (body, body.upperBound..<body.upperBound)
    }
    let body = withoutBlankEnds(content.lowerBound..<first)
    guard !body.isEmpty else { throw .outputBeforeCode(line: first + 1) }
    var last = first
    for line in first..<content.upperBound {
      if Self.recordedKind(lines.slice(line)) != nil {
        last = line
      } else if !lines.isBlank(line) {
        throw .codeAfterOutput(line: line + 1)
      }
    }
    return (body, first..<(last + 1))
  }

  private func firstFull(in range: Range<Int>) -> Int? {
    range.first { !lines.isBlank($0) }
  }

  private func withoutBlankEnds(_ range: Range<Int>) -> Range<Int> {
    guard let first = firstFull(in: range), let last = range.last(where: { !lines.isBlank($0) })
    else { return range.lowerBound..<range.lowerBound }
    return first..<(last + 1)
  }
}

extension Cell {
  /// The cell, not run by a replay.
  fileprivate func leftOut() -> Cell {
    Cell(
      number: number, kind: kind, title: title, attributes: attributes, id: id, check: check,
      tolerance: tolerance, timeout: timeout, tags: tags, line: line, exercise: exercise,
      stream: stream, isRun: false, body: body, recording: recording)
  }
}
