public import Tensors

/// Normalises each sample along its last axis, then scales and shifts it.
///
/// y = scale (x - mean) / sqrt(variance + epsilon) + shift, with mean and (population) variance of
/// the last axis, scale and shift of its size. Each sample stands alone, in training and after it.
/// Source: Ba, Kiros, Hinton, arXiv 1607.06450.
public struct LayerNorm: Layer {
  public let epsilon: Double
  public private(set) var scale: Tensor?
  public private(set) var shift: Tensor?

  public init(epsilon: Double = 1e-5) throws {
    guard epsilon > 0, epsilon.isFinite else {
      throw NetworkError.badRate("epsilon is a number above 0", epsilon)
    }
    self.epsilon = epsilon
  }

  public var typeName: String { "LayerNorm" }
  public var description: String { "LayerNorm()" }

  public func outputShape(for input: Shape) throws -> Shape {
    guard let size = input.last, size > 0 else {
      throw NetworkError.inputRank(
        layer: typeName, needs: "a last axis that is not empty", got: input)
    }
    if let scale, scale.count != size {
      throw TensorError.badArgument(
        "the last axis of \(input) has size \(size), but scale and shift have shape \(scale.shape)")
    }
    return input
  }

  public func built(for input: Shape, seed: UInt64) throws -> any Layer {
    guard scale == nil else { return self }
    let size = try outputShape(for: input)[input.rank - 1]
    var layer = self
    layer.scale = try ones(size)
    layer.shift = try zeros(size)
    return layer
  }

  public var isBuilt: Bool { scale != nil }

  public var parameters: [Parameter] {
    [scale.map { Parameter("scale", $0) }, shift.map { Parameter("shift", $0) }]
      .compactMap { $0 }
  }

  public func replacingParameters(_ tensors: [Tensor]) -> any Layer {
    var layer = self
    layer.scale = tensors.first
    layer.shift = tensors.last
    return layer
  }

  private static let storedNames = ["scale": "weight", "shift": "bias"]

  public var state: [Parameter] { storedParameters(naming: Self.storedNames) }

  public func restoring(_ stored: StoredState) throws -> any Layer {
    try restoringParameters(stored, naming: Self.storedNames)
  }

  public func forward(_ x: Tensor, _ context: inout Context) throws -> Tensor {
    guard let scale, let shift else { throw NetworkError.notBuilt(description) }
    let centred = try x - x.mean(axis: -1, keepDimensions: true)
    let variance = try square(centred).mean(axis: -1, keepDimensions: true)
    return try centred / sqrt(variance + epsilon) * scale + shift
  }
}
