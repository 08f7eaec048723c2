extension Parser {
  /// A literal, a name, or something between brackets.
  mutating func primary() throws -> Expression {
    let start = token.range
    switch token.kind {
    case .int(let magnitude):
      guard let value = Int(exactly: magnitude) else {
        throw SyntaxError(
          message: "the number \(magnitude) is too large for an Int", range: start,
          help: "write \(magnitude).0 for a Double")
      }
      advance()
      return try make(.int(value), from: start)
    case .double(let value):
      advance()
      return try make(.double(value), from: start)
    case .string(let segments):
      advance()
      return try make(.string(try segments.map { try piece($0) }), from: start)
    case .identifier(let name):
      advance()
      return try make(.name(name), from: start)
    case .anonymous(let number):
      return try anonymousArgument(number)
    case .keyword(.true), .keyword(.false):
      let value = at(.true)
      advance()
      return try make(.bool(value), from: start)
    case .keyword(.nil):
      advance()
      return try make(.none, from: start)
    case .keyword(.if):
      return try conditional()
    case .symbol(.leftParenthesis):
      return try parenthesized()
    case .symbol(.leftBracket):
      return try listOrDictionary()
    case .symbol(.leftBrace):
      return try closure()
    case .symbol(.dot):
      return try choice()
    default:
      throw unexpected("expected a value")
    }
  }

  private mutating func anonymousArgument(_ number: Int) throws -> Expression {
    let start = token.range
    guard let last = anonymous.indices.last, let highest = anonymous[last] else {
      throw SyntaxError(
        message: anonymous.isEmpty
          ? "'$\(number)' stands only in a closure"
          : "'$\(number)' cannot stand where the parameters have names",
        range: start)
    }
    anonymous[last] = max(highest, number)
    advance()
    return try make(.anonymous(number), from: start)
  }

  private mutating func piece(_ segment: StringSegment) throws -> Expression.Piece {
    switch segment {
    case .text(let text):
      return .text(text)
    case .interpolation(let tokens):
      do {
        return .value(try values(of: tokens))
      } catch var error as SyntaxError {
        // The tokens end with the interpolation: more text behind it would not help.
        error.isIncomplete = false
        throw error
      }
    }
  }

  /// The value between `\(` and `)` and its format.
  private mutating func values(of tokens: [Token]) throws -> [ArgumentSyntax] {
    var parser = Parser(tokens: tokens)
    parser.depth = depth + 1
    parser.anonymous = anonymous
    parser.isInBrackets = true
    let arguments = try parser.nested { parser in
      var result: [ArgumentSyntax] = []
      repeat {
        result.append(contentsOf: try parser.oneArgument())
      } while parser.accept(.comma)
      return result
    }
    guard parser.isAtEnd else {
      throw parser.unexpected("expected ')' after the value in the string")
    }
    anonymous = parser.anonymous
    return arguments
  }

  private mutating func oneArgument() throws -> [ArgumentSyntax] {
    if isAtEnd {
      throw SyntaxError(message: "a value is missing in '\\()'", range: token.range)
    }
    var label: String?
    var labelRange = SourceRange.none
    if case .identifier(let name) = token.kind, case .symbol(.colon) = following.kind {
      label = name
      labelRange = token.range
      advance()
      advance()
    }
    let value = try expression()
    return [
      ArgumentSyntax(
        label: label, expression: value, range: value.range, labelRange: labelRange)
    ]
  }

  /// `.name` or `.name(arguments)`.
  private mutating func choice() throws -> Expression {
    let start = token.range
    advance()
    let name = try word("a name after '.'")
    var arguments: [ArgumentSyntax] = []
    if at(.leftParenthesis), !token.startsLine { arguments = try self.arguments() }
    if let argument = arguments.first(where: \.isInout) {
      throw SyntaxError(message: "a choice does not change its arguments", range: argument.range)
    }
    return try make(.choice(name, arguments), from: start)
  }

  /// A group or a tuple.
  private mutating func parenthesized() throws -> Expression {
    let start = token.range
    let elements = try arguments("after the value")
    if let element = elements.first(where: \.isInout) {
      throw SyntaxError(message: "a tuple holds values, not '&'", range: element.range)
    }
    if elements.count == 1, let only = elements.first, only.label == nil {
      return try make(.group(only.expression), from: start)
    }
    return try make(.tuple(elements), from: start)
  }

  private mutating func listOrDictionary() throws -> Expression {
    let start = token.range
    advance()
    return try bracketed { parser in
      if parser.at(.colon), case .symbol(.rightBracket) = parser.following.kind {
        parser.advance()
        parser.advance()
        return try parser.make(.dictionary([]), from: start)
      }
      var elements: [Expression] = []
      var entries: [(key: Expression, value: Expression)] = []
      repeat {
        if parser.at(.rightBracket) { break }
        let element = try parser.expression()
        if elements.isEmpty, parser.accept(.colon) {
          entries.append((element, try parser.expression()))
        } else if !entries.isEmpty {
          throw parser.unexpected("expected ':' after the key")
        } else {
          elements.append(element)
        }
      } while parser.accept(.comma)
      try parser.expect(
        .rightBracket, entries.isEmpty ? "after the list" : "after the dictionary",
        from: start)
      return try parser.make(
        entries.isEmpty ? .list(elements) : .dictionary(entries), from: start)
    }
  }

  /// `{ x, y in … }`, `{ (x, y) in … }` or `{ $0 + $1 }`.
  mutating func closure() throws -> Expression {
    let start = token.range
    let saved = (isInBrackets, allowsTrailingClosure)
    (isInBrackets, allowsTrailingClosure) = (false, true)
    defer { (isInBrackets, allowsTrailingClosure) = saved }
    return try nested { parser in
      parser.advance()
      let named = try parser.closureParameters()
      parser.anonymous.append(named == nil ? -1 : nil)
      defer { parser.anonymous.removeLast() }
      let statements = try parser.statements()
      let highest = parser.anonymous.last.flatMap { $0 } ?? -1
      try parser.expect(.rightBrace, "to end the closure", from: start)
      let body = try parser.bounded(Block(statements, parser.range(from: start)))
      let anonymous = (0..<(highest + 1)).map {
        ParameterSyntax(name: "$\($0)", label: nil, range: start)
      }
      let function = FunctionSyntax(
        name: "", parameters: named ?? anonymous, isAnonymous: named == nil, body: body,
        range: parser.range(from: start))
      return try parser.make(.closure(function), from: start)
    }
  }

  /// The names before `in`; nil, and nothing read, when the closure has none.
  private mutating func closureParameters() throws -> [ParameterSyntax]? {
    let start = index
    let isParenthesized = accept(.leftParenthesis)
    var parameters: [ParameterSyntax] = []
    while case .identifier(let name) = token.kind {
      parameters.append(ParameterSyntax(name: name, label: nil, range: token.range))
      advance()
      if isParenthesized, accept(.colon) {
        guard (try? skipType()) != nil else { break }
      }
      guard accept(.comma) else { break }
    }
    if !isParenthesized || accept(.rightParenthesis) {
      if at(.arrow) {
        advance()
        _ = try? skipType()
      }
      if !parameters.isEmpty || isParenthesized, accept(.in) {
        for (position, parameter) in parameters.enumerated() where parameter.name != "_" {
          if parameters[..<position].contains(where: { $0.name == parameter.name }) {
            throw SyntaxError(
              message: "two parameters are called '\(parameter.name)'", range: parameter.range)
          }
        }
        return parameters
      }
    }
    index = start
    return nil
  }
}
