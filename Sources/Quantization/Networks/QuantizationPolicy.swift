/// How many bits the parts of a network get.
///
///     try QuantizationPolicy(weights: 4, activations: 8)
///
/// Weights are symmetric and signed, with a scale for each output channel; activations are affine
/// and unsigned, with one scale for each tensor.
public struct QuantizationPolicy: Hashable, Sendable {
  /// Bits of the weights, 2 to 8.
  public let weights: Int
  /// Bits of the activations, 2 to 8; nil leaves them float32.
  public let activations: Int?

  /// Checks the widths: 2 to 8 bits each.
  public init(weights: Int = 8, activations: Int? = 8) throws {
    try Self.check("weights", weights)
    if let activations { try Self.check("activations", activations) }
    self.weights = weights
    self.activations = activations
  }

  private static func check(_ what: String, _ bits: Int) throws {
    guard (2...8).contains(bits) else { throw QuantizedNetworkError.width(of: what, bits) }
  }

  /// The codes of weights: signed, as wide below 0 as above.
  package var weightType: CodeType {
    get throws { try CodeType(bits: weights, isSigned: true, isNarrow: true) }
  }

  /// The codes of activations: unsigned; nil where they stay float32.
  package var activationType: CodeType? {
    get throws { try activations.map { try CodeType(bits: $0, isSigned: false) } }
  }
}
