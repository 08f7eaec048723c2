/// Turns the syntax tree into nodes: names become slots, and names that nobody knows are errors.
///
/// All errors of a text are collected, so that they can be shown at once.
struct Resolver {
  let source: Source
  let globals: GlobalTable
  let host: (any Host)?
  var diagnostics: [Diagnostic] = []
  /// The functions being resolved, innermost last; the first is the text itself.
  var contexts: [FunctionContext] = []
  /// Names that the text defines at its top level, and whether each has been passed.
  var pending: [String: PendingGlobal] = [:]
  /// Names that statements with a syntax error may have defined.
  var doubtfulNames: Set<String> = []

  /// A name that this text defines at its top level.
  struct PendingGlobal {
    var isMutable: Bool
    var range: SourceRange
    var isPassed = false
  }

  /// What a name means.
  enum Meaning {
    case local(LocalName)
    case global(GlobalEntry, isMutable: Bool, isEarly: Bool, definition: Diagnostic.Mark?)
    case constant(Value)
  }

  init(source: Source, globals: GlobalTable, host: (any Host)?) {
    self.source = source
    self.globals = globals
    self.host = host
  }

  func site(_ range: SourceRange) -> Site { Site(source: source, range: range) }

  mutating func report(
    _ message: String, at range: SourceRange, label: String = "", help: String? = nil,
    secondary: [Diagnostic.Mark] = []
  ) {
    diagnostics.append(
      Diagnostic(
        message, primary: site(range).mark(label), secondary: secondary, help: help))
  }

  /// Reports an error and gives a node in its place, so that the search for errors goes on.
  mutating func failed(
    _ message: String, at range: SourceRange, label: String = "", help: String? = nil,
    secondary: [Diagnostic.Mark] = []
  ) -> Node {
    report(message, at: range, label: label, help: help, secondary: secondary)
    return Constant(.void, site(range))
  }

  /// The code of a whole text.
  mutating func program(_ statements: [Statement]) -> FunctionCode {
    let whole = SourceRange(0, source.text.utf8.count)
    collectGlobals(statements)
    contexts.append(FunctionContext(parameterCount: 0))
    // Functions come first, so that a text may call what it defines below.
    var nodes: [Node] = []
    var isFunction: [Bool] = []
    for statement in statements {
      if case .function = statement.kind {
        isFunction.append(true)
      } else {
        isFunction.append(false)
      }
    }
    for (position, statement) in statements.enumerated() where isFunction[position] {
      nodes.append(self.statement(statement))
    }
    for (position, statement) in statements.enumerated() where !isFunction[position] {
      let isLast = position == statements.count - 1
      nodes.append(isLast ? tail(statement) : self.statement(statement))
    }
    let context = contexts.removeLast()
    return FunctionCode(
      name: "", parameters: [], initials: [], isAnonymous: false, site: site(whole),
      body: FunctionBody(
        statements: Body.of(nodes, site(whole)), frameSize: context.frameSize))
  }

  /// Notes the names that the statements define, and reports those defined twice.
  private mutating func collectGlobals(_ statements: [Statement]) {
    for statement in statements {
      switch statement.kind {
      case .declaration(let isMutable, let pattern, _):
        collect(pattern, isMutable)
      case .function(let function, let range):
        collect(.name(function.name, range), false)
        pending[function.name]?.isPassed = true
      default: break
      }
    }
  }

  private mutating func collect(_ pattern: Pattern, _ isMutable: Bool) {
    switch pattern {
    case .ignored: break
    case .tuple(let parts, _):
      for part in parts { collect(part, isMutable) }
    case .name(let name, let range):
      if let other = pending[name] {
        report(
          "'\(name)' is defined twice in one cell", at: range,
          help: "to change it, define it with 'var' and assign to it",
          secondary: [site(other.range).mark("first defined here")])
      } else {
        pending[name] = PendingGlobal(isMutable: isMutable, range: range)
        // Entries keep the order of the text, although functions are defined first.
        _ = globals.makeEntry(name)
      }
    }
  }

  /// What a name means here; nil when nobody knows it.
  mutating func meaning(of name: String) -> Meaning? {
    if let local = local(name, in: contexts.count - 1) { return .local(local) }
    let isInFunction = contexts.count > 1
    if let own = pending[name], own.isPassed || isInFunction {
      // A function is defined before everything else and is never read too early.
      let isEarly = !own.isPassed
      return .global(
        globals.makeEntry(name), isMutable: own.isMutable, isEarly: isEarly,
        definition: site(own.range).mark("defined here"))
    }
    if let entry = globals.entry(name), entry.isDefined {
      return .global(
        entry, isMutable: entry.isMutable, isEarly: false, definition: entry.definition)
    }
    if let value = host?.global(named: name) { return .constant(value) }
    if let value = LanguageFunctions.value(named: name) { return .constant(value) }
    return nil
  }

  /// A node that reads a local name.
  func local(_ name: LocalName, _ range: SourceRange) -> Local {
    Local(name.slot, site(range), definition: name.range)
  }

  /// Whether a name means the language's own function.
  mutating func isOwnFunction(_ name: String) -> Bool {
    guard case .constant(.function(let function))? = meaning(of: name) else { return false }
    return LanguageFunctions.named[name].map { $0 === function } ?? false
  }

  /// Reports a name that nobody knows.
  mutating func unknown(_ name: String, at range: SourceRange) -> Node {
    if pending[name] != nil {
      return failed("'\(name)' is used before it is defined", at: range, label: "too early")
    }
    // A host may give the name a value: a prompt means the last result by it.
    guard name != "_" else { return failed("'_' has no value", at: range) }
    var names = Set(LanguageFunctions.named.keys)
    names.formUnion(host?.globalNames ?? [])
    names.formUnion(globals.defined.map(\.name))
    names.formUnion(pending.filter { $0.value.isPassed || contexts.count > 1 }.keys)
    for context in contexts { names.formUnion(context.visibleNames) }
    if doubtfulNames.contains(name) { return Constant(.void, site(range)) }
    var nearest = Suggestion.nearest(to: name, among: names)
    if host?.choiceNames.contains(name) == true { nearest = ".\(name)" }
    return failed(
      "no name '\(name)' here", at: range, label: "unknown",
      help: Hints.names[name] ?? nearest.map { "did you mean '\($0)'?" })
  }
}
