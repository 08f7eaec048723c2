public import Language
import Networks
import Tensors

/// Judges calls of builtins before they run.
///
/// Literals are converted and checked by the very code that a call runs, and shapes by the library's
/// own rules, so that the check cannot say anything else than the run. What is not certain is passed
/// over.
extension Session: StaticHost {
  /// Finds what would surely go wrong in cells that are run one after the other, without running
  /// them and without touching variables or random streams.
  ///
  ///     session.check([Source("let w = randn(3, 4)"), Source("w @ w")])
  ///     // cannot multiply [3, 4] by [3, 4]; …
  public func check(_ sources: [Source]) -> [Diagnostic] { machine.check(sources) }

  public func check(call name: String, _ arguments: [StaticArgument]) -> StaticResult {
    guard let function = functions[name] else { return StaticResult() }
    // Numbers, strings and lists go to the language's own function of the name.
    if LanguageFunctions.function(named: name) != nil,
      !arguments.contains(where: { $0.value.isObject })
    {
      return StaticResult()
    }
    do {
      guard let builtin = try overload(of: function, arguments) else { return StaticResult() }
      let bound = try Binder(name, builtin.parameters).bindEach(arguments.map(\.placeholder))
      try validate(builtin, bound, arguments)
      let call = StaticCall(self, builtin, bound, arguments)
      return StaticResult(try call.result())
    } catch {
      return StaticResult(fault: describe(error))
    }
  }

  /// The builtin that a call runs; nil where that depends on what is not known.
  private func overload(
    of function: BuiltinFunction, _ arguments: [StaticArgument]
  ) throws -> Builtin? {
    let overloads = function.overloads
    guard overloads.count > 1 else { return overloads.first }
    if let first = arguments.first(where: { $0.label == nil }) {
      switch first.value {
      case .object(let object):
        if let found = overloads.first(where: { $0.parameters.first?.baseType == object.typeName })
        {
          return found
        }
      case .known, .list:
        if let value = first.value.concrete {
          let sample = [Argument(value: value)]
          return overloads.first { $0.accepts(sample) } ?? overloads[0]
        }
      case .unknown, .tuple, .function: break
      }
    }
    // Labels that no overload has are wrong in any case.
    for argument in arguments {
      guard let label = argument.label else { continue }
      let isKnown = overloads.contains { $0.parameters.contains { $0.name == label } }
      guard isKnown else {
        _ = try Binder(function.name, overloads.flatMap(\.parameters)).bind(
          [Argument(label: label, value: .void)])
        return nil
      }
    }
    return nil
  }

  private func validate(
    _ builtin: Builtin, _ bound: [Bound], _ arguments: [StaticArgument]
  ) throws {
    for (index, found) in bound.enumerated() {
      switch found {
      case .missing: break
      case .one(let position): try validate(builtin, index, arguments[position].value, position)
      case .many(let positions):
        if positions.count == 1, let value = arguments[positions[0]].value.concrete {
          let isList = if case .list = value { true } else { false }
          try placing(positions[0]) {
            try builtin.validations[index](isList ? value : .list(ListBox([value])), self)
          }
          continue
        }
        for position in positions {
          if let value = arguments[position].value.concrete {
            try placing(position) { try builtin.validations[index](.list(ListBox([value])), self) }
          }
        }
      }
    }
  }

  private func validate(
    _ builtin: Builtin, _ index: Int, _ value: StaticValue, _ position: Int
  ) throws {
    if let concrete = value.concrete {
      return try placing(position) { try builtin.validations[index](concrete, self) }
    }
    guard case .object(let object) = value, StaticTypes.named[object.typeName] != nil else {
      return
    }
    let info = builtin.parameters[index]
    let plain: Set<String> = ["Int", "Double", "Bool", "String", "Function"]
    let isOther =
      StaticTypes.named[info.baseType] != nil && info.baseType != object.typeName
      && !(info.baseType == LayerValue.payloadName && object.typeName == Sequential.payloadName)
      || plain.contains(info.baseType) || !info.choices.isEmpty
    if isOther {
      throw Fault(
        "'\(info.name)': expected \(StaticTypes.wanted(info)), not "
          + Value.host(StandIn(object.typeName)).kindInWords,
        argument: position)
    }
  }

  private func placing(_ position: Int, _ body: () throws -> Void) throws {
    do {
      try body()
    } catch {
      var fault = describe(error)
      fault.argument = position
      throw fault
    }
  }

