import Datasets
import Foundation
import Tensors
import Testing

@testable import Networks

/// Networks and trainings in files.
@Suite final class CheckpointTests {
  private let folder = FileManager.default.temporaryDirectory.path + "/notch-\(UUID().uuidString)"

  init() throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private struct Killed: Error {}

  private func network() throws -> Sequential {
    try Sequential(
      Residual(Conv2D(2, padding: .same), BatchNorm()), Conv2D(3, kernel: 2, activation: .relu),
      BatchNorm(momentum: 0.3), MaxPool2D(2), Flatten(), Dropout(0.3), LayerNorm(), Dense(3),
      seed: 5)
  }

  /// The bits of all that a network holds, with names.
  private func bits(_ network: Sequential) throws -> [String: [UInt32]] {
    Dictionary(uniqueKeysWithValues: try network.state.map { ($0.name, try $0.tensor.bits) })
  }

  private static let optimizers: [any Optimizer & Sendable] = {
    let all: [(any Optimizer)?] = [
      try? SGD(0.05), try? SGD(0.05, momentum: 0.9, weightDecay: 0.01, nesterov: true),
      try? Adam(0.01), try? AdamW(0.01), try? RMSProp(0.01, momentum: 0.5),
    ]
    return all.compactMap { $0 }
  }()

  /// However often it is stopped, a training ends with the bits of one that was not.
  @Test(arguments: optimizers.indices) func aStopChangesNothing(index: Int) throws {
    let (data, test) = (
      try Samples.noise(20, [2, 6, 6]), try Samples.noise(12, [2, 6, 6], seed: 9)
    )
    let path = folder + "/run.safetensors"
    func train(_ net: inout Sequential, stopAt steps: Int? = nil, seed: UInt64) throws -> History {
      var count = 0
      return try fit(
        &net, data, epochs: 4, batchSize: 8, optimizer: Self.optimizers[index],
        validation: test, seed: seed, schedule: .cosine(warmUp: 2), clipNorm: 1, keepBest: true,
        checkpoint: steps == nil && seed == 3 ? nil : path, resume: true,
        progress: { _ in
          count += 1
          if count == steps { throw Killed() }
        })
    }
    // One of them with layers that look at the whole batch, which takes longer.
    let start =
      index == 2
      ? try network()
      : try Sequential(Conv2D(2, kernel: 2, activation: .relu), Flatten(), Dropout(), Dense(3))
    var whole = start
    let history = try train(&whole, seed: 3)
    // In the middle of the first epoch, of the second, and of the fourth.
    var seeds: [UInt64] = [3, 3, 44]
    for (steps, saved) in [(2, false), (5, true), (8, true)] {
      var net = start
      #expect(throws: Killed.self) { try train(&net, stopAt: steps, seed: seeds.removeFirst()) }
      #expect(FileManager.default.fileExists(atPath: path) == saved)
    }
    // Another seed makes no difference: that of the file counts.
    var parts = start
    let rest = try train(&parts, seed: 99)
    #expect(try bits(parts) == bits(whole))
    #expect(rest.epochs == history.epochs && rest.keptEpoch == history.keptEpoch)
    #expect(rest.resumedEpochs == 3)
    #expect(rest.remark?.hasPrefix("epochs 1 to 3 were taken from the checkpoint") == true)
    // Nothing is left to do.
    var again = start
    #expect(try train(&again, seed: 99).resumedEpochs == 4)
    #expect(try bits(again) == bits(whole))
    // The file is that of a network, too.
    let file = try Safetensors(reading: path)
    #expect(try start.restored(from: file).isBuilt)
  }

  @Test func patienceIsRemembered() throws {
    let (data, test) = (try Samples.noise(20), try Samples.noise(12, seed: 9))
    let path = folder + "/run.safetensors"
    func train(stopAfter: Int = .max, checkpoint: String?) throws -> (Sequential, History) {
      var net = try Sequential(Flatten(), Dense(3), seed: 3)
      let history = try fit(
        &net, data, epochs: 60, batchSize: 8, optimizer: SGD(0.5), validation: test, patience: 3,
        keepBest: true, checkpoint: checkpoint, resume: true,
        afterEpoch: { result, _ in result.epoch < stopAfter ? .goOn : .stop })
      return (net, history)
    }
    let (whole, history) = try train(checkpoint: nil)
    #expect(history.ending == .noBetter)
    _ = try train(stopAfter: history.epochs.count - 2, checkpoint: path)
    for _ in 0..<2 {
      let (parts, rest) = try train(checkpoint: path)
      #expect(rest.epochs == history.epochs && rest.ending == .noBetter)
      #expect(try bits(parts) == bits(whole))
    }
  }

