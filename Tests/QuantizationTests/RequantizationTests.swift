import Tensors
import Testing

@testable import Quantization

@Suite struct RequantizationTests {
  /// Golden values of TensorFlow Lite's QuantizeMultiplier.
  @Test(arguments: [
    (0.007247427341846, 1_992_157_658, -7), (0.0003, 1_319_413_953, -11),
    (0.5, 1_073_741_824, 0), (1, 1_073_741_824, 1), (0, 0, 0),
    // The significand rounds up to 1: halved, with one more in the shift.
    (0x1.ffffffffffffp-1, 1_073_741_824, 1), (0x1p-31, 1_073_741_824, -30),
    (0x1p-32, 1_073_741_824, -31), (0x1p-33, 0, 0), (0x1p-1074, 0, 0),
  ])
  func multipliers(_ real: Double, _ m0: Int32, _ shift: Int) throws {
    let multiplier = try FixedPointMultiplier(real)
    #expect((multiplier.m0, multiplier.shift) == (m0, shift))
  }

  @Test(arguments: [-0.1, .nan, .infinity, 0x1p30, 1e300])
  func badMultipliersAreErrors(_ real: Double) {
    #expect(throws: QuantizationError.self) { try FixedPointMultiplier(real) }
  }

  @Test func multiplierKeepsThirtyOneBits() throws {
    var stream = RandomStream(seed: 1)
    for _ in 0..<1000 {
      let real =
        stream.uniform() * Double(sign: .plus, exponent: stream.below(30) - 20, significand: 1)
      let multiplier = try FixedPointMultiplier(real)
      #expect(abs(multiplier.real - real) <= real * 0x1p-31)
    }
  }

  /// gemmlowp at M = 1/2: the high product rounds half up.
  @Test func doubleRoundingAtAHalf() throws {
    let half = try FixedPointMultiplier(0.5)
    #expect([-3, -2, -1, 1, 2, 3].map(half.roundingTwice) == [-1, -1, 0, 1, 1, 2])
    #expect([-3, -2, -1, 1, 2, 3].map(half.roundingOnce) == [-1, -1, 0, 1, 1, 2])
  }

  @Test func shiftRoundsHalfAwayFromZero() {
    let cases: [(Int32, Int, Int32)] = [
      (5, 1, 3), (-5, 1, -3), (4, 1, 2), (6, 2, 2), (-6, 2, -2), (5, 2, 1), (7, 0, 7),
      (.max, 31, 1), (.min, 31, -1), (1, 31, 0),
    ]
    for (x, places, expected) in cases {
      #expect(FixedPointMultiplier.shiftedRight(x, by: places) == expected)
    }
    #expect(FixedPointMultiplier.doublingHighProduct(.min, .min) == .max)
    #expect(FixedPointMultiplier.doublingHighProduct(.min, .max) == -.max)
  }

  @Test func floatIsItsDefinition() throws {
    let requantizer = try Requantizer(scale: 0.25, zeroPoint: 3)
    // 0.5 and 1.5 and 2.5: half even, then the zero point.
    #expect([2, 6, 10, -2, -400, 4000].map { requantizer($0) } == [3, 5, 5, 3, 0, 255])
  }

  @Test func familiesDifferByAtMostOneAndSeldom() throws {
    var stream = RandomStream(seed: 77)
    var (different, cases) = (0, 0)
    for _ in 0..<200 {
      let scale = Float(stream.uniform() * 0.01 + 1e-5)
      let zeroPoint = Int32(stream.below(256))
      let family = try Requantization.allCases.map {
        try Requantizer(scale: scale, zeroPoint: zeroPoint, family: $0)
      }
      for _ in 0..<200 {
        // Accumulators whose codes are within the range or a little outside.
        let reach = Double(stream.below(600) - 300) / Double(scale)
        let accumulator = Int32(saturating: reach + stream.uniform() / Double(scale))
        let codes = family.map { $0(accumulator) }
        let (low, high) = (codes.min() ?? 0, codes.max() ?? 0)
        #expect(high - low <= 1)
        different += high > low ? 1 : 0
        cases += 1
      }
    }
    #expect(different > 0 && Double(different) < 0.005 * Double(cases))
  }

  @Test(arguments: Requantization.allCases)
  func extremesSaturate(_ family: Requantization) throws {
    for scale in [0, 0x1p-149, 1e-10, 0.3, 1, 1000, 0x1p29] as [Float] {
      for type in [CodeType.uint8, .int8, try CodeType(bits: 16, isSigned: false)] {
        let requantizer = try Requantizer(
          scale: scale, zeroPoint: type.middle, type: type, family: family)
        for accumulator in [Int32.min, .min + 1, -1, 0, 1, .max] {
          let code = requantizer(accumulator)
          #expect(code >= type.qmin && code <= type.qmax)
          let exact = Double(accumulator) * Double(scale) + Double(type.middle)
          let clamped = min(max(exact, Double(type.qmin)), Double(type.qmax))
          #expect(abs(Double(code) - clamped) <= 1)
        }
      }
    }
    #expect(throws: QuantizationError.zeroPoint(300, .uint8)) {
      try Requantizer(scale: 1, zeroPoint: 300, family: family)
    }
  }
}
