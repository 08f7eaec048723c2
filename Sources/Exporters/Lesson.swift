import Figures
public import Notebooks
public import Sessions

/// A cell file with what its cells show: what every exporter takes.
///
///     let lesson = Lesson(file)                       // what is recorded in the file
///     let page = HTMLExporter().text(of: lesson)
public struct Lesson: Sendable {
  /// One thing that a cell shows.
  public struct Shown: Sendable, Equatable {
    /// What it is.
    public enum Kind: Sendable, Equatable {
      /// Recorded output, of which a file does not say whether it was printed.
      case recorded
      /// What the cell printed.
      case printed
      /// The value of the cell's last expression.
      case result
      /// The message of the cell's error.
      case error
    }

    /// What it is.
    public var kind: Kind
    /// Its lines, joined by line ends, without one at the end.
    public var text: String
    /// The same as a picture, in the language of SVG; nil where it is text only.
    public var svg: String?
    /// Whether the drawing is of images, which have no words that could become too small.
    var isPictures = false

    /// A thing shown.
    public init(_ kind: Kind, _ text: String, svg: String? = nil) {
      self.kind = kind
      self.text = text
      self.svg = svg
    }
  }

  /// The file.
  public let file: CellFile
  private let shown: [Int: [Shown]]
  /// The cells that failed while the lesson was made, with why; empty unless it was run.
  public let failures: [FileRun.Entry]

  /// A lesson that shows what is recorded in its file; nothing is run.
  public init(_ file: CellFile) {
    self.file = file
    var shown: [Int: [Shown]] = [:]
    for cell in file.cells where cell.hasRecording {
      let lines = file.recorded(of: cell)
      shown[cell.number] = Self.runs(
        of: lines.map { ($0.kind == .error ? .error : .recorded, $0.text) })
    }
    self.shown = shown
    failures = []
  }

  /// A lesson that shows what its cells show now.
  ///
  /// Exercises are not run, and so show what they have recorded. Throws a `ParameterError` where the
  /// options set a parameter wrongly.
  public init(
    running file: CellFile, with session: Session, options: RunOptions = RunOptions()
  ) throws(ParameterError) {
    self.file = file
    var shown: [Int: [Shown]] = [:]
    var failures: [FileRun.Entry] = []
    try FileRun(file, options: options).run(
      with: session,
      didRun: { entry in
        shown[entry.cell.number] = Self.shown(of: entry.outcome)
        if entry.failedUnexpectedly { failures.append(entry) }
      })
    self.shown = shown
    self.failures = failures
  }

  /// What a cell shows, in order.
  public func shown(by cell: Cell) -> [Shown] { shown[cell.number] ?? [] }

  private static func shown(of outcome: Outcome) -> [Shown] {
    var shown: [Shown] = []
    for output in outcome.outputs {
      let text = OutputLine.lines(of: output).map(\.recorded.text).joined(separator: "\n")
      let kind: Shown.Kind = output.kind == .result ? .result : .printed
      // What `print` writes in parts is one text.
      if let figure = output.figure {
        // Not too wide, so that its words can be read on a telephone; five images fit in a row.
        var one = Shown(kind, text, svg: figure.svg(width: 520, height: 320))
        if case .images = figure.content {
          one.svg = figure.svg(width: 640, height: 320)
          one.isPictures = true
        }
        shown.append(one)
      } else if kind == .printed, let last = shown.last, last.kind == .printed, last.svg == nil {
        shown[shown.count - 1].text += "\n" + text
      } else {
        shown.append(Shown(kind, text))
      }
    }
    let error = OutputLine.lines(of: Outcome(failure: outcome.failure))
    if outcome.failure != nil {
      shown.append(Shown(.error, error.map(\.recorded.text).joined(separator: "\n")))
    }
    return shown
  }

  /// Lines of the same kind that follow each other, as one text each.
  private static func runs(of lines: [(kind: Shown.Kind, text: String)]) -> [Shown] {
    var runs: [(kind: Shown.Kind, lines: [String])] = []
    for line in lines {
      if runs.last?.kind == line.kind {
        runs[runs.count - 1].lines.append(line.text)
      } else {
        runs.append((line.kind, [line.text]))
      }
    }
    return runs.map { Shown($0.kind, $0.lines.joined(separator: "\n")) }
  }
}

/// Turns a lesson into the text of another format.
public protocol Exporter {
  /// The text of the file that is made.
  func text(of lesson: Lesson) -> String
}

/// The formats that a lesson can be taken away in.
public enum ExportFormat: String, CaseIterable, Sendable {
  case html
  case markdown
  case ipynb
  case script

  /// What the name of a file of this format ends in.
  public var ending: String {
    switch self {
    case .html: ".html"
    case .markdown: ".md"
    case .ipynb: ".ipynb"
    case .script: "-script.notch"
    }
  }

  /// What writes it.
  public var exporter: any Exporter {
    switch self {
    case .html: HTMLExporter()
    case .markdown: MarkdownExporter()
    case .ipynb: NotebookExporter()
    case .script: ScriptExporter()
    }
  }
}
