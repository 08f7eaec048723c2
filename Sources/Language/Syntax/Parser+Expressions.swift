/// How tightly the operators bind; the greater, the tighter.
private enum Precedence {
  static let or = 1
  static let and = 2
  static let comparison = 3
  static let range = 4
  static let sum = 5
  static let product = 6
  static let power = 7
}

/// What an infix sign makes of its two sides.
private enum Infix {
  case binary(BinaryOperator)
  case logical(isAnd: Bool)
  case range(isClosed: Bool)
}

extension Symbol {
  fileprivate var infix: (precedence: Int, Infix)? {
    switch self {
    case .or: (Precedence.or, .logical(isAnd: false))
    case .and: (Precedence.and, .logical(isAnd: true))
    case .equal: (Precedence.comparison, .binary(.equal))
    case .notEqual: (Precedence.comparison, .binary(.notEqual))
    case .less: (Precedence.comparison, .binary(.less))
    case .lessEqual: (Precedence.comparison, .binary(.lessEqual))
    case .greater: (Precedence.comparison, .binary(.greater))
    case .greaterEqual: (Precedence.comparison, .binary(.greaterEqual))
    case .closed: (Precedence.range, .range(isClosed: true))
    case .halfOpen: (Precedence.range, .range(isClosed: false))
    case .plus: (Precedence.sum, .binary(.add))
    case .minus: (Precedence.sum, .binary(.subtract))
    case .times: (Precedence.product, .binary(.multiply))
    case .slash: (Precedence.product, .binary(.divide))
    case .percent: (Precedence.product, .binary(.remainder))
    case .at: (Precedence.product, .binary(.matmul))
    case .power: (Precedence.power, .binary(.power))
    default: nil
    }
  }
}

extension Parser {
  mutating func expression() throws -> Expression {
    try nested { parser in
      let start = parser.token.range
      let condition = try parser.operation(Precedence.or)
      guard parser.at(.question),
        parser.isInBrackets || !parser.token.startsLine || parser.token.spaceAfter
      else { return condition }
      parser.advance()
      let then = try parser.expression()
      try parser.expect(.colon, "between the two values of '?'")
      let otherwise = try parser.expression()
      return try parser.make(.ternary(condition, then, otherwise), from: start)
    }
  }

  /// Operators that bind at least as tightly as `minimum`.
  private mutating func operation(_ minimum: Int) throws -> Expression {
    let start = token.range
    var left = try prefix()
    while case .symbol(let symbol) = token.kind, let (precedence, infix) = symbol.infix,
      precedence >= minimum, continuesLine
    {
      if case .range(let isClosed) = infix, isClosed, endsOpenRange {
        advance()
        left = try make(.range(lower: left, upper: nil, isClosed: true), from: start)
        continue
      }
      let signRange = token.range
      advance()
      let isRightAssociative = precedence == Precedence.power
      let right = try nested { parser in
        try parser.operation(isRightAssociative ? precedence : precedence + 1)
      }
      switch infix {
      case .binary(let operation):
        left = try make(.binary(operation, left, right), from: start)
      case .logical(let isAnd):
        left = try make(.logical(isAnd: isAnd, left, right), from: start)
      case .range(let isClosed):
        left = try make(.range(lower: left, upper: right, isClosed: isClosed), from: start)
      }
      let doesChain = precedence != Precedence.comparison && precedence != Precedence.range
      if !doesChain, case .symbol(let next) = token.kind, next.infix?.precedence == precedence,
        continuesLine
      {
        throw SyntaxError(
          message: "'\(symbol.rawValue)' and '\(next.rawValue)' do not chain",
          range: SourceRange(Int(signRange.lower), Int(token.range.upper)),
          help: precedence == Precedence.comparison
            ? "join two comparisons with '&&'" : nil)
      }
    }
    return left
  }

  /// Whether an operator here goes on with the expression although it may begin a line.
  private var continuesLine: Bool {
    isInBrackets || !token.startsLine || token.spaceAfter
  }

  /// Whether the `...` here ends a range without an upper bound.
  private var endsOpenRange: Bool {
    let next = following
    if next.startsLine && !isInBrackets { return true }
    switch next.kind {
    case .identifier("where"): return true
    case .end, .symbol(.rightParenthesis), .symbol(.rightBracket), .symbol(.rightBrace),
      .symbol(.comma), .symbol(.semicolon), .symbol(.leftBrace), .symbol(.dot), .symbol(.colon):
      return true
    default:
      return false
    }
  }

