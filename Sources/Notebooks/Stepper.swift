public import Sessions

/// Walking through a file cell by cell: the model behind `notch step`, without a terminal.
///
/// The position is the cell that is shown and not yet run. Going forward runs it; going back
/// brings the state before it back, exactly. Hints and solutions are not stopped at: they belong
/// to their exercise and are asked for there. Changes that a learner makes to code live here and
/// never in the file.
public final class Stepper<Runner: CellRunner> {
  /// What going over one cell did.
  public struct Step: Sendable {
    /// The cell that was gone over; the solution where one was run for its exercise.
    public var cell: Cell
    /// What came of its code; nil for prose and for cells without code.
    public var outcome: Outcome?
    /// How the output differs from the recording; nil where it agrees or the code was changed.
    public var difference: CellDifference?
    /// Whether it failed although the file does not say that it should; the position stays then.
    public var failedUnexpectedly: Bool
  }

  private struct Visit {
    var index: Int
    var before: Runner.Snapshot
  }

  /// The file that is walked through.
  public let file: CellFile
  /// What runs its cells.
  public let runner: Runner
  /// What was chosen about the walk.
  public let options: RunOptions
  /// Index into `file.cells` of the cell that is shown; `file.cells.count` at the end.
  public private(set) var position = 0

  private var edits: [Int: String] = [:]
  private let overridden: [Int: String]
  private var visits: [Visit] = []
  private var hintsShown: [Int: Int] = [:]

  /// Begins a walk at the first cell; throws a `ParameterError` if a parameter is set wrongly.
  public init(
    _ file: CellFile, runner: Runner, options: RunOptions = RunOptions()
  ) throws(ParameterError) {
    self.file = file
    self.runner = runner
    self.options = options
    overridden = try file.code(overriding: options.parameters)
    runner.use(seed: options.seed(of: file))
    position = firstStop(from: 0)
  }

  /// The cell that is shown; nil at the end.
  public var current: Cell? {
    position < file.cells.count ? file.cells[position] : nil
  }

  /// Whether every cell was passed.
  public var isAtEnd: Bool { current == nil }
  /// Whether there is a cell to go back to.
  public var canGoBack: Bool { !visits.isEmpty }
  /// The number of the cell that is shown and how many there are, for a status line.
  public var progress: (number: Int, count: Int) {
    (min(position + 1, file.cells.count), file.cells.count)
  }

  /// The code of a cell as it would run now: the learner's, or the file's under its parameters.
  public func code(of cell: Cell) -> String {
    edits[cell.number] ?? overridden[cell.number] ?? file.code(of: cell)
  }

  /// Whether the learner changed the code of a cell.
  public func isEdited(_ cell: Cell) -> Bool { edits[cell.number] != nil }

  /// Puts other code in the place of a cell's; nil brings the file's back.
  public func edit(_ cell: Cell, _ code: String?) {
    guard !cell.kind.isProse else { return }
    edits[cell.number] = code == overridden[cell.number] ?? file.code(of: cell) ? nil : code
  }

  // MARK: Moving

  /// Goes over the cell that is shown, running its code; nil at the end.
  ///
  /// If it fails unexpectedly the position stays, with the state before it, so that the code can
  /// be changed and run again.
  @discardableResult
  public func next() -> Step? {
    guard let cell = current else { return nil }
    return go(over: cell)
  }

  /// Goes to the cell before, in the state it was run in; false at the beginning.
  @discardableResult
  public func back() -> Bool {
    guard let visit = visits.popLast() else { return false }
    runner.restore(visit.before)
    position = visit.index
    return true
  }

  /// Runs the last cell once more, in the state it was run in; nil if none was.
  public func again() -> Step? {
    back() ? next() : nil
  }

  /// Goes forward or back until a cell is shown, by its number; stops at an unexpected failure.
  ///
  /// Gives the steps that were made. A number beyond the last cell goes to the end; a cell that is
  /// not stopped at stands for the one after it.
  @discardableResult
  public func run(to number: Int) -> [Step] {
    let target = firstStop(from: max(1, min(number, file.cells.count + 1)) - 1)
    while position > target, back() {}
    var steps: [Step] = []
    while position < target, let step = next() {
      steps.append(step)
      if step.failedUnexpectedly { break }
    }
    return steps
  }

