extension Parser {
  /// Statements up to a closing brace or the end.
  mutating func statements() throws -> [Statement] {
    var result: [Statement] = []
    while true {
      while accept(.semicolon) {}
      if isAtEnd || at(.rightBrace) { return result }
      let start = index
      // What a descent changes has its old value again after an error.
      let saved = (isInBrackets, allowsTrailingClosure, anonymous)
      do {
        result.append(try nested { try $0.statement() })
        try endStatement()
      } catch let error as SyntaxError {
        guard isRecovering else { throw error }
        (isInBrackets, allowsTrailingClosure, anonymous) = saved
        report(error)
        skipStatement(from: start)
      }
    }
  }

  private func endStatement() throws {
    if isAtEnd || at(.rightBrace) || at(.semicolon) || token.startsLine { return }
    if at(.question) || at(.assign) || at(.greater) {
      throw unexpected("expected the end of the statement")
    }
    throw unexpected("expected a new line or ';' between two statements")
  }

  mutating func block(_ context: String) throws -> Block {
    let start = token.range
    let saved = (isInBrackets, allowsTrailingClosure)
    (isInBrackets, allowsTrailingClosure) = (false, true)
    defer { (isInBrackets, allowsTrailingClosure) = saved }
    if !at(.leftBrace) {
      var help: String?
      if at(.assign) { help = "write '==' to compare" }
      if at(.colon) { help = "a block stands between { and }" }
      throw unexpected("expected '{' to begin the block of \(context)", help: help)
    }
    advance()
    let body = try nested { try $0.statements() }
    try expect(.rightBrace, "to end the block of \(context)", from: start)
    return try bounded(Block(body, range(from: start)))
  }

  private mutating func statement() throws -> Statement {
    let start = token.range
    switch token.kind {
    case .keyword(.let), .keyword(.var): return try declaration()
    case .keyword(.func): return try function()
    case .keyword(.for): return try forIn()
    case .keyword(.while):
      advance()
      let condition = try self.condition()
      let body = try block("'while'")
      return Statement(kind: .whileTrue(condition, body), range: range(from: start))
    case .keyword(.return):
      advance()
      if isAtEnd || at(.rightBrace) || at(.semicolon) || token.startsLine {
        return Statement(kind: .giveBack(nil), range: start)
      }
      let value = try expression()
      return Statement(kind: .giveBack(value), range: range(from: start))
    case .keyword(.break):
      advance()
      return Statement(kind: .leaveLoop, range: start)
    case .keyword(.continue):
      advance()
      return Statement(kind: .nextTurn, range: start)
    case .keyword(.if):
      let value = try conditional()
      return Statement(kind: .expression(value), range: range(from: start))
    case .keyword(.else):
      throw SyntaxError(message: "'else' without an 'if' before it", range: start)
    default:
      return try expressionOrAssignment()
    }
  }

  private mutating func expressionOrAssignment() throws -> Statement {
    let start = token.range
    let target = try expression()
    if accept(.assign) {
      let value = try expression()
      return Statement(kind: .assignment(target, nil, value), range: range(from: start))
    }
    if case .symbol(let symbol) = token.kind, let operation = symbol.compound {
      advance()
      let value = try expression()
      return Statement(kind: .assignment(target, operation, value), range: range(from: start))
    }
    return Statement(kind: .expression(target), range: range(from: start))
  }

  private mutating func declaration() throws -> Statement {
    let start = token.range
    let isMutable = at(.var)
    let keyword = isMutable ? "var" : "let"
    advance()
    let pattern = try self.pattern()
    if accept(.colon) { try skipType() }
    guard at(.assign) else {
      throw unexpected(
        "expected '=' and a value after the name of '\(keyword)'",
        help: at(.equal) ? "write '='; '==' compares" : nil)
    }
    advance()
    let value = try expression()
    return Statement(
      kind: .declaration(isMutable: isMutable, pattern, value), range: range(from: start))
  }

  mutating func pattern() throws -> Pattern {
    let start = token.range
    switch token.kind {
    case .identifier("_"):
      advance()
      return .ignored(start)
    case .identifier(let name):
      advance()
      return .name(name, start)
    case .symbol(.leftParenthesis):
      advance()
      let parts = try nested { parser in
        try parser.bracketed { parser in
          var parts: [Pattern] = []
          repeat {
            if parser.at(.rightParenthesis) { break }
            parts.append(try parser.pattern())
          } while parser.accept(.comma)
          try parser.expect(.rightParenthesis, "after the names")
          return parts
        }
      }
      if parts.count == 1, let only = parts.first { return only }
      return .tuple(parts, range(from: start))
    case .keyword(let keyword):
      throw unexpected(
        "expected a name", help: "'\(keyword.rawValue)' is a word of the language")
    default:
      throw unexpected("expected a name")
    }
  }

