/// What the reference shows beside the builtins: types with their members, choices, and examples of
/// the language's own functions.
extension Library {
  /// A type of the library, with all that stands behind a dot on its values.
  public struct ValueType: Sendable {
    public let name: String
    public let properties: [(name: String, type: String, summary: String)]
    /// Functions that take such a value first, so that they may be called behind a dot.
    public let methods: [String]
  }

  public static var valueTypes: [ValueType] { types.map { valueType(of: $0) } }

  private static func valueType<T: BridgedPayload>(of type: T.Type) -> ValueType {
    // Some parameters take values of several types.
    let families = ["Network": ["Sequential", "IntegerNetwork"]]
    let methods = all.filter { builtin in
      guard let first = builtin.parameters.first, first.label == nil else { return false }
      let wanted = first.typeName.replacing("inout ", with: "").replacing("?", with: "")
      return wanted == T.payloadName || families[wanted]?.contains(T.payloadName) == true
    }
    return ValueType(
      name: T.payloadName,
      properties: T.properties.map { ($0.name, $0.typeName, $0.summary) },
      methods: methods.reduce(into: []) { if !$0.contains($1.name) { $0.append($1.name) } })
  }

  /// The types that are chosen by a leading dot, with their choices.
  public static var choices: [(type: String, names: [String])] {
    var found: [String: [String]] = [:]
    for parameter in all.flatMap(\.parameters) where !parameter.choices.isEmpty {
      let type = parameter.typeName.filter { !"[]?".contains($0) }
      found[type] = parameter.choices
    }
    return found.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  static let choiceNames = Set(choices.flatMap(\.names))

  /// A use of each function of the language.
  public static let languageExamples: [String: Example] = [
    "print": Example("print(1, \"two\", [3.0], separator: \" | \")", "1 | two | [3.0]"),
    "expect": Example("let x = 3\nexpect(x > 2, \"x is too small\")\nx", "3"),
    "error": Example(
      "func root(_ x) { if x < 0 { error(\"no root of \\(x)\") }\n  return sqrt(x) }\nroot(9)",
      "3.0"),
    "time": Example("time { (1...100).sum() }", "5050"),
    "type": Example("[type(1), type(1.5), type([1])]", "[\"Int\", \"Double\", \"List\"]"),
    "count": Example("count([1, 2, 3])", "3"),
    "zip": Example("zip([1, 2, 3], [\"a\", \"b\"])", "[(1, \"a\"), (2, \"b\")]"),
    "stride": Example("List(stride(from: 0, to: 10, by: 4))", "[0, 4, 8]"),
    "round": Example("[round(2.5), round(3.5), round(-0.6)]", "[2.0, 4.0, -1.0]"),
    "floor": Example("floor(-1.5)", "-2.0"),
    "ceil": Example("ceil(-1.5)", "-1.0"),
    "sqrt": Example("sqrt(16)", "4.0"),
    "exp": Example("exp(0)", "1.0"),
    "log": Example("log(1)", "0.0"),
    "log1p": Example("log1p(0)", "0.0"),
    "expm1": Example("expm1(0)", "0.0"),
    "log2": Example("log2(8)", "3.0"),
    "log10": Example("log10(1000)", "3.0"),
    "rsqrt": Example("rsqrt(4)", "0.5"),
    "reciprocal": Example("reciprocal(4)", "0.25"),
    "isNaN": Example("[isNaN(0 / 0.0), isNaN(1)]", "[true, false]"),
    "isFinite": Example("[isFinite(1), isFinite(inf)]", "[true, false]"),
    "isInfinite": Example("[isInfinite(1), isInfinite(-inf)]", "[false, true]"),
    "sin": Example("sin(0)", "0.0"),
    "cos": Example("cos(0)", "1.0"),
    "tan": Example("tan(0)", "0.0"),
    "asin": Example("asin(0)", "0.0"),
    "acos": Example("acos(1)", "0.0"),
    "atan": Example("atan(0)", "0.0"),
    "sinh": Example("sinh(0)", "0.0"),
    "cosh": Example("cosh(0)", "1.0"),
    "tanh": Example("tanh(0)", "0.0"),
    "pow": Example("pow(2, 10)", "1024.0"),
    "abs": Example("abs(-3)", "3"),
    "min": Example("min(3, 1, 2)", "1"),
    "max": Example("max([3, 1, 2])", "3"),
    "Int": Example("[Int(3.9), Int(\"12\")]", "[3, 12]"),
    "Double": Example("Double(\"1.5\")", "1.5"),
    "String": Example("String(1.5) + \"!\"", "\"1.5!\""),
    "List": Example("List(1...3)", "[1, 2, 3]"),
    "Array": Example("Array(\"abc\")", "[\"a\", \"b\", \"c\"]"),
  ]
}
