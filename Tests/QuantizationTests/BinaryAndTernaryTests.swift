import Datasets
import Networks
import Tensors
import Testing

@testable import Quantization

/// Codes below two bits: the sign alone, and -1, 0, 1.
@Suite struct BinaryAndTernaryTests {
  @Test func typesAndTheirCodes() throws {
    let binary = try CodeType(bits: 1)
    #expect(binary == .binary && binary.qmin == -1 && binary.qmax == 1)
    #expect("\(binary) \(CodeType.ternary)" == "int1 int2")
    #expect((-2...2).map { binary.contains($0) } == [false, true, false, true, false])
    #expect((CodeType.ternary.qmin, CodeType.ternary.qmax) == (-1, 1))
    let bit = try CodeType(bits: 1, isSigned: false)
    #expect((bit.qmin, bit.qmax, bit.dtype, "\(bit)") == (0, 1, .uint8, "uint1"))
    let odd = try CodeType.odd(bits: 3)
    #expect((odd.qmin, odd.qmax, odd.dtype, "\(odd)") == (-7, 7, .int8, "odd int3"))
    #expect((-8...8).filter { odd.contains($0) } == [-7, -5, -3, -1, 1, 3, 5, 7])
    #expect(throws: QuantizationError.oddWidth(8)) { try CodeType.odd(bits: 8) }
  }

  @Test(arguments: 1...7)
  func packingOddCodesIsExact(_ bits: Int) throws {
    let type = try CodeType.odd(bits: bits)
    var stream = RandomStream(seed: UInt64(bits))
    for count in [0, 1, 7, 8, 9, 1001] {
      let codes = (0..<count).map { _ in type.qmin + 2 * Int32(stream.below(1 << bits)) }
      let tensor = try Tensor(codes, shape: [count]).cast(to: .int8)
      let packed = try PackedCodes(tensor, type: type)
      #expect(packed.bytes.count == (count * bits + 7) / 8)
      #expect(try packed.unpacked(as: type, shape: tensor.shape).elements(as: Int32.self) == codes)
    }
  }

  @Test func aBinaryOneIsABitThatIsSet() throws {
    let q = try quantize(
      Tensor([0.3, -2, 0, -0.0, -0.1, 5, 1, 1, -7]), bits: 1)
    #expect(q.packedBytes == [0b1110_1101, 0])
    #expect(try q.codes.elements() == [1, -1, 1, 1, -1, 1, 1, 1, -1] as [Int8])
  }

  /// Worked by hand: mean |w| = 0.75, D = 0.525, s = mean(1, 1.5) = 1.25.
  @Test func workedExample() throws {
    let w = try Tensor([1, -0.5, 0, -1.5])
    let binary = try quantize(w, bits: 1)
    #expect(binary.parameters.scales == [0.75] && binary.scheme == .binary)
    #expect(try binary.dequantized().elements() == [0.75, -0.75, 0.75, -0.75] as [Float])
    #expect(binary.header == "Quantized [4] int1, binary per tensor, scale 0.75")
    #expect(binary.clipRate == 0 && binary.byteCount == 5)
    #expect(try quantize(w, scheme: .binary) == binary)
    let ternary = try quantize(w, scheme: .ternary)
    #expect(ternary.parameters.scales == [1.25])
    #expect(try abs(#require(ternary.parameters.thresholds)[0] - 0.525) < 1e-6)
    #expect(try ternary.codes.elements() == [1, 0, 0, -1] as [Int8])
    #expect(try ternary.dequantized().elements() == [1.25, 0, 0, -1.25] as [Float])
    #expect(ternary.header == "Quantized [4] int2, ternary per tensor, scale 1.25")
    #expect(ternary.byteCount == 5)
  }

