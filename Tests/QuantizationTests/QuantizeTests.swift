import Tensors
import Testing

@testable import Quantization

@Suite struct QuantizeTests {
  @Test func roundsFirstThenAddsTheZeroPoint() throws {
    // 0.5 and 1.5 are ties; adding an odd z first would round them to 2 and 2 + z even.
    let parameters = try QuantizationParameters(scales: [1], zeroPoints: [1], type: .uint8)
    let x = try Tensor([0.5, 1.5, 2.5, -0.5, -3, 300])
    let q = try quantize(x, with: parameters)
    #expect(try q.codes.elements() == [1, 3, 3, 1, 0, 255] as [UInt8])
    #expect(q.clipRate == 2.0 / 6)
  }

  @Test func dividesByTheScale() throws {
    // 0.35 / 0.1 in Float32 is 3.5 exactly, a tie; 0.35 * (1 / 0.1) is the same, 0.15 differs:
    // divisions and products with the reciprocal part for some floats, and ONNX divides.
    let scale: Float = 0.007
    let parameters = try QuantizationParameters(scales: [scale], type: .int8)
    let x = try Samples.normal([5000], seed: 11, deviation: 0.3)
    let codes = try quantize(x, with: parameters).codes.elements(as: Int8.self)
    for (value, code) in zip(try x.elements(as: Float.self), codes) {
      let expected = min(max((value / scale).rounded(.toNearestOrEven), -128), 127)
      #expect(Float(code) == expected)
    }
  }

  @Test(arguments: Samples.widths, Samples.schemes)
  func errorIsAtMostHalfAStepAndCodesAreInRange(_ bits: Int, _ scheme: Scheme) throws {
    for (seed, granularity) in [Granularity.tensor, .channel, .group(size: 3)].enumerated() {
      let x = try Samples.normal([6, 8], seed: UInt64(seed * 100 + bits), mean: 0.4)
      for signed in [true, false] {
        for mode in nearestModes {
          let q = try quantize(
            x, bits: bits, scheme: scheme, per: granularity, rounding: mode, signed: signed)
          let values = try x.elements(as: Float.self)
          let back = try q.dequantized().elements(as: Float.self)
          let codes = try q.codes.elements(as: Int32.self)
          try q.parameters.partition(of: x.shape).forEachRun { start, count, set in
            let (scale, reach) = (
              Double(q.parameters.scales[set]), q.parameters.representableRange(set: set)
            )
            for i in start..<(start + count) {
              #expect(codes[i] >= q.type.qmin && codes[i] <= q.type.qmax)
              let inside = min(max(values[i], reach.min), reach.max)
              let error = abs(Double(back[i]) - Double(inside))
              #expect(error <= scale * 0.5 + abs(Double(values[i])) * 0x1p-22)
              // A range taken from the values themselves reaches within half a step of them.
              if case .fixedPoint = scheme { continue }
              #expect(abs(Double(inside) - Double(values[i])) <= scale * 0.5000001)
            }
          }
        }
      }
    }
  }

  @Test(arguments: Samples.widths, Samples.schemes)
  func quantizingTheDequantizedGivesTheSameCodes(_ bits: Int, _ scheme: Scheme) throws {
    let x = try Samples.normal([5, 7], seed: UInt64(bits), mean: -0.3)
    for granularity in [Granularity.tensor, .channel(axis: 1)] {
      let q = try quantize(x, bits: bits, scheme: scheme, per: granularity)
      let again = try quantize(q.dequantized(), with: q.parameters)
      #expect(again == q)
      #expect(again.sqnr == .infinity && again.meanError == 0 && again.clipRate == 0)
    }
  }

  @Test func zeroIsExact() throws {
    for seed in 0..<20 {
      let x = try Samples.normal([50], seed: UInt64(seed), mean: Double(seed) - 10)
      let q = try quantize(x, bits: 4, scheme: .affine)
      let zero = try quantize(zeros(3), with: q.parameters).dequantized()
      #expect(try zero.elements() == [0, 0, 0] as [Float])
    }
  }

  @Test(arguments: Samples.schemes)
  func perChannelIsPerTensorOnEachChannel(_ scheme: Scheme) throws {
    let x = try Samples.normal([4, 3, 5], seed: 21, mean: 0.2)
    for axis in 0..<3 {
      let whole = try quantize(x, bits: 5, scheme: scheme, per: .channel(axis: axis))
      let codes = try whole.codes
      for channel in 0..<x.shape[axis] {
        let all = [TensorIndex](repeating: .range(lower: nil, upper: nil), count: axis)
        let part = try x.slice(all + [.range(lower: channel, upper: channel + 1)])
        let alone = try quantize(part, bits: 5, scheme: scheme)
        #expect(alone.parameters.scales[0] == whole.parameters.scales[channel])
        #expect(alone.parameters.zeroPoints[0] == whole.parameters.zeroPoints[channel])
        let expected = try codes.slice(all + [.range(lower: channel, upper: channel + 1)])
        #expect(try alone.codes.reals() == expected.reals())
      }
    }
  }

