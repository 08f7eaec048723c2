import ArgumentParser
import Exporters
import Notebooks
import Terminal

/// `notch replay FILE…`.
struct ReplayFiles: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Run files and compare what they show with what is recorded in them.",
    discussion: """
      Words are compared exactly and real numbers within a tolerance. A difference is shown as a \
      diff and gives exit code 1. Cells are named by their number or id; those that a chosen cell \
      needs run before it.
      """)

  @Argument(help: "The cell files.", completion: .file(extensions: ["notch"]))
  var files: [String]

  @Flag(help: "Write new output into the files; nothing else in them changes.")
  var record = false

  @Flag(
    name: .customLong("all-digits"),
    help: "With --record, write numbers anew that are within the tolerance, too.")
  var allDigits = false

  @Flag(name: .customLong("keep-going"), help: "Go on with the next cell where one fails.")
  var keepsGoing = false

  @Option(help: ArgumentHelp("The first cell to replay.", valueName: "cell"))
  var from: String?

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp("A cell to replay; may be given several times.", valueName: "cell"))
  var only: [String] = []

  @Option(
    help: ArgumentHelp(
      "How far real numbers may differ, in place of what the files say.", valueName: "x"))
  var tolerance: Double?

  @Flag(help: "Take outputs from earlier replays where code and inputs are the same.")
  var cache = false

  @Option(help: ArgumentHelp("Write a report in the form of JUnit.", valueName: "file"))
  var junit: String?

  @Flag(help: "Write a report as JSON to standard output, and nothing else there.")
  var json = false

  @OptionGroup var limits: LimitOptions
  @OptionGroup var values: ValueOptions
  @OptionGroup var look: LookOptions

  func validate() throws {
    if let tolerance, !(tolerance >= 0 && tolerance.isFinite) {
      throw ValidationError("the tolerance must be a number that is not negative")
    }
    if allDigits, !record {
      throw ValidationError("--all-digits says what --record writes: give both")
    }
    if record, cache {
      throw ValidationError("a recording is made of what cells show now: --record or --cache")
    }
  }

  func run() throws {
    let console = look.console
    guard var options = values.runOptions(console) else { throw ExitStatus.wrongUse.exitCode }
    options.tolerance = tolerance
    options.keepsGoing = keepsGoing
    options.timeLimit = limits.timeLimit
    var choices = Replayer.Choices()
    choices.records = record
    choices.recordsAllDigits = allDigits
    choices.caches = cache
    choices.isSilent = json
    choices.selection = CellSelection(from: from, only: only)
    let replayer = Replayer(console, options: options, choices: choices)
    var status = replayer.replay(files)
    let replayed = replayer.files.map {
      ReplaySummary(
        path: $0.path, report: $0.report, problem: $0.problem, holds: $0.status == .done,
        cached: $0.cached)
    }
    if json { console.write(ReplaySummary.json(of: replayed)) }
    if let junit {
      do {
        try ForeignFile.write(Array(ReplaySummary.junit(of: replayed).utf8), to: junit)
      } catch {
        console.report(error: "\(error)")
        status = status.joined(with: .wrongUse)
      }
    }
    throw status.exitCode
  }
}

/// How long a cell may take.
struct LimitOptions: ParsableArguments {
  @Option(
    name: .customLong("time-limit"),
    help: ArgumentHelp(
      "How long a cell may take where neither it nor its file says so.", valueName: "seconds"))
  var timeLimit: Double?

  func validate() throws {
    if let timeLimit, !(timeLimit > 0 && timeLimit.isFinite) {
      throw ValidationError("the time limit must be a number of seconds above 0")
    }
  }
}
