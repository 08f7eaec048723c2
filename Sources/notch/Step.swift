import ArgumentParser
import Terminal

/// `notch step FILE`.
struct Step: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Walk through a file cell by cell.",
    discussion: """
      Enter runs the cell that is shown and goes on; '?' lists the other keys. Where standard input \
      is no terminal it goes on by itself.
      """)

  @Argument(help: "The cell file.", completion: .file(extensions: ["notch"]))
  var file: String

  @OptionGroup var values: ValueOptions
  @OptionGroup var look: LookOptions

  func run() throws {
    let console = look.console
    guard let options = values.runOptions(console), let opened = Documents(console).open(file)
    else {
      throw ExitStatus.wrongUse.exitCode
    }
    let asks = StandardInput.isTerminal && file != "-"
    throw Player(console, opened, options: options).walk(asks: asks).exitCode
  }
}
