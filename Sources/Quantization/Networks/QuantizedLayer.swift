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
/// - The other methods of learning to quantize put a scale that is trained, or a fixed grid, in the
///   place of largest weights and observed ranges: see `QuantizationMethod`. What is trained appears
///   among the parameters: `weightScale`, `inputScale`, `inputOffset`, `inputClip`.
/// - Where a gradient is recorded outside of training, float32 is used with the range as it is.
public struct QuantizedLayer: Layer, Wrapping {
  /// The averaging constant of PyTorch's MovingAverageMinMaxObserver.
  static let averagingConstant: Float = 0.01
  /// The L2 penalty on PACT's clip.
  static let clipDecay = 0.0002

  /// The layer in float32: Conv1D, Conv2D, Dense, an average pooling, or the sum of a Residual.
  public internal(set) var layer: any Layer
  package var wrapped: any Layer { layer }
  public internal(set) var policy: QuantizationPolicy
  /// The range of the input; nil until one was observed.
  public internal(set) var inputRange: ValueRange?
  /// One scale for each output channel, where they do not follow from the weights: they are learned,
  /// or held since a repair chose codes for them.
  public internal(set) var weightScale: Tensor?
  /// The learned step of the input, or PACT's clip: one number.
  public internal(set) var inputScale: Tensor?
  /// The learned offset of LSQ+: one number.
  public internal(set) var inputOffset: Tensor?
  /// Whether ranges and learned scales stay as they are.
  public internal(set) var isFrozen = false

  /// Wraps a Conv1D, Conv2D, Dense or average pooling.
  ///
  /// Errors: another layer, widths that are not 1 to 8 bits.
  public init(
    _ layer: any Layer, weights: Int = 8, activations: Int? = 8,
    method: QuantizationMethod = .straightThrough, inputRange: ValueRange? = nil
  ) throws {
    try self.init(
      layer,
      policy: QuantizationPolicy(weights: weights, activations: activations, method: method),
      inputRange: inputRange)
  }

  /// Wraps such a layer; see `init(_:weights:activations:method:inputRange:)`.
  ///
  /// A range gives the learned scales of the input their start, as if its numbers were spread evenly
  /// over it.
  public init(
    _ layer: any Layer, policy: QuantizationPolicy, inputRange: ValueRange? = nil
  ) throws {
    guard layer.hasWeights || layer.sumsWithoutWeights else {
      throw QuantizedNetworkError.notQuantizable(layer.description)
    }
    self.layer = layer
    self.policy = policy
    try startWeightScale()
    if let inputRange {
      self.inputRange = inputRange
      try startInput(mean: inputRange.magnitude / 2)
    }
  }

  public var typeName: String { "Quantized\(layer.typeName)" }

  public var description: String {
    let weights = layer.sumsWithoutWeights ? "" : "weights: \(policy.weights), "
    let activations = policy.activations.map(String.init) ?? "nil"
    let method = policy.method == .straightThrough ? "" : ", method: .\(policy.method)"
    return "Quantized(\(layer), \(weights)activations: \(activations)\(method))"
  }

  public func outputShape(for input: Shape) throws -> Shape { try layer.outputShape(for: input) }

  public func built(for input: Shape, seed: UInt64) throws -> any Layer {
    var copy = self
    copy.layer = try layer.built(for: input, seed: seed)
    try copy.startWeightScale()
    return copy
  }

  public var isBuilt: Bool { layer.isBuilt }

  /// The parameters of the layer, then what is learned of the grids.
  public var parameters: [Parameter] {
    var all = layer.parameters
    if learnsWeightScale, let weightScale { all.append(Parameter("weightScale", weightScale)) }
    if let inputScale {
      all.append(
        policy.inputGrid == .clip
          ? Parameter("inputClip", inputScale, decay: isFrozen ? 0 : Self.clipDecay)
          : Parameter("inputScale", inputScale))
    }
    if let inputOffset { all.append(Parameter("inputOffset", inputOffset)) }
    return all
  }

  /// Whether the scales of the weights are among the parameters.
  var learnsWeightScale: Bool { policy.method.learnsWeightScale && layer.parameters.count > 0 }

  public func replacingParameters(_ tensors: [Tensor]) -> any Layer {
    var copy = self
    let count = layer.parameters.count
    var own = Array(tensors.prefix(count))
    if policy.method == .binary, let weights = own.first { own[0] = weights.clippedToUnit }
    copy.layer = layer.replacingParameters(own)
    guard !isFrozen else { return copy }
    var rest = tensors.dropFirst(count)
    if learnsWeightScale, weightScale != nil { copy.weightScale = rest.popFirst() }
    if inputScale != nil { copy.inputScale = rest.popFirst() }
    if inputOffset != nil { copy.inputOffset = rest.popFirst() }
    return copy
  }

  /// The weights as codes with their scales; nil before they exist, and for a layer without any.
  public var quantizedWeights: QuantizedTensor? {
    get throws {
      guard let known = try weightCodes() else { return nil }
      return QuantizedTensor(
        shape: known.shape, parameters: known.parameters,
        packed: try PackedCodes(known.codes, type: known.parameters.type), measures: nil)
    }
  }

  /// The weights as codes; a scale below that of `least` is raised to it.
  func weightCodes(scalesAtLeast least: [Float] = []) throws -> QuantizedWeights.Codes? {
    guard let weights = layer.parameters.first?.tensor else { return nil }
    return try QuantizedWeights.codes(
      weights, policy, scale: weightScale, scalesAtLeast: least)
  }

  /// The weights as training sees them: quantized and dequantized.
  func fakeWeights() throws -> Tensor? {
    guard let weights = layer.parameters.first?.tensor else { return nil }
    return try QuantizedWeights.fake(
      weights, policy, scale: weightScale, isLearned: learnsWeightScale)
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

  /// The tensor with every element in [-1, 1]; itself where it is recorded.
  var clippedToUnit: Tensor {
    guard !isRecorded, let ranges = try? valueRanges(), ranges[0].magnitude > 1 else { return self }
    let bounds = (try? Tensor(scalar: -1), try? Tensor(scalar: 1))
    guard let low = bounds.0, let high = bounds.1 else { return self }
    return (try? minimum(maximum(detached(), low), high)) ?? self
  }
}