  @Test func anotherTrainingIsRefused() throws {
    let data = try Samples.noise(20)
    let path = folder + "/run.safetensors"
    var net = try Sequential(Flatten(), Dense(3))
    try fit(&net, data, batchSize: 8, optimizer: Adam(0.01), checkpoint: path)
    func resuming(
      _ net: Sequential, _ data: Dataset, batchSize: Int = 8, _ optimizer: any Optimizer
    ) -> String {
      var net = net
      let before = net.description
      do {
        try fit(
          &net, data, batchSize: batchSize, optimizer: optimizer, checkpoint: path, resume: true)
        return "nothing"
      } catch {
        #expect(net.description == before)
        return "\(error)"
      }
    }
    let (adam, sgd) = (try Adam(0.01), try SGD(0.1))
    #expect(resuming(net, data, adam) == "nothing")
    #expect(resuming(net, data, sgd).hasSuffix("with the optimizer Adam(0.01), not SGD(0.1)"))
    #expect(resuming(net, data, batchSize: 4, adam).hasSuffix("with the batch size 8, not 4"))
    #expect(
      try resuming(net, Samples.noise(21), adam).hasSuffix("the number of samples 20, not 21"))
    #expect(
      try resuming(Sequential(Flatten(), Dense(3, activation: .tanh)), data, adam)
        .contains("with the network Sequential(Flatten(), Dense(3)), not Sequential("))
    try net.stored().write(to: path)
    #expect(resuming(net, data, adam) == "'\(path)' holds tensors, but no training to go on with")
  }

  /// Files of a training with some bytes changed go on or are refused, and nothing else.
  @Test func damageNeverTraps() throws {
    let data = try Samples.noise(6)
    let path = folder + "/run.safetensors"
    var net = try Sequential(Flatten(), Dense(3), LayerNorm())
    try fit(
      &net, data, optimizer: Adam(0.01), validation: data, keepBest: true, checkpoint: path)
    let good = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    var dice = Dice(5)
    for _ in 0..<100 {
      var bytes = good
      // Digits and letters of the header, so that it stays one.
      for _ in 0..<3 {
        let place = dice.whole(8...min(bytes.count - 1, 1_400))
        if bytes[place] >= 0x30, bytes[place] <= 0x39 {
          bytes[place] = UInt8(dice.whole(0x30...0x39))
        } else if dice.whole(0...3) == 0 {
          bytes[place] = UInt8(dice.whole(0x20...0x7E))
        }
      }
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      var copy = net
      do {
        try fit(&copy, data, optimizer: Adam(0.01), checkpoint: path, resume: true)
      } catch is SafetensorsError {
      } catch is StateError {
      } catch is NetworkError {
      }
    }
  }

  @Test func aNetworkComesBack() throws {
    var dice = Dice(2)
    let net = try network().built(for: Shape([2, 7, 7])).randomized(&dice)
    let file = try Safetensors(bytes: net.stored().bytes(), name: "x")
    // Its shape stands in the file, so that a network without parameters gets them.
    let other = try network().restored(from: file)
    #expect(try bits(other) == bits(net))
    #expect(other.inputShape == net.inputShape)
    #expect(
      file.entries.map(\.name).prefix(6)
        == [
          "1.weight", "1.bias", "2.weight", "2.bias", "2.running_mean", "2.running_var",
        ])
  }

  /// PyTorch counts activations as layers: numbers differ, and there is a count of batches.
  @Test func layersAreMatchedInOrder() throws {
    var dice = Dice(2)
    let net = try Sequential(
      Conv2D(2, activation: .relu), BatchNorm(), Flatten(), Dense(10)
    ).built(for: Shape([1, 5, 5])).randomized(&dice)
    let places = ["0": "0", "1": "2", "3": "12"]
    var entries = try net.stored().entries.map { entry in
      let parts = entry.name.split(separator: ".", maxSplits: 1).map(String.init)
      return Safetensors.Entry("\(places[parts[0]] ?? "?").\(parts[1])", entry.tensor)
    }
    entries.append(.init("2.num_batches_tracked", try Tensor([7 as Int32], shape: [])))
    let blank = try Sequential(
      Conv2D(2, activation: .relu), BatchNorm(), Flatten(), Dense(10)
    ).built(for: Shape([1, 5, 5]))
    #expect(try bits(blank.restored(from: Safetensors(entries))) == bits(net))
  }

  @Test func whatDoesNotFitIsNamed() throws {
    let net = try Sequential(Flatten(), Dense(3)).built(for: Shape([4]))
    func message(_ entries: [Safetensors.Entry], _ network: Sequential) -> String {
      do {
        _ = try network.restored(from: Safetensors(entries))
        return "nothing"
      } catch {
        return "\(error)"
      }
    }
    let (weight, bias) = (try zeros(3, 4), try zeros(3))
    #expect(message([.init("1.weight", weight), .init("1.bias", bias)], net) == "nothing")
    #expect(
      message([.init("1.weight", weight)], net)
        == "the file has no tensor '1.bias', which the network needs")
    #expect(
      message([.init("1.weight", bias), .init("1.bias", bias)], net)
        == "'1.weight' has shape [3] in the file, but [3, 4] in the network")
    #expect(
      message([.init("1.weight", weight), .init("1.bias", bias), .init("x", bias)], net)
        == "the file has tensors that the network has no place for: 'x'")
    #expect(
      message([.init("1.weight", weight), .init("1.bias", bias)], try Sequential(Dense(3)))
        .hasPrefix("the network has no parameters yet"))
    #expect(throws: NetworkError.self) { try Sequential(Dense(3)).stored() }
  }
}
