import Datasets
import Networks
import Tensors
import Testing

@testable import Quantization

/// The comparison of float, simulated and integer networks.
struct ParityTests {
  @Test func agreementShowsAsZero() throws {
    let data = try Digits.make(count: 70, seed: 3)
    var net = try NetworkSamples.small()
    try fit(&net, data, epochs: 2, batchSize: 16, optimizer: Adam(0.01))
    let simulated = try prepare(net, weights: 4, activations: 6, calibration: data)
    let table = try parity(net, simulated, convert(simulated), data)
    #expect(table.different == 0)
    #expect(table.rows.map(\.number) == [1, 4, nil])
    #expect(table.rows.map(\.codes) == [70 * 784, 70 * 4 * 6 * 6, 70 * 10])
    #expect(table.rows.allSatisfy { $0.largest == 0 && $0.sqnr > 5 })
    #expect(try table.floatAccuracy == accuracy(net, data))
    #expect(try table.integerAccuracy == accuracy(convert(simulated), data))
    #expect(table.simulatedAccuracy == table.integerAccuracy)
    // The first row is the image at 6 bits: what a quantizer of its own says.
    let images = try data.images()
    let grid = try #require(try (simulated.layers[0] as? QuantizedLayer)?.inputParameters)
    let expected = try sqnr(images, quantize(images, with: grid).dequantized())
    #expect(abs(table.rows[0].sqnr - expected) < 1e-3)
    let lines = table.description.split(separator: "\n")
    #expect(lines.count == 6 && lines[0].hasSuffix("SQNR dB") && lines[5].hasPrefix("accuracy"))
  }

  /// Another network of integers is found out.
  @Test func differencesAreCounted() throws {
    let data = try Digits.make(count: 40, seed: 3)
    let net = try NetworkSamples.small().built(for: Shape([1, 28, 28]))
    let simulated = try prepare(net, calibration: data)
    let other = try prepare(net, weights: 3, calibration: data)
    let table = try parity(net, simulated, convert(other), data)
    #expect(table.rows[0].different == 0)
    #expect(table.rows[1].different > 0 && table.rows[1].largest >= 1)
    let (a, b) = (
      try trace(simulated, data.images())[1], try convert(other).trace(data.images())[1]
    )
    #expect(try table.rows[1].different == NetworkSamples.differences(a, b))
    #expect(
      try table.rows[1].largest == abs(a.cast(to: .float32) - b.cast(to: .float32)).max().item())
  }

  @Test func batchNormsAndErrors() throws {
    let data = try Digits.make(count: 20, seed: 3)
    let net = try Sequential(
      Conv2D(3, kernel: 3, stride: 3), BatchNorm(), ReLU(), Flatten(), Dense(10), seed: 2
    ).built(for: Shape([1, 28, 28]))
    let simulated = try prepare(net, calibration: data)
    let integers = try convert(simulated)
    #expect(try parity(net, simulated, integers, data).different == 0)
    #expect(throws: QuantizedNetworkError.notPrepared("parity")) {
      try parity(net, net, integers, data)
    }
    let other = try NetworkSamples.small()
    #expect(
      throws: QuantizedNetworkError.notOfOneKind(
        "the prepared network", layers: 4, expected: 2)
    ) {
      try parity(Sequential(Flatten(), Dense(10)), simulated, integers, data)
    }
    let foreign = try quantize(Sequential(Flatten(), Dense(10)), calibration: data)
    #expect(
      throws: QuantizedNetworkError.notOfOneKind(
        "the network of integers", layers: 2, expected: 4)
    ) { try parity(other, simulated, foreign, data) }
    #expect(throws: NetworkError.self) { try parity(net, simulated, integers, data.take(0)) }
  }
}
