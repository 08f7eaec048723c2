/// A name at the top level, with a slot of its own that never moves.
final class GlobalEntry {
  let name: String
  let slot: UnsafeMutablePointer<Value>
  var isMutable = false
  /// False until its definition has run, and again after the state went back before it.
  var isDefined = false
  /// Where it was defined last.
  var definition: Diagnostic.Mark?

  init(_ name: String) {
    self.name = name
    slot = .allocate(capacity: 1)
    slot.initialize(to: .void)
  }

  deinit {
    slot.deinitialize(count: 1)
    slot.deallocate()
  }

  func clear() {
    isDefined = false
    slot.pointee = .void
  }
}

/// The names at the top level of all cells.
final class GlobalTable {
  private(set) var entries: [GlobalEntry] = []
  private var positions: [String: Int] = [:]

  /// The entry of a name, defined or not.
  func entry(_ name: String) -> GlobalEntry? {
    positions[name].map { entries[$0] }
  }

  /// The entry of a name, which may be new and without a value.
  func makeEntry(_ name: String) -> GlobalEntry {
    if let entry = entry(name) { return entry }
    let entry = GlobalEntry(name)
    positions[name] = entries.count
    entries.append(entry)
    return entry
  }

  var defined: [GlobalEntry] { entries.filter(\.isDefined) }
}

extension Machine {
  /// All global names of the program with their values: what a cell can change.
  ///
  /// Taking and restoring one costs a reference for each name; the values are shared until they
  /// are written.
  public struct State {
    struct Entry {
      var value: Value
      var isMutable: Bool
      var definition: Diagnostic.Mark?
    }
    var entries: [String: Entry] = [:]
    /// The names in order of definition.
    public private(set) var names: [String] = []

    /// A state without names.
    public init() {}

    /// The value of a name.
    public func value(of name: String) -> Value? { entries[name]?.value }
    /// Whether a name was made by `var`.
    public func isMutable(_ name: String) -> Bool { entries[name]?.isMutable ?? false }

    mutating func add(_ entry: GlobalEntry) {
      names.append(entry.name)
      entries[entry.name] = Entry(
        value: entry.slot.pointee, isMutable: entry.isMutable, definition: entry.definition)
    }
  }

  /// The global names and their values; setting it goes back to another moment.
  public var state: State {
    get {
      var state = State()
      for entry in globals.defined { state.add(entry) }
      return state
    }
    set {
      for entry in globals.entries where newValue.entries[entry.name] == nil { entry.clear() }
      for name in newValue.names {
        guard let saved = newValue.entries[name] else { continue }
        let entry = globals.makeEntry(name)
        entry.slot.pointee = saved.value
        entry.isMutable = saved.isMutable
        entry.definition = saved.definition
        entry.isDefined = true
      }
    }
  }

  /// The value of a global name of the program.
  public func value(of name: String) -> Value? {
    guard let entry = globals.entry(name), entry.isDefined else { return nil }
    return entry.slot.pointee
  }

  /// Gives a global name a value, as `let` or `var` at the top level would.
  public func define(_ name: String, as value: Value, isMutable: Bool = false) {
    let entry = globals.makeEntry(name)
    entry.slot.pointee = value
    entry.isMutable = isMutable
    entry.definition = nil
    entry.isDefined = true
  }

  /// The global names that the program defined, in order of their first definition.
  public var globalNames: [String] { globals.defined.map(\.name) }
}
