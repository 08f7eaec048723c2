/// A name at the top level, with a slot of its own that never moves.
final class GlobalEntry {
  let name: String
  let slot: UnsafeMutablePointer<Value>
  private(set) var isMutable = false
  /// False until its definition has run, and again after the state went back before it.
  private(set) var isDefined = false
  /// Where it was defined last.
  private(set) var definition: Diagnostic.Mark?
  /// The function that it holds, where it is a closure and stays one.
  let callable: UnsafeMutablePointer<Callable>
  private let retirement: Retirement

  init(_ name: String, _ retirement: Retirement) {
    self.name = name
    self.retirement = retirement
    slot = .allocate(capacity: 1)
    slot.initialize(to: .void)
    callable = .allocate(capacity: 1)
    callable.initialize(to: Callable())
  }

  deinit {
    slot.deinitialize(count: 1)
    slot.deallocate()
    callable.deallocate()
  }

  /// Takes a value as its definition does.
  func define(_ value: Value, isMutable: Bool, definition: Diagnostic.Mark?) {
    retire()
    slot.pointee = value
    self.isMutable = isMutable
    self.definition = definition
    isDefined = true
    if !isMutable, case .function(let function) = value { callable.pointee = Callable(function) }
  }

  func clear() {
    retire()
    isDefined = false
    slot.pointee = .void
  }

  /// A function that goes while it runs is kept until the run is over.
  private func retire() {
    guard !callable.pointee.isEmpty else { return }
    retirement.values.append(slot.pointee)
    callable.pointee = Callable()
  }
}

/// A function that a name surely holds, so that calls of it need not count a reference.
struct Callable {
  private var closure: Unmanaged<Function>?
  private var code: Unmanaged<FunctionCode>?
  private var count = -1

  init() {}

  /// Nothing where it is no closure whose frame can be filled straight from arguments.
  init(_ function: Function) {
    guard let code = function.quickCode else { return }
    closure = .passUnretained(function)
    self.code = code
    count = code._withUnsafeGuaranteedRef { $0.parameterCount }
  }

  var isEmpty: Bool { closure == nil }

  /// The function, if it takes so many arguments.
  @inline(__always)
  func function(
    takes arguments: Int
  ) -> (closure: Unmanaged<Function>, code: Unmanaged<FunctionCode>)? {
    guard arguments == count, let closure, let code else { return nil }
    return (closure, code)
  }
}

/// Functions that lost their name and may still be running.
final class Retirement {
  var values: [Value] = []
}

/// The names at the top level of all cells.
final class GlobalTable {
  private(set) var entries: [GlobalEntry] = []
  private var positions: [String: Int] = [:]
  let retirement = Retirement()

  /// The entry of a name, defined or not.
  func entry(_ name: String) -> GlobalEntry? {
    positions[name].map { entries[$0] }
  }

  /// The entry of a name, which may be new and without a value.
  func makeEntry(_ name: String) -> GlobalEntry {
    if let entry = entry(name) { return entry }
    let entry = GlobalEntry(name, retirement)
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
        globals.makeEntry(name).define(
          saved.value, isMutable: saved.isMutable, definition: saved.definition)
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
    globals.makeEntry(name).define(value, isMutable: isMutable, definition: nil)
  }

  /// The global names that the program defined, in order of their first definition.
  public var globalNames: [String] { globals.defined.map(\.name) }
}
