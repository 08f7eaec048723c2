import Tensors
import Testing

@testable import Quantization

/// What is known of quantizing 8,000 samples of N(0, 1), symmetric, per tensor.
@Suite struct YardstickTests {
  private let x: Tensor
  /// Seed 181 gives a largest magnitude of 4.54, near that of the samples the figures came from:
  /// min-max depends on it.
  init() throws { x = try Samples.normal([8000], seed: 181) }

  @Test(arguments: [(2, 0.4), (3, 7.3), (4, 14.6), (6, 27.6), (8, 39.7)])
  func minMax(_ bits: Int, _ decibels: Double) throws {
    #expect(try abs(quantize(x, bits: bits).sqnr - decibels) < 0.15)
  }

  @Test(arguments: [(2, 7.1), (3, 13.1), (4, 18.7), (6, 28.8), (8, 40.0)])
  func bestClip(_ bits: Int, _ decibels: Double) throws {
    let clipped = try quantize(x, bits: bits, range: .meanSquaredError)
    #expect(abs(clipped.sqnr - decibels) < 0.15)
    #expect(try clipped.sqnr >= quantize(x, bits: bits).sqnr - 0.01)
  }

  @Test func floorCostsSixDecibelsAndIsBiased() throws {
    let nearest = try quantize(x, bits: 8)
    let floor = try quantize(x, bits: 8, rounding: .floor)
    #expect(abs(nearest.sqnr - floor.sqnr - 6.02) < 0.3)
    let step = Double(nearest.parameters.scales[0])
    #expect(abs(floor.meanError / step + 0.5) < 0.02)
    #expect(abs(nearest.meanError / step) < 0.02)
    let ceiling = try quantize(x, bits: 8, rounding: .ceiling)
    #expect(abs(ceiling.meanError / step - 0.5) < 0.02)
  }

  @Test func stochasticCostsThreeDecibelsAndIsUnbiased() throws {
    let nearest = try quantize(x, bits: 8)
    let step = Double(nearest.parameters.scales[0])
    let one = try quantize(x, bits: 8, rounding: .stochastic, seed: 1)
    #expect(abs(nearest.sqnr - one.sqnr - 3.01) < 0.3)
    #expect(abs(one.meanError / step) < 0.025)
    #expect(try quantize(x, bits: 8, rounding: .stochastic, seed: 1) == one)
    #expect(try quantize(x, bits: 8, rounding: .stochastic, seed: 2) != one)
    // One value, many seeds: the mean of its codes is its ratio.
    let value = try Tensor([0.3])
    let parameters = try QuantizationParameters(scales: [1], type: .int8)
    let ups = try (0..<4000).reduce(0.0) { sum, seed in
      try sum
        + quantize(value, with: parameters, rounding: .stochastic, seed: seed).codes.reals()[0]
    }
    #expect(abs(ups / 4000 - 0.3) < 0.037)
  }

  @Test func eachBitAddsSixDecibels() throws {
    let uniform = try Tensors.uniform(20_000, low: -1, high: 1, seed: 3)
    for bits in 3..<8 {
      let gain = try quantize(uniform, bits: bits + 1).sqnr - quantize(uniform, bits: bits).sqnr
      // (2^(b + 1) - 2) / (2^b - 2) levels: above 6 dB at few bits.
      #expect(gain > 5.9 && gain < 7.5)
    }
  }

  @Test func measuresAreTheirDefinitions() throws {
    let q = try quantize(x, bits: 4)
    let error = try q.dequantized() - x
    let signal = try square(x).sum().item()
    let noise = try square(error).sum().item()
    let ratio = 10 * Double.log10(signal / noise)
    #expect(abs(q.sqnr - ratio) < 1e-4)
    #expect(abs(q.meanError - (try error.mean().item())) < 1e-6)
    #expect(try sqnr(x, q.dequantized()) == q.sqnr)
    #expect(try sqnr(x, x) == .infinity)
  }
}

extension Double {
  /// The decimal logarithm by the series of the natural one, so that the test leans on no libm.
  fileprivate static func log10(_ x: Double) -> Double {
    func natural(_ x: Double) -> Double {
      let z = (x - 1) / (x + 1)
      var (term, sum) = (z, 0.0)
      for k in stride(from: 1.0, to: 200, by: 2) {
        sum += term / k
        term *= z * z
      }
      return 2 * sum
    }
    let whole = Double(x.exponent)
    return (natural(x.significand) + whole * natural(2)) / natural(10)
  }
}
