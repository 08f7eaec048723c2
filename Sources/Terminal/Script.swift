import Language
public import Notebooks
import Sessions

/// Running code without a conversation: a file, standard input, the text behind `-e`.
public struct Script {
  private let console: Console

  /// Shows on a console.
  public init(_ console: Console) { self.console = console }

  /// Runs the cells of a file and shows what they show.
  public func run(_ file: CellFile, options: RunOptions) -> ExitStatus {
    let run: FileRun
    do {
      run = try FileRun(file, options: options)
    } catch {
      console.report(error: "\(file.name): \(error)")
      return .wrongUse
    }
    let session = Session()
    let display = Display(console)
    display.follow(session)
    var status = ExitStatus.done
    Interrupts.install()
    Interrupts.whileRunning {
      let note = { (entry: FileRun.Entry) in
        display.finish(entry.outcome)
        if entry.failedUnexpectedly {
          status = status.joined(with: ExitStatus(entry.outcome.failure))
        }
      }
      run.run(with: session, didRun: note)
    }
    return status
  }

  /// Runs a text as one cell.
  public func run(_ code: String, name: String, seed: UInt64) -> ExitStatus {
    let session = Session(seed: seed)
    let display = Display(console)
    display.follow(session)
    Interrupts.install()
    let outcome = Interrupts.whileRunning {
      session.runCell(Source(code, name: name), stream: 1)
    }
    display.finish(outcome)
    return ExitStatus(outcome.failure)
  }
}
