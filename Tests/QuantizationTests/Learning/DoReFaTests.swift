import Networks
import Tensors
import Testing

@testable import Quantization

/// DoReFa's weights and activations against arXiv 1606.06160, equations 5 to 9.
@Suite struct DoReFaTests {
  private func qk(_ r: Double, _ bits: Int) -> Double {
    let steps = Double((1 << bits) - 1)
    return (steps * r).rounded(.toNearestOrEven) / steps
  }

  @Test(arguments: 2...7)
  func weights(_ bits: Int) throws {
    let w = try Samples.normal([4, 60], seed: UInt64(bits), deviation: 0.4)
    let policy = try QuantizationPolicy(weights: bits, method: .dorefa)
    let fake = try QuantizedWeights.fake(w, policy).reals()
    let bent = try tanh(w).reals()
    let largest = bent.map(abs).max() ?? 1
    var differences = 0
    for (y, t) in zip(fake, bent) {
      let expected = 2 * qk(t / (2 * largest) + 0.5, bits) - 1
      if abs(y - expected) > 1e-6 { differences += 1 }
    }
    // A number at a tie may go the other way in Float32.
    #expect(differences <= 1)
    let codes = try QuantizedWeights.codes(w, policy)
    #expect(codes.parameters.scales == [Float](repeating: 1 / Float((1 << bits) - 1), count: 4))
    let whole = try codes.codes.elements(as: Int32.self)
    #expect(whole.allSatisfy { codes.parameters.type.contains($0) })
    #expect(
      whole.contains(codes.parameters.type.qmax) || whole.contains(codes.parameters.type.qmin))
    #expect(try codes.parameters.dequantize(codes.codes).reals() == fake)
  }

  /// One bit: sign(w) times the mean magnitude of the whole layer.
  @Test func oneBit() throws {
    let w = try Tensor([[1, -2], [3, -2]])
    let policy = try QuantizationPolicy(weights: 1, method: .dorefa)
    #expect(try QuantizedWeights.fake(w, policy).elements() == [2, -2, 2, -2] as [Float])
  }

  /// With the rounding taken for the identity, w^ is tanh(w) / max|tanh(w)|: central differences of
  /// that, in Float64, at the same numbers.
  @Test func gradientAgainstDifferences() throws {
    let w = try Samples.normal([3, 7], seed: 4, deviation: 0.8)
    let g = try Samples.normal([3, 7], seed: 5)
    let policy = try QuantizationPolicy(weights: 3, method: .dorefa)
    let (_, gradient) = try valueWithGradient(at: w) {
      try (QuantizedWeights.fake($0, policy) * g).sum()
    }
    let (point, weights) = (try w.reals(), try g.reals())
    func value(_ w: [Double]) -> Double {
      let bent = w.map { tanh64($0) }
      let largest = bent.map(abs).max() ?? 1
      return zip(bent, weights).reduce(0) { $0 + $1.0 / largest * $1.1 }
    }
    for (index, own) in try gradient.reals().enumerated() {
      var (up, down) = (point, point)
      up[index] += 1e-5
      down[index] -= 1e-5
      let difference = (value(up) - value(down)) / 2e-5
      #expect(abs(own - difference) < 1e-4 * (1 + abs(difference)), "\(index)")
    }
  }

  private func tanh64(_ x: Double) -> Double {
    // From the series of e^2x, to keep the test free of the library it checks.
    var (term, total) = (1.0, 1.0)
    for n in 1..<60 {
      term *= 2 * x / Double(n)
      total += term
    }
    return (total - 1) / (total + 1)
  }

  @Test(arguments: [1, 2, 8])
  func activations(_ bits: Int) throws {
    let layer = try QuantizedLayer(
      Dense(weights: eye(40), bias: nil), weights: 2, activations: bits, method: .dorefa)
    #expect(!layer.needsObservation)
    let x = try Samples.normal([3, 40], seed: 6, mean: 0.5, deviation: 0.6)
    let g = try Samples.normal([3, 40], seed: 7)
    let parameters = try #require(try layer.inputParameters)
    let (_, gradient) = try valueWithGradient(at: x) {
      try (layer.fakeInput($0, parameters) * g).sum()
    }
    let y = try layer.fakeInput(x, parameters).reals()
    let (values, incoming) = (try x.reals(), try g.reals())
    for (index, dx) in try gradient.reals().enumerated() {
      let x = values[index]
      #expect(abs(y[index] - qk(min(max(x, 0), 1), bits)) < 1e-6)
      #expect(dx == (x >= 0 && x < 1 ? incoming[index] : 0))
    }
  }

  @Test func strangeWeights() throws {
    let policy = try QuantizationPolicy(weights: 2, method: .dorefa)
    let zero = try QuantizedWeights.fake(zeros(2, 3), policy)
    #expect(try zero.elements(as: Float.self).allSatisfy { abs($0) <= 1 })
    let (_, gradient) = try valueWithGradient(at: zeros(2, 3)) {
      try QuantizedWeights.fake($0, policy).sum()
    }
    #expect(try gradient.elements(as: Float.self).allSatisfy(\.isFinite))
    for value: Float in [.nan, .infinity] {
      #expect(throws: QuantizationError.self) {
        try QuantizedWeights.fake(Tensor([[1, value]]), policy)
      }
    }
    for method in [QuantizationMethod.dorefa, .pact] {
      #expect(throws: QuantizedNetworkError.oddWeights(8)) {
        try QuantizationPolicy(weights: 8, method: method)
      }
    }
  }
}
