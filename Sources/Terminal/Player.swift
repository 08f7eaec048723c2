import Language
public import Notebooks
import Sessions

/// `notch step`: walks through a file at the terminal, cell by cell.
///
/// Prose is rendered, code is shown before it runs. What is typed that is no key is run as code, to
/// look around; what it changes is gone with the next step.
public final class Player {
  /// The walk that the keys steer.
  typealias Walk = Stepper<RememberingSession>

  let console: Console
  let session: Session
  let memory: RememberingSession
  let display: Display
  private let options: RunOptions
  private let file: CellFile
  /// Where the file was read and is saved; nil for standard input.
  var stored: StoredCellFile?
  private var editor: LineEditor?
  /// The state of the walk, kept while the learner looks around.
  private var beforeLooking: RememberingSession.Snapshot?
  /// What an earlier walk left.
  var bookmark: WalkBookmark?
  /// What was searched for last.
  var sought = ""
  var isLeaving = false

  /// A walk on a console.
  public init(
    _ console: Console, _ file: CellFile, stored: StoredCellFile? = nil, options: RunOptions
  ) {
    self.console = console
    self.file = file
    self.stored = stored
    self.options = options
    session = Session()
    memory = RememberingSession(session)
    display = Display(console)
    display.follow(session)
  }

  /// Walks to the end, or until the user leaves; without a terminal it goes on by itself.
  public func walk(asks: Bool) -> ExitStatus {
    let stepper: Walk
    do {
      stepper = try Stepper(file, runner: memory, options: options)
    } catch {
      console.report(error: "\(file.name): \(error)")
      return .wrongUse
    }
    Interrupts.install()
    console.write(console.output.style.paint(Style.printable(file.title), .strong) + "\n")
    guard asks else { return goOn(stepper) }
    let editor = LineEditor(
      console.output.isTerminal ? console.output : console.errors,
      onStandardError: !console.output.isTerminal)
    editor.completion = { [session] in Completer(session: session).complete($1, after: $0) }
    self.editor = editor
    tellOfBookmark(stepper)
    presentCurrent(of: stepper)
    while !isLeaving { ask(stepper) }
    leaveBookmark(stepper)
    return .done
  }

  private func goOn(_ stepper: Walk) -> ExitStatus {
    while let cell = stepper.current {
      present(cell, of: stepper)
      // Nobody is there to do an exercise: its solution runs.
      showSolution(stepper)
      let step = Interrupts.whileRunning {
        cell.kind == .exercise ? stepper.skip() : stepper.next()
      }
      guard let step else { break }
      conclude(step)
      if step.failedUnexpectedly { return ExitStatus(step.outcome?.failure) }
    }
    return .done
  }

  // MARK: Asking

  private func ask(_ stepper: Walk) {
    let (number, count) = stepper.progress
    let place = stepper.isAtEnd ? "end" : "\(number)/\(count)"
    switch input("[\(place)] ") {
    case nil: break
    case .end:
      console.write("\n")
      isLeaving = true
    case .interrupted: break
    case .line(let line): obey(line, stepper)
    }
  }

  /// Asks for lines until they are a whole program, a wrong one, or a blank line ends them.
  func input(_ prompt: String, typing: String = "") -> LineEditor.Answer? {
    guard let editor else { return nil }
    var text = ""
    while true {
      editor.context = text
      let isFirst = text.isEmpty
      let answer = editor.ask(isFirst ? prompt : "... ", typing: isFirst ? typing : "")
      guard case .line(let line) = answer else { return answer }
      let isBlank = line.allSatisfy(\.isWhitespace)
      if !isFirst, isBlank { return .line(text) }
      text = isFirst ? line : text + "\n" + line
      if isBlank || text.hasPrefix("/") || completeness(of: text) != .incomplete {
        return .line(text)
      }
    }
  }

  private func obey(_ line: String, _ stepper: Walk) {
    let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
    let text = words.joined(separator: " ")
    if text.isEmpty, stepper.isAtEnd {
      isLeaving = true
    } else if let key = PlayerKey.all.first(where: { $0.matches(text) }) {
      endLooking()
      key.act(self, stepper)
    } else if text.hasPrefix("/"), !text.hasPrefix("//"), !text.hasPrefix("/*") {
      search(String(text.dropFirst()), stepper)
    } else if words.first == "save", words.count <= 2 {
      save(to: words.count == 2 ? words[1] : nil, stepper)
    } else if words.count == 1, let number = Int(text) {
      endLooking()
      move(stepper) { stepper.run(to: number) }
      if let cell = stepper.current, cell.number < number, stepper.isAtOpenExercise {
        console.report("stopped at this exercise, which has no answer yet")
      }
    } else {
      look(line)
    }
  }

