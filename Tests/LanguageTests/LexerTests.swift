import Testing

@testable import Language

@Suite struct LexerTests {
  private func kinds(_ text: String) throws -> [String] {
    try Lexer.tokens(of: text).map { token in
      switch token.kind {
      case .identifier(let name): "name \(name)"
      case .keyword(let keyword): "word \(keyword.rawValue)"
      case .int(let value): "int \(value)"
      case .double(let value): "double \(value)"
      case .string(let segments): "string \(segments.count)"
      case .anonymous(let number): "$\(number)"
      case .symbol(let symbol): symbol.rawValue
      case .broken: "broken"
      case .end: "end"
      }
    }
  }

  @Test func longestSignWins() throws {
    #expect(
      try kinds("a**=b ... ..< -> == = !=") == [
        "name a", "**=", "name b", "...", "..<", "->", "==", "=", "!=", "end",
      ])
  }

  @Test func rangesAndMembersAreNotFractions() throws {
    #expect(try kinds("1...3") == ["int 1", "...", "int 3", "end"])
    #expect(try kinds("1.5.x") == ["double 1.5", ".", "name x", "end"])
    #expect(try kinds("t.0.1") == ["name t", ".", "int 0", ".", "int 1", "end"])
    #expect(try kinds("1e3 0x1f 1_0") == ["double 1000.0", "int 31", "int 10", "end"])
  }

  @Test func commentsNestAndCountLines() throws {
    let tokens = try Lexer.tokens(of: "a /* /* \n */ */ b // c\nd")
    #expect(tokens.map(\.startsLine) == [true, true, true, false])
  }

  @Test func interpolationsHoldTheirTokens() throws {
    let tokens = try Lexer.tokens(of: #""a \(f("x)", (1))) b""#)
    guard case .string(let segments) = tokens[0].kind, segments.count == 3,
      case .interpolation(let inner) = segments[1]
    else {
      Issue.record("expected three segments")
      return
    }
    #expect(inner.count == 9)
  }

  @Test func rangesAreOffsetsInTheText() throws {
    let text = "é = \"ü\" + x"
    let bytes = Array(text.utf8)
    let words = try Lexer.tokens(of: text).map { token in
      String(
        decoding: bytes[Int(token.range.lower)..<Int(token.range.upper)], as: UTF8.self)
    }
    #expect(words == ["é", "=", "\"ü\"", "+", "x", ""])
  }

  @Test(arguments: [
    "\"abc", "'a'", "\"\\q\"", "1abc", "0x", "$x", "99999999999999999999", "1e999", "\"\"\"x\"\"\"",
    "\"\\u{110000}\"", "#", "“a”", "\"\"\"\n  a\n b\n  \"\"\"",
  ])
  func refuses(_ text: String) {
    #expect(throws: SyntaxError.self) { try Lexer.tokens(of: text) }
  }
}
