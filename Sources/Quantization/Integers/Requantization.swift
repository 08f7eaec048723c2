import Tensors

/// How an int32 accumulator becomes a code of the next layer.
public enum Requantization: String, CaseIterable, Sendable {
  /// clamp(roundHalfEven(Float(acc) * M) + z), M in Float32: ONNX Runtime and FBGEMM.
  case float
  /// A doubling high product and a rounding shift: gemmlowp.
  case fixedPointDouble
  /// One product and one rounding shift: TensorFlow Lite's single rounding.
  case fixedPointSingle

  /// The family's kernel for the multipliers of some channels, which are finite.
  func rounding(
    _ multipliers: [Float], number: Int
  ) throws -> CodeKernels.Requantizer.Rounding {
    guard self != .float else { return .float }
    let fixed = try multipliers.map { multiplier in
      guard multiplier < 0x1p30 else {
        throw QuantizedNetworkError.scale(layer: number, "the scales behind it")
      }
      return try FixedPointMultiplier(Double(multiplier))
    }
    let (m0, places) = (fixed.map(\.m0), fixed.map { Int32(31 - $0.shift) })
    return self == .fixedPointDouble
      ? .twice(m0: m0, places: places) : .once(m0: m0, places: places)
  }
}

/// Turns accumulators of one channel into codes: the scalar reference of each family.
///
///     let requantizer = try Requantizer(scale: inputScale * weightScale / outputScale, zeroPoint: z)
///     requantizer(accumulator)
///
/// Families differ by at most 1, in less than 0.5 % of cases.
public struct Requantizer: Hashable, Sendable {
  public let family: Requantization
  /// M = s_in s_w / s_out.
  public let multiplier: Float
  public let fixedPoint: FixedPointMultiplier
  public let zeroPoint: Int32
  public let type: CodeType

  /// Checks the multiplier, which is at least 0 and below 2^30, and the zero point.
  public init(
    scale multiplier: Float, zeroPoint: Int32 = 0, type: CodeType = .uint8,
    family: Requantization = .float
  ) throws {
    guard zeroPoint >= type.qmin, zeroPoint <= type.qmax else {
      throw QuantizationError.zeroPoint(Int(zeroPoint), type)
    }
    fixedPoint = try FixedPointMultiplier(Double(multiplier))
    self.multiplier = multiplier
    self.zeroPoint = zeroPoint
    self.type = type
    self.family = family
  }

  /// The code of an accumulator.
  public func callAsFunction(_ accumulator: Int32) -> Int32 {
    switch family {
    case .float:
      let real = (Float(accumulator) * multiplier).rounded(.toNearestOrEven)
      // Bounds are small whole numbers: clamping first keeps the conversion within Int32.
      let low = Float(type.qmin - zeroPoint)
      let high = Float(type.qmax - zeroPoint)
      return Int32(min(max(real, low), high)) + zeroPoint
    case .fixedPointDouble:
      return clamped(Int64(fixedPoint.roundingTwice(accumulator)))
    case .fixedPointSingle:
      return clamped(fixedPoint.roundingOnce(accumulator))
    }
  }

  private func clamped(_ value: Int64) -> Int32 {
    Int32(min(max(value + Int64(zeroPoint), Int64(type.qmin)), Int64(type.qmax)))
  }
}
