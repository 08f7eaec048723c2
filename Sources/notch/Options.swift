import ArgumentParser
import Notebooks
import Terminal

/// How the command looks.
struct LookOptions: ParsableArguments {
  @Flag(name: .customLong("no-color"), help: "Write no colours; NO_COLOR says the same.")
  var noColor = false

  var console: Console { Console(wantsColor: !noColor) }
}

/// What a file or prompt starts from.
struct ValueOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The seed of all random numbers.", valueName: "n"))
  var seed: UInt64?

  @Option(
    name: .customShort("p"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp("Set a parameter of the file.", valueName: "name=value"))
  var parameters: [String] = []

  /// The options of a run; nil when a parameter is no `name=value`, which is then reported.
  func runOptions(_ console: Console) -> RunOptions? {
    guard let overrides = Documents(console).overrides(parameters) else { return nil }
    var options = RunOptions()
    options.parameters = overrides
    options.seed = seed
    return options
  }
}

extension ExitStatus {
  /// The status as the argument parser throws it.
  var exitCode: ExitCode { ExitCode(rawValue) }
}
