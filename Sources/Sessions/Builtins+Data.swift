import Datasets
import Language
import Tensors

extension Library {
  static let data: [Builtin] = [
    Builtin(
      "mnist", "The MNIST digits: 60,000 for training and 10,000 for testing.",
      gives: ["train", "test"],
      examples: [
        Example(
          "let (train, test) = mnist()\ntrain", "mnist train: 60000 images of 28 x 28, 10 classes",
          files: MNIST.fileNames.map { "$NOTCH_DATA/\($0)" })
      ]
    ) { (session: Session) -> (Dataset, Dataset) in
      try session.withProgress { progress in
        try MNIST.load(
          progress: { fraction, bytes in
            progress(
              Progress(
                title: "downloading MNIST", fraction: fraction, detail: "", done: bytes,
                unit: "bytes"))
          }, isCancelled: { Stop.isRequested })
      }
    },
    Builtin(
      "digits", "Drawn digits, 28 x 28, for a machine without MNIST: a seed gives always the same.",
      Parameter("_ count", "how many", .notNegative), Parameter("seed", "which ones", default: 0),
      examples: [Example("digits(100, seed: 1).count", "100")]
    ) { (_: Session, count: Int, seed: Int) -> Dataset in
      try Digits.make(
        count: count, seed: UInt64(bitPattern: Int64(seed)),
        isCancelled: { Stop.isRequested })
    },
    Builtin(
      "take", "The first samples of a dataset.", Parameter("_ data", "a dataset"),
      Parameter("_ count", "how many", .notNegative),
      examples: [Example("digits(100).take(10).count", "10")]
    ) { (_: Session, data: Dataset, count: Int) -> Dataset in try data.take(count) },
    Builtin(
      "drop", "A dataset without its first samples.", Parameter("_ data", "a dataset"),
      Parameter("_ count", "how many are left out", .notNegative),
      examples: [Example("digits(100).drop(10).count", "90")]
    ) { (_: Session, data: Dataset, count: Int) -> Dataset in try data.drop(count) },
    Builtin(
      "shuffled", "The samples in random order.", Parameter("_ data", "a dataset"),
      Parameter("seed", "which order", default: Int?.none),
      examples: [Example("digits(100).shuffled(seed: 1).count", "100")]
    ) { (session: Session, data: Dataset, seed: Int?) -> Dataset in
      data.shuffled(seed: seed.map { UInt64(bitPattern: Int64($0)) } ?? session.drawSeed())
    },
    Builtin(
      "batches", "A dataset cut into batches of (images, labels) or (samples, labels).",
      Parameter("_ data", "a dataset"), Parameter("_ size", "samples in a batch", .positive),
      Parameter("shuffle", "in random order", default: false),
      examples: [Example("digits(100).batches(32).count", "4")]
    ) { (session: Session, data: Dataset, size: Int, shuffle: Bool) -> BatchList in
      BatchList(
        data: data,
        batches: try Batches(
          count: data.count, size: size, shuffle: shuffle ? session.drawSeed() : nil))
    },
    Builtin(
      "filter", "The samples of one class.", Parameter("_ data", "a dataset"),
      Parameter("label", "the class", .notNegative),
      examples: [Example("digits(100).filter(label: 3).count > 0", "true")]
    ) { (_: Session, data: Dataset, label: Int) -> Dataset in try data.filter(label: label) },
  ]
}

extension Session {
  /// Runs work that reports how far it is.
  func withProgress<R>(_ body: (@escaping (Progress) -> Void) throws -> R) rethrows -> R {
    defer { onProgress?(nil) }
    return try body { self.onProgress?($0) }
  }
}
