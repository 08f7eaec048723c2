/// A name of a function: a parameter, a local name, or a captured one.
struct LocalName {
  var slot: Int
  var isMutable: Bool
  var range: SourceRange
  /// Whether it is a copy of a name of an enclosing function.
  var isCaptured = false
}

/// What the resolver knows of a function while it is inside it.
struct FunctionContext {
  /// Names by block, innermost last.
  private var scopes: [[String: LocalName]] = [[:]]
  private(set) var frameSize: Int
  private(set) var captures: [Capture] = []
  private var capturedNames: [String: LocalName] = [:]
  /// How many loops are open.
  var loopDepth = 0
  /// Inside an `if` that gives a value nothing may leave it.
  var isInValue = false

  init(parameterCount: Int) { frameSize = parameterCount }

  var visibleNames: [String] { scopes.flatMap(\.keys) }
  var isOutermost: Bool { scopes.count == 1 }

  mutating func openScope() { scopes.append([:]) }
  mutating func closeScope() { scopes.removeLast() }

  func find(_ name: String) -> LocalName? {
    for scope in scopes.reversed() {
      if let found = scope[name] { return found }
    }
    return capturedNames[name]
  }

  /// The name when the innermost block defines it itself.
  func findInnermost(_ name: String) -> LocalName? { scopes.last?[name] }

  mutating func define(_ name: String, isMutable: Bool, range: SourceRange) -> Int {
    let slot = frameSize
    frameSize += 1
    bind(name, to: slot, isMutable: isMutable, range: range)
    return slot
  }

  mutating func bind(_ name: String, to slot: Int, isMutable: Bool, range: SourceRange) {
    scopes[scopes.count - 1][name] = LocalName(slot: slot, isMutable: isMutable, range: range)
  }

  /// Adds a copy of a name of the enclosing function.
  mutating func capture(_ name: String, _ outer: LocalName) -> LocalName {
    captures.append(Capture(outer: outer.slot, inner: frameSize))
    let local = LocalName(
      slot: frameSize, isMutable: false, range: outer.range, isCaptured: true)
    frameSize += 1
    capturedNames[name] = local
    return local
  }
}

extension Resolver {
  /// A local name of a function, captured from the enclosing ones where need be.
  mutating func local(_ name: String, in index: Int) -> LocalName? {
    if let found = contexts[index].find(name) { return found }
    guard index > 0, let outer = local(name, in: index - 1) else { return nil }
    return contexts[index].capture(name, outer)
  }

  mutating func openScope() { contexts[contexts.count - 1].openScope() }
  mutating func closeScope() { contexts[contexts.count - 1].closeScope() }

  var context: FunctionContext {
    get { contexts[contexts.count - 1] }
    set { contexts[contexts.count - 1] = newValue }
  }

  /// Whether a definition here makes a global name.
  var isAtTopLevel: Bool { contexts.count == 1 && context.isOutermost }
}
