import Datasets
import Networks
import Tensors
import Testing

/// Sizes and numbers nobody should write: errors, never a crash.
struct HostileTests {
  private static let odd = [Int.min, -1, 0, 1, 2, 3, 1 << 40, 1 << 62, Int.max]

  @Test func sizesBelowOne() {
    for size in [0, -1, Int.min] {
      expectError("the number of filters must be at least 1, not \(size)") { try Conv2D(size) }
      expectError("a kernel must be at least 1, not \(size)") { try Conv2D(1, kernel: size) }
      expectError("a stride must be at least 1, not \(size)") { try Conv2D(1, stride: size) }
      expectError("a dilation must be at least 1, not \(size)") { try Conv2D(1, dilation: size) }
      expectRefused { try Conv1D(1, dilation: size) }
      expectError("the number of groups must be at least 1, not \(size)") {
        try Conv2D(1, groups: size)
      }
      expectError("the number of outputs must be at least 1, not \(size)") { try Dense(size) }
      for pool in [{ try MaxPool2D($0, stride: $1) }, { try AveragePool2D($0, stride: $1) }]
        as [(Int, Int?) throws -> any Layer]
      {
        expectError("a pooling window must be at least 1, not \(size)") { try pool(size, nil) }
        expectError("a stride must be at least 1, not \(size)") { try pool(2, size) }
      }
    }
  }

  @Test func rates() {
    for rate in [1, 1.5, -0.1, Double.nan, .infinity, -.infinity] {
      expectError("a dropout rate is at least 0 and below 1, not \(rate)") { try Dropout(rate) }
    }
    for momentum in [0, -1, 1.1, Double.nan] {
      expectError("a momentum is above 0 and at most 1, not \(momentum)") {
        try BatchNorm(momentum: momentum)
      }
    }
    for epsilon in [0, -1, Double.nan, .infinity] {
      expectError("epsilon is a number above 0, not \(epsilon)") {
        try BatchNorm(epsilon: epsilon)
      }
    }
  }

