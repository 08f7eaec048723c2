import Datasets
import Networks
import Tensors
import Testing

@testable import Quantization

/// A layer in simulation: its value, its gradient, its range.
struct QuantizedLayerTests {
  private func conv(_ activation: Activation = .relu) throws -> Conv2D {
    try Conv2D(
      weights: Samples.normal([4, 2, 3, 3], seed: 1), bias: Samples.normal([4], seed: 2),
      padding: .same, activation: activation)
  }

  /// y = activation(conv(x^, w^) + b), and the gradients that follow from its definition.
  @Test(arguments: Activation.allCases)
  func trainingFollowsTheDefinition(activation: Activation) throws {
    let float = try conv(activation)
    // A range narrower than the data, so that some of it is clipped.
    let layer = try QuantizedLayer(
      float, weights: 4, activations: 5, inputRange: ValueRange(-0.8, 1.1))
    let x = try Samples.normal([3, 2, 6, 5], seed: 3)
    let seed = try Samples.normal([3, 4, 6, 5], seed: 4)
    let points = [x] + layer.parameters.map(\.tensor)
    let (value, gradients) = try valueWithGradient(at: points) { p in
      let watched = layer.replacingParameters([p[1], p[2]])
      var context = Context(.training)
      return try (watched.forward(p[0], &context) * seed).sum()
    }

    let input = try #require(try layer.inputParameters)
    let weights = try #require(float.weights)
    let scales = try QuantizationParameters(for: weights, bits: 4, per: .channel)
    let (fakeX, fakeW) = (
      try quantize(x, with: input).dequantized(), try quantize(weights, with: scales).dequantized()
    )
    let (expected, inner) = try valueWithGradient(at: [fakeX, fakeW, points[2]]) { p in
      let y = try conv2d(p[0], p[1], bias: p[2], padding: .same)
      return try (activation.apply(y) * seed).sum()
    }
    #expect(abs(try value.item() - expected.item()) < 1e-4)
    // The mask: 1 where the code before clamping is a code.
    let ratio: [Float] = try x.elements()
    let outer: [Float] = try gradients[0].elements()
    let inside: [Float] = try inner[0].elements()
    var clipped = 0
    for (index, number) in ratio.enumerated() {
      let code = (number / input.scales[0]).rounded(.toNearestOrEven) + Float(input.zeroPoints[0])
      let passes = code >= 0 && code <= 31
      clipped += passes ? 0 : 1
      #expect(abs(outer[index] - (passes ? inside[index] : 0)) < 1e-4)
    }
    #expect(clipped > 5)
    for index in 1...2 {
      let error = try abs(gradients[index] - inner[index]).max().item()
      #expect(error < 1e-3)
    }
  }

  /// The shortcut for weights equals the mask of the definition, as no weight is out of range.
  @Test(arguments: [2, 3, 4, 8])
  func noWeightIsClipped(bits: Int) throws {
    for seed in 0..<20 {
      let w = try Samples.normal(
        [5, 9], seed: UInt64(seed), deviation: [1e-38, 1e-20, 0.3, 1e30][seed % 4])
      let scales = try QuantizationParameters(for: w, bits: bits, per: .channel)
      let ones = try ones(5, 9)
      let mask = try scales.straightThrough(ones, at: w, Rounder(.halfEven))
      #expect(try NetworkSamples.differences(mask, ones) == 0)
      let fake = try QuantizedWeights.fake(w, bits: bits)
      let expected = try fakeQuantize(w, bits: bits, per: .channel)
      #expect(try NetworkSamples.differences(fake, expected) == 0)
    }
  }

