import Language
import Notebooks
import Sessions

/// A command of the prompt, which begins with a colon: one table for dispatch, help and completion.
struct PromptCommand {
  let name: String
  /// What it takes, as the help shows it.
  let argument: String
  let summary: String
  let run: (Prompt, String) -> Void

  nonisolated(unsafe) static let all: [PromptCommand] = [
    PromptCommand(name: "help", argument: "[name]", summary: "this list, or what a function is for")
    {
      $0.help($1)
    },
    PromptCommand(name: "vars", argument: "", summary: "the variables and what they hold") {
      prompt, _ in prompt.showVariables()
    },
    PromptCommand(name: "time", argument: "", summary: "show how long each input takes, or no more")
    {
      prompt, _ in prompt.toggleTime()
    },
    PromptCommand(name: "save", argument: "file", summary: "write the inputs so far as a cell file")
    {
      $0.save(to: $1)
    },
    PromptCommand(name: "reset", argument: "", summary: "forget every variable and input") {
      prompt, _ in prompt.reset()
    },
    PromptCommand(name: "quit", argument: "", summary: "leave, as Ctrl-D does") { prompt, _ in
      prompt.isLeaving = true
    },
  ]

  /// Whether a line is for the prompt and not for the language.
  static func isCommand(_ line: String) -> Bool {
    line.first { !$0.isWhitespace } == ":"
  }

  /// Runs the command of a line; the beginning of a name will do where it is the only one.
  static func run(_ line: String, in prompt: Prompt) {
    let words = line.drop { $0.isWhitespace }.dropFirst()
      .split(maxSplits: 1, whereSeparator: \.isWhitespace).map(String.init)
    let name = words.first ?? ""
    var argument = words.count > 1 ? words[1] : ""
    while argument.last?.isWhitespace == true { argument.removeLast() }
    let exact = all.first { $0.name == name }
    let begun = all.filter { !name.isEmpty && $0.name.hasPrefix(name) }
    guard let command = exact ?? (begun.count == 1 ? begun[0] : nil) else {
      let nearest = Suggestion.nearest(to: name, among: all.map(\.name))
      prompt.console.report(
        error: "no command ':\(name)' here",
        help: nearest.map { "did you mean ':\($0)'?" } ?? ":help lists the commands")
      return
    }
    command.run(prompt, argument)
  }

  /// The commands or file names that a word may be; nil where the language has the line.
  static func completion(of word: String, after line: String) -> Completion? {
    let begun = line.drop { $0.isWhitespace }
    guard begun.first == ":" else { return nil }
    let rest = begun.dropFirst()
    if rest.isEmpty { return Completion(all.map(\.name), startingWith: word, suffix: " ") }
    if rest.hasPrefix("save") { return Completion(wantsFiles: true) }
    if rest.hasPrefix("help") {
      return Completion(Library.all.map(\.name), startingWith: word)
    }
    return Completion.none
  }
}

extension Prompt {
  fileprivate func help(_ name: String) {
    guard name.isEmpty else {
      let quoted = name.filter { $0 != "\"" && $0 != "\\" && !$0.isNewline }
      run("help(\"\(quoted)\")")
      return
    }
    let style = console.output.style
    var lines = ["Type an expression and see its value; a cell may have many lines.", ""]
    let width = PromptCommand.all.map { $0.name.count + $0.argument.count }.max() ?? 0
    for command in PromptCommand.all {
      let space = String(
        repeating: " ", count: width - command.name.count - command.argument.count + 2)
      lines.append(
        "  " + style.paint(":\(command.name)", .strong) + " \(command.argument)\(space)"
          + command.summary)
    }
    lines += [
      "", "  Tab completes names, members, labels and choices.",
      "  Ctrl-C stops what runs; the variables are then as they were before it.",
      "  help(quantize) tells what a function is for; help(\"pool\") searches.",
      "  let w = randn(3, 4)   quantize(w, bits: 4, per: .channel)   (train, test) = mnist()",
    ]
    console.write(lines.joined(separator: "\n") + "\n")
  }

  fileprivate func showVariables() {
    let machine = session.machine
    let names = machine.globalNames
    guard !names.isEmpty else { return console.write("no variables yet\n") }
    let width = names.map(DisplayWidth.of).max() ?? 0
    for name in names {
      guard let value = machine.value(of: name) else { continue }
      let space = String(repeating: " ", count: width - DisplayWidth.of(name))
      var text: String
      if case .function(let function) = value {
        text = function.signature
      } else {
        text = machine.text(of: value)
      }
      let line = text.split(separator: "\n").first.map { Style.printable(String($0)) } ?? ""
      let room = max(20, console.output.columns - width - 16)
      let shown = line.count > room ? line.prefix(room - 1) + "…" : line[...]
      console.write("\(name)\(space)  \(value.typeName)  \(shown)\n")
    }
  }

  fileprivate func toggleTime() {
    showsTime.toggle()
    console.write("the time of each input is \(showsTime ? "shown" : "not shown any more")\n")
  }

  fileprivate func save(to given: String) {
    guard !given.isEmpty else {
      return console.report(error: "':save' needs the name of a file", help: ":save lesson.notch")
    }
    guard !entries.isEmpty else {
      return console.report(error: "there is nothing to save yet")
    }
    var path = given
    if path.hasPrefix("~/"), let home = Environment["HOME"] { path = home + path.dropFirst() }
    if !path.hasSuffix(".notch") { path += ".notch" }
    do {
      var writer = CellFileWriter(settings: [("seed", "\(seed)")])
      for entry in entries {
        writer.code(entry.code, recording: OutputLine.lines(of: entry.outcome).map(\.recorded))
      }
      try StoredCellFile.create(try writer.file(), path: path)
      let cells = entries.count == 1 ? "1 cell" : "\(entries.count) cells"
      console.write("\(cells) written to \(Style.printable(path))\n")
    } catch {
      console.report(error: "\(error)")
    }
  }
}
