import Language
public import Notebooks
import Sessions

/// What came of replaying one file.
public struct ReplayedFile: Sendable {
  /// The path as it was given.
  public var path: String
  /// What the cells did; nil if the file could not be read.
  public var report: ReplayReport?
  /// Why it could not be replayed; nil if it was.
  public var problem: String?
  /// What the command tells the shell of it.
  public var status: ExitStatus
  /// How many cells did not have to be run, since their outputs were kept.
  public var cached = 0
}

/// `notch replay`: runs files, compares what they show with their recordings, and says so.
public final class Replayer {
  /// What was chosen beside the options of a run.
  public struct Choices: Sendable {
    /// Whether new outputs are written into the files.
    public var records = false
    /// Whether it records numbers anew that are within the tolerance.
    public var recordsAllDigits = false
    /// The cells that are replayed.
    public var selection = CellSelection()
    /// Whether outputs of earlier replays stand for cells that would show the same.
    public var caches = false
    /// Whether a person reads along; where not, only errors are written, to standard error.
    public var isSilent = false

    /// A plain replay.
    public init() {}
  }

  private let console: Console
  private let options: RunOptions
  private let choices: Choices
  /// What came of the files so far.
  public private(set) var files: [ReplayedFile] = []

  /// A replay under some options.
  public init(_ console: Console, options: RunOptions, choices: Choices = Choices()) {
    self.console = console
    self.options = options
    self.choices = choices
  }

  /// Replays files one after the other; a file that is wrong or differs does not keep the others
  /// from being replayed.
  public func replay(_ paths: [String]) -> ExitStatus {
    var status = ExitStatus.done
    for path in paths {
      let file = replay(path, isOneOf: paths.count)
      files.append(file)
      status = status.joined(with: file.status)
      if file.status == .interrupted { break }
    }
    if paths.count > 1 { showTable(of: paths.count) }
    return status
  }

  private func replay(_ path: String, isOneOf count: Int) -> ReplayedFile {
    func wrong(_ problem: String) -> ReplayedFile {
      ReplayedFile(path: path, problem: problem, status: .wrongUse)
    }
    guard let stored = Documents(console).store(path) else {
      return wrong("it cannot be read as a cell file")
    }
    var options = self.options
    let replay: Replay
    do {
      if !choices.selection.isEverything {
        options.cells = try stored.file.numbers(of: choices.selection)
      }
      replay = try Replay(stored.file, options: options)
    } catch {
      console.report(error: "\(path): \(error)")
      return wrong("\(error)")
    }
    let session = Session()
    let cache = choices.caches ? CellCache.standard : nil
    let memory = RememberingSession(session, cache: cache)
    Display(console).follow(session, showsOutputs: false)
    Interrupts.install()
    var cached = 0
    let title = count > 1 ? "\(files.count + 1)/\(count) \(path)" : path
    let report = Interrupts.whileRunning {
      var shown = ContinuousClock.now - .seconds(1)
      let progress = { [console] (cell: Cell) in
        let now = ContinuousClock.now
        guard now - shown >= .milliseconds(50) else { return }
        shown = now
        let name = cell.title.isEmpty ? "" : ": \(cell.title)"
        console.show(
          status: Style.printable(
            "\(title), cell \(cell.number) of \(stored.file.cells.count)\(name)"))
      }
      let finished = { (entry: ReplayReport.Entry) in
        if memory.hasRecalled { cached += 1 }
        if entry.hasPassed { memory.keep() }
        self.show(entry, of: path)
      }
      return cache == nil
        ? replay.run(with: session, progress: progress, finished: finished)
        : replay.run(with: memory, progress: progress, finished: finished)
    }
    console.clearProgress()
    let status = choices.records ? record(report, in: stored) : conclude(report, path, cached)
    return ReplayedFile(path: path, report: report, status: status, cached: cached)
  }

  /// Writes what a person reads.
  private func say(_ text: String) {
    if !choices.isSilent { console.write(text) }
  }

  // MARK: Reporting

  private func show(_ entry: ReplayReport.Entry, of path: String) {
    switch entry.result {
    case .passed:
      if let note = entry.staleness, !choices.records {
        let text = Style.printable("\(path), \(note); replay --record renews it")
        say(console.output.style.paint(text, .faint) + "\n")
      }
    case .differs(let difference):
      if !choices.records || difference.kind == .missingError { show(difference, of: path) }
    case .failed(let failure):
      let title = entry.cell.title.isEmpty ? "" : ": \(entry.cell.title)"
      console.report("\(path), cell \(entry.cell.number)\(Style.printable(title))")
      console.report(failure)
    }
  }

