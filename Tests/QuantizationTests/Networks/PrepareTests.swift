import Datasets
import Networks
import Tensors
import Testing

@testable import Quantization

/// From a float network to a prepared one, a trained one and an integer one, and what may go wrong.
struct PrepareTests {
  @Test func wrapsWhatHasWeightsAndKeepsThem() throws {
    let network = try NetworkSamples.article()
    let prepared = try prepare(network, weights: 4, activations: 6)
    #expect(
      prepared.layers.map(\.typeName) == [
        "QuantizedConv2D", "MaxPool2D", "QuantizedConv2D", "Flatten", "QuantizedDense",
      ])
    #expect(
      prepared.layers[0].description
        == "Quantized(Conv2D(32, kernel: 3, activation: .relu), weights: 4, activations: 6)")
    for (a, b) in zip(prepared.parameters, network.parameters) {
      #expect(try NetworkSamples.differences(a.tensor, b.tensor) == 0)
    }
    #expect(prepared.parameters.first?.name == "1.QuantizedConv2D.weights")
    #expect(prepared.inputShape == network.inputShape)
    #expect(prepared.needsObservation)
  }

  @Test func preparingAgainChangesTheWidths() throws {
    let data = try Digits.make(count: 20, seed: 1)
    let once = try prepare(NetworkSamples.small(), calibration: data)
    let twice = try prepare(once, weights: 3, activations: 5)
    let (a, b) = (once.layers[0] as? QuantizedLayer, twice.layers[0] as? QuantizedLayer)
    #expect(b?.policy.weights == 3 && b?.policy.activations == 5)
    #expect(a?.inputRange == b?.inputRange && b?.inputRange != nil)
    #expect(b?.layer is Conv2D)
  }

  @Test func weightsAlone() throws {
    let x = try Samples.normal([3, 1, 12, 12], seed: 1)
    let network = try NetworkSamples.network(seed: 2, input: x.sampleShape)
    let prepared = try prepare(network, weights: 8, activations: nil)
    #expect(!prepared.needsObservation)
    #expect(try sqnr(network(x), prepared(x)) > 30)
    #expect {
      try convert(prepared)
    } throws: {
      "\($0)".hasSuffix("its activations are float32; prepare the network with activations: 8")
    }
  }

  /// y = BatchNorm(conv(x)) after training equals conv'(x).
  @Test(arguments: [true, false])
  func batchNormsFold(hasBias: Bool) throws {
    var network = try Sequential(
      Conv2D(6, kernel: 3, padding: .same, groups: 2, bias: hasBias), BatchNorm(), ReLU(),
      Flatten(), Dense(5), BatchNorm(), seed: 4)
    let x = try Samples.normal([8, 2, 6, 6], seed: 6, mean: 0.5, deviation: 2)
    network = try network.built(for: x.sampleShape)
    // Running statistics and parameters that are not the first ones.
    for _ in 0..<5 {
      var context = Context(.training)
      _ = try network.forward(x, &context)
      network = try network.absorbing([context.statistics])
    }
    network = network.withParameters(
      try network.parameters.enumerated().map { index, parameter in
        try parameter.tensor
          + Samples.normal(parameter.tensor.shape.sizes, seed: UInt64(index), deviation: 0.3)
      })
    let folded = try foldBatchNorms(network)
    #expect(folded.layers.map(\.typeName) == ["Conv2D", "ReLU", "Flatten", "Dense"])
    #expect(try sqnr(network(x), folded(x)) > 100)
    let integers = try convert(NetworkSamples.observed(prepare(network), x))
    #expect(try sqnr(network(x), integers(x)) > 20)
  }

  @Test func aBatchNormBehindAnActivationStays() throws {
    let x = try Samples.normal([4, 1, 6, 6], seed: 6)
    let network = try Sequential(
      Conv2D(2, activation: .relu), BatchNorm(), Flatten(), Dense(3)
    ).built(for: x.sampleShape)
    let prepared = try NetworkSamples.observed(prepare(network), x)
    #expect(prepared.layers.count == 4)
    #expect(try prepared(x).shape.sizes == [4, 3])
    #expect {
      try convert(prepared)
    } throws: {
      "\($0)".hasPrefix("layer 2, BatchNorm(): a batch norm has an integer form only")
    }
    #expect(throws: NetworkError.self) {
      try prepare(Sequential(Conv2D(2), BatchNorm(), Flatten(), Dense(3)))
    }
  }

  @Test func calibrationSeesAllTheData() throws {
    let data = try Digits.make(count: 70, seed: 3)
    let network = try NetworkSamples.small().built(for: Shape([1, 28, 28]))
    let prepared = try prepare(network, calibration: data)
    let images = try data.images()
    var context = Context(.inference)
    let hidden = try Sequential(Array(network.layers.prefix(3))).forward(images, &context)
    for (index, x) in [(0, images), (3, hidden)] {
      let layer = try #require(prepared.layers[index] as? QuantizedLayer)
      #expect(try Double(try #require(layer.inputRange).max) == x.max().item())
      #expect(layer.inputRange?.min == 0)
    }
  }

  /// Four-bit training lowers the loss, and what it gives converts without a difference.
  @Test func trainingAwareOfQuantization() throws {
    let data = try Digits.make(count: 200, seed: 1)
    var network = try prepare(NetworkSamples.small(), weights: 4, activations: 4)
    let history = try fit(&network, data, epochs: 5, batchSize: 32, optimizer: Adam(0.01))
    let losses = history.epochs.map(\.loss)
    #expect(try #require(losses.last) < 0.7 * (try #require(losses.first)))
    #expect(!network.needsObservation)
    let integers = try convert(network)
    let images = try data.take(40).images()
    for (a, b) in zip(try integers.trace(images), try trace(network, images)) {
      #expect(try NetworkSamples.differences(a, b) == 0)
    }
    #expect(try evaluate(integers, data) == evaluate(network, data))
  }

  /// The same to the bit, however often it runs.
  @Test func trainingRepeats() throws {
    let data = try Digits.make(count: 64, seed: 1)
    func trained() throws -> Sequential {
      var network = try prepare(NetworkSamples.small(), weights: 3)
      try fit(&network, data, epochs: 1, batchSize: 32, optimizer: Adam(0.01))
      return network
    }
    let (a, b) = (try trained(), try trained())
    for (left, right) in zip(a.parameters, b.parameters) {
      #expect(try NetworkSamples.differences(left.tensor, right.tensor) == 0)
    }
    #expect(
      (a.layers[3] as? QuantizedLayer)?.inputRange == (b.layers[3] as? QuantizedLayer)?.inputRange)
  }

  @Test(arguments: [0, -3, 9, 16, 99, Int.max, Int.min])
  func widthsThatAreNone(bits: Int) throws {
    let network = try NetworkSamples.small()
    #expect(throws: QuantizedNetworkError.width(of: "weights", bits)) {
      try prepare(network, weights: bits)
    }
    // Activations may have 16.
    if bits != 16 {
      #expect(throws: QuantizedNetworkError.width(of: "activations", bits)) {
        try prepare(network, activations: bits)
      }
    }
    let data = try Digits.make(count: 2, seed: 1)
    #expect(throws: QuantizedNetworkError.width(of: "weights", bits)) {
      try quantize(network, bits: bits, calibration: data)
    }
  }

  @Test func errorsThatNameTheLayer() throws {
    let data = try Digits.make(count: 10, seed: 1)
    let network = try NetworkSamples.small().built(for: Shape([1, 28, 28]))
    let unseen = try prepare(network)
    let subject = "the input of layer 1, Conv2D(4, kernel: 3, stride: 2, activation: .relu)"
    #expect(throws: QuantizationError.neverObserved(subject: subject)) { try convert(unseen) }
    #expect(throws: QuantizationError.neverObserved(subject: subject)) {
      try unseen(data.images())
    }
    #expect(throws: QuantizedNetworkError.nothingToQuantize) {
      try prepare(Sequential(Flatten(), ReLU()))
    }
    #expect(throws: QuantizedNetworkError.notQuantizable("Flatten()")) {
      try QuantizedLayer(Flatten())
    }
    #expect(throws: NetworkError.self) { try prepare(network, calibration: data.take(0)) }
    #expect(throws: NetworkError.self) { try quantize(network, calibration: data.take(0)) }
    #expect(throws: NetworkError.self) { try convert(prepare(NetworkSamples.small())) }
    for (layer, text) in [
      (try Dense(4, activation: .tanh), "tanh has no integer form; use activation: .relu")
    ] {
      let odd = try prepare(
        Sequential(Flatten(), layer, Dense(10)), calibration: data)
      #expect {
        try convert(odd)
      } throws: {
        "\($0)" == "layer 2, \(layer): \(text)"
      }
      // At the end it is a float32 step on the logits.
      let last = try prepare(Sequential(Flatten(), layer), calibration: data)
      let images = try data.images()
      #expect(try NetworkSamples.differences(convert(last)(images), last(images)) == 0)
    }
    #expect {
      try convert(network)
    } throws: {
      "\($0)".contains("still in float32")
    }
    let mixed = try Sequential([
      QuantizedLayer(Dense(4), inputRange: ValueRange(0, 1)), Dense(3),
      QuantizedLayer(Dense(2), inputRange: ValueRange(0, 1)),
    ]).built(for: Shape([5]))
    #expect {
      try convert(mixed)
    } throws: {
      "\($0)" == "layer 2, Dense(3): it is still in float32; call prepare(net) first"
    }
  }

  @Test func rangesThatAreNotFinite() throws {
    let x = try full([2, 4], .infinity)
    let prepared = try NetworkSamples.observed(prepare(Sequential([Dense(3)])), x)
    #expect(throws: QuantizationError.self) { try convert(prepared) }
    let nan = try NetworkSamples.observed(prepare(Sequential([Dense(3)])), full([2, 4], .nan))
    #expect(throws: QuantizationError.self) { try convert(nan) }
    let weights = try full([3, 4], .nan)
    let layer = try QuantizedLayer(
      Dense(weights: weights, bias: nil), inputRange: ValueRange(0, 1))
    #expect(throws: QuantizationError.self) {
      try convert(Sequential([layer]).built(for: Shape([4])))
    }
    let bias = try QuantizedLayer(
      Dense(weights: ones(3, 4), bias: full([3], .infinity)), inputRange: ValueRange(0, 1))
    #expect(throws: QuantizedNetworkError.bias(layer: 1, "Dense(3)")) {
      try convert(Sequential([bias]).built(for: Shape([4])))
    }
    for scale in [1e-38, 1e-30, 1e30, 3e38] {
      let odd = try QuantizedLayer(
        Dense(weights: full([3, 4], scale), bias: full([3], 1 / scale)),
        inputRange: ValueRange(0, Float(scale)))
      let network = try Sequential([odd]).built(for: Shape([4]))
      // A number or an error, never a crash.
      _ = try? convert(network)(full([2, 4], scale))
      _ = try? network(full([2, 4], scale))
    }
  }

  /// Windows as large as numbers go: an error or a number, never a crash.
  @Test(arguments: [1, 3, 1000, 1 << 31, Int.max])
  func hugeWindows(size: Int) throws {
    let x = try Samples.normal([2, 2, 5, 5], seed: 1)
    for padding in Padding.allCases {
      let layers: [[any Layer]?] = [
        try? [MaxPool2D(size, stride: 2, padding: padding), Flatten(), Dense(3)],
        try? [AveragePool2D(size, stride: 1, padding: padding), Flatten(), Dense(3)],
        try? [MaxPool2D(2, stride: size, padding: padding), Flatten(), Dense(3)],
        try? [Conv2D(2, kernel: 2, stride: size, padding: padding), Flatten(), Dense(3)],
      ]
      for case let layers? in layers {
        guard let prepared = try? NetworkSamples.observed(prepare(Sequential(layers)), x),
          let integers = try? convert(prepared)
        else { continue }
        #expect(try NetworkSamples.differences(integers(x), prepared(x)) == 0)
      }
    }
  }
}