  /// Runs what was typed beside the walk.
  private func look(_ line: String) {
    if beforeLooking == nil { beforeLooking = memory.snapshot() }
    let outcome = Interrupts.whileRunning {
      session.runCell(Source(line, name: "input"), stream: UInt64.max)
    }
    Interrupts.forget()
    display.finish(outcome)
    if outcome.failure != nil, line.utf8.count <= 2 {
      console.report("the keys are listed by '?'")
    }
  }

  private func endLooking() {
    if let before = beforeLooking { memory.restore(before) }
    beforeLooking = nil
  }

  // MARK: Moving

  /// Makes steps and shows them, then the cell where they end.
  func move(_ stepper: Walk, _ body: () -> [Walk.Step]) {
    let steps = Interrupts.whileRunning(body)
    Interrupts.forget()
    for step in steps { conclude(step) }
    if steps.count == 1, steps[0].outcome != nil, memory.hasRecalled {
      console.write(console.output.style.paint("as before; nothing to run", .faint) + "\n")
    }
    if steps.last?.failedUnexpectedly != true { presentCurrent(of: stepper) }
    leaveBookmark(stepper)
  }

  /// Shows what a step did beyond its outputs, which were shown while it ran.
  ///
  /// Where the exercise is shown, what a check says is answered there.
  func conclude(_ step: Walk.Step, atExercise: Bool = false) {
    if let outcome = step.outcome { display.finish(outcome) }
    if step.failedUnexpectedly {
      let way =
        atExercise
        ? "; e answers again, h gives a hint, k skips"
        : step.cell.kind == .check ? "; b goes back to your answer, k skips" : ""
      console.report("cell \(step.cell.number) failed; the state is as before it\(way)")
    } else if let difference = step.difference {
      let text = Style.printable(difference.unified(context: 1))
      console.report(console.errors.style.paint(text, .faint))
    }
  }

  func presentCurrent(of stepper: Walk) {
    if let cell = stepper.current {
      present(cell, of: stepper)
    } else {
      console.write(
        console.output.style.paint("the end", .heading) + "  Enter leaves, b goes back\n")
    }
  }

  /// The heading of a cell and its prose or code.
  func present(_ cell: Cell, of stepper: Walk) {
    let style = console.output.style
    let width = min(console.output.isTerminal ? console.output.columns : 80, 100)
    var heading = "\(cell.number)/\(stepper.file.cells.count)"
    if !cell.title.isEmpty { heading += "  \(Style.printable(cell.title))" }
    if cell.kind != .code, !cell.kind.isProse { heading += "  [\(cell.kind.rawValue)]" }
    let rule = String(repeating: "─", count: max(3, width - DisplayWidth.of(heading) - 4))
    console.write("\n" + style.paint("── \(heading) \(rule)", .heading) + "\n")
    if cell.kind.isProse {
      console.write(rendered(stepper.file.prose(of: cell)) + "\n")
    } else {
      show(code: stepper.code(of: cell))
    }
    // Nobody who does not know the keys finds the one that begins an answer.
    if cell.kind == .exercise, editor != nil {
      console.write(style.paint("e answers, h gives a hint, c checks, k skips", .faint) + "\n")
    }
  }

  func show(code: String) {
    let margin = console.output.style.paint("│ ", .faint)
    let room = console.output.isTerminal ? console.output.columns - 3 : Int.max
    for line in console.output.style.codeLines(code, width: room) {
      console.write(margin + line + "\n")
    }
  }

  /// Shows the code that solves the exercise that is shown, where there is one.
  func showSolution(_ stepper: Walk) {
    guard let code = stepper.solution() else { return }
    console.write(console.output.style.paint("its solution:", .faint) + "\n")
    show(code: code)
  }

  func rendered(_ prose: String) -> String {
    let width = min(console.output.isTerminal ? console.output.columns : 80, 90)
    return MarkdownText(width: width, style: console.output.style.isColored ? .ansi : .plain)
      .render(prose)
  }

  /// Lets the learner change the code of a cell; nil when it was left.
  func edited(_ code: String) -> String? {
    guard case .line(let text) = input("edit> ", typing: code) else { return nil }
    return text
  }
}