  private mutating func prefix() throws -> Expression {
    let start = token.range
    guard case .symbol(let symbol) = token.kind else { return try postfix() }
    switch symbol {
    case .minus:
      advance()
      if case .int(let magnitude) = token.kind, token.range.lower == start.upper {
        advance()
        // The magnitude is at most that of Int.min, see the lexer.
        let value = Int(truncatingIfNeeded: 0 &- magnitude)
        return try postfix(of: try make(.int(value), from: start), from: start)
      }
      let operand = try nested { try $0.prefix() }
      return try make(.prefix(.negate, operand), from: start)
    case .plus:
      advance()
      return try nested { try $0.prefix() }
    case .not:
      advance()
      let operand = try nested { try $0.prefix() }
      return try make(.prefix(.not, operand), from: start)
    case .closed, .halfOpen:
      let isClosed = symbol == .closed
      if isClosed, endsOpenRange {
        advance()
        return try make(.range(lower: nil, upper: nil, isClosed: true), from: start)
      }
      advance()
      let upper = try nested { try $0.operation(Precedence.sum) }
      return try make(.range(lower: nil, upper: upper, isClosed: isClosed), from: start)
    case .ampersand:
      throw SyntaxError(
        message: "'&' stands only before an argument of a call", range: start)
    default:
      return try postfix()
    }
  }

  private mutating func postfix() throws -> Expression {
    let start = token.range
    return try postfix(of: try primary(), from: start)
  }

  /// Members, calls and subscripts behind an operand.
  private mutating func postfix(
    of operand: Expression, from start: SourceRange
  ) throws -> Expression {
    var operand = operand
    while case .symbol(let symbol) = token.kind {
      let isOnLine = !token.startsLine
      switch symbol {
      case .dot:
        advance()
        operand = try member(of: operand, from: start)
      case .leftParenthesis where isOnLine:
        operand = try call(operand, try arguments(), from: start)
      case .leftBracket where isOnLine:
        advance()
        let opening = tokens[index - 1].range
        let indices = try bracketed { parser in
          try parser.arguments(until: .rightBracket, "after the index", from: opening)
        }
        guard !indices.isEmpty else {
          throw SyntaxError(message: "an index is missing", range: range(from: start))
        }
        operand = try make(.element(operand, indices), from: start)
      case .leftBrace where isOnLine && allowsTrailingClosure && operand.isCallable:
        operand = try call(operand, [], from: start)
      default:
        return operand
      }
    }
    return operand
  }

  private mutating func member(
    of operand: Expression, from start: SourceRange
  ) throws -> Expression {
    let place = token.range
    switch token.kind {
    case .identifier(let name):
      advance()
      return try make(.member(operand, name, place), from: start)
    case .keyword(let keyword):
      advance()
      return try make(.member(operand, keyword.rawValue, place), from: start)
    case .int(let position):
      advance()
      return try make(.position(operand, Int(clamping: position)), from: start)
    default:
      throw unexpected("expected the name of a member after '.'")
    }
  }

  /// A call, with the closure that may trail its arguments.
  private mutating func call(
    _ callee: Expression, _ arguments: [ArgumentSyntax], from start: SourceRange
  ) throws -> Expression {
    var arguments = arguments
    if at(.leftBrace), !token.startsLine, allowsTrailingClosure {
      let closure = try self.closure()
      arguments.append(
        ArgumentSyntax(
          label: nil, expression: closure, isTrailing: true, range: closure.range))
    }
    return try make(.call(callee, arguments), from: start)
  }

  mutating func arguments(_ context: String = "after the arguments") throws -> [ArgumentSyntax] {
    let opening = token.range
    advance()
    return try bracketed { try $0.arguments(until: .rightParenthesis, context, from: opening) }
  }

  mutating func arguments(
    until closing: Symbol, _ context: String, from opening: SourceRange
  ) throws -> [ArgumentSyntax] {
    var result: [ArgumentSyntax] = []
    repeat {
      if at(closing) { break }
      result.append(try argument())
    } while accept(.comma)
    if at(.assign), case .name(let name)? = result.last?.expression.kind {
      throw unexpected(
        "expected '\(closing.rawValue)' \(context)", help: "a label is written \(name): …")
    }
    try expect(closing, context, from: opening)
    return result
  }

  private mutating func argument() throws -> ArgumentSyntax {
    let start = token.range
    var label: String?
    var labelRange = SourceRange.none
    if case .symbol(.colon) = following.kind {
      switch token.kind {
      case .identifier(let name):
        label = name
      case .keyword(let keyword):
        label = keyword.rawValue
      default: break
      }
      if label != nil {
        labelRange = start
        advance()
        advance()
      }
    }
    let valueStart = token.range
    let isInout = accept(.ampersand)
    let value = try expression()
    // The place of an argument is its expression with the sign, without the label.
    return ArgumentSyntax(
      label: label, expression: value, isInout: isInout,
      range: range(from: label == nil ? start : valueStart), labelRange: labelRange)
  }
}

extension Expression {
  /// Whether a brace behind it is a trailing closure.
  fileprivate var isCallable: Bool {
    switch kind {
    case .name, .member, .call, .choice: true
    default: false
    }
  }
}
