import ArgumentParser
import Datasets
import Networks
import Quantization
import Tensors

/// Times work of the library: one piece as `seconds N`, the median of several runs, or all of it as a
/// table.
///
///     NOTCH_DATA=../shared/data .build/release/library-benchmark epoch --runs 2
///     NOTCH_DATA=../shared/data .build/release/library-benchmark --write Benchmarks/bench
///
/// The same work is done by the scripts of `Benchmarks/peers`, where `compare.py` runs both in turn.
@main struct LibraryBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "library-benchmark")

  @Argument(help: "What to time; all of it where nothing is named.") var work: Work?
  @Option(help: "How often.") var runs = 5
  @Option(help: "Images of one step of an epoch.") var batchSize = 128
  @Option(help: "Channels of the first convolution; the second has twice as many.") var width = 32
  @Option(help: "Training images of an epoch.") var images = 60_000
  @Option(help: "Where the table of all work goes: this name with .md and with .json.")
  var write: String?

  func validate() throws {
    guard runs > 0, batchSize > 0, width > 0, (1...60_000).contains(images) else {
      throw ValidationError("runs, sizes and images are numbers from 1, images at most 60000")
    }
    guard write == nil || work == nil else { throw ValidationError("--write is for all work") }
  }

  func run() throws {
    if let work {
      print("seconds", Times(work, try seconds(of: work)).median)
    } else {
      print(TimesTable.head)
      let times = try Work.allCases.map { work in
        let times = Times(work, try seconds(of: work))
        print(TimesTable.row(times))
        return times
      }
      if let write { try TimesTable(times: times).write(to: write) }
    }
  }

  /// The seconds of each run, after one to warm up.
  private func seconds(of work: Work) throws -> [Double] {
    switch work {
    case .epoch: return try secondsOfEpochs(network())
    case .epochFakeQuantized:
      return try secondsOfEpochs(prepare(network(), calibration: MNIST.load().train.take(512)))
    case .floor:
      let step = try ConvolutionFloor(width: width).secondsOfStep(batchSize)
      return [step * Double((images + batchSize - 1) / batchSize)]
    case .floatImages:
      let net = try network()
      let batches = try testBatches()
      return try time { for batch in batches { _ = try net(batch) } }
    case .integerImages:
      let net = try integerNetwork()
      let batches = try testBatches()
      return try time { for batch in batches { _ = try net(batch) } }
    case .integerImage:
      let net = try integerNetwork()
      let image = try MNIST.load().test.samples(at: 0..<1)
      return try time(times: 2000) { _ = try net(image) }
    case .product:
      let (a, b) = (try randn(1024, 1024, seed: 1), try randn(1024, 1024, seed: 2))
      return try time(times: 10) { _ = try a.matmul(b) }
    case .add:
      let (a, b) = (try randn(4, 4, seed: 1), try randn(4, 4, seed: 2))
      return try time(times: 200_000) { _ = try a + b }
    case .chain:
      let x = try randn(10_000_000, seed: 1)
      return try time { _ = try (exp(-(x * x)) * 0.5 + x).sum() }
    case .call: return [try CallCost.seconds(runs: runs)]
    }
  }

  private func secondsOfEpochs(_ start: Sequential) throws -> [Double] {
    let data = try MNIST.load().train.take(images)
    let optimizer = try Adam(0.001)
    func epoch(_ net: inout Sequential, _ data: Dataset, seed: UInt64 = 0) throws {
      _ = try fit(
        &net, data, epochs: 1, batchSize: batchSize, optimizer: optimizer, seed: seed)
    }
    // A few steps first, in which the engine makes its kernels.
    var warm = start
    try epoch(&warm, data.take(1024))
    var net = start
    return try (0..<runs).map { number in
      try duration { try epoch(&net, data, seed: UInt64(number)) }
    }
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
  private func time(times: Int = 1, _ body: () throws -> Void) throws -> [Double] {
    try body()
    return try (0..<runs).map { _ in
      try duration { for _ in 0..<times { try body() } } / Double(times)
    }
  }
}

/// The seconds that a body takes.
func duration(_ body: () throws -> Void) rethrows -> Double {
  try ContinuousClock().measure(body) / .seconds(1)
}
