import Tensors

/// The quantizer of the article that began this project: normalise, round, scale.
///
///     Q(x) = floor(alpha (x + b) + c)        x ~ (Q - c0) / alpha - b
///
/// alpha is 1 / scale, b an offset, and c the rounding knob: 1/2 rounds half up, 0 truncates, and
/// c drawn from [0, 1) for each element rounds stochastically. c0 is what c adds on average beyond
/// a half: 0 for c = 1/2; with c = 0, c0 = -1/2 takes the middle of each step.
///
/// A free b does not make 0 representable. Where b / scale is a whole number it is the zero point,
/// and the quantizer is the affine one: Q = floor(x / s + c) + z.
public struct ArticleQuantizer: Hashable, Sendable {
  /// The scale, 1 / alpha.
  public let scale: Double
  public let b: Double
  public let c: Double
  public let c0: Double
  /// b / scale where that is a whole number, so that 0 is representable.
  public let zeroPoint: Int?

  private init(scale: Double, b: Double, c: Double, c0: Double, zeroPoint: Int?) throws {
    let parts = [("alpha", 1 / scale), ("1 / alpha", scale), ("b", b), ("c", c), ("c0", c0)]
    for (name, value) in parts {
      guard value.isFinite else { throw QuantizationError.articleNumber(name, value) }
    }
    guard scale > 0 else { throw QuantizationError.articleNumber("alpha", 1 / scale) }
    self.scale = scale
    self.b = b
    self.c = c
    self.c0 = c0
    self.zeroPoint = zeroPoint
  }

  /// Checks the numbers, which are finite; alpha is above 0.
  public init(alpha: Double, b: Double = 0, c: Double = 0.5, c0: Double = 0) throws {
    guard alpha > 0 else { throw QuantizationError.articleNumber("alpha", alpha) }
    try self.init(
      scale: 1 / alpha, b: b, c: c, c0: c0, zeroPoint: Int(exactly: b * alpha))
  }

  /// The quantizer whose b is a whole number of steps: the affine one without a clamp.
  public init(scale: Double, zeroPoint: Int, c: Double = 0.5) throws {
    try self.init(
      scale: scale, b: Double(zeroPoint) * scale, c: c, c0: 0, zeroPoint: zeroPoint)
  }

  /// round(x 2^n) / 2^n, the article's second form: fixed point with n fractional bits.
  public static func fixedPoint(fractionalBits: Int) throws -> ArticleQuantizer {
    guard (-100...100).contains(fractionalBits) else {
      throw QuantizationError.fractionalBits(fractionalBits)
    }
    return try ArticleQuantizer(
      scale: Double(sign: .plus, exponent: -fractionalBits, significand: 1), zeroPoint: 0)
  }

  public var alpha: Double { 1 / scale }

  /// The affine parameters with the same codes, where b / scale is a code of the type.
  ///
  /// They give the same codes within the type's range if they round half up and c = 1/2.
  public func parameters(type: CodeType = .uint8) throws -> QuantizationParameters? {
    guard let zeroPoint = zeroPoint.flatMap({ Int32(exactly: $0) }), zeroPoint >= type.qmin,
      zeroPoint <= type.qmax
    else { return nil }
    return try QuantizationParameters(
      scales: [Float(scale)], zeroPoints: [zeroPoint], type: type, scheme: .affine)
  }

  /// Q(x) for one number, as a whole real number; `knob` takes the place of c.
  public func code(_ x: Double, knob: Double? = nil) -> Double {
    let knob = knob ?? c
    // Half up is exact on the fraction, where the sum with 1/2 may itself round.
    func floored(_ ratio: Double) -> Double {
      knob == 0.5 ? RoundingMode.halfUp.rounded(ratio) : (ratio + knob).rounded(.down)
    }
    if let zeroPoint { return floored(x / scale) + Double(zeroPoint) }
    return floored((x + b) / scale)
  }

  /// The number that a code stands for.
  public func real(_ code: Double) -> Double { (code - c0) * scale - b }

  /// The codes of a tensor, int32, saturated.
  ///
  /// NaN is an error.
  public func codes(_ x: Tensor) throws -> Tensor {
    try map(x) { value, _ in code(value) }
  }

  /// The codes of a tensor with c drawn from [0, 1) for each element: stochastic rounding.
  public func codes(_ x: Tensor, stochasticSeed seed: UInt64) throws -> Tensor {
    let rounder = Rounder(.stochastic, RandomStream(seed: seed))
    return try map(x) { value, index in code(value, knob: Double(rounder.noise(index))) }
  }

  private func map(_ x: Tensor, _ code: (Double, Int) -> Double) throws -> Tensor {
    let real = try x.detached().cast(to: .float32)
    return try real.withElements(Float.self) { source in
      if source.contains(where: \.isNaN) {
        throw try real.firstElement(where: \.isNaN, QuantizationError.notANumber)
      }
      return try Tensor(shape: x.shape, writing: Int32.self) { result in
        for i in 0..<source.count {
          result[i] = Int32(saturating: code(Double(source[i]), i))
        }
      }
    }
  }

  /// The real numbers of some codes: (Q - c0) / alpha - b.
  public func dequantized(_ codes: Tensor) throws -> Tensor {
    let reals = try codes.reals().map { Float(real($0)) }
    return try Tensor(reals, shape: codes.shape)
  }
}
