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
    var wasSkipped = false
  }

  /// The file that is walked through.
  public private(set) var file: CellFile
  /// What runs its cells.
  public let runner: Runner
  /// What was chosen about the walk.
  public let options: RunOptions
  /// Index into `file.cells` of the cell that is shown; `file.cells.count` at the end.
  public private(set) var position = 0

  private var edits: [Int: String] = [:]
  private var overridden: [Int: String]
  private var visits: [Visit] = []
  private var hintsShown: [Int: Int] = [:]
  /// Exercises that were skipped, whose solution stands for an answer.
  private var skippedExercises: Set<Int> = []

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
    guard back(), let cell = current else { return nil }
    runner.forget(file.source(of: cell, code: code(of: cell)))
    return next()
  }

  /// Goes forward or back until a cell is shown, by its number; stops at an unexpected failure and
  /// at an exercise that has no answer yet.
  ///
  /// Gives the steps that were made. A number beyond the last cell goes to the end; a cell that is
  /// not stopped at stands for the one after it. An exercise that was skipped before is skipped
  /// again.
  @discardableResult
  public func run(to number: Int) -> [Step] {
    let target = firstStop(from: max(1, min(number, file.cells.count + 1)) - 1)
    while position > target, back() {}
    var steps: [Step] = []
    while position < target, !isAtOpenExercise {
      let isGivenUp = current.map { !isEdited($0) && skippedExercises.contains($0.number) } ?? false
      guard let step = isGivenUp ? skip() : next() else { break }
      steps.append(step)
      if step.failedUnexpectedly { break }
    }
    return steps
  }

  // MARK: Exercises

  /// Whether the cell that is shown is an exercise with neither an answer nor a skip.
  public var isAtOpenExercise: Bool {
    guard let cell = current, cell.kind == .exercise else { return false }
    return !isEdited(cell) && !skippedExercises.contains(cell.number)
  }

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
    if cell.kind == .exercise { skippedExercises.insert(cell.number) }
    let solutions =
      cell.kind == .exercise ? file.cells(.solution, ofExercise: cell.number) : []
    guard let last = solutions.last else {
      visits.append(Visit(index: position, before: runner.snapshot(), wasSkipped: true))
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
    visits.append(Visit(index: index, before: before, wasSkipped: true))
    position = firstStop(from: index + 1)
    return step
  }

  // MARK: Changing the file

  /// Puts a cell of code in front of the one that is shown, and shows it.
  public func insert(_ code: String) throws(CellFileError) {
    let new = try file.inserting(code, before: position + 1)
    take(new) { $0 > position ? $0 + 1 : $0 }
  }

  /// Takes the cell that is shown out of the walk, an exercise with all that belongs to it.
  ///
  /// Gives how many cells went; 0 at the end.
  @discardableResult
  public func delete() throws(CellFileError) -> Int {
    guard let cell = current else { return 0 }
    var gone: Set<Int> = [cell.number]
    if cell.kind == .exercise {
      for other in file.cells where other.exercise == cell.number { gone.insert(other.number) }
    }
    let new = try file.deleting(gone)
    take(new) { number in
      gone.contains(number) ? nil : number - gone.count { $0 < number }
    }
    return gone.count
  }

  /// The file with the code that was changed in it; answers to exercises are not part of it.
  public func changedFile() throws(CellFileError) -> CellFile {
    let changed = edits.filter { file.cells[$0.key - 1].kind != .exercise }
    return changed.isEmpty ? file : try file.replacing(code: changed)
  }

  /// Goes on with the file that `changedFile` gave, since it was saved.
  public func take(saved new: CellFile) {
    for number in edits.keys where file.cells[number - 1].kind != .exercise { edits[number] = nil }
    take(new) { $0 }
  }

  /// Goes on with another file; `renumbered` tells the new number of a cell, nil if it is gone.
  private func take(_ new: CellFile, _ renumbered: (Int) -> Int?) {
    func moved<Value>(_ table: [Int: Value]) -> [Int: Value] {
      var result: [Int: Value] = [:]
      for (number, value) in table {
        if let number = renumbered(number) { result[number] = value }
      }
      return result
    }
    file = new
    edits = moved(edits)
    hintsShown = moved(hintsShown)
    skippedExercises = Set(skippedExercises.compactMap(renumbered))
    overridden = (try? new.code(overriding: options.parameters)) ?? [:]
    position = firstStop(from: position)
  }

  // MARK: Progress

  /// How far the walk has come, and what the learner did: for going on another day.
  public var bookmark: WalkBookmark {
    var bookmark = WalkBookmark(position: position, count: file.cells.count)
    for visit in visits where visit.wasSkipped { bookmark.skipped.insert(visit.index) }
    bookmark.hints = hintsShown
    for (number, code) in edits {
      bookmark.edits[number] = .init(code: code, original: file.code(of: file.cells[number - 1]))
    }
    return bookmark
  }

  /// Goes on from the beginning to where another walk has come.
  ///
  /// Changes are taken for cells that still have the code that was changed. Ends early at a cell
  /// that fails. Gives the steps that were made.
  @discardableResult
  public func resume(_ bookmark: WalkBookmark) -> [Step] {
    for (number, edit) in bookmark.edits {
      guard number >= 1, number <= file.cells.count, !file.cells[number - 1].kind.isProse,
        file.code(of: file.cells[number - 1]) == edit.original
      else { continue }
      edits[number] = edit.code
    }
    hintsShown = bookmark.hints
    var steps: [Step] = []
    while position < min(bookmark.position, file.cells.count) {
      guard let step = bookmark.skipped.contains(position) ? skip() : next() else { break }
      steps.append(step)
      if step.failedUnexpectedly { break }
    }
    return steps
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
