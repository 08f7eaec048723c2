extension Value {
  /// Whether it is a function of the program or holds one, so that whoever reads it may call it.
  ///
  /// A value that is nested deeply is taken to hold one.
  public var holdsFunction: Bool { holdsFunction(depth: 0) }

  private func holdsFunction(depth: Int) -> Bool {
    guard depth < 32 else { return true }
    switch self {
    case .void, .int, .double, .bool, .shortString, .longString, .range: return false
    case .host(let object): return object.holdsFunction
    case .function(let function): return function is Closure
    case .list(let box): return box.elements.contains { $0.holdsFunction(depth: depth + 1) }
    case .tuple(let box): return box.elements.contains { $0.holdsFunction(depth: depth + 1) }
    case .dictionary(let box):
      return box.values.values.contains { $0.holdsFunction(depth: depth + 1) }
    case .choice(let box):
      return box.arguments.contains { $0.value.holdsFunction(depth: depth + 1) }
    }
  }
}

extension Machine.State {
  /// Its names whose values hold functions.
  public var functionNames: Set<String> {
    Set(entries.filter { $0.value.value.holdsFunction }.keys)
  }
}

extension Machine {
  /// Gives some names what they are in another state: a value, or none.
  public func take(_ wanted: Set<String>, from state: State) {
    for name in wanted.sorted() {
      if let saved = state.entries[name] {
        globals.makeEntry(name).define(
          saved.value, isMutable: saved.isMutable, definition: saved.definition)
      } else {
        globals.entry(name)?.clear()
      }
    }
  }

  /// What some names are now.
  public func part(_ wanted: Set<String>) -> State {
    var state = State()
    for name in wanted.sorted() {
      if let entry = globals.entry(name), entry.isDefined { state.add(entry) }
    }
    return state
  }
}
