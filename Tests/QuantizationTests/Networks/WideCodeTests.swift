import Datasets
import Networks
import Tensors
import Testing

@testable import Quantization

/// Activations of 16 bits, whose bytes go through the kernels apart.
struct WideCodeTests {
  private func network(_ x: Tensor) throws -> Sequential {
    try Sequential(
      Conv2D(4, kernel: 3, padding: .same), ReLU(), MaxPool2D(3, stride: 2, padding: .same),
      AveragePool2D(2), Residual(Conv2D(4, kernel: 3, padding: .same)), Flatten(),
      Dense(6, activation: .relu), Dense(3), seed: 2
    ).built(for: x.sampleShape)
  }

  @Test(arguments: Requantization.allCases)
  func agrees(_ family: Requantization) throws {
    let x = try Samples.normal([5, 2, 9, 11], seed: 6, mean: 0.2)
    let simulated = try NetworkSamples.observed(
      prepare(network(x), weights: 6, activations: 16, requantization: family), x)
    let integers = try convert(simulated)
    let (left, right) = (try trace(simulated, x), try integers.trace(x))
    let largest = try right[0].max().item()
    #expect(right[0].dtype == .int32 && largest > 255)
    for (a, b) in zip(left, right) { #expect(try NetworkSamples.differences(a, b) == 0) }
    #expect(try NetworkSamples.differences(simulated(x), integers(x)) == 0)
    #expect(integers.layers[0].codes?.type.description == "uint16")
  }

  /// Finer activations are nearer to float32, and the accumulator is the sum that it should be.
  @Test func areNearerToFloat32() throws {
    let x = try Samples.normal([5, 2, 9, 11], seed: 6, mean: 0.2)
    let float = try network(x)
    func noise(_ bits: Int) throws -> Double {
      let weights = try NetworkSamples.observed(prepare(float, activations: bits), x)
      return try sqnr(float(x), convert(weights)(x))
    }
    #expect(try noise(16) > noise(8) + 3)
    let integers = try convert(NetworkSamples.observed(prepare(float, activations: 16), x))
    let told = try integers.explain(x, layer: 1, position: [2, 0, 3])
    let codes = try integers.trace(x)[1]
    #expect(codes.shape.sizes == [5, 4, 5, 6])
    #expect(told.code != nil && told.terms.map(\.code).max() ?? 0 > 255)
    // Behind the convolution stand a ReLU and a pooling, which choose among such codes.
    let top = try max(codes.max().item(), Double(told.requantizer?.zeroPoint ?? 0))
    #expect(try Double(#require(told.code)) <= top)
  }

  @Test func sumsThatOverflowAreRefused() throws {
    let data = try Digits.make(count: 4, seed: 1)
    #expect(throws: QuantizedNetworkError.self) {
      try quantize(NetworkSamples.article(), weights: 8, activations: 16, calibration: data)
    }
    for bits in [0, 9, 15, 17, 32] {
      #expect(throws: QuantizedNetworkError.width(of: "activations", bits)) {
        try prepare(NetworkSamples.article(), activations: bits)
      }
    }
    #expect(throws: QuantizedNetworkError.width(of: "weights", 16)) {
      try prepare(NetworkSamples.article(), weights: 16)
    }
  }
}
