import Datasets
public import Language
import Networks
import Quantization
import Tensors

extension Session: Host {
  public func global(named name: String) -> Value? {
    if let function = functions[name] { return .function(function) }
    return Library.constants[name] ?? results.value(of: name)
  }

  public var globalNames: [String] {
    Array(functions.keys) + Array(Library.constants.keys) + results.names
  }

  public var choiceNames: Set<String> { Library.choiceNames }

  public func binary(
    _ operation: BinaryOperator, _ left: Value, _ right: Value
  ) throws -> Value? {
    guard left.isTensorLike, right.isTensorLike else { return nil }
    if isInterrupted { throw Interruption(.user) }
    let a = try Tensor.from(left, in: self)
    let b = try Tensor.from(right, in: self)
    let result: Tensor
    switch operation {
    case .add: result = try a + b
    case .subtract: result = try a - b
    case .multiply: result = try a * b
    case .divide: result = try a / b
    case .power: result = try a.power(b)
    case .matmul: result = try a.matmul(b)
    case .remainder: result = try a % b
    case .equal: result = try Tensor.compare(.equal, a, b)
    case .notEqual: result = try Tensor.compare(.notEqual, a, b)
    case .less: result = try Tensor.compare(.less, a, b)
    case .lessEqual: result = try Tensor.compare(.lessEqual, a, b)
    case .greater: result = try Tensor.compare(.greater, a, b)
    case .greaterEqual: result = try Tensor.compare(.greaterEqual, a, b)
    }
    return try result.bridged(in: self)
  }

  public func unary(_ operation: UnaryOperator, _ operand: Value) throws -> Value? {
    guard case .host(let object) = operand, let box = object as? Box<Tensor> else { return nil }
    switch operation {
    case .negate: return try (-box.value).bridged(in: self)
    case .not:
      guard box.value.dtype == .bool else { return nil }
      return try Tensor.compare(.equal, box.value, Tensor(scalar: 0)).bridged(in: self)
    }
  }

  public func member(_ name: String, of value: Value) throws -> Value? {
    guard case .host(let object) = value, let payload = object as? PayloadBox else {
      return nil
    }
    return try payload.member(name, in: self)
  }

  public func memberNames(of value: Value) -> [String] {
    guard case .host(let object) = value, let payload = object as? PayloadBox else { return [] }
    return payload.memberNames + Library.methodNames(accepting: value)
  }

  public func element(of value: Value, at indices: [Argument]) throws -> Value {
    guard case .host(let object) = value else { throw Fault("it has no elements") }
    switch object {
    case let box as Box<Tensor>:
      if let mask = try mask(indices) { return try box.value.masked(mask).bridged(in: self) }
      return try box.value.slice(indices.map(TensorIndex.init)).bridged(in: self)
    case let box as Box<Dataset>:
      return try box.value.element(at: indices, in: self)
    case let box as Box<Table>:
      return try box.value.element(at: indices, in: self)
    case let box as Box<Sequential>:
      guard indices.count == 1, case .int(let given) = indices[0].value else {
        throw Fault("a network is indexed by the number of a layer")
      }
      let count = box.value.layers.count
      let position = given < 0 ? given &+ count : given
      guard position >= 0, position < count else {
        throw Fault("layer \(given) does not exist: the network has \(count)", argument: 0)
      }
      return try LayerValue(box.value.layers[position]).bridged(in: self)
    default: throw Fault("a \(object.typeName) has no elements")
    }
  }

  /// The mask of `x[mask]`: a single index that is a tensor, or a list of bools.
  private func mask(_ indices: [Argument]) throws -> Tensor? {
    guard indices.count == 1 else { return nil }
    if case .list = indices[0].value {
      guard indices[0].value.holdsBools else {
        throw Fault(
          "a list as an index is a mask of bools; use gather for positions", argument: 0)
      }
      return try Tensor.from(indices[0].value, in: self).cast(to: .bool)
    }
    guard case .host(let object) = indices[0].value, let box = object as? Box<Tensor> else {
      return nil
    }
    guard box.value.dtype == .bool else {
      throw Fault(
        "a tensor as an index is a mask of bools, not \(box.value.dtype.rawValue); "
          + "use gather for positions", argument: 0)
    }
    return box.value
  }

  public func setElement(
    of value: inout Value, at indices: [Argument], to newValue: Value
  ) throws {
    var taken = Value.void
    swap(&taken, &value)
    guard case .host(var object) = consume taken, object is Box<Tensor> else {
      throw Fault("only the elements of a tensor or a list can be assigned")
    }
    let isUnique = isKnownUniquelyReferenced(&object)
    guard let box = object as? Box<Tensor> else { return }
    defer { value = .host(object) }
    let new = try Tensor.from(newValue, in: self)
    let mask = try mask(indices)
    let places = mask == nil ? try indices.map(TensorIndex.init) : []
    var tensor = box.value
    // The box lets go of its tensor, which is then written in place.
    if isUnique { box.value = try Tensor(repeating: 0, shape: .scalar) }
    do {
      if let mask {
        try tensor.setMasked(mask, to: new)
      } else {
        try tensor.setSlice(places, to: new)
      }
    } catch {
      if isUnique { box.value = tensor }
      throw error
    }
    if isUnique { box.value = tensor } else { object = Box(tensor) }
  }

  public func call(
    _ callee: Value, _ arguments: [Argument], at range: SourceRange, in machine: Machine
  ) throws -> Value? {
    guard case .host(let object) = callee else { return nil }
    guard let callable = (object as? PayloadBox)?.callable else { return nil }
    guard arguments.count == 1, arguments[0].label == nil else {
      throw Fault("a \(object.typeName) is called with one tensor, not \(arguments.count)")
    }
    return try callable(Tensor.from(arguments[0].value, in: self)).bridged(in: self)
  }

  public func iterator(over value: Value) throws -> (() throws -> Value?)? {
    guard case .host(let object) = value else { return nil }
    switch object {
    case let box as Box<Tensor>:
      guard box.value.rank > 0 else { return nil }
      var index = 0
      return { [self] in
        guard index < box.value.shape[0] else { return nil }
        defer { index += 1 }
        return try box.value.slice([.at(index)]).bridged(in: self)
      }
    case let box as Box<BatchList>: return box.value.iterator(in: self)
    case let box as Box<Dataset>:
      var index = 0
      return { [self] in
        guard index < box.value.count else { return nil }
        defer { index += 1 }
        return try box.value.sample(at: index, in: self)
      }
    default: return nil
    }
  }

  public func text(of object: HostObject) -> String {
    (object as? PayloadBox)?.text ?? object.typeName
  }

  public func areEqual(_ left: HostObject, _ right: HostObject) -> Bool? {
    guard let a = (left as? Box<Tensor>)?.value, let b = (right as? Box<Tensor>)?.value else {
      return left === right ? true : nil
    }
    guard a.shape == b.shape, a.dtype == b.dtype else { return false }
    return (try? a.reals()) == (try? b.reals())
  }

  public func interruption(from error: any Error) -> Interruption? {
    switch error {
    case let interruption as Interruption: interruption
    case let error as TensorError where error == .interrupted: Interruption(.user)
    case let error as DatasetError where error == .cancelled: Interruption(.user)
    default: nil
    }
  }

  public func describe(_ error: any Error) -> Fault {
    switch error {
    case let fault as Fault: fault
    case let error as DatasetError: Fault(error.fact, help: error.advice)
    case let error as any CustomStringConvertible: Fault(error.description)
    default: Fault("\(error)")
    }
  }

  public var isInterrupted: Bool { stop.isRequested }
}
