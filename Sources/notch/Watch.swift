import ArgumentParser
import Terminal

/// `notch watch FILE`.
struct Watch: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Replay what an edit made stale, whenever the file is saved.",
    discussion: """
      A cell runs again when its code or something that it reads is another. Ctrl-C leaves.
      """)

  @Argument(help: "The cell file.", completion: .file(extensions: ["notch"]))
  var file: String

  @OptionGroup var limits: LimitOptions
  @OptionGroup var values: ValueOptions
  @OptionGroup var look: LookOptions

  func run() throws {
    let console = look.console
    guard var options = values.runOptions(console) else { throw ExitStatus.wrongUse.exitCode }
    options.timeLimit = limits.timeLimit
    throw Watcher(console, file, options: options).watch().exitCode
  }
}
