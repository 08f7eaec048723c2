import Language
import Sessions

/// A command of the prompt, which begins with a colon: one table for dispatch, help and completion.
struct PromptCommand {
  /// What may be typed behind its name.
  enum Argument {
    case nothing
    /// A command or a function.
    case topic
    case file
    case code
    case setting
  }

  let name: String
  /// What it takes, as the help shows it.
  let usage: String
  let summary: String
  /// More to know, behind the summary.
  var details = ""
  var argument = Argument.nothing
  let run: (Prompt, String) -> Void

  nonisolated(unsafe) static let all: [PromptCommand] = [
    PromptCommand(
      name: "help", usage: "[name]", summary: "this list, or what a command or function is for",
      argument: .topic
    ) { $0.help($1) },
    PromptCommand(
      name: "vars", usage: "", summary: "the variables: name, type, size, bytes, beginning"
    ) { prompt, _ in prompt.showVariables() },
    PromptCommand(
      name: "type", usage: "code", summary: "the type and size of a value; nothing is changed",
      argument: .code
    ) { $0.showType(of: $1) },
    PromptCommand(
      name: "time", usage: "[code]", summary: "run code and show how long it took",
      details: "Without code, the time of every input is shown, or no more.", argument: .code
    ) { $0.time($1) },
    PromptCommand(
      name: "undo", usage: "[n]", summary: "take back the last input, or the last n",
      details: "Variables, results, random numbers and numbering are then as they were before."
    ) { $0.undo($1) },
    PromptCommand(
      name: "redo", usage: "[n]", summary: "bring back what :undo took back, without running it"
    ) { $0.redo($1) },
    PromptCommand(
      name: "save", usage: "file", summary: "write the inputs so far as a cell file",
      details: "Inputs that failed or were undone are left out. 'notch replay' runs the file.",
      argument: .file
    ) { $0.save(to: $1) },
    PromptCommand(
      name: "load", usage: "file", summary: "run the cells of a file as inputs",
      details:
        "It ends at the first cell that fails. Where nothing was typed yet, the file's seed holds.",
      argument: .file
    ) { $0.load($1) },
    PromptCommand(
      name: "seed", usage: "[n]", summary: "the seed of the random numbers from here on"
    ) { $0.seed($1) },
    PromptCommand(
      name: "set", usage: "[name value]", summary: "how things are shown; alone, what can be set",
      argument: .setting
    ) { $0.set($1) },
    PromptCommand(name: "reset", usage: "", summary: "forget every variable and input") {
      prompt, _ in prompt.reset()
    },
    PromptCommand(name: "quit", usage: "", summary: "leave, as Ctrl-D does") { prompt, _ in
      prompt.isLeaving = true
    },
  ]

  /// The name with its argument: `:save file`.
  var title: String { usage.isEmpty ? ":\(name)" : ":\(name) \(usage)" }

  /// Whether a line is for the prompt and not for the language.
  static func isCommand(_ line: String) -> Bool {
    line.first { !$0.isWhitespace } == ":"
  }

  /// The command that a name means: the beginning will do where it is the only one.
  static func named(_ name: String) -> PromptCommand? {
    if let exact = all.first(where: { $0.name == name }) { return exact }
    let begun = all.filter { !name.isEmpty && $0.name.hasPrefix(name) }
    return begun.count == 1 ? begun[0] : nil
  }

  /// Runs the command of a line.
  static func run(_ line: String, in prompt: Prompt) {
    let (name, argument) = parts(of: line)
    guard let command = named(name) else {
      let nearest = Suggestion.nearest(to: name, among: all.map(\.name))
      prompt.console.report(
        error: "no command ':\(name)' here",
        help: nearest.map { "did you mean ':\($0)'?" } ?? ":help lists the commands")
      return
    }
    guard command.argument != .nothing || !command.usage.isEmpty || argument.isEmpty else {
      prompt.console.report(error: "':\(command.name)' takes nothing")
      return
    }
    command.run(prompt, argument)
  }

  private static func parts(of line: String) -> (name: String, argument: String) {
    let words = line.drop { $0.isWhitespace }.dropFirst()
      .split(maxSplits: 1, whereSeparator: \.isWhitespace).map(String.init)
    var argument = words.count > 1 ? words[1] : ""
    while argument.last?.isWhitespace == true { argument.removeLast() }
    return (words.first ?? "", argument)
  }

  // MARK: Completion

  /// What a word of a command may be; nil where the language has the line.
  static func completion(
    of word: String, after line: String, in session: Session
  ) -> Completion? {
    let begun = line.drop { $0.isWhitespace }
    guard begun.first == ":" else { return nil }
    let rest = begun.dropFirst()
    guard let end = rest.firstIndex(where: \.isWhitespace) else {
      guard rest.isEmpty else { return Completion.none }
      var found = Completion(
        all.map {
          Candidate(text: $0.name, help: "\($0.usage.isEmpty ? "" : $0.usage + "  ")\($0.summary)")
        },
        startingWith: word)
      found.suffix = " "
      return found
    }
    guard let command = named(String(rest[..<end])) else { return Completion.none }
    let before = String(rest[end...].drop { $0.isWhitespace })
    switch command.argument {
    case .nothing: return Completion.none
    case .file: return FileNames.complete(before + word, word: word)
    case .code: return Completer(session: session).complete(word, after: before)
    case .setting: return Setting.completion(of: word, after: before)
    case .topic:
      guard before.isEmpty || before == ":" else { return Completion.none }
      let commands = all.map { Candidate(text: $0.name, help: $0.summary) }
      let names = before.isEmpty ? session.functionNames : []
      var found = Completion(commands + names.map { Candidate(text: $0) }, startingWith: word)
      if found.candidates.count <= 24 {
        for index in found.candidates.indices where found.candidates[index].help.isEmpty {
          let name = found.candidates[index].text
          found.candidates[index].help = session.summary(ofFunction: name) ?? ""
        }
      }
      return found
    }
  }
}
