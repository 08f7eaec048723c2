import Testing

@testable import Language

/// Writes a tree with all its parentheses.
private func shape(_ expression: Expression) -> String {
  func list(_ arguments: [ArgumentSyntax]) -> String {
    arguments.map { argument in
      (argument.label.map { "\($0): " } ?? "") + (argument.isInout ? "&" : "")
        + shape(argument.expression)
    }.joined(separator: ", ")
  }
  switch expression.kind {
  case .int(let value): return "\(value)"
  case .double(let value): return "\(value)"
  case .bool(let value): return "\(value)"
  case .none: return "nil"
  case .string: return "\"…\""
  case .name(let name): return name
  case .anonymous(let number): return "$\(number)"
  case .choice(let name, let arguments): return ".\(name)(\(list(arguments)))"
  case .list(let elements): return "[\(elements.map(shape).joined(separator: ", "))]"
  case .dictionary(let entries):
    return "[\(entries.map { "\(shape($0.key)): \(shape($0.value))" }.joined(separator: ", "))]"
  case .tuple(let elements): return "(\(list(elements)))"
  case .group(let inner): return shape(inner)
  case .prefix(let operation, let operand): return "(\(operation.rawValue)\(shape(operand)))"
  case .binary(let operation, let left, let right):
    return "(\(shape(left)) \(operation.rawValue) \(shape(right)))"
  case .logical(let isAnd, let left, let right):
    return "(\(shape(left)) \(isAnd ? "&&" : "||") \(shape(right)))"
  case .ternary(let condition, let then, let otherwise):
    return "(\(shape(condition)) ? \(shape(then)) : \(shape(otherwise)))"
  case .range(let lower, let upper, let isClosed):
    return "(\(lower.map(shape) ?? "")\(isClosed ? "..." : "..<")\(upper.map(shape) ?? ""))"
  case .member(let base, let name, _): return "\(shape(base)).\(name)"
  case .position(let base, let position): return "\(shape(base)).\(position)"
  case .element(let base, let arguments): return "\(shape(base))[\(list(arguments))]"
  case .call(let callee, let arguments): return "\(shape(callee))(\(list(arguments)))"
  case .closure(let function):
    return "{\(function.parameters.map(\.name).joined(separator: ","))}"
  case .conditional: return "if"
  }
}

@Suite struct ParserTests {
  private func shapes(_ text: String) throws -> [String] {
    try Parser.program(of: text).map { statement in
      if case .expression(let expression) = statement.kind { return shape(expression) }
      return "statement"
    }
  }

  @Test(arguments: [
    ("1 + 2 * 3 - 4", "((1 + (2 * 3)) - 4)"),
    ("2 ** 3 ** 2 * 4", "((2 ** (3 ** 2)) * 4)"),
    ("-x ** 2", "((-x) ** 2)"),
    ("a @ b + c", "((a @ b) + c)"),
    ("a || b && c == d", "(a || (b && (c == d)))"),
    ("a ? b : c ? d : e", "(a ? b : (c ? d : e))"),
    ("0..<n + 1", "(0..<(n + 1))"),
    ("x[1..., ...2, ...]", "x[(1...), (...2), (...)]"),
    ("x[-1][a, b: 2]", "x[-1][a, b: 2]"),
    ("f(&x, label: .half) { $1 }", "f(&x, label: .half(), {$0,$1})"),
    ("net.fit(x).count", "net.fit(x).count"),
    ("t.0.1", "t.0.1"),
    ("!a == b", "((!a) == b)"),
    ("x.map { a, b in a }", "x.map({a,b})"),
    ("[a: 1, b: 2]", "[a: 1, b: 2]"),
    ("(a, n: b)", "(a, n: b)"),
    ("xs.for(in: 2)", "xs.for(in: 2)"),
  ])
  func bindsAsSwiftDoes(_ text: String, _ expected: String) throws {
    #expect(try shapes(text) == [expected])
  }

  @Test func lineEndsAsInSwift() throws {
    #expect(try shapes("a\n-b") == ["a", "(-b)"])
    #expect(try shapes("a\n- b") == ["(a - b)"])
    #expect(try shapes("a -\nb") == ["(a - b)"])
    #expect(try shapes("a\n.b\n.c()") == ["a.b.c()"])
    #expect(try shapes("f\n(x)") == ["f", "x"])
    #expect(try shapes("x\n[1]") == ["x", "[1]"])
    #expect(try shapes("(a\n-b)") == ["(a - b)"])
    #expect(try shapes("a; b") == ["a", "b"])
  }

  @Test(arguments: [
    "let x = 1", "f()", "", "// only a comment", "if a { }", "\"abc\"", "a\n\n", "#!x\nlet a = 1",
  ])
  func complete(_ text: String) { #expect(completeness(of: text) == .complete) }

  @Test(arguments: [
    "for x in xs {", "let x =", "f(1,", "[1, 2", "1 +", "func f()", "if a", "\"\"\"\nabc", "/* a",
    "x.", "{ a in", "a ? b", "func f(x", "while", "let", "[1:", "a &&", "\"\"\"", "return {",
    "\"\"\"\n\\(f(1\n",
  ])
  func incomplete(_ text: String) { #expect(completeness(of: text) == .incomplete) }

  @Test(arguments: [
    "let 1 = 2", "\"abc", ")", "f(]", "a b", "1 < 2 < 3", "\"\\(1 +)\"", "x = = 2", "}", "$0",
    "let x: = 2", "func 1()", "a[]", "\"\\()\"",
  ])
  func invalid(_ text: String) { #expect(completeness(of: text) == .invalid) }

  @Test func depthIsBounded() {
    for text in [
      String(repeating: "(", count: 20_000), String(repeating: "[", count: 20_000),
      String(repeating: "-", count: 20_000) + "1", String(repeating: "{", count: 20_000),
      String(repeating: "1 + ", count: 20_000) + "1",
      "x" + String(repeating: ".a", count: 20_000),
      "x" + String(repeating: "[0]", count: 20_000),
      String(repeating: "if a { } else ", count: 20_000) + "{ }",
      "let x: " + String(repeating: "[", count: 20_000),
      String(repeating: "2 ** ", count: 20_000) + "2",
      String(repeating: "\"\\(", count: 20_000),
    ] {
      #expect(completeness(of: text) == .invalid, "\(text.prefix(20))")
    }
  }
}
