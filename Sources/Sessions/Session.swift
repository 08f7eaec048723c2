import Datasets
public import Language
import Networks
import Synchronization
public import Tensors

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The wish to stop a running cell, for front ends that know no tensors.
public typealias Stop = Tensors.Stop

/// Where language and library meet: runs cells, keeps their variables, can go back.
///
///     let session = Session(seed: 42)
///     let outcome = session.run("let x = randn(2, 3)\nx.mean()")
///
/// A cell is atomic: if it fails or is stopped, every variable is as it was before it. A session
/// belongs to one thread; `stop.request()` may come from any, or from a signal handler.
public final class Session {
  /// The whole state between two cells: a value that shares what did not change.
  public struct Snapshot {
    let machine: Machine.State
    let random: RandomStream
    let cellNumber: UInt64
    let seed: UInt64
    let results: Results
  }

  public private(set) lazy var machine = Machine(host: self)
  private(set) var functions: [String: BuiltinFunction] = [:]
  /// The seed of every random stream.
  public private(set) var seed: UInt64
  /// What the cell that runs draws from.
  var random: RandomStream
  private var cellNumber: UInt64 = 0
  /// What the cells before showed: `_`, `_1`, `_2` and so on.
  public private(set) var results = Results()

  private var outputs: [Output] = []
  /// Whether the last thing printed did not end its line; `onOutput` finds it up to date.
  public private(set) var isLineOpen = false
  /// The thread on which a cell runs.
  private(set) var thread: pthread_t?
  /// A result whose news was printed already, such as that of `fit`: it is not shown again.
  var toldResult: HostObject?
  /// How results look where they are shown; what is recorded has the standard form.
  public var look = ResultLook()
  /// Told of every output at once, for a front end that shows it while the cell runs.
  public var onOutput: ((Output) -> Void)?
  /// Told how far a long piece of work is; nil when it is over.
  public var onProgress: ((Progress?) -> Void)?
  /// Told of what is worth a line but is no output, such as how long `time { }` took: it is not
  /// recorded.
  public var onNote: ((String) -> Void)?

  /// What stops the cell that runs: `stop.request()`.
  public let stop: Stop

  public init(seed: UInt64 = 0, stop: Stop = .shared) {
    self.seed = seed
    self.stop = stop
    random = RandomStream(seed: seed)
    for (name, overloads) in Library.byName {
      functions[name] = BuiltinFunction(name, overloads, self)
    }
  }

  /// Sets the seed under which every cell has its own random stream.
  public func use(seed: UInt64) { self.seed = seed }

  /// Runs a cell that comes after the others that were run: its stream is their number.
  public func run(_ text: String, name: String = "input") -> Outcome {
    cellNumber += 1
    return runCell(Source(text, name: name), stream: cellNumber)
  }

  /// Runs a cell; `stream` picks its random numbers, `timeLimit` is in seconds.
  ///
  /// What the cell shows becomes `_`, and `_3` where its stream is 3.
  public func runCell(_ source: Source, stream: UInt64, timeLimit: Double? = nil) -> Outcome {
    run(source, stream: stream, timeLimit: timeLimit) { value in
      let output = try display(value)
      let shown = try output.map { try restyled($0, of: value) }
      if let output { emit(output, shownAs: shown) }
      return output != nil || value.isTold(toldResult)
    }
  }

  /// The value of a text, with nothing shown and nothing changed.
  ///
  ///     session.peek(Source("randn(2, 3)"), stream: 1)   // .success(a tensor)
  public func peek(_ source: Source, stream: UInt64) -> (value: Value?, failure: Outcome.Failure?) {
    let before = snapshot()
    let (toldOutput, toldProgress) = (onOutput, onProgress)
    onOutput = nil
    defer {
      restore(before)
      (onOutput, onProgress) = (toldOutput, toldProgress)
    }
    var found: Value?
    let outcome = run(source, stream: stream, timeLimit: nil) { value in
      found = value
      return false
    }
    return (outcome.failure == nil ? found : nil, outcome.failure)
  }

  /// Runs a cell whose value goes to `finish`, which says whether it was shown.
  private func run(
    _ source: Source, stream: UInt64, timeLimit: Double?, finish: (Value) throws -> Bool
  ) -> Outcome {
    let before = machine.state
    let randomBefore = random
    random = RandomStream(seed: seed, stream: stream)
    outputs = []
    isLineOpen = false
    toldResult = nil
    let clock = ContinuousClock()
    let start = clock.now
    let watch = timeLimit.map { Watchdog(seconds: $0, stop) }
    var failure: Outcome.Failure?
    do {
      // The token belongs to the thread on which the machine runs.
      try withLargeStack {
        thread = pthread_self()
        defer { thread = nil }
        try stop.use {
          let value = try machine.run(source)
          if try finish(value) { results.note(value, of: stream) }
        }
      }
    } catch {
      failure = failed(error, timedOut: watch?.hasFired ?? false)
      machine.state = before
      random = randomBefore
    }
    watch?.cancel()
    onProgress?(nil)
    return Outcome(
      outputs: outputs, failure: failure, seconds: (clock.now - start) / .seconds(1),
      drewRandom: random.position > 0 && failure == nil)
  }

