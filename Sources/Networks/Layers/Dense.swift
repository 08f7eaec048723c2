public import Tensors

/// A dense (fully connected) layer along the last axis: `[N, ..., features] -> [N, ..., outputs]`.
///
///     Dense(10)
///
/// y = activation(x weights^T + bias), weights `[outputs, features]`, as PyTorch stores them. Where
/// there are axes between, each of their places goes through the same weights.
public struct Dense: Layer, Weighted {
  public let outputs: Int
  public let activation: Activation
  public let initializer: Initializer
  public package(set) var usesBias: Bool
  public let seed: UInt64?
  public package(set) var weights: Tensor?
  public package(set) var bias: Tensor?

  public init(
    _ outputs: Int, activation: Activation = .none, bias: Bool = true,
    initializer: Initializer = .glorotUniform, seed: UInt64? = nil
  ) throws {
    guard outputs > 0 else {
      throw NetworkError.badSize("the number of outputs", outputs, minimum: 1)
    }
    self.outputs = outputs
    self.activation = activation
    usesBias = bias
    self.initializer = initializer
    self.seed = seed
  }

  /// A dense layer with given weights `[outputs, features]` and bias `[outputs]`.
  public init(weights: Tensor, bias: Tensor?, activation: Activation = .none) throws {
    guard weights.rank == 2 else {
      throw TensorError.needsRank("a dense layer's weights", 2, weights.shape)
    }
    try self.init(weights.shape[0], activation: activation, bias: bias != nil)
    self.weights = try weights.cast(to: .float32)
    self.bias = try checkedBias(bias, outputs: outputs)
  }

  public var typeName: String { "Dense" }

  public var description: String {
    "Dense(\(outputs)" + lastWords + ")"
  }

  private func features(of input: Shape) throws -> Int {
    guard let features = input.last else {
      throw NetworkError.inputRank(layer: typeName, needs: "an axis of features", got: input)
    }
    if let weights, weights.shape[1] != features {
      throw TensorError.badArgument(
        "the input \(input) has \(features) features, but the weights \(weights.shape) take "
          + "\(weights.shape[1])")
    }
    return features
  }

  public func outputShape(for input: Shape) throws -> Shape {
    _ = try features(of: input)
    return try Shape(input.dropLast() + [outputs])
  }

  public func built(for input: Shape, seed: UInt64) throws -> any Layer {
    guard weights == nil else { return self }
    let features = try features(of: input)
    return try started(
      Shape([outputs, features]), outputs: outputs, fanIn: Double(features),
      fanOut: Double(outputs), seed: self.seed ?? seed)
  }

  package func product(
    _ x: Tensor, _ weights: Tensor, bias: Tensor?, relu: Bool
  ) throws -> Tensor {
    try dense(x, weights, bias: bias, relu: relu)
  }
}
