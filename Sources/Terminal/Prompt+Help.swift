import Language
import Sessions

extension Prompt {
  /// `:help`, `:help save`, `:help quantize`.
  func help(_ topic: String) {
    guard !topic.isEmpty else { return showCommands() }
    let name = topic.hasPrefix(":") ? String(topic.dropFirst()) : topic
    let command = PromptCommand.all.first { $0.name == name }
    if let command {
      let style = console.output.style
      console.write(style.paint(command.title, .strong) + "\n\(command.summary)\n")
      if !command.details.isEmpty { console.write(command.details + "\n") }
      // A function of the same name has its say too.
      guard !topic.hasPrefix(":"), session.functionNames.contains(name) else { return }
    } else if topic.hasPrefix(":") {
      return PromptCommand.run(topic, in: self)
    }
    explain(name)
  }

  /// The name in `name?` or `?name`; nil where a line is none of them.
  static func question(in line: String) -> String? {
    let text = trimmed(line)
    let name: String
    if text.hasSuffix("?") {
      name = trimmed(String(text.dropLast()))
    } else if text.hasPrefix("?") {
      name = trimmed(String(text.dropFirst()))
    } else {
      return nil
    }
    let isPath = CodeBefore.path(of: name) != nil
    let isWords =
      !name.isEmpty && name.allSatisfy { $0.isLetter || $0.isNumber || " _".contains($0) }
    return isPath || isWords || PromptCommand.isCommand(name) || name.isEmpty ? name : nil
  }

  private static func trimmed(_ text: String) -> String {
    var rest = text.drop(while: \.isWhitespace)
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return String(rest)
  }

  /// Tells what a name, a member or a word is about: `quantize?`, `w.shape?`, `?convolution`.
  func explain(_ name: String) {
    let completer = Completer(session: session)
    do {
      guard var path = CodeBefore.path(of: name) else {
        return show(help: try session.helpText(on: .text(name)))
      }
      if case .member(let member)? = path.steps.last {
        path.steps.removeLast()
        guard let value = completer.value(at: path) else {
          return console.report(error: "nothing is known of '\(Style.printable(name))'")
        }
        if let text = session.helpText(onMember: member, of: value) { return show(help: text) }
        let names = session.machine.memberNames(of: value)
        return console.report(
          error: "a \(value.kindName) has no member '\(member)'",
          help: Suggestion.nearest(to: member, among: names).map { "did you mean '\($0)'?" })
      }
      if let value = session.machine.value(of: name) ?? session.results.value(of: name) {
        console.write(console.output.style.paint(session.brief(of: value), .strong) + "\n")
        if case .function = value { return }
        return show(help: try session.helpText(on: value))
      }
      show(help: try session.helpText(on: .text(name)))
    } catch let fault as Fault {
      console.report(error: fault.message, help: fault.help)
    } catch {
      console.report(error: "\(error)")
    }
  }

  private func show(help text: String) { console.write(console.output.style.help(text) + "\n") }

  private func showCommands() {
    let style = console.output.style
    var lines = [
      "Type an expression and see its value; an input may have many lines. To begin:", "",
    ]
    for example in [
      "let data = digits(2000, seed: 1)",
      "var net = Sequential(Flatten(), Dense(10))",
      "fit(&net, data, epochs: 3)",
      "let small = quantize(net, bits: 8, calibration: data.take(512))",
    ] {
      lines.append("  " + style.code(example))
    }
    lines.append("")
    let width = PromptCommand.all.map(\.title.count).max() ?? 0
    for command in PromptCommand.all {
      let space = String(repeating: " ", count: width - command.title.count + 2)
      lines.append("  " + style.paint(command.title, .strong) + space + command.summary)
    }
    let more = [
      ("name?", "what a function, a value or a member is for: quantize?  net.layers?"),
      ("help(\"pool\")", "searches for a word"),
      ("_  _1  _2", "the last result, and those of the inputs 1 and 2"),
      ("Tab", "completes names, members, labels, choices and files, and explains them"),
      ("Ctrl-C", "stops what runs; the variables are then as they were before it"),
    ]
    lines.append("")
    for (name, meaning) in more {
      let space = String(repeating: " ", count: max(2, width - name.count + 2))
      lines.append("  " + style.paint(name, .strong) + space + meaning)
    }
    console.write(lines.joined(separator: "\n") + "\n")
  }
}

extension Style {
  /// What `help` says, with its signatures and examples in colour.
  func help(_ text: String) -> String {
    guard isColored else { return Style.printable(text) }
    var isExample = false
    return Style.printable(text).split(separator: "\n", omittingEmptySubsequences: false)
      .map { part -> String in
        let line = String(part)
        if line == "example:" {
          isExample = true
          return paint(line, .faint)
        }
        if isExample, line.hasPrefix("  //>") { return paint(line, .faint) }
        if isExample, line.hasPrefix("  ") { return code(line) }
        isExample = false
        if line.hasPrefix("  ") {
          let name = line.dropFirst(2).prefix { $0 != " " }
          return "  " + paint(String(name), .strong) + line.dropFirst(2 + name.count)
        }
        return line.contains("(_") || line.contains(") -> ") ? code(line) : line
      }.joined(separator: "\n")
  }
}
