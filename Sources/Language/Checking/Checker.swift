/// Walks a program without running it and reports what would surely go wrong.
///
/// Values are followed forwards through names that are defined once and never change. In code that
/// may not run, because it stands in a function, a branch or a loop, no value of a name is trusted:
/// a condition around it may exclude the very case.
struct Checker {
  let machine: Machine
  let facts: ProgramFacts
  var source: Source
  var diagnostics: [Diagnostic] = []
  /// The names of the program at its top level so far.
  var globals: [String: StaticValue] = [:]
  /// The names of open blocks and functions, innermost last.
  var scopes: [[String: StaticValue]] = []
  /// How sure it is that the code runs.
  var certainty = Certainty.reached
  /// Whether only what surely runs is reported.
  var isStrict = false

  enum Certainty: Int, Comparable {
    /// A function's body: it may run later, when names have another value.
    case deferred
    /// A branch or a loop: it may not run.
    case conditional
    /// It runs, unless something before it fails.
    case reached
    static func < (left: Certainty, right: Certainty) -> Bool { left.rawValue < right.rawValue }
  }

  init(_ machine: Machine, _ facts: ProgramFacts) {
    self.machine = machine
    self.facts = facts
    source = Source("")
  }

  var staticHost: (any StaticHost)? { machine.host as? any StaticHost }

  func site(_ range: SourceRange) -> Site { Site(source: source, range: range) }

  mutating func check(_ statements: [Statement], of source: Source) {
    self.source = source
    // Functions come first, so that a text may call what it defines below.
    for statement in statements {
      if case .function(let function, let range) = statement.kind {
        define(function.name, .function(staticFunction(function, range)))
      }
    }
    for statement in statements { self.statement(statement) }
  }

  mutating func report(_ error: any Error, _ place: Site, _ arguments: [Argument] = []) {
    guard let diagnostic = machine.located(error, place, arguments) as? Diagnostic else { return }
    report(diagnostic)
  }

  mutating func report(_ diagnostic: Diagnostic) {
    if isStrict, certainty != .reached { return }
    diagnostics.append(diagnostic)
  }

  /// Runs a walk of code of which it is less certain that it runs.
  mutating func uncertain<Result>(
    _ limit: Certainty, _ body: (inout Checker) -> Result
  ) -> Result {
    let saved = certainty
    certainty = min(certainty, limit)
    defer { certainty = saved }
    return body(&self)
  }

  /// Runs a walk of a block with names of its own.
  mutating func scoped<Result>(_ body: (inout Checker) -> Result) -> Result {
    scopes.append([:])
    defer { scopes.removeLast() }
    return body(&self)
  }

  mutating func define(_ name: String, _ value: StaticValue, isMutable: Bool = false) {
    let kept = isMutable ? facts.weakened(value, of: name) : value
    if scopes.isEmpty {
      globals[name] = kept
    } else {
      scopes[scopes.count - 1][name] = kept
    }
  }

  /// What a name means.
  enum Meaning {
    /// A name of the program, with what is known of its value.
    case own(StaticValue)
    /// A function or constant that the host or the language brings along.
    case builtin(Value)
    case nothing
  }

  func meaning(of name: String) -> Meaning {
    for scope in scopes.reversed() {
      if let value = scope[name] { return .own(trusted(value)) }
    }
    if let value = globals[name] {
      // A function sees the name as it is when it runs.
      if certainty == .deferred, !facts.isDefinedOnce(name) { return .own(.unknown) }
      return .own(trusted(value))
    }
    if certainty == .deferred, facts.defines(name) { return .own(.unknown) }
    if let value = machine.value(of: name), facts.isFromMachine(name) {
      if case .function = value { return .own(.unknown) }
      return .own(.unknown)
    }
    return library(name).map { .builtin($0) } ?? .nothing
  }

  /// What the host or the language has under a name.
  func library(_ name: String) -> Value? {
    machine.host?.global(named: name) ?? LanguageFunctions.value(named: name)
  }

  private func trusted(_ value: StaticValue) -> StaticValue {
    if certainty == .reached { return value }
    if case .function = value { return value }
    return .unknown
  }
}

/// What a text does to its names as a whole, gathered before it is checked.
struct ProgramFacts {
  private var definitions: [String: Int] = [:]
  private var assigned: Set<String> = []
  private var touched: Set<String> = []
  private var known: Set<String> = []

  init(_ programs: [[Statement]], known: [String]) {
    self.known = Set(known)
    for program in programs {
      for statement in program { define(statement) }
    }
    var walker = ChangeWalker(defined: Set(definitions.keys).union(known))
    for program in programs { walker.walk(program) }
    assigned = walker.assigned
    touched = walker.touched
  }

  private mutating func define(_ statement: Statement) {
    switch statement.kind {
    case .function(let function, _): definitions[function.name, default: 0] += 1
    case .declaration(_, let pattern, _):
      for name in pattern.names { definitions[name, default: 0] += 1 }
    default: break
    }
  }

  func defines(_ name: String) -> Bool { definitions[name] != nil }
  func isDefinedOnce(_ name: String) -> Bool { definitions[name] == 1 && !known.contains(name) }
  func isFromMachine(_ name: String) -> Bool { known.contains(name) }

  /// What is known of a variable all the time: at most its type, where it is changed in place.
  func weakened(_ value: StaticValue, of name: String) -> StaticValue {
    if assigned.contains(name) { return .unknown }
    guard touched.contains(name) else { return value }
    // An object may have any sizes after a call changed it; networks keep their layers.
    if case .object(var object) = value {
      if object.typeName == "Tensor" { object.shape = nil }
      return .object(object)
    }
    return .unknown
  }
}

extension Pattern {
  /// The names that it defines.
  var names: [String] {
    switch self {
    case .ignored: []
    case .name(let name, _): [name]
    case .tuple(let parts, _): parts.flatMap(\.names)
    }
  }
}
