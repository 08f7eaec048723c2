#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension LanguageFunctions {
  static var numeric: [NativeFunction] {
    let real: [(String, String, @Sendable (Double) -> Double)] = [
      (
        "round", "The nearest whole number; halves go to the even one.",
        { $0.rounded(.toNearestOrEven) }
      ),
      ("floor", "The next whole number below.", { $0.rounded(.down) }),
      ("ceil", "The next whole number above.", { $0.rounded(.up) }),
    ]
    let smooth: [(String, String, @Sendable (Double) -> Double)] = [
      ("sqrt", "The square root.", { $0.squareRoot() }),
      ("exp", "e to the power of a number.", { exp($0) }),
      ("log", "The natural logarithm.", { log($0) }),
      ("log1p", "log(1 + x), precise near 0.", { log1p($0) }),
      ("expm1", "exp(x) - 1, precise near 0.", { expm1($0) }),
      ("log2", "The logarithm to the base 2.", { log2($0) }),
      ("log10", "The logarithm to the base 10.", { log10($0) }),
      ("rsqrt", "1 / sqrt(x).", { 1 / $0.squareRoot() }),
      ("reciprocal", "1 / x, of an Int, too.", { 1 / $0 }),
      ("sin", "The sine of an angle in radians.", { sin($0) }),
      ("cos", "The cosine of an angle in radians.", { cos($0) }),
      ("tan", "The tangent of an angle in radians.", { tan($0) }),
      ("asin", "The angle in [-pi/2, pi/2] whose sine is x; NaN outside [-1, 1].", { asin($0) }),
      ("acos", "The angle in [0, pi] whose cosine is x; NaN outside [-1, 1].", { acos($0) }),
      ("atan", "The angle in [-pi/2, pi/2] whose tangent is x.", { atan($0) }),
      ("sinh", "The hyperbolic sine.", { sinh($0) }),
      ("cosh", "The hyperbolic cosine.", { cosh($0) }),
      ("tanh", "The hyperbolic tangent.", { tanh($0) }),
    ]
    let questions: [(String, String, @Sendable (Double) -> Bool)] = [
      ("isNaN", "Whether a number is NaN, no number.", { $0.isNaN }),
      ("isFinite", "Whether a number is neither infinite nor NaN.", { $0.isFinite }),
      ("isInfinite", "Whether a number is infinite, of either sign.", { $0.isInfinite }),
    ]
    let roundings = real.map { name, summary, function in
      NativeFunction("\(name)(_ x)", summary) { given, _ in
        if case .int(let whole) = given.value(0) { return .int(whole) }
        return .double(function(try given.double(0)))
      }
    }
    let functions = smooth.map { name, summary, function in
      NativeFunction("\(name)(_ x)", summary) { given, _ in
        .double(function(try given.double(0)))
      }
    }
    let answers = questions.map { name, summary, function in
      NativeFunction("\(name)(_ x)", summary) { given, _ in .bool(function(try given.double(0))) }
    }
    return roundings + functions + answers + [
      NativeFunction("pow(_ base, _ exponent)", "A number to the power of another.") { given, _ in
        .double(pow(try given.double(0), try given.double(1)))
      },
      NativeFunction("abs(_ x)", "A number without its sign.") { given, _ in
        try magnitude(given.value(0)) { given.fault($0, 0) }
      },
      NativeFunction("min(values...)", "The least of several values, or of a list.") {
        given, machine in
        try machine.extreme(try candidates(given, machine), .less)
      },
      NativeFunction("max(values...)", "The greatest of several values, or of a list.") {
        given, machine in
        try machine.extreme(try candidates(given, machine), .greater)
      },
    ]
  }

  static func magnitude(_ value: Value, _ fault: (String) -> Fault) throws -> Value {
    switch value {
    case .int(let number):
      guard let result = Int(exactly: number.magnitude) else {
        throw fault("abs(\(number)) is too large for an Int")
      }
      return .int(result)
    case .double(let number): return .double(number.magnitude)
    default: throw fault("expected a number, not \(article(value.kindName))")
    }
  }

  /// The values to choose from: all arguments, or the elements of the only one.
  private static func candidates(_ given: Given, _ machine: Machine) throws -> [Value] {
    let values = given.rest
    guard values.count == 1 else { return values }
    switch values[0] {
    case .list, .range: return try machine.elements(of: values[0])
    default: return values
    }
  }

  static var conversions: [NativeFunction] {
    [
      NativeFunction(
        "Int(_ x)", "A whole number from a number, whose fraction is dropped, or from text."
      ) { given, _ in
        switch given.value(0) {
        case .int(let number): return .int(number)
        case .bool(let flag): return .int(flag ? 1 : 0)
        case .double(let number):
          guard let result = Int(exactly: number.rounded(.towardZero)) else {
            throw given.fault("\(TextWriter.text(of: number)) does not fit an Int", 0)
          }
          return .int(result)
        default:
          if let text = given.value(0).string {
            guard let result = Int(text) else {
              throw given.fault("the text \(quoted(text)) is not an Int", 0)
            }
            return .int(result)
          }
          throw given.fault("no Int can be made of \(article(given.value(0).kindName))", 0)
        }
      },
      NativeFunction("Double(_ x)", "A Double from a number or from text.") { given, _ in
        switch given.value(0) {
        case .int(let number): return .double(Double(number))
        case .double(let number): return .double(number)
        default:
          if let text = given.value(0).string {
            guard let result = Double(text) else {
              throw given.fault("the text \(quoted(text)) is not a number", 0)
            }
            return .double(result)
          }
          throw given.fault("no Double can be made of \(article(given.value(0).kindName))", 0)
        }
      },
      NativeFunction("String(_ x)", "The text of a value, as print writes it.") {
        given, machine in
        .text(machine.text(of: given.value(0)))
      },
      NativeFunction("List(_ values)", "A list of the elements of a range, a string, …") {
        given, machine in
        .elements(try given.elements(0, machine))
      },
      NativeFunction("Array(_ values)", "Swift's name of List.") { given, machine in
        .elements(try given.elements(0, machine))
      },
    ]
  }

  private static func quoted(_ text: String) -> String {
    "\"\(text.prefix(40))\(text.count > 40 ? "…" : "")\""
  }
}

extension Machine {
  /// The first value to which all others stand in an order, such as the least.
  func extreme(_ values: [Value], _ operation: BinaryOperator) throws -> Value {
    guard var best = values.first else {
      throw Fault("an empty list has no \(operation == .less ? "least" : "greatest") element")
    }
    for value in values.dropFirst() {
      // NaN is the answer wherever it stands, as in a tensor.
      if try isOrdered(value, operation, best) || value.number?.isNaN == true { best = value }
      if best.number?.isNaN == true { break }
    }
    return best
  }

  /// Whether two values stand in an order.
  func isOrdered(_ left: Value, _ operation: BinaryOperator, _ right: Value) throws -> Bool {
    if case .int(let a) = left, case .int(let b) = right {
      return operation == .less ? a < b : a > b
    }
    if let a = left.string, let b = right.string { return operation == .less ? a < b : a > b }
    if let a = left.number, let b = right.number { return operation == .less ? a < b : a > b }
    if case .bool(let flag)? = try host?.binary(operation, left, right) { return flag }
    throw Fault(
      "\(article(left.kindName)) and \(article(right.kindName)) have no order")
  }
}
