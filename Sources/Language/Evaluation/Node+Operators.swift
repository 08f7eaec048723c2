/// Two sides that an operator joins.
class BinaryNode: Node {
  final let left: Node
  final let right: Node
  fileprivate final let quickLeft: Operand
  fileprivate final let quickRight: Operand
  /// Whether both sides can be read without running anything.
  final let isQuick: Bool

  init(_ left: Node, _ right: Node, _ site: Site) {
    self.left = left
    self.right = right
    quickLeft = Operand(left)
    quickRight = Operand(right)
    isQuick = !quickLeft.isNode && !quickRight.isNode
    super.init(site)
  }
}

/// `+`, with the way for two numbers of one kind straight in the node.
final class Add: BinaryNode {
  override func eval(_ frame: Frame, _ machine: Machine) throws -> Value {
    if isQuick, let a = quickLeft.int(frame), let b = quickRight.int(frame) {
      let (sum, overflow) = a.addingReportingOverflow(b)
      if !overflow { return .int(sum) }
    }
    let left = try quickLeft.eval(self.left, frame, machine)
    let right = try quickRight.eval(self.right, frame, machine)
    switch (left, right) {
    case (.int(let a), .int(let b)):
      let (sum, overflow) = a.addingReportingOverflow(b)
      if !overflow { return .int(sum) }
    case (.double(let a), .double(let b)): return .double(a + b)
    default: break
    }
    return try machine.binary(.add, left, right, self)
  }
}

/// `-` between two values.
final class Subtract: BinaryNode {
  override func eval(_ frame: Frame, _ machine: Machine) throws -> Value {
    if isQuick, let a = quickLeft.int(frame), let b = quickRight.int(frame) {
      let (difference, overflow) = a.subtractingReportingOverflow(b)
      if !overflow { return .int(difference) }
    }
    let left = try quickLeft.eval(self.left, frame, machine)
    let right = try quickRight.eval(self.right, frame, machine)
    switch (left, right) {
    case (.int(let a), .int(let b)):
      let (difference, overflow) = a.subtractingReportingOverflow(b)
      if !overflow { return .int(difference) }
    case (.double(let a), .double(let b)): return .double(a - b)
    default: break
    }
    return try machine.binary(.subtract, left, right, self)
  }
}

/// `*`.
final class Multiply: BinaryNode {
  override func eval(_ frame: Frame, _ machine: Machine) throws -> Value {
    if isQuick, let a = quickLeft.int(frame), let b = quickRight.int(frame) {
      let (product, overflow) = a.multipliedReportingOverflow(by: b)
      if !overflow { return .int(product) }
    }
    let left = try quickLeft.eval(self.left, frame, machine)
    let right = try quickRight.eval(self.right, frame, machine)
    switch (left, right) {
    case (.int(let a), .int(let b)):
      let (product, overflow) = a.multipliedReportingOverflow(by: b)
      if !overflow { return .int(product) }
    case (.double(let a), .double(let b)): return .double(a * b)
    default: break
    }
    return try machine.binary(.multiply, left, right, self)
  }
}

/// The other arithmetic operators: `/ % ** @`.
final class Arithmetic: BinaryNode {
  let operation: BinaryOperator
  init(_ operation: BinaryOperator, _ left: Node, _ right: Node, _ site: Site) {
    self.operation = operation
    super.init(left, right, site)
  }
  override func eval(_ frame: Frame, _ machine: Machine) throws -> Value {
    let left = try quickLeft.eval(self.left, frame, machine)
    let right = try quickRight.eval(self.right, frame, machine)
    switch (left, right) {
    case (.int(let a), .int(let b)):
      // A positive divisor neither is zero nor overflows.
      if b > 0 {
        if operation == .remainder { return .int(a % b) }
        if operation == .divide { return .int(a / b) }
      }
    case (.double(let a), .double(let b)):
      if operation == .divide { return .double(a / b) }
    default: break
    }
    return try machine.binary(operation, left, right, self)
  }
}

/// `== != < <= > >=`.
final class Comparison: BinaryNode {
  let operation: BinaryOperator
  init(_ operation: BinaryOperator, _ left: Node, _ right: Node, _ site: Site) {
    self.operation = operation
    super.init(left, right, site)
  }

  override func eval(_ frame: Frame, _ machine: Machine) throws -> Value {
    let left = try quickLeft.eval(self.left, frame, machine)
    let right = try quickRight.eval(self.right, frame, machine)
    return try compare(left, right, machine)
  }

  func compare(_ left: Value, _ right: Value, _ machine: Machine) throws -> Value {
    if let result = Comparison.numbers(operation, left, right) { return .bool(result) }
    return try machine.binary(operation, left, right, self)
  }

  override func condition(_ frame: Frame, _ machine: Machine) throws -> Bool {
    if isQuick, let a = quickLeft.int(frame), let b = quickRight.int(frame),
      let result = Comparison.ordered(operation, a, b)
    {
      return result
    }
    let left = try quickLeft.eval(self.left, frame, machine)
    let right = try quickRight.eval(self.right, frame, machine)
    if let result = Comparison.numbers(operation, left, right) { return result }
    let result = try machine.binary(operation, left, right, self)
    guard case .bool(let flag) = result else {
      throw machine.notACondition(result, site)
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
        "'\(isAnd ? "&&" : "||")' joins two Bools, not \(article(value.kindName))")
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
    // One call in each branch: choosing the node first would count a reference.
    if try test.condition(frame, machine) { return try then.eval(frame, machine) }
    return try otherwise.eval(frame, machine)
  }
}