  private func show(_ difference: CellDifference, of path: String) {
    say(difference.painted(console.output.style, prefix: "\(path), ") + "\n")
  }

  private func conclude(_ report: ReplayReport, _ path: String, _ cached: Int) -> ExitStatus {
    let style = console.output.style
    var time = elapsedText(report.seconds)
    if cached > 0 { time = "\(cached) from the cache, \(time)" }
    if report.hasPassed {
      let cells = report.total == 1 ? "1 cell" : "\(report.total) cells"
      say("\(path)  \(cells), \(style.paint("ok", .good)), \(time)\n")
    } else {
      say("\(path)  \(style.paint(report.summary, .error)), \(time)\n")
    }
    return status(of: report)
  }

  private func status(of report: ReplayReport) -> ExitStatus {
    var status = report.differences.isEmpty ? ExitStatus.done : .differs
    for (_, failure) in report.failures { status = status.joined(with: .init(failure)) }
    return status
  }

  /// A line for each file, and how many hold.
  private func showTable(of count: Int) {
    let style = console.output.style
    var rows = [["file", "cells", "agree", "differ", "failed", "not run", "time"]]
    for file in files {
      guard let report = file.report else {
        rows.append([file.path, "-", "-", "-", "-", "-", "unreadable"])
        continue
      }
      let numbers = [
        report.total, report.passed, report.differences.count, report.failures.count,
        report.notRun,
      ]
      rows.append([file.path] + numbers.map { "\($0)" } + [elapsedText(report.seconds)])
    }
    let widths = rows[0].indices.map { column in
      rows.map { DisplayWidth.of(Style.printable($0[column])) }.max() ?? 0
    }
    for (index, row) in rows.enumerated() {
      let cells = row.enumerated().map { column, text in
        let text = Style.printable(text)
        let space = String(repeating: " ", count: widths[column] - DisplayWidth.of(text))
        return column == 0 ? text + space : space + text
      }
      let line = cells.joined(separator: "  ")
      let isWell = index == 0 || files[index - 1].status == .done
      say(style.paint(line, index == 0 ? .faint : isWell ? .good : .error) + "\n")
    }
    let held = files.count { $0.status == .done }
    let text = "\(held) of \(count) files \(choices.records ? "are well" : "hold")"
    say(style.paint(text, held == count ? .good : .error) + "\n")
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
      say("\(path)  nothing recorded, since it was interrupted\n")
      return status
    }
    do {
      let new = try report.recording(of: stored.file, allDigits: choices.recordsAllDigits)
      _ = try stored.replace(with: new)
      let changed = report.entries.count {
        stored.file.recorded(of: $0.cell) != new.recorded(of: new.cells[$0.cell.number - 1])
      }
      let cells = changed == 1 ? "1 cell" : "\(changed) cells"
      let what = changed == 0 ? "its recording holds" : "output of \(cells) recorded"
      say("\(path)  \(console.output.style.paint(what, .good)), \(time)\n")
    } catch {
      console.report(error: "\(error)")
      return .wrongUse
    }
    if status != .done {
      say("\(path)  \(console.output.style.paint(report.summary, .error))\n")
    }
    return status
  }
}

extension CellCache {
  /// The cache of the user and of this program; nil where there is no place for one.
  static var standard: CellCache? {
    standardFolder.map { folder in
      CellCache(
        folder: folder,
        limit: Environment["NOTCH_CACHE_LIMIT"].flatMap { Int($0) }.map { max(0, $0) }
          ?? defaultLimit,
        program: runningProgram)
    }
  }
}

extension CellDifference {
  /// The diff with its colours.
  func painted(_ style: Style, prefix: String = "") -> String {
    var lines = unified().split(separator: "\n", omittingEmptySubsequences: false)
      .map { Style.printable(String($0)) }
    lines[0] = style.paint(prefix + lines[0], .strong)
    for index in lines.indices.dropFirst() {
      switch lines[index].first {
      case "-": lines[index] = style.paint(lines[index], .removed)
      case "+": lines[index] = style.paint(lines[index], .added)
      default: lines[index] = style.paint(lines[index], .faint)
      }
    }
    return lines.joined(separator: "\n")
  }
}
