import Language
public import Sessions

/// A session that does not run a cell again whose code and inputs are what they were.
///
/// What a cell reads and changes is known from its code, see `NameUse`. A cell that ran well is
/// remembered with what it did; when it comes again, after the same cells as far as they matter to
/// it, its variables and outputs are taken from memory. With a cache the outputs of earlier
/// processes are taken as well, and the variables behind them are made only when a cell that has to
/// run needs them.
public final class RememberingSession: CellRunner {
  /// The state between two cells.
  public struct Snapshot {
    let session: Session.Snapshot
    let derivation: Derivation
    let deferred: [Deferred]
    let position: Int
    let lastShown: Int
  }

  /// A cell whose outputs came from the cache, and which has not run.
  struct Deferred {
    let source: Source
    let stream: UInt64
    let timeLimit: Double?
    let effect: Derivation.Effect
    let order: Int
  }

  private struct Memory {
    let outcome: Outcome
    let change: Session.Change
    let seed: UInt64
    let stream: UInt64
  }

  /// The session that runs what has to be run.
  public let session: Session
  /// Whether the cell that was asked for last did not have to be run.
  public private(set) var hasRecalled = false
  /// How many cells were run, not counting those that were remembered.
  public private(set) var runCount = 0

  private let cache: CellCache?
  private var derivation = Derivation()
  private var deferred: [Deferred] = []
  /// How many cells were asked for, and which of them showed what `_` is.
  private var position = 0
  private var lastShown = 0
  private var memories: [Fingerprint: [Memory]] = [:]
  private var uses: [String: NameUse] = [:]
  /// When each memory was used last, in passes over a file.
  private var used: [Fingerprint: Int] = [:]
  private var pass = 0
  private var unsaved: CellCache.Entry?

  /// A session with a memory, and results of earlier processes where there is a cache.
  public init(_ session: Session, cache: CellCache? = nil) {
    self.session = session
    self.cache = cache
  }

  public func use(seed: UInt64) { session.use(seed: seed) }

  public func snapshot() -> Snapshot {
    Snapshot(
      session: session.snapshot(), derivation: derivation, deferred: deferred,
      position: position, lastShown: lastShown)
  }

  public func restore(_ snapshot: Snapshot) {
    session.restore(snapshot.session)
    derivation = snapshot.derivation
    deferred = snapshot.deferred
    position = snapshot.position
    lastShown = snapshot.lastShown
  }

  /// Runs a cell, or has its effects from memory.
  public func run(_ source: Source, stream: UInt64, timeLimit: Double?) -> Outcome {
    hasRecalled = false
    unsaved = nil
    position += 1
    let use = use(of: source.text)
    let effect = derivation.effect(of: use)
    let readsData = !effect.reads.isDisjoint(with: Session.dataNames)
    let key = derivation.key(
      of: source.text, effect, salt: readsData ? Session.dataFingerprint() : "")
    let isKnowable = use.isProgram && effect.reads.isDisjoint(with: Session.outsideNames)
    if isKnowable, let outcome = recall(source, use, effect, key, stream, timeLimit) {
      hasRecalled = true
      return outcome
    }
    if let failed = runDeferred(for: effect) { return failed }
    let before = session.snapshot()
    let outcome = session.runCell(source, stream: stream, timeLimit: timeLimit)
    runCount += 1
    let entry = CellCache.Entry(
      key: key, outcome: outcome, functionNames: [], seed: session.seed, stream: stream)
    guard outcome.failure == nil else {
      if isKnowable { unsaved = entry }
      return outcome
    }
    noteShown(at: position, since: before)
    let change = session.change(of: effect.writes, since: before)
    if isKnowable {
      remember(
        Memory(outcome: outcome, change: change, seed: session.seed, stream: stream), key)
      unsaved = entry
      unsaved?.functionNames = change.functionNames
    }
    // What came from outside may be another thing next time.
    let final =
      isKnowable ? key : Fingerprint([key.text, "\(UInt64.random(in: UInt64.min...UInt64.max))"])
    note(use, effect, final, stream, outcome.drewRandom, change.functionNames)
    return outcome
  }

  /// Writes what the cell that ran last did to the cache: for one that did what it should.
  public func keep() {
    if let unsaved { cache?.add(unsaved) }
    unsaved = nil
  }

  /// Forgets what a cell did, so that it runs when it comes again.
  public func forget(_ source: Source) {
    let use = use(of: source.text)
    memories[derivation.key(of: source.text, derivation.effect(of: use))] = nil
  }

