extension Expression {
  /// What an expression is made of.
  enum Part {
    case expression(Expression)
    case arguments([ArgumentSyntax])
    case function(FunctionSyntax)
    case block(Block)
  }

  /// Its parts in the order in which they run: for walks that look at every expression.
  var parts: [Part] {
    switch kind {
    case .int, .double, .bool, .none, .name, .anonymous: []
    case .string(let pieces):
      pieces.compactMap { piece in
        if case .value(let arguments) = piece { .arguments(arguments) } else { nil }
      }
    case .choice(_, let arguments), .tuple(let arguments): [.arguments(arguments)]
    case .list(let elements): elements.map { .expression($0) }
    case .dictionary(let entries):
      entries.flatMap { [.expression($0.key), .expression($0.value)] }
    case .group(let inner), .prefix(_, let inner), .member(let inner, _, _),
      .position(let inner, _):
      [.expression(inner)]
    case .binary(_, let left, let right), .logical(_, let left, let right):
      [.expression(left), .expression(right)]
    case .ternary(let condition, let then, let otherwise):
      [.expression(condition), .expression(then), .expression(otherwise)]
    case .range(let lower, let upper, _): [lower, upper].compactMap { $0.map { .expression($0) } }
    case .element(let base, let arguments), .call(let base, let arguments):
      [.expression(base), .arguments(arguments)]
    case .closure(let function): [.function(function)]
    case .conditional(let condition, let then, let otherwise):
      [.expression(condition), .block(then)] + (otherwise.map { [.block($0)] } ?? [])
    }
  }
}
