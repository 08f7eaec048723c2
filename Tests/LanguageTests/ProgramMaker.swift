/// Writes random programs that are mostly right, so that they reach deep into the evaluator.
struct ProgramMaker {
  var generator: Generator
  private var names: [String] = []
  private var depth = 0

  init(seed: UInt64) { generator = Generator(state: seed) }

  private mutating func pick<T>(_ options: [T]) -> T {
    options[Int.random(in: 0..<options.count, using: &generator)]
  }

  mutating func program() -> String {
    names = []
    return (0..<Int.random(in: 1...8, using: &generator)).map { _ in statement() }
      .joined(separator: "\n")
  }

  private mutating func block() -> String {
    depth += 1
    defer { depth -= 1 }
    let outer = names
    defer { names = outer }
    let count = depth > 3 ? 1 : Int.random(in: 0...3, using: &generator)
    return "{ " + (0..<count).map { _ in statement() }.joined(separator: "; ") + " }"
  }

  private mutating func newName() -> String {
    let name = pick(["a", "b", "c", "xs", "f", "n", "t", "d"]) + "\(names.count)"
    names.append(name)
    return name
  }

  private mutating func statement() -> String {
    switch Int.random(in: 0..<(depth > 3 ? 5 : 14), using: &generator) {
    case 0, 1:
      let value = expression()
      return "\(pick(["let", "var", "var"])) \(newName()) = \(value)"
    case 2: return "print(\(expression()), \(expression()))"
    case 3: return "\(place()) \(pick(["=", "+=", "-=", "*=", "/=", "%="])) \(expression())"
    case 4: return expression()
    case 5: return "if \(condition()) \(block()) else \(block())"
    case 6:
      let sequence = expression()
      let name = newName()
      return "for \(name) in \(sequence) \(block())"
    case 7: return "while \(condition()) \(block())"
    case 8:
      let name = newName()
      let parameter = newName()
      return "func \(name)(\(parameter)\(pick(["", " = 1", ": inout"]))) \(block())"
    case 9: return "let (\(newName()), \(newName())) = (\(expression()), \(expression()))"
    case 10: return pick(["break", "continue", "return", "return \(expression())"])
    case 11: return "\(place()).\(pick(["append", "remove", "insert", "sort"]))(\(expression()))"
    case 12: return "expect(\(condition()), \(expression()))"
    default: return "for i in \(number())..<\(number()) where \(condition()) \(block())"
    }
  }

  private mutating func name() -> String {
    names.isEmpty ? pick(["print", "min", "Int", "makeCounter"]) : pick(names)
  }

  private mutating func place() -> String {
    switch Int.random(in: 0..<4, using: &generator) {
    case 0: "\(name())[\(expression())]"
    case 1: "\(name()).\(pick(["0", "1", "x", "count"]))"
    default: name()
    }
  }

  private mutating func number() -> String {
    pick(["0", "1", "2", "3", "-1", "10", "2.5", "Int.max", "Int.min", "1e300", "100000"])
  }

  private mutating func condition() -> String {
    "\(expression()) \(pick(["<", "==", ">=", "!=", "&&", "||"])) \(expression())"
  }

  private mutating func expression() -> String {
    depth += 1
    defer { depth -= 1 }
    switch Int.random(in: 0..<(depth > 5 ? 4 : 20), using: &generator) {
    case 0, 1: return number()
    case 2: return name()
    case 3: return pick(["\"text\"", "true", "nil", "[]", "[:]", ".choice", "\"é😀\"", "1...3"])
    case 4, 5:
      return "(\(expression()) \(pick(["+", "-", "*", "/", "%", "**", "@"])) \(expression()))"
    case 6: return "[\(expression()), \(expression())]"
    case 7: return "[\"k\": \(expression()), 2: \(expression())]"
    case 8: return "(\(expression()), x: \(expression()))"
    case 9: return "\(expression())[\(expression())]"
    case 10: return "\"v \\(\(expression()), digits: 2)\""
    case 11: return "(\(condition()) ? \(expression()) : \(expression()))"
    case 12: return "{ \(newName()) in \(expression()) }"
    case 13: return "\(name())(\(pick(["", "&"]))\(expression()))"
    case 14:
      let method = pick([
        "map", "filter", "sorted", "reversed", "contains", "prefix", "first", "count", "joined",
        "min", "sum", "split", "repeated", "uppercased", "mapValues", "zip", "bump",
      ])
      return "\(expression()).\(method)(\(pick(["", expression()])))"
    case 15: return "\(expression()).map { $0 \(pick(["+", "*", "/"])) \(expression()) }"
    case 16:
      return
        "\(pick(["min", "max", "abs", "zip", "List", "String", "count", "type"]))(\(expression()))"
    case 17: return "(\(number())\(pick(["...", "..<"]))\(number()))"
    case 18: return "\(expression())[\(number())...\(number())]"
    default: return "if \(condition()) { \(expression()) } else { \(expression()) }"
    }
  }
}
