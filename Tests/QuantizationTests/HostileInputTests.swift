import Tensors
import Testing

@testable import Quantization

/// Nothing that can be typed may stop the process: an answer or an error, never a trap.
@Suite struct HostileInputTests {
  @Test func notANumberIsNamed() throws {
    let x = try Tensor([[1, 2], [3, .nan]])
    let error = QuantizationError.notANumber(position: [1, 1])
    for granularity in [Granularity.tensor, .channel, .group(size: 1)] {
      #expect(throws: error) { try quantize(x, per: granularity) }
      #expect(throws: error) { try fakeQuantize(x, per: granularity) }
    }
    let parameters = try QuantizationParameters(scales: [1], type: .int8)
    for mode in RoundingMode.allCases {
      #expect(throws: error) { try quantize(x, with: parameters, rounding: mode) }
      #expect(throws: error) { try fakeQuantize(x, with: parameters, rounding: mode) }
    }
    #expect(
      error.description
        == "cannot quantize NaN; the element at [1, 1] is not a number")
  }

  @Test func infinityHasNoRangeButSaturates() throws {
    let x = try Tensor([1, -.infinity, .infinity])
    #expect(throws: QuantizationError.infinite(position: [1])) { try quantize(x) }
    let parameters = try QuantizationParameters(scales: [1], type: .int8)
    for mode in RoundingMode.allCases {
      let q = try quantize(x, with: parameters, rounding: mode)
      #expect(try q.codes.elements() == [1, -128, 127] as [Int8])
    }
  }

  @Test func emptyTensorsAndScalars() throws {
    for sizes in [[0], [3, 0], [0, 3]] {
      let empty = try full(sizes, 0)
      for granularity in [Granularity.tensor, .channel, .group(size: 2)] {
        #expect(throws: QuantizationError.noElements(empty.shape)) {
          try quantize(empty, per: granularity)
        }
      }
      let parameters = try QuantizationParameters(scales: [1], type: .int8)
      let q = try quantize(empty, with: parameters)
      #expect(q.count == 0 && q.byteCount == 5 && q.sqnr == .infinity && q.clipRate == 0)
      #expect(try q.dequantized().shape == empty.shape)
      #expect(try fakeQuantize(empty, with: parameters).shape == empty.shape)
    }
    let scalar = try Tensor(scalar: -2)
    #expect(try quantize(scalar).codes.item() == -127)
    #expect(try quantize(scalar, per: .group(size: 4)).scale.count == 1)
    #expect(throws: TensorError.self) { try quantize(scalar, per: .channel) }
  }

  @Test(arguments: Samples.widths, Samples.schemes)
  func strangeNumbersGiveFiniteResults(_ bits: Int, _ scheme: Scheme) throws {
    let cases: [[Float]] = [
      [0, 0, 0], [-0.0], [3.25], [-3.25], [1e37, -1e37], [1e38], [0x1p-149], [-0x1p-149, 0x1p-149],
      [.leastNormalMagnitude, 0], [1e-30, 1e30], [16_777_218, -0.1],
    ]
    for values in cases {
      let x = try Tensor(values)
      for mode in RoundingMode.allCases {
        for signed in [true, false] {
          let q: QuantizedTensor
          do {
            q = try quantize(x, bits: bits, scheme: scheme, rounding: mode, signed: signed)
          } catch QuantizationError.rangeTooWide {
            // The next power of two above 1e38, twice: no float holds it.
            #expect(scheme == .powerOfTwo && bits == 2 && values == [1e38])
            continue
          }
          #expect(try q.dequantized().elements(as: Float.self).allSatisfy(\.isFinite))
          let codes = try q.codes.elements(as: Int32.self)
          #expect(codes.allSatisfy { $0 >= q.type.qmin && $0 <= q.type.qmax })
          _ = q.header
        }
      }
    }
  }

  @Test func hugeRatiosSaturate() throws {
    let parameters = try QuantizationParameters(
      scales: [.leastNormalMagnitude], zeroPoints: [-3], type: .int8)
    let x = try Tensor([.greatestFiniteMagnitude, -.greatestFiniteMagnitude, 1e-10, -1])
    for mode in RoundingMode.allCases {
      let q = try quantize(x, with: parameters, rounding: mode)
      #expect(try q.codes.elements() == [127, -128, 127, -128] as [Int8])
      #expect(q.clipRate == 1)
    }
  }

  @Test func rangesTooWideForFloatAreErrors() throws {
    let x = try Tensor([-.greatestFiniteMagnitude, .greatestFiniteMagnitude])
    #expect(throws: QuantizationError.self) { try quantize(x, scheme: .affine) }
    #expect(throws: QuantizationError.self) { try quantize(x, bits: 2, scheme: .powerOfTwo) }
    for rule in [RangeRule.meanSquaredError, .percentile, .entropy] {
      _ = try? quantize(x, scheme: .affine, range: rule)
    }
  }

  @Test func otherTypesOfElements() throws {
    let whole = try Tensor([1, -2, 127] as [Int32], shape: [3])
    #expect(try quantize(whole).codes.elements() == [1, -2, 127] as [Int8])
    #expect(try fakeQuantize(whole).dtype == .float32)
    let flags = try Tensor([true, false], shape: [2])
    #expect(try quantize(flags, bits: 2).codes.elements() == [1, 0] as [Int8])
  }

  @Test(arguments: [
    (QuantizationError.width(9), "codes of 9 bits are not supported; use 1 to 8 bits, or 16"),
    (.width(0), "codes of 0 bits are not supported; use 1 to 8 bits, or 16"),
    (.zeroPoint(300, .uint8), "the zero point 300 is no uint8 code; use 0 to 255"),
    (
      .neverObserved(subject: "conv2d 1"),
      "the range of conv2d 1 was never observed; run calibration data through it first"
    ),
    (.groupSize(0), "a group has at least 1 element, not 0"),
  ])
  func messagesNameTheRuleAndTheThing(_ error: QuantizationError, _ text: String) {
    #expect(error.description == text)
  }
}
