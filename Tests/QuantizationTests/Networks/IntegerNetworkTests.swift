import Datasets
import Networks
import Tensors
import Testing

@testable import Quantization

/// Networks of whole numbers: against the prepared network they come from, code for code.
struct IntegerNetworkTests {
  /// No code of any layer differs, and no logit.
  @Test(arguments: 0..<20, [(8, 8), (4, 8), (3, 5), (2, 2)])
  func agreesWithTheSimulationOnEveryCode(seed: Int, bits: (Int, Int)) throws {
    let channels = 1 + seed % 3
    let x = try Samples.normal([5, channels, 11, 13], seed: UInt64(seed), mean: 0.3)
    let network = try NetworkSamples.network(seed: UInt64(seed), input: x.sampleShape)
    let prepared = try NetworkSamples.observed(
      prepare(network, weights: bits.0, activations: bits.1), x)
    let integers = try convert(prepared)
    let (whole, simulated) = (try integers.trace(x), try trace(prepared, x))
    #expect(whole.count == simulated.count)
    for (layer, pair) in zip(whole, simulated).enumerated() {
      #expect(try NetworkSamples.differences(pair.0, pair.1) == 0, "layer \(layer)")
    }
    // The run of the whole network, which pools before the ReLU, gives the same.
    let logits = try prepared(x)
    #expect(try NetworkSamples.differences(logits, integers(x)) == 0)
    #expect(try NetworkSamples.differences(logits, try #require(whole.last)) == 0)
  }

  /// A batch that is split over the cores gives what its samples give.
  @Test func aLargeBatchEqualsItsSamples() throws {
    let x = try Samples.normal([70, 1, 9, 9], seed: 5)
    let prepared = try NetworkSamples.observed(
      prepare(NetworkSamples.network(seed: 9, input: x.sampleShape)), x)
    let integers = try convert(prepared)
    let all = try integers(x)
    #expect(try NetworkSamples.differences(all, prepared(x)) == 0)
    for sample in [0, 33, 69] {
      let one = try integers(x.slice([.range(lower: sample, upper: sample + 1)]))
      #expect(
        try NetworkSamples.differences(
          one, all.slice([.range(lower: sample, upper: sample + 1)])) == 0)
    }
  }

  /// Eight bits are near float32: within a few steps of the coarsest scale.
  @Test(arguments: 0..<6)
  func eightBitsAreNearFloat32(seed: Int) throws {
    let x = try Samples.normal([8, 2, 10, 10], seed: UInt64(seed) + 50)
    let network = try NetworkSamples.network(seed: UInt64(seed) + 50, input: x.sampleShape)
    let integers = try convert(NetworkSamples.observed(prepare(network), x))
    #expect(try sqnr(network(x), integers(x)) > 22)
  }

  /// The golden sizes of the article's network, from the numerics of this project.
  @Test(arguments: [(8, 97_008), (4, 48_928), (2, 24_888), (1, 12_868)])
  func packedSizes(bits: Int, bytes: Int) throws {
    let x = try Samples.normal([2, 1, 28, 28], seed: 1)
    let network = try NetworkSamples.article()
    #expect(network.parameterCount == 96_266)
    let integers = try convert(NetworkSamples.observed(prepare(network, weights: bits), x))
    #expect(integers.byteCount == bytes)
    #expect(integers.layers.map(\.byteCount).reduce(0, +) == bytes)
  }

  @Test func layersShowTheirCodes() throws {
    let x = try Samples.normal([2, 1, 28, 28], seed: 1)
    let network = try NetworkSamples.article()
    let integers = try convert(NetworkSamples.observed(prepare(network, weights: 4), x))
    #expect(integers.layers.count == 5)
    let first = integers.layers[0]
    let weights = try #require(first.weights)
    #expect(weights.type.description == "int4")
    let codes: [Int8] = try weights.codes.elements()
    #expect(codes.count == 288 && codes.allSatisfy { (-7...7).contains($0) })
    let original = try #require(network.parameters.first).tensor
    #expect(try weights == quantize(original, bits: 4, per: .channel))
    #expect(first.bias?.dtype == .int32)
    #expect(first.input == integers.input)
    #expect(first.codes == integers.layers[2].input)
    #expect(integers.layers[1].weights == nil)
    #expect(integers.layers[4].codes == nil)
    #expect(integers.outputShape.sizes == [10])
    let lines = integers.description.split(separator: "\n").map(String.init)
    #expect(lines.count == 9)
    #expect(lines[0].hasPrefix("layer "))
    #expect(lines[2].contains("int4") && lines[2].contains("uint8"))
    #expect(lines[8].hasPrefix("total") && lines[8].hasSuffix("48,928"))
  }

  @Test func digitsKeepTheirAccuracy() throws {
    let (train, test) = (
      try Digits.make(count: 400, seed: 1), try Digits.make(count: 200, seed: 2)
    )
    var network = try NetworkSamples.small()
    try fit(&network, train, epochs: 6, batchSize: 32, optimizer: Adam(0.01))
    let float = try accuracy(network, test)
    #expect(float > 0.5)
    let integers = try quantize(network, calibration: train.take(100))
    let whole = try accuracy(integers, test)
    #expect(whole > float - 0.03)
    // The simulation is as good, since it is the same.
    let prepared = try prepare(network, calibration: train.take(100))
    #expect(try evaluate(prepared, test) == evaluate(integers, test))
    #expect(try quantize(network, bits: 2, calibration: train).byteCount < integers.byteCount)
  }

  @Test func anEmptyBatchGivesNoRows() throws {
    let x = try Samples.normal([2, 1, 28, 28], seed: 1)
    let prepared = try NetworkSamples.observed(prepare(NetworkSamples.article()), x)
    let none = try zeros(0, 1, 28, 28)
    #expect(try convert(prepared)(none).shape.sizes == [0, 10])
    #expect(try prepared(none).shape.sizes == [0, 10])
  }

  @Test func hostileInputs() throws {
    let x = try Samples.normal([2, 1, 28, 28], seed: 1)
    let prepared = try NetworkSamples.observed(prepare(NetworkSamples.article()), x)
    let integers = try convert(prepared)
    #expect(
      throws: QuantizedNetworkError.inputShape(
        got: try Shape([1, 27, 28]), expected: try Shape([1, 28, 28]))
    ) { try integers(zeros(2, 1, 27, 28)) }
    #expect(throws: QuantizedNetworkError.self) { try integers(zeros(100, 3)) }
    #expect(throws: NetworkError.self) { try integers(Tensor(scalar: 1)) }
    #expect(throws: QuantizationError.self) { try integers(full([1, 1, 28, 28], .nan)) }
    #expect(throws: QuantizationError.self) { try prepared(full([1, 1, 28, 28], .nan)) }
    // What lies far outside of the range saturates in both alike.
    for value in [1e38, -1e38, .infinity, -.infinity] {
      let far = try full([1, 1, 28, 28], value)
      #expect(try NetworkSamples.differences(integers(far), prepared(far)) == 0)
    }
    #expect(throws: (any Error).self) { try prepared(zeros(1, 2, 28, 28)) }
    #expect(throws: (any Error).self) { try prepared(zeros(1, 1, 20, 20)) }
    #expect(throws: (any Error).self) { try prepared(zeros(3)) }
  }
}
