import ArgumentParser
import Terminal

/// `notch run FILE`.
struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run the cells of a file and show what they show.",
    discussion: "The file '-' is standard input.")

  @Argument(help: "The cell file.", completion: .file(extensions: ["notch"]))
  var file: String

  @OptionGroup var values: ValueOptions
  @OptionGroup var look: LookOptions

  func run() throws { throw try Run.status(of: file, values, look.console).exitCode }

  static func status(
    of path: String, _ values: ValueOptions, _ console: Console
  ) throws -> ExitStatus {
    guard let options = values.runOptions(console), let file = Documents(console).open(path) else {
      return .wrongUse
    }
    return Script(console).run(file, options: options)
  }
}
