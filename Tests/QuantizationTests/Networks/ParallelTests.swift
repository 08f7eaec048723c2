import Networks
import Tensors
import Testing

@testable import Quantization

/// Branches in whole numbers.
struct ParallelTests {
  static func network(_ seed: UInt64) throws -> Sequential {
    try Sequential(
      Conv2D(4, kernel: 3, padding: .same, activation: .relu),
      Parallel(
        Conv2D(3, kernel: 1, activation: .relu),
        Sequential(MaxPool2D(3, stride: 1, padding: .same), Conv2D(2, kernel: 3, padding: .same)),
        Sequential(ReLU(), Residual(Conv2D(4, kernel: 1), activation: .none)),
        Identity()),
      MaxPool2D(2),
      Parallel(
        Identity(),
        Parallel(AveragePool2D(3, stride: 1, padding: .same), Conv2D(2, kernel: 1))),
      Flatten(),
      // Features of an image in the one branch, in order in the other.
      Parallel(Identity(), Dense(5, activation: .relu)),
      Dense(3), seed: seed
    ).built(for: Shape([2, 6, 8]))
  }

  @Test(arguments: AgreementTests.Width.all, Requantization.allCases)
  func agrees(_ width: AgreementTests.Width, _ family: Requantization) throws {
    for seed in 0..<2 as Range<UInt64> {
      let x = try Samples.normal([5, 2, 6, 8], seed: seed, mean: 0.2)
      let simulated = try NetworkSamples.observed(
        prepare(
          Self.network(seed), weights: width.weights, activations: width.activations,
          method: width.method, firstAndLast: width.weights, requantization: family), x)
      let integers = try convert(simulated)
      #expect(integers.layers.count == simulated.layers.count)
      let (left, right) = (try trace(simulated, x), try integers.trace(x))
      #expect(left.count == right.count && left.count == 10)
      for (number, (a, b)) in zip(left, right).enumerated() {
        #expect(try NetworkSamples.differences(a, b) == 0, "\(number)")
      }
      #expect(try NetworkSamples.differences(simulated(x), integers(x)) == 0)
    }
  }

  @Test func eightBitsAreNearFloat32() throws {
    let x = try Samples.normal([6, 2, 6, 8], seed: 5)
    let network = try Self.network(5)
    #expect(try sqnr(network(x), convert(NetworkSamples.observed(prepare(network), x))(x)) > 22)
  }

  /// A table holds, for each code, the code of the same real number.
  @Test(arguments: [(8, 8), (4, 8), (8, 3), (8, 16), (16, 8)])
  func translations(_ bits: (from: Int, to: Int)) throws {
    let from = try QuantizationParameters(
      scales: [0.03], zeroPoints: [5], type: CodeType(bits: bits.from, isSigned: false))
    let to = try QuantizationParameters(
      scales: [0.11], zeroPoints: [3], type: CodeType(bits: bits.to, isSigned: false))
    #expect(try CodeTranslation(from: from, to: from) == nil)
    let table = try #require(try CodeTranslation(from: from, to: to)).table
    #expect(table.count == 1 << bits.from)
    for (code, found) in table.enumerated() {
      let real = Double(code - 5) * Double(Float(0.03)) / Double(Float(0.11))
      let wanted = min(max(real + 3, 0), Double((1 << bits.to) - 1))
      #expect(abs(Double(found) - wanted) <= 0.5 + 1e-3)
    }
  }

  @Test func everythingElseWorks() throws {
    let x = try Samples.normal([4, 2, 6, 8], seed: 3)
    let network = try Self.network(2)
    #expect(try abs(network(x) - equalize(network)(x)).max().item() < 1e-3)
    let alone = try prepare(network, activations: nil)
    #expect(try alone(x).shape.sizes == [4, 3])
    let integers = try convert(NetworkSamples.observed(prepare(network), x))
    let told = try integers.explain(x, layer: 3, position: [1, 2, 3])
    #expect(told.terms.count == 4)
    #expect(integers.description.contains("NextBranch()"))
  }

  @Test func errors() throws {
    let x = try Samples.normal([2, 3, 4], seed: 3)
    func refused(_ layers: any Layer...) throws {
      let net = try NetworkSamples.observed(
        prepare(Sequential(layers).built(for: x.sampleShape)), x)
      _ = try net(x)
      #expect(throws: QuantizedNetworkError.self) { try convert(net) }
    }
    try refused(Flatten(), Dense(3), Parallel(Dense(3), Dense(2)))
    try refused(Flatten(), Dense(3), Parallel(Identity(), Dense(2)), ReLU())
    try refused(Flatten(), Parallel(Dense(2), Dense(2, activation: .tanh)), Dense(2))
  }
}
