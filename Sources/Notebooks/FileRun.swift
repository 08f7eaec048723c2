public import Sessions

/// Running the cells of a file in order, without a comparison: `notch run FILE`.
///
/// Solutions run in the place of exercises, as in a replay.
public struct FileRun: Sendable {
  /// One cell that was run.
  public struct Entry: Sendable {
    /// The cell.
    public var cell: Cell
    /// What came of it.
    public var outcome: Outcome
    /// Whether it failed although its file does not say that it should.
    public var failedUnexpectedly: Bool
    /// Whether it was wanted, and not run only because one that was needs it.
    public var isWanted = true
  }

  /// The file that is run.
  public let file: CellFile
  /// What was chosen about the run.
  public let options: RunOptions
  private let overridden: [Int: String]
  private let needed: Set<Int>?

  /// Makes a run ready; throws a `ParameterError` if the options set a parameter wrongly.
  public init(_ file: CellFile, options: RunOptions = RunOptions()) throws(ParameterError) {
    self.file = file
    self.options = options
    overridden = try file.code(overriding: options.parameters)
    needed = options.cells.map { [overridden] in file.needed(for: $0, code: overridden) }
  }

  /// The cells that are wanted and run.
  var wanted: [Cell] {
    file.cells.filter {
      $0.isRun && !$0.isEmpty && options.cells?.contains($0.number) != false
    }
  }

  /// Runs the cells until one fails unexpectedly, or all of them if the options say so.
  ///
  /// `willRun` and `didRun` are called around each cell. Gives whether all went well: a run that
  /// was interrupted by the user ends at once, whatever the options say.
  @discardableResult
  public func run<Runner: CellRunner>(
    with runner: Runner, willRun: (Cell) -> Void = { _ in }, didRun: (Entry) -> Void = { _ in }
  ) -> Bool {
    runner.use(seed: options.seed(of: file))
    var isWell = true
    for cell in file.cells where cell.isRun && !cell.isEmpty {
      if needed?.contains(cell.number) == false { continue }
      willRun(cell)
      let outcome = runner.run(
        file.source(of: cell, code: overridden[cell.number]), stream: cell.stream,
        timeLimit: options.timeLimit(of: cell, in: file))
      let failed = outcome.isFailure(of: cell, in: file)
      didRun(
        Entry(
          cell: cell, outcome: outcome, failedUnexpectedly: failed,
          isWanted: options.cells?.contains(cell.number) != false))
      if failed { isWell = false }
      if outcome.wasStoppedByUser { return false }
      if failed, !options.keepsGoing { return false }
    }
    return isWell
  }
}

extension Outcome {
  /// Whether the cell failed and its file does not say that it should; an interruption is never
  /// what a file asks for.
  func isFailure(of cell: Cell, in file: CellFile) -> Bool {
    switch failure {
    case nil: false
    case .interrupted: true
    case .diagnostics, .expectation: !file.expectsError(cell)
    }
  }

  var wasStoppedByUser: Bool {
    if case .interrupted(.user) = failure { return true }
    return false
  }
}
