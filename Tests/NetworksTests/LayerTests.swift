import Networks
import ReferenceKernels
import Tensors
import Testing

/// Each layer against the reference kernels, on random sizes.
struct LayerTests {
  /// Compares the output of one layer, and the shape it announced, with the reference.
  private func check(_ layer: any Layer, on x: Reference, _ dice: inout Dice) throws {
    let sample = try Shape(Array(x.sizes.dropFirst()))
    let network = try Sequential([layer]).built(for: sample).randomized(&dice)
    let y = try network(x.tensor)
    try expectEqual(y, ReferenceNetwork(network).forward(x), "\(layer) on \(x.sizes)")
    #expect(
      try layer.outputShape(for: sample).sizes == Array(y.shape.sizes.dropFirst()),
      "\(layer) on \(x.sizes)")
  }

  @Test(arguments: 0..<24)
  func convolution(seed: Int) throws {
    var dice = Dice(UInt64(seed))
    let groups = dice.whole(1...3)
    let (kernel, dilation) = (dice.whole(1...4), dice.whole(1...2))
    let layer = try Conv2D(
      groups * dice.whole(1...3), kernel: kernel, stride: dice.whole(1...3),
      padding: Bool.random(using: &dice) ? .same : .valid, dilation: dilation, groups: groups,
      activation: Activation.allCases.randomElement(using: &dice) ?? .none,
      bias: Bool.random(using: &dice))
    let x = dice.reals([
      dice.whole(1...3), groups * dice.whole(1...2), kernel * dilation + dice.whole(0...4),
      kernel * dilation + dice.whole(0...4),
    ])
    try check(layer, on: x, &dice)
  }

  @Test(arguments: 0..<20)
  func pooling(seed: Int) throws {
    var dice = Dice(UInt64(seed))
    let size = dice.whole(1...3)
    let stride = Bool.random(using: &dice) ? nil : dice.whole(1...3)
    let padding: Padding = Bool.random(using: &dice) ? .same : .valid
    let x = dice.reals([
      dice.whole(1...3), dice.whole(1...3), size + dice.whole(0...5), size + dice.whole(0...5),
    ])
    try check(MaxPool2D(size, stride: stride, padding: padding), on: x, &dice)
    try check(AveragePool2D(size, stride: stride, padding: padding), on: x, &dice)
  }

  @Test(arguments: 0..<12)
  func dense(seed: Int) throws {
    var dice = Dice(UInt64(seed))
    let layer = try Dense(
      dice.whole(1...6),
      activation: Activation.allCases.randomElement(using: &dice) ?? .none,
      bias: Bool.random(using: &dice))
    // The last axis is that of the features, whatever stands before it.
    for rank in 0...3 {
      let leading = (0..<rank).map { _ in dice.whole(1...4) }
      try check(layer, on: dice.reals([dice.whole(1...5)] + leading + [dice.whole(1...7)]), &dice)
    }
  }

  @Test(arguments: [[2, 3], [1, 2, 3], [2, 3, 4, 5], [3, 1, 1, 2]])
  func shapesAndKinks(sizes: [Int]) throws {
    var dice = Dice(5)
    let x = dice.reals(sizes)
    try check(Flatten(), on: x, &dice)
    try check(ReLU(), on: x, &dice)
    try check(Dropout(0.7), on: x, &dice)
    try check(BatchNorm(), on: x, &dice)
  }

  @Test(arguments: [[5, 3], [4, 2, 3], [3, 2, 4, 3]])
  func batchNormInTraining(sizes: [Int]) throws {
    var dice = Dice(6)
    let x = dice.reals(sizes, in: -3...5)
    let network = try Sequential(BatchNorm(epsilon: 0.01))
      .built(for: Shape(Array(sizes.dropFirst()))).randomized(&dice)
    var context = Context(.training)
    let y = try network.forward(x.tensor, &context)
    try expectEqual(y, ReferenceNetwork(network).forward(x, training: true), within: 1e-5)
  }

  @Test func dropoutInTraining() throws {
    let layer = try Dropout(0.3)
    var (first, again, other) = (
      Context(.training, seed: 8), Context(.training, seed: 8), Context(.training, seed: 9)
    )
    let x = try ones(50, 40)
    let y = try layer.forward(x, &first)
    let values = try y.elements(as: Float.self)
    #expect(Set(values) == [0, Float(1 / 0.7)])
    // Binomial(2000, 0.3) has deviation 20.5: five of them on either side.
    #expect((500...700).contains(values.count { $0 == 0 }))
    #expect(try layer.forward(x, &again).bits == y.bits)
    #expect(try layer.forward(x, &other).bits != y.bits)
    again.layerIndex = 3
    #expect(try layer.forward(x, &again).bits != y.bits, "each layer draws for itself")
    var observing = Context(.observing)
    #expect(try layer.forward(x, &observing).bits == x.bits)
    var training = Context(.training)
    #expect(try Dropout(0).forward(x, &training).bits == x.bits)
  }

  /// The shape that a layer announces is the one it gives, or both are refused.
  @Test(arguments: 0..<60)
  func announcedShapes(seed: Int) throws {
    var dice = Dice(UInt64(seed) + 500)
    let padding: Padding = Bool.random(using: &dice) ? .same : .valid
    let (size, stride) = (dice.whole(1...6), dice.whole(1...4))
    let layers: [any Layer] = [
      try Conv2D(
        dice.whole(1...4), kernel: size, stride: stride, padding: padding,
        dilation: dice.whole(1...3), groups: dice.whole(1...2)),
      try MaxPool2D(size, stride: stride, padding: padding),
      try AveragePool2D(size, stride: stride, padding: padding), Flatten(), ReLU(),
      try Dense(3), try BatchNorm(), try Dropout(0.1),
    ]
    let rank = [1, 3, 3, 3, 2].randomElement(using: &dice) ?? 3
    let sample = (0..<rank).map { _ in dice.whole(1...8) }
    for layer in layers {
      let announced = try? layer.outputShape(for: Shape(sample)).sizes
      let real = try? layer(dice.reals([2] + sample).tensor).shape.sizes
      #expect(announced == real.map { Array($0.dropFirst()) }, "\(layer) on \(sample)")
    }
  }

  /// A layer with parameters knows the inputs that they fit.
  @Test func builtLayersKnowTheirInputs() throws {
    let dense = try Sequential(Dense(2)).built(for: Shape([5]))
    expectError("layer 1, Dense(2): the input [4] has 4 features, but the weights [2, 5] take 5") {
      try dense.outputShape(for: Shape([4]))
    }
    expectError(
      "layer 1, Dense(2): the input [3, 7, 4] has 4 features, but the weights [2, 5] take 5"
    ) { try dense(ones(3, 7, 4)) }
    let conv = try Sequential(Conv2D(2, kernel: 1)).built(for: Shape([3, 4, 4]))
    expectError(
      "layer 1, Conv2D(2, kernel: 1): the input [1, 2, 4, 4] has 2 channels, but the kernel "
        + "[2, 3, 1, 1] takes 3"
    ) { try conv.outputShape(for: Shape([2, 4, 4])) }
    let norm = try Sequential(BatchNorm()).built(for: Shape([3, 4, 4]))
    expectRefused { try norm.outputShape(for: Shape([2, 4, 4])) }
  }
}