  public func snapshot() -> Snapshot {
    Snapshot(
      machine: machine.state, random: random, cellNumber: cellNumber, seed: seed, results: results)
  }

  public func restore(_ snapshot: Snapshot) {
    machine.state = snapshot.machine
    random = snapshot.random
    cellNumber = snapshot.cellNumber
    seed = snapshot.seed
    results = snapshot.results
  }

  private func failed(_ error: any Error, timedOut: Bool) -> Outcome.Failure {
    switch error {
    case let list as DiagnosticList: return .diagnostics(list.diagnostics)
    case let diagnostic as Diagnostic where diagnostic.kind == .expectation:
      return .expectation(diagnostic)
    case let diagnostic as Diagnostic: return .diagnostics([diagnostic])
    default:
      if let interruption = interruption(from: error) {
        stop.clear()
        return .interrupted(timedOut ? .timeLimit : interruption.reason)
      }
      let fault = describe(error)
      return .diagnostics([Diagnostic(fault.message, help: fault.help)])
    }
  }

  /// Takes an output; a front end may be shown it in another form than the one that is recorded.
  func emit(_ output: Output, shownAs shown: Output? = nil) {
    isLineOpen = false
    outputs.append(output)
    onOutput?(shown ?? output)
  }

  /// Takes what `print` writes, which may be a part of a line.
  public func write(_ text: String) {
    guard !text.isEmpty else { return }
    let endsLine = text.hasSuffix("\n")
    let output = Output(.printed, endsLine ? String(text.dropLast()) : text)
    if isLineOpen, let last = outputs.indices.last {
      outputs[last].text += output.text
    } else {
      outputs.append(output)
    }
    isLineOpen = !endsLine
    onOutput?(output)
  }

  /// Shows what a cell showed once before.
  public func show(again outcome: Outcome) {
    isLineOpen = false
    guard let onOutput else { return }
    for output in outcome.outputs { onOutput(output) }
  }

  /// Makes a value the last one that was shown.
  func noteResult(_ value: Value, of stream: UInt64) { results.note(value, of: stream) }

  /// Makes `_` what it was in a snapshot, since the cell that ran stands before the one that showed it.
  public func keepLastResult(of before: Snapshot) { results.keepLast(of: before.results) }

  /// Whether a value was shown since a snapshot, so that `_` is another one.
  public func hasShown(since before: Snapshot) -> Bool { results.count > before.results.count }

  /// A seed for something that draws on its own, from the cell's stream.
  func drawSeed() -> UInt64 { random.split() }
}

/// How far a long piece of work is.
public struct Progress: Sendable {
  /// What is going on: `epoch 2/3`.
  public let title: String
  /// From 0 to 1.
  public let fraction: Double
  /// More to say: `loss 0.0412`.
  public let detail: String
  /// Units done so far and what they are called, for a rate: 12,800 images.
  public let done: Int
  public let unit: String
  /// The number whose course a front end may draw: the loss.
  public let value: Double?

  public init(
    title: String, fraction: Double, detail: String, done: Int, unit: String, value: Double? = nil
  ) {
    self.title = title
    self.fraction = fraction
    self.detail = detail
    self.done = done
    self.unit = unit
    self.value = value
  }
}

/// Asks the work to stop when its time is up.
private final class Watchdog: @unchecked Sendable {
  private let isOver = Atomic<Bool>(false)
  private let fired = Atomic<Bool>(false)

  private let stop: Stop

  init(seconds: Double, _ stop: Stop) {
    self.stop = stop
    let deadline = ContinuousClock.now + .seconds(min(max(seconds, 0), 1e9))
    var thread = pthread_t()
    let context = Unmanaged.passRetained(Plan(watchdog: self, deadline: deadline))
    let status = pthread_create(
      &thread, nil,
      { raw in
        guard let raw: UnsafeMutableRawPointer = raw else { return nil }
        let plan = Unmanaged<Plan>.fromOpaque(raw).takeRetainedValue()
        plan.watchdog.wait(until: plan.deadline)
        return nil
      }, context.toOpaque())
    if status == 0 { pthread_detach(thread) } else { context.release() }
  }

  private final class Plan {
    let watchdog: Watchdog
    let deadline: ContinuousClock.Instant
    init(watchdog: Watchdog, deadline: ContinuousClock.Instant) {
      self.watchdog = watchdog
      self.deadline = deadline
    }
  }

  var hasFired: Bool { fired.load(ordering: .acquiring) }
  func cancel() { isOver.store(true, ordering: .releasing) }

  private func wait(until deadline: ContinuousClock.Instant) {
    while !isOver.load(ordering: .acquiring) {
      if ContinuousClock.now >= deadline {
        fired.store(true, ordering: .releasing)
        stop.request()
        return
      }
      usleep(5_000)
    }
  }
}
