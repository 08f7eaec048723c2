extension Resolver {
  mutating func expression(_ expression: Expression) -> Node {
    let place = site(expression.range)
    switch expression.kind {
    case .int(let value): return Constant(.int(value), place)
    case .double(let value): return Constant(.double(value), place)
    case .bool(let value): return Constant(.bool(value), place)
    case .none: return Constant(.void, place)
    case .string(let pieces): return string(pieces, place)
    case .name(let name): return self.name(name, expression.range)
    case .anonymous(let number): return self.name("$\(number)", expression.range)
    case .choice(let name, let arguments):
      if arguments.isEmpty { return Constant(.choice(ChoiceBox(name)), place) }
      return MakeChoice(name, self.arguments(arguments), place)
    case .list(let elements):
      return MakeList(elements.map { self.expression($0) }, place)
    case .dictionary(let entries):
      return MakeDictionary(
        entries.map { (self.expression($0.key), self.expression($0.value)) }, place)
    case .tuple(let elements):
      return MakeTuple(
        elements.map { self.expression($0.expression) }, elements.map(\.label), place)
    case .group(let inner): return self.expression(inner)
    case .prefix(let operation, let operand):
      return Prefix(operation, self.expression(operand), place)
    case .binary(let operation, let left, let right):
      return binary(operation, self.expression(left), self.expression(right), place)
    case .logical(let isAnd, let left, let right):
      return Logical(isAnd: isAnd, self.expression(left), self.expression(right), place)
    case .ternary(let condition, let then, let otherwise):
      return Ternary(
        self.expression(condition), self.expression(then), self.expression(otherwise), place)
    case .range(let lower, let upper, let isClosed):
      return MakeRange(
        lower.map { self.expression($0) }, upper.map { self.expression($0) },
        isClosed: isClosed, place)
    case .member(let base, let name, let range):
      return Member(self.expression(base), name, place, name: site(range))
    case .position(let base, let position):
      return Position(self.expression(base), position, place)
    case .element(let base, let indices):
      return Element(self.expression(base), self.indices(indices), place)
    case .call(let callee, let arguments): return call(callee, arguments, place)
    case .closure(let function):
      return MakeFunction(code(of: function, selfName: nil), place)
    case .conditional(let condition, let then, let otherwise):
      return value(condition, then, otherwise, at: expression.range)
    }
  }

  private mutating func string(_ pieces: [Expression.Piece], _ place: Site) -> Node {
    if pieces.isEmpty { return Constant(.text(""), place) }
    if pieces.count == 1, case .text(let text)? = pieces.first {
      return Constant(.text(text), place)
    }
    return MakeString(
      pieces.map { piece in
        switch piece {
        case .text(let text): .text(text)
        case .value(let arguments): .value(self.arguments(arguments))
        }
      }, place)
  }

  private mutating func name(_ name: String, _ range: SourceRange) -> Node {
    switch meaning(of: name) {
    case .local(let local): self.local(local, range)
    case .global(let entry, _, let isEarly, _):
      isEarly ? EarlyGlobal(entry, site(range)) : Global(entry, site(range))
    case .constant(let value): Constant(value, site(range))
    case nil: unknown(name, at: range)
    }
  }

  private func binary(
    _ operation: BinaryOperator, _ left: Node, _ right: Node, _ place: Site
  ) -> Node {
    switch operation {
    case .add: Add(left, right, place)
    case .subtract: Subtract(left, right, place)
    case .multiply: Multiply(left, right, place)
    case .divide, .remainder, .power, .matmul: Arithmetic(operation, left, right, place)
    case .equal, .notEqual, .less, .lessEqual, .greater, .greaterEqual:
      Comparison(operation, left, right, place)
    }
  }

  /// Resolves arguments; one with `&` must be a place, and no variable may be given twice so.
  mutating func arguments(
    _ arguments: [ArgumentSyntax], changing receiver: Expression? = nil
  ) -> [ArgumentNode] {
    var changed: Set<String> = []
    if let root = receiver?.rootName { changed.insert(root) }
    return arguments.map { argument in
      var node: Node
      if argument.isInout {
        if let root = argument.expression.rootName, !changed.insert(root).inserted {
          report(
            "'\(root)' is passed twice with '&' in one call", at: argument.range,
            label: "overlaps")
        }
        node =
          place(argument.expression, to: .pass)
          ?? Constant(.void, site(argument.range))
      } else {
        node = expression(argument.expression)
      }
      if case .group = argument.expression.kind, argument.isInout, !node.isPlace {
        node = Constant(.void, site(argument.range))
      }
      return ArgumentNode(argument, node, isInout: argument.isInout && node.isPlace)
    }
  }

  /// Resolves what stands in the brackets of a subscript.
  mutating func indices(_ indices: [ArgumentSyntax]) -> [ArgumentNode] {
    for index in indices where index.isInout {
      report("a subscript does not change its index", at: index.range)
    }
    return arguments(
      indices.map {
        var index = $0
        index.isInout = false
        return index
      })
  }

  private mutating func call(
    _ callee: Expression, _ arguments: [ArgumentSyntax], _ place: Site
  ) -> Node {
    switch callee.kind {
    case .member(let base, let name, let range):
      return method(base, name, range, arguments, place)
    case .name("expect") where isOwnFunction("expect") && isExpectation(arguments):
      return expectation(arguments, place)
    case .choice(let name, let own) where own.isEmpty && !arguments.contains(where: \.isInout):
      return MakeChoice(name, self.arguments(arguments), place)
    default:
      let node = expression(callee)
      return Call(node, self.arguments(arguments), place)
    }
  }

  /// `base.name(arguments)`: a method, a member, or a function in scope.
  private mutating func method(
    _ base: Expression, _ name: String, _ range: SourceRange, _ arguments: [ArgumentSyntax],
    _ place: Site
  ) -> Node {
    let receiver: Node
    var obstacle: String?
    switch mutability(of: base) {
    case .place:
      receiver = self.place(base, to: .change) ?? Constant(.void, site(base.range))
    case .fixed(let name):
      obstacle = "'\(name)' is not a 'var'"
      receiver = expression(base)
    case .temporary:
      obstacle = "it is not a variable"
      receiver = expression(base)
    }
    return MethodCall(
      receiver, name: name, site(range), obstacle: obstacle, function: function(name, range),
      self.arguments(arguments), place)
  }

  /// The function that a name behind a dot means, where it is no member.
  ///
  /// A variable that holds no function does not hide the library's: after `let mean = x.mean()` one
  /// may go on to write `y.mean()`.
  private mutating func function(_ name: String, _ range: SourceRange) -> Node? {
    let library = host?.global(named: name) ?? LanguageFunctions.value(named: name)
    switch meaning(of: name) {
    case nil: return nil
    case .constant(let value): return Constant(value, site(range))
    default: return FunctionInScope(self.name(name, range), hiding: library, site(range))
    }
  }

  private enum Mutability {
    case place
    case fixed(String)
    case temporary
  }

  /// Whether an expression can be changed, asked without reporting anything.
  private mutating func mutability(of expression: Expression) -> Mutability {
    switch expression.kind {
    case .name(let name):
      switch meaning(of: name) {
      case .local(let local): local.isMutable ? .place : .fixed(name)
      case .global(_, let isMutable, _, _): isMutable ? .place : .fixed(name)
      case .constant: .fixed(name)
      case nil: .temporary
      }
    case .group(let inner), .member(let inner, _, _), .position(let inner, _),
      .element(let inner, _):
      mutability(of: inner)
    default: .temporary
    }
  }

  private func isExpectation(_ arguments: [ArgumentSyntax]) -> Bool {
    (1...2).contains(arguments.count)
      && arguments.allSatisfy { !$0.isInout && !$0.isTrailing && $0.label == nil }
  }

  private mutating func expectation(_ arguments: [ArgumentSyntax], _ place: Site) -> Node {
    Expectation(
      expression(arguments[0].expression),
      message: arguments.count > 1 ? expression(arguments[1].expression) : nil, place)
  }
}

extension Expression {
  /// The variable that a place is, or is a part of.
  var rootName: String? {
    switch kind {
    case .name(let name): name
    case .group(let inner), .member(let inner, _, _), .position(let inner, _),
      .element(let inner, _):
      inner.rootName
    default: nil
    }
  }
}
