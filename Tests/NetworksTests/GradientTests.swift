import Networks
import ReferenceKernels
import Tensors
import Testing

/// Gradients of whole networks against central differences of the Float64 reference.
struct GradientTests {
  /// Checks value and gradient at a network, a handful of elements of each parameter.
  private func check(
    _ network: Sequential, on sizes: [Int], training: Bool = false, probes: Int = 4, seed: UInt64,
    at place: SourceLocation = #_sourceLocation
  ) throws {
    var dice = Dice(seed)
    let network = try network.built(for: Shape(Array(sizes.dropFirst()))).randomized(&dice)
    let x = dice.reals(sizes)
    let batch = try x.tensor
    var reference = try ReferenceNetwork(network)
    let context = Context(training ? .training : .inference, seed: seed)
    reference.masks = try masks(network, batch, context)
    let output = try network.outputShape(for: batch.sampleShape)
    let labels = dice.classes(sizes[0], below: output[0])

    let truth = try tensor(labels: labels)
    let (value, gradient) = try valueWithGradient(at: network) { net in
      var context = context
      return try crossEntropy(net.forward(batch, &context), truth)
    }
    let expected = try reference.loss(x, labels, training: training)
    #expect(abs(try value.item() - expected) < 1e-5 * max(1, expected), sourceLocation: place)
    #expect(gradient.names == network.parameters.map(\.name), sourceLocation: place)
    for (index, tensor) in gradient.tensors.enumerated() {
      let values = try tensor.reals()
      let scale = values.reduce(1e-2) { max($0, abs($1)) }
      for _ in 0..<min(probes, values.count) {
        let element = dice.whole(0...values.count - 1)
        let slope = try reference.slope(
          x, labels, parameter: index, element: element, training: training)
        #expect(
          abs(slope - values[element]) < 2e-4 * scale,
          "\(gradient.names[index])[\(element)]: \(values[element]), should be \(slope)",
          sourceLocation: place)
      }
    }
  }

  /// What the dropout layers of a pass multiply by, from each layer alone on ones.
  private func masks(
    _ network: Sequential, _ batch: Tensor, _ context: Context
  ) throws -> [Int: Reference] {
    var masks: [Int: Reference] = [:]
    var shape = batch.sampleShape
    for (index, layer) in network.layers.enumerated() {
      if layer is Dropout {
        var own = context
        own.layerIndex = index + 1
        masks[index] = try layer.forward(
          full([batch.shape[0]] + shape.sizes, 1), &own
        ).reference
      }
      shape = try layer.outputShape(for: shape)
    }
    return masks
  }

  @Test(arguments: Activation.allCases)
  func dense(activation: Activation) throws {
    try check(
      Sequential(Dense(5, activation: activation), Dense(4, bias: false), ReLU(), Dense(3)),
      on: [6, 7], seed: 1)
    try check(
      Sequential(
        Dense(5, activation: activation), Dense(2, bias: false), ReLU(), Flatten(), Dense(3)),
      on: [4, 3, 2, 6], seed: 11)
  }

  /// A blocked image whose rows are features.
  @Test func denseBehindBlocks() throws {
    try check(
      Sequential(Conv2D(16, kernel: 2, activation: .relu), Dense(3), Flatten(), Dense(3)),
      on: [2, 3, 4, 5], seed: 12)
  }

  @Test(arguments: Activation.allCases, Padding.allCases)
  func convolutions(activation: Activation, padding: Padding) throws {
    try check(
      Sequential(
        Conv2D(4, kernel: 3, padding: padding, activation: activation),
        Conv2D(4, kernel: 2, stride: 2, padding: padding, groups: 2, bias: false), Flatten(),
        Dense(3)),
      on: [3, 2, 6, 5], seed: 2)
  }

  @Test func fusedPooling() throws {
    try check(
      Sequential(
        Conv2D(3, kernel: 2, activation: .relu), MaxPool2D(2),
        Conv2D(4, kernel: 2, activation: .relu),
        MaxPool2D(2, stride: 1, padding: .same), Flatten(), Dense(3)),
      on: [3, 1, 8, 7], seed: 3)
  }

  @Test func averagePooling() throws {
    try check(
      Sequential(
        AveragePool2D(2, stride: 1), Conv2D(3, kernel: 2, activation: .tanh),
        AveragePool2D(2, padding: .same), Flatten(), Dense(3)),
      on: [2, 2, 6, 6], seed: 4)
  }

  @Test(arguments: [false, true])
  func batchNorm(training: Bool) throws {
    try check(
      Sequential(
        Conv2D(3, kernel: 2), BatchNorm(), ReLU(), Flatten(), Dense(4), BatchNorm(epsilon: 0.1),
        Dense(3)),
      on: [5, 1, 4, 4], training: training, seed: 5)
  }

  @Test func dropout() throws {
    try check(
      Sequential(
        Dropout(0.2), Conv2D(3, kernel: 2, activation: .relu), Dropout(0.4), Flatten(), Dense(6),
        Dropout(0.5), Dense(3)),
      on: [4, 2, 4, 4], training: true, seed: 6)
  }

  /// Sixteen channels and more, where tensors between the layers are blocked.
  @Test func blockedLayers() throws {
    try check(
      Sequential(
        Conv2D(32, kernel: 3, activation: .relu), MaxPool2D(2),
        Conv2D(16, kernel: 2, activation: .relu), Flatten(), Dense(5)),
      on: [2, 1, 8, 8], probes: 2, seed: 7)
    try check(
      Sequential(
        Conv2D(16, kernel: 2), BatchNorm(), ReLU(), MaxPool2D(2), Dropout(0.3), Flatten(), Dense(3)),
      on: [2, 3, 5, 5], training: true, probes: 2, seed: 8)
  }

  /// Pooling before the ReLU of a convolution, or behind it: the same values and gradients.
  @Test(arguments: [3, 16])
  func fusionChangesRoundingAlone(filters: Int) throws {
    let conv = try Conv2D(filters, kernel: 3, activation: .relu)
    let bare = try Conv2D(filters, kernel: 3)
    let pool = try MaxPool2D(2)
    let tail: [any Layer] = [Flatten(), try Dense(4)]
    let variants: [[any Layer]] = [
      [conv, pool] + tail, [bare, ReLU(), pool] + tail, [bare, pool, ReLU()] + tail,
      [conv, ReLU(), pool] + tail,
    ]
    var dice = Dice(9)
    let x = try dice.reals([4, 2, 9, 8]).tensor
    let labels = try tensor(labels: dice.classes(4, below: 4))
    let start = try Sequential(variants[0]).built(for: x.sampleShape).randomized(&dice)
    let results = try variants.map { layers in
      let network = try Sequential(layers).built(for: x.sampleShape)
        .withParameters(start.parameters.map(\.tensor))
      return try valueWithGradient(at: network) { try crossEntropy($0(x), labels) }
    }
    for result in results.dropFirst() {
      #expect(try abs(result.value.item() - results[0].value.item()) < 1e-6)
      for (a, b) in zip(result.gradient.tensors, results[0].gradient.tensors) {
        try expectEqual(a, b.reference, within: 1e-6)
      }
    }
  }

  @Test func norm() throws {
    var dice = Dice(10)
    let x = try dice.reals([3, 4]).tensor
    let (_, gradient) = try valueWithGradient(at: Sequential(Dense(2))) {
      try square($0(x)).sum()
    }
    let squares = try gradient.tensors.flatMap { try $0.reals() }.reduce(0) { $0 + $1 * $1 }
    #expect(abs(try gradient.norm() - squares.squareRoot()) < 1e-5 * squares.squareRoot())
  }

  @Test func aLossMustBeOneNumber() throws {
    let x = try ones(2, 3)
    expectError("a gradient needs a loss that is one real number, not float32 of shape [2, 4]") {
      try valueWithGradient(at: Sequential(Dense(4))) { try $0(x) }
    }
  }

  /// A parameter the loss does not depend on has a gradient of zeros, but not all of them.
  @Test func unusedParameters() throws {
    let network = try Sequential(Dense(2)).built(for: Shape([3]))
    let (_, gradient) = try valueWithGradient(at: network) { try $0.parameters[0].tensor.sum() }
    #expect(
      try gradient.tensors.map { try $0.reals() } == [Array(repeating: 1, count: 6), [0, 0]])
    #expect(throws: TensorError.constantValue) {
      try valueWithGradient(at: network) { _ in try Tensor(scalar: 4) }
    }
    let (value, none) = try valueWithGradient(at: Sequential(ReLU())) { try $0(ones(2, 3)).sum() }
    #expect(try value.item() == 6 && none.tensors.isEmpty)
  }
}
