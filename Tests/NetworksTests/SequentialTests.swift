import Networks
import ReferenceKernels
import Tensors
import Testing

/// Sizes that are found out late, seeds, names, and networks as values.
struct SequentialTests {
  private func blueprint(seed: UInt64 = 0) throws -> Sequential {
    try Sequential(
      Conv2D(4, kernel: 3, activation: .relu), MaxPool2D(2), BatchNorm(), Flatten(), Dense(5),
      seed: seed)
  }
  private let sample = [2, 8, 7]

  @Test func useBeforeAndAfterBuilding() throws {
    var dice = Dice(1)
    let x = try dice.reals([3] + sample).tensor
    let network = try blueprint()
    let built = try network.built(for: x.sampleShape)
    #expect(!network.isBuilt && network.parameters.isEmpty && network.inputShape == nil)
    #expect(built.isBuilt && built.inputShape == x.sampleShape)
    #expect(try network(x).bits == built(x).bits)
    #expect(!network.isBuilt, "a use changes nothing")
    #expect(try built.built(for: x.sampleShape).bits == built.bits)
    // A batch that is split over the cores gives what its samples give.
    let many = try dice.reals([70] + sample).tensor
    let one = try many.slice([.range(lower: 69, upper: 70)])
    try expectEqual(
      network(many).slice([.range(lower: 69, upper: 70)]), built(one).reference, within: 1e-6)
  }

  @Test func gradientBeforeAndAfterBuilding() throws {
    var dice = Dice(2)
    let x = try dice.reals([3] + sample).tensor
    let y = try tensor(labels: dice.classes(3, below: 5))
    var late = try blueprint()
    var early = try late.built(for: x.sampleShape)
    var (a, b): (any Optimizer, any Optimizer) = (try Adam(0.01), try Adam(0.01))
    for _ in 0..<3 {
      // Used twice in one loss, it is still one network.
      let l = try valueWithGradient(at: late) { net in
        try crossEntropy(net(x), y) + crossEntropy(net(x), y)
      }
      let e = try valueWithGradient(at: early) { net in
        try crossEntropy(net(x), y) + crossEntropy(net(x), y)
      }
      #expect(try l.value.bits == e.value.bits)
      #expect(l.gradient.names == e.gradient.names)
      #expect(try l.gradient.tensors.map { try $0.bits } == e.gradient.tensors.map { try $0.bits })
      try a.update(&late, along: l.gradient)
      try b.update(&early, along: e.gradient)
      #expect(try late.bits == early.bits)
      #expect(late.inputShape == early.inputShape)
    }
  }

  /// A network taken out of the loss that first built it has the parameters it was built with.
  @Test func aNetworkTakenOutOfItsLoss() throws {
    let data = try Samples.noise(8, sample, classes: 5)
    let (x, y) = (try data.images(), try data.labelTensor())
    let blueprint = try blueprint()
    var taken = blueprint
    let (_, gradient) = try valueWithGradient(at: blueprint) { net in
      taken = net
      // Built by hand inside of the loss, it is still the network whose gradient is wanted.
      return try crossEntropy(net.built(for: x.sampleShape)(x), y)
    }
    #expect(gradient.tensors.count == 6)
    #expect(try gradient.norm() > 0)
    var plain = try blueprint.built(for: x.sampleShape)
    #expect(try taken(x).bits == plain(x).bits)
    try fit(&taken, data, epochs: 2, optimizer: Adam(0.1))
    try fit(&plain, data, epochs: 2, optimizer: Adam(0.1))
    #expect(try taken.bits == plain.bits)
    #expect(try taken(x).bits == plain(x).bits)
  }

  @Test func seeds() throws {
    let shape = try Shape(sample)
    let first = try blueprint().built(for: shape)
    #expect(try blueprint().built(for: shape).bits == first.bits)
    let other = try blueprint(seed: 1).built(for: shape)
    for (a, b) in zip(first.parameters, other.parameters) where a.name.hasSuffix("weights") {
      #expect(try a.tensor.bits != b.tensor.bits, "\(a.name)")
    }
    // Two layers of one size start apart, unless they are given one seed.
    let twins = try Sequential(Dense(4), Dense(4)).built(for: Shape([4]))
    #expect(try twins.bits[0] != twins.bits[2])
    let same = try Sequential(Dense(4, seed: 3), Dense(4, seed: 3), seed: 9).built(for: Shape([4]))
    #expect(try same.bits[0] == same.bits[2])
    let again = try Sequential(Dense(4, seed: 3), seed: 8).built(for: Shape([4]))
    #expect(try again.bits[0] == same.bits[0])
  }