  private mutating func forIn() throws -> Statement {
    let start = token.range
    advance()
    let pattern = try self.pattern()
    guard accept(.in) else { throw unexpected("expected 'in' after the names of 'for'") }
    let sequence = try condition()
    var filter: Expression?
    if case .identifier("where") = token.kind {
      advance()
      filter = try condition()
    }
    var body = try block("'for'")
    if let filter {
      // `for x in xs where c { … }` is `for x in xs { if c { … } }`.
      let conditional = try make(
        .conditional(condition: filter, then: body, otherwise: nil), from: filter.range)
      let statement = Statement(kind: .expression(conditional), range: filter.range)
      body = try bounded(Block([statement], body.range))
    }
    return Statement(kind: .forIn(pattern, sequence, body), range: range(from: start))
  }

  /// An expression before a block.
  mutating func condition() throws -> Expression {
    let saved = allowsTrailingClosure
    allowsTrailingClosure = false
    defer { allowsTrailingClosure = saved }
    return try expression()
  }

  /// `if … { } else if … { } else { }`.
  mutating func conditional() throws -> Expression {
    try nested { parser in
      let start = parser.token.range
      parser.advance()
      let condition = try parser.condition()
      let then = try parser.block("'if'")
      var otherwise: Block?
      if parser.accept(.else) {
        if parser.at(.if) {
          let start = parser.token.range
          let next = try parser.conditional()
          let statement = Statement(kind: .expression(next), range: next.range)
          otherwise = try parser.bounded(Block([statement], parser.range(from: start)))
        } else {
          otherwise = try parser.block("'else'")
        }
      }
      return try parser.make(
        .conditional(condition: condition, then: then, otherwise: otherwise), from: start)
    }
  }

  private mutating func function() throws -> Statement {
    let start = token.range
    advance()
    guard case .identifier(let name) = token.kind, name != "_" else {
      throw unexpected("expected the name of the function")
    }
    let nameRange = token.range
    advance()
    try expect(.leftParenthesis, "after the name of the function")
    let parameters = try bracketed { try $0.parameters() }
    if accept(.arrow) { try skipType() }
    anonymous.append(nil)
    defer { anonymous.removeLast() }
    let body = try block("'\(name)'")
    let function = FunctionSyntax(
      name: name, parameters: parameters, isAnonymous: false, body: body,
      range: range(from: start))
    return Statement(kind: .function(function, nameRange: nameRange), range: function.range)
  }

  /// Parameters up to and with the closing parenthesis: `x, label y: inout Int = 2, _ z`.
  private mutating func parameters() throws -> [ParameterSyntax] {
    var result: [ParameterSyntax] = []
    repeat {
      if at(.rightParenthesis) { break }
      let start = token.range
      let first = try word("a parameter")
      var parameter = ParameterSyntax(name: first, label: first, range: start)
      if case .identifier(let name) = token.kind {
        parameter.name = name
        parameter.label = first == "_" ? nil : first
        parameter.range = range(from: start)
        advance()
      } else if first == "_" {
        parameter.label = nil
      }
      if accept(.colon) {
        parameter.isInout = acceptInout()
        if !parameter.isInout || isAtType { try skipType() }
      }
      if accept(.assign) { parameter.initial = try expression() }
      if parameter.isInout, parameter.initial != nil {
        throw SyntaxError(
          message: "an 'inout' parameter has no default", range: range(from: start))
      }
      if parameter.name != "_", result.contains(where: { $0.name == parameter.name }) {
        throw SyntaxError(
          message: "two parameters are called '\(parameter.name)'", range: parameter.range)
      }
      result.append(parameter)
    } while accept(.comma)
    try expect(.rightParenthesis, "after the parameters")
    return result
  }

  /// A name where keywords may stand, such as a label.
  mutating func word(_ context: String) throws -> String {
    switch token.kind {
    case .identifier(let name):
      advance()
      return name
    case .keyword(let keyword):
      advance()
      return keyword.rawValue
    default:
      throw unexpected("expected \(context)")
    }
  }

  private mutating func acceptInout() -> Bool {
    guard case .identifier("inout") = token.kind else { return false }
    advance()
    return true
  }

  private var isAtType: Bool {
    switch token.kind {
    case .identifier, .symbol(.leftBracket), .symbol(.leftParenthesis): true
    default: false
    }
  }

  /// Passes over a type, which the language reads and does not use.
  mutating func skipType() throws {
    try nested { parser in
      switch parser.token.kind {
      case .identifier:
        parser.advance()
        while parser.accept(.dot) { _ = try parser.word("the name of a type") }
        if parser.accept(.less) {
          repeat { try parser.skipType() } while parser.accept(.comma)
          try parser.expect(.greater, "after the types")
        }
      case .symbol(.leftBracket):
        parser.advance()
        try parser.skipType()
        if parser.accept(.colon) { try parser.skipType() }
        try parser.expect(.rightBracket, "after the type")
      case .symbol(.leftParenthesis):
        parser.advance()
        repeat {
          if parser.at(.rightParenthesis) { break }
          if case .identifier = parser.token.kind, case .symbol(.colon) = parser.following.kind {
            parser.advance()
            parser.advance()
          }
          try parser.skipType()
        } while parser.accept(.comma)
        try parser.expect(.rightParenthesis, "after the types")
      default:
        throw parser.unexpected("expected a type")
      }
      while !parser.token.startsLine, parser.accept(.question) {}
      if parser.accept(.arrow) { try parser.skipType() }
    }
  }
}
