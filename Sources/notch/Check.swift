import ArgumentParser
import Terminal

/// `notch check FILE…`.
struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Find what would go wrong in files, without running them.",
    discussion: """
      It reports every error that would surely occur: names and labels that do not exist, values \
      of the wrong type, shapes that do not fit. An error gives exit code 2.
      """)

  @Argument(
    help: "The cell files; '-' is standard input.", completion: .file(extensions: ["notch"]))
  var files: [String]

  @OptionGroup var look: LookOptions

  func run() throws { throw FileChecker(look.console).check(files).exitCode }
}
