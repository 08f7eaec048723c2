public import Sessions

/// Running a file and comparing what its cells show with what is recorded: `notch replay FILE`.
///
/// Runs what `FileRun` runs, in the same way. A cell that differs does not stop a replay; one that
/// fails unexpectedly does, unless the options say to go on.
public struct Replay: Sendable {
  private let run: FileRun

  /// Makes a replay ready; throws a `ParameterError` if the options set a parameter wrongly.
  public init(_ file: CellFile, options: RunOptions = RunOptions()) throws(ParameterError) {
    run = try FileRun(file, options: options)
  }

  /// The file that is replayed.
  public var file: CellFile { run.file }

  /// Replays the file; `progress` is called before each cell that runs, `finished` after it.
  public func run<Runner: CellRunner>(
    with runner: Runner, progress: (Cell) -> Void = { _ in },
    finished: (ReplayReport.Entry) -> Void = { _ in }
  ) -> ReplayReport {
    var report = ReplayReport(total: run.wanted.count)
    run.run(with: runner, willRun: progress) { entry in
      // A cell that ran for the sake of others counts only where it kept them from running.
      guard entry.isWanted || entry.failedUnexpectedly else { return }
      report.extra += entry.isWanted ? 0 : 1
      let replayed = compare(entry)
      report.entries.append(replayed)
      finished(replayed)
    }
    return report
  }

  private func compare(_ entry: FileRun.Entry) -> ReplayReport.Entry {
    let cell = entry.cell
    let lines = OutputLine.lines(of: entry.outcome)
    var result = ReplayReport.Entry.Result.passed
    if entry.failedUnexpectedly, let failure = entry.outcome.failure {
      result = .failed(failure)
    } else if let difference = file.difference(
      of: cell, lines: lines, failed: entry.outcome.failure != nil,
      tolerance: run.options.tolerance(of: cell, in: file))
    {
      result = .differs(difference)
    }
    return ReplayReport.Entry(
      cell: cell, result: result, lines: lines, outputs: entry.outcome.outputs,
      seconds: entry.outcome.seconds, staleness: staleness(of: cell, lines),
      tolerance: run.options.tolerance(of: cell, in: file))
  }

  /// How the recording of a cell that is compared in part has another shape than its output.
  private func staleness(of cell: Cell, _ lines: [OutputLine]) -> String? {
    guard [.number, .shape, .ignore].contains(cell.check) else { return nil }
    let recorded = file.recorded(of: cell)
    let comparison = Comparison()
    guard !recorded.isEmpty, recorded.count != lines.count,
      !recorded.contains(where: comparison.isElision)
    else { return nil }
    let count = lines.count == 1 ? "1 line" : "\(lines.count) lines"
    let place = "cell \(cell.number), line \(cell.recording.lowerBound + 1)"
    return place + (cell.title.isEmpty ? "" : ": \(cell.title)")
      + " — it shows \(count) where \(recorded.count) \(recorded.count == 1 ? "is" : "are") recorded"
  }
}

/// What came of a replay.
public struct ReplayReport: Sendable {
  /// One cell that was run.
  public struct Entry: Sendable {
    /// What came of a cell.
    public enum Result: Sendable {
      case passed
      case differs(CellDifference)
      /// The cell failed although the file does not say that it should.
      case failed(Outcome.Failure)
    }

    /// The cell.
    public var cell: Cell
    /// What came of it.
    public var result: Result
    /// What the cell showed.
    public var lines: [OutputLine]
    /// The same as it was shown, with its figures.
    public var outputs: [Output]
    /// How long it took.
    public var seconds: Double
    /// What is old about a recording that is not compared in full, with its place; nil where nothing
    /// is.
    ///
    /// Such an entry has passed all the same.
    public var staleness: String?
    var tolerance: Double

    /// Whether it agreed with its recording.
    public var hasPassed: Bool {
      if case .passed = result { return true }
      return false
    }
  }

  /// How many cells there were to run.
  public let total: Int
  /// The cells that were run, in order.
  public internal(set) var entries: [Entry] = []

  /// How many cells failed that were not wanted for themselves.
  var extra = 0

  init(total: Int) { self.total = total }

  /// Whether every cell ran and agreed with its recording.
  public var hasPassed: Bool { entries.count == total && entries.allSatisfy(\.hasPassed) }
  /// How many cells agreed with their recording.
  public var passed: Int { entries.count(where: \.hasPassed) }
  /// How many cells were not reached.
  public var notRun: Int { total - (entries.count - extra) }
  /// How long the cells took together.
  public var seconds: Double { entries.reduce(0) { $0 + $1.seconds } }

  /// How cells differ from their recordings, in order.
  public var differences: [CellDifference] {
    entries.compactMap { if case .differs(let difference) = $0.result { difference } else { nil } }
  }

  /// Which cells failed unexpectedly, and why.
  public var failures: [(cell: Cell, failure: Outcome.Failure)] {
    entries.compactMap { entry in
      if case .failed(let failure) = entry.result { (entry.cell, failure) } else { nil }
    }
  }

  /// One line for the end of a report: `12 of 14 cells agree, 1 differs, 1 was not run`.
  public var summary: String {
    var parts = ["\(passed) of \(total) \(total == 1 ? "cell agrees" : "cells agree")"]
    let differing = differences.count
    if differing > 0 { parts.append("\(differing) \(differing == 1 ? "differs" : "differ")") }
    let failing = failures.count
    if failing > 0 { parts.append("\(failing) failed") }
    if notRun > 0 { parts.append("\(notRun) \(notRun == 1 ? "was" : "were") not run") }
    return parts.joined(separator: ", ")
  }

  /// The file with the output of this replay as its recording: `notch replay --record`.
  ///
  /// A recording that still holds, all but the last digits within the tolerance, stays as it is,
  /// with its elisions, so that a file changes only where its output did; with `allDigits` numbers
  /// within the tolerance are written anew, too. A cell that failed
  /// unexpectedly keeps its old recording: a failure is never recorded as what should be.
  /// Throws `CellFileError.tooLarge` if the outputs make the file too large.
  public func recording(
    of file: CellFile, allDigits: Bool = false
  ) throws(CellFileError) -> CellFile {
    var outputs: [Int: [RecordedLine]] = [:]
    for entry in entries {
      if case .failed = entry.result { continue }
      if case .differs(let difference) = entry.result, difference.kind == .missingError { continue }
      let comparison = Comparison(tolerance: allDigits ? 0 : entry.tolerance)
      let recorded = file.recorded(of: entry.cell)
      if comparison.differences(recorded: recorded, new: entry.lines) != nil {
        outputs[entry.cell.number] = entry.lines.map(\.recorded)
      }
    }
    return try file.recording(outputs)
  }
}
