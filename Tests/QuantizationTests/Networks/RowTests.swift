import Datasets
import Networks
import Tensors
import Testing

@testable import Quantization

/// Dense layers over the last of several axes, in whole numbers.
struct RowTests {
  /// Steps in time and images, with what changes how codes lie between the dense layers.
  static func networks(_ seed: UInt64) throws -> [(network: Sequential, x: Tensor)] {
    let steps = try Sequential(
      Dense(6, activation: .relu), Residual(Dense(6), activation: .relu), Dense(1),
      Parallel(Identity(), Sequential(Dense(4, activation: .relu), Dense(1))), Transpose(),
      Conv1D(7, kernel: 2), Transpose(), Dense(5), Flatten(), Dense(3), seed: seed)
    let images = try Sequential(
      Dense(8, activation: .relu), MaxPool2D(2), Conv2D(3, kernel: 2), Dense(6, bias: false),
      ReLU(), Reshape(3, 1, 2, 3), Dense(3), Flatten(), Dense(4, activation: .relu),
      Dense(2), seed: seed)
    let ends = try Sequential(Dense(4, activation: .relu), Dense(3), ReLU(), seed: seed)
    return [
      (steps, try Samples.normal([5, 4, 3], seed: seed, mean: 0.3)),
      (images, try Samples.normal([4, 2, 4, 5], seed: seed, mean: 0.2)),
      (ends, try Samples.normal([3, 5, 2], seed: seed, mean: 0.2)),
    ]
  }

  @Test(arguments: AgreementTests.Width.all, Requantization.allCases)
  func agrees(_ width: AgreementTests.Width, _ family: Requantization) throws {
    for (number, (network, x)) in try Self.networks(UInt64(width.weights)).enumerated() {
      let simulated = try NetworkSamples.observed(
        prepare(
          network.built(for: x.sampleShape), weights: width.weights,
          activations: width.activations, method: width.method, firstAndLast: width.weights,
          requantization: family), x)
      let integers = try convert(simulated)
      let (left, right) = (try trace(simulated, x), try integers.trace(x))
      #expect(left.count == right.count && left.count > 2)
      for (layer, (a, b)) in zip(left, right).enumerated() {
        #expect(try NetworkSamples.differences(a, b) == 0, "network \(number), codes \(layer)")
      }
      #expect(try NetworkSamples.differences(simulated(x), integers(x)) == 0)
    }
  }

  @Test func eightBitsAreNearFloat32() throws {
    for (network, x) in try Self.networks(3) {
      let float = try network.built(for: x.sampleShape)
      let integers = try convert(NetworkSamples.observed(prepare(float), x))
      #expect(try integers(x).shape == float(x).shape)
      #expect(try sqnr(float(x), integers(x)) > 20)
    }
  }

  /// Every output written out is what the network computes.
  @Test func explains() throws {
    let (network, x) = try Self.networks(4)[1]
    let simulated = try NetworkSamples.observed(prepare(network.built(for: x.sampleShape)), x)
    let integers = try convert(simulated)
    let codes = try integers.trace(x)
    // The fourth layer is the second dense one; its codes enter the third through a ReLU.
    let shape = integers.layers[3].output
    #expect(shape.sizes == [3, 1, 6])
    let entering = try codes[3].slice([.at(0)]).reals()
    for place in 0..<shape.elementCount {
      let told = try integers.explain(x, layer: 4, position: [place / 6, 0, place % 6])
      let zero = Int(try #require(told.requantizer).zeroPoint)
      #expect(max(try #require(told.code), zero) == Int(entering[place]))
      #expect(told.terms.map(\.place) == (0..<3).map { [place / 6, 0, $0] })
    }
    #expect(
      try integers.explain(x, layer: 4, position: [1, 0, 2]).description
        .contains("place 1, place 0, feature 0"))
  }

