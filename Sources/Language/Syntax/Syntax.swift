/// The syntax tree: what a text says, before any name has a meaning.
final class Expression {
  indirect enum Kind {
    case int(Int)
    case double(Double)
    case bool(Bool)
    case none
    case string([Piece])
    case name(String)
    case anonymous(Int)
    case choice(String, [ArgumentSyntax])
    case list([Expression])
    case dictionary([(key: Expression, value: Expression)])
    case tuple([ArgumentSyntax])
    /// A pair of parentheses around one expression.
    case group(Expression)
    case prefix(UnaryOperator, Expression)
    case binary(BinaryOperator, Expression, Expression)
    case logical(isAnd: Bool, Expression, Expression)
    case ternary(Expression, Expression, Expression)
    case range(lower: Expression?, upper: Expression?, isClosed: Bool)
    case member(Expression, String, SourceRange)
    case position(Expression, Int)
    case element(Expression, [ArgumentSyntax])
    case call(Expression, [ArgumentSyntax])
    case closure(FunctionSyntax)
    case conditional(condition: Expression, then: Block, otherwise: Block?)
  }

  /// A piece of a string: text, or a value with its format.
  enum Piece {
    case text(String)
    case value([ArgumentSyntax])
  }

  let kind: Kind
  let range: SourceRange
  /// Height of the tree, which bounds the native stack of everything that walks it.
  let height: Int

  init(_ kind: Kind, _ range: SourceRange) {
    self.kind = kind
    self.range = range
    self.height = kind.childHeight + 1
  }
}

extension Expression.Kind {
  /// The greatest height among the parts.
  fileprivate var childHeight: Int {
    switch self {
    case .int, .double, .bool, .none, .name, .anonymous: 0
    case .string(let pieces):
      pieces.reduce(0) { height, piece in
        if case .value(let arguments) = piece { max(height, arguments.height) } else { height }
      }
    case .choice(_, let arguments), .tuple(let arguments): arguments.height
    case .list(let elements): elements.reduce(0) { max($0, $1.height) }
    case .dictionary(let entries):
      entries.reduce(0) { max($0, $1.key.height, $1.value.height) }
    case .group(let inner), .prefix(_, let inner): inner.height
    case .binary(_, let left, let right), .logical(_, let left, let right):
      max(left.height, right.height)
    case .ternary(let condition, let then, let otherwise):
      max(condition.height, then.height, otherwise.height)
    case .range(let lower, let upper, _): max(lower?.height ?? 0, upper?.height ?? 0)
    case .member(let base, _, _), .position(let base, _): base.height
    case .element(let base, let arguments), .call(let base, let arguments):
      max(base.height, arguments.height)
    case .closure(let function): function.height
    case .conditional(let condition, let then, let otherwise):
      max(condition.height, then.height, otherwise?.height ?? 0)
    }
  }
}

/// An argument as written: `label: &expression`.
struct ArgumentSyntax {
  var label: String?
  var expression: Expression
  var isInout = false
  var isTrailing = false
  var range: SourceRange
  var labelRange = SourceRange.none
}

extension [ArgumentSyntax] {
  var height: Int { reduce(0) { Swift.max($0, $1.expression.height) } }
}

/// A parameter of a function or a closure.
struct ParameterSyntax {
  var name: String
  /// What a caller may write before the colon; nil for `_`.
  var label: String?
  var initial: Expression?
  var isInout = false
  var range: SourceRange
}

/// A function or a closure.
final class FunctionSyntax {
  let name: String
  let parameters: [ParameterSyntax]
  /// A closure without a parameter list: `{ $0 + 1 }`, `{ 3 }`.
  let isAnonymous: Bool
  let body: Block
  let range: SourceRange
  var height: Int {
    parameters.reduce(body.height) { max($0, $1.initial?.height ?? 0) }
  }

  init(
    name: String, parameters: [ParameterSyntax], isAnonymous: Bool, body: Block,
    range: SourceRange
  ) {
    self.name = name
    self.parameters = parameters
    self.isAnonymous = isAnonymous
    self.body = body
    self.range = range
  }
}

/// Names on the left of `=`, in `for` and `let`.
indirect enum Pattern {
  case name(String, SourceRange)
  case ignored(SourceRange)
  case tuple([Pattern], SourceRange)
}

struct Block {
  var statements: [Statement]
  var range: SourceRange
  let height: Int

  init(_ statements: [Statement], _ range: SourceRange) {
    self.statements = statements
    self.range = range
    height = statements.reduce(0) { max($0, $1.height) } + 1
  }
}

struct Statement {
  indirect enum Kind {
    case expression(Expression)
    case declaration(isMutable: Bool, Pattern, Expression)
    case function(FunctionSyntax, nameRange: SourceRange)
    case assignment(Expression, BinaryOperator?, Expression)
    case forIn(Pattern, Expression, Block)
    case whileTrue(Expression, Block)
    case giveBack(Expression?)
    case leaveLoop
    case nextTurn
  }

  let kind: Kind
  let range: SourceRange

  var height: Int {
    switch kind {
    case .expression(let expression), .declaration(_, _, let expression): expression.height
    case .function(let function, _): function.height
    case .assignment(let target, _, let value): max(target.height, value.height)
    case .forIn(_, let sequence, let body): max(sequence.height, body.height)
    case .whileTrue(let condition, let body): max(condition.height, body.height)
    case .giveBack(let value): value?.height ?? 0
    case .leaveLoop, .nextTurn: 0
    }
  }
}
