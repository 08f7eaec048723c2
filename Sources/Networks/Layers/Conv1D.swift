public import Tensors

/// A convolution along one axis: `[N, C, L] -> [N, filters, L']`.
///
///     Conv1D(16, kernel: 5, activation: .relu)
///
/// y = activation(x * weights + bias), weights `[filters, C / groups, kernel]`: text, sound and other
/// courses in time. Weights start uniform with Glorot's limit, biases at 0.
public struct Conv1D: Layer {
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

  public var typeName: String { "Conv1D" }

  public var description: String {
    var text = "Conv1D(\(filters), kernel: \(kernel)"
    if stride != 1 { text += ", stride: \(stride)" }
    if padding != .valid { text += ", padding: .\(padding)" }
    if groups != 1 { text += ", groups: \(groups)" }
    if activation != .none { text += ", activation: .\(activation)" }
    if !usesBias { text += ", bias: false" }
    return text + ")"
  }

  private func checked(_ input: Shape) throws {
    guard input.rank == 2 else {
      throw NetworkError.inputRank(layer: typeName, needs: "courses [channels, length]", got: input)
    }
    guard input[0] % groups == 0, filters % groups == 0 else {
      throw NetworkError.groups(channels: input[0], filters: filters, groups: groups)
    }
    if let weights, weights.shape[1] != input[0] / groups {
      throw TensorError.channels(
        input: Shape(trusted: [1] + input.sizes), weights: weights.shape, groups: groups)
    }
  }

  public func outputShape(for input: Shape) throws -> Shape {
    try checked(input)
    let window = padding.window(
      kernel: [1, kernel], stride: [1, stride], height: 1, width: input[1])
    let sizes = try ConvolutionSizes(
      input: Shape([1, input[0], 1, input[1]]),
      weights: Shape([filters, input[0] / groups, 1, kernel]), window: window, groups: groups)
    return try Shape([filters, sizes.output[3]])
  }

  public func built(for input: Shape, seed: UInt64) throws -> any Layer {
    guard weights == nil else { return self }
    try checked(input)
    let shape = try Shape([filters, input[0] / groups, kernel])
    var layer = self
    layer.weights = try glorotUniform(
      shape, fanIn: Double(shape[1] * kernel), fanOut: Double(filters / groups * kernel),
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

  /// As a convolution over images of one row.
  public func forward(_ x: Tensor, _ context: inout Context) throws -> Tensor {
    guard let weights else { throw NetworkError.notBuilt(description) }
    guard x.rank == 3 else { throw TensorError.needsRank(typeName, 3, x.shape) }
    let y = try conv2d(
      x.reshape([x.shape[0], x.shape[1], 1, x.shape[2]]),
      weights.reshape([filters, weights.shape[1], 1, kernel]), bias: bias, stride: [1, stride],
      padding: padding, groups: groups, relu: activation == .relu)
    let flat = try y.reshape([y.shape[0], filters, y.shape[3]])
    return activation == .relu ? flat : try activation.apply(flat)
  }
}
