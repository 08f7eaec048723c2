import Language
import Notebooks
import Sessions

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The conversation: asks for inputs, runs each as a cell, shows what it shows.
///
/// No input ends it: an error is shown, the variables are as before, and the next input is asked
/// for. Inputs are numbered as cells of a file would be, and draw the same random numbers there, so
/// that a conversation that is saved can be replayed.
public final class Prompt {
  let console: Console
  private let display: Display
  private let editor: LineEditor
  private let history: InputHistory
  private let greets: Bool
  private let version: String
  private let seed: UInt64

  private(set) var session: Session
  /// The inputs that ran well.
  var timeline = Timeline()
  /// Whether the time of every input is shown.
  var showsTime = false
  /// Whether a command asked to leave.
  var isLeaving = false

  /// A prompt on a console; `greets` is false for one that says nothing of itself.
  public init(_ console: Console, version: String, seed: UInt64, greets: Bool) {
    self.console = console
    self.version = version
    self.seed = seed
    self.greets = greets
    Interrupts.install()
    display = Display(console)
    editor = LineEditor(
      console.output.isTerminal ? console.output : console.errors,
      onStandardError: !console.output.isTerminal)
    history = InputHistory(path: InputHistory.standardPath)
    session = Session(seed: seed)
    display.follow(session)
  }

  /// Asks until the user leaves.
  public func run() -> ExitStatus {
    if greets {
      let name = console.output.style.paint("Notch \(version)", .strong)
      console.write("\(name)  Type an expression, or :help; Ctrl-D leaves.\n")
    }
    editor.whenIdle = { [history] in history.load() }
    editor.completion = { [weak self] in self?.complete($1, after: $0) ?? .none }
    while !isLeaving {
      switch nextInput() {
      case .line(let text): handle(text)
      case .interrupted: continue
      case .end:
        isLeaving = true
      }
    }
    return .done
  }

  // MARK: Reading

  private var pending = ""

  /// Reads lines until they are an input: a whole program, a wrong one, or one ended by a blank line.
  private func nextInput() -> LineEditor.Answer {
    pending = ""
    while true {
      let isFirst = pending.isEmpty
      let indentation = isFirst ? "" : indentation(after: pending)
      editor.context = pending
      editor.furtherPrompt = furtherPrompt
      let answer = editor.ask(isFirst ? firstPrompt : furtherPrompt, typing: indentation)
      guard case .line(let line) = answer else {
        if answer == .end { terminal.write("\n") }
        // Ctrl-D ends what was begun, with the error that names it; a second one leaves.
        if answer == .end, !isFirst { return .line(pending) }
        pending = ""
        return answer
      }
      let isBlank = line.allSatisfy(\.isWhitespace)
      if isFirst, isBlank { continue }
      let text = isFirst ? line : pending + "\n" + line
      if isFirst, PromptCommand.isCommand(line) || Self.question(in: line) != nil {
        return .line(line)
      }
      if isBlank || completeness(of: text) != .incomplete {
        return .line(isBlank ? pending : text)
      }
      pending = text
    }
  }

  /// The stream on which readline draws.
  private var terminal: TextStream { console.output.isTerminal ? console.output : console.errors }

  private var firstPrompt: String { painted("\(timeline.nextNumber)> ") }

  private var furtherPrompt: String {
    painted(String(repeating: ".", count: String(timeline.nextNumber).count) + ". ")
  }

  /// A prompt with its colours marked as taking no room.
  private func painted(_ text: String) -> String {
    guard terminal.style.isColored else { return text }
    return "\u{1}\u{1B}[\(Style.Role.prompt.rawValue)m\u{2}\(text)\u{1}\u{1B}[0m\u{2}"
  }

  private func indentation(after text: String) -> String {
    let code = CodeBefore(text)
    return code.isInsideText ? "" : String(repeating: "  ", count: min(code.depth, 20))
  }

  private func complete(_ word: String, after line: String) -> Completion {
    if pending.isEmpty, let found = PromptCommand.completion(of: word, after: line, in: session) {
      return found
    }
    let before = pending.isEmpty ? line : pending + "\n" + line
    return Completer(session: session).complete(word, after: before)
  }

  // MARK: Running

  private func handle(_ text: String) {
    history.add(text)
    if PromptCommand.isCommand(text) { return PromptCommand.run(text, in: self) }
    if let name = Self.question(in: text) { return name.isEmpty ? help("") : explain(name) }
    if Self.leaving.contains(text.filter { !$0.isWhitespace }) {
      isLeaving = true
      return
    }
    runInput(text)
  }

  /// What people type to leave other prompts.
  private static let leaving: Set<String> = ["exit", "quit", "exit()", "quit()"]

  /// Runs a text as the next cell and shows what comes of it; what ran well is kept.
  @discardableResult
  func runInput(_ text: String, isTimed: Bool = false) -> Outcome {
    let number = timeline.nextNumber
    let before = session.snapshot()
    let outcome = Interrupts.whileRunning {
      session.runCell(Source(text, name: "input \(number)"), stream: UInt64(number))
    }
    Interrupts.forget()
    display.finish(outcome)
    if showsTime || isTimed {
      let time = elapsedText(outcome.seconds)
      console.write(console.output.style.paint(time, .faint) + "\n")
    }
    if outcome.failure == nil {
      timeline.add(
        Timeline.Entry(code: text, outcome: outcome, seed: session.seed, before: before))
    }
    return outcome
  }

  /// Begins anew, without variables.
  func reset() {
    let look = session.look
    session = Session(seed: seed)
    session.look = look
    display.follow(session)
    timeline = Timeline()
  }

  /// Paints from here on, or no more.
  func setColor(_ isOn: Bool) {
    console.setColor(isOn)
    editor.restyle()
  }
}
