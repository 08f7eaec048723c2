/// What a program wants with a place, as messages say it.
enum Intention {
  case assign
  case change
  case pass

  func phrase(_ thing: String) -> String {
    switch self {
    case .assign: "assign to \(thing)"
    case .change: "change \(thing)"
    case .pass: "pass \(thing) with '&'"
    }
  }
}

extension Resolver {
  /// Resolves a statement whose value nobody wants.
  mutating func statement(_ statement: Statement) -> Node {
    let place = site(statement.range)
    switch statement.kind {
    case .expression(let expression):
      if case .conditional(let condition, let then, let otherwise) = expression.kind {
        return Conditional(
          self.expression(condition), block(then), otherwise.map { block($0) }, place)
      }
      if case .closure = expression.kind {
        return failed(
          "a block cannot stand alone", at: expression.range,
          help: "a closure is stored with 'let f = { … }'")
      }
      return self.expression(expression)
    case .declaration(let isMutable, let pattern, let value):
      let node = self.expression(value)
      let target = define(pattern, isMutable: isMutable)
      if case .local(let slot) = target { return Store(slot, node, place) }
      return Declaration(target, node, place)
    case .function(let function, let nameRange):
      return self.function(function, nameRange)
    case .assignment(let target, let operation, let value):
      return assignment(target, operation, value, place)
    case .forIn(let pattern, let sequence, let body):
      return loop(pattern, sequence, body, place)
    case .whileTrue(let condition, let body):
      let condition = self.expression(condition)
      context.loopDepth += 1
      defer { context.loopDepth -= 1 }
      return While(condition, block(body), place)
    case .giveBack(let value):
      if contexts.count == 1 {
        return failed("'return' stands only in a function", at: statement.range)
      }
      if context.isInValue {
        return failed("'return' cannot leave an 'if' that gives a value", at: statement.range)
      }
      return Return(value.map { self.expression($0) } ?? Constant(.void, place), place)
    case .leaveLoop, .nextTurn:
      let isBreak = if case .leaveLoop = statement.kind { true } else { false }
      let word = isBreak ? "break" : "continue"
      if context.loopDepth == 0 {
        return failed("'\(word)' stands only in a loop", at: statement.range)
      }
      return Jump(isBreak ? .leaveLoop : .nextTurn, place)
    }
  }

  /// Resolves the last statement of a function or text, whose value is the result.
  mutating func tail(_ statement: Statement) -> Node {
    let place = site(statement.range)
    guard case .expression(let expression) = statement.kind else {
      return self.statement(statement)
    }
    if case .conditional(let condition, let then, let otherwise) = expression.kind {
      return Conditional(
        self.expression(condition), tail(then), otherwise.map { tail($0) }, place)
    }
    return Return(self.expression(expression), place)
  }

  mutating func block(_ block: Block) -> Node {
    openScope()
    defer { closeScope() }
    return Body.of(block.statements.map { statement($0) }, site(block.range))
  }

  mutating func tail(_ block: Block) -> Node {
    openScope()
    defer { closeScope() }
    return Body.of(tail(block.statements), site(block.range))
  }

  private mutating func tail(_ statements: [Statement]) -> [Node] {
    var nodes = statements.dropLast().map { statement($0) }
    if let last = statements.last { nodes.append(tail(last)) }
    return nodes
  }

  /// Resolves an `if` that gives a value.
  mutating func value(
    _ condition: Expression, _ then: Block, _ otherwise: Block?, at range: SourceRange
  ) -> Node {
    guard let otherwise else {
      return failed(
        "an 'if' that gives a value needs an 'else'", at: range)
    }
    let saved = (context.isInValue, context.loopDepth)
    let condition = self.expression(condition)
    (context.isInValue, context.loopDepth) = (true, 0)
    defer { (context.isInValue, context.loopDepth) = saved }
    return ConditionalValue(condition, tail(then), tail(otherwise), site(range))
  }

  /// Makes the names of a pattern.
  mutating func define(_ pattern: Pattern, isMutable: Bool) -> Target {
    switch pattern {
    case .ignored: return .nowhere
    case .tuple(let parts, _):
      return .tuple(parts.map { define($0, isMutable: isMutable) })
    case .name(let name, let range):
      if isAtTopLevel {
        pending[name]?.isPassed = true
        return .global(globals.makeEntry(name), isMutable: isMutable, site(range))
      }
      if let other = context.findInnermost(name) {
        report(
          "'\(name)' is defined twice in one block", at: range,
          secondary: [site(other.range).mark("first defined here")])
      }
      return .local(context.define(name, isMutable: isMutable, range: range))
    }
  }

  private mutating func loop(
    _ pattern: Pattern, _ sequence: Expression, _ body: Block, _ place: Site
  ) -> Node {
    let sequence = self.expression(sequence)
    openScope()
    context.loopDepth += 1
    defer {
      context.loopDepth -= 1
      closeScope()
    }
    let target = define(pattern, isMutable: false)
    return For(target, sequence, block(body), place)
  }

