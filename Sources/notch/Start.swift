import ArgumentParser
import Terminal

/// `notch` without a sub-command: a prompt, or a script.
struct Start: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prompt",
    abstract: "Ask for input, or run a file or the code behind -e.",
    usage: Notch.usage)

  @Option(
    name: .customShort("e"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp("Code to run; several are lines of one cell.", valueName: "code"))
  var code: [String] = []

  @Flag(name: .shortAndLong, help: "Ask for input without a greeting.")
  var quiet = false

  @OptionGroup var values: ValueOptions
  @OptionGroup var look: LookOptions

  @Argument(
    help: "A cell file to run, as 'notch run' does.", completion: .file(extensions: ["notch"]))
  var file: String?

  func validate() throws {
    if file != nil, !code.isEmpty {
      throw ValidationError("give either -e or a file, not both")
    }
    if !code.isEmpty, !values.parameters.isEmpty {
      throw ValidationError("-p sets a parameter of a file, and there is none")
    }
  }

  func run() throws {
    let console = look.console
    if !code.isEmpty {
      let script = Script(console)
      throw script.run(code.joined(separator: "\n"), name: "-e", seed: values.seed ?? 0).exitCode
    }
    if file == nil, StandardInput.isTerminal {
      let prompt = Prompt(
        console, version: Notch.version, seed: values.seed ?? 0, greets: !quiet)
      throw prompt.run().exitCode
    }
    throw try Run.status(of: file ?? "-", values, console).exitCode
  }
}
