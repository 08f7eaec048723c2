import Datasets
import Language
import Networks
import Quantization
import Tensors

/// One call of a builtin whose arguments were found to fit.
struct StaticCall {
  private let session: Session
  private let builtin: Builtin
  private let bound: [Bound]
  private let arguments: [StaticArgument]

  init(
    _ session: Session, _ builtin: Builtin, _ bound: [Bound], _ arguments: [StaticArgument]
  ) {
    self.session = session
    self.builtin = builtin
    self.bound = bound
    self.arguments = arguments
  }

  /// The argument of a parameter; nil where it has its default.
  private func argument(_ name: String) -> StaticValue? {
    guard let index = builtin.parameters.firstIndex(where: { $0.name == name }),
      case .one(let position) = bound[index]
    else { return nil }
    return arguments[position].value
  }

  private func int(_ name: String) -> Int? {
    if case .known(.int(let number))? = argument(name) { number } else { nil }
  }

  /// The numbers of a parameter that takes any number of them, or one list.
  private func ints(_ name: String) -> [Int]? {
    guard let index = builtin.parameters.firstIndex(where: { $0.name == name }) else { return nil }
    let values: [StaticValue]
    switch bound[index] {
    case .missing: return nil
    case .one(let position): values = [arguments[position].value]
    case .many(let positions): values = positions.map { arguments[$0].value }
    }
    let parts: [Value]
    if values.count == 1, case .list(let box)? = values[0].concrete {
      parts = box.elements
    } else {
      parts = values.compactMap(\.concrete)
      guard parts.count == values.count else { return nil }
    }
    let numbers = parts.compactMap { if case .int(let number) = $0 { number } else { Int?.none } }
    return numbers.count == parts.count ? numbers : nil
  }

  /// What the call gives, or the error it surely ends with.
  func result() throws -> StaticValue {
    let name = builtin.name
    if StaticShapes.constructors.contains(name) || name == "Sequential" {
      return try constructed()
    }
    switch name {
    case "zeros", "ones", "randn", "uniform":
      return .object(StaticObject("Tensor", shape: try ints("sizes").map { try Shape($0).sizes }))
    case "full":
      return .object(StaticObject("Tensor", shape: try ints("sizes").map { try Shape($0).sizes }))
    case "eye":
      return .object(
        StaticObject("Tensor", shape: try int("size").map { try Shape([$0, $0]).sizes }))
    case "linspace":
      return .object(StaticObject("Tensor", shape: try int("count").map { try Shape([$0]).sizes }))
    case "arange": return .object(StaticObject("Tensor"))
    case "Tensor":
      let shape = argument("elements").flatMap { $0.tensorShape(session) }
      return .object(StaticObject("Tensor", shape: shape?.sizes))
    default: break
    }
    if let value = try data(name) ?? tensor(name) ?? quantized(name) { return value }
    try network(name)
    guard builtin.results.isEmpty else {
      return .tuple(
        builtin.results.map { Self.value(of: $0.type) }, labels: builtin.results.map(\.label))
    }
    return Self.value(of: builtin.resultName)
  }

  /// What is known of a result by its type alone; what is declared a tensor may be a number.
  private static func value(of type: String) -> StaticValue {
    StaticTypes.named[type] != nil && type != "Tensor" ? .object(StaticObject(type)) : .unknown
  }

  /// Makes a layer, an optimizer or a network, where all of its arguments are known.
  private func constructed() throws -> StaticValue {
    let type = builtin.resultName
    var values: [Argument] = []
    for argument in arguments {
      guard let value = argument.value.concrete else { return .object(StaticObject(type)) }
      values.append(Argument(label: argument.label, value: value))
    }
    if builtin.name == "Sequential", !values.contains(where: { $0.label == "seed" }) {
      // Without a seed a network draws one from the cell's stream, which the check must not touch.
      values.append(Argument(label: "seed", value: .int(0)))
    }
    return .object(StaticObject(type, value: try builtin.invoke(session, &values)))
  }

  private func data(_ name: String) throws -> StaticValue? {
    func samples(_ shape: [Int], _ count: Int? = nil, classes: Int? = nil) -> StaticValue {
      var object = StaticObject("Dataset", shape: shape, count: count ?? int("count"))
      object.classes = classes
      return .object(object)
    }
    func digits(_ count: Int? = nil) -> StaticValue { samples([1, 28, 28], count, classes: 10) }
    switch name {
    case "digits": return digits()
    case "spirals": return samples([2])
    case "moons": return samples([2], classes: 2)
    case "tones": return samples([1, Tones.length])
    case "sentences": return samples([Sentences.length])
    case "mnist": return .tuple([digits(60_000), digits(10_000)], labels: ["train", "test"])
    case "take", "drop", "shuffled":
      guard case .object(var object)? = argument("data"), object.typeName == "Dataset" else {
        return nil
      }
      if name != "shuffled" {
        let left = object.count.flatMap { count in
          int("count").flatMap { $0 <= count ? (name == "take" ? $0 : count - $0) : nil }
        }
        object.count = left
      }
      return .object(object)
    default: return nil
    }
  }

