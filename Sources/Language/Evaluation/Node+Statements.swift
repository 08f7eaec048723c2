/// Two statements, or two runs of statements, one after the other.
///
/// A balanced tree of pairs runs faster than an array, whose elements would be counted as
/// references at every step.
final class Body: Node {
  let first: Node
  let second: Node
  private init(_ first: Node, _ second: Node, _ site: Site) {
    self.first = first
    self.second = second
    super.init(site)
  }

  static func of(_ statements: [Node], _ site: Site) -> Node {
    switch statements.count {
    case 0: return Nothing(site)
    case 1: return statements[0]
    default:
      let half = statements.count / 2
      return Body(
        of(Array(statements[..<half]), site), of(Array(statements[half...]), site), site)
    }
  }

  override func execute(_ frame: Frame, _ machine: Machine) throws -> Flow {
    let flow = try first.execute(frame, machine)
    guard case .next = flow else { return flow }
    return try second.execute(frame, machine)
  }
}

/// No statement at all.
final class Nothing: Node {
  override func execute(_ frame: Frame, _ machine: Machine) throws -> Flow { .next }
}

/// A value that goes to a local name.
final class Store: Node {
  let slot: Int
  let value: Node
  init(_ slot: Int, _ value: Node, _ site: Site) {
    self.slot = slot
    self.value = value
    super.init(site)
  }
  override func execute(_ frame: Frame, _ machine: Machine) throws -> Flow {
    frame[slot] = try value.eval(frame, machine)
    return .next
  }
}

/// `if` as a statement.
final class Conditional: Node {
  let test: Node
  let then: Node
  let otherwise: Node?
  init(_ test: Node, _ then: Node, _ otherwise: Node?, _ site: Site) {
    self.test = test
    self.then = then
    self.otherwise = otherwise
    super.init(site)
  }
  override func execute(_ frame: Frame, _ machine: Machine) throws -> Flow {
    if try test.condition(frame, machine) { return try then.execute(frame, machine) }
    guard let otherwise else { return .next }
    return try otherwise.execute(frame, machine)
  }
}

/// `if` as a value: the last value of the block that runs.
final class ConditionalValue: Node {
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
    let block = try test.condition(frame, machine) ? then : otherwise
    if case .giveBack(let value) = try block.execute(frame, machine) { return value }
    return .void
  }
}

/// `return`, and the last expression of a function.
final class Return: Node {
  let value: Node
  init(_ value: Node, _ site: Site) {
    self.value = value
    super.init(site)
  }
  override func execute(_ frame: Frame, _ machine: Machine) throws -> Flow {
    .giveBack(try value.eval(frame, machine))
  }
}

/// `break` and `continue`.
final class Jump: Node {
  let flow: Flow
  init(_ flow: Flow, _ site: Site) {
    self.flow = flow
    super.init(site)
  }
  override func execute(_ frame: Frame, _ machine: Machine) throws -> Flow { flow }
}

/// Where a value goes: new names on the left of `let`, or places on the left of `=`.
indirect enum Target {
  case nowhere
  case local(Int)
  case global(GlobalEntry, isMutable: Bool, Site)
  case place(Node)
  case tuple([Target])

  func store(_ value: Value, _ frame: Frame, _ machine: Machine, _ site: Site) throws {
    switch self {
    case .nowhere: break
    case .local(let slot): frame[slot] = value
    case .global(let entry, let isMutable, let place):
      entry.define(value, isMutable: isMutable, definition: place.mark("defined here"))
    case .place(let node): try node.assign(value, frame, machine)
    case .tuple(let targets):
      guard case .tuple(let box) = value else {
        throw Target.notATuple(value, targets.count, site)
      }
      guard box.elements.count == targets.count else {
        throw Target.wrongCount(box.elements.count, targets.count, site)
      }
      for (target, element) in zip(targets, box.elements) {
        try target.store(element, frame, machine, site)
      }
    }
  }
}

