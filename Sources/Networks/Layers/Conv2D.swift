public import Tensors

/// What is applied to a layer's output.
public enum Activation: String, CaseIterable, Sendable {
  case none, relu, tanh, sigmoid

  package func apply(_ x: Tensor) throws -> Tensor {
    switch self {
    case .none: x
    case .relu: try rectify(x)
    case .tanh: try Tensors.tanh(x)
    case .sigmoid: try Tensors.sigmoid(x)
    }
  }
}

/// A convolution: `[N, C, H, W] -> [N, filters, H', W']`.
///
///     Conv2D(32, kernel: 3, activation: .relu)
///
/// y = activation(x * weights + bias), weights `[filters, C / groups, kernel, kernel]`. Weights
/// start uniform with Glorot's limit sqrt(6 / (fan in + fan out)), biases at 0, as in Keras.
public struct Conv2D: Layer, Rectifying {
  public let filters: Int
  public let kernel: Int
  public let stride: Int
  public let padding: Padding
  public let groups: Int
  public let activation: Activation
  public let usesBias: Bool
  public let seed: UInt64?
  public private(set) var weights: Tensor?
  public private(set) var bias: Tensor?

  public init(
    _ filters: Int, kernel: Int = 3, stride: Int = 1, padding: Padding = .valid, groups: Int = 1,
    activation: Activation = .none, bias: Bool = true, seed: UInt64? = nil
  ) throws {
    for (what, size) in [("the number of filters", filters), ("the number of groups", groups)]
    where size < 1 {
      throw NetworkError.badSize(what, size, minimum: 1)
    }
    try checkSide("a kernel", kernel)
    try checkSide("a stride", stride)
    self.filters = filters
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    self.groups = groups
    self.activation = activation
    usesBias = bias
    self.seed = seed
  }

  /// A convolution with given weights `[filters, C / groups, kernel, kernel]` and bias `[filters]`.
  public init(
    weights: Tensor, bias: Tensor?, stride: Int = 1, padding: Padding = .valid, groups: Int = 1,
    activation: Activation = .none
  ) throws {
    guard weights.rank == 4, weights.shape[2] == weights.shape[3] else {
      throw TensorError.needsRank("a square kernel", 4, weights.shape)
    }
    try self.init(
      weights.shape[0], kernel: weights.shape[2], stride: stride, padding: padding,
      groups: groups, activation: activation, bias: bias != nil)
    self.weights = try weights.cast(to: .float32)
    self.bias = try checkedBias(bias, outputs: filters)
  }

  public var typeName: String { "Conv2D" }

  public var description: String {
    var text = "Conv2D(\(filters), kernel: \(kernel)"
    if stride != 1 { text += ", stride: \(stride)" }
    if padding != .valid { text += ", padding: .\(padding)" }
    if groups != 1 { text += ", groups: \(groups)" }
    if activation != .none { text += ", activation: .\(activation)" }
    if !usesBias { text += ", bias: false" }
    return text + ")"
  }

  /// The window for images of a height and width.
  public func window(height: Int, width: Int) -> Window {
    padding.window(
      kernel: [kernel, kernel], stride: [stride, stride], height: height, width: width)
  }

  private func checked(_ input: Shape) throws {
    guard input.rank == 3 else {
      throw NetworkError.inputRank(
        layer: "Conv2D", needs: "images [channels, height, width]", got: input)
    }
    guard input[0] % groups == 0, filters % groups == 0 else {
      throw NetworkError.groups(channels: input[0], filters: filters, groups: groups)
    }
  }

  public func outputShape(for input: Shape) throws -> Shape {
    try checked(input)
    let batch = try Shape([1] + input.sizes)
    let weights = try self.weights?.shape ?? Shape([filters, input[0] / groups, kernel, kernel])
    let sizes = try ConvolutionSizes(
      input: batch, weights: weights, window: window(height: input[1], width: input[2]),
      groups: groups)
    return try Shape(Array(sizes.output.dropFirst()))
  }

  public func built(for input: Shape, seed: UInt64) throws -> any Layer {
    guard weights == nil else { return self }
    try checked(input)
    let shape = try Shape([filters, input[0] / groups, kernel, kernel])
    let area = Double(kernel * kernel)
    var layer = self
    layer.weights = try glorotUniform(
      shape, fanIn: Double(shape[1]) * area, fanOut: Double(filters / groups) * area,
      seed: self.seed ?? seed)
    layer.bias = usesBias ? try zeros(filters) : nil
    return layer
  }

  public var isBuilt: Bool { weights != nil }

  public var parameters: [Parameter] {
    [weights.map { Parameter("weights", $0) }, bias.map { Parameter("bias", $0) }]
      .compactMap { $0 }
  }

  public func replacingParameters(_ tensors: [Tensor]) -> any Layer {
    var layer = self
    layer.weights = tensors.first
    layer.bias = usesBias ? tensors.last : nil
    return layer
  }

  public func forward(_ x: Tensor, _ context: inout Context) throws -> Tensor {
    let y = try linear(x, fusing: activation == .relu)
    return activation == .relu ? y : try activation.apply(y)
  }

  package var rectifies: Bool { activation == .relu }

  package func linear(_ x: Tensor, _ context: inout Context) throws -> Tensor {
    try linear(x, fusing: false)
  }

  /// The convolution alone, with a ReLU fused behind it if wanted.
  package func linear(_ x: Tensor, fusing relu: Bool) throws -> Tensor {
    guard let weights else { throw NetworkError.notBuilt(description) }
    return try conv2d(
      x, weights, bias: bias, stride: [stride, stride], padding: padding, groups: groups,
      relu: relu)
  }
}

/// Numbers uniform on [-limit, limit], limit = sqrt(6 / (fan in + fan out)).
///
/// Source: Glorot, Bengio, "Understanding the difficulty of training deep feedforward neural
/// networks" (AISTATS 2010).
package func glorotUniform(
  _ shape: Shape, fanIn: Double, fanOut: Double, seed: UInt64
) throws -> Tensor {
  let limit = (6 / (fanIn + fanOut)).squareRoot()
  var stream = RandomStream(seed: seed, stream: 0x7765_6967_6874)
  return try Tensor.uniform(shape, low: -limit, high: limit, from: &stream)
}