  /// Functions of one tensor or two.
  private func tensor(_ name: String) throws -> StaticValue? {
    if name == "maximum" || name == "minimum" || name == "matmul" {
      guard let a = argument("a"), let b = argument("b"), a.isObject || b.isObject,
        let left = a.tensorShape(session), let right = b.tensorShape(session)
      else { return nil }
      if name == "matmul" { return .tensor(try StaticShapes.product(left, right)) }
      return .tensor(try Shape.broadcast(left, right, for: name))
    }
    guard let x = argument("x"), let shape = x.tensorShape(session) else { return nil }
    if StaticShapes.elementwise.contains(name) || name == "fakeQuantize" {
      try checkBits(["bits"])
      return .tensor(shape)
    }
    switch name {
    case "reshape":
      return try ints("sizes").map {
        .tensor(try StaticShapes.reshaped(shape, to: $0))
      }
    case "transposed": return .tensor(try StaticShapes.transposed(shape, ints("axes") ?? []))
    case "softmax", "logSoftmax":
      if argument("axis") == nil || int("axis") != nil { _ = try shape.axis(int("axis") ?? -1) }
      return .tensor(shape)
    case "conv2d": return try convolution(shape)
    default: break
    }
    if name == "max" || name == "min", let other = argument("other") {
      guard argument("axis") == nil, let second = other.tensorShape(session) else { return nil }
      return .tensor(try Shape.broadcast(shape, second, for: name + "imum"))
    }
    if StaticShapes.reductions.contains(name), let axis = int("axis") {
      let position = try shape.axis(axis)
      guard argument("keepDimensions") == nil else { return .unknown }
      var sizes = shape.sizes
      sizes.remove(at: position)
      return .tensor(try Shape(sizes))
    }
    return nil
  }

  private func convolution(_ input: Shape) throws -> StaticValue? {
    guard let weights = argument("weights")?.tensorShape(session), input.rank == 4,
      weights.rank == 4
    else { return nil }
    func number(_ name: String) -> Int? { argument(name) == nil ? 1 : int(name) }
    guard let groups = number("groups"), groups > 0 else { return nil }
    let kernel = Array(weights.sizes.dropFirst(2))
    guard let stride = number("stride"), let dilation = number("dilation"),
      argument("padding") == nil, (kernel + [stride, dilation]).allSatisfy({ $0 > 0 })
    else {
      guard input[1] == weights[1] * groups else {
        throw TensorError.channels(input: input, weights: weights, groups: groups)
      }
      return nil
    }
    let window = Padding.valid.window(
      kernel: kernel, stride: [stride, stride], dilation: [dilation, dilation], height: input[2],
      width: input[3])
    return .tensor(
      try ConvolutionSizes(input: input, weights: weights, window: window, groups: groups)
        .outputShape)
  }

  private func quantized(_ name: String) throws -> StaticValue? {
    guard name == "quantize" || name == "prepare" else { return nil }
    try checkBits(["bits", "weights", "activations", "inputBits"])
    guard name == "quantize", case .object(let object)? = argument("x") else { return nil }
    return .object(StaticObject("QuantizedTensor", shape: object.shape))
  }

  /// Widths of codes that surely do not exist.
  private func checkBits(_ names: [String]) throws {
    for name in names {
      guard let bits = int(name) else { continue }
      do {
        _ = try CodeType(bits: bits)
      } catch {
        let position = builtin.parameters.firstIndex { $0.name == name }.flatMap { index in
          if case .one(let position) = bound[index] { position } else { Int?.none }
        }
        var fault = session.describe(error)
        fault.argument = position
        throw fault
      }
    }
  }

  /// Whether a network fits the data or the shape it is given.
  private func network(_ name: String) throws {
    guard case .object(let object)? = argument("net"), let network = object.network else { return }
    switch name {
    case "fit", "evaluate", "accuracy":
      guard case .object(let data)? = argument("data"), data.typeName == "Dataset",
        let shape = data.shape, data.count ?? 0 > 0, int("epochs") != 0
      else { return }
      let output = try network.outputShape(for: Shape(shape))
      if let classes = data.classes, output.rank != 1 || output[0] < classes {
        throw NetworkError.classCount(outputs: output, classes: classes)
      }
    case "build": if let sizes = ints("shape") { _ = try network.outputShape(for: Shape(sizes)) }
    case "summary": if let sizes = ints("input") { _ = try network.outputShape(for: Shape(sizes)) }
    default: break
    }
  }
}
