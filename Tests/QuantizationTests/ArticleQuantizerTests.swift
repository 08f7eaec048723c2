import Tensors
import Testing

@testable import Quantization

@Suite struct ArticleQuantizerTests {
  @Test func theFormulaByHand() throws {
    let quantizer = try ArticleQuantizer(alpha: 4, b: 0.3, c: 0.5)
    // floor(4 (x + 0.3) + 0.5)
    #expect([0, 0.1, -0.3, 1, -1].map { quantizer.code($0) } == [1, 2, 0, 5, -3])
    #expect(quantizer.zeroPoint == nil)
    #expect(abs(quantizer.real(5) - 0.95) < 1e-12)
    // Zero is not representable: its code stands for something else.
    #expect(quantizer.real(quantizer.code(0)) != 0)
    let truncating = try ArticleQuantizer(alpha: 4, c: 0, c0: -0.5)
    #expect([0.49, -0.01].map { truncating.code($0) } == [1, -1])
    #expect(truncating.real(1) == 0.375)
  }

  @Test func isTheAffineOneWhereTheOffsetIsWhole() throws {
    var stream = RandomStream(seed: 5)
    for _ in 0..<50 {
      let scale = Double(Float(stream.uniform() * 0.1 + 0.001))
      let zeroPoint = stream.below(256)
      let quantizer = try ArticleQuantizer(scale: scale, zeroPoint: zeroPoint)
      let parameters = try #require(try quantizer.parameters())
      #expect(parameters.zeroPoints == [Int32(zeroPoint)])
      let x = try Samples.normal([200], seed: stream.split(), deviation: 40 * scale)
      let affine = try quantize(x, with: parameters, rounding: .halfUp)
      let article = try quantizer.codes(x).elements(as: Int32.self)
      let clamped = article.map { min(max($0, 0), 255) }
      // The affine one divides in Float32, this one in Float64: they may part within a rounding
      // error of a tie, and nowhere else.
      for (index, (a, b)) in zip(try affine.codes.elements(as: Int32.self), clamped).enumerated()
      where a != b {
        let ratio = try Double(x.elements(as: Float.self)[index]) / scale
        #expect(abs(abs(ratio - ratio.rounded(.down)) - 0.5) < 1e-4)
      }
      #expect(try quantizer.dequantized(quantizer.codes(zeros(2))).elements() == [0, 0] as [Float])
    }
  }

  @Test func fixedPointIsTheArticlesSecondForm() throws {
    let quantizer = try ArticleQuantizer.fixedPoint(fractionalBits: 4)
    let x = try Samples.normal([500], seed: 9)
    let ours = try quantizer.dequantized(quantizer.codes(x)).elements(as: Float.self)
    for (value, result) in zip(try x.elements(as: Float.self), ours) {
      #expect(result == RoundingMode.halfUp.rounded(value * 16) / 16)
    }
    let scheme = try quantize(
      x, bits: 8, scheme: .fixedPoint(fractionalBits: 4), rounding: .halfUp)
    #expect(try scheme.dequantized().elements() == ours)
  }

  @Test func knobDrawnAtRandomIsUnbiased() throws {
    let quantizer = try ArticleQuantizer(alpha: 1)
    let x = try full([20_000], 0.3)
    let mean = try quantizer.codes(x, stochasticSeed: 4).cast(to: .float32).mean().item()
    #expect(abs(mean - 0.3) < 0.017)
  }

  @Test func hostileNumbers() throws {
    for alpha in [0, -1, .nan, .infinity, 0x1p-1074] {
      #expect(throws: QuantizationError.self) { try ArticleQuantizer(alpha: alpha) }
    }
    #expect(throws: QuantizationError.self) { try ArticleQuantizer(alpha: 1, b: .nan) }
    #expect(throws: QuantizationError.fractionalBits(2000)) {
      try ArticleQuantizer.fixedPoint(fractionalBits: 2000)
    }
    let quantizer = try ArticleQuantizer(alpha: 1e300, b: 1e200)
    #expect(try quantizer.codes(Tensor([1e38, -1e38])).elements() == [.max, .max] as [Int32])
    #expect(try quantizer.parameters() == nil)
    #expect(try ArticleQuantizer(scale: 1, zeroPoint: .max).parameters() == nil)
    #expect(throws: QuantizationError.notANumber(position: [1])) {
      try quantizer.codes(Tensor([1, .nan]))
    }
  }
}
