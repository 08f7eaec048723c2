import Tensors
import Testing

@testable import Quantization

@Suite struct FakeQuantizeTests {
  @Test(arguments: Samples.widths, Samples.schemes)
  func equalsQuantizeAndDequantizeToTheBit(_ bits: Int, _ scheme: Scheme) throws {
    let x = try Samples.normal([6, 5, 7], seed: UInt64(bits), mean: 0.1)
    for granularity in [Granularity.tensor, .channel, .channel(axis: 2), .group(size: 4)] {
      for mode in RoundingMode.allCases {
        let fake = try fakeQuantize(
          x, bits: bits, scheme: scheme, per: granularity, rounding: mode, seed: 4)
        let real = try quantize(
          x, bits: bits, scheme: scheme, per: granularity, rounding: mode, seed: 4)
        let (a, b) = try (
          fake.elements(as: Float.self), real.dequantized().elements(as: Float.self)
        )
        #expect(a.map(\.bitPattern) == b.map(\.bitPattern), "\(granularity) \(mode)")
      }
    }
  }

  @Test func clipsWithGivenParameters() throws {
    let parameters = try QuantizationParameters(scales: [0.5], zeroPoints: [2], type: .uint8)
    let x = try Tensor([-3, -1, -0.2, 0.24, 126.5, 127, .infinity, -.infinity])
    #expect(
      try fakeQuantize(x, with: parameters).elements()
        == [-1, -1, 0, 0, 126.5, 126.5, 126.5, -1] as [Float])
  }

  /// PyTorch's mask: the gradient passes where qmin <= round(x / s) + z <= qmax.
  @Test(arguments: RoundingMode.allCases, [Granularity.tensor, .channel, .group(size: 5)])
  func straightThroughGradient(_ mode: RoundingMode, _ granularity: Granularity) throws {
    let x = try Samples.normal([4, 37], seed: 8, deviation: 2)
    let sets = try granularity.partition(of: x.shape).setCount
    let parameters = try QuantizationParameters(
      scales: (0..<sets).map { 0.11 + 0.01 * Float($0) },
      zeroPoints: (0..<sets).map { Int32($0 % 7) },
      type: CodeType(bits: 4, isSigned: false), granularity: granularity)
    let weights = try Samples.normal([4, 37], seed: 9)
    let (_, gradient) = try valueWithGradient(at: x) { x in
      try (fakeQuantize(x, with: parameters, rounding: mode, seed: 6) * weights).sum()
    }
    let (values, w, g) = try (
      x.elements(as: Float.self), weights.elements(as: Float.self),
      gradient.elements(as: Float.self)
    )
    let rounder = Rounder(mode, RandomStream(seed: 6))
    var passed = 0
    try parameters.partition(of: x.shape).forEachRun { start, count, set in
      for i in start..<(start + count) {
        let ratio = values[i] / parameters.scales[set]
        let code =
          mode.rounded(ratio, noise: rounder.noise(i)) + Float(parameters.zeroPoints[set])
        let inside = code >= 0 && code <= 15
        passed += inside ? 1 : 0
        #expect(g[i] == (inside ? w[i] : 0))
      }
    }
    #expect(passed > 20 && passed < 130)
  }

  @Test func theMaskIsOnTheRoundedValue() throws {
    let parameters = try QuantizationParameters(scales: [1], type: .narrowInt8)
    let x = try Tensor([127.4, 127.5, 128.5, -127.5, -127.49, .infinity])
    let (_, gradient) = try valueWithGradient(at: x) {
      try fakeQuantize($0, with: parameters).sum()
    }
    // Half even takes 127.5 to 128, out of range.
    #expect(try gradient.elements() == [1, 0, 0, 0, 1, 0] as [Float])
  }

  /// Behind a convolution the tensor is blocked, with and without padding between its blocks.
  @Test(arguments: [16, 5])
  func blockedTensorsGiveTheSame(_ channels: Int) throws {
    let images = try Samples.normal([2, 3, 9, 9], seed: 1)
    let kernel = try Samples.normal([channels, 3, 3, 3], seed: 2)
    let parameters = try QuantizationParameters(
      scales: [0.3], zeroPoints: [7], type: CodeType(bits: 4, isSigned: false))
    let y = try conv2d(images, kernel)
    let plain = try y.plain()
    for mode in [RoundingMode.halfEven, .floor, .stochastic] {
      let blocked = try fakeQuantize(y, with: parameters, rounding: mode, seed: 3)
      let expected = try fakeQuantize(plain, with: parameters, rounding: mode, seed: 3)
      #expect(try blocked.elements(as: Float.self) == expected.elements(as: Float.self))
      if mode == .halfEven { #expect(blocked.layout === y.layout) }
    }
    func loss(_ kernel: Tensor, _ change: (Tensor) throws -> Tensor) throws -> Tensor {
      let hidden = try fakeQuantize(change(conv2d(images, kernel)), with: parameters)
      return try square(hidden).sum()
    }
    let (value, gradient) = try valueWithGradient(at: kernel) { try loss($0) { $0 } }
    let (other, expected) = try valueWithGradient(at: kernel) { try loss($0) { try $0.plain() } }
    #expect(abs(try value.item() / other.item() - 1) < 1e-5)
    for (a, b) in zip(try gradient.reals(), try expected.reals()) {
      #expect(abs(a - b) <= 1e-3 * (1 + abs(b)))
    }
    #expect(try y.valueRanges() == plain.valueRanges())
  }

  @Test func dynamicParametersAreConstants() throws {
    let x = try Samples.normal([30], seed: 12)
    let (value, gradient) = try valueWithGradient(at: x) { try fakeQuantize($0, bits: 3).sum() }
    #expect(value.rank == 0)
    // Min-max clips nothing, so every element passes its gradient.
    #expect(try gradient.elements() == [Float](repeating: 1, count: 30))
  }
}
