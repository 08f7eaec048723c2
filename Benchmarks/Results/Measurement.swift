import Datasets
import Networks
import Quantization
import Tensors

/// What was measured for a row of the table and a seed.
struct Measurement: Codable {
  let configuration: Configuration
  let seed: UInt64
  /// Share of the test images that are classified right.
  let accuracy: Double
  /// The same of the float network that it started from.
  let floatAccuracy: Double
  /// Packed codes, scales, biases.
  let bytes: Int
  /// For all test images, the least of three runs.
  var milliseconds: Double
  /// Whether it was the network of integers that ran, and not the simulation.
  let isInteger: Bool
  /// What it was trained with; 0 epochs where it was not.
  let epochs: Int
  let rate: Double
  let trainingImages: Int
  /// The seconds that quantizing and training it took.
  let seconds: Double
}

/// The data and the float network of one seed, which all rows share.
final class Bench {
  let train: Dataset
  let test: Dataset
  let calibration: Dataset
  let seed: UInt64
  let options: Options
  private let clock = ContinuousClock()
  private var float: (network: Sequential, accuracy: Double, seconds: Double)?

  init(train: Dataset, test: Dataset, seed: UInt64, options: Options) throws {
    self.train = train
    self.test = test
    self.seed = seed
    self.options = options
    calibration = try train.take(min(512, train.count))
  }

  func measure(_ configuration: Configuration) throws -> Measurement {
    let base = try floatNetwork()
    let schedule = options.schedule(for: configuration)
    var network = base.network
    var seconds = base.seconds
    if configuration.method != .float {
      let start = clock.now
      network = try quantized(configuration, base.network, schedule)
      seconds = (clock.now - start) / .seconds(1)
    }
    let isInteger = configuration.activations != nil
    let (accuracy, milliseconds) =
      isInteger ? try run(convert(network)) : try run(network)
    let isTrained = configuration.method.isTrained || configuration.method == .float
    return Measurement(
      configuration: configuration, seed: seed, accuracy: accuracy,
      floatAccuracy: base.accuracy, bytes: try Self.bytes(of: network),
      milliseconds: milliseconds, isInteger: isInteger,
      epochs: isTrained ? schedule.epochs : 0, rate: isTrained ? schedule.rate : 0,
      trainingImages: train.count, seconds: seconds)
  }

  /// Trains the float network on the first call.
  private func floatNetwork() throws -> (network: Sequential, accuracy: Double, seconds: Double) {
    if let float { return float }
    let start = clock.now
    var network = try articleNetwork(seed: seed)
    try options.schedule(for: .float).train(&network, on: train, seed: seed)
    let seconds = (clock.now - start) / .seconds(1)
    let made = (network: network, accuracy: try evaluate(network, test).accuracy, seconds: seconds)
    float = made
    return made
  }

  private func quantized(
    _ configuration: Configuration, _ float: Sequential, _ schedule: Schedule
  ) throws -> Sequential {
    let (weights, activations) = (configuration.weightBits, configuration.activations)
    if configuration.method == .adaRound {
      return try adaRound(
        float, bits: weights, activations: activations, inputBits: activations.map { _ in 8 },
        calibration: calibration, seed: seed)
    }
    // No layer is an exception: the first and the last have weights of as few bits as the others.
    // The pixels stay the 8-bit numbers that they are.
    var network = try prepare(
      float, weights: weights, activations: activations, method: configuration.quantization,
      firstAndLast: weights, inputBits: 8, calibration: calibration)
    if configuration.method.isTrained {
      try schedule.train(&network, on: train, seed: seed &+ 1000)
    }
    return network
  }

  /// Accuracy on the test images, and the milliseconds of the fastest of three runs.
  private func run(_ network: some Classifier) throws -> (accuracy: Double, milliseconds: Double) {
    var (accuracy, best) = (0.0, Double.infinity)
    for _ in 0..<3 {
      let start = clock.now
      accuracy = try evaluate(network, test).accuracy
      best = min(best, (clock.now - start) / .milliseconds(1))
    }
    return (accuracy, best)
  }

  /// Packed weight codes with their scales and 4 bytes a bias; 4 bytes for each float parameter.
  private static func bytes(of network: Sequential) throws -> Int {
    try network.layers.reduce(0) { total, layer in
      guard let quantized = layer as? QuantizedLayer else {
        return total + layer.parameters.reduce(0) { $0 + $1.tensor.count * 4 }
      }
      let bias = quantized.layer.parameters.dropFirst().reduce(0) { $0 + $1.tensor.count * 4 }
      return total + (try quantized.quantizedWeights?.byteCount ?? 0) + bias
    }
  }
}
