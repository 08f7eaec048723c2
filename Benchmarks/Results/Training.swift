import Datasets
import Networks
import Quantization
import Tensors

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Adam whose rate falls from its first value to 0 along half a cosine.
struct CosineAdam: Optimizer {
  private var adam: Adam
  private let first: Double
  private let steps: Int
  private var step = 0

  init(_ rate: Double, steps: Int) throws {
    adam = try Adam(rate)
    first = rate
    self.steps = max(steps, 1)
  }

  var learningRate: Double {
    get { adam.learningRate }
    set { adam.learningRate = newValue }
  }

  var memory: OptimizerMemory {
    get { adam.memory }
    set {
      adam.memory = newValue
      step = newValue.steps
    }
  }

  var description: String { "Adam(\(first)), cosine over \(steps) steps" }

  mutating func step(_ parameters: inout [Tensor], along gradients: [Tensor]) throws {
    // Never 0: the rate of the last step is that of the middle of its interval.
    let progress = min((Double(step) + 0.5) / Double(steps), 1)
    adam.learningRate = max(first * (1 + cos(.pi * progress)) / 2, 1e-9)
    step += 1
    try adam.step(&parameters, along: gradients)
  }
}

/// How long and how fast a network is trained.
struct Schedule {
  var epochs: Int
  var rate: Double
  static let batchSize = 128

  /// What each row of the table is trained with: the fewer the bits, the longer.
  init(for configuration: Configuration) {
    switch (configuration.method, configuration.weightBits) {
    case (.float, _): (epochs, rate) = (6, 0.001)
    case (_, 6...): (epochs, rate) = (1, 0.0005)
    case (_, 4...): (epochs, rate) = (2, 0.0005)
    case (_, 3): (epochs, rate) = (2, 0.001)
    case (_, 2): (epochs, rate) = (3, 0.001)
    default: (epochs, rate) = (4, 0.001)
    }
  }

  /// Trains a network in place.
  func train(_ network: inout Sequential, on data: Dataset, seed: UInt64) throws {
    let steps = epochs * ((data.count + Self.batchSize - 1) / Self.batchSize)
    try fit(
      &network, data, epochs: epochs, batchSize: Self.batchSize,
      optimizer: CosineAdam(rate, steps: steps), seed: seed)
  }
}

/// The network of the article: 96,266 parameters.
func articleNetwork(seed: UInt64) throws -> Sequential {
  try Sequential(
    Conv2D(32, kernel: 3, activation: .relu), MaxPool2D(2),
    Conv2D(64, kernel: 3, activation: .relu), Flatten(), Dense(10), seed: seed)
}
