import ArgumentParser
import Exporters
import Notebooks
import Sessions
import Terminal

/// `notch export FILE`.
struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write a file as a page, as Markdown, as a Jupyter notebook or as a script.",
    discussion: """
      Outputs are those recorded in the file, which is not run unless --run says so. Without -o the \
      new file stands beside the old one; '-o -' writes to standard output.
      """)

  @Argument(help: "The cell file.", completion: .file(extensions: ["notch"]))
  var file: String

  @Flag(help: "The format: a page (the default), Markdown, a Jupyter notebook, or a plain script.")
  var format: ExportFormat = .html

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp("The file to write.", valueName: "file"))
  var output: String?

  @Flag(name: .customLong("run"), help: "Run the file first and show what its cells show now.")
  var runs = false

  @OptionGroup var values: ValueOptions
  @OptionGroup var look: LookOptions

  func run() throws {
    let console = look.console
    guard let options = values.runOptions(console), let opened = Documents(console).open(file)
    else { throw ExitStatus.wrongUse.exitCode }
    var lesson = Lesson(opened)
    if runs {
      do {
        Interrupts.install()
        lesson = try Interrupts.whileRunning {
          try Lesson(running: opened, with: Session(), options: options)
        }
      } catch {
        console.report(error: "\(opened.name): \(error)")
        throw ExitStatus.wrongUse.exitCode
      }
      if let failed = lesson.failures.first, let failure = failed.outcome.failure {
        console.report(failure)
        console.report(error: "cell \(failed.cell.number) failed, so nothing was written")
        throw ExitStatus(failure).exitCode
      }
    }
    try write(format.exporter.text(of: lesson), to: output ?? place(format.ending), console)
  }

  private func place(_ ending: String) -> String {
    file == "-" ? "-" : withoutEnding(file, ".notch") + ending
  }
}

/// `notch import FILE`.
struct Import: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make a cell file of a Jupyter notebook.",
    discussion: """
      Code in the language stays code; code in other languages is kept as prose. Without -o the new \
      file stands beside the notebook, unless there is one already; '-o -' writes to standard output.
      """)

  @Argument(help: "The notebook.", completion: .file(extensions: ["ipynb"]))
  var file: String

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp("The file to write.", valueName: "file"))
  var output: String?

  @Flag(name: .customLong("drop-outputs"), help: "Leave the outputs out.")
  var dropsOutputs = false

  @OptionGroup var look: LookOptions

  func run() throws {
    let console = look.console
    do {
      let bytes = try ForeignFile.contents(of: file, limit: NotebookImporter.sizeLimit + 1)
      guard bytes.count <= NotebookImporter.sizeLimit else {
        console.report(error: "\(file) has more than \(NotebookImporter.sizeLimit) bytes")
        throw ExitStatus.wrongUse.exitCode
      }
      let target = output ?? withoutEnding(file, ".ipynb") + ".notch"
      let (cells, warnings) = try NotebookImporter(keepsOutputs: !dropsOutputs).file(
        from: bytes, name: target)
      for warning in warnings { console.report(warning: "\(file), \(warning)") }
      if output == nil {
        try StoredCellFile.create(cells, path: target)
        console.write("\(target)\n")
      } else {
        try write(cells.text, to: target, console)
      }
    } catch let error as NotebookError {
      console.report(error: "\(file), \(error)")
      throw ExitStatus.wrongUse.exitCode
    } catch let error as StorageError {
      console.report(error: "\(error)")
      throw ExitStatus.wrongUse.exitCode
    }
  }
}

/// `notch editors FOLDER`: writes the definitions for editors that the repository keeps.
struct Editors: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write syntax definitions for Vim and Visual Studio Code.", shouldDisplay: false)

  @Argument(help: "The folder to write into.", completion: .directory)
  var folder = "Editors"

  func run() throws {
    for (path, text) in EditorFiles.all {
      try write(text, to: "\(folder)/\(path)", Console(wantsColor: false))
    }
  }
}

/// `notch reference FILE`: writes the page of all functions that the repository keeps.
struct Reference: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write the reference of all functions and types.", shouldDisplay: false)

  @Argument(help: "The file to write.", completion: .file(extensions: ["md"]))
  var file = "Docs/reference.md"

  func run() throws {
    try write(ReferencePage.text, to: file, Console(wantsColor: false))
  }
}

extension ExportFormat: EnumerableFlag {
  public static func name(for value: ExportFormat) -> NameSpecification {
    .customLong(value.rawValue)
  }
}

private func withoutEnding(_ path: String, _ ending: String) -> String {
  path.hasSuffix(ending) ? String(path.dropLast(ending.count)) : path
}

/// Writes a text to a file or, for `-`, to standard output; the name of a new file is shown.
private func write(_ text: String, to path: String, _ console: Console) throws {
  if path == "-" {
    console.write(text)
    return
  }
  do {
    try ForeignFile.write(Array(text.utf8), to: path)
    console.write("\(path)\n")
  } catch {
    console.report(error: "\(error)")
    throw ExitStatus.wrongUse.exitCode
  }
}
