extension Checker {
  mutating func statement(_ statement: Statement) {
    switch statement.kind {
    case .expression(let expression):
      if case .conditional(let condition, let then, let otherwise) = expression.kind {
        conditional(condition, then, otherwise)
      } else {
        _ = self.expression(expression)
      }
    case .declaration(let isMutable, let pattern, let value):
      let value = self.expression(value)
      define(pattern, value, isMutable: isMutable, site(statement.range))
    case .function(let function, let range):
      if !scopes.isEmpty { define(function.name, .function(staticFunction(function, range))) }
      body(of: function)
    case .assignment(let target, let operation, let value):
      let value = self.expression(value)
      let old = self.target(target)
      if let operation { _ = operate(operation, old, value, at: statement.range) }
    case .forIn(let pattern, let sequence, let block):
      _ = self.expression(sequence)
      uncertain(.conditional) { checker in
        checker.scoped { checker in
          for name in pattern.names { checker.define(name, .unknown) }
          checker.block(block)
        }
      }
    case .whileTrue(let condition, let block):
      _ = self.expression(condition)
      uncertain(.conditional) { checker in
        checker.scoped { $0.block(block) }
      }
    case .giveBack(let value): if let value { _ = self.expression(value) }
    case .leaveLoop, .nextTurn: break
    }
  }

  /// What stands on the left of an assignment; parts of it may be calls and indices.
  private mutating func target(_ target: Expression) -> StaticValue {
    switch target.kind {
    case .name: return expression(target)
    case .tuple(let parts):
      for part in parts { _ = self.target(part.expression) }
    case .group(let inner): return self.target(inner)
    case .element(let base, let indices):
      _ = self.target(base)
      for index in indices { _ = expression(index.expression) }
    case .member(let base, _, _), .position(let base, _): _ = self.target(base)
    default: break
    }
    return .unknown
  }

  /// The statements of a block, in the names that are open.
  mutating func block(_ block: Block) {
    for statement in block.statements { self.statement(statement) }
  }

  mutating func conditional(_ condition: Expression, _ then: Block, _ otherwise: Block?) {
    _ = expression(condition)
    for block in [then, otherwise] {
      guard let block else { continue }
      uncertain(.conditional) { checker in
        checker.scoped { $0.block(block) }
      }
    }
  }

  mutating func define(
    _ pattern: Pattern, _ value: StaticValue, isMutable: Bool, _ place: Site
  ) {
    switch pattern {
    case .ignored: break
    case .name(let name, _): define(name, value, isMutable: isMutable)
    case .tuple(let parts, _):
      if case .tuple(let elements, _) = value, elements.count == parts.count {
        for (part, element) in zip(parts, elements) {
          define(part, element, isMutable: isMutable, place)
        }
        return
      }
      if case .tuple(let elements, _) = value, certainty == .reached {
        report(Target.wrongCount(elements.count, parts.count, place), place)
      } else if let sample = value.sample, certainty == .reached {
        report(Target.notATuple(sample, parts.count, place), place)
      }
      for name in pattern.names { define(name, .unknown, isMutable: isMutable) }
    }
  }

  func staticFunction(_ function: FunctionSyntax, _ range: SourceRange) -> StaticFunction {
    let parameters = function.parameters.map(Parameter.init)
    return StaticFunction(
      parameters: parameters, isAnonymous: function.isAnonymous,
      signature: FunctionCode.signature(function.name, parameters),
      definition: site(range).mark("defined here"), isClosure: function.name.isEmpty)
  }

  /// Walks what runs when a function is called.
  mutating func body(of function: FunctionSyntax) {
    uncertain(.deferred) { checker in
      checker.scoped { checker in
        for parameter in function.parameters {
          if let initial = parameter.initial { _ = checker.expression(initial) }
          checker.define(parameter.name, .unknown)
        }
        checker.block(function.body)
      }
    }
  }
}
