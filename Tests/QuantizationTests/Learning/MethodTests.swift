import Datasets
import Networks
import Tensors
import Testing

@testable import Quantization

/// Networks under each method: what is trained, what moves, and what they convert to.
@Suite struct MethodTests {
  static let widths = [(1, 1), (2, 2), (3, 4), (4, 8), (7, 1)]

  private func data(_ count: Int = 48) throws -> Dataset { try Digits.make(count: count, seed: 2) }

  private func deep() throws -> Sequential {
    try Sequential(
      Conv2D(4, kernel: 3, stride: 2, activation: .relu), MaxPool2D(2),
      Conv2D(6, kernel: 3, padding: .same, activation: .relu), Flatten(),
      Dense(12, activation: .relu), Dense(10), seed: 5)
  }

  private func middle(_ network: Sequential) throws -> QuantizedLayer {
    try #require(network.layers[2] as? QuantizedLayer)
  }

  @Test(arguments: QuantizationMethod.allCases)
  func firstAndLastLayers(_ method: QuantizationMethod) throws {
    let network = try prepare(deep(), weights: 3, activations: 2, method: method)
    func policies(_ network: Sequential) -> [QuantizationPolicy] {
      network.layers.compactMap { ($0 as? QuantizedLayer)?.policy }
    }
    let inner = try QuantizationPolicy(weights: 3, activations: 2, method: method)
    let outer = try QuantizationPolicy(weights: 8, activations: 8, isExempt: true)
    #expect(
      policies(network)
        == (method == .straightThrough
          ? [inner, inner, inner, inner] : [outer, inner, inner, outer]))
    let same = try prepare(
      deep(), weights: 3, activations: 2, method: method, firstAndLast: 3)
    #expect(policies(same) == [inner, inner, inner, inner])
    let six = try prepare(deep(), weights: 3, activations: nil, method: method, firstAndLast: 6)
    #expect(policies(six).first?.weights == 6 && policies(six).last?.activations == nil)
    #expect(policies(six)[1].method == method)
    // Eight bits spare them whatever the others have, and however many bits their weights.
    let most = method == .pact || method == .dorefa ? 7 : 8
    for activations in [2, 8, 16] {
      let spared = policies(
        try prepare(
          deep(), weights: most, activations: activations, method: method, firstAndLast: 8))
      #expect([spared[0], spared[3]].allSatisfy { $0.weights == 8 })
      #expect([spared[0], spared[3]].allSatisfy { $0.activations == max(8, activations) })
      #expect(spared[1].method == method && spared[1].activations == activations)
    }
    #expect(throws: QuantizedNetworkError.width(of: "weights", 0)) {
      try prepare(deep(), weights: 4, method: method, firstAndLast: 0)
    }
  }

  @Test(
    arguments: zip(
      QuantizationMethod.allCases,
      [
        [], ["weightScale", "inputScale"], ["weightScale", "inputScale", "inputOffset"],
        ["inputClip"], [], ["inputScale"], ["inputScale"],
      ]))
  func whatIsLearned(_ method: QuantizationMethod, _ names: [String]) throws {
    let network = try prepare(
      deep(), weights: 2, activations: 2, method: method, calibration: data())
    #expect(try middle(network).parameters.dropFirst(2).map(\.name) == names)
    #expect(!network.needsObservation)
    // In a training each of them gets a gradient and moves.
    var trained = network
    try fit(&trained, data(), epochs: 2, batchSize: 16, optimizer: Adam(0.01))
    for (old, new) in zip(try middle(network).parameters, try middle(trained).parameters) {
      #expect(try NetworkSamples.differences(old.tensor, new.tensor) > 0, "\(old.name)")
    }
    // Without calibration the first batch gives the starts.
    var unseen = try prepare(deep(), weights: 2, activations: 2, method: method)
    #expect(unseen.needsObservation)
    try fit(&unseen, data(), epochs: 1, batchSize: 16, optimizer: Adam(0.01))
    #expect(!unseen.needsObservation)
    #expect(try middle(unseen).parameters.count == 2 + names.count)
  }

  /// The integer network gives the codes of the simulation in every layer, after some training.
  @Test(arguments: QuantizationMethod.allCases, widths)
  func convertsToTheBit(_ method: QuantizationMethod, _ widths: (Int, Int)) throws {
    for firstAndLast in [nil, widths.0] {
      var network = try prepare(
        deep(), weights: widths.0, activations: widths.1, method: method,
        firstAndLast: firstAndLast)
      try fit(&network, data(), epochs: 1, batchSize: 16, optimizer: Adam(0.003))
      let integers = try convert(network)
      let images = try data().images()
      let (left, right) = (try integers.trace(images), try trace(network, images))
      #expect(left.count == 5 && right.count == 5)
      for (a, b) in zip(left, right) {
        #expect(try NetworkSamples.differences(a, b) == 0)
      }
      #expect(try evaluate(integers, data()) == evaluate(network, data()))
      let layer = try middle(network)
      #expect(integers.layers[2].weights?.type == (try layer.policy.weightType))
      let weights = try #require(integers.layers[2].weights)
      let codes = try weights.codes.elements(as: Int32.self)
      #expect(codes.allSatisfy { weights.type.contains($0) })
    }
  }

  /// What inference computes in whole numbers is what training simulates in float32, but for
  /// rounding: no code of a layer's own output is further off than one step.
  @Test(arguments: QuantizationMethod.allCases)
  func simulationAndWholeNumbersAreNear(_ method: QuantizationMethod) throws {
    let network = try prepare(
      deep(), weights: 3, activations: 4, method: method, calibration: data())
    let layer = try middle(network)
    let x = try abs(Samples.normal([5, 4, 6, 6], seed: 3))
    var (training, inference) = (Context(.training), Context(.inference))
    let a = try layer.forward(x, &training)
    let b = try layer.forward(x, &inference)
    #expect(try abs(a - b).max().item() < 1e-3 * (1 + abs(a).max().item()))
    #expect(try abs(a).max().item() > 0)
  }

  @Test func lsqStarts() throws {
    let network = try prepare(
      deep(), weights: 2, activations: 2, method: .lsq, calibration: data())
    let layer = try middle(network)
    let weights = try #require(layer.layer.parameters.first?.tensor)
    let means = try abs(weights).reshape(6, -1).mean(axis: 1).reals()
    let steps = try #require(layer.weightScale).reals()
    // 2 mean|w| / sqrt(1) for codes -2 ... 1.
    for (mean, step) in zip(means, steps) { #expect(abs(step / (2 * mean) - 1) < 1e-5) }
    // The input: half of MNIST-like numbers behind ReLU, codes 0 ... 3.
    let float = try Sequential(Array(deep().built(for: Shape([1, 28, 28])).layers.prefix(2)))
    let x = try float(data().images())
    let expected = try 2 * abs(x).mean().item() / 3.0.squareRoot()
    #expect(abs(try #require(layer.inputScale).item() / expected - 1) < 1e-4)
  }

  /// Numbers on both sides of 0 get a zero point in the middle.
  @Test func lsqOfSignedInputs() throws {
    let x = try Samples.normal([64, 5], seed: 3)
    let network = try NetworkSamples.observed(
      prepare(
        Sequential(Dense(4), Dense(3), seed: 1), weights: 4, activations: 4, method: .lsq,
        firstAndLast: 4), x)
    let layer = try #require(network.layers[0] as? QuantizedLayer)
    let parameters = try #require(try layer.inputParameters)
    #expect(parameters.zeroPoints == [8])
    #expect(try sqnr(x, layer.fakeInput(x, parameters)) > 10)
    #expect(try NetworkSamples.differences(convert(network)(x), network(x)) == 0)
  }

  /// BinaryConnect keeps its master weights within [-1, 1].
  @Test func binaryMasterWeightsAreClipped() throws {
    let layer = try QuantizedLayer(
      Dense(weights: zeros(2, 3), bias: zeros(2)), method: .binary, inputRange: ValueRange(0, 1))
    let wide = try Tensor([[-3, 0.5, 1], [1.5, -1, 0]])
    let bias = try Tensor([5, -5])
    let moved = layer.replacingParameters(
      [wide, bias] + layer.parameters.dropFirst(2).map(\.tensor))
    #expect(try moved.parameters[0].tensor.elements() == [-1, 0.5, 1, 1, -1, 0] as [Float])
    #expect(try moved.parameters[1].tensor.elements() == [5, -5] as [Float])
    // A recorded tensor must not be cut off from its tape.
    let (_, gradient) = try valueWithGradient(at: wide) { w in
      let other = layer.replacingParameters(
        [w, bias] + layer.parameters.dropFirst(2).map(\.tensor))
      var context = Context(.training)
      return try other.forward(ones(1, 3), &context).sum()
    }
    #expect(
      try gradient.elements(as: Float.self).map { $0 > 0.9 }
        == [false, true, true, false, true, true])
  }

  /// An optimizer may take a step to 0 or below; a grid there is none.
  @Test(arguments: [QuantizationMethod.lsq, .lsqPlus, .pact, .binary])
  func stepsThatAreNone(_ method: QuantizationMethod) throws {
    let network = try prepare(
      deep(), weights: 2, activations: 2, method: method, calibration: data())
    let images = try data(8).images()
    for value in [0.0, -1, 1e-30, 1e20, .nan, .infinity] {
      let bad = network.withParameters(
        try network.parameters.map { parameter in
          ["Scale", "Clip", "Offset"].contains { parameter.name.hasSuffix($0) }
            ? try full(parameter.tensor.shape.sizes, value) : parameter.tensor
        })
      // A number or an error, never a crash.
      let integers = try? convert(bad)
      if let integers, let y = try? integers(images) {
        #expect(try NetworkSamples.differences(y, bad(images)) == 0)
      }
      var context = Context(.training)
      _ = try? bad.forward(images, &context)
      if value.isNaN { #expect(throws: (any Error).self) { try bad(images) } }
    }
  }

  @Test func widthsGoDown() throws {
    var network = try prepare(
      deep(), weights: 8, activations: 8, method: .lsq, calibration: data())
    for bits in [4, 2] {
      let before = try middle(network)
      network = try withBits(network, weights: bits, activations: bits)
      let layer = try middle(network)
      #expect(layer.policy.weights == bits && layer.policy.activations == bits)
      let (old, new) = (try #require(before.inputScale), try #require(layer.inputScale))
      let codes = Double((1 << (before.policy.activations ?? 0)) - 1)
      let factor = (codes / Double((1 << bits) - 1)).squareRoot()
      #expect(abs(try new.item() / old.item() / factor - 1) < 1e-5)
      #expect((network.layers[0] as? QuantizedLayer)?.policy.weights == 8)
      try fit(&network, data(), epochs: 1, batchSize: 16, optimizer: Adam(0.003))
    }
    let kept = try withBits(network, weights: 3)
    #expect(try middle(kept).policy.activations == 2)
    #expect(throws: QuantizedNetworkError.notPrepared("withBits")) { try withBits(deep()) }
    #expect(throws: QuantizedNetworkError.width(of: "weights", 9)) {
      try withBits(network, weights: 9)
    }
  }

  @Test(arguments: [QuantizationMethod.straightThrough, .lsqPlus, .pact])
  func freezing(_ method: QuantizationMethod) throws {
    var network = try Sequential(
      Conv2D(4, kernel: 3, stride: 2, activation: .relu), BatchNorm(), Flatten(),
      Dense(8, activation: .relu), Dense(10), seed: 5
    ).built(for: Shape([1, 28, 28]))
    network = try prepare(
      network, weights: 4, activations: 4, method: method, firstAndLast: 4)
    var seen = 0
    try fit(
      &network, data(), epochs: 2, batchSize: 16, optimizer: Adam(0.01),
      beforeStep: { step, network in
        #expect(step == seen)
        seen += 1
        if step == 3 { freezeRanges(&network) }
      })
    #expect(seen == 6)
    let before = network
    try fit(&network, data(), epochs: 1, batchSize: 16, optimizer: Adam(0.01))
    for (old, new) in zip(before.layers, network.layers) {
      if let old = old as? QuantizedLayer, let new = new as? QuantizedLayer {
        #expect(old.inputRange == new.inputRange && new.isFrozen)
        for path in [\QuantizedLayer.weightScale, \.inputScale, \.inputOffset] {
          #expect(try old[keyPath: path]?.reals() == new[keyPath: path]?.reals())
        }
        #expect(
          try NetworkSamples.differences(old.parameters[0].tensor, new.parameters[0].tensor) > 0)
      } else if let old = old as? BatchNorm, let new = new as? BatchNorm {
        #expect(new.isFrozen)
        #expect(try old.runningMean?.reals() == new.runningMean?.reals())
        #expect(try old.runningVariance?.reals() == new.runningVariance?.reals())
      }
    }
  }

  @Test func descriptions() throws {
    let network = try prepare(deep(), weights: 2, activations: 4, method: .lsqPlus)
    #expect(
      network.layers[2].description
        == "Quantized(Conv2D(6, kernel: 3, padding: .same, activation: .relu), weights: 2, "
        + "activations: 4, method: .lsqPlus)")
  }
}

extension MethodTests {
  /// Inputs that are not finite are an error that names the layer, never a scale.
  @Test(arguments: QuantizationMethod.allCases.filter { $0 != .dorefa }, [Float.infinity, .nan])
  func rangesThatAreNotFinite(_ method: QuantizationMethod, _ value: Float) throws {
    let x = try Tensor([[1, value, 0, 2]])
    let network = try NetworkSamples.observed(
      prepare(Sequential(Dense(3), Dense(2), seed: 1), weights: 4, method: method, firstAndLast: 4),
      x)
    #expect {
      try convert(network)
    } throws: {
      "\($0)".contains("is not finite") && "\($0)".contains("the input of layer 1, Dense(3)")
    }
  }
}