  /// No other scale gives a smaller squared error: d/ds sum (w - s c)^2 = 0.
  @Test(arguments: [Scheme.binary, .ternary], [Granularity.tensor, .channel, .group(size: 7)])
  func scalesAreTheBestOnes(_ scheme: Scheme, _ granularity: Granularity) throws {
    let w = try Samples.normal([6, 25], seed: 3, mean: 0.2)
    let q = try quantize(w, scheme: scheme, per: granularity)
    let (x, y) = try (w.reals(), q.codes.reals())
    try granularity.partition(of: w.shape).forEachRun { start, count, set in
      guard q.parameters.scales.count > 1 else { return }
      let used = (start..<start + count).filter { y[$0] != 0 }
      guard !used.isEmpty else { return }
      let best = used.reduce(0) { $0 + x[$1] * y[$1] } / Double(used.count)
      #expect(abs(Double(q.parameters.scales[set]) / best - 1) < 1e-5)
    }
  }

  /// What is on the grid already stays where it is.
  @Test(arguments: [Scheme.binary, .ternary])
  func isIdempotent(_ scheme: Scheme) throws {
    let w = try Samples.normal([8, 40], seed: 5)
    let once = try quantize(w, scheme: scheme, per: .channel)
    let twice = try quantize(once.dequantized(), scheme: scheme, per: .channel)
    #expect(try once.codes.elements(as: Int8.self) == twice.codes.elements(as: Int8.self))
    for (a, b) in zip(once.parameters.scales, twice.parameters.scales) {
      #expect(abs(a / b - 1) < 1e-5)
    }
  }

  /// SQNR of N(0, 1): signs 1 / (1 - 2/pi) = 4.40 dB; ternary by numerical integration 7.2 dB.
  @Test func noiseOfNormalNumbers() throws {
    let w = try Samples.normal([20_000], seed: 9)
    #expect(abs(try quantize(w, bits: 1).sqnr - 4.396) < 0.1)
    #expect(abs(try quantize(w, scheme: .ternary).sqnr - 7.2) < 0.15)
  }

