/// An argument of a call.
final class ArgumentNode {
  let label: String?
  let node: Node
  let isInout: Bool
  let isTrailing: Bool
  let range: SourceRange
  let labelRange: SourceRange
  init(_ syntax: ArgumentSyntax, _ node: Node, isInout: Bool) {
    label = syntax.label
    isTrailing = syntax.isTrailing
    range = syntax.range
    labelRange = syntax.labelRange
    self.node = node
    self.isInout = isInout
  }

  /// Whether it is a value and nothing else.
  var isPlain: Bool { label == nil && !isInout && !isTrailing }

  /// The argument; one that is passed inout gets its value later.
  func eval(_ frame: Frame, _ machine: Machine) throws -> Argument {
    Argument(
      label: label, value: isInout ? .void : try node.eval(frame, machine), isInout: isInout,
      isTrailing: isTrailing, range: range, labelRange: labelRange)
  }
}

/// `callee(arguments)`.
final class Call: Node {
  let callee: Node
  let arguments: [ArgumentNode]
  /// Whether every argument is passed by position and by value.
  private let isSimple: Bool
  private let count: Int
  /// Where the name at the top level that is called keeps its function.
  private let callable: UnsafeMutablePointer<Callable>?
  // The first arguments once more: reading a constant costs less than reading an array.
  private let first: Node
  private let second: Node
  private let third: Node

  init(_ callee: Node, _ arguments: [ArgumentNode], _ site: Site) {
    self.callee = callee
    self.arguments = arguments
    count = arguments.count
    first = arguments.first?.node ?? callee
    second = arguments.count > 1 ? arguments[1].node : callee
    third = arguments.count > 2 ? arguments[2].node : callee
    isSimple = arguments.allSatisfy { $0.label == nil && !$0.isInout }
    switch callee {
    case let global as Global: callable = global.entry.callable
    case let early as EarlyGlobal: callable = early.global.entry.callable
    default: callable = nil
    }
    super.init(site)
  }

  override func eval(_ frame: Frame, _ machine: Machine) throws -> Value {
    // A function at the top level is called where it stands, without counting a reference.
    if isSimple, let callable, let function = callable.pointee.function(takes: count) {
      return try call(function, frame, machine)
    }
    let callee = try callee.eval(frame, machine)
    if isSimple, case .function(let function) = callee, let code = function.quickCode,
      code._withUnsafeGuaranteedRef({ $0.parameterCount == count })
    {
      defer { withExtendedLifetime(function) {} }
      return try call((.passUnretained(function), code), frame, machine)
    }
    return try call(any: callee, frame, machine)
  }

  private func call(any callee: Value, _ frame: Frame, _ machine: Machine) throws -> Value {
    var values: [Argument] = []
    values.reserveCapacity(count)
    for argument in arguments { values.append(try argument.eval(frame, machine)) }
    return try machine.call(callee, &values, arguments, 0, frame, site)
  }

  /// Fills the new frame straight from the arguments.
  ///
  /// Whoever calls it keeps the function; here it is not counted as a reference.
  private func call(
    _ function: (closure: Unmanaged<Function>, code: Unmanaged<FunctionCode>), _ frame: Frame,
    _ machine: Machine
  ) throws -> Value {
    let size = function.code._withUnsafeGuaranteedRef { $0.frameSize }
    guard let new = machine.enter(size) else {
      throw function.code._withUnsafeGuaranteedRef { machine.tooDeep($0, site) }
    }
    defer { machine.leave(new, size) }
    if count > 0 { new[0] = try first.eval(frame, machine) }
    if count > 1 { new[1] = try second.eval(frame, machine) }
    if count > 2 { new[2] = try third.eval(frame, machine) }
    if count > 3 { try fill(new, frame, machine) }
    if function.code._withUnsafeGuaranteedRef({ $0.isPrepared }) {
      function.closure._withUnsafeGuaranteedRef { machine.prepare($0, new) }
    }
    do {
      return try function.code._withUnsafeGuaranteedRef { try machine.runBody($0, new) }
    } catch {
      throw machine.traced(error, site)
    }
  }

  private func fill(_ new: Frame, _ frame: Frame, _ machine: Machine) throws {
    for position in 3..<count {
      new[position] = try arguments[position].node.eval(frame, machine)
    }
  }
}

