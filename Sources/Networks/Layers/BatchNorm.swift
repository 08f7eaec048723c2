public import Tensors

/// Normalises each channel of `[N, C, ...]`, then scales and shifts it.
///
/// In training y = scale (x - mean) / sqrt(variance + epsilon) + shift with the batch's own mean
/// and variance; after it with their running averages, which move by `momentum` at each step
/// toward the batch's (the variance unbiased, as in PyTorch). Source: arXiv 1502.03167.
public struct BatchNorm: Layer {
  public let momentum: Double
  public let epsilon: Double
  public private(set) var scale: Tensor?
  public private(set) var shift: Tensor?
  public private(set) var runningMean: Tensor?
  public private(set) var runningVariance: Tensor?
  /// Whether the running averages stay as they are, and training uses them too.
  public private(set) var isFrozen = false

  public init(momentum: Double = 0.1, epsilon: Double = 1e-5) throws {
    guard momentum > 0, momentum <= 1 else {
      throw NetworkError.badRate("a momentum is above 0 and at most 1", momentum)
    }
    guard epsilon > 0, epsilon.isFinite else {
      throw NetworkError.badRate("epsilon is a number above 0", epsilon)
    }
    self.momentum = momentum
    self.epsilon = epsilon
  }

  public var typeName: String { "BatchNorm" }
  public var description: String { "BatchNorm()" }

  public func outputShape(for input: Shape) throws -> Shape {
    guard input.rank >= 1 else {
      throw NetworkError.inputRank(layer: typeName, needs: "at least one axis", got: input)
    }
    if let scale, scale.count != input[0] {
      throw TensorError.badArgument(
        "\(input) has \(input[0]) channels, but scale and shift have shape \(scale.shape)")
    }
    return input
  }

  public func built(for input: Shape, seed: UInt64) throws -> any Layer {
    guard scale == nil else { return self }
    _ = try outputShape(for: input)
    var layer = self
    layer.scale = try ones(input[0])
    layer.shift = try zeros(input[0])
    layer.runningMean = layer.shift
    layer.runningVariance = layer.scale
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

  public func forward(_ x: Tensor, _ context: inout Context) throws -> Tensor {
    guard let scale, let shift, let runningMean, let runningVariance else {
      throw NetworkError.notBuilt(description)
    }
    if context.isTraining, !isFrozen {
      let (y, mean, variance) = try batchNorm(x, scale: scale, shift: shift, epsilon: epsilon)
      let count = Double(x.count / max(1, x.shape[1]))
      let unbiased = try variance * (count / max(1, count - 1))
      context.report(Statistic(sampleCount: x.shape[0], tensors: [mean, unbiased]))
      return y
    }
    let factor = try scale / sqrt(runningVariance + epsilon)
    return try affine(x, factor, shift - runningMean * factor)
  }

  public func absorbing(_ statistics: [Statistic]) throws -> any Layer {
    var layer = self
    for statistic in statistics where !isFrozen {
      guard let mean = layer.runningMean, let variance = layer.runningVariance else { break }
      layer.runningMean = try mean + (statistic.tensors[0] - mean) * momentum
      layer.runningVariance = try variance + (statistic.tensors[1] - variance) * momentum
    }
    return layer
  }

  public var treatsSamplesAlone: Bool { isFrozen }

  private static let storedNames = ["scale": "weight", "shift": "bias"]

  /// As PyTorch names it, and whether the averages stay as they are.
  public var state: [Parameter] {
    let averages = [
      runningMean.map { Parameter("running_mean", $0) },
      runningVariance.map { Parameter("running_var", $0) },
    ]
    return storedParameters(naming: Self.storedNames) + averages.compactMap { $0 }
      + StoredState.flag("frozen", isFrozen)
  }

  public func restoring(_ stored: StoredState) throws -> any Layer {
    guard var layer = try restoringParameters(stored, naming: Self.storedNames) as? BatchNorm,
      let runningMean, let runningVariance
    else { return self }
    layer.runningMean = try stored.tensor("running_mean", like: runningMean)
    layer.runningVariance = try stored.tensor("running_var", like: runningVariance)
    layer.isFrozen = stored.flag("frozen")
    return layer
  }

  /// The layer with its running averages as they are from now on.
  package func frozen() -> BatchNorm {
    var layer = self
    layer.isFrozen = true
    return layer
  }
}