  @Test func scalesAreShownInTheirShape() throws {
    let x = try Samples.normal([4, 6], seed: 2)
    #expect(try quantize(x).scale.shape.sizes == [])
    let q = try quantize(x, scheme: .affine, per: .channel)
    #expect(try q.scale.shape.sizes == [4])
    #expect(try q.zeroPoint.shape.sizes == [4] && q.zeroPoint.dtype == .int32)
    #expect(try quantize(x, per: .group(size: 4)).scale.shape.sizes == [4, 2])
    #expect(q.type == .uint8)
    #expect(try quantize(x).type == .narrowInt8)
  }

  /// The article's network: 96,160 weights in three layers and 106 biases of 4 bytes.
  @Test(arguments: [(8, 97_008), (4, 48_928), (2, 24_888)])
  func articleNetworkPacksToTheYardstick(_ bits: Int, _ bytes: Int) throws {
    let layers = [[32, 1, 3, 3], [64, 32, 3, 3], [10, 7744]]
    let sizes = try layers.enumerated().map { index, sizes in
      try quantize(Samples.normal(sizes, seed: UInt64(index)), bits: bits, per: .channel).byteCount
    }
    #expect(sizes.reduce(0, +) + 106 * 4 == bytes)
  }

  @Test func zeroPointsAreCounted() throws {
    let x = try Samples.normal([4, 10], seed: 1)
    #expect(try quantize(x, bits: 4, scheme: .affine, per: .channel).byteCount == 20 + 4 * 5)
    #expect(try quantize(x, bits: 16, scheme: .affine).byteCount == 80 + 6)
    #expect(try quantize(x, bits: 3).byteCount == 15 + 4)
  }

  @Test func header() throws {
    let x = try Tensor([[-2.54, 1], [0.5, 0.004]])
    #expect(try quantize(x).header == "Quantized [2, 2] int8, symmetric per tensor, scale 0.02")
    #expect(
      try quantize(x, bits: 4, per: .channel).header
        == "Quantized [2, 2] int4, symmetric per channel, scales 0.0714 ... 0.363")
    #expect(
      try quantize(x, scheme: .affine).header
        == "Quantized [2, 2] uint8, affine per tensor, scale 0.0139, zero point 183")
    #expect(
      try quantize(x, bits: 3, scheme: .fixedPoint(fractionalBits: 1), per: .group(size: 8)).header
        == "Quantized [2, 2] int3, fixed point with 1 fractional bit per group of 8, "
        + "scales 0.5 ... 0.5, 25 % clipped")
  }

  @Test func rendering() throws {
    let x = try Tensor([[-2.54, 1], [0.5, 0.004]])
    let q = try quantize(x)
    #expect(
      q.description == """
        Quantized [2, 2] int8, symmetric per tensor, scale 0.02
        [[-127,   50],
         [  25,    0]]
        """)
    func reals(_ q: QuantizedTensor) throws -> [String] {
      let (text, ranges) = try q.render()
      return ranges.map { String(decoding: Array(text.utf8)[$0], as: UTF8.self) }
    }
    // A replay compares scales within its tolerance, codes and zero points exactly.
    #expect(try reals(q) == ["0.02"])
    #expect(try reals(quantize(x, scheme: .affine, per: .channel)) == ["0.00196", "0.0139"])
    let empty = try quantize(zeros(0), with: q.parameters)
    #expect(try empty.render().text == "Quantized [0] int8, symmetric per tensor, scale 0.02")
  }

  @Test(arguments: [
    (0.016129, "0.0161"), (0.0999999, "0.1"), (1, "1"), (12.345, "12.3"), (999.6, "1000"),
    (123_456, "123456"), (1_234_567, "1.23e6"), (1.5e-7, "1.5e-7"), (-0.25, "-0.25"),
    (9.999e-6, "0.00001"), (0, "0"), (0x1p-1074, "4.94e-324"), (3.4e38, "3.4e38"),
  ])
  func decimals(_ value: Double, _ text: String) {
    #expect(Decimal.text(value) == text)
  }
}
