/// An argument of a call.
final class ArgumentNode {
  let label: String?
  let node: Node
  let isInout: Bool
  let isTrailing: Bool
  let range: SourceRange
  init(label: String?, node: Node, isInout: Bool, isTrailing: Bool, range: SourceRange) {
    self.label = label
    self.node = node
    self.isInout = isInout
    self.isTrailing = isTrailing
    self.range = range
  }

  /// The argument; one that is passed inout gets its value later.
  func eval(_ frame: Frame, _ machine: Machine) throws -> Argument {
    Argument(
      label: label, value: isInout ? .void : try node.eval(frame, machine), isInout: isInout,
      isTrailing: isTrailing, range: range)
  }
}

/// `callee(arguments)`.
final class Call: Node {
  let callee: Node
  let arguments: [ArgumentNode]
  /// Whether every argument is passed by position and by value.
  private let isSimple: Bool
  private let count: Int
  // The first two arguments once more: reading a constant costs less than reading an array.
  private let first: Node
  private let second: Node

  init(_ callee: Node, _ arguments: [ArgumentNode], _ site: Site) {
    self.callee = callee
    self.arguments = arguments
    count = arguments.count
    first = arguments.first?.node ?? callee
    second = arguments.count > 1 ? arguments[1].node : callee
    isSimple = arguments.allSatisfy { $0.label == nil && !$0.isInout }
    super.init(site)
  }

  override func eval(_ frame: Frame, _ machine: Machine) throws -> Value {
    // The value is not kept beside the function, which would cost another reference count.
    switch try callee.eval(frame, machine) {
    case .function(let function):
      if isSimple, ObjectIdentifier(type(of: function)) == ObjectIdentifier(Closure.self) {
        // `function` holds the closure, and the closure its code, as long as the call runs.
        let closure = Unmanaged.passUnretained(unsafeDowncast(function, to: Closure.self))
        let code = closure._withUnsafeGuaranteedRef { Unmanaged.passUnretained($0.code) }
        let fits = code._withUnsafeGuaranteedRef { $0.isSimple && $0.parameterCount == count }
        if fits {
          defer { withExtendedLifetime(function) {} }
          return try closure._withUnsafeGuaranteedRef { closure in
            try code._withUnsafeGuaranteedRef { try call(closure, $0, frame, machine) }
          }
        }
      }
      return try call(any: .function(function), frame, machine)
    case let callee:
      return try call(any: callee, frame, machine)
    }
  }

  private func call(any callee: Value, _ frame: Frame, _ machine: Machine) throws -> Value {
    var values = try arguments.map { try $0.eval(frame, machine) }
    return try machine.call(callee, &values, arguments, 0, frame, site)
  }

  /// Fills the new frame straight from the arguments.
  private func call(
    _ closure: Closure, _ code: FunctionCode, _ frame: Frame, _ machine: Machine
  ) throws -> Value {
    let new = try machine.enter(code, at: site)
    defer { machine.leave(new, code) }
    if count > 0 { new[0] = try first.eval(frame, machine) }
    if count > 1 { new[1] = try second.eval(frame, machine) }
    if count > 2 {
      for position in 2..<count {
        new[position] = try arguments[position].node.eval(frame, machine)
      }
    }
    machine.prepare(closure, new)
    do {
      return try machine.runBody(code, new)
    } catch {
      throw machine.traced(error, site)
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
      throw site.error("\(article(callee.typeName)) cannot be called")
    }
  }

  /// Whether `&` stands where the function wants it, as far as positions tell.
  private func checkAmpersands(_ function: Function, _ arguments: [Argument]) throws {
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
  private let isAppend: Bool

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
    isAppend = name == "append"
    super.init(site)
  }

  override func eval(_ frame: Frame, _ machine: Machine) throws -> Value {
    let function = try function?.eval(frame, machine)
    let wantsPlace =
      if case .function(let callee)? = function { callee.isInout(at: 0) } else { false }
    guard obstacle == nil, mayMutate || wantsPlace else {
      var value = try receiver.eval(frame, machine)
      var values = try arguments.map { try $0.eval(frame, machine) }
      return try call(&value, &values, function, frame, machine)
    }
    var values = try arguments.map { try $0.eval(frame, machine) }
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
    if isAppend, values.count == 1, values[0].label == nil, !values[0].isInout,
      let count = value.listCount, obstacle == nil, count < Limits.elements
    {
      value.withElements { $0.append(values[0].value) }
      return .void
    }
    if let method = Methods.method(name, of: value) {
      if let obstacle, method.isMutating {
        throw site.error(
          "'\(name)' changes \(article(value.typeName)), but \(obstacle)")
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
        "'\(name)' changes \(article(value.typeName)), but \(obstacle)",
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
      throw test.site.error("'expect' wants a Bool, not \(article(value.typeName))")
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
