public import Sessions

/// Proving that exercises are what they should be: `notch test FILE`.
///
/// Each solution passes its checks, and each starting point fails them. Around the exercises the
/// file runs as in a replay, with the solutions in their places, and nothing is compared.
public struct ExerciseTest: Sendable {
  /// What is wrong with an exercise.
  public enum Fault: Sendable {
    /// It has no cell that checks an answer.
    case withoutCheck
    /// It has no solution.
    case withoutSolution
    /// The checks pass before anybody has done anything.
    case startingPointPasses
    /// The solution fails, or one of the checks behind it: the cell and why.
    case solutionFails(Cell, Outcome.Failure)

    /// What is wrong, as one phrase.
    public var reason: String {
      switch self {
      case .withoutCheck: "it has no [check], so that any answer is right"
      case .withoutSolution: "it has no [solution]"
      case .startingPointPasses: "the starting point passes the checks, which should fail it"
      case .solutionFails(let cell, _):
        cell.kind == .check
          ? "the solution fails the check in line \(cell.line)"
          : "the solution in line \(cell.line) fails"
      }
    }
  }

  /// One exercise that was tried.
  public struct Entry: Sendable {
    /// The exercise.
    public var exercise: Cell
    /// What is wrong with it; empty if nothing is.
    public var faults: [Fault]
  }

  /// What came of a file.
  public struct Report: Sendable {
    /// The exercises in order.
    public internal(set) var entries: [Entry] = []
    /// A cell that is no part of an exercise and failed, which ended the test.
    public internal(set) var failure: (cell: Cell, failure: Outcome.Failure)?

    /// Whether every exercise is as it should be.
    public var hasPassed: Bool { failure == nil && entries.allSatisfy(\.faults.isEmpty) }
  }

  /// The file that is tested.
  public let file: CellFile
  private let options: RunOptions
  private let overridden: [Int: String]

  /// Makes a test ready; throws a `ParameterError` if the options set a parameter wrongly.
  public init(_ file: CellFile, options: RunOptions = RunOptions()) throws(ParameterError) {
    self.file = file
    self.options = options
    overridden = try file.code(overriding: options.parameters)
  }

  /// Tries every exercise; `progress` is called before each cell that runs.
  public func run<Runner: CellRunner>(
    with runner: Runner, progress: (Cell) -> Void = { _ in }
  ) -> Report {
    var report = Report()
    // What has no exercises need not be run to prove nothing.
    guard file.cells.contains(where: { $0.kind == .exercise }) else { return report }
    runner.use(seed: options.seed(of: file))
    func run(_ cell: Cell) -> Outcome.Failure? {
      progress(cell)
      let outcome = runner.run(
        file.source(of: cell, code: overridden[cell.number]), stream: cell.stream,
        timeLimit: options.timeLimit(of: cell, in: file))
      return outcome.isFailure(of: cell, in: file) ? outcome.failure : nil
    }
    for cell in file.cells where !cell.isEmpty || cell.kind == .exercise {
      if cell.kind == .exercise {
        var faults: [Fault] = []
        let checks = file.cells(.check, ofExercise: cell.number).filter { !$0.isEmpty }
        if checks.isEmpty { faults.append(.withoutCheck) }
        if file.cells(.solution, ofExercise: cell.number).allSatisfy(\.isEmpty) {
          faults.append(.withoutSolution)
        }
        let before = runner.snapshot()
        // What fails first decides; that the starting point does not run is also a failure.
        var failure: Outcome.Failure?
        for part in [cell] + checks where failure == nil && !part.isEmpty { failure = run(part) }
        runner.restore(before)
        if case .interrupted(.user) = failure {
          report.failure = (cell, .interrupted(.user))
          return report
        }
        if failure == nil, !checks.isEmpty { faults.append(.startingPointPasses) }
        report.entries.append(Entry(exercise: cell, faults: faults))
      } else if cell.isRun, let failure = run(cell) {
        guard cell.exercise != nil, let last = report.entries.indices.last, !failure.isByUser else {
          // Behind a solution that fails, what else fails only follows from it.
          if failure.isByUser || report.entries.allSatisfy(\.faults.isEmpty) {
            report.failure = (cell, failure)
          }
          return report
        }
        // One fault an exercise is enough: what comes behind only follows from it.
        let isKnown = report.entries[last].faults.contains {
          if case .solutionFails = $0 { true } else { false }
        }
        if !isKnown { report.entries[last].faults.append(.solutionFails(cell, failure)) }
      }
    }
    return report
  }
}

extension Outcome.Failure {
  fileprivate var isByUser: Bool {
    if case .interrupted(.user) = self { return true }
    return false
  }
}