  public func check(
    _ operation: BinaryOperator, _ left: StaticValue, _ right: StaticValue
  ) -> StaticResult {
    guard let a = left.tensorShape(self), let b = right.tensorShape(self),
      left.isObject || right.isObject
    else { return StaticResult() }
    do {
      let shape: Shape
      switch operation {
      case .matmul: shape = try StaticShapes.product(a, b)
      default: shape = try Shape.broadcast(a, b, for: StaticShapes.verb(operation))
      }
      return StaticResult(.tensor(shape))
    } catch {
      return StaticResult(fault: describe(error))
    }
  }

  public func check(
    calling object: StaticObject, _ arguments: [StaticArgument]
  ) -> StaticResult {
    guard StaticTypes.named[object.typeName] != nil else { return StaticResult() }
    guard StaticTypes.callable.contains(object.typeName) else {
      return StaticResult(
        fault: Fault("\(Value.host(StandIn(object.typeName)).kindInWords) cannot be called"))
    }
    guard arguments.count == 1, arguments[0].label == nil else {
      return StaticResult(
        fault: Fault(
          "a \(object.typeName) is called with one tensor, not \(arguments.count)"))
    }
    guard let network = object.network, let shape = arguments[0].value.tensorShape(self),
      shape.rank > 0
    else { return StaticResult() }
    do {
      let output = try network.outputShape(for: Shape(Array(shape.sizes.dropFirst())))
      return StaticResult(.tensor(try Shape([shape[0]] + output.sizes)))
    } catch {
      return StaticResult(fault: describe(error))
    }
  }

  public func check(member name: String, of object: StaticObject) -> StaticResult? {
    guard let properties = StaticTypes.named[object.typeName] else { return StaticResult() }
    guard let property = properties.first(where: { $0.name == name }) else { return nil }
    return StaticResult(StaticTypes.value(of: name, property.type, object))
  }

  public func memberNames(of object: StaticObject) -> [String] {
    let functions = Library.all.filter { builtin in
      guard let first = builtin.parameters.first, first.label == nil else { return false }
      return first.baseType == object.typeName || first.baseType == "Any"
    }
    return (StaticTypes.named[object.typeName]?.map(\.name) ?? []) + functions.map(\.name)
  }
}

/// An object of a type that is known by its name alone.
private final class StandIn: HostObject {
  private let name: String
  init(_ name: String) {
    self.name = name
    super.init()
  }
  override var typeName: String { name }
}

extension ParameterInfo {
  /// The type without `inout`, `?` and `...`.
  var baseType: String {
    var name = typeName[...]
    if name.hasPrefix("inout ") { name = name.dropFirst(6) }
    if name.hasSuffix("?") { name = name.dropLast() }
    if name.hasSuffix("...") { name = name.dropLast(3) }
    return String(name)
  }
}

extension StaticArgument {
  /// An argument of the same form, for what looks at labels and kinds alone.
  var placeholder: Argument {
    let value: Value =
      switch self.value {
      // A closure may be passed without a label, and so may what is not known to be none.
      case .unknown, .function: .function(Function(name: ""))
      default: self.value.concrete ?? .void
      }
    return Argument(label: label, value: value, isInout: isInout, isTrailing: isTrailing)
  }
}

extension StaticObject {
  /// The network or layer, where it could be made without running anything.
  var network: Sequential? {
    guard case .host(let object)? = value else { return nil }
    switch object {
    case let box as Box<Sequential>: return box.value
    case let box as Box<LayerValue>: return try? Sequential([box.value.layer])
    default: return nil
    }
  }
}

extension StaticValue {
  var isObject: Bool { if case .object = self { true } else { false } }

  /// The value as a call would get it, where all of it is known.
  var concrete: Value? {
    switch self {
    case .known(let value): return value
    case .object(let object): return object.value
    case .list(let elements):
      guard elements.count <= 10_000 else { return nil }
      var values: [Value] = []
      for element in elements {
        guard let value = element.concrete else { return nil }
        values.append(value)
      }
      return .list(ListBox(values))
    case .unknown, .tuple, .function: return nil
    }
  }

  /// A tensor of a known shape; nothing is known of one without axes, which becomes a number.
  static func tensor(_ shape: Shape) -> StaticValue {
    shape.rank > 0 ? .object(StaticObject("Tensor", shape: shape.sizes)) : .unknown
  }

  /// The shape it has as a tensor, where it surely is one or becomes one beside one.
  func tensorShape(_ session: Session) -> Shape? {
    switch self {
    case .object(let object):
      guard object.typeName == "Tensor", let sizes = object.shape else { return nil }
      return try? Shape(sizes)
    case .known, .list:
      guard let value = concrete else { return nil }
      switch value {
      case .int, .double, .bool: return .scalar
      case .list: return (try? Tensor.from(value, in: session))?.shape
      default: return nil
      }
    case .unknown, .tuple, .function: return nil
    }
  }
}