  private mutating func function(_ function: FunctionSyntax, _ nameRange: SourceRange) -> Node {
    if isAtTopLevel {
      let entry = globals.makeEntry(function.name)
      let code = self.code(of: function, selfName: nil)
      return Declaration(
        .global(entry, isMutable: false, site(nameRange)), MakeFunction(code, site(function.range)),
        site(function.range))
    }
    if let other = context.findInnermost(function.name) {
      report(
        "'\(function.name)' is defined twice in one block", at: nameRange,
        secondary: [site(other.range).mark("first defined here")])
    }
    let code = self.code(of: function, selfName: function.name)
    let slot = context.define(function.name, isMutable: false, range: nameRange)
    return Declaration(
      .local(slot), MakeFunction(code, site(function.range)), site(function.range))
  }

  /// Resolves a function or closure; a local function knows itself by its name.
  mutating func code(of function: FunctionSyntax, selfName: String?) -> FunctionCode {
    contexts.append(FunctionContext(parameterCount: function.parameters.count))
    var selfSlot: Int?
    if let selfName {
      selfSlot = context.define(selfName, isMutable: false, range: function.range)
    }
    var initials: [Node?] = []
    for (slot, parameter) in function.parameters.enumerated() {
      initials.append(parameter.initial.map { self.expression($0) })
      if parameter.name != "_" {
        context.bind(
          parameter.name, to: slot, isMutable: parameter.isInout, range: parameter.range)
      }
    }
    openScope()
    let nodes = tail(function.body.statements)
    let expression: Node? =
      if nodes.count == 1, let only = nodes.first as? Return { only.value } else { nil }
    let finished = contexts.removeLast()
    return FunctionCode(
      name: function.name,
      parameters: function.parameters.map { Parameter($0) },
      initials: initials, isAnonymous: function.isAnonymous, site: site(function.range),
      body: FunctionBody(
        statements: Body.of(nodes, site(function.body.range)), expression: expression,
        frameSize: finished.frameSize, captures: finished.captures, selfSlot: selfSlot))
  }

  private mutating func assignment(
    _ target: Expression, _ operation: BinaryOperator?, _ value: Expression, _ place: Site
  ) -> Node {
    let value = self.expression(value)
    if let operation {
      guard let node = self.place(target, to: .change) else {
        return Constant(.void, place)
      }
      return Change(node, operation, value, place)
    }
    guard let targets = targets(target) else { return Constant(.void, place) }
    if case .place(let node) = targets {
      if let local = node as? Local { return Store(local.slot, value, place) }
      return Assignment(node, value, place)
    }
    return Declaration(targets, value, place)
  }

  /// The places on the left of `=`; nil after an error.
  private mutating func targets(_ target: Expression) -> Target? {
    switch target.kind {
    case .tuple(let parts):
      var result: [Target] = []
      for part in parts {
        guard let one = targets(part.expression) else { return nil }
        result.append(one)
      }
      return .tuple(result)
    case .group(let inner):
      return targets(inner)
    default:
      return place(target, to: .assign).map { .place($0) }
    }
  }

  /// Resolves an expression that is to be changed; nil after an error.
  mutating func place(_ target: Expression, to action: Intention) -> Node? {
    switch target.kind {
    case .name(let name):
      return variable(name, target.range, action)
    case .group(let inner):
      return place(inner, to: action)
    case .element(let base, let indices):
      guard let base = place(base, to: action) else { return nil }
      return Element(base, self.indices(indices), site(target.range))
    case .member(let base, let name, let range):
      guard let base = place(base, to: action) else { return nil }
      return Member(base, name, site(target.range), name: site(range))
    case .position(let base, let position):
      guard let base = place(base, to: action) else { return nil }
      return Position(base, position, site(target.range))
    default:
      report(
        "cannot \(action.phrase("this")); only a variable or a part of one can change",
        at: target.range)
      return nil
    }
  }

  private mutating func variable(
    _ name: String, _ range: SourceRange, _ action: Intention
  ) -> Node? {
    switch meaning(of: name) {
    case .local(let local):
      if local.isMutable { return self.local(local, range) }
      if local.isCaptured {
        report(
          "cannot \(action.phrase("'\(name)'")) here; a function has its own copy of it", at: range,
          help: "give the new value back, or use a loop",
          secondary: [site(local.range).mark("defined here")])
      } else {
        report(
          "cannot \(action.phrase("'\(name)'")); it is not a 'var'", at: range,
          secondary: [site(local.range).mark("defined here")])
      }
    case .global(let entry, let isMutable, let isEarly, let definition):
      if isMutable {
        return isEarly ? EarlyGlobal(entry, site(range)) : Global(entry, site(range))
      }
      report(
        "cannot \(action.phrase("'\(name)'")); it is not a 'var'", at: range,
        secondary: definition.map { [$0] } ?? [])
    case .constant:
      report(
        "cannot \(action.phrase("'\(name)'")); it is built in", at: range,
        help: action == .assign ? "write 'let \(name) = …' for a name of your own" : nil)
    case nil:
      _ = unknown(name, at: range)
      if action == .assign, let last = diagnostics.indices.last, diagnostics[last].help == nil {
        diagnostics[last].help = "to make it, write 'let \(name) = …' or 'var \(name) = …'"
      }
    }
    return nil
  }
}