extension Target {
  static func notATuple(_ value: Value, _ names: Int, _ site: Site) -> Diagnostic {
    site.error(
      "cannot take \(article(value.kindName)) apart into \(names) names; only a tuple can be",
      help: value.isList ? "write xs[0], xs[1] for the elements of a list" : nil)
  }

  static func wrongCount(_ elements: Int, _ names: Int, _ site: Site) -> Diagnostic {
    site.error(
      "cannot take a tuple of \(elements) apart into \(names) names",
      help: elements > names ? "write _ for a part that is not wanted" : nil)
  }
}

/// `let`, `var`, `func`, and assignments to several places at once.
final class Declaration: Node {
  let target: Target
  let value: Node
  init(_ target: Target, _ value: Node, _ site: Site) {
    self.target = target
    self.value = value
    super.init(site)
  }
  override func execute(_ frame: Frame, _ machine: Machine) throws -> Flow {
    try target.store(try value.eval(frame, machine), frame, machine, site)
    return .next
  }
}

/// `place = value`.
final class Assignment: Node {
  let place: Node
  let value: Node
  init(_ place: Node, _ value: Node, _ site: Site) {
    self.place = place
    self.value = value
    super.init(site)
  }
  override func execute(_ frame: Frame, _ machine: Machine) throws -> Flow {
    try place.assign(try value.eval(frame, machine), frame, machine)
    return .next
  }
}

/// `place += value` and its kin.
final class Change: Node {
  let place: Node
  let operation: BinaryOperator
  let value: Node
  private let right: Operand
  /// The text that is added, where it is known before the program runs.
  private let text: String?
  /// The slot of the place where it is a local name, else -1.
  private let slot: Int
  init(_ place: Node, _ operation: BinaryOperator, _ value: Node, _ site: Site) {
    self.place = place
    self.operation = operation
    self.value = value
    right = Operand(value)
    text = operation == .add ? (value as? Constant)?.value.string : nil
    slot = (place as? Local)?.slot ?? -1
    super.init(site)
  }
  override func execute(_ frame: Frame, _ machine: Machine) throws -> Flow {
    if slot >= 0 {
      if let text, (frame + slot).append(text) { return .next }
      if let added = right.int(frame), case .int(let old) = frame[slot],
        let result = integers(old, added)
      {
        frame[slot] = .int(result)
        return .next
      }
      let right = try value.eval(frame, machine)
      if operation == .add, let text = right.string, (frame + slot).append(text) {
        return .next
      }
      try change(&frame[slot], by: right, machine)
      return .next
    }
    let right = try value.eval(frame, machine)
    try place.modify(frame, machine, leaving: .void) { left in
      try change(&left, by: right, machine)
    }
    return .next
  }

  private func change(_ left: inout Value, by right: Value, _ machine: Machine) throws {
    // No box may be bound here: a second reference would make every change a copy.
    if case .int(let old) = left, case .int(let added) = right,
      let result = integers(old, added)
    {
      left = .int(result)
      return
    }
    if case .double(let old) = left, case .double(let added) = right {
      switch operation {
      case .add: left = .double(old + added)
      case .subtract: left = .double(old - added)
      case .multiply: left = .double(old * added)
      default: left = try machine.binary(operation, left, right, site)
      }
      return
    }
    if operation == .add, try append(right, to: &left) { return }
    do {
      left = try machine.binary(operation, left, right, site)
    } catch {
      throw machine.naming(error, [(place, left), (value, right)])
    }
  }

  /// The sum, difference or product of two Ints, unless it does not fit.
  @inline(__always)
  private func integers(_ left: Int, _ right: Int) -> Int? {
    let (result, overflow) =
      switch operation {
      case .add: left.addingReportingOverflow(right)
      case .subtract: left.subtractingReportingOverflow(right)
      case .multiply: left.multipliedReportingOverflow(by: right)
      default: (0, true)
      }
    return overflow ? nil : result
  }

