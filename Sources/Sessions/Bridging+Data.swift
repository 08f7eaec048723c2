public import Datasets
import Figures
import Language
import Networks
import Tensors

extension Dataset: BridgedPayload {
  static var payloadName: String { "Dataset" }
  static let properties: [Property<Dataset>] = [
    Property("samples", "all samples, [count, ...]") { try $0.samples() },
    Property(
      "images", "all samples of a dataset of images, in [0, 1], [count, channels, height, width]"
    ) {
      try $0.images()
    },
    Property("labels", "the class of each sample, int32") { try $0.labelTensor() },
    Property("count", "number of samples") { $0.count },
    Property("shape", "sizes of one sample") { $0.sampleShape },
    Property("classCount", "number of classes") { $0.classCount },
    Property("classCounts", "number of samples of each class") { $0.classCounts },
    Property("classNames", "what the classes are called; numbers where they have no names") {
      $0.classNames ?? (0..<$0.classCount).map(String.init)
    },
    Property("vocabulary", "the word of each number in a sample, where they stand for words") {
      $0.vocabulary ?? []
    },
    Property("texts", "each sample as words, where its numbers stand for words") {
      try $0.texts()
    },
    Property("name", "what it is called") { $0.name },
  ]

  func shown() throws -> (text: String, reals: [Range<Int>]) { (description, []) }

  /// How many samples each class has, as bars of one character.
  var aside: String? {
    let counts = classCounts
    guard counts.count > 1, counts.count <= 100, !isEmpty else { return nil }
    return
      "\(Sparkline.text(counts: counts))  \(pixels == nil ? "samples" : "images") of the classes 0 to \(counts.count - 1)"
  }

  /// What one sample is called in a tuple.
  var sampleName: String { pixels == nil ? "sample" : "image" }

  /// A sample with its label: `(image, label)`, or `(sample, label)` where it is no image.
  func sample(at position: Int, in session: Session) throws -> Value {
    let sample = try samples(at: position..<position + 1).reshape(sampleShape)
    return .tuple(
      TupleBox(
        [try sample.bridged(in: session), .int(try label(at: position))],
        labels: [sampleName, "label"]))
  }

  func element(at indices: [Argument], in session: Session) throws -> Value {
    guard indices.count == 1 else { throw Fault("a dataset is indexed by one position or range") }
    switch try TensorIndex(indices[0]) {
    case .at(let given):
      let position = given < 0 ? given &+ count : given
      guard position >= 0, position < count else {
        throw TensorError.indexOutOfRange(given, axis: 0, size: count)
      }
      return try sample(at: position, in: session)
    case .range(let lower, let upper, let step):
      func bound(_ value: Int?, _ other: Int) -> Int {
        value.map { $0 < 0 ? $0 &+ count : $0 } ?? other
      }
      let (low, high) = (bound(lower, 0), bound(upper, count))
      guard low >= 0, low <= high, high <= count else {
        throw TensorError.badSlice(lower: lower ?? 0, upper: upper ?? count, size: count)
      }
      return try subset(stride(from: low, to: high, by: step)).bridged(in: session)
    }
  }
}

/// The batches of a dataset, each a tuple of samples and labels, made when they are asked for.
struct BatchList: BridgedPayload {
  let data: Dataset
  let batches: Batches

  static var payloadName: String { "Batches" }
  static let properties: [Property<BatchList>] = [
    Property("count", "number of batches") { $0.batches.count }
  ]

  func shown() throws -> (text: String, reals: [Range<Int>]) {
    let word = batches.count == 1 ? "batch" : "batches"
    return ("\(grouped(batches.count)) \(word) of \(batches.size) from \(data.name)", [])
  }

  func iterator(in session: Session) -> () throws -> Value? {
    var index = 0
    return {
      guard index < batches.count else { return nil }
      defer { index += 1 }
      let positions = batches[index]
      return .tuple(
        TupleBox(
          [
            try data.samples(at: positions).bridged(in: session),
            try data.labels(at: positions).bridged(in: session),
          ], labels: [data.sampleName + "s", "labels"]))
    }
  }
}
