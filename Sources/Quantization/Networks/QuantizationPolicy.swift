/// How many bits the parts of a network get, and how they are learned.
///
///     try QuantizationPolicy(weights: 4, activations: 8, method: .lsq)
///
/// Weights are signed, with a scale for each output channel or one for all; activations are unsigned codes with
/// one scale for each tensor.
public struct QuantizationPolicy: Hashable, Sendable {
  /// Bits of the weights, 1 to 8.
  public let weights: Int
  /// Bits of the activations, 1 to 8, or 16; nil leaves them float32.
  public let activations: Int?
  public let method: QuantizationMethod
  /// Whether the layer keeps its bits when those of the network change, as a first or last one may.
  public let isExempt: Bool
  /// Whether the range of the input is observed even where the method would learn it.
  ///
  /// So it is with the data itself, whose range is known.
  public let observesInput: Bool
  /// Whether all output channels share one scale; for scales that follow from the weights.
  public let sharesScale: Bool
  /// How sums become codes of the next layer when the layer computes in whole numbers.
  public let requantization: Requantization

  /// Checks the widths: 1 to 8 bits each, or 16 for activations, and 1 to 7 for the weights of PACT and DoReFa.
  ///
  /// The weights of `.binary` have 1 bit and those of `.ternary` 2, whatever `weights` says.
  public init(
    weights: Int = 8, activations: Int? = 8, method: QuantizationMethod = .straightThrough,
    isExempt: Bool = false, observesInput: Bool = false, sharesScale: Bool = false,
    requantization: Requantization = .float
  ) throws {
    try Self.check("weights", weights)
    if let activations, activations != 16 { try Self.check("activations", activations) }
    let hasOddWeights = method == .pact || method == .dorefa
    guard !hasOddWeights || weights < 8 else { throw QuantizedNetworkError.oddWeights(weights) }
    self.weights = method == .binary ? 1 : method == .ternary ? 2 : weights
    self.activations = activations
    self.method = method
    self.isExempt = isExempt
    self.observesInput = observesInput
    self.sharesScale = sharesScale && method == .straightThrough
    self.requantization = requantization
  }

  /// How the grid of the input comes about.
  var inputGrid: QuantizationMethod.Activations { observesInput ? .range : method.activations }

  /// The policy with other ways, where they are given.
  func with(
    weights: Int? = nil, activations: Int? = nil, observesInput: Bool? = nil,
    sharesScale: Bool? = nil, requantization: Requantization? = nil
  ) throws -> QuantizationPolicy {
    try QuantizationPolicy(
      weights: weights ?? self.weights,
      activations: self.activations.map { activations ?? $0 }, method: method, isExempt: isExempt,
      observesInput: observesInput ?? self.observesInput,
      sharesScale: sharesScale ?? self.sharesScale,
      requantization: requantization ?? self.requantization)
  }

  private static func check(_ what: String, _ bits: Int) throws {
    guard (1...8).contains(bits) else { throw QuantizedNetworkError.width(of: what, bits) }
  }

  /// The codes of weights, which are signed.
  ///
  /// As wide below 0 as above where the scale follows from the weights, with the lowest code where
  /// it is learned, odd for PACT and DoReFa.
  package var weightType: CodeType {
    get throws {
      switch method {
      case .straightThrough: try CodeType(bits: weights, isNarrow: true)
      case .lsq, .lsqPlus: try CodeType(bits: weights)
      case .pact, .dorefa: try .odd(bits: weights)
      case .binary: .binary
      case .ternary: .ternary
      }
    }
  }

  /// The codes of activations: unsigned; nil where they stay float32.
  package var activationType: CodeType? {
    get throws { try activations.map { try CodeType(bits: $0, isSigned: false) } }
  }
}