  /// Adds the elements of a list, or a string to another, in place.
  private func append(_ right: Value, to left: inout Value) throws -> Bool {
    if let text = right.string, left.isString {
      try left.withString { string in
        guard string.utf8.count + text.utf8.count <= Limits.bytes else {
          throw Limits.tooLong(site)
        }
        string += text
      }
      return true
    }
    guard case .list(let added) = right, left.isList else { return false }
    let elements = added.elements
    try left.withElements { list in
      guard list.count + elements.count <= Limits.elements else {
        throw Limits.tooManyElements(site)
      }
      list.append(contentsOf: elements)
    }
    return true
  }
}

/// `while`.
final class While: Node {
  let test: Node
  let body: Node
  init(_ test: Node, _ body: Node, _ site: Site) {
    self.test = test
    self.body = body
    super.init(site)
  }
  override func execute(_ frame: Frame, _ machine: Machine) throws -> Flow {
    while try test.condition(frame, machine) {
      try machine.turn()
      switch try body.execute(frame, machine) {
      case .next, .nextTurn: continue
      case .leaveLoop: return .next
      case .giveBack(let value): return .giveBack(value)
      }
    }
    return .next
  }
}

/// `for … in`.
final class For: Node {
  let target: Target
  /// The slot of the target where it is one local name, else -1.
  private let slot: Int
  let sequence: Node
  let body: Node
  init(_ target: Target, _ sequence: Node, _ body: Node, _ site: Site) {
    self.target = target
    slot = if case .local(let slot) = target { slot } else { -1 }
    self.sequence = sequence
    self.body = body
    super.init(site)
  }

  override func execute(_ frame: Frame, _ machine: Machine) throws -> Flow {
    let sequence = try self.sequence.eval(frame, machine)
    switch sequence {
    case .range(let box): return try count(box, frame, machine)
    case .list(let box):
      // The array is taken once: a body that changes the list changes a copy.
      for value in box.elements {
        if let flow = try turn(value, frame, machine) { return flow }
      }
      return .next
    default: break
    }
    let next = try machine.iterator(over: sequence, self.sequence.site)
    while let value = try machine.locating(self.sequence.site, next) {
      if let flow = try turn(value, frame, machine) { return flow }
    }
    return .next
  }

  private func count(_ box: RangeBox, _ frame: Frame, _ machine: Machine) throws -> Flow {
    guard let first = box.lower else {
      throw sequence.site.error("a range without a lower bound has no first element")
    }
    let left: Int
    if let extent = box.extent {
      left = extent.count
    } else if box.upper == nil {
      left = Int.max
    } else {
      throw sequence.site.error("the range has more elements than an Int can count")
    }
    var value = first
    var turns = 0
    while turns < left {
      if let flow = try turn(.int(value), frame, machine) { return flow }
      turns &+= 1
      guard turns < left else { break }
      let (next, overflow) = value.addingReportingOverflow(box.step)
      guard !overflow else { break }
      value = next
    }
    return .next
  }

  /// One turn; how the loop ends, or nil when it goes on.
  @inline(__always)
  private func turn(_ value: Value, _ frame: Frame, _ machine: Machine) throws -> Flow? {
    try machine.turn()
    if slot >= 0 {
      frame[slot] = value
    } else {
      try target.store(value, frame, machine, sequence.site)
    }
    switch try body.execute(frame, machine) {
    case .next, .nextTurn: return nil
    case .leaveLoop: return .next
    case .giveBack(let value): return .giveBack(value)
    }
  }
}

/// A function or closure, made with what it captures.
final class MakeFunction: Node {
  let code: FunctionCode
  init(_ code: FunctionCode, _ site: Site) {
    self.code = code
    super.init(site)
  }
  override func eval(_ frame: Frame, _ machine: Machine) throws -> Value {
    .function(Closure(code, captured: code.captures.map { frame[$0.outer] }))
  }
}
