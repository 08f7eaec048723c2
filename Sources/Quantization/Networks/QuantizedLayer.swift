public import Networks
public import Tensors

/// A layer whose weights and input are quantized in simulation.
///
///     y = activation(w^ * x^ + b),   w^ = s_w[c] round(w / s_w[c]),
///     x^ = s (clamp(round(x / s) + z, 0, 2^bits - 1) - z)
///
/// Weights are symmetric, signed, in the narrow range and scaled per output channel by their
/// present values; the input is affine and unsigned with one scale, from a range that the layer
/// holds. Training works in float32 with straight-through gradients. Used after training, the layer
/// computes with the codes themselves in whole numbers, so that it gives exactly what the integer
/// network gives: see `IntegerNetwork`.
///
/// - The range is widened to contain 0. While observing it is the smallest and largest input ever
///   seen; in training it moves by a hundredth toward that of each batch, as PyTorch's
///   MovingAverageMinMaxObserver does, but after the batch rather than before it.
/// - In training the bias is float32. In whole numbers it is int32 in units of s s_w[c], which is
///   finer than a step of the accumulator.
/// - Where a gradient is recorded outside of training, float32 is used with the range as it is.
public struct QuantizedLayer: Layer {
  /// The averaging constant of PyTorch's MovingAverageMinMaxObserver.
  static let averagingConstant: Float = 0.01

  /// The layer in float32: Conv2D, Dense or AveragePool2D.
  public let layer: any Layer
  public let policy: QuantizationPolicy
  /// The range of the input; nil until one was observed.
  public let inputRange: ValueRange?

  /// Wraps a Conv2D, Dense or AveragePool2D.
  ///
  /// Errors: another layer, widths that are not 2 to 8 bits.
  public init(
    _ layer: any Layer, weights: Int = 8, activations: Int? = 8, inputRange: ValueRange? = nil
  ) throws {
    try self.init(
      layer, policy: QuantizationPolicy(weights: weights, activations: activations),
      inputRange: inputRange)
  }

  /// Wraps a Conv2D, Dense or AveragePool2D; see `init(_:weights:activations:inputRange:)`.
  public init(
    _ layer: any Layer, policy: QuantizationPolicy, inputRange: ValueRange? = nil
  ) throws {
    guard layer is Conv2D || layer is Dense || layer is AveragePool2D else {
      throw QuantizedNetworkError.notQuantizable(layer.description)
    }
    self.init(trusted: layer, policy: policy, inputRange: inputRange)
  }

  private init(trusted layer: any Layer, policy: QuantizationPolicy, inputRange: ValueRange?) {
    self.layer = layer
    self.policy = policy
    self.inputRange = inputRange
  }

  private func holding(_ layer: any Layer) -> QuantizedLayer {
    QuantizedLayer(trusted: layer, policy: policy, inputRange: inputRange)
  }

  public var typeName: String { "Quantized\(layer.typeName)" }

  public var description: String {
    let weights = layer is AveragePool2D ? "" : "weights: \(policy.weights), "
    let activations = policy.activations.map(String.init) ?? "nil"
    return "Quantized(\(layer), \(weights)activations: \(activations))"
  }

  public func outputShape(for input: Shape) throws -> Shape { try layer.outputShape(for: input) }

  public func built(for input: Shape, seed: UInt64) throws -> any Layer {
    holding(try layer.built(for: input, seed: seed))
  }

  public var isBuilt: Bool { layer.isBuilt }
  public var parameters: [Parameter] { layer.parameters }

  public func replacingParameters(_ tensors: [Tensor]) -> any Layer {
    holding(layer.replacingParameters(tensors))
  }

  public var needsObservation: Bool { policy.activations != nil && inputRange == nil }

  /// Scale and zero point of the input; nil where activations stay float32.
  ///
  /// `subject` names the input in the error for a range that was never observed or is not finite.
  package func inputParameters(subject: String) throws -> QuantizationParameters? {
    guard let type = try policy.activationType else { return nil }
    return try QuantizationParameters(
      ranges: [inputRange ?? .empty], type: type, scheme: .affine, subject: subject)
  }

  /// Scale and zero point of the input; nil where activations stay float32.
  public var inputParameters: QuantizationParameters? {
    get throws { try inputParameters(subject: "the input of \(layer)") }
  }

  /// The weights as codes with their scales; nil before they exist, and for a layer without any.
  public var quantizedWeights: QuantizedTensor? {
    get throws {
      guard let weights = layer.parameters.first?.tensor else { return nil }
      let known = try QuantizedWeights.codes(weights, bits: policy.weights)
      return QuantizedTensor(
        shape: known.shape, parameters: known.parameters,
        packed: try PackedCodes(known.codes, bits: policy.weights), measures: nil)
    }
  }

  // What it observes: a range, and in training the step of the moving average with it.

  func statistic(_ x: Tensor, isTraining: Bool) throws -> Statistic {
    let range = try x.rangeWithZero()
    var tensors = [try Tensor([range.min, range.max])]
    if isTraining { tensors.append(try Tensor([Self.averagingConstant])) }
    return Statistic(sampleCount: x.shape.first ?? 0, tensors: tensors)
  }

  public func absorbing(_ statistics: [Statistic]) throws -> any Layer {
    // The parts of one batch together make one step.
    var batch = ValueRange.empty
    var step: Float?
    for statistic in statistics {
      let ends: [Float] = try statistic.tensors[0].elements()
      batch = batch.union(ValueRange(ends[0], ends[1]))
      if statistic.tensors.count > 1 { step = try Float(statistic.tensors[1].item()) }
    }
    guard !batch.isEmpty else { return self }
    var range = batch
    if let known = inputRange {
      range = known.union(batch)
      if let step {
        range = ValueRange(
          known.min + step * (batch.min - known.min), known.max + step * (batch.max - known.max))
      }
    }
    return QuantizedLayer(trusted: layer, policy: policy, inputRange: range)
  }
}

extension Tensor {
  /// The range of the elements, widened to contain 0.
  ///
  /// The padding of a blocked layout is 0, so the elements are looked at where they lie.
  func rangeWithZero() throws -> ValueRange {
    let real = try detached().cast(to: .float32)
    let count = (real.layout?.byteCount ?? real.count * 4) / 4
    let range = withExtendedLifetime(real.storage) {
      GridKernel.range(real.storage.pointer.assumingMemoryBound(to: Float.self), count)
    }
    return range.union(ValueRange(0, 0))
  }
}
