import Figures
import Language
import Sessions

/// Where everything is written that a person reads: results on standard output, errors and progress
/// on standard error, in the order in which they come.
public final class Console {
  /// Results.
  public let output: TextStream
  /// Errors, warnings and progress.
  public let errors: TextStream
  private var bar: ProgressBar
  /// How images are shown; nil for what the environment says.
  var graphics: TerminalGraphics?

  /// The streams of the process; colours only where they are wanted and a terminal shows them.
  public init(wantsColor: Bool = true) {
    output = TextStream(1, name: "standard output", wantsColor: wantsColor)
    errors = TextStream(2, name: "standard error", wantsColor: wantsColor)
    bar = ProgressBar(isShown: errors.canRedraw)
  }

  /// Whether it paints at all.
  var isColored: Bool { output.style.isColored || errors.style.isColored }

  /// Paints from here on, or no more.
  func setColor(_ isOn: Bool) {
    output.setColor(isOn)
    errors.setColor(isOn)
  }

  // MARK: Outputs

  /// An output as this screen shows it best; where nobody looks, as it is recorded.
  func look(of output: Output) -> String {
    if output.isHelp { return self.output.style.help(output.text) }
    guard self.output.isTerminal else { return output.text }
    var text = output.text
    if let figure = output.figure {
      text = figure.drawn(on: screen, columns: min(max(self.output.columns - 1, 1), 160))
    }
    if let aside = output.aside, !Environment.isDumb, Environment.isUnicode {
      text += "\n" + self.output.style.paint(aside, .faint)
    }
    return text
  }

  /// What the terminal can show.
  var screen: FigureScreen {
    var screen = FigureScreen(environment: { Environment[$0] })
    if !output.style.isColored { screen.color = .none }
    if let graphics { screen.graphics = graphics }
    return screen
  }

  /// Writes to standard output.
  public func write(_ text: String) {
    clearProgress()
    output.write(text)
  }

  /// Writes lines to standard error, behind what standard output has so far.
  public func report(_ text: String) {
    clearProgress()
    output.endLine()
    errors.write(text + "\n")
  }

  /// Reports an error that no cell made: `error: cannot read x.notch: no such file or directory`.
  public func report(error: String, help: String? = nil) {
    let style = errors.style
    report(
      style.paint("error", .error) + style.paint(": \(Style.printable(error))", .strong)
        + (help.map { "\n" + style.paint("help", .prompt) + ": \($0)" } ?? ""))
  }

  /// Reports something that looks wrong and is no error.
  public func report(warning: String) {
    report(errors.style.paint("warning", .warning) + ": \(Style.printable(warning))")
  }

  /// Tells something beside the outputs, such as the time that a block took.
  func report(note: String) { report(errors.style.paint(Style.printable(note), .faint)) }

  /// Reports why a cell ended.
  public func report(_ failure: Outcome.Failure) {
    let renderer = DiagnosticRenderer(
      colored: errors.style.isColored, width: errors.isTerminal ? errors.columns : 100)
    switch failure {
    case .diagnostics(let list):
      for diagnostic in list { report(renderer.render(diagnostic)) }
    case .expectation(let diagnostic): report(renderer.render(diagnostic))
    case .interrupted(let reason):
      switch reason {
      case .user:
        // The terminal has written ^C, which the word replaces.
        let begins = errors.canRedraw ? "\r\u{1B}[K" : ""
        report(begins + errors.style.paint("interrupted", .warning))
      case .timeLimit: report(error: "stopped at the time limit")
      case .stepLimit: report(error: "stopped at the step limit")
      }
    }
  }

  // MARK: Progress

  /// Draws how far a piece of work is, now and then; nil ends it.
  func show(_ progress: Progress?) {
    guard let progress else { return endProgress() }
    guard !isLineOpen else { return }
    if let text = bar.next(progress, columns: errors.columns) { errors.write(text) }
  }

  /// Shows a line that the next text wipes out: what is going on.
  func show(status: String) {
    guard errors.canRedraw, !isLineOpen else { return }
    let text = String(status.prefix(max(1, errors.columns - 1)))
    clearProgress()
    errors.write(errors.style.paint(text, .faint))
    bar.isVisible = true
  }

  /// Whether a line on the screen waits for its end: a bar would wipe it out.
  private var isLineOpen: Bool { output.isTerminal && output.isLineOpen }

  /// Takes the bar or the status away.
  func clearProgress() {
    guard bar.isVisible else { return }
    bar.isVisible = false
    errors.write("\r\u{1B}[K")
  }

  private func endProgress() {
    clearProgress()
    bar.end()
  }
}