  /// Notes that a pass over a file is over, and forgets cells that no pass asked for of late.
  public func endPass() {
    pass += 1
    memories = memories.filter { pass - (used[$0.key] ?? 0) <= Self.passesKept }
    used = used.filter { memories[$0.key] != nil }
    if uses.count > 10_000 { uses = [:] }
  }

  /// For how many passes a cell is remembered that none of them asks for.
  static let passesKept = 8

  // MARK: Remembering

  private func use(of code: String) -> NameUse {
    if let known = uses[code] { return known }
    let use = NameUse(of: code)
    uses[code] = use
    return use
  }

  private func remember(_ memory: Memory, _ key: Fingerprint) {
    used[key] = pass
    var list = memories[key] ?? []
    // A cell that draws random numbers has one memory for each of its streams.
    list.removeAll {
      !memory.outcome.drewRandom || $0.seed == memory.seed && $0.stream == memory.stream
    }
    memories[key] = list.suffix(7) + [memory]
  }

  private func recall(
    _ source: Source, _ use: NameUse, _ effect: Derivation.Effect, _ key: Fingerprint,
    _ stream: UInt64, _ timeLimit: Double?
  ) -> Outcome? {
    let memory = memories[key]?.last {
      !$0.outcome.drewRandom || $0.seed == session.seed && $0.stream == stream
    }
    if let memory {
      if defersResults, let failed = runDeferred(for: effect) { return failed }
      used[key] = pass
      let before = session.snapshot()
      session.adopt(memory.change, showing: memory.outcome, stream: stream)
      noteShown(at: position, since: before)
      note(use, effect, key, stream, memory.outcome.drewRandom, memory.change.functionNames)
      return memory.outcome
    }
    guard let cache, let found = cache.find(key, seed: session.seed, stream: stream) else {
      return nil
    }
    if found.outcome.failure == nil {
      deferred.append(
        Deferred(
          source: source, stream: stream, timeLimit: timeLimit, effect: effect, order: position))
      note(use, effect, key, stream, found.outcome.drewRandom, found.functionNames)
    }
    session.show(again: found.outcome)
    return found.outcome
  }

  private func note(
    _ use: NameUse, _ effect: Derivation.Effect, _ key: Fingerprint, _ stream: UInt64,
    _ drewRandom: Bool, _ functionNames: Set<String>
  ) {
    let final =
      drewRandom ? Fingerprint([key.text, "\(session.seed)", "\(stream)"]) : key
    derivation.note(use, effect, key: final, stream: stream, functionNames: functionNames)
  }

  /// Notes that a cell ran: a cell that was put off is no news where a later one has shown something.
  private func noteShown(at order: Int, since before: Session.Snapshot) {
    guard session.hasShown(since: before) else { return }
    if order < lastShown { session.keepLastResult(of: before) } else { lastShown = order }
  }

  // MARK: Cells that were put off

  /// Runs the cells that were put off and that a cell depends on, in order.
  ///
  /// A cell also has to run before one that changes what it reads or writes; one that reads `_`,
  /// before any other. Gives the outcome of one that fails, which then stands for the cell that
  /// needed it.
  private func runDeferred(for effect: Derivation.Effect) -> Outcome? {
    guard !deferred.isEmpty else { return nil }
    var reads = effect.reads
    var writes = effect.writes
    let needsAll = Derivation.usesResults(effect) || defersResults
    var chosen: [Deferred] = []
    var left: [Deferred] = []
    for cell in deferred.reversed() {
      let isNeeded =
        needsAll || !cell.effect.writes.isDisjoint(with: reads)
        || !cell.effect.writes.isDisjoint(with: writes)
        || !cell.effect.reads.isDisjoint(with: writes)
      if isNeeded {
        chosen.append(cell)
        reads.formUnion(cell.effect.reads)
        writes.formUnion(cell.effect.writes)
      } else {
        left.append(cell)
      }
    }
    deferred = left.reversed()
    let toldOutput = session.onOutput
    session.onOutput = nil
    defer { session.onOutput = toldOutput }
    while let cell = chosen.last {
      let before = session.snapshot()
      let outcome = session.runCell(cell.source, stream: cell.stream, timeLimit: cell.timeLimit)
      runCount += 1
      guard outcome.failure == nil else {
        deferred = (deferred + chosen).sorted { $0.order < $1.order }
        return outcome
      }
      noteShown(at: cell.order, since: before)
      chosen.removeLast()
    }
    return nil
  }

  /// Whether a cell was put off that uses what cells before it have shown.
  private var defersResults: Bool {
    deferred.contains { Derivation.usesResults($0.effect) }
  }
}
