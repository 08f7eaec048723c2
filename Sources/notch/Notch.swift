import ArgumentParser
import Terminal

/// The command: what its sub-commands are, and what it does without one.
struct Notch: ParsableCommand {
  static let version = "0.1.0"

  static let usage = """
    notch [--seed <n>] [--quiet]
    notch -e <code> ...
    notch <file> [-p <name=value>] ...
    """

  static let configuration = CommandConfiguration(
    commandName: "notch",
    abstract: "A prompt and notebook runner for learning neural-network quantization.",
    usage: usage + "\nnotch <subcommand> ...",
    discussion: """
      Without a file it asks for input; where standard input is no terminal, it runs what stands \
      there. See 'notch prompt --help' for -e, --seed, --quiet and -p.

      Exit codes: 0 done; 1 a replay differs or a check failed; 2 the file or the command line is \
      wrong; 3 a cell failed; 130 interrupted.
      """,
    version: version,
    subcommands: [
      Start.self, Run.self, ReplayFiles.self, TestFiles.self, Check.self, Step.self, Watch.self,
      Export.self, Import.self, Editors.self, Reference.self,
    ],
    defaultSubcommand: Start.self)
}
