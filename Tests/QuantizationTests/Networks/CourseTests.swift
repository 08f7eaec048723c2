import Networks
import Tensors
import Testing

@testable import Quantization

/// Convolutions along one axis, tables of vectors and other shapes in whole numbers.
struct CourseTests {
  /// Whole numbers below a bound, as a text has them.
  static func words(_ sizes: [Int], below bound: Int, seed: UInt64) throws -> Tensor {
    var stream = RandomStream(seed: seed)
    let shape = try Shape(sizes)
    return try Tensor(
      (0..<shape.elementCount).map { _ in Float(stream.below(bound)) }, shape: shape)
  }

  static func text(_ seed: UInt64) throws -> Sequential {
    try Sequential(
      Embedding(20, size: 6), Transpose(),
      Conv1D(8, kernel: 3, padding: .same, dilation: 2, activation: .relu),
      Conv1D(4, kernel: 2, stride: 2, groups: 2, activation: .relu), GlobalAveragePool1D(),
      Dense(3), seed: seed
    ).built(for: Shape([12]))
  }

  /// Branches, a shortcut, and a look at the steps in their order.
  static func branches(_ seed: UInt64) throws -> Sequential {
    try Sequential(
      Embedding(9, size: 4), Transpose(),
      Parallel(Conv1D(3, kernel: 1), Conv1D(2, kernel: 3, padding: .same), Identity()),
      Residual(Conv1D(9, kernel: 3, padding: .same, groups: 3)), Transpose(), Flatten(),
      Dense(4, activation: .relu), Dense(3), seed: seed
    ).built(for: Shape([7]))
  }

  static func signal(_ seed: UInt64) throws -> Sequential {
    try Sequential(
      Conv2D(3, kernel: 2), Reshape(6, 10), Conv1D(5, kernel: 4, activation: .relu), ReLU(),
      Reshape(5, 7, 1), MaxPool2D(1), Reshape(7, 5), Conv1D(6, kernel: 2, bias: false), Flatten(),
      Dense(2), seed: seed
    ).built(for: Shape([1, 5, 6]))
  }

  private func check(
    _ network: Sequential, _ x: Tensor, _ width: AgreementTests.Width, _ family: Requantization
  ) throws {
    let simulated = try NetworkSamples.observed(
      prepare(
        network, weights: width.weights, activations: width.activations, method: width.method,
        firstAndLast: width.weights, requantization: family), x)
    let integers = try convert(simulated)
    let (left, right) = (try trace(simulated, x), try integers.trace(x))
    #expect(left.count == right.count)
    for (number, (a, b)) in zip(left, right).enumerated() {
      #expect(try NetworkSamples.differences(a, b) == 0, "\(number)")
    }
    #expect(try NetworkSamples.differences(simulated(x), integers(x)) == 0)
  }

  @Test(arguments: AgreementTests.Width.all, Requantization.allCases)
  func agrees(_ width: AgreementTests.Width, _ family: Requantization) throws {
    for seed in 0..<2 as Range<UInt64> {
      try check(Self.text(seed), Self.words([5, 12], below: 20, seed: seed), width, family)
      try check(Self.branches(seed), Self.words([4, 7], below: 9, seed: seed), width, family)
      try check(
        Self.signal(seed), Samples.normal([4, 1, 5, 6], seed: seed, mean: 0.2), width, family)
    }
  }

  @Test func eightBitsAreNearFloat32() throws {
    let x = try Self.words([8, 12], below: 20, seed: 4)
    let network = try Self.text(7)
    #expect(try sqnr(network(x), convert(NetworkSamples.observed(prepare(network), x))(x)) > 25)
  }

