/// Builds the syntax tree by recursive descent with operator precedences.
///
/// It stops at the first error, or goes on with the next statement. Depth and height of the tree are bounded, so that neither this nor
/// anything that walks the tree can exhaust the native stack.
struct Parser {
  var tokens: [Token]
  var index = 0
  /// How deep the descent is.
  var depth = 0
  /// Inside parentheses and brackets a line end means nothing.
  var isInBrackets = false
  /// `if x { … }`: the brace begins the block, not a trailing closure.
  var allowsTrailingClosure = true
  /// The highest `$n` seen in each open closure; nil where the closure names its parameters.
  var anonymous: [Int?] = []
  /// Whether it goes on behind a statement with an error.
  var isRecovering = false
  var errors: [SyntaxError] = []
  /// Names in statements that were skipped, which may have defined them.
  var doubtfulNames: Set<String> = []
  /// The token at which the last error was reported.
  var lastError = -1

  static let maximumDepth = 200
  static let maximumHeight = 1000

  init(tokens: [Token]) { self.tokens = tokens }

  /// The statements of a whole text.
  static func program(of text: String) throws -> [Statement] {
    guard text.utf8.count < Int(Int32.max) else {
      throw SyntaxError(message: "the text is too long", range: .none)
    }
    var parser = Parser(tokens: try Lexer.tokens(of: text))
    let statements = try parser.statements()
    if case .end = parser.token.kind { return statements }
    throw parser.unexpected("expected a statement")
  }

  // The tokens always close with `end`, which is never passed.
  var token: Token { tokens[min(index, tokens.count - 1)] }
  var following: Token { tokens[min(index + 1, tokens.count - 1)] }
  var previousEnd: Int { index > 0 ? Int(tokens[index - 1].range.upper) : 0 }

  mutating func advance() { if index < tokens.count - 1 { index += 1 } }

  func at(_ symbol: Symbol) -> Bool {
    if case .symbol(let found) = token.kind { found == symbol } else { false }
  }

  func at(_ keyword: Keyword) -> Bool {
    if case .keyword(let found) = token.kind { found == keyword } else { false }
  }

  var isAtEnd: Bool { if case .end = token.kind { true } else { false } }

  mutating func accept(_ symbol: Symbol) -> Bool {
    guard at(symbol) else { return false }
    advance()
    return true
  }

  mutating func accept(_ keyword: Keyword) -> Bool {
    guard at(keyword) else { return false }
    advance()
    return true
  }

  /// - Parameter opening: The bracket that is to be closed, where that is what is expected.
  mutating func expect(
    _ symbol: Symbol, _ context: String, from opening: SourceRange = .none
  ) throws {
    guard !accept(symbol) else { return }
    var error = unexpected("expected '\(symbol.rawValue)' \(context)")
    // In the same line everybody sees it.
    if isAtEnd || token.startsLine { error.opening = opening }
    throw error
  }

  func range(from start: SourceRange) -> SourceRange {
    SourceRange(Int(start.lower), max(previousEnd, Int(start.lower)))
  }

  /// An error at the current token; at the end of the text, more text could help.
  func unexpected(_ message: String, help: String? = nil) -> SyntaxError {
    let original = message
    var message = message
    switch token.kind {
    case .end: message += ", but the text ends"
    case .symbol(let symbol): message += ", found '\(symbol.rawValue)'"
    case .keyword(let keyword): message += ", found '\(keyword.rawValue)'"
    case .identifier(let name): message += ", found '\(name)'"
    case .int, .double: message += ", found a number"
    case .string: message += ", found a string"
    case .anonymous(let number): message += ", found '$\(number)'"
    case .broken:
      return SyntaxError(message: message, range: token.range, isSilent: true)
    }
    var range = isAtEnd ? SourceRange(previousEnd, previousEnd) : token.range
    if token.startsLine, !isInBrackets, beginsStatement {
      // What is missing is missing in the line before.
      message = original + ", but the line ends"
      range = SourceRange(previousEnd, previousEnd)
    }
    return SyntaxError(
      message: message, range: range, help: help ?? hint, isIncomplete: isAtEnd)
  }

  /// Runs a descent one level deeper.
  mutating func nested<Result>(_ body: (inout Parser) throws -> Result) throws -> Result {
    guard depth < Parser.maximumDepth else { throw tooDeep(token.range) }
    depth += 1
    defer { depth -= 1 }
    return try body(&self)
  }

  func tooDeep(_ range: SourceRange) -> SyntaxError {
    SyntaxError(message: "this is nested too deeply", range: range)
  }

  func make(_ kind: Expression.Kind, from start: SourceRange) throws -> Expression {
    let expression = Expression(kind, range(from: start))
    guard expression.height < Parser.maximumHeight else { throw tooDeep(expression.range) }
    return expression
  }

  func bounded(_ block: Block) throws -> Block {
    guard block.height < Parser.maximumHeight else { throw tooDeep(block.range) }
    return block
  }

  /// Runs a descent inside brackets, where line ends mean nothing.
  mutating func bracketed<Result>(_ body: (inout Parser) throws -> Result) throws -> Result {
    let saved = (isInBrackets, allowsTrailingClosure)
    (isInBrackets, allowsTrailingClosure) = (true, true)
    defer { (isInBrackets, allowsTrailingClosure) = saved }
    return try body(&self)
  }
}
