import Datasets
import Networks
import Tensors
import Testing

@testable import Quantization

/// Calibration by each rule: against an observer that sees the same numbers.
struct CalibrateTests {
  /// A batch is observed as the dataset is that holds its images.
  @Test(arguments: [RangeRule.minMax, .percentile(99), .entropy])
  func batches(_ rule: RangeRule) throws {
    let data = try Digits.make(count: 40, seed: 2)
    let prepared = try prepare(NetworkSamples.small())
    let (left, right) = (
      try calibrate(prepared, data, range: rule),
      try calibrate(prepared, data.images(), range: rule)
    )
    for (a, b) in zip(left.layers, right.layers) {
      #expect((a as? QuantizedLayer)?.inputRange == (b as? QuantizedLayer)?.inputRange)
    }
    #expect(throws: NetworkError.self) { try calibrate(prepared, zeros(0, 1, 28, 28)) }
    #expect(throws: NetworkError.self) { try calibrate(prepared, Tensor(scalar: 1)) }
    #expect(throws: (any Error).self) { try calibrate(left, zeros(2, 1, 9, 9)) }
  }

  static let rules: [RangeRule] = [
    .minMax, .movingAverage(constant: 0.3), .percentile(99), .meanSquaredError, .entropy,
  ]

  private func network() throws -> Sequential {
    try Sequential(
      Conv2D(3, kernel: 3, stride: 2, activation: .relu), Flatten(), Dense(10), seed: 6
    ).built(for: Shape([1, 28, 28]))
  }

  @Test(arguments: rules)
  func rangesAreThoseOfTheObserver(_ rule: RangeRule) throws {
    let data = try Digits.make(count: 70, seed: 5)
    let net = try network()
    let prepared = try prepare(net, weights: 4, activations: 3, calibration: data, range: rule)
    let type = try CodeType(bits: 3, isSigned: false)
    var observers = try (0..<2).map { _ in try rule.makeObserver() }
    for range in Batching.ranges(70, size: 32) {
      let x = try data.samples(at: range)
      try observers[0].observe(x)
      var context = Context(.inference)
      try observers[1].observe(net.layers[0].forward(x, &context))
    }
    for (observer, index) in zip(observers, [0, 2]) {
      let expected = try #require(try observer.ranges(for: type, scheme: .affine).first)
      let layer = try #require(prepared.layers[index] as? QuantizedLayer)
      let range = try #require(layer.inputRange)
      // The smallest number behind a ReLU is 0; -0 and rounding of another path aside.
      #expect(abs(range.min - expected.min) < 1e-5)
      #expect(abs(range.max - expected.max) < 1e-4 * expected.max)
    }
    let (whole, x) = (try convert(prepared), try data.images())
    #expect(try NetworkSamples.differences(whole(x), prepared(x)) == 0)
  }

  /// Few bits want a tighter range than min-max gives.
  @Test func rulesClip() throws {
    let data = try Digits.make(count: 64, seed: 5)
    func top(_ rule: RangeRule) throws -> Float {
      let prepared = try prepare(network(), activations: 2, calibration: data, range: rule)
      return try #require((prepared.layers[2] as? QuantizedLayer)?.inputRange?.max)
    }
    let widest = try top(.minMax)
    #expect(try top(.meanSquaredError) < 0.8 * widest)
    #expect(try top(.percentile(98)) < widest)
    #expect(try top(.entropy) <= widest)
    #expect(try top(.movingAverage) <= widest)
  }

  /// A rule finds the range anew; min-max widens what is known.
  @Test func againOnOtherData() throws {
    let (few, many) = (try Digits.make(count: 8, seed: 1), try Digits.make(count: 64, seed: 2))
    let first = try prepare(network(), calibration: many)
    let widened = try calibrate(first, few)
    let anew = try calibrate(first, few, range: .percentile(100))
    func range(_ network: Sequential) -> ValueRange? {
      (network.layers[2] as? QuantizedLayer)?.inputRange
    }
    #expect(range(widened) == range(first))
    #expect(range(anew) != range(first))
    var frozen = first
    freezeRanges(&frozen)
    #expect(try range(calibrate(frozen, few, range: .entropy)) == range(first))
  }

  /// Learned steps start from what the rule saw.
  @Test(arguments: [QuantizationMethod.lsq, .lsqPlus, .pact])
  func learnedSteps(_ method: QuantizationMethod) throws {
    let data = try Digits.make(count: 64, seed: 5)
    let prepared = try prepare(
      network(), weights: 3, activations: 3, method: method, firstAndLast: 3, calibration: data,
      range: .percentile(99))
    let minMax = try prepare(
      network(), weights: 3, activations: 3, method: method, firstAndLast: 3, calibration: data)
    #expect(!prepared.needsObservation)
    func scale(_ network: Sequential) throws -> Double {
      try #require((network.layers[2] as? QuantizedLayer)?.inputScale).item()
    }
    // LSQ and LSQ+ start from the mean here, PACT from the largest input.
    let isSame = try abs(scale(prepared) / scale(minMax) - 1) < 1e-4
    #expect(isSame == (method != .pact))
  }

  @Test func errors() throws {
    let data = try Digits.make(count: 8, seed: 1)
    #expect(
      throws: QuantizedNetworkError.calibrationShape(
        data.name, got: try Shape([1, 28, 28]), expected: try Shape([1, 9, 9]))
    ) {
      let net = try Sequential(Flatten(), Dense(3)).built(for: Shape([1, 9, 9]))
      _ = try prepare(net, calibration: data)
    }
    #expect(throws: QuantizationError.percentile(0)) {
      try prepare(network(), calibration: data, range: .percentile(0))
    }
    #expect(throws: QuantizationError.averagingConstant(2)) {
      try prepare(network(), calibration: data, range: .movingAverage(constant: 2))
    }
    #expect(throws: NetworkError.self) {
      try prepare(network(), calibration: data.take(0), range: .entropy)
    }
    #expect(throws: QuantizedNetworkError.notPrepared("withRequantization")) {
      try withRequantization(network(), .float)
    }
  }

  @Test func inputBits() throws {
    let data = try Digits.make(count: 32, seed: 1)
    for method in QuantizationMethod.allCases {
      var prepared = try prepare(
        network(), weights: 2, activations: 2, method: method, firstAndLast: 2, inputBits: 8,
        calibration: data)
      func policies() throws -> [QuantizationPolicy] {
        prepared.layers.compactMap { ($0 as? QuantizedLayer)?.policy }
      }
      #expect(try policies().map(\.activations) == [8, 2])
      #expect(try policies().map(\.observesInput) == [true, false])
      #expect(try policies().map(\.method) == [method, method])
      let first = try #require(prepared.layers[0] as? QuantizedLayer)
      #expect(first.inputScale == nil && first.inputOffset == nil && first.inputRange != nil)
      try fit(&prepared, data, batchSize: 16, optimizer: Adam(0.001))
      let x = try data.images()
      #expect(try NetworkSamples.differences(convert(prepared)(x), prepared(x)) == 0)
      guard method != .binary, method != .ternary else { continue }
      prepared = try withBits(prepared, weights: 3, activations: 4)
      #expect(try policies().map(\.activations) == [8, 4])
    }
    #expect(throws: QuantizedNetworkError.width(of: "activations", 9)) {
      try prepare(network(), inputBits: 9)
    }
  }
}