extension Machine {
  /// Calls anything, with the places of the inout arguments open one inside the other.
  ///
  /// - Parameters:
  ///   - values: The arguments, in which those passed inout have no value yet.
  ///   - nodes: The nodes of the arguments; a receiver in front of them is already a value.
  func call(
    _ callee: Value, _ values: inout [Argument], _ nodes: [ArgumentNode], _ next: Int,
    _ frame: Frame, _ site: Site
  ) throws -> Value {
    let receivers = values.count - nodes.count
    guard let position = nodes.indices.first(where: { $0 >= next && nodes[$0].isInout }) else {
      return try invoke(callee, &values, site)
    }
    var result = Value.void
    try nodes[position].node.modify(frame, self, leaving: taken) { value in
      values[receivers + position].value = value.take()
      defer { value = values[receivers + position].value.take() }
      result = try call(callee, &values, nodes, position + 1, frame, site)
    }
    return result
  }

  /// Calls with complete arguments and gives errors a place.
  func invoke(_ callee: Value, _ arguments: inout [Argument], _ site: Site) throws -> Value {
    switch callee {
    case .function(let function):
      let isClosure = function is Closure
      do {
        if !isClosure {
          try turn()
          try checkAmpersands(function, arguments)
        }
        return try function.call(&arguments, at: site.range, in: self)
      } catch {
        // Arguments that do not fit are an error of the call, not of the function.
        if isClosure, error is Diagnostic { throw traced(error, site) }
        throw located(error, site, arguments)
      }
    case .host(let object):
      try checkTaken(object, site)
      try turn()
      let list = arguments
      let result = try locating(site, list) {
        try host?.call(callee, list, at: site.range, in: self)
      }
      if let result { return result }
      fallthrough
    default:
      throw site.error("\(article(callee.kindName)) cannot be called")
    }
  }

  /// Whether `&` stands where the function wants it, as far as positions tell.
  func checkAmpersands(_ function: Function, _ arguments: [Argument]) throws {
    for (position, argument) in arguments.enumerated() {
      guard argument.label == nil, !argument.isTrailing else { continue }
      guard function.isInout(at: position) != argument.isInout else { continue }
      if argument.isInout {
        throw Fault(
          "\(function.name) does not change its argument \(position + 1); pass it without '&'",
          argument: position)
      }
      throw Fault(
        "\(function.name) changes its argument \(position + 1), which wants '&'",
        help: "write '&' before the variable", argument: position)
    }
  }
}

/// `receiver.name(arguments)`: a method of the language, a member that can be called, or a
/// function in scope whose first argument is the receiver.
final class MethodCall: Node {
  let receiver: Node
  let name: String
  let nameSite: Site
  /// Why the receiver cannot be changed; nil when it can.
  let obstacle: String?
  let function: Node?
  let arguments: [ArgumentNode]
  private let mayMutate: Bool
  /// The value of `list.append(value)` on a variable.
  private let appended: Node?
  /// The slot of the receiver where it is a local name, else -1.
  private let slot: Int

  init(
    _ receiver: Node, name: String, _ nameSite: Site, obstacle: String?, function: Node?,
    _ arguments: [ArgumentNode], _ site: Site
  ) {
    self.receiver = receiver
    self.name = name
    self.nameSite = nameSite
    self.obstacle = obstacle
    self.function = function
    self.arguments = arguments
    mayMutate = Methods.mutatingNames.contains(name)
    let only = arguments.count == 1 && arguments[0].isPlain ? arguments[0].node : nil
    appended = name == "append" && obstacle == nil ? only : nil
    slot = (receiver as? Local)?.slot ?? -1
    super.init(site)
  }

  override func eval(_ frame: Frame, _ machine: Machine) throws -> Value {
    if let appended {
      let element = try appended.eval(frame, machine)
      if slot >= 0, (frame + slot).append(element) { return .void }
      let function = try known(frame, machine)
      var values = [Argument(value: element, range: arguments[0].range)]
      return try change(&values, function, frame, machine)
    }
    let function = try known(frame, machine)
    let wantsPlace =
      if case .function(let callee)? = function { callee.isInout(at: 0) } else { false }
    guard obstacle == nil, mayMutate || wantsPlace else {
      var value = try receiver.eval(frame, machine)
      var values = try arguments.map { try $0.eval(frame, machine) }
      return try call(&value, &values, function, frame, machine)
    }
    var values = try arguments.map { try $0.eval(frame, machine) }
    return try change(&values, function, frame, machine)
  }

  /// The function of the name, if there is one by now.
  private func known(_ frame: Frame, _ machine: Machine) throws -> Value? {
    guard let value = try function?.eval(frame, machine), !value.isVoid else { return nil }
    return value
  }

