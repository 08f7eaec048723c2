#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension Machine {
  /// A binary operator on any two values.
  func binary(
    _ operation: BinaryOperator, _ left: Value, _ right: Value, _ site: Site
  ) throws -> Value {
    switch (left, right) {
    case (.int(let a), .int(let b)):
      return try integers(operation, a, b, site)
    case (.int, .double), (.double, .int), (.double, .double):
      if let a = left.number, let b = right.number, let result = doubles(operation, a, b) {
        return result
      }
    case (.host, _), (_, .host):
      if let result = try hostBinary(operation, left, right, site) { return result }
    case (.list(let a), .list(let b)) where operation == .add:
      guard a.elements.count + b.elements.count <= Limits.elements else {
        throw Limits.tooManyElements(site)
      }
      return .elements(a.elements + b.elements)
    default:
      guard let a = left.string, let b = right.string else { break }
      if operation == .add {
        guard a.utf8.count + b.utf8.count <= Limits.bytes else { throw Limits.tooLong(site) }
        return .text(a + b)
      }
      if let result = Comparison.ordered(operation, a, b) { return .bool(result) }
    }
    switch operation {
    case .equal: return .bool(try areEqual(left, right, site))
    case .notEqual: return .bool(!(try areEqual(left, right, site)))
    default: break
    }
    // A list may stand for something of the host: `[1, 2] * 2`.
    if left.isList || right.isList,
      let result = try hostBinary(operation, left, right, site)
    {
      return result
    }
    throw meaningless(operation, left, right, site)
  }

  /// A binary operator whose errors name the variables on its sides.
  func binary(
    _ operation: BinaryOperator, _ left: Value, _ right: Value, _ node: BinaryNode
  ) throws -> Value {
    do {
      return try binary(operation, left, right, node.site)
    } catch {
      throw naming(error, [(node.left, left), (node.right, right)])
    }
  }

  private func hostBinary(
    _ operation: BinaryOperator, _ left: Value, _ right: Value, _ site: Site
  ) throws -> Value? {
    try locating(site) { try host?.binary(operation, left, right) }
  }

  private func meaningless(
    _ operation: BinaryOperator, _ left: Value, _ right: Value, _ site: Site
  ) -> Diagnostic {
    let sides = "\(article(left.kindName)) and \(article(right.kindName))"
    var help: String?
    let isText = left.isString || right.isString
    switch (operation, left, right) {
    case (.add, _, _) where isText: help = "a value is put in a string with \\( )"
    case (.multiply, _, .int) where isText, (.multiply, .int, _) where isText:
      help = "write text.repeated(count)"
    case (.add, .list, _) where !right.isList: help = "a list grows by a list: xs + [x]"
    case _ where isText && (left.number != nil || right.number != nil):
      help = "a number is read from text with Int(text) or Double(text)"
    default: break
    }
    return site.error("'\(operation.rawValue)' has no meaning between \(sides)", help: help)
  }

  private func integers(
    _ operation: BinaryOperator, _ a: Int, _ b: Int, _ site: Site
  ) throws -> Value {
    let result: (partialValue: Int, overflow: Bool)
    switch operation {
    case .add: result = a.addingReportingOverflow(b)
    case .subtract: result = a.subtractingReportingOverflow(b)
    case .multiply: result = a.multipliedReportingOverflow(by: b)
    case .divide, .remainder:
      guard b != 0 else {
        throw site.error("cannot divide \(a) by 0")
      }
      if operation == .divide {
        result = a.dividedReportingOverflow(by: b)
      } else {
        // The remainder by -1 is 0, also of Int.min.
        result = b == -1 ? (0, false) : a.remainderReportingOverflow(dividingBy: b)
      }
    case .power:
      guard b >= 0 else { return .double(pow(Double(a), Double(b))) }
      result = Machine.power(a, b)
    case .matmul:
      throw meaningless(operation, .int(a), .int(b), site)
    case .equal, .notEqual, .less, .lessEqual, .greater, .greaterEqual:
      return .bool(Comparison.ordered(operation, a, b) ?? false)
    }
    guard !result.overflow else {
      throw site.error(
        "\(a) \(operation.rawValue) \(b) is too large for an Int",
        help: "convert to Double first: Double(\(a))")
    }
    return .int(result.partialValue)
  }

  static func power(_ base: Int, _ exponent: Int) -> (partialValue: Int, overflow: Bool) {
    var result = 1
    var square = base
    var left = exponent
    while left > 0 {
      if left & 1 == 1 {
        let (product, overflow) = result.multipliedReportingOverflow(by: square)
        if overflow { return (0, true) }
        result = product
      }
      left >>= 1
      if left > 0 {
        let (product, overflow) = square.multipliedReportingOverflow(by: square)
        if overflow { return (0, true) }
        square = product
      }
    }
    return (result, false)
  }

  private func doubles(_ operation: BinaryOperator, _ a: Double, _ b: Double) -> Value? {
    switch operation {
    case .add: .double(a + b)
    case .subtract: .double(a - b)
    case .multiply: .double(a * b)
    case .divide: .double(a / b)
    case .remainder: .double(a.truncatingRemainder(dividingBy: b))
    case .power: .double(pow(a, b))
    case .matmul: nil
    default: Comparison.ordered(operation, a, b).map { .bool($0) }
    }
  }

  /// A prefix operator on any value.
  func unary(_ operation: UnaryOperator, _ operand: Value, _ site: Site) throws -> Value {
    switch (operation, operand) {
    case (.negate, .int(let value)):
      let (result, overflow) = 0.subtractingReportingOverflow(value)
      guard !overflow else { throw site.error("-(\(value)) is too large for an Int") }
      return .int(result)
    case (.negate, .double(let value)): return .double(-value)
    case (.not, .bool(let flag)): return .bool(!flag)
    case (_, .host), (_, .list):
      if let result = try locating(site, { try host?.unary(operation, operand) }) {
        return result
      }
    default: break
    }
    throw site.error(
      "'\(operation.rawValue)' has no meaning before \(article(operand.kindName))")
  }
}

extension Value {
  var isList: Bool { if case .list = self { true } else { false } }
}
