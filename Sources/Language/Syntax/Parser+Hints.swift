/// What someone may have meant who knows another language.
enum Hints {
  /// Words that other languages have, where a statement goes wrong at them or right behind them.
  static let words: [String: String] = [
    "and": "write '&&'", "or": "write '||'", "not": "write '!' before the condition",
    "elif": "write 'else if'", "elseif": "write 'else if'",
    "then": "a block stands between { and }",
    "def": "a function is defined with 'func'", "function": "a function is defined with 'func'",
    "fn": "a function is defined with 'func'", "fun": "a function is defined with 'func'",
    "lambda": "a closure is written { x in x + 1 }", "const": "write 'let'",
    "import": "everything is there already; nothing has to be imported",
    "from": "everything is there already; nothing has to be imported",
    "struct": "there are no types to define; use a tuple or a dictionary",
    "class": "there are no types to define; use a tuple or a dictionary",
    "enum": "there are no types to define; use a choice such as .name",
    "switch": "write 'if' and 'else if'", "case": "write 'if' and 'else if'",
    "guard": "write 'if' with the condition turned round",
    "repeat": "write 'while true { … if done { break } }'", "do": "write the statements alone",
    "try": "an error stops the cell; nothing has to be tried",
    "mod": "the remainder is written %", "div": "between two Ints / drops the fraction",
    "is": "compare with ==, or ask type(x)", "end": "a block ends with }",
    "pass": "an empty block is { }", "print": "the arguments stand between parentheses: print(x)",
  ]

  /// Names that other languages have, for the message that a name is unknown.
  static let names: [String: String] = [
    "range": "to count, write 0..<n", "len": "write x.count", "length": "write x.count",
    "size": "write x.count", "str": "write String(x) or \"\\(x)\"", "int": "write Int(x)",
    "float": "write Double(x)", "Float": "write Double(x)", "list": "write List(x)",
    "True": "write 'true'", "False": "write 'false'", "None": "write 'nil'",
    "null": "write 'nil'", "undefined": "write 'nil'", "self": "there are no types with methods",
    "println": "write print(x)", "printf": "write print(\"… \\(x)\")", "echo": "write print(x)",
    "np": "write the function alone, without 'np.'", "torch": "write the function alone",
    "math": "write the function alone, without 'math.'", "exit": "end with Ctrl-D",
    "enumerate": "write xs.enumerated()", "sorted": "write xs.sorted()",
    "map": "write xs.map { … }",
    "filter": "write xs.filter { … }", "reduce": "write xs.reduce(0) { $0 + $1 }",
    "sum": "write xs.sum()", "input": "a program cannot ask; change a value in the cell",
    "assert": "write expect(condition, \"message\")", "raise": "write error(\"message\")",
    "throw": "write error(\"message\")", "inf": "write Double.infinity", "nan": "write Double.nan",
    "PI": "write Double.pi", "pi": "write Double.pi", "append": "write xs.append(x)",
  ]
}

extension Parser {
  /// Advice for a statement that goes wrong at the current token; nil where nothing is certain.
  var hint: String? {
    if case .identifier(let name) = token.kind, let hint = Hints.words[name], name != "print" {
      return hint
    }
    let previous = index > 0 ? tokens[index - 1] : nil
    if !token.startsLine, case .identifier(let name)? = previous?.kind,
      let hint = Hints.words[name]
    {
      return hint
    }
    if isTwice(.plus, before: index) { return "write x += 1" }
    if at(.assign), case .symbol(.greater) = following.kind {
      return "a closure is written { x in x + 1 }"
    }
    return nil
  }

  private func isTwice(_ symbol: Symbol, before index: Int) -> Bool {
    guard index >= 2, case .symbol(symbol) = tokens[index - 1].kind,
      case .symbol(symbol) = tokens[index - 2].kind
    else { return false }
    return true
  }
}
