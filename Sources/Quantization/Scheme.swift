import Tensors

/// How scale and zero point follow from a range of values.
public enum Scheme: Hashable, Sendable, CustomStringConvertible {
  /// The whole range, with a zero point: x ~ s (q - z). For activations.
  case affine
  /// As wide below 0 as above; the zero point is 0 for signed codes. For weights.
  case symmetric
  /// Symmetric with a scale that is a power of two, so that scaling is a shift.
  case powerOfTwo
  /// A given number of fractional bits: x ~ q / 2^n, whatever the range.
  case fixedPoint(fractionalBits: Int)

  /// The name as it is written after a dot.
  public var name: String {
    switch self {
    case .affine: "affine"
    case .symmetric: "symmetric"
    case .powerOfTwo: "powerOfTwo"
    case .fixedPoint: "fixedPoint"
    }
  }

  public var description: String {
    switch self {
    case .affine: "affine"
    case .symmetric: "symmetric"
    case .powerOfTwo: "power of two"
    case .fixedPoint(let bits): "fixed point with \(bits) fractional bit\(bits == 1 ? "" : "s")"
    }
  }

  /// Whether codes are signed unless the caller says otherwise: all but the affine ones.
  public var isSignedByDefault: Bool { self != .affine }

  /// Whether each scale comes with a zero point that must be stored.
  public var storesZeroPoints: Bool { self == .affine }

  /// The codes this scheme uses at a width: the narrow range where it is symmetric and signed.
  public func codeType(bits: Int, signed: Bool? = nil) throws -> CodeType {
    let isSymmetric = self == .symmetric || self == .powerOfTwo
    return try CodeType(
      bits: bits, isSigned: signed ?? isSignedByDefault, isNarrow: isSymmetric)
  }
}
