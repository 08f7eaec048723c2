import Datasets
import Networks
import Tensors
import Testing

@testable import Quantization

/// Shortcuts and global means in whole numbers.
struct ResidualTests {
  static func network(_ seed: UInt64) throws -> Sequential {
    try Sequential(
      Conv2D(4, kernel: 3, padding: .same, activation: .relu),
      Residual(
        Conv2D(4, kernel: 3, padding: .same, activation: .relu),
        Residual(Conv2D(4, kernel: 1), ReLU(), activation: .none),
        Conv2D(4, kernel: 3, padding: .same, groups: 4)),
      MaxPool2D(2), Flatten(),
      // Pixels of an image on the way around, features in order through the layer.
      Residual(Dense(4 * 4 * 5, activation: .relu)),
      Dense(6, activation: .relu), Residual(Dense(6), activation: .none), Dense(3), seed: seed
    ).built(for: Shape([2, 8, 10]))
  }

  @Test(arguments: AgreementTests.Width.all, Requantization.allCases)
  func agrees(_ width: AgreementTests.Width, _ family: Requantization) throws {
    for seed in 0..<2 as Range<UInt64> {
      let x = try Samples.normal([6, 2, 8, 10], seed: seed, mean: 0.2)
      let simulated = try NetworkSamples.observed(
        prepare(
          Self.network(seed), weights: width.weights, activations: width.activations,
          method: width.method, firstAndLast: width.weights, requantization: family), x)
      let integers = try convert(simulated)
      let (left, right) = (try trace(simulated, x), try integers.trace(x))
      #expect(left.count == 13 && right.count == 13)
      for (a, b) in zip(left, right) { #expect(try NetworkSamples.differences(a, b) == 0) }
      #expect(try NetworkSamples.differences(simulated(x), integers(x)) == 0)
    }
  }

  @Test func eightBitsAreNearFloat32() throws {
    let x = try Samples.normal([6, 2, 8, 10], seed: 5)
    let network = try Self.network(5)
    #expect(try sqnr(network(x), convert(NetworkSamples.observed(prepare(network), x))(x)) > 22)
  }

  /// The codes of a sum are what the definition says, in Float64, but for ties.
  @Test(arguments: Requantization.allCases)
  func sums(_ family: Requantization) throws {
    var stream = RandomStream(seed: 4)
    for _ in 0..<40 {
      let factors = (0..<2).map { _ in Float(stream.uniform() * 2 + 1e-4) }
      let zeros = (0..<3).map { _ in Int32(stream.below(256)) }
      let rectified = stream.below(2) == 0
      let rule = try SumRequantizer(
        factors: factors, inputZeroPoints: [zeros[0], zeros[1]], zeroPoint: zeros[2],
        type: .uint8, rectified: rectified, family: family)
      for _ in 0..<60 {
        let (a, b) = (Int32(stream.below(256)), Int32(stream.below(256)))
        let real =
          Double(a - zeros[0]) * Double(factors[0]) + Double(b - zeros[1]) * Double(factors[1])
        let exact = min(
          max(real + Double(zeros[2]), rectified ? Double(zeros[2]) : 0), 255)
        let code = Double(rule(a, b))
        #expect(abs(code - exact) <= 0.5 + 1e-4)
      }
    }
    // Ties: half to even, half away from zero, half up.
    let half = try SumRequantizer(
      factors: [0.5, 0.5], inputZeroPoints: [10, 0], zeroPoint: 100, type: .uint8,
      rectified: false, family: family)
    let expected: [Int32] =
      switch family {
      case .float: [98, 100, 100, 102]
      case .fixedPointDouble: [98, 99, 101, 102]
      case .fixedPointSingle: [99, 100, 101, 102]
      }
    #expect([7, 9, 11, 13].map { half($0, 0) } == expected)
    #expect(throws: QuantizationError.self) {
      try SumRequantizer(
        factors: [0x1p21, 1], inputZeroPoints: [0, 0], zeroPoint: 0, type: .uint8,
        rectified: false, family: family)
    }
  }

