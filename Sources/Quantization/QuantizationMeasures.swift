import Tensors

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// How far a quantized tensor is from its original.
public struct QuantizationMeasures: Hashable, Sendable {
  /// The signal-to-quantization-noise ratio in decibels: 20 log10(|x| / |x - x^|).
  ///
  /// Infinite when nothing was lost; each further bit adds about 6 dB.
  public let sqnr: Double
  /// The share of elements that lay outside the range, from 0 to 1.
  public let clipRate: Double
  /// The mean of x^ - x: what rounding adds on average, -s / 2 for `.floor`.
  public let meanError: Double

  public init(sqnr: Double, clipRate: Double, meanError: Double) {
    self.sqnr = sqnr
    self.clipRate = clipRate
    self.meanError = meanError
  }

  /// Compares an approximation with its original, of the same shape; sums are in Float64.
  package init(of approximation: Tensor, against original: Tensor, clipped: Int = 0) throws {
    guard approximation.shape == original.shape else {
      throw TensorError.cannotBroadcast(original.shape, approximation.shape, "compare")
    }
    let (signal, noise, bias) = try original.cast(to: .float32).withElements(Float.self) { x in
      try approximation.cast(to: .float32).withElements(Float.self) { y in
        var (signal, noise, bias) = (0.0, 0.0, 0.0)
        try Stretches.run(x.count) { range in
          for i in range {
            let error = Double(y[i]) - Double(x[i])
            signal += Double(x[i]) * Double(x[i])
            noise += error * error
            bias += error
          }
        }
        return (signal, noise, bias)
      }
    }
    let count = Double(max(original.count, 1))
    self.init(
      sqnr: noise == 0 ? .infinity : 10 * log10(signal / noise),
      clipRate: Double(clipped) / count, meanError: bias / count)
  }
}

/// The signal-to-quantization-noise ratio of an approximation, in decibels.
///
///     sqnr(x, x.rounded)    20 log10(|x| / |x - x^|); infinite when they are equal
public func sqnr(_ original: Tensor, _ approximation: Tensor) throws -> Double {
  try QuantizationMeasures(of: approximation, against: original).sqnr
}