  /// What is kept with the weights is forgotten when they are written.
  @Test func newWeightsGiveNewCodes() throws {
    var network = try Sequential([
      QuantizedLayer(Dense(3), weights: 4, inputRange: ValueRange(-2, 2))
    ]).built(for: Shape([4]))
    let x = try Samples.normal([6, 4], seed: 1)
    let labels = try Tensor([0, 1, 2, 0, 1, 2] as [Int32], shape: [6])
    var optimizer = try SGD(0.5)
    for _ in 0..<3 {
      _ = try network(x)
      let (_, gradient) = try valueWithGradient(at: network) {
        try crossEntropy($0(x), labels)
      }
      try optimizer.update(&network, along: gradient)
      let copies = try network.parameters.map {
        try Tensor($0.tensor.elements(as: Float.self), shape: $0.tensor.shape)
      }
      let fresh = network.withParameters(copies)
      #expect(try NetworkSamples.differences(network(x), fresh(x)) == 0)
      var (one, two) = (Context(.training), Context(.training))
      #expect(
        try NetworkSamples.differences(
          network.forward(x, &one), fresh.forward(x, &two)) == 0)
    }
  }

  /// Two layers over the same numbers in other shapes have scales of their own.
  @Test func sharedNumbersInOtherShapes() throws {
    let numbers = try Samples.normal([2, 6], seed: 5)
    let wide = try QuantizedWeights.codes(numbers, bits: 8)
    let tall = try QuantizedWeights.codes(numbers.reshape(6, 2), bits: 8)
    #expect(wide.parameters.scales.count == 2)
    #expect(tall.parameters.scales.count == 6)
    #expect(try QuantizedWeights.fake(numbers.reshape(6, 2), bits: 8).shape.sizes == [6, 2])
  }

  @Test func observingKeepsTheExtremes() throws {
    var layer: any Layer = try QuantizedLayer(conv())
    #expect(layer.needsObservation)
    for (low, high) in [(-1.0, 2.0), (0.5, 3.0), (-0.25, 0.5)] {
      var context = Context(.observing)
      context.layerIndex = 1
      let x = try Tensor.uniform2([1, 2, 4, 4], low, high)
      let y = try layer.forward(x, &context)
      // Float32 meanwhile.
      var plain = Context(.inference)
      #expect(try NetworkSamples.differences(y, conv().forward(x, &plain)) == 0)
      layer = try layer.absorbing([try #require(context.statistics[1])])
    }
    #expect(!layer.needsObservation)
    #expect((layer as? QuantizedLayer)?.inputRange == ValueRange(-1, 3))
  }

  /// Parts of a batch make one step of the moving average, a hundredth of the way.
  @Test func trainingMovesTheRange() throws {
    let layer = try QuantizedLayer(conv(), inputRange: ValueRange(-1, 1))
    var statistics: [Statistic] = []
    for (low, high) in [(-2.0, 0.0), (0.0, 5.0)] {
      var context = Context(.training)
      context.layerIndex = 1
      _ = try layer.forward(Tensor.uniform2([1, 2, 4, 4], low, high), &context)
      statistics.append(try #require(context.statistics[1]))
    }
    let moved = try #require(try layer.absorbing(statistics) as? QuantizedLayer)
    let range = try #require(moved.inputRange)
    #expect(abs(range.min - -1.01) < 1e-6)
    #expect(abs(range.max - 1.04) < 1e-6)
  }

  /// After training a gradient is still there to be had, in float32.
  @Test func aGradientOutsideOfTraining() throws {
    let x = try Samples.normal([4, 2, 6, 6], seed: 9)
    let network = try NetworkSamples.observed(
      prepare(Sequential(conv(), MaxPool2D(2), Flatten(), Dense(3))), x)
    let labels = try Tensor([0, 1, 2, 0] as [Int32], shape: [4])
    let (value, gradient) = try valueWithGradient(at: network) {
      try crossEntropy($0(x), labels)
    }
    #expect(try gradient.norm() > 0)
    let whole = try crossEntropy(network(x), labels).item()
    #expect(abs(try value.item() - whole) < 1e-4)
  }

  /// A blocked layout, with and without padding between its blocks, gives what plain order gives.
  @Test(arguments: [16, 5])
  func blockedInputs(channels: Int) throws {
    let x = try Samples.normal([2, 3, 8, 8], seed: 10)
    let blocked = try conv2d(x, Samples.normal([channels, 3, 3, 3], seed: 11))
    let layer = try QuantizedLayer(
      Conv2D(weights: Samples.normal([4, channels, 1, 1], seed: 12), bias: nil),
      inputRange: ValueRange(-2, 2))
    for purpose in [Context.Purpose.training, .inference] {
      var (one, two) = (Context(purpose), Context(purpose))
      let (a, b) = (
        try layer.forward(blocked, &one), try layer.forward(blocked.plain(), &two)
      )
      #expect(try abs(a - b).max().item() < 1e-5)
      #expect(
        try one.statistics[0]?.tensors[0].reals() == two.statistics[0]?.tensors[0].reals())
    }
  }
}

extension Tensor {
  /// Numbers that reach from one bound to the other.
  static func uniform2(_ sizes: [Int], _ low: Double, _ high: Double) throws -> Tensor {
    let shape = try Shape(sizes)
    return try linspace(low, high, shape.elementCount).reshape(sizes)
  }
}