  /// Calls with the receiver taken out of its place.
  private func change(
    _ values: inout [Argument], _ function: Value?, _ frame: Frame, _ machine: Machine
  ) throws -> Value {
    var result = Value.void
    try receiver.modify(frame, machine, leaving: machine.taken) { value in
      result = try call(&value, &values, function, frame, machine)
    }
    return result
  }

  private func call(
    _ value: inout Value, _ values: inout [Argument], _ function: Value?, _ frame: Frame,
    _ machine: Machine
  ) throws -> Value {
    if appended != nil, let count = value.listCount, count < Limits.elements {
      value.withElements { $0.append(values[0].value) }
      return .void
    }
    if let method = Methods.method(name, of: value) {
      if let obstacle, method.isMutating {
        throw site.error(
          "'\(name)' changes \(article(value.kindName)), but \(obstacle)")
      }
      guard !arguments.contains(where: \.isInout) else {
        throw site.error("'\(name)' does not change its arguments; pass them without '&'")
      }
      return try method.call(&value, values, machine, site)
    }
    if let member = try member(of: value, machine) {
      return try machine.call(member, &values, arguments, 0, frame, site)
    }
    guard let function else { throw machine.noMember(name, of: value, nameSite) }
    let isInout =
      if case .function(let callee) = function { callee.isInout(at: 0) } else { false }
    if isInout, let obstacle {
      throw receiver.site.error(
        "'\(name)' changes \(article(value.kindName)), but \(obstacle)",
        help: "store it with 'var' first")
    }
    var all = [Argument(value: .void, isInout: isInout, range: receiver.site.range)] + values
    all[0].value = isInout ? value.take() : value
    defer { if isInout { value = all[0].value.take() } }
    return try machine.call(function, &all, arguments, 0, frame, site)
  }

  /// A member of the value that can be called.
  private func member(of value: Value, _ machine: Machine) throws -> Value? {
    switch value {
    case .tuple(let box):
      guard let position = box.labels.firstIndex(of: name) else { return nil }
      return box.elements[position]
    case .host(let object):
      try machine.checkTaken(object, site)
    default: break
    }
    guard let member = try machine.locating(site, { try machine.host?.member(name, of: value) })
    else { return nil }
    switch member {
    case .function, .host: return member
    default: return nil
    }
  }
}

/// A name of the program behind a dot, as far as it means a function.
///
/// Where it does not, or has no value yet, it is the library's function of that name; void where there
/// is none.
final class FunctionInScope: Node {
  private let name: Node
  private let library: Value?

  init(_ name: Node, hiding library: Value?, _ site: Site) {
    self.name = name
    self.library = library
    super.init(site)
  }

  override func eval(_ frame: Frame, _ machine: Machine) throws -> Value {
    if let early = name as? EarlyGlobal, !early.global.entry.isDefined { return library ?? .void }
    let value = try name.eval(frame, machine)
    if case .function = value { return value }
    return library ?? value
  }
}

/// `expect(condition, message)`, which tells both sides of a comparison.
final class Expectation: Node {
  let test: Node
  let message: Node?
  init(_ test: Node, message: Node?, _ site: Site) {
    self.test = test
    self.message = message
    super.init(site)
  }

  override func eval(_ frame: Frame, _ machine: Machine) throws -> Value {
    var sides: String?
    let value: Value
    if let comparison = test as? Comparison {
      let left = try comparison.left.eval(frame, machine)
      let right = try comparison.right.eval(frame, machine)
      value = try comparison.compare(left, right, machine)
      sides = "\(machine.brief(left)) and \(machine.brief(right))"
    } else {
      value = try test.eval(frame, machine)
    }
    guard case .bool(let holds) = value else {
      throw test.site.error("'expect' wants a Bool, not \(article(value.kindName))")
    }
    if holds { return .void }
    var text = "expected \(test.site.text)"
    if let sides { text += ", but the sides are \(sides)" }
    if let message { text = machine.text(of: try message.eval(frame, machine)) }
    throw Diagnostic(
      text, kind: .expectation, primary: test.site.mark(sides ?? "false"))
  }
}

extension Site {
  /// The text of the place, in one line.
  var text: String {
    let bytes = Array(source.text.utf8)
    let lower = max(0, min(Int(range.lower), bytes.count))
    let upper = max(lower, min(Int(range.upper), bytes.count))
    let text = String(decoding: bytes[lower..<upper], as: UTF8.self)
    return text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }
}
