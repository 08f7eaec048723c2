/// `+`, with the way for two numbers of one kind straight in the node.
final class Add: Node {
  let left: Node
  let right: Node
  init(_ left: Node, _ right: Node, _ site: Site) {
    self.left = left
    self.right = right
    super.init(site)
  }
  override func eval(_ frame: Frame, _ machine: Machine) throws -> Value {
    let left = try left.eval(frame, machine)
    let right = try right.eval(frame, machine)
    switch (left, right) {
    case (.int(let a), .int(let b)):
      let (sum, overflow) = a.addingReportingOverflow(b)
      if !overflow { return .int(sum) }
    case (.double(let a), .double(let b)): return .double(a + b)
    default: break
    }
    return try machine.binary(.add, left, right, site)
  }
}

/// `-` between two values.
final class Subtract: Node {
  let left: Node
  let right: Node
  init(_ left: Node, _ right: Node, _ site: Site) {
    self.left = left
    self.right = right
    super.init(site)
  }
  override func eval(_ frame: Frame, _ machine: Machine) throws -> Value {
    let left = try left.eval(frame, machine)
    let right = try right.eval(frame, machine)
    switch (left, right) {
    case (.int(let a), .int(let b)):
      let (difference, overflow) = a.subtractingReportingOverflow(b)
      if !overflow { return .int(difference) }
    case (.double(let a), .double(let b)): return .double(a - b)
    default: break
    }
    return try machine.binary(.subtract, left, right, site)
  }
}

/// `*`.
final class Multiply: Node {
  let left: Node
  let right: Node
  init(_ left: Node, _ right: Node, _ site: Site) {
    self.left = left
    self.right = right
    super.init(site)
  }
  override func eval(_ frame: Frame, _ machine: Machine) throws -> Value {
    let left = try left.eval(frame, machine)
    let right = try right.eval(frame, machine)
    switch (left, right) {
    case (.int(let a), .int(let b)):
      let (product, overflow) = a.multipliedReportingOverflow(by: b)
      if !overflow { return .int(product) }
    case (.double(let a), .double(let b)): return .double(a * b)
    default: break
    }
    return try machine.binary(.multiply, left, right, site)
  }
}

/// The other arithmetic operators: `/ % ** @`.
final class Arithmetic: Node {
  let operation: BinaryOperator
  let left: Node
  let right: Node
  init(_ operation: BinaryOperator, _ left: Node, _ right: Node, _ site: Site) {
    self.operation = operation
    self.left = left
    self.right = right
    super.init(site)
  }
  override func eval(_ frame: Frame, _ machine: Machine) throws -> Value {
    let left = try left.eval(frame, machine)
    let right = try right.eval(frame, machine)
    return try machine.binary(operation, left, right, site)
  }
}

/// `== != < <= > >=`.
final class Comparison: Node {
  let operation: BinaryOperator
  let left: Node
  let right: Node
  init(_ operation: BinaryOperator, _ left: Node, _ right: Node, _ site: Site) {
    self.operation = operation
    self.left = left
    self.right = right
    super.init(site)
  }

  override func eval(_ frame: Frame, _ machine: Machine) throws -> Value {
    let left = try left.eval(frame, machine)
    let right = try right.eval(frame, machine)
    return try compare(left, right, machine)
  }

  func compare(_ left: Value, _ right: Value, _ machine: Machine) throws -> Value {
    if let result = Comparison.numbers(operation, left, right) { return .bool(result) }
    return try machine.binary(operation, left, right, site)
  }

  override func condition(_ frame: Frame, _ machine: Machine) throws -> Bool {
    let left = try left.eval(frame, machine)
    let right = try right.eval(frame, machine)
    if let result = Comparison.numbers(operation, left, right) { return result }
    let result = try machine.binary(operation, left, right, site)
    guard case .bool(let flag) = result else {
      throw site.error("a condition is a Bool, not \(article(result.typeName))")
    }
    return flag
  }

  /// Compares two numbers of one kind; nil for everything else.
  @inline(__always)
  private static func numbers(
    _ operation: BinaryOperator, _ left: Value, _ right: Value
  ) -> Bool? {
    switch (left, right) {
    case (.int(let left), .int(let right)): ordered(operation, left, right)
    case (.double(let left), .double(let right)): ordered(operation, left, right)
    default: nil
    }
  }

  @inline(__always)
  static func ordered<T: Comparable>(
    _ operation: BinaryOperator, _ left: T, _ right: T
  ) -> Bool? {
    switch operation {
    case .equal: left == right
    case .notEqual: left != right
    case .less: left < right
    case .lessEqual: left <= right
    case .greater: left > right
    case .greaterEqual: left >= right
    default: nil
    }
  }
}

/// `-x` and `!x`.
final class Prefix: Node {
  let operation: UnaryOperator
  let operand: Node
  init(_ operation: UnaryOperator, _ operand: Node, _ site: Site) {
    self.operation = operation
    self.operand = operand
    super.init(site)
  }
  override func eval(_ frame: Frame, _ machine: Machine) throws -> Value {
    try machine.unary(operation, try operand.eval(frame, machine), site)
  }
}

/// `&&` and `||`, whose right side runs only where it decides.
final class Logical: Node {
  let isAnd: Bool
  let left: Node
  let right: Node
  init(isAnd: Bool, _ left: Node, _ right: Node, _ site: Site) {
    self.isAnd = isAnd
    self.left = left
    self.right = right
    super.init(site)
  }
  override func eval(_ frame: Frame, _ machine: Machine) throws -> Value {
    .bool(try condition(frame, machine))
  }
  override func condition(_ frame: Frame, _ machine: Machine) throws -> Bool {
    let first = try side(left, frame, machine)
    return first == isAnd ? try side(right, frame, machine) : first
  }
  private func side(_ node: Node, _ frame: Frame, _ machine: Machine) throws -> Bool {
    if node is Comparison || node is Logical { return try node.condition(frame, machine) }
    let value = try node.eval(frame, machine)
    guard case .bool(let flag) = value else {
      throw node.site.error(
        "'\(isAnd ? "&&" : "||")' joins two Bools, not \(article(value.typeName))")
    }
    return flag
  }
}

/// `condition ? then : otherwise`.
final class Ternary: Node {
  let test: Node
  let then: Node
  let otherwise: Node
  init(_ test: Node, _ then: Node, _ otherwise: Node, _ site: Site) {
    self.test = test
    self.then = then
    self.otherwise = otherwise
    super.init(site)
  }
  override func eval(_ frame: Frame, _ machine: Machine) throws -> Value {
    try (try test.condition(frame, machine) ? then : otherwise).eval(frame, machine)
  }
}
