import Datasets
import Foundation
import Networks
import Tensors
import Testing

@testable import Quantization

/// Prepared networks in files: grids come back with the weights.
@Suite final class QuantizedCheckpointTests {
  private let folder = FileManager.default.temporaryDirectory.path + "/notch-\(UUID().uuidString)"

  init() throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private struct Killed: Error {}

  private func network(_ method: QuantizationMethod) throws -> Sequential {
    let net = try Sequential(
      Conv2D(3, activation: .relu), MaxPool2D(4), Flatten(), Dense(10), seed: 5
    ).built(for: Shape([1, 28, 28]))
    return try prepare(net, weights: 3, activations: 4, method: method)
  }

  private func bits(_ network: Sequential) throws -> [String: [UInt32]] {
    Dictionary(
      uniqueKeysWithValues: try network.state.map {
        ($0.name, try $0.tensor.elements(as: Float.self).map(\.bitPattern))
      })
  }

  @Test(arguments: QuantizationMethod.allCases)
  func aStopChangesNothing(method: QuantizationMethod) throws {
    let data = try Digits.make(count: 24, seed: 1)
    let path = folder + "/run.safetensors"
    func train(checkpoint: String?, stopAt steps: Int = .max) throws -> Sequential {
      var net = try network(method)
      var count = 0
      try fit(
        &net, data, epochs: 3, batchSize: 8, optimizer: Adam(0.005), seed: 7,
        checkpoint: checkpoint, resume: true,
        progress: { _ in
          count += 1
          if count == steps { throw Killed() }
        },
        // Ranges and learned scales are held in the last epoch.
        beforeStep: { step, net in if step == 6 { freezeRanges(&net) } })
      return net
    }
    let whole = try train(checkpoint: nil)
    for steps in [5, 2] {
      #expect(throws: Killed.self) { try train(checkpoint: path, stopAt: steps) }
    }
    let parts = try train(checkpoint: path)
    #expect(try bits(parts) == bits(whole))
    // The network of integers is the same, too.
    let x = try data.samples(at: 0..<8)
    #expect(try convert(parts).logits(x).reals() == convert(whole).logits(x).reals())
    let file = try Safetensors(bytes: whole.stored().bytes(), name: "x")
    #expect(try bits(network(method).restored(from: file)) == bits(whole))
  }

  /// Weights of the network in float32 may be loaded into the prepared one, whose grids stay.
  @Test func floatWeightsAreTaken() throws {
    let net = try Sequential(Flatten(), Dense(10), seed: 1).built(for: Shape([1, 28, 28]))
    let data = try Digits.make(count: 16, seed: 1)
    let prepared = try prepare(net, calibration: data)
    let other = try Sequential(Flatten(), Dense(10), seed: 2).built(for: Shape([1, 28, 28]))
    let mixed = try prepared.restored(from: other.stored())
    let layers = [prepared, mixed].compactMap { $0.layers[1] as? QuantizedLayer }
    #expect(layers.count == 2)
    #expect(layers.first?.inputRange == layers.last?.inputRange)
    #expect(
      try layers.last?.layer.parameters[0].tensor.reals() == other.parameters[0].tensor.reals())
  }
}