  /// The codes of the table are those of the vectors on the grid of the layer behind it.
  @Test func tables() throws {
    let x = try Self.words([8, 12], below: 20, seed: 5)
    let network = try Self.text(3)
    let integers = try convert(NetworkSamples.observed(prepare(network), x))
    let table = try #require(integers.layers[0].weights)
    #expect(table.shape.sizes == [20, 6])
    #expect(table.parameters == integers.layers[2].input)
    #expect(integers.layers[0].byteCount == table.byteCount && table.byteCount >= 120)
    let vectors = try #require(network.parameters.first).tensor
    // A vector that no word had may be cut off at the ends of the grid.
    let seen = Set(try x.reals().map { Int($0) })
    let (reals, known) = (try vectors.reals(), try table.dequantized().reals())
    let step = Double(table.parameters.scales[0])
    for row in seen {
      for i in row * 6..<row * 6 + 6 { #expect(abs(reals[i] - known[i]) <= step * 0.5001) }
    }
    for wrong in [-1.0, 20, 0.5, .nan] {
      #expect(throws: TensorError.self) { try integers(full([2, 12], wrong)) }
    }
    #expect(try integers(zeros(0, 12)).shape.sizes == [0, 3])
  }

  @Test func outputsAreExplained() throws {
    let x = try Self.words([3, 12], below: 20, seed: 6)
    let integers = try convert(NetworkSamples.observed(prepare(Self.text(2)), x))
    let seen = try integers.trace(x)
    // Two rows behind the first convolution, whose codes the next layer takes.
    for (channel, step) in [(0, 0), (5, 11), (7, 6)] {
      let told = try integers.explain(x, layer: 3, position: [channel, step])
      #expect(told.terms.count == 18 && told.terms[0].place.count == 2)
      let place = channel * 12 + step
      #expect(try Double(#require(told.code)) == seen[1].reals()[place])
    }
    #expect(try integers.explain(x, layer: 5, position: [3]).terms.count == 6)
    #expect(throws: QuantizedNetworkError.self) {
      try integers.explain(x, layer: 1, position: [0, 0])
    }
  }

  /// Folding, repairs and equalisation treat a course as an image of one row.
  @Test func repairs() throws {
    let x = try Samples.normal([6, 1, 5, 6], seed: 1)
    let net = try Sequential(
      Reshape(5, 6), Conv1D(4, kernel: 3, dilation: 2), BatchNorm(), ReLU(),
      Conv1D(3, kernel: 2, activation: .relu), Flatten(), Dense(2), seed: 4
    ).built(for: x.sampleShape)
    let folded = try foldBatchNorms(net)
    #expect(folded.layers.count == 6)
    #expect(try abs(net(x) - folded(x)).max().item() < 1e-5)
    #expect(try abs(net(x) - equalize(net)(x)).max().item() < 1e-5)
    let columns = try LayerInputs(
      folded.layers[0].forward(x), of: folded.layers[1])
    #expect(columns.groups[0].shape.sizes == [12, 15])
    let weights = try folded.layers[1].parameters[0].tensor.reshape(4, 15)
    let bias = folded.layers[1].parameters[1].tensor
    let rows = try dense(columns.groups[0], weights, bias: bias).reshape(6, 2, 4)
    let direct = try Sequential(Array(folded.layers[0...1])).built(for: x.sampleShape)(x)
    #expect(try abs(rows.transposed(0, 2, 1) - direct).max().item() < 1e-5)
  }

  @Test func errors() throws {
    func refused(_ name: String, _ x: Tensor, _ layers: any Layer...) throws {
      let net = try NetworkSamples.observed(
        prepare(Sequential(layers).built(for: x.sampleShape)), x)
      _ = try net(x)
      do {
        _ = try convert(net)
        Issue.record("\(name) was converted")
      } catch let error as QuantizedNetworkError {
        #expect(error.description.contains(name))
      }
    }
    let words = try Self.words([2, 6], below: 5, seed: 1)
    try refused(
      "layer 2, Embedding(5, size: 2)", words, ReLU(), Embedding(5, size: 2), Flatten(), Dense(2))
    let course = try Samples.normal([2, 6, 4], seed: 3)
    try refused("layer 1, GRU(3)", course, GRU(3), Dense(2))
    try refused("layer 1, LSTM(3)", course, LSTM(3), Dense(2))
    try refused(
      "layer 1, MultiHeadAttention(heads: 2)", course, MultiHeadAttention(heads: 2), Flatten(),
      Dense(2))
    let image = try Samples.normal([2, 1, 3, 3], seed: 3)
    try refused("layer 1, ConvTranspose2D(2", image, ConvTranspose2D(2), Flatten(), Dense(2))
  }
}

extension Layer {
  fileprivate func forward(_ x: Tensor) throws -> Tensor { try Sequential([self])(x) }
}
