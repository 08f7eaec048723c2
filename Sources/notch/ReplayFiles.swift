import ArgumentParser
import Terminal

/// `notch replay FILE…`.
struct ReplayFiles: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Run files and compare what they show with what is recorded in them.",
    discussion: """
      Words are compared exactly and real numbers within a tolerance. A difference is shown as a \
      diff and gives exit code 1.
      """)

  @Argument(help: "The cell files.", completion: .file(extensions: ["notch"]))
  var files: [String]

  @Flag(help: "Write new output into the files; nothing else in them changes.")
  var record = false

  @Flag(name: .customLong("keep-going"), help: "Go on with the next cell where one fails.")
  var keepsGoing = false

  @Option(
    help: ArgumentHelp(
      "How far real numbers may differ, in place of what the files say.", valueName: "x"))
  var tolerance: Double?

  @OptionGroup var values: ValueOptions
  @OptionGroup var look: LookOptions

  func validate() throws {
    if let tolerance, !(tolerance >= 0 && tolerance.isFinite) {
      throw ValidationError("the tolerance must be a number that is not negative")
    }
  }

  func run() throws {
    let console = look.console
    guard var options = values.runOptions(console) else { throw ExitStatus.wrongUse.exitCode }
    options.tolerance = tolerance
    options.keepsGoing = keepsGoing
    throw Replayer(console, options: options, records: record).replay(files).exitCode
  }
}
