import ArgumentParser
import Datasets
import Networks
import Quantization
import Tensors

/// Times one piece of work of the library and prints `seconds N`, the median of several runs.
///
///     NOTCH_DATA=../shared/data .build/release/library-benchmark epoch --runs 2
///
/// The same work is done by the scripts of `Benchmarks/peers`, where `compare.py` runs both in turn.
@main struct LibraryBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "library-benchmark")

  enum Work: String, CaseIterable, ExpressibleByArgument {
    case epoch
    case epochFakeQuantized = "epoch-fake-quantized"
    case floor
    case floatImages = "float-images"
    case integerImages = "integer-images"
    case integerImage = "integer-image"
    case product, add, chain, call
  }

  @Argument(help: "What to time.") var work: Work
  @Option(help: "How often.") var runs = 5
  @Option(help: "Images of one step of an epoch.") var batchSize = 128
  @Option(help: "Channels of the first convolution; the second has twice as many.") var width = 32
  @Option(help: "Training images of an epoch.") var images = 60_000

  func run() throws {
    switch work {
    case .epoch, .epochFakeQuantized: try timeEpochs()
    case .floor:
      let step = try ConvolutionFloor(width: width).secondsOfStep(batchSize)
      report([step * Double((images + batchSize - 1) / batchSize)])
    case .floatImages:
      let net = try network()
      let batches = try testBatches()
      try time { for batch in batches { _ = try net(batch) } }
    case .integerImages:
      let net = try integerNetwork()
      let batches = try testBatches()
      try time { for batch in batches { _ = try net(batch) } }
    case .integerImage:
      let net = try integerNetwork()
      let image = try MNIST.load().test.samples(at: 0..<1)
      try time(times: 2000) { _ = try net(image) }
    case .product:
      let (a, b) = (try randn(1024, 1024, seed: 1), try randn(1024, 1024, seed: 2))
      try time(times: 10) { _ = try a.matmul(b) }
    case .add:
      let (a, b) = (try randn(4, 4, seed: 1), try randn(4, 4, seed: 2))
      try time(times: 200_000) { _ = try a + b }
    case .chain:
      let x = try randn(10_000_000, seed: 1)
      try time { _ = try (exp(-(x * x)) * 0.5 + x).sum() }
    case .call: report([try CallCost.seconds(runs: runs)])
    }
  }

  private func timeEpochs() throws {
    let (train, test) = try MNIST.load()
    let data = try train.take(images)
    var net = try network()
    if work == .epochFakeQuantized { net = try prepare(net, calibration: train.take(512)) }
    let optimizer = try Adam(0.001)
    // A few steps first, in which the engine makes its kernels.
    var warm = net
    _ = try fit(&warm, data.take(1024), epochs: 1, batchSize: batchSize, optimizer: optimizer)
    var seconds: [Double] = []
    for epoch in 0..<runs {
      seconds.append(
        try duration {
          _ = try fit(
            &net, data, epochs: 1, batchSize: batchSize, optimizer: optimizer, seed: UInt64(epoch))
        })
    }
    report(seconds)
    print("accuracy", try accuracy(net, test))
  }

  /// The article's network, not trained: its times do not depend on its numbers.
  private func network() throws -> Sequential {
    try Sequential(
      Conv2D(width, kernel: 3, activation: .relu), MaxPool2D(2),
      Conv2D(2 * width, kernel: 3, activation: .relu), Flatten(), Dense(10), seed: 1
    ).built(for: Shape([1, 28, 28]))
  }

  private func integerNetwork() throws -> IntegerNetwork {
    try quantize(network(), bits: 8, calibration: MNIST.load().train.take(512))
  }

  /// The test images as float32 `[1000, 1, 28, 28]`.
  private func testBatches() throws -> [Tensor] {
    let test = try MNIST.load().test
    return try stride(from: 0, to: test.count, by: 1000).map { first in
      try test.samples(at: first..<min(first + 1000, test.count)).plain()
    }
  }

  /// Times a body that is done `times` times in each run, after a run to warm up.
  private func time(times: Int = 1, _ body: () throws -> Void) throws {
    try body()
    report(
      try (0..<runs).map { _ in
        try duration { for _ in 0..<times { try body() } } / Double(times)
      })
  }

  private func report(_ seconds: [Double]) {
    print("seconds", seconds.sorted()[seconds.count / 2])
  }
}

/// The seconds that a body takes.
func duration(_ body: () throws -> Void) rethrows -> Double {
  try ContinuousClock().measure(body) / .seconds(1)
}
