/// What can be read of a text that may have errors.
struct RecoveredProgram {
  /// The statements without an error.
  var statements: [Statement]
  /// The errors in the order of the text, at most ten.
  var errors: [SyntaxError]
  /// Names in the statements that were skipped: these may have been defined there.
  var doubtfulNames: Set<String>

  static let maximumErrors = 10
}

extension Parser {
  /// Reads a text to its end and collects its errors.
  ///
  /// A statement with an error is skipped as a whole: what was meant is anybody's guess, and a guess
  /// would report errors that are none.
  static func recoveredProgram(of text: String) -> RecoveredProgram {
    guard text.utf8.count < Int(Int32.max) else {
      let error = SyntaxError(message: "the text is too long", range: .none)
      return RecoveredProgram(statements: [], errors: [error], doubtfulNames: [])
    }
    var lexer = Lexer(text, isRecovering: true)
    guard let tokens = try? lexer.tokens(untilParenthesis: false) else {
      return RecoveredProgram(statements: [], errors: lexer.errors, doubtfulNames: [])
    }
    var parser = Parser(tokens: tokens)
    parser.isRecovering = true
    var statements: [Statement] = []
    while true {
      // Errors are collected inside; what is left here is a brace too many.
      statements += (try? parser.statements()) ?? []
      if parser.isAtEnd { break }
      parser.report(parser.unexpected("expected a statement"))
      parser.advance()
    }
    let errors = (lexer.errors + parser.errors).sorted { $0.range.lower < $1.range.lower }
    return RecoveredProgram(
      statements: statements, errors: Array(errors.prefix(RecoveredProgram.maximumErrors)),
      doubtfulNames: parser.doubtfulNames)
  }

  /// Notes an error, unless it only follows from one before.
  mutating func report(_ error: SyntaxError) {
    defer { lastError = index }
    guard !error.isSilent, index != lastError else { return }
    errors.append(error)
  }

  /// Goes to the token after a statement that has an error.
  mutating func skipStatement(from start: Int) {
    let errorIndex = index
    var open = 0
    var braces = 0
    index = start
    while !isAtEnd {
      if index > start, index >= errorIndex, braces == 0, token.startsLine,
        open == 0 || beginsStatement
      {
        break
      }
      if case .identifier(let name) = token.kind { doubtfulNames.insert(name) }
      switch token.kind {
      case .symbol(.leftParenthesis), .symbol(.leftBracket): open += 1
      case .symbol(.rightParenthesis), .symbol(.rightBracket): open = max(0, open - 1)
      case .symbol(.leftBrace):
        braces += 1
      case .symbol(.rightBrace):
        if braces == 0 { return }
        braces -= 1
      case .symbol(.semicolon) where braces == 0 && open == 0 && index >= errorIndex: return
      default: break
      }
      advance()
    }
  }

  /// Whether a statement surely begins here, whatever brackets are open.
  var beginsStatement: Bool {
    switch token.kind {
    case .keyword(.let), .keyword(.var), .keyword(.func), .keyword(.for), .keyword(.while),
      .keyword(.return), .keyword(.break), .keyword(.continue):
      true
    default: false
    }
  }
}
