import Sessions

/// The inputs of a conversation that ran well, with the state before each: what `:undo` goes back
/// to, and `:save` writes.
struct Timeline {
  /// One input.
  struct Entry {
    var code: String
    var outcome: Outcome
    /// The seed it ran under.
    var seed: UInt64
    /// Everything as it was before it.
    var before: Session.Snapshot
  }

  /// An input that was taken back, with what it had made.
  private struct Undone {
    var entry: Entry
    var after: Session.Snapshot
  }

  private(set) var entries: [Entry] = []
  private var undone: [Undone] = []

  /// The number of the next input.
  var nextNumber: Int { entries.count + 1 }
  /// How many inputs `redo` can bring back.
  var undoneCount: Int { undone.count }

  /// Adds an input; what was undone before it cannot come back.
  mutating func add(_ entry: Entry) {
    entries.append(entry)
    undone = []
  }

  /// Takes the last inputs back; gives the first of them, and nil where there are not so many.
  mutating func undo(_ count: Int, in session: Session) -> Entry? {
    guard count > 0, count <= entries.count else { return nil }
    var first: Entry?
    for _ in 0..<count {
      let entry = entries.removeLast()
      undone.append(Undone(entry: entry, after: session.snapshot()))
      session.restore(entry.before)
      first = entry
    }
    return first
  }

  /// Brings the inputs back that were taken back last, without running them.
  mutating func redo(_ count: Int, in session: Session) -> [Entry]? {
    guard count > 0, count <= undone.count else { return nil }
    return (0..<count).compactMap { _ in
      guard let last = undone.popLast() else { return nil }
      session.restore(last.after)
      entries.append(last.entry)
      return last.entry
    }
  }

  /// The seed that a file of these inputs has: the one under which random numbers were drawn.
  ///
  /// Nil where they were drawn under several, which no file can say; then `conflict` names the
  /// first two inputs.
  func commonSeed(else given: UInt64) -> (seed: UInt64?, conflict: (Int, Int)?) {
    var first: (number: Int, seed: UInt64)?
    for (index, entry) in entries.enumerated() where entry.outcome.drewRandom {
      guard let known = first else {
        first = (index + 1, entry.seed)
        continue
      }
      if known.seed != entry.seed { return (nil, (known.number, index + 1)) }
    }
    return (first?.seed ?? given, nil)
  }
}