  /// The repairs of weights take each place before the features as a row.
  @Test func repairs() throws {
    let (network, x) = try Self.networks(5)[0]
    let float = try network.built(for: x.sampleShape)
    #expect(try abs(float(x) - equalize(float)(x)).max().item() < 1e-4)
    let data = try Dataset(name: "steps", samples: x, labels: [0, 1, 2, 0, 1], classCount: 3)
    for repaired in [
      try gptq(float, bits: 4, activations: 8, calibration: data),
      try adaRound(float, bits: 4, activations: 8, calibration: data, steps: 20),
      try correctBias(prepare(float, weights: 4, calibration: data), calibration: data),
    ] {
      let integers = try convert(repaired)
      for (a, b) in zip(try trace(repaired, x), try integers.trace(x)) {
        #expect(try NetworkSamples.differences(a, b) == 0)
      }
      #expect(try sqnr(float(x), integers(x)) > 5)
    }
    let inputs = try LayerInputs(x, of: float.layers[0])
    #expect(inputs.groups.map(\.shape.sizes) == [[20, 3]])
    // The mean error over all places of a sample is that of the formula.
    let weights = try Samples.normal([2, 3], seed: 1)
    let mean = try BiasCorrection.mean(x, through: Dense(weights: weights, bias: nil), weights)
    let expected = try x.reshape(20, 3).mean(axis: 0).reshape(1, 3).matmul(weights.transposed())
    #expect(try abs(mean - expected.reshape(2)).max().item() < 1e-5)
  }

  /// Equalising pairs layers only where the channels of one are the features of the next.
  @Test func equalizesAlongFeatures() throws {
    let x = try Samples.normal([3, 4, 4, 4], seed: 2)
    let network = try Sequential(
      Conv2D(4, kernel: 1, activation: .relu), Dense(4, activation: .relu), Dense(4, bias: false),
      MaxPool2D(2, stride: 1), Conv2D(3, kernel: 3), Dense(6, activation: .relu), Flatten(),
      Dense(2), seed: 3
    ).built(for: x.sampleShape)
    let even = try equalize(network)
    #expect(try abs(network(x) - even(x)).max().item() < 1e-4)
    func weights(_ net: Sequential, _ layer: Int) throws -> [Double] {
      try net.layers[layer].parameters[0].tensor.reals()
    }
    #expect(try weights(even, 0) == weights(network, 0))
    #expect(try weights(even, 1) != weights(network, 1))
    #expect(try weights(even, 4) == weights(network, 4))
    #expect(try weights(even, 5) == weights(network, 5))
  }

  /// A batch norm over the places of a dense layer is not folded into its outputs.
  @Test func batchNormsStay() throws {
    let x = try Samples.normal([6, 4, 3], seed: 2)
    let network = try Sequential(Dense(4), BatchNorm(), Flatten(), Dense(2), seed: 3)
      .built(for: x.sampleShape)
    #expect(try foldBatchNorms(network).layers.count == 4)
    let simulated = try NetworkSamples.observed(prepare(network), x)
    #expect(throws: QuantizedNetworkError.self) { try convert(simulated) }
    let flat = try Sequential(Dense(4), BatchNorm(), Dense(2), seed: 3).built(for: Shape([3]))
    #expect(try foldBatchNorms(flat).layers.count == 2)
  }

  /// Scales that are learned have gradients through all places.
  @Test(arguments: [QuantizationMethod.straightThrough, .lsq, .pact])
  func trains(_ method: QuantizationMethod) throws {
    let data = try Digits.make(count: 48, seed: 3)
    var net = try prepare(
      Sequential(Reshape(28, 28), Dense(6, activation: .relu), Flatten(), Dense(10), seed: 2),
      weights: 4, activations: 4, method: method, firstAndLast: 4)
    let history = try fit(&net, data, epochs: 4, batchSize: 16, optimizer: Adam(0.01))
    #expect(try #require(history.epochs.last).loss < history.epochs[0].loss)
    #expect(try evaluate(convert(net), data) == evaluate(net, data))
  }
}