  /// The start of a layer depends on its place, seed and input, not on what made that input.
  @Test func startsDependOnShapesAlone() throws {
    let a = try Sequential(Dense(6), ReLU(), Dense(3)).built(for: Shape([4]))
    let b = try Sequential(Dense(6, bias: false), ReLU(), Dense(3)).built(for: Shape([9]))
    let c = try Sequential(Flatten(), ReLU(), Dense(3)).built(for: Shape([2, 3]))
    #expect(try a.layers[2].parameters[0].tensor.bits == b.layers[2].parameters[0].tensor.bits)
    #expect(try a.layers[2].parameters[0].tensor.bits == c.layers[2].parameters[0].tensor.bits)
  }

  /// Glorot's limit, reached but not passed, and biases at 0.
  @Test func glorot() throws {
    let network = try Sequential(Conv2D(8, kernel: 3, groups: 2), Flatten(), Dense(40))
      .built(for: Shape([4, 8, 8]))
    let fans: [Double?] = [2 * 9 + 4 * 9, nil, 8 * 36 + 40, nil]
    for (parameter, fan) in zip(network.parameters, fans) {
      let limit = fan.map { (6 / $0).squareRoot() } ?? 0
      let values = try parameter.tensor.reals()
      let largest = values.map { abs($0) }.max() ?? 0
      #expect(largest <= limit * 1.000001 && largest >= limit * 0.95, "\(parameter.name)")
      let mean = values.reduce(0, +) / Double(values.count)
      #expect(abs(mean) <= limit * 3 / Double(values.count).squareRoot(), "\(parameter.name)")
    }
  }

  @Test func namesAndNesting() throws {
    let inner = try Sequential(Conv2D(2, kernel: 1, bias: false), BatchNorm())
    let network = try Sequential(inner, Sequential([Flatten()]), Dense(2)).built(
      for: Shape([1, 2, 2]))
    #expect(
      network.parameters.map(\.name) == [
        "1.Conv2D.weights", "2.BatchNorm.scale", "2.BatchNorm.shift", "4.Dense.weights",
        "4.Dense.bias",
      ])
    #expect(network.parameterCount == 2 + 4 + 18)
    #expect(
      network.description
        == "Sequential(Conv2D(2, kernel: 1, bias: false), BatchNorm(), Flatten(), Dense(2))")
    #expect(!network.treatsSamplesAlone)
    #expect(throws: NetworkError.noLayers) { try Sequential([]) }
  }

  @Test func descriptions() throws {
    let layers: [(any Layer, String)] = [
      (try Conv2D(3), "Conv2D(3, kernel: 3)"),
      (
        try Conv2D(
          4, kernel: 5, stride: 2, padding: .same, groups: 2, activation: .tanh, bias: false),
        "Conv2D(4, kernel: 5, stride: 2, padding: .same, groups: 2, activation: .tanh, bias: false)"
      ),
      (
        try Dense(2, activation: .sigmoid, bias: false),
        "Dense(2, activation: .sigmoid, bias: false)"
      ),
      (try MaxPool2D(), "MaxPool2D(2)"),
      (try MaxPool2D(3, stride: 1, padding: .same), "MaxPool2D(3, stride: 1, padding: .same)"),
      (try AveragePool2D(2), "AveragePool2D(2)"), (try Dropout(0.25), "Dropout(0.25)"),
      (try BatchNorm(), "BatchNorm()"), (Flatten(), "Flatten()"), (ReLU(), "ReLU()"),
    ]
    for (layer, text) in layers { #expect(layer.description == text) }
    #expect(
      try SGD(0.5, momentum: 0.9, weightDecay: 0.1).description
        == "SGD(0.5, momentum: 0.9, weightDecay: 0.1)")
    #expect(try SGD(0.5).description == "SGD(0.5)")
    #expect(try Adam().description == "Adam(0.001)")
  }

  /// Layers with given weights need no building, but learn the shape of their input.
  @Test func givenWeights() throws {
    let network = try Sequential(
      Conv2D(weights: Tensor([1, 2, 3, 4] as [Float], shape: [1, 1, 2, 2]), bias: Tensor([0.5])),
      Flatten(),
      Dense(weights: Tensor([[1, 1, 1, 1], [1, 0, 0, -1]]), bias: nil))
    #expect(network.isBuilt)
    let x = try arange(0, 9).reshape(1, 1, 3, 3)
    // Windows 0 1 3 4, 1 2 4 5, 3 4 6 7, 4 5 7 8 by 1 2 3 4: 27, 37, 57, 67, and a half.
    #expect(try network(x).reals() == [190, -40])
    #expect(try network.built(for: x.sampleShape).inputShape == x.sampleShape)
  }

  @Test func withParametersKeepsTheRest() throws {
    let network = try blueprint().built(for: Shape(sample))
    var dice = Dice(3)
    let other = try network.randomized(&dice)
    #expect(try other.withParameters(network.parameters.map(\.tensor)).bits == network.bits)
    #expect(
      try other.replacingLayer(4, with: network.layers[4]).bits.suffix(2) == network.bits.suffix(2))
  }
}