  /// Every odd size in every place: built, announced and used, or refused on the way.
  @Test(arguments: odd)
  func oddSizes(size: Int) throws {
    var layers: [() throws -> any Layer] = [
      { try Conv2D(size, kernel: 1) }, { try Conv2D(1, kernel: 1, groups: size) },
      { try Dense(size) },
    ]
    for padding in Padding.allCases {
      for stride in [1, 3, size] {
        layers += [
          { try Conv2D(1, kernel: size, stride: stride, padding: padding) },
          { try Conv2D(1, kernel: 1, stride: stride, padding: padding) },
          { try MaxPool2D(size, stride: stride, padding: padding) },
          { try MaxPool2D(2, stride: stride, padding: padding) },
          { try AveragePool2D(size, stride: stride, padding: padding) },
          { try AveragePool2D(2, stride: stride, padding: padding) },
        ]
      }
    }
    for make in layers {
      guard let layer = try? make() else { continue }
      for sample in [[], [0], [1], [3], [1, 3, 3], [0, 3, 3], [2, 0, 3], [1, 1, 1]] {
        for count in [0, 1] {
          let shape = try Shape(sample)
          let announced = try? layer.outputShape(for: shape)
          let network = try Sequential([layer])
          _ = try? network.built(for: shape)
          let y = try? network(full([count] + sample, 1))
          if let y { #expect(announced?.sizes == Array(y.shape.sizes.dropFirst()), "\(layer)") }
        }
      }
    }
  }

  @Test func tooLarge() {
    expectError(
      "layer 1, Dense(9223372036854775807): a tensor of shape [9223372036854775807, 3] is too "
        + "large for any memory"
    ) { try Sequential(Dense(.max)).built(for: Shape([3])) }
    expectRefused { try Sequential(Conv2D(.max)).built(for: Shape([1, 5, 5])) }
    expectRefused { try Sequential(Conv2D(.max, groups: .max)).built(for: Shape([1, 5, 5])) }
    expectError("a kernel must be at most 65536, not 65537") { try Conv2D(1, kernel: 65537) }
    expectError("a stride must be at most 65536, not \(Int.max)") { try Conv2D(1, stride: .max) }
    expectError("a pooling window must be at most 65536, not 65537") { try MaxPool2D(65537) }
    expectError("a stride must be at most 65536, not 65537") { try AveragePool2D(2, stride: 65537) }
    // More memory than any machine of today has.
    expectRefused { try Sequential(Dense(1 << 39)).built(for: Shape([2])) }
  }

  @Test func windowsThatDoNotFit() throws {
    let small = try ones(1, 1, 4, 4)
    expectError(
      "a window of 5 does not fit into 4 (with padding) of [1, 4, 4]"
    ) { try MaxPool2D(5).outputShape(for: Shape([1, 4, 4])) }
    expectRefused { try MaxPool2D(5)(small) }
    // The pool is named, also where it runs fused with the convolution before it.
    let net = try Sequential(Conv2D(1, kernel: 1, activation: .relu), MaxPool2D(5))
      .built(for: Shape([1, 6, 6]))
    expectError(
      "layer 2, MaxPool2D(5): a window of 5 does not fit into 4 (with padding) of [1, 1, 4, 4]"
    ) { try net(small) }
    expectRefused { try AveragePool2D(5)(small) }
    expectRefused { try Conv2D(1, kernel: 5)(small) }
    // A window larger than a padded image still has a place.
    #expect(try MaxPool2D(9, stride: 4, padding: .same)(small).reals() == [1])
  }

  @Test func inputsOfOtherRanks() throws {
    expectError("layer 1, Dense(2): Dense takes an axis of features, not []") {
      try Dense(2)(ones(4))
    }
    expectError(
      "layer 2, Conv2D(2, kernel: 3): Conv2D takes images [channels, height, width], not [16]"
    ) { try Sequential(Flatten(), Conv2D(2))(ones(1, 1, 4, 4)) }
    expectError("layer 1, MaxPool2D(2): MaxPool2D takes images [channels, height, width], not [4]")
    {
      try Sequential(MaxPool2D(2)).outputShape(for: Shape([4]))
    }
    expectRefused { try MaxPool2D(2)(ones(3, 4)) }
    let scalar = try Tensor(scalar: 1)
    expectError("a network takes a batch [N, ...], not []") { try Sequential(Dense(1))(scalar) }
    for layer in [
      try Conv2D(1), try Dense(1), try MaxPool2D(), Flatten(), ReLU(), try Dropout(),
      try BatchNorm(),
    ] as [any Layer] {
      expectRefused { try layer(scalar) }
      expectRefused {
        try valueWithGradient(at: Sequential([layer])) { try $0(scalar) }
      }
    }
    expectError(
      "layer 1, Conv2D(4, kernel: 1, groups: 2): 3 channels and 4 filters do not both divide "
        + "into 2 groups"
    ) { try Conv2D(4, kernel: 1, groups: 2)(ones(1, 3, 2, 2)) }
  }

  @Test func emptyBatches() throws {
    let net = try Sequential(
      Conv2D(2, kernel: 2, activation: .relu), MaxPool2D(2), Flatten(), Dense(3))
    #expect(try net(zeros(0, 1, 5, 5)).shape.sizes == [0, 3])
  }

  /// Weights given in other sizes or types than a layer can use.
  @Test func givenWeights() throws {
    expectError("a square kernel needs 4 axes, not [1, 1, 2, 3]") {
      try Conv2D(weights: zeros(1, 1, 2, 3), bias: nil)
    }
    expectRefused { try Conv2D(weights: zeros(2, 2), bias: nil) }
    expectRefused { try Conv2D(weights: zeros(0, 1, 2, 2), bias: nil) }
    expectRefused { try Dense(weights: zeros(2), bias: nil) }
    expectError("a bias for 2 outputs has shape [2], not [3]") {
      try Dense(weights: zeros(2, 5), bias: zeros(3))
    }
    expectError("a bias for 2 outputs has shape [2], not [2, 1]") {
      try Conv2D(weights: zeros(2, 1, 3, 3), bias: zeros(2, 1))
    }
    // Whole numbers are taken as real ones, and can be trained.
    var net = try Sequential(
      Dense(
        weights: Tensor([[1, 2], [3, 4]]).cast(to: .int32), bias: Tensor([1, 1]).cast(to: .int8)))
    let x = try ones(1, 2)
    #expect(try net(x).reals() == [4, 8])
    var sgd = try SGD(1)
    try sgd.update(&net, along: valueWithGradient(at: net) { try $0(x).sum() }.gradient)
    #expect(try net.parameters.map { try $0.tensor.reals() } == [[0, 1, 2, 3], [0, 0]])
  }

  @Test func errorTexts() throws {
    let shape = try Shape([2])
    let texts: [(NetworkError, String)] = [
      (
        .notBuilt("Dense(2)"),
        "Dense(2) has no parameters yet: they come with the first input; "
          + "use it on data or call build(&net, [1, 28, 28])"
      ),
      (.noLayers, "a network needs at least one layer"),
      (.inputRank(layer: "L", needs: "one axis", got: shape), "L takes one axis, not [2]"),
      (.badSize("a batch", 0, minimum: 1), "a batch must be at least 1, not 0"),
      (.badRate("a rate is above 0", -1), "a rate is above 0, not -1.0"),
      (
        .gradientMismatch(expected: 1, got: 2),
        "the gradient has 2 tensors, but the network has 1 parameters"
      ),
      (.layer(2, "ReLU()", "no"), "layer 2, ReLU(): no"),
    ]
    for (error, text) in texts { #expect(error.description == text) }
    var context = Context(.inference)
    #expect(throws: NetworkError.notBuilt("Dense(2)")) {
      try Dense(2).forward(ones(1, 3), &context)
    }
    for layer in [try Conv2D(2), try BatchNorm()] as [any Layer] {
      #expect(throws: NetworkError.notBuilt(layer.description)) {
        try layer.forward(ones(1, 1, 4, 4), &context)
      }
    }
  }
}
