public import Tensors

/// A convolution: `[N, C, H, W] -> [N, filters, H', W']`.
///
///     Conv2D(32, kernel: 3, activation: .relu)
///
/// y = activation(x * weights + bias), weights `[filters, C / groups, kernel, kernel]`, whose
/// neighbours are `dilation` rows or columns of the image apart. Weights start uniform with Glorot's
/// limit sqrt(6 / (fan in + fan out)), biases at 0, as in Keras.
public struct Conv2D: Layer, Convolution {
  public let filters: Int
  public let kernel: Int
  public let stride: Int
  public let padding: Padding
  public let dilation: Int
  public let groups: Int
  public let activation: Activation
  public let initializer: Initializer
  public package(set) var usesBias: Bool
  public let seed: UInt64?
  public package(set) var weights: Tensor?
  public package(set) var bias: Tensor?

  public init(
    _ filters: Int, kernel: Int = 3, stride: Int = 1, padding: Padding = .valid, dilation: Int = 1,
    groups: Int = 1, activation: Activation = .none, bias: Bool = true,
    initializer: Initializer = .glorotUniform, seed: UInt64? = nil
  ) throws {
    try ConvolutionForm.check(
      filters: filters, kernel: kernel, stride: stride, dilation: dilation, groups: groups)
    self.filters = filters
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
    self.groups = groups
    self.activation = activation
    usesBias = bias
    self.initializer = initializer
    self.seed = seed
  }

  /// A convolution with given weights `[filters, C / groups, kernel, kernel]` and bias `[filters]`.
  public init(
    weights: Tensor, bias: Tensor?, stride: Int = 1, padding: Padding = .valid, dilation: Int = 1,
    groups: Int = 1, activation: Activation = .none
  ) throws {
    guard weights.rank == 4, weights.shape[2] == weights.shape[3] else {
      throw TensorError.needsRank("a square kernel", 4, weights.shape)
    }
    try self.init(
      weights.shape[0], kernel: weights.shape[2], stride: stride, padding: padding,
      dilation: dilation, groups: groups, activation: activation, bias: bias != nil)
    self.weights = try weights.cast(to: .float32)
    self.bias = try checkedBias(bias, outputs: filters)
  }

  public var typeName: String { "Conv2D" }

  package var form: ConvolutionForm {
    ConvolutionForm(
      filters: filters, kernel: [kernel, kernel], stride: [stride, stride], padding: padding,
      dilation: [dilation, dilation], groups: groups)
  }

  private func checked(_ input: Shape) throws {
    guard input.rank == 3 else {
      throw NetworkError.inputRank(
        layer: typeName, needs: "images [channels, height, width]", got: input)
    }
  }

  public func outputShape(for input: Shape) throws -> Shape {
    try checked(input)
    return try form.outputShape(for: input, weights: weights?.shape)
  }

  public func built(for input: Shape, seed: UInt64) throws -> any Layer {
    guard weights == nil else { return self }
    try checked(input)
    return try started(
      form.weightShape(channels: input[0]), channels: input[0], seed: self.seed ?? seed)
  }

  package func product(
    _ x: Tensor, _ weights: Tensor, bias: Tensor?, relu: Bool
  ) throws -> Tensor {
    try form(x, weights, bias: bias, relu: relu)
  }

  package func pooledProduct(
    _ x: Tensor, _ weights: Tensor, bias: Tensor?, _ pool: MaxPool2D
  ) throws -> Tensor? {
    guard x.rank == 4, pool.padding == .valid else { return nil }
    return try convPool2d(
      x, weights, bias: bias, window: form.window(height: x.shape[2], width: x.shape[3]),
      groups: groups, size: [pool.size, pool.size], stride: [pool.stride, pool.stride],
      rectifying: true)
  }
}
