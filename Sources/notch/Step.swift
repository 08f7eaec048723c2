import ArgumentParser
import Terminal

/// `notch step FILE`.
struct Step: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Walk through a file cell by cell.",
    discussion: """
      Enter runs the cell that is shown and goes on; '?' lists the other keys. Where standard input \
      is no terminal it goes on by itself. A cell that was run already runs again only when its code
      or something that it reads is another. How far you came is remembered.
      """)

  @Argument(help: "The cell file.", completion: .file(extensions: ["notch"]))
  var file: String

  @OptionGroup var values: ValueOptions
  @OptionGroup var look: LookOptions

  func run() throws {
    let console = look.console
    guard let options = values.runOptions(console) else { throw ExitStatus.wrongUse.exitCode }
    let documents = Documents(console)
    if file == "-" {
      guard let opened = documents.open(file) else { throw ExitStatus.wrongUse.exitCode }
      throw Player(console, opened, options: options).walk(asks: false).exitCode
    }
    guard let stored = documents.store(file) else { throw ExitStatus.wrongUse.exitCode }
    let player = Player(console, stored.file, stored: stored, options: options)
    throw player.walk(asks: StandardInput.isTerminal).exitCode
  }
}
