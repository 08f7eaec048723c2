/// A real multiplier as a whole number and a shift: M ~ m0 * 2^(shift - 31).
///
///     try FixedPointMultiplier(0.0003)    // m0 1319413953, shift -11
///
/// m0 = roundHalfAway(frexp(M).significand * 2^31), so that it keeps 31 bits; a shift below -31
/// gives 0. Source: gemmlowp and TensorFlow Lite, QuantizeMultiplier.
public struct FixedPointMultiplier: Hashable, Sendable {
  public let m0: Int32
  public let shift: Int

  /// Checks the multiplier, which is at least 0 and below 2^30.
  public init(_ multiplier: Double) throws {
    guard multiplier >= 0, multiplier < 0x1p30 else {
      throw QuantizationError.multiplier(multiplier)
    }
    guard multiplier > 0 else {
      (m0, shift) = (0, 0)
      return
    }
    // frexp has its significand in [0.5, 1), Swift's in [1, 2).
    var exponent = Int(multiplier.exponent) + 1
    var mantissa = Int64((multiplier.significand * 0x1p30).rounded(.toNearestOrAwayFromZero))
    if mantissa == 1 << 31 {
      mantissa /= 2
      exponent += 1
    }
    guard exponent >= -31 else {
      (m0, shift) = (0, 0)
      return
    }
    (m0, shift) = (Int32(mantissa), exponent)
  }

  /// A multiplier that was made before: M = m0 / 2^places.
  init(m0: Int32, places: Int32) {
    (self.m0, shift) = (m0, 31 - Int(places))
  }

  /// The number it stands for.
  public var real: Double { Double(sign: .plus, exponent: shift - 31, significand: Double(m0)) }

  /// acc * M, rounded twice: gemmlowp's doubling high product, then a rounding shift.
  ///
  /// The product rounds half up, the shift half away from zero.
  public func roundingTwice(_ accumulator: Int32) -> Int32 {
    let shifted = Int64(accumulator) << Int64(max(shift, 0))
    let product = Self.doublingHighProduct(Int32(clamping: shifted), m0)
    return Self.shiftedRight(product, by: min(max(-shift, 0), 31))
  }

  /// acc * M, rounded once, half up: (acc * m0 + 2^(t - 1)) >> t with t = 31 - shift.
  public func roundingOnce(_ accumulator: Int32) -> Int64 {
    let places = Int64(31 - shift)
    return (Int64(accumulator) * Int64(m0) + (1 << (places - 1))) >> places
  }

  /// The upper half of 2 a b, rounded; saturates where both are the least Int32.
  ///
  /// Source: gemmlowp, SaturatingRoundingDoublingHighMul.
  static func doublingHighProduct(_ a: Int32, _ b: Int32) -> Int32 {
    if a == .min, b == .min { return .max }
    let product = Int64(a) * Int64(b)
    let nudge: Int64 = product >= 0 ? 1 << 30 : 1 - (1 << 30)
    return Int32((product + nudge) / (1 << 31))
  }

  /// x / 2^places, rounded half away from zero.
  ///
  /// Source: gemmlowp, RoundingDivideByPOT.
  static func shiftedRight(_ x: Int32, by places: Int) -> Int32 {
    guard places > 0 else { return x }
    let mask = Int32(truncatingIfNeeded: (Int64(1) << Int64(places)) - 1)
    let remainder = x & mask
    let threshold = (mask >> 1) + (x < 0 ? 1 : 0)
    return (x >> Int32(places)) + (remainder > threshold ? 1 : 0)
  }
}
