import Tensors

@testable import Quantization

/// Seeded random input shared by the tests.
enum Samples {
  /// A tensor of N(mean, deviation^2).
  static func normal(
    _ sizes: [Int], seed: UInt64, mean: Double = 0, deviation: Double = 1
  ) throws -> Tensor {
    var stream = RandomStream(seed: seed)
    return try Tensor.normal(Shape(sizes), mean: mean, deviation: deviation, from: &stream)
  }

  /// Every width that codes may have.
  static let widths = [2, 3, 4, 5, 6, 7, 8, 16]

  static let schemes: [Scheme] = [
    .affine, .symmetric, .powerOfTwo, .fixedPoint(fractionalBits: 3),
  ]
}

/// The modes that go to a nearest number, so that an error is at most half a step.
let nearestModes: [RoundingMode] = [.halfUp, .halfEven, .halfAwayFromZero]
