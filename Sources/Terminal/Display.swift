import Language
public import Sessions

/// Shows what a session says while its cells run.
public final class Display {
  private let console: Console

  /// Shows on a console.
  public init(_ console: Console) { self.console = console }

  /// Follows a session: outputs at once, progress as a bar.
  ///
  /// A replay shows no outputs, since it compares them.
  public func follow(_ session: Session, showsOutputs: Bool = true) {
    var isLineOpen = false
    if showsOutputs {
      session.onOutput = { [console, unowned session] output in
        // What is no print begins a line of its own.
        let isPart = output.kind == .printed && output.figure == nil
        let begins = isLineOpen && !isPart ? "\n" : ""
        console.write(begins + console.look(of: output) + (session.isLineOpen ? "" : "\n"))
        isLineOpen = session.isLineOpen
      }
    }
    session.onProgress = { [console] in console.show($0) }
    // How long something took is another each time: it is told, and no output.
    session.onNote = { [console] in console.report(note: $0) }
  }

  /// Ends what a cell showed: its last line, and why it failed.
  public func finish(_ outcome: Outcome) {
    console.clearProgress()
    console.output.endLine()
    if let failure = outcome.failure { console.report(failure) }
  }
}
