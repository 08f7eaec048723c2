/// How the output of a cell differs from its recording.
public struct CellDifference: Sendable, Equatable {
  /// What kind of difference it is.
  public enum Kind: Sendable, Equatable {
    /// Lines differ.
    case changed
    /// Lines are recorded that the cell does not show now.
    case missing
    /// The cell shows lines that are not recorded.
    case unexpected
    /// The cell was to fail and did not.
    case missingError
  }

  /// The number of the cell, counted from 1.
  public var cell: Int
  /// The title of the cell; empty where it has none.
  public var title: String
  /// The number of the line in the file where the recording stands, or would stand.
  public var line: Int
  /// What kind of difference it is.
  public var kind: Kind
  /// All lines of both sides in order.
  public var diff: [DiffLine]

  /// What is wrong, as one phrase.
  public var reason: String {
    switch kind {
    case .changed: "the output differs from its recording"
    case .missing: "recorded output is missing"
    case .unexpected: "there is output that is not recorded"
    case .missingError: "the cell should fail and did not"
    }
  }

  /// The place and title: `cell 3, line 12: Scale and round`.
  public var heading: String {
    "cell \(cell), line \(line)" + (title.isEmpty ? "" : ": \(title)")
  }

  /// The diff as lines: ` ` both, `-` recorded, `+` new; long runs that agree are cut.
  public func unified(context: Int = 2) -> String {
    var lines = [heading + " — " + reason]
    var agreeing: [DiffLine] = []
    var seenDifference = false
    func flush(isLast: Bool) {
      let head = seenDifference ? agreeing.prefix(context) : []
      let tail = isLast ? [] : agreeing.dropFirst(head.count).suffix(context)
      let skipped = agreeing.count - head.count - tail.count
      lines += head.map(\.unified)
      if skipped > 0 { lines.append(" … \(skipped) \(skipped == 1 ? "line agrees" : "lines agree")") }
      lines += tail.map(\.unified)
      agreeing = []
    }
    for line in diff {
      if line.side == .both {
        agreeing.append(line)
      } else {
        flush(isLast: false)
        seenDifference = true
        lines.append(line.unified)
      }
    }
    flush(isLast: true)
    return lines.joined(separator: "\n")
  }
}

extension CellFile {
  /// Compares what a cell did with its recording; nil when they agree.
  ///
  /// A cell is to fail if it says `check=error` or has a recorded error; `Replay` asks only about
  /// outcomes that are no unexpected failure.
  func difference(
    of cell: Cell, lines new: [OutputLine], failed: Bool, tolerance: Double
  ) -> CellDifference? {
    let recorded = recorded(of: cell)
    var kind: CellDifference.Kind?
    if !failed, expectsError(cell) { kind = .missingError }
    let comparison = Comparison(tolerance: tolerance, check: cell.check)
    let diff = comparison.differences(recorded: recorded, new: new)
    guard kind != nil || diff != nil else { return nil }
    let sides = Set((diff ?? []).map(\.side))
    if kind == nil {
      kind =
        sides.contains(.expected)
        ? (sides.contains(.got) ? .changed : .missing) : .unexpected
    }
    return CellDifference(
      cell: cell.number, title: cell.title,
      line: cell.recording.isEmpty ? cell.line : cell.recording.lowerBound + 1,
      kind: kind ?? .changed, diff: diff ?? [])
  }

  /// Whether a cell is to fail.
  public func expectsError(_ cell: Cell) -> Bool {
    cell.check == .error || recorded(of: cell).contains { $0.kind == .error }
  }
}
