/// Finds the variables that a program assigns to, or changes in place, anywhere.
struct ChangeWalker {
  /// Functions of the program, which may assign anything to what is passed with `&`.
  let defined: Set<String>
  private(set) var assigned: Set<String> = []
  private(set) var touched: Set<String> = []

  init(defined: Set<String>) { self.defined = defined }

  mutating func walk(_ statements: [Statement]) {
    for statement in statements { walk(statement) }
  }

  private mutating func walk(_ statement: Statement) {
    switch statement.kind {
    case .expression(let expression), .declaration(_, _, let expression): walk(expression)
    case .function(let function, _): walk(function)
    case .assignment(let target, _, let value):
      assign(target)
      walk(value)
    case .forIn(_, let sequence, let body):
      walk(sequence)
      walk(body.statements)
    case .whileTrue(let condition, let body):
      walk(condition)
      walk(body.statements)
    case .giveBack(let value): if let value { walk(value) }
    case .leaveLoop, .nextTurn: break
    }
  }

  private mutating func assign(_ target: Expression) {
    switch target.kind {
    case .name(let name): assigned.insert(name)
    case .tuple(let parts):
      for part in parts { assign(part.expression) }
    case .group(let inner): assign(inner)
    default:
      if let root = target.rootName { touched.insert(root) }
      walk(target)
    }
  }

  private mutating func walk(_ function: FunctionSyntax) {
    for parameter in function.parameters {
      if let initial = parameter.initial { walk(initial) }
    }
    walk(function.body.statements)
  }

  private mutating func walk(_ arguments: [ArgumentSyntax], callee: String?) {
    for argument in arguments {
      if argument.isInout, let root = argument.expression.rootName {
        change(root, by: callee)
      }
      walk(argument.expression)
    }
  }

  private mutating func change(_ root: String, by callee: String?) {
    guard let callee, !defined.contains(callee) else {
      assigned.insert(root)
      return
    }
    touched.insert(root)
  }

  private mutating func walk(_ expression: Expression) {
    if case .call(let callee, let arguments) = expression.kind { return call(callee, arguments) }
    for part in expression.parts {
      switch part {
      case .expression(let inner): walk(inner)
      case .arguments(let arguments): walk(arguments, callee: nil)
      case .function(let function): walk(function)
      case .block(let block): walk(block.statements)
      }
    }
  }

  private mutating func call(_ callee: Expression, _ arguments: [ArgumentSyntax]) {
    var name: String?
    switch callee.kind {
    case .name(let called): name = called
    case .member(let base, let called, _):
      name = called
      // A method may change its receiver.
      if let root = base.rootName { change(root, by: called) }
      walk(base)
    default: walk(callee)
    }
    walk(arguments, callee: name)
  }
}
