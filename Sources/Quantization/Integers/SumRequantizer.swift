/// Turns the codes of two numbers into the code of their sum: the scalar reference of each family.
///
///     y = clamp(round((a - z_a) s_a / s + (b - z_b) s_b / s) + z)
///
/// - `.float`: both products and the sum in Float32, rounded half to even. Source: ONNX Runtime's
///   QLinearAdd, with the division by s in the factors.
/// - The families of fixed point: both factors are whole numbers over the same power of two, of
///   which the larger has 31 bits; the sum is exact and rounded once, half away from zero for
///   `.fixedPointDouble` and half up for `.fixedPointSingle`, as their shifts do it.
public struct SumRequantizer: Hashable, Sendable {
  public let family: Requantization
  /// s_a / s and s_b / s.
  public let factors: [Float]
  /// The factors times 2^places.
  let whole: [Int64]
  let places: Int64
  /// z_a and z_b.
  public let inputZeroPoints: [Int32]
  public let zeroPoint: Int32
  /// The lowest and the highest code; the lowest is the zero point behind a ReLU.
  public let low: Int32
  public let high: Int32

  /// Checks the factors, which are above 0 and below 2^20.
  init(
    factors: [Float], inputZeroPoints: [Int32], zeroPoint: Int32, type: CodeType,
    rectified: Bool, family: Requantization
  ) throws {
    for factor in factors where !(factor > 0 && factor < 0x1p20) {
      throw QuantizationError.multiplier(Double(factor))
    }
    self.family = family
    self.factors = factors
    self.inputZeroPoints = inputZeroPoints
    self.zeroPoint = zeroPoint
    low = rectified ? max(type.qmin, zeroPoint) : type.qmin
    high = type.qmax
    let largest = Double(factors.max() ?? 1)
    // At most 60, so that tiny factors stay whole numbers of some bits.
    let places = min(30 - Int(largest.exponent), 60)
    whole = factors.map {
      Int64(
        (Double($0) * Double(sign: .plus, exponent: places, significand: 1))
          .rounded(.toNearestOrAwayFromZero))
    }
    self.places = Int64(places)
  }

  /// The code of the sum of two codes.
  public func callAsFunction(_ a: Int32, _ b: Int32) -> Int32 {
    let (a, b) = (a - inputZeroPoints[0], b - inputZeroPoints[1])
    switch family {
    case .float:
      let sum = Float(a) * factors[0] + Float(b) * factors[1]
      let bounded = min(max(sum, Float(low - zeroPoint)), Float(high - zeroPoint))
      return Int32(bounded.rounded(.toNearestOrEven)) + zeroPoint
    case .fixedPointDouble, .fixedPointSingle:
      let sum = Int64(a) * whole[0] + Int64(b) * whole[1]
      let half: Int64 = 1 << (places - 1)
      let rounded: Int64
      if family == .fixedPointSingle || sum >= 0 {
        rounded = (sum + half) >> places
      } else {
        rounded = -((half - sum) >> places)
      }
      return Int32(min(max(rounded + Int64(zeroPoint), Int64(low)), Int64(high)))
    }
  }
}
