public import Figures
public import Language

/// One thing a cell shows, as plain lines without colour.
public struct Output: Sendable, Equatable {
  public enum Kind: Sendable, Equatable {
    /// Written by `print` and by builtins such as `summary`.
    case printed
    /// The value of the last expression.
    case result
  }

  public var kind: Kind
  public var text: String
  /// Ranges of UTF-8 offsets in `text` that hold real numbers: a replay compares these within the
  /// tolerance and everything else exactly.
  public var reals: [Range<Int>]
  /// Whether it is what `help` says, which a terminal may colour.
  public var isHelp = false
  /// What `text` draws, for those who can draw it better: a terminal with colours, a page.
  public var figure: Figure?
  /// What is shown below the text where somebody looks, and never recorded: a curve in one line.
  public var aside: String?

  public init(
    _ kind: Kind, _ text: String, reals: [Range<Int>] = [], figure: Figure? = nil,
    aside: String? = nil
  ) {
    self.kind = kind
    self.text = text
    self.reals = reals
    self.figure = figure
    self.aside = aside
  }

  /// A figure, drawn for a recording: 80 columns wide, whatever the terminal.
  init(_ kind: Kind, _ figure: Figure) {
    let drawing = figure.recorded()
    self.init(kind, drawing.text, reals: drawing.reals, figure: figure)
  }
}

/// What came of running one cell: its outputs and, if it did not end well, why.
///
/// A cell that failed has left every variable as it was before it.
public struct Outcome: Sendable {
  public enum Failure: Sendable {
    /// The text could not be read, or an error was thrown while it ran.
    case diagnostics([Diagnostic])
    /// An `expect(condition, "…")` was false.
    case expectation(Diagnostic)
    case interrupted(Interruption.Reason)
  }

  public var outputs: [Output]
  public var failure: Failure?
  public var seconds: Double
  /// Whether the cell drew random numbers, so that another seed would have given others.
  public var drewRandom: Bool

  public init(
    outputs: [Output] = [], failure: Failure? = nil, seconds: Double = 0, drewRandom: Bool = false
  ) {
    self.outputs = outputs
    self.failure = failure
    self.seconds = seconds
    self.drewRandom = drewRandom
  }
}