  /// Learned steps around a shortcut learn, and the trained network converts to the bit.
  @Test(arguments: [QuantizationMethod.straightThrough, .lsq, .pact])
  func trains(_ method: QuantizationMethod) throws {
    let data = try Digits.make(count: 64, seed: 3)
    var net = try prepare(
      Sequential(
        Conv2D(4, kernel: 3, stride: 3, activation: .relu),
        Residual(Conv2D(4, kernel: 3, padding: .same, activation: .relu)),
        GlobalAveragePool2D(), Dense(10), seed: 2), weights: 4, activations: 4, method: method,
      firstAndLast: 4)
    let history = try fit(&net, data, epochs: 4, batchSize: 16, optimizer: Adam(0.02))
    #expect(try #require(history.epochs.last).loss < history.epochs[0].loss)
    let integers = try convert(net)
    #expect(try evaluate(integers, data) == evaluate(net, data))
    let sum = integers.layers[3]
    #expect(sum.name == "Add(activation: .relu)" && sum.input != nil && sum.weights == nil)
    let report = try drift(net, data)
    #expect(report.numbers == [1, 3, 6])
    let table = try parity(net.inFloat, net, integers, data)
    #expect(table.different == 0)
    #expect(throws: QuantizedNetworkError.self) {
      try integers.explain(data.images(), layer: 4, position: [0, 0, 0])
    }
    let told = try integers.explain(data.images(), layer: 5, position: [2])
    #expect(told.terms.count == 81)
  }

  private func drift(_ network: Sequential, _ data: Dataset) throws -> Drift {
    var recorder = try DriftRecorder(watching: data)
    try recorder.look(network, step: 0)
    return recorder.drift
  }

  /// Calibration, repairs and analyses go through a shortcut as through any layer.
  @Test func everythingElseWorks() throws {
    let data = try Digits.make(count: 40, seed: 3)
    let x = try data.images()
    let float = try Sequential(
      Conv2D(4, kernel: 3, stride: 3, activation: .relu),
      Residual(Conv2D(4, kernel: 3, padding: .same), BatchNorm(), ReLU()),
      Flatten(), Dense(10), seed: 2
    ).built(for: x.sampleShape)
    let repaired = [
      try prepare(float, weights: 4, activations: 6, calibration: data, range: .meanSquaredError),
      try gptq(float, bits: 4, activations: 8, calibration: data),
      try adaRound(float, bits: 4, activations: 8, calibration: data, steps: 20),
      try correctBias(prepare(float, weights: 4, calibration: data), calibration: data),
      try prepare(equalize(float), weights: 4, calibration: data),
      try mixedPrecision(float, data, within: 3000).network,
      try withBits(prepare(float, calibration: data), weights: 3, activations: 4),
    ]
    for (number, network) in repaired.enumerated() {
      let integers = try convert(network)
      for (a, b) in zip(try trace(network, x), try integers.trace(x)) {
        #expect(try NetworkSamples.differences(a, b) == 0)
      }
      let decibels = try sqnr(float(x), integers(x))
      #expect(decibels > 5, "\(number)")
    }
    #expect(try abs(float(x) - equalize(float)(x)).max().item() < 1e-3)
    #expect(try sensitivity(float, data).rows.map(\.number) == [1, 3, 7])
  }

  @Test func globalMeans() throws {
    let x = try Samples.normal([5, 3, 7, 4], seed: 3, mean: 0.5)
    let network = try Sequential(
      Conv2D(3, kernel: 1, activation: .relu), GlobalAveragePool2D(), Dense(2), seed: 1
    ).built(for: x.sampleShape)
    for family in Requantization.allCases {
      let simulated = try NetworkSamples.observed(prepare(network, requantization: family), x)
      let integers = try convert(simulated)
      for (a, b) in zip(try trace(simulated, x), try integers.trace(x)) {
        #expect(try NetworkSamples.differences(a, b) == 0)
      }
      let told = try integers.explain(x, layer: 2, position: [1])
      #expect(told.terms.count == 28)
      #expect(
        try Double(#require(told.code)) == integers.trace(x)[2].reals()[1])
    }
  }

  @Test func errors() throws {
    let x = try Samples.normal([2, 3], seed: 3)
    let open = try NetworkSamples.observed(
      prepare(Sequential(Dense(3), Residual(Dense(3)))), x)
    // As the last layer it has no integer form; the simulation gives real numbers.
    #expect(throws: QuantizedNetworkError.self) { try convert(open) }
    #expect(try open(x).shape.sizes == [2, 3])
    let bent = try NetworkSamples.observed(
      prepare(Sequential(Dense(3), Residual(Dense(3), activation: .tanh), Dense(2))), x)
    #expect(throws: QuantizedNetworkError.self) { try convert(bent) }
    // Weights alone: the sum stays in float32.
    let alone = try prepare(
      Sequential(Dense(3), Residual(Dense(3)), Dense(2)).built(for: Shape([3])),
      activations: nil)
    #expect(alone.layers.count { $0 is QuantizedLayer } == 3)
    #expect(try alone(x).shape.sizes == [2, 2])
  }
}