  // MARK: Exercises

  /// The next hint of the exercise that is shown, as Markdown; nil when there is no further one.
  public func hint() -> String? {
    guard let exercise = current, exercise.kind == .exercise else { return nil }
    let hints = file.cells(.hint, ofExercise: exercise.number)
    let shown = hintsShown[exercise.number, default: 0]
    guard shown < hints.count else { return nil }
    hintsShown[exercise.number] = shown + 1
    return file.prose(of: hints[shown])
  }

  /// How many hints of the exercise are left.
  public var hintsLeft: Int {
    guard let exercise = current, exercise.kind == .exercise else { return 0 }
    let hints = file.cells(.hint, ofExercise: exercise.number)
    return hints.count - hintsShown[exercise.number, default: 0]
  }

  /// The code that solves the exercise that is shown; nil if there is none.
  public func solution() -> String? {
    guard let exercise = current, exercise.kind == .exercise else { return nil }
    let solutions = file.cells(.solution, ofExercise: exercise.number)
    return solutions.isEmpty ? nil : solutions.map(file.code(of:)).joined(separator: "\n")
  }

  /// Runs the learner's answer and the checks of the exercise, and takes both back.
  ///
  /// Gives what came of the answer and then of each check; a failure ends it. Empty where no
  /// exercise is shown.
  public func check() -> [Step] {
    guard let exercise = current, exercise.kind == .exercise else { return [] }
    let before = runner.snapshot()
    defer { runner.restore(before) }
    var steps: [Step] = []
    for cell in [exercise] + file.cells(.check, ofExercise: exercise.number) {
      let step = attempt(cell, code: code(of: cell))
      steps.append(step)
      if step.failedUnexpectedly { break }
    }
    return steps
  }

  /// Goes over the cell that is shown without its code; an exercise is solved by its solution.
  ///
  /// Nil at the end.
  @discardableResult
  public func skip() -> Step? {
    guard let cell = current else { return nil }
    let solutions =
      cell.kind == .exercise ? file.cells(.solution, ofExercise: cell.number) : []
    guard let last = solutions.last else {
      visits.append(Visit(index: position, before: runner.snapshot()))
      position = firstStop(from: position + 1)
      return Step(cell: cell, failedUnexpectedly: false)
    }
    let index = position
    let before = runner.snapshot()
    var step = Step(cell: last, failedUnexpectedly: false)
    for solution in solutions {
      step = attempt(solution, code: file.code(of: solution))
      if step.failedUnexpectedly {
        runner.restore(before)
        return step
      }
    }
    visits.append(Visit(index: index, before: before))
    position = firstStop(from: index + 1)
    return step
  }

  // MARK: Running

  private func go(over cell: Cell) -> Step {
    let visit = Visit(index: position, before: runner.snapshot())
    let step = attempt(cell, code: code(of: cell))
    if step.failedUnexpectedly { return step }
    visits.append(visit)
    position = firstStop(from: position + 1)
    return step
  }

  private func attempt(_ cell: Cell, code: String) -> Step {
    guard !cell.kind.isProse, !code.utf8.allSatisfy({ Ascii.isBlank($0) || $0 == Ascii.newline })
    else { return Step(cell: cell, failedUnexpectedly: false) }
    let outcome = runner.run(
      file.source(of: cell, code: code), stream: cell.stream,
      timeLimit: options.timeLimit(of: cell, in: file))
    let failed = outcome.isFailure(of: cell, in: file)
    var difference: CellDifference?
    if !failed, !isEdited(cell), cell.kind != .exercise, cell.hasRecording {
      difference = file.difference(
        of: cell, lines: OutputLine.lines(of: outcome), failed: outcome.failure != nil,
        tolerance: options.tolerance(of: cell, in: file))
    }
    return Step(
      cell: cell, outcome: outcome, difference: difference, failedUnexpectedly: failed)
  }

  /// The first cell from an index on that a walk stops at.
  private func firstStop(from index: Int) -> Int {
    var index = index
    while index < file.cells.count {
      let cell = file.cells[index]
      let isHidden = (cell.kind == .hint || cell.kind == .solution) && cell.exercise != nil
      if !isHidden { return index }
      index += 1
    }
    return file.cells.count
  }
}
