public import Notebooks
import Sessions

/// `notch test`: proves that the exercises of files are what they should be.
public struct ExerciseTester {
  private let console: Console
  private let options: RunOptions

  /// A test under some options.
  public init(_ console: Console, options: RunOptions) {
    self.console = console
    self.options = options
  }

  /// Tests files one after the other.
  public func test(_ paths: [String]) -> ExitStatus {
    var status = ExitStatus.done
    var passed = 0
    for path in paths {
      let one = test(path)
      if one == .done { passed += 1 }
      status = status.joined(with: one)
      if one == .interrupted { break }
    }
    if paths.count > 1 {
      let style = console.output.style
      let isWell = passed == paths.count
      let text = "\(passed) of \(paths.count) files pass"
      console.write(style.paint(text, isWell ? .good : .error) + "\n")
    }
    return status
  }

  private func test(_ path: String) -> ExitStatus {
    guard let file = Documents(console).open(path) else { return .wrongUse }
    let test: ExerciseTest
    do {
      test = try ExerciseTest(file, options: options)
    } catch {
      console.report(error: "\(path): \(error)")
      return .wrongUse
    }
    let session = Session()
    Display(console).follow(session, showsOutputs: false)
    Interrupts.install()
    let report = Interrupts.whileRunning {
      test.run(with: session) { cell in
        console.show(
          status: Style.printable("\(path), cell \(cell.number) of \(file.cells.count)"))
      }
    }
    console.clearProgress()
    return conclude(report, path)
  }

  private func conclude(_ report: ExerciseTest.Report, _ path: String) -> ExitStatus {
    let style = console.output.style
    var status = ExitStatus.done
    for entry in report.entries {
      for fault in entry.faults {
        status = status.joined(with: .differs)
        let title = entry.exercise.title.isEmpty ? "" : ": \(entry.exercise.title)"
        let place = "\(path), exercise in line \(entry.exercise.line)\(title)"
        console.write(style.paint(Style.printable(place), .strong) + "\n")
        console.write("  " + style.paint(fault.reason, .error) + "\n")
        if case .solutionFails(_, let failure) = fault { console.report(failure) }
      }
    }
    if let (cell, failure) = report.failure {
      let title = cell.title.isEmpty ? "" : ": \(cell.title)"
      console.report("\(path), cell \(cell.number)\(Style.printable(title))")
      console.report(failure)
      status = status.joined(with: ExitStatus(failure))
    }
    let count = report.entries.count
    let exercises =
      count == 0 ? "no exercises" : count == 1 ? "1 exercise" : "\(count) exercises"
    let faulty = report.entries.count { !$0.faults.isEmpty }
    let verdict =
      report.hasPassed
      ? style.paint("ok", .good)
      : style.paint(faulty > 0 ? "\(faulty) of them wrong" : "not all were reached", .error)
    console.write("\(path)  \(exercises), \(verdict)\n")
    return status
  }
}
