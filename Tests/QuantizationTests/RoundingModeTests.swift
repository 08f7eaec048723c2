import Tensors
import Testing

@testable import Quantization

@Suite struct RoundingModeTests {
  /// Halves and their neighbours, rounded by hand.
  @Test(arguments: [
    (RoundingMode.floor, [-3, -2, -2, -1, 0, 0, 1, 2, 2] as [Double]),
    (.ceiling, [-2, -1, -1, 0, 0, 1, 2, 3, 3]),
    (.halfUp, [-2, -1, -1, 0, 0, 1, 2, 3, 3]),
    (.halfEven, [-2, -2, -1, 0, 0, 0, 2, 2, 3]),
    (.halfAwayFromZero, [-3, -2, -1, -1, 0, 1, 2, 3, 3]),
    (.towardZero, [-2, -1, -1, 0, 0, 0, 1, 2, 2]),
  ])
  func ties(_ mode: RoundingMode, _ expected: [Double]) {
    let values = [-2.5, -1.5, -1.2, -0.5, 0, 0.5, 1.5, 2.5, 2.75]
    #expect(values.map { mode.rounded($0) } == expected)
    #expect(values.map { Double(mode.rounded(Float($0))) } == expected)
  }

  @Test func halfUpIsExactNextToAHalf() {
    // floor(x + 1/2) would give 1: the sum rounds up.
    #expect(RoundingMode.halfUp.rounded(Float(0.49999997)) == 0)
    #expect(RoundingMode.halfUp.rounded(Float(-0.49999997)) == 0)
    #expect(RoundingMode.halfUp.rounded(Float(-0.50000006)) == -1)
    #expect(RoundingMode.halfUp.rounded(Float(8_388_609)) == 8_388_609)
  }

  @Test func stochasticIsRightOnAverage() {
    var stream = RandomStream(seed: 3)
    for value in [0.25, -0.25, 1.9, -7.5] {
      var total = 0.0
      for _ in 0..<20_000 {
        let result = RoundingMode.stochastic.rounded(value, from: &stream)
        #expect(result == value.rounded(.down) || result == value.rounded(.up))
        total += result
      }
      // Five standard errors of at most 0.5 / sqrt(20,000).
      #expect(abs(total / 20_000 - value) < 0.018)
    }
    #expect(RoundingMode.stochastic.rounded(4, from: &stream) == 4)
  }

  @Test func onlyStochasticDraws() {
    var stream = RandomStream(seed: 3)
    for mode in RoundingMode.allCases where mode != .stochastic {
      _ = mode.rounded(0.3, from: &stream)
    }
    #expect(stream.position == 0)
  }

  /// The vectorised default against the scalar definition, and every mode in the kernel.
  @Test(arguments: RoundingMode.allCases)
  func kernelRoundsAsTheScalarDoes(_ mode: RoundingMode) throws {
    let ties = stride(from: -20, through: 20, by: 0.25).map { Float($0) }
    let x = try Tensor(ties + Samples.normal([1000], seed: 5, deviation: 30).elements())
    let type = try CodeType(bits: 8)
    let parameters = try QuantizationParameters(scales: [1], type: type)
    let rounder = Rounder(mode, RandomStream(seed: 9))
    let codes = try parameters.codes(of: x, rounder).codes.elements(as: Int32.self)
    for (index, value) in try x.elements(as: Float.self).enumerated() {
      let whole = mode.rounded(value, noise: rounder.noise(index))
      #expect(Float(codes[index]) == min(max(whole, -128), 127), "\(value)")
    }
  }
}
