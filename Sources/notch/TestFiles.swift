import ArgumentParser
import Terminal

/// `notch test FILE…`.
struct TestFiles: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test",
    abstract: "Prove that each solution passes its checks and each starting point fails them.",
    discussion: """
      The files run as in a replay; nothing is compared with its recording. An exercise that is not \
      as it should be gives exit code 1.
      """)

  @Argument(help: "The cell files.", completion: .file(extensions: ["notch"]))
  var files: [String]

  @OptionGroup var limits: LimitOptions
  @OptionGroup var values: ValueOptions
  @OptionGroup var look: LookOptions

  func run() throws {
    let console = look.console
    guard var options = values.runOptions(console) else { throw ExitStatus.wrongUse.exitCode }
    // Nobody waits for a starting point that never ends.
    options.timeLimit = limits.timeLimit ?? 60
    throw ExerciseTester(console, options: options).test(files).exitCode
  }
}
