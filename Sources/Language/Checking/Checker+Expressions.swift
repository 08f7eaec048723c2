extension Checker {
  /// Walks an expression and gives what is known of its value.
  mutating func expression(_ expression: Expression) -> StaticValue {
    switch expression.kind {
    case .int(let value): return .known(.int(value))
    case .double(let value): return .known(.double(value))
    case .bool(let value): return .known(.bool(value))
    case .none: return .known(.void)
    case .string(let pieces): return string(pieces)
    case .name(let name): return self.name(name)
    case .anonymous: return .unknown
    case .choice(let name, let arguments): return choice(name, self.arguments(arguments))
    case .list(let elements): return .list(elements.map { self.expression($0) })
    case .dictionary(let entries):
      for entry in entries {
        _ = self.expression(entry.key)
        _ = self.expression(entry.value)
      }
      return .unknown
    case .tuple(let elements):
      return .tuple(
        elements.map { self.expression($0.expression) }, labels: elements.map(\.label))
    case .group(let inner): return self.expression(inner)
    case .prefix(let operation, let operand):
      return prefix(operation, self.expression(operand), at: expression.range)
    case .binary(let operation, let left, let right):
      let left = self.expression(left)
      let right = self.expression(right)
      return operate(operation, left, right, at: expression.range)
    case .logical(_, let left, let right):
      _ = self.expression(left)
      _ = uncertain(.conditional) { $0.expression(right) }
      return .unknown
    case .ternary(let condition, let then, let otherwise):
      _ = self.expression(condition)
      _ = uncertain(.conditional) { $0.expression(then) }
      _ = uncertain(.conditional) { $0.expression(otherwise) }
      return .unknown
    case .range(let lower, let upper, _):
      if let lower { _ = self.expression(lower) }
      if let upper { _ = self.expression(upper) }
      return .unknown
    case .member(let base, let name, let range):
      return member(name, of: self.expression(base), range)
    case .position(let base, let position):
      if case .tuple(let elements, _) = self.expression(base), position < elements.count {
        return elements[position]
      }
      return .unknown
    case .element(let base, let indices):
      return element(of: self.expression(base), indices, at: expression.range)
    case .call(let callee, let arguments):
      return call(callee, arguments, at: expression.range)
    case .closure(let function):
      body(of: function)
      return .function(staticFunction(function, function.range))
    case .conditional(let condition, let then, let otherwise):
      conditional(condition, then, otherwise)
      return .unknown
    }
  }

  private mutating func string(_ pieces: [Expression.Piece]) -> StaticValue {
    var text = ""
    var isKnown = true
    for piece in pieces {
      switch piece {
      case .text(let literal): text += literal
      case .value(let arguments):
        isKnown = false
        let values = self.arguments(arguments)
        do {
          _ = try Binding(
            of: values.map(\.placeholder), to: Format.parameters,
            signature: "the value in a string")
        } catch {
          report(error, site(arguments.first?.range ?? .none), values.map(\.placeholder))
        }
      }
    }
    return isKnown ? .known(.text(text)) : .unknown
  }

  private func name(_ name: String) -> StaticValue {
    switch meaning(of: name) {
    case .own(let value): value
    case .builtin(let value):
      if case .double = value { .known(value) } else { .unknown }
    case .nothing: .unknown
    }
  }

  func choice(_ name: String, _ arguments: [PlacedArgument]) -> StaticValue {
    var values: [Argument] = []
    for argument in arguments {
      guard let value = argument.value.value else { return .unknown }
      values.append(Argument(label: argument.label, value: value, range: argument.range))
    }
    return .known(.choice(ChoiceBox(name, arguments: values)))
  }

  private mutating func prefix(
    _ operation: UnaryOperator, _ operand: StaticValue, at range: SourceRange
  ) -> StaticValue {
    if case .object(let object) = operand, operation == .negate, object.typeName == "Tensor" {
      return .object(StaticObject("Tensor", shape: object.shape))
    }
    guard let value = operand.value, !value.isList else { return .unknown }
    do {
      return .known(try machine.unary(operation, value, site(range)))
    } catch {
      report(error, site(range))
      return .unknown
    }
  }

  /// A binary operator, folded where both sides are known.
  mutating func operate(
    _ operation: BinaryOperator, _ left: StaticValue, _ right: StaticValue,
    at range: SourceRange
  ) -> StaticValue {
    if let a = left.value, let b = right.value, !a.isList, !b.isList {
      do {
        return .known(try machine.binary(operation, a, b, site(range)))
      } catch {
        report(error, site(range))
        return .unknown
      }
    }
    guard let result = staticHost?.check(operation, left, right) else { return .unknown }
    if let fault = result.fault { report(fault, site(range)) }
    return result.value
  }

  private mutating func element(
    of base: StaticValue, _ indices: [ArgumentSyntax], at range: SourceRange
  ) -> StaticValue {
    let values = arguments(indices)
    guard values.count == 1, case .known(.int(let position))? = values.first?.value else {
      return .unknown
    }
    if case .list(let elements) = base {
      let offset = position < 0 ? position &+ elements.count : position
      if elements.indices.contains(offset) { return elements[offset] }
      do {
        let list = Value.elements(elements.map { _ in .void })
        _ = try machine.element(of: list, at: values.map(\.placeholder), site(range))
      } catch {
        report(error, site(range))
      }
    }
    return .unknown
  }

  /// `base.name` without parentheses.
  private mutating func member(
    _ name: String, of base: StaticValue, _ range: SourceRange
  ) -> StaticValue {
    switch base {
    case .unknown, .function: return .unknown
    case .tuple(let elements, let labels):
      if let position = labels.firstIndex(of: name) { return elements[position] }
    case .object(let object):
      guard let host = staticHost else { return .unknown }
      if let result = host.check(member: name, of: object) {
        if let fault = result.fault { report(fault, site(range)) }
        return result.value
      }
      report(noMember(name, of: object, range), site(range))
      return .unknown
    case .known(let value):
      if case .choice = value { return .unknown }
      if let getter = Properties.property(name, of: value) {
        return (try? getter(value)).map { .known($0) } ?? .unknown
      }
    case .list(let elements):
      if name == "count" { return .known(.int(elements.count)) }
    }
    guard let sample = base.sample else { return .unknown }
    if Properties.property(name, of: sample) != nil || machine.hostKnows(name, of: sample) {
      return .unknown
    }
    report(machine.noMember(name, of: sample, site(range)), site(range))
    return .unknown
  }

  func noMember(_ name: String, of object: StaticObject, _ range: SourceRange) -> Diagnostic {
    let names = staticHost?.memberNames(of: object) ?? []
    let isFunction = if case .nothing = meaning(of: name) { false } else { true }
    let nearest = Suggestion.nearest(to: name, among: names).map { "did you mean '\($0)'?" }
    return site(range).error(
      "\(article(object.typeName)) has no member '\(name)'", label: "unknown",
      help: isFunction ? "'\(name)' is a function; write \(name)(…)" : nearest)
  }
}

extension Machine {
  /// Whether the host gives a value of the language a member of the name.
  func hostKnows(_ name: String, of value: Value) -> Bool {
    host?.memberNames(of: value).contains(name) ?? false
  }
}
