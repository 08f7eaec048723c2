public import Tensors

/// A convolution along one axis: `[N, C, L] -> [N, filters, L']`.
///
///     Conv1D(16, kernel: 5, activation: .relu)
///
/// y = activation(x * weights + bias), weights `[filters, C / groups, kernel]`: text, sound and other
/// courses in time. Weights start uniform with Glorot's limit, biases at 0.
public struct Conv1D: Layer, Convolution {
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

  public var typeName: String { "Conv1D" }

  package var form: ConvolutionForm {
    ConvolutionForm(
      filters: filters, kernel: [1, kernel], stride: [1, stride], padding: padding,
      dilation: [1, dilation], groups: groups)
  }

  private func checked(_ input: Shape) throws {
    guard input.rank == 2 else {
      throw NetworkError.inputRank(layer: typeName, needs: "courses [channels, length]", got: input)
    }
    if let weights, weights.shape[1] != (try form.weightShape(channels: input[0]))[1] {
      throw TensorError.channels(
        input: Shape(trusted: [1] + input.sizes), weights: weights.shape, groups: groups)
    }
  }

  public func outputShape(for input: Shape) throws -> Shape {
    try checked(input)
    let output = try form.outputShape(for: Shape([input[0], 1, input[1]]), weights: nil)
    return try Shape([filters, output[2]])
  }

  public func built(for input: Shape, seed: UInt64) throws -> any Layer {
    guard weights == nil else { return self }
    try checked(input)
    let shape = try form.weightShape(channels: input[0])
    return try started(
      Shape([filters, shape[1], kernel]), channels: input[0], seed: self.seed ?? seed)
  }

  /// As a convolution over images of one row.
  package func product(
    _ x: Tensor, _ weights: Tensor, bias: Tensor?, relu: Bool
  ) throws -> Tensor {
    guard x.rank == 3 else { throw TensorError.needsRank(typeName, 3, x.shape) }
    let y = try form(
      x.reshape([x.shape[0], x.shape[1], 1, x.shape[2]]),
      weights.reshape([weights.shape[0], weights.shape[1], 1, kernel]), bias: bias, relu: relu)
    return try y.reshape([y.shape[0], y.shape[1], y.shape[3]])
  }
}
