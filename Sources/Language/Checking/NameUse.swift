/// Which global names a text reads, and which it may define or change.
///
///     NameUse(of: "let y = f(x)")   // reads f and x, writes y
///
/// What the functions of the text do is told apart, since a later text may call them. Names of
/// functions that are built in are among those read. Each answer is a superset of what happens: a
/// branch that is not taken counts.
public struct NameUse: Sendable, Equatable {
  /// A method called on a variable, which it may change.
  public struct MethodCall: Sendable, Hashable {
    /// The variable.
    public var variable: String
    /// The name of the method.
    public var method: String
  }

  /// What statements, or the bodies of functions, do.
  public struct Effect: Sendable, Equatable {
    /// Names whose value may be read.
    public var reads: Set<String> = []
    /// Names that are assigned to or changed in place.
    public var writes: Set<String> = []
    /// Methods that may change the variable they are called on.
    public var methods: Set<MethodCall> = []

    /// Nothing.
    public init() {}
  }

  /// What running the text does, its functions included.
  public private(set) var effect = Effect()
  /// What calling its functions and closures does.
  public private(set) var functions = Effect()
  /// Names that `var` makes at the top level.
  public private(set) var variables: Set<String> = []
  /// Names that `let` and `func` make at the top level.
  public private(set) var constants: Set<String> = []
  /// Whether the text is a program; where not, nothing of it ever runs.
  public private(set) var isProgram = true

  /// Names that the text surely gives a value of its own.
  public var defined: Set<String> { variables.union(constants) }

  /// Reads a text; nothing of it runs.
  public init(of text: String) {
    guard let found = try? withLargeStack({ try NameUse(parsing: text) }) else {
      isProgram = false
      return
    }
    self = found
  }

  private init(parsing text: String) throws {
    let statements = try Parser.program(of: text)
    var walker = UseWalker()
    walker.walkProgram(statements)
    effect = walker.effect
    functions = walker.functions
    variables = walker.variables
    constants = walker.constants
    effect.writes.formUnion(defined)
  }

  /// Whether the language has a method of the name that changes its receiver.
  public static func isChanging(method name: String) -> Bool {
    Methods.mutatingNames.contains(name)
  }
}

/// Goes through a program with the names of its blocks and functions.
private struct UseWalker {
  var effect = NameUse.Effect()
  var functions = NameUse.Effect()
  var variables: Set<String> = []
  var constants: Set<String> = []
  /// Local names by block, innermost last; empty at the top level.
  private var scopes: [Set<String>] = []
  private var functionDepth = 0
  /// Names of the top level that have a value of this text by now.
  private var passed: Set<String> = []

  mutating func walkProgram(_ statements: [Statement]) {
    // Functions are defined first, so that a text may call what it defines below.
    for statement in statements {
      if case .function(let function, _) = statement.kind {
        constants.insert(function.name)
        walk(function)
      }
    }
    passed = constants
    for statement in statements {
      if case .function = statement.kind { continue }
      walk(statement)
    }
  }

  // MARK: Names

  private func isLocal(_ name: String) -> Bool { scopes.contains { $0.contains(name) } }

  private mutating func read(_ name: String) {
    guard !isLocal(name) else { return }
    if !passed.contains(name) { effect.reads.insert(name) }
    if functionDepth > 0 { functions.reads.insert(name) }
  }

  private mutating func write(_ name: String) {
    guard !isLocal(name) else { return }
    effect.writes.insert(name)
    if functionDepth > 0 { functions.writes.insert(name) }
  }

  private mutating func call(_ method: String, on variable: String) {
    guard !isLocal(variable) else { return }
    let call = NameUse.MethodCall(variable: variable, method: method)
    effect.methods.insert(call)
    if functionDepth > 0 { functions.methods.insert(call) }
  }

  private mutating func define(_ pattern: Pattern, isMutable: Bool) {
    switch pattern {
    case .ignored: break
    case .tuple(let parts, _): for part in parts { define(part, isMutable: isMutable) }
    case .name(let name, _):
      if !scopes.isEmpty {
        scopes[scopes.count - 1].insert(name)
      } else {
        passed.insert(name)
        if isMutable { variables.insert(name) } else { constants.insert(name) }
      }
    }
  }

  // MARK: Statements

  private mutating func walk(_ block: Block) {
    scopes.append([])
    for statement in block.statements { walk(statement) }
    scopes.removeLast()
  }

  private mutating func walk(_ statement: Statement) {
    switch statement.kind {
    case .expression(let expression): walk(expression)
    case .declaration(let isMutable, let pattern, let value):
      walk(value)
      define(pattern, isMutable: isMutable)
    case .function(let function, let range):
      define(.name(function.name, range), isMutable: false)
      walk(function)
    case .assignment(let target, _, let value):
      walk(value)
      assign(target)
    case .forIn(let pattern, let sequence, let body):
      walk(sequence)
      scopes.append([])
      define(pattern, isMutable: false)
      walk(body)
      scopes.removeLast()
    case .whileTrue(let condition, let body):
      walk(condition)
      walk(body)
    case .giveBack(let value): if let value { walk(value) }
    case .leaveLoop, .nextTurn: break
    }
  }

  private mutating func assign(_ target: Expression) {
    if case .tuple(let parts) = target.kind {
      for part in parts { assign(part.expression) }
    } else if case .group(let inner) = target.kind {
      assign(inner)
    } else {
      if let root = target.rootName { write(root) }
      walk(target)
    }
  }

  private mutating func walk(_ function: FunctionSyntax) {
    functionDepth += 1
    scopes.append(Set(function.parameters.map(\.name)))
    for parameter in function.parameters {
      if let initial = parameter.initial { walk(initial) }
    }
    walk(function.body)
    scopes.removeLast()
    functionDepth -= 1
  }

  // MARK: Expressions

  private mutating func walk(_ arguments: [ArgumentSyntax]) {
    for argument in arguments {
      if argument.isInout, let root = argument.expression.rootName { write(root) }
      walk(argument.expression)
    }
  }

  private mutating func walk(_ expression: Expression) {
    switch expression.kind {
    case .name(let name): read(name)
    case .call(let callee, _):
      if case .member(let base, let method, _) = callee.kind {
        // Behind a dot may stand any function.
        read(method)
        if let root = base.rootName { call(method, on: root) }
      }
    default: break
    }
    for part in expression.parts {
      switch part {
      case .expression(let inner): walk(inner)
      case .arguments(let arguments): walk(arguments)
      case .function(let function): walk(function)
      case .block(let block): walk(block)
      }
    }
  }
}