  @Test(arguments: [Scheme.binary, .ternary], [Granularity.tensor, .channel, .group(size: 4)])
  func fakeEqualsQuantizeAndDequantize(_ scheme: Scheme, _ granularity: Granularity) throws {
    let x = try Samples.normal([6, 5, 7], seed: 2, mean: 0.1)
    for mode in RoundingMode.allCases {
      let fake = try fakeQuantize(x, scheme: scheme, per: granularity, rounding: mode, seed: 4)
      let real = try quantize(x, scheme: scheme, per: granularity, rounding: mode, seed: 4)
      #expect(
        try fake.elements(as: Float.self) == real.dequantized().elements(as: Float.self))
    }
  }

  /// BinaryConnect's stochastic sign: 1 with the probability (x / s + 1) / 2.
  @Test func stochasticSignsAreUnbiased() throws {
    let parameters = try QuantizationParameters(scales: [2], type: .binary, scheme: .binary)
    for x in [-1.5, -0.4, 0, 1.2] {
      let q = try quantize(
        full([20_000], x), with: parameters, rounding: .stochastic, seed: 3)
      #expect(abs(try q.dequantized().mean().item() - x) < 0.05)
    }
  }

  /// Signs let the gradient through where |x| <= 1, ternary codes everywhere.
  @Test func straightThrough() throws {
    let x = try Tensor([-3, -1, -0.2, 0, 0.9, 1.1])
    for (scheme, mask) in [(Scheme.binary, [0, 1, 1, 1, 1, 0]), (.ternary, [1, 1, 1, 1, 1, 1])] {
      let (_, gradient) = try valueWithGradient(at: x) {
        try fakeQuantize($0, scheme: scheme).sum()
      }
      #expect(try gradient.elements() == mask.map(Float.init))
    }
  }

  /// A blocked tensor with padding between its blocks: its zeros must stay zeros.
  @Test func blockedTensors() throws {
    let images = try Samples.normal([2, 3, 9, 9], seed: 1)
    let y = try conv2d(images, Samples.normal([5, 3, 3, 3], seed: 2))
    for scheme in [Scheme.binary, .ternary] {
      let fake = try fakeQuantize(y, scheme: scheme)
      let plain = try fakeQuantize(y.plain(), scheme: scheme)
      #expect(try fake.elements(as: Float.self) == plain.elements(as: Float.self))
      let kernel = try Samples.normal([4, 5, 3, 3], seed: 4)
      let (a, b) = (try conv2d(fake, kernel), try conv2d(plain, kernel))
      #expect(try abs(a - b).max().item() < 1e-4)
    }
  }

  @Test func strangeTensors() throws {
    for scheme in [Scheme.binary, .ternary] {
      let zero = try quantize(zeros(2, 3), scheme: scheme, per: .channel)
      #expect(try zero.dequantized().elements(as: Float.self).allSatisfy { abs($0) < 1e-37 })
      #expect(throws: QuantizationError.notANumber(position: [1])) {
        try quantize(Tensor([1, .nan]), scheme: scheme)
      }
      #expect(throws: QuantizationError.infinite(position: [0])) {
        try quantize(Tensor([-.infinity, 0]), scheme: scheme)
      }
      let empty = try full([0], 1)
      #expect(throws: QuantizationError.noElements(empty.shape)) {
        try quantize(empty, scheme: scheme)
      }
      #expect(throws: QuantizationError.needsBinary(scheme)) {
        try quantize(ones(2), scheme: scheme, signed: false)
      }
      for value: Float in [0x1p-149, .greatestFiniteMagnitude, 1e30] {
        let q = try quantize(Tensor([value, -value]), scheme: scheme)
        #expect(try q.dequantized().elements(as: Float.self).allSatisfy(\.isFinite))
      }
      #expect(throws: QuantizationError.needsValues(scheme)) {
        try QuantizationParameters(ranges: [ValueRange(0, 1)], type: .ternary, scheme: scheme)
      }
      #expect(throws: QuantizationError.needsValues(scheme)) {
        try MinMaxObserver.seen(1).parameters(type: .binary, scheme: scheme)
      }
    }
    #expect(throws: QuantizationError.needsBinary(.powerOfTwo)) {
      try quantize(ones(2), bits: 1, scheme: .powerOfTwo)
    }
    #expect(
      try quantize(Tensor([3, -3]), bits: 1, scheme: .fixedPoint(fractionalBits: 1))
        .dequantized().elements() == [0.5, -0.5] as [Float])
    let parameters = try QuantizationParameters(scales: [1], type: .binary, scheme: .binary)
    let codes = try Tensor([1, 0] as [Int8], shape: [2])
    #expect(throws: QuantizationError.codeOutOfRange(0, position: [1], .binary)) {
      try QuantizedTensor(codes: codes, parameters: parameters)
    }
    #expect(throws: QuantizationError.thresholdCount(2, scales: 1)) {
      try QuantizationParameters(scales: [1], type: .ternary, thresholds: [1, 2])
    }
  }

  /// One unsigned bit: 0 or the scale.
  @Test func oneUnsignedBit() throws {
    let x = try Tensor([0, 0.2, 0.6, 1])
    for scheme in [Scheme.affine, .symmetric] {
      let q = try quantize(x, bits: 1, scheme: scheme, signed: false)
      #expect(try q.dequantized().elements() == [0, 0, 1, 1] as [Float])
      #expect(q.packedBytes == [0b1100])
    }
    for rule in [RangeRule.entropy, .meanSquaredError, .percentile, .movingAverage] {
      let q = try quantize(x, bits: 1, scheme: .affine, range: rule)
      #expect(try q.dequantized().elements(as: Float.self).allSatisfy(\.isFinite))
    }
  }

  /// 96,160 weights and 106 output channels, each with a scale and an int32 bias (numerics.md).
  @Test(arguments: [(8, 97_008), (4, 48_928), (2, 24_888), (1, 12_868)])
  func bytesOfTheArticlesNetwork(_ bits: Int, _ bytes: Int) throws {
    let network = try NetworkSamples.article().built(for: Shape([1, 28, 28]))
    let data = try Digits.make(count: 8, seed: 1)
    #expect(try quantize(network, bits: bits, calibration: data).byteCount == bytes)
    guard bits <= 2 else { return }
    let method = bits == 1 ? QuantizationMethod.binary : .ternary
    let prepared = try prepare(
      network, weights: bits, method: method, firstAndLast: bits, calibration: data)
    #expect(try convert(prepared).byteCount == bytes)
  }
}

extension MinMaxObserver {
  /// An observer that saw one number.
  fileprivate static func seen(_ value: Double) throws -> MinMaxObserver {
    var observer = MinMaxObserver()
    try observer.observe(full([1], value))
    return observer
  }
}
