import Language
import Notebooks
import Sessions

extension Prompt {
  /// `:save file`.
  func save(to given: String) {
    guard !given.isEmpty else {
      return console.report(error: "':save' needs the name of a file", help: ":save lesson.notch")
    }
    guard !timeline.entries.isEmpty else {
      return console.report(error: "there is nothing to save yet")
    }
    let (seed, conflict) = timeline.commonSeed(else: session.seed)
    guard let seed else {
      let inputs = conflict.map { "inputs \($0.0) and \($0.1)" } ?? "the inputs"
      return console.report(
        error: "\(inputs) drew random numbers under different seeds, and a file has one",
        help: ":undo goes back to the first of them")
    }
    var path = FileNames.expanded(given)
    if !path.hasSuffix(".notch") { path += ".notch" }
    do {
      var writer = CellFileWriter(settings: [("seed", "\(seed)")])
      for entry in timeline.entries {
        writer.code(entry.code, recording: OutputLine.lines(of: entry.outcome).map(\.recorded))
      }
      try StoredCellFile.create(try writer.file(), path: path)
      let count = timeline.entries.count
      console.write(
        "\(count == 1 ? "1 cell" : "\(count) cells") written to \(Style.printable(path))\n")
    } catch {
      console.report(error: "\(error)")
    }
  }

  /// `:load file`.
  func load(_ given: String) {
    guard !given.isEmpty else {
      return console.report(error: "':load' needs the name of a file", help: ":load lesson.notch")
    }
    let path = FileNames.expanded(given)
    guard let stored = Documents(console).store(path) else { return }
    let file = stored.file
    if timeline.entries.isEmpty { session.use(seed: file.frontMatter.seed) }
    let cells = file.cells.filter { $0.isRun && !$0.isEmpty }
    guard !cells.isEmpty else {
      return console.report(warning: "\(file.name) has no code to run")
    }
    for cell in cells {
      let code = file.code(of: cell)
      show(code)
      let outcome = runInput(code)
      guard outcome.failure == nil || (file.expectsError(cell) && !outcome.isInterrupted) else {
        let place = "cell \(cell.number)\(cell.title.isEmpty ? "" : ": \(cell.title)")"
        console.report(Style.printable("loading ended at \(place)"))
        return
      }
    }
  }

  /// The code of a cell as if it had been typed.
  private func show(_ code: String) {
    let number = timeline.nextNumber
    let style = console.output.style
    let further = String(repeating: ".", count: String(number).count) + ". "
    for (index, line) in style.code(code).split(separator: "\n", omittingEmptySubsequences: false)
      .enumerated()
    {
      console.write(style.paint(index == 0 ? "\(number)> " : further, .prompt) + line + "\n")
    }
  }
}

extension Outcome {
  /// Whether it was stopped from outside.
  var isInterrupted: Bool {
    if case .interrupted? = failure { true } else { false }
  }
}
