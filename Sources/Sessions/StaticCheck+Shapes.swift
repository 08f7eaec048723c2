import Datasets
import Language
import Networks
import Quantization
import Tensors

/// The rules by which shapes follow from shapes, as far as the check knows them.
enum StaticShapes {
  /// How the library names an operation in an error about shapes.
  static func verb(_ operation: BinaryOperator) -> String {
    switch operation {
    case .add: "add"
    case .subtract: "subtract"
    case .multiply: "multiply"
    case .divide: "divide"
    case .power: "power"
    case .remainder: "remainder"
    default: "compare"
    }
  }

  /// The shape of `a @ b`, as `Tensor.matmul` makes it.
  static func product(_ a: Shape, _ b: Shape) throws -> Shape {
    guard a.rank > 0 else { throw TensorError.matmulNeedsAxes(a) }
    guard b.rank > 0 else { throw TensorError.matmulNeedsAxes(b) }
    let left = a.rank == 1 ? [1] + a.sizes : a.sizes
    let right = b.rank == 1 ? b.sizes + [1] : b.sizes
    guard left[left.count - 1] == right[right.count - 2] else {
      throw TensorError.cannotMultiply(a, b)
    }
    let batch = try Shape.broadcast(
      Shape(Array(left.dropLast(2))), Shape(Array(right.dropLast(2))), for: "multiply")
    var sizes = batch.sizes
    if a.rank > 1 { sizes.append(left[left.count - 2]) }
    if b.rank > 1 { sizes.append(right[right.count - 1]) }
    return try Shape(sizes)
  }

  /// The shape of `x.reshape(sizes)`.
  static func reshaped(_ shape: Shape, to sizes: [Int]) throws -> Shape {
    var sizes = sizes
    let open = sizes.indices.filter { sizes[$0] == -1 }
    guard open.count <= 1 else { throw TensorError.cannotReshape(shape, sizes) }
    if let position = open.first {
      let rest = try Shape(sizes.map { $0 == -1 ? 1 : $0 }).elementCount
      guard rest > 0, shape.elementCount % rest == 0 else {
        throw TensorError.cannotReshape(shape, sizes)
      }
      sizes[position] = shape.elementCount / rest
    }
    let target = try Shape(sizes)
    guard target.elementCount == shape.elementCount else {
      throw TensorError.cannotReshape(shape, sizes)
    }
    return target
  }

  /// The shape of `x.transposed(axes)`.
  static func transposed(_ shape: Shape, _ axes: [Int]) throws -> Shape {
    let order = axes.isEmpty ? Array((0..<shape.rank).reversed()) : try axes.map(shape.axis)
    guard order.sorted() == Array(0..<shape.rank) else {
      throw TensorError.badPermutation(axes, shape)
    }
    return try Shape(order.map { shape[$0] })
  }

  /// Functions that give a tensor of the shape they are given.
  static let elementwise: Set<String> = [
    "exp", "log", "log1p", "expm1", "log2", "log10", "sqrt", "rsqrt", "reciprocal", "isNaN",
    "isFinite", "isInfinite", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh",
    "abs", "relu", "sigmoid", "square", "floor", "ceil", "round", "sign", "erf", "gelu", "silu",
    "mish", "softplus", "leakyRelu", "elu", "selu", "hardSwish", "hardSigmoid",
  ]

  static let reductions: Set<String> = [
    "sum", "mean", "min", "max", "variance", "standardDeviation", "argmax", "argmin",
  ]

  /// Builtins that only make a small value of their arguments, so that the check may call them.
  static let constructors: Set<String> = [
    "Conv1D", "Conv2D", "ConvTranspose2D", "Dense", "Embedding", "LayerNorm", "MaxPool2D",
    "AveragePool2D",
    "GlobalAveragePool2D", "GRU", "LSTM", "Transpose", "Reshape", "GlobalAveragePool1D",
    "MultiHeadAttention", "Residual", "Parallel", "Identity",
    "Flatten", "ReLU", "BatchNorm",
    "Dropout",
    "SGD", "Adam",
  ]
}

/// What the check knows of the types of the library.
enum StaticTypes {
  /// The properties of each type by its name.
  static let named: [String: [(name: String, type: String)]] =
    Library.valueTypes.reduce(into: [:]) { table, type in
      table[type.name] = type.properties.map { ($0.name, $0.type) }
    }

  /// Types whose values can be called with a tensor.
  static let callable: Set<String> = ["Sequential", "Layer", "IntegerNetwork"]

  /// How a message asks for a parameter's type.
  static func wanted(_ info: ParameterInfo) -> String {
    switch info.baseType {
    case "Int": Int.wanted
    case "Double": Double.wanted
    case "Bool": Bool.wanted
    case "String": String.wanted
    case "Function": Callback.wanted
    case "Tensor": Tensor.wanted
    case "Optimizer": OptimizerValue.wanted
    case let name:
      info.choices.isEmpty
        ? ("AEIOU".contains(name.first ?? " ") ? "an " : "a ") + name
        : listed(info.choices.map { ".\($0)" }, "or")
    }
  }

  /// What is known of a property.
  static func value(of name: String, _ type: String, _ object: StaticObject) -> StaticValue {
    switch (object.typeName, name) {
    case ("Tensor", "shape"), ("Dataset", "shape"):
      return object.shape.map { .list($0.map { .known(.int($0)) }) } ?? .unknown
    case ("Tensor", "rank"): return object.shape.map { .known(.int($0.count)) } ?? .unknown
    case ("Dataset", "count"): return object.count.map { .known(.int($0)) } ?? .unknown
    case ("Dataset", "images"), ("Dataset", "samples"):
      guard let count = object.count, let shape = object.shape else { return .unknown }
      return .object(StaticObject("Tensor", shape: [count] + shape))
    case ("Dataset", "labels"):
      return object.count.map { .object(StaticObject("Tensor", shape: [$0])) } ?? .unknown
    default:
      // A tensor without axes becomes a number.
      return named[type] != nil && type != "Tensor" ? .object(StaticObject(type)) : .unknown
    }
  }
}
