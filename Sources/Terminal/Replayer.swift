public import Notebooks
import Sessions

/// `notch replay`: runs files, compares what they show with their recordings, and says so.
public struct Replayer {
  private let console: Console
  private let options: RunOptions
  private let records: Bool

  /// A replay under some options; one that records writes new outputs into the files.
  public init(_ console: Console, options: RunOptions, records: Bool) {
    self.console = console
    self.options = options
    self.records = records
  }

  /// Replays files one after the other; a file that is wrong or differs does not keep the others
  /// from being replayed.
  public func replay(_ paths: [String]) -> ExitStatus {
    var status = ExitStatus.done
    var held = 0
    for path in paths {
      let one = replay(path)
      if one == .done { held += 1 }
      status = status.joined(with: one)
      if one == .interrupted { break }
    }
    if paths.count > 1 {
      let style = console.output.style
      let all = held == paths.count
      let text = "\(held) of \(paths.count) files \(records ? "are well" : "hold")"
      console.write(style.paint(text, all ? .good : .error) + "\n")
    }
    return status
  }

  private func replay(_ path: String) -> ExitStatus {
    guard let stored = Documents(console).store(path) else { return .wrongUse }
    let replay: Replay
    do {
      replay = try Replay(stored.file, options: options)
    } catch {
      console.report(error: "\(path): \(error)")
      return .wrongUse
    }
    let session = Session()
    Display(console).follow(session, showsOutputs: false)
    Interrupts.install()
    let report = Interrupts.whileRunning {
      replay.run(with: session) { cell in
        let title = cell.title.isEmpty ? "" : ": \(cell.title)"
        console.show(
          status: Style.printable(
            "\(path), cell \(cell.number) of \(stored.file.cells.count)\(title)"))
      } finished: {
        show($0, of: path)
      }
    }
    console.clearProgress()
    return records ? record(report, in: stored) : conclude(report, path)
  }

  // MARK: Reporting

  private func show(_ entry: ReplayReport.Entry, of path: String) {
    switch entry.result {
    case .passed: break
    case .differs(let difference):
      if !records || difference.kind == .missingError { show(difference, of: path) }
    case .failed(let failure):
      let title = entry.cell.title.isEmpty ? "" : ": \(entry.cell.title)"
      console.report("\(path), cell \(entry.cell.number)\(Style.printable(title))")
      console.report(failure)
    }
  }

  private func show(_ difference: CellDifference, of path: String) {
    let style = console.output.style
    var lines = difference.unified().split(separator: "\n", omittingEmptySubsequences: false)
      .map { Style.printable(String($0)) }
    lines[0] = style.paint("\(path), \(lines[0])", .strong)
    for index in lines.indices.dropFirst() {
      switch lines[index].first {
      case "-": lines[index] = style.paint(lines[index], .removed)
      case "+": lines[index] = style.paint(lines[index], .added)
      default: lines[index] = style.paint(lines[index], .faint)
      }
    }
    console.write(lines.joined(separator: "\n") + "\n")
  }

  private func conclude(_ report: ReplayReport, _ path: String) -> ExitStatus {
    let style = console.output.style
    let time = elapsedText(report.seconds)
    if report.hasPassed {
      let cells = report.total == 1 ? "1 cell" : "\(report.total) cells"
      console.write("\(path)  \(cells), \(style.paint("ok", .good)), \(time)\n")
    } else {
      console.write("\(path)  \(style.paint(report.summary, .error)), \(time)\n")
    }
    return status(of: report)
  }

  private func status(of report: ReplayReport) -> ExitStatus {
    var status = report.differences.isEmpty ? ExitStatus.done : .differs
    for (_, failure) in report.failures { status = status.joined(with: .init(failure)) }
    return status
  }

  // MARK: Recording

  private func record(_ report: ReplayReport, in stored: StoredCellFile) -> ExitStatus {
    let path = stored.path
    let time = elapsedText(report.seconds)
    var status = ExitStatus.done
    for (_, failure) in report.failures { status = status.joined(with: .init(failure)) }
    if report.differences.contains(where: { $0.kind == .missingError }) {
      status = status.joined(with: .differs)
    }
    guard status != .interrupted else {
      console.write("\(path)  nothing recorded, since it was interrupted\n")
      return status
    }
    do {
      let new = try report.recording(of: stored.file)
      _ = try stored.replace(with: new)
      let changed = report.entries.count {
        stored.file.recorded(of: $0.cell) != new.recorded(of: new.cells[$0.cell.number - 1])
      }
      let cells = changed == 1 ? "1 cell" : "\(changed) cells"
      let what = changed == 0 ? "its recording holds" : "output of \(cells) recorded"
      console.write("\(path)  \(console.output.style.paint(what, .good)), \(time)\n")
    } catch {
      console.report(error: "\(error)")
      return .wrongUse
    }
    if status != .done {
      console.write("\(path)  \(console.output.style.paint(report.summary, .error))\n")
    }
    return status
  }
}
