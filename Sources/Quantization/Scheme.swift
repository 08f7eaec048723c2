import Tensors

/// How scale and zero point follow from a range of values.
public enum Scheme: Hashable, Sendable, CustomStringConvertible {
  /// The whole range, with a zero point: x ~ s (q - z). For activations.
  case affine
  /// As wide below 0 as above; the zero point is 0 for signed codes. For weights.
  case symmetric
  /// Symmetric with a scale that is a power of two, so that scaling is a shift.
  case powerOfTwo
  /// The sign alone, with a scale: x ~ s sign(x), s = mean |x|. Source: XNOR-Net, arXiv 1603.05279.
  case binary
  /// x ~ s q, q = sign(x) where |x| > D and else 0; D = 0.7 mean |x|, s = mean of |x| above D.
  ///
  /// Source: ternary weight networks, arXiv 1605.04711.
  case ternary
  /// A given number of fractional bits: x ~ q / 2^n, whatever the range.
  case fixedPoint(fractionalBits: Int)

  /// The name as it is written after a dot.
  public var name: String {
    switch self {
    case .affine: "affine"
    case .symmetric: "symmetric"
    case .powerOfTwo: "powerOfTwo"
    case .binary: "binary"
    case .ternary: "ternary"
    case .fixedPoint: "fixedPoint"
    }
  }

  public var description: String {
    switch self {
    case .affine: "affine"
    case .symmetric: "symmetric"
    case .powerOfTwo: "power of two"
    case .binary: "binary"
    case .ternary: "ternary"
    case .fixedPoint(let bits): "fixed point with \(bits) fractional bit\(bits == 1 ? "" : "s")"
    }
  }

  /// Whether codes are signed unless the caller says otherwise: all but the affine ones.
  public var isSignedByDefault: Bool { self != .affine }

  /// Whether the scale is given rather than found in the values.
  var hasGivenScale: Bool {
    if case .fixedPoint = self { true } else { false }
  }

  /// Whether each scale comes with a zero point that must be stored.
  public var storesZeroPoints: Bool { self == .affine }

  /// The codes this scheme uses at a width: the narrow range where it is symmetric and signed.
  ///
  /// `.binary` and `.ternary` have a width of their own, whatever `bits` says.
  public func codeType(bits: Int, signed: Bool? = nil) throws -> CodeType {
    if self == .binary || self == .ternary {
      guard signed != false else { throw QuantizationError.needsBinary(self) }
      return self == .binary ? .binary : .ternary
    }
    let isSymmetric = self == .symmetric || self == .powerOfTwo
    return try CodeType(
      bits: bits, isSigned: signed ?? isSignedByDefault, isNarrow: isSymmetric)
  }
}
