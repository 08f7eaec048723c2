/// A parameter of any function, as far as passing arguments goes.
struct Parameter: Sendable {
  var name: String
  /// What may stand before the colon; nil for a parameter that is passed by position alone.
  var label: String?
  var isOptional = false
  var isInout = false
  /// Takes all further arguments without a label.
  var isVariadic = false
}

/// The resolved body of a function or closure.
///
/// All of it is constant, so that reading it in a call costs no reference count.
final class FunctionCode {
  let name: String
  let parameters: [Parameter]
  let parameterCount: Int
  /// The default of each parameter, evaluated in the frame of the call.
  let initials: [Node?]
  let isAnonymous: Bool
  /// Whether the frame of a call can be filled straight from unlabelled arguments.
  let isSimple: Bool
  let site: Site
  /// What runs: an expression, or statements that give a value back.
  let body: Node
  let isExpression: Bool
  let frameSize: Int
  /// The values that are copied from the enclosing call when the function is made.
  let captures: [Capture]
  /// Whether more than the arguments goes into the frame before the body runs.
  let isPrepared: Bool
  /// The slot where the function finds itself; -1 where it does not look.
  let selfSlot: Int

  init(
    name: String, parameters: [Parameter], initials: [Node?], isAnonymous: Bool, site: Site,
    body: FunctionBody
  ) {
    self.name = name
    self.parameters = parameters
    self.initials = initials
    self.isAnonymous = isAnonymous
    self.site = site
    parameterCount = parameters.count
    isSimple = !parameters.contains { $0.isInout }
    self.body = body.expression ?? body.statements
    isExpression = body.expression != nil
    frameSize = body.frameSize
    captures = body.captures
    selfSlot = body.selfSlot ?? -1
    isPrepared = !body.captures.isEmpty || body.selfSlot != nil
  }
}

/// What the resolver learned of a function's body.
struct FunctionBody {
  var statements: Node
  var expression: Node?
  var frameSize: Int
  var captures: [Capture] = []
  var selfSlot: Int?
}

/// A value that a function copies when it is made: from a slot there to a slot here.
struct Capture {
  var outer: Int
  var inner: Int
}

extension Parameter {
  init(_ syntax: ParameterSyntax) {
    self.init(
      name: syntax.name, label: syntax.label, isOptional: syntax.initial != nil,
      isInout: syntax.isInout)
  }
}

extension FunctionCode {
  var signature: String { FunctionCode.signature(name, parameters) }

  static func signature(_ name: String, _ parameters: [Parameter]) -> String {
    let list = parameters.map { parameter in
      if name.isEmpty || parameter.label == parameter.name {
        return parameter.name
      }
      return "\(parameter.label ?? "_") \(parameter.name)"
    }
    let names = list.joined(separator: ", ")
    guard name.isEmpty else { return "\(name)(\(names))" }
    return parameters.isEmpty ? "{ … }" : "{ \(names) in … }"
  }
}

/// A function of the language with the values it captured when it was made.
public final class Closure: Function {
  let code: FunctionCode
  @exclusivity(unchecked) private(set) var captured: [Value]

  init(_ code: FunctionCode, captured: [Value]) {
    self.code = code
    self.captured = captured
    super.init(name: code.name, quickCode: code.isSimple ? .passUnretained(code) : nil)
  }

  deinit { flatten() }
  override func surrender(to pending: inout [NestedBox]) { captured.surrender(to: &pending) }

  /// How many parameters it has.
  public var parameterCount: Int { code.parameters.count }

  override public func isInout(at position: Int) -> Bool {
    code.parameters.indices.contains(position) && code.parameters[position].isInout
  }

  override public var signature: String { code.signature }

  override public func call(
    _ arguments: inout [Argument], at range: SourceRange, in machine: Machine
  ) throws -> Value {
    spread(&arguments)
    let parameters = code.parameters
    let binding = try Binding(
      of: arguments, to: parameters, isLenient: code.isAnonymous, signature: signature)
    for (position, index) in binding.indices.enumerated() {
      guard let index else { continue }
      try check(arguments[index], parameters[position], index)
    }
    guard let frame = machine.enter(code.frameSize) else {
      throw machine.tooDeep(code, nil)
    }
    for (position, index) in binding.indices.enumerated() {
      if let index { frame[position] = arguments[index].value.take() }
    }
    // The values go back to the caller also after an error.
    defer {
      for (position, index) in binding.indices.enumerated() {
        if let index, parameters[position].isInout {
          arguments[index].value = frame[position].take()
        }
      }
      machine.leave(frame, code.frameSize)
    }
    if code.isPrepared { machine.prepare(self, frame) }
    for (position, index) in binding.indices.enumerated() where index == nil {
      if let initial = code.initials[position] {
        frame[position] = try initial.eval(frame, machine)
      }
    }
    return try machine.runBody(code, frame)
  }

  /// A closure of several parameters takes the elements of a single tuple.
  private func spread(_ arguments: inout [Argument]) {
    guard code.name.isEmpty, code.parameters.count > 1, arguments.count == 1,
      !arguments[0].isInout, case .tuple(let box) = arguments[0].value,
      box.elements.count == code.parameters.count
    else { return }
    let range = arguments[0].range
    arguments = box.elements.map { Argument(value: $0, range: range) }
  }

  private func check(_ argument: Argument, _ parameter: Parameter, _ index: Int) throws {
    guard argument.isInout != parameter.isInout else { return }
    throw parameter.isInout
      ? Fault.wantsAmpersand(parameter.name, of: signature, index)
      : Fault.needsNoAmpersand(parameter.name, of: signature, index)
  }
}

extension Fault {
  static func wantsAmpersand(_ parameter: String, of callee: String, _ index: Int) -> Fault {
    Fault(
      "\(callee) changes its argument '\(parameter)', which wants '&'",
      help: "write '&' before the variable", argument: index)
  }

  static func needsNoAmpersand(_ parameter: String, of callee: String, _ index: Int) -> Fault {
    Fault(
      "\(callee) does not change its argument '\(parameter)'; pass it without '&'",
      argument: index)
  }
}
