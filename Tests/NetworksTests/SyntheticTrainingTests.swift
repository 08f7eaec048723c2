import Datasets
import Tensors
import Testing

@testable import Networks

/// The made data sets are as hard as they should be: beyond a linear function, within reach of a
/// small network.
@Suite struct SyntheticTrainingTests {
  private func accuracy(
    _ layers: [any Layer], _ data: Dataset, epochs: Int, rate: Double = 0.01, batch: Int = 32
  ) throws -> Double {
    let (train, test) = try data.split(at: 0.8)
    var net = try Sequential(layers, seed: 1)
    try fit(&net, train, epochs: epochs, batchSize: batch, optimizer: Adam(rate))
    return try evaluate(net, test).accuracy
  }

  @Test func spirals() throws {
    let data = try Points.spirals(count: 300, noise: 0.02, seed: 1)
    #expect(try accuracy([Dense(3)], data, epochs: 5) < 0.7)
    let net: [any Layer] = [
      try Dense(32, activation: .relu), try Dense(32, activation: .relu), try Dense(3),
    ]
    #expect(try accuracy(net, data, epochs: 30) > 0.95)
  }

  @Test func tones() throws {
    let data = try Tones.make(count: 1000, seed: 1)
    #expect(try accuracy([Flatten(), Dense(8)], data, epochs: 3) < 0.4)
    let net: [any Layer] = [
      try Conv1D(16, kernel: 16, stride: 4, activation: .relu),
      try Conv1D(16, kernel: 5, stride: 4, activation: .relu),
      Flatten(), try Dense(24, activation: .relu), try Dense(8),
    ]
    #expect(try accuracy(net, data, epochs: 5, rate: 0.005, batch: 16) > 0.95)
  }

  @Test func sentences() throws {
    let data = try Sentences.make(count: 2200, seed: 1)
    let words = data.vocabulary?.count ?? 0
    #expect(try accuracy([Embedding(words, size: 1), Flatten(), Dense(2)], data, epochs: 2) < 0.8)
    let net: [any Layer] = [
      try Embedding(words, size: 8), Flatten(), try Dense(32, activation: .relu), try Dense(2),
    ]
    #expect(try accuracy(net, data, epochs: 9) > 0.85)
  }
}
