public import Notebooks
import Sessions

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// `notch watch`: replays what an edit of a file made stale, whenever the file is saved.
public final class Watcher {
  private let console: Console
  private let options: RunOptions
  private let memory: RememberingSession
  private let beginning: RememberingSession.Snapshot
  private let path: String

  /// A watch over a file under some options.
  public init(_ console: Console, _ path: String, options: RunOptions) {
    self.console = console
    self.path = path
    self.options = options
    let session = Session()
    memory = RememberingSession(session)
    beginning = memory.snapshot()
    Display(console).follow(session, showsOutputs: false)
  }

  /// Watches until Ctrl-C.
  public func watch() -> ExitStatus {
    let watch = FileWatch(path)
    guard let stored = Documents(console).store(path) else { return .wrongUse }
    Interrupts.install()
    replay(stored.file, watch)
    while true {
      if Interrupts.takeEvents().contains(.interrupt) { return .interrupted }
      guard watch.takeChange() else {
        usleep(5_000)
        continue
      }
      // Whoever is still writing is waited for.
      repeat { usleep(FileWatch.interval + 5_000) } while watch.takeChange()
      if let stored = Documents(console).store(path) { replay(stored.file, watch) }
    }
  }

  private func replay(_ file: CellFile, _ watch: FileWatch) {
    let replay: Replay
    do {
      replay = try Replay(file, options: options)
    } catch {
      return console.report(error: "\(file.name): \(error)")
    }
    let clock = ContinuousClock()
    let start = clock.now
    memory.restore(beginning)
    let count = memory.runCount
    var wasChanged = false
    let report = Interrupts.whileRunning {
      watch.whileRunning {
        replay.run(with: memory) { [console] cell in
          console.show(
            status: Style.printable("cell \(cell.number) of \(file.cells.count): \(cell.title)"))
        } finished: { entry in
          wasChanged = watch.hasChange && entry.isInterrupted
          if !memory.hasRecalled, !wasChanged { show(entry, of: file) }
        }
      }
    }
    console.clearProgress()
    if wasChanged { return Interrupts.forgetStop() }
    if report.notRun == 0 { memory.endPass() }
    let ran = memory.runCount - count
    let style = console.output.style
    // Output that nobody has recorded yet is no difference while a lesson is written.
    let unrecorded = report.entries.count(where: \.isUnrecorded)
    let isWell = report.passed + unrecorded == report.total
    var verdict = isWell ? style.paint("ok", .good) : style.paint(report.summary, .error)
    if isWell, unrecorded > 0 { verdict += ", output of \(unrecorded) not recorded" }
    let time = elapsedText((clock.now - start) / .seconds(1))
    console.write(
      "\(file.name)  \(ran) of \(report.total) cells run, \(verdict), \(time)\n")
  }

  private func show(_ entry: ReplayReport.Entry, of file: CellFile) {
    let style = console.output.style
    let title = entry.cell.title.isEmpty ? "" : ": \(entry.cell.title)"
    let heading = "cell \(entry.cell.number), line \(entry.cell.line)\(title)"
    console.write(style.paint(Style.printable(heading), .heading) + "\n")
    for output in entry.outputs {
      let text = console.look(of: output)
      if !text.isEmpty { console.write(text + "\n") }
    }
    switch entry.result {
    case .passed: break
    case .differs where entry.isUnrecorded: break
    case .differs(let difference): console.write(difference.painted(style) + "\n")
    case .failed(let failure): console.report(failure)
    }
  }
}

extension ReplayReport.Entry {
  fileprivate var isUnrecorded: Bool {
    if case .differs(let difference) = result {
      return !cell.hasRecording && difference.kind == .unexpected
    }
    return false
  }

  fileprivate var isInterrupted: Bool {
    if case .failed(.interrupted(.user)) = result { return true }
    return false
  }
}
