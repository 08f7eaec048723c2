import Datasets
import Networks
import Tensors
import Testing

@testable import Quantization

/// Outputs written out term by term: against what the network computes.
struct ExplanationTests {
  /// Random networks with strides, groups, paddings and poolings: every layer, at random places.
  @Test(arguments: 0..<12, Requantization.allCases)
  func equalsTheNetwork(_ seed: Int, _ family: Requantization) throws {
    let x = try Samples.normal([3, 1 + seed % 3, 11, 13], seed: UInt64(seed), mean: 0.3)
    let network = try NetworkSamples.network(seed: UInt64(seed), input: x.sampleShape)
    let integers = try convert(
      NetworkSamples.observed(prepare(network, requantization: family), x))
    let seen = try integers.trace(x.slice([.range(lower: 0, upper: 1)]))
    let summing = integers.layers.indices.filter { integers.layers[$0].input != nil }
    var stream = RandomStream(seed: UInt64(seed))
    for (count, index) in summing.enumerated() {
      let layer = integers.layers[index]
      for _ in 0..<4 {
        let position = layer.output.sizes.map { stream.below($0) }
        let told = try integers.explain(x, layer: index + 1, position: position)
        let sum = zip(told.terms.map(\.code), told.terms.map(\.weight)).reduce(0) {
          $0 + ($1.0 - told.inputZeroPoint) * $1.1
        }
        #expect(told.accumulator == sum + told.bias)
        // The layer behind it must only keep codes, so that they can be looked up.
        guard count + 1 < summing.count, summing[count + 1] == index + 1 else { continue }
        let codes = seen[count + 1]
        let place = zip(position, codes.sampleShape.strides).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(try Double(try #require(told.code)) == codes.reals()[place])
      }
    }
  }

  @Test func theLastLayerGivesRealNumbers() throws {
    let data = try Digits.make(count: 20, seed: 1)
    let integers = try quantize(NetworkSamples.small(), bits: 5, calibration: data)
    let x = try data.images()
    let logits = try integers(x).reals()
    for output in 0..<10 {
      let told = try integers.explain(x, layer: 4, position: [output])
      #expect(told.code == nil && told.requantizer == nil)
      #expect(told.terms.count == 144)
      #expect(told.real == logits[output])
    }
  }

  @Test func asText() throws {
    let layer = try Dense(weights: Tensor([[1, -1, 0.5]]), bias: Tensor([0.25]))
    let second = try Dense(weights: Tensor([[1.0]]), bias: nil)
    let net = try Sequential(layer, second).built(for: Shape([3]))
    let x = try Tensor([[0, 1, 2], [-1, 0, 1]])
    let integers = try convert(NetworkSamples.observed(prepare(net), x))
    let told = try integers.explain(x, layer: 1, position: [0])
    // Input: -1 ... 2 in 255 steps, zero point 85; weights 127, -127 and 64 (63.5 to even).
    #expect(told.inputZeroPoint == 85)
    #expect(told.terms.map(\.weight) == [127, -127, 64])
    #expect(told.terms.map(\.code) == [85, 170, 255])
    #expect(told.weightSum == 64)
    let lines = told.description.split(separator: "\n").map(String.init)
    #expect(lines[0] == "layer 1, Dense(1), output [0]")
    #expect(lines[2] == "    85 ×  127 =    10795   feature 0")
    #expect(lines.contains { $0.contains("less zero point 85 × sum of weights 64") })
    #expect(lines.contains { $0.hasSuffix("\(told.accumulator)") })
  }

  @Test func errors() throws {
    let data = try Digits.make(count: 4, seed: 1)
    let integers = try quantize(NetworkSamples.small(), calibration: data)
    let x = try data.images()
    #expect(throws: QuantizedNetworkError.self) {
      try integers.explain(x, layer: 0, position: [0, 0, 0])
    }
    #expect(throws: QuantizedNetworkError.self) {
      try integers.explain(x, layer: 2, position: [0, 0, 0])
    }
    #expect(throws: QuantizedNetworkError.noPlace([0, 0, 13], try Shape([4, 13, 13]))) {
      try integers.explain(x, layer: 1, position: [0, 0, 13])
    }
    #expect(throws: QuantizedNetworkError.noPlace([0], try Shape([4, 13, 13]))) {
      try integers.explain(x, layer: 1, position: [0])
    }
    #expect(throws: (any Error).self) {
      try integers.explain(zeros(0, 1, 28, 28), layer: 1, position: [0, 0, 0])
    }
    #expect(throws: (any Error).self) {
      try integers.explain(zeros(1, 1, 8, 8), layer: 1, position: [0, 0, 0])
    }
  }
}
