public import Datasets
public import Tensors

/// The loss and accuracy of a network on a dataset.
public struct Evaluation: Sendable, Equatable {
  /// Mean cross-entropy.
  public let loss: Double
  /// Share of samples whose largest logit is their class.
  public let accuracy: Double
  public let count: Int

  public init(loss: Double, accuracy: Double, count: Int) {
    self.loss = loss
    self.accuracy = accuracy
    self.count = count
  }
}

/// Something that maps a batch of inputs to logits: a float network, an integer one.
public protocol Classifier: Sendable {
  /// `[N, ...] -> [N, classes]` for a part of a batch, on the calling thread.
  func logits(_ x: Tensor) throws -> Tensor
  /// Ready to run on samples of a shape: with parameters.
  func ready(for sample: Shape) throws -> Self
  /// Whether batches must pass one after the other, on the thread that uses the network.
  var runsInOrder: Bool { get }
}

extension Classifier {
  public var runsInOrder: Bool { false }
}

extension Sequential: Classifier {
  public func logits(_ x: Tensor) throws -> Tensor {
    var context = Context(.inference)
    return try forward(x, &context)
  }

  public func ready(for sample: Shape) throws -> Sequential { try built(for: sample) }
}

/// Measures the mean loss and the accuracy of a classifier on a dataset.
public func evaluate(_ network: some Classifier, _ data: Dataset) throws -> Evaluation {
  guard data.count > 0 else { throw NetworkError.emptyData(data.name) }
  let network = try network.ready(for: Shape(data.sampleShape))
  let parts = try Batching.collect(
    Batching.ranges(data.count, size: Batching.inferenceSize), inOrder: network.runsInOrder
  ) { range -> (loss: Double, correct: Int) in
    let labels = try data.labels(at: range)
    let logits = try network.logits(data.samples(at: range))
    try checkLogits(logits, data)
    let loss = try crossEntropy(logits, labels).item()
    return (loss * Double(range.count), try countCorrect(logits, labels))
  }
  let loss = parts.reduce(0) { $0 + $1.loss } / Double(data.count)
  let correct = parts.reduce(0) { $0 + $1.correct }
  return Evaluation(
    loss: loss, accuracy: Double(correct) / Double(data.count), count: data.count)
}

/// The share of samples whose largest logit is their class.
public func accuracy(_ network: some Classifier, _ data: Dataset) throws -> Double {
  try evaluate(network, data).accuracy
}

/// The class with the largest logit for each sample: int32 `[N]`.
package func countCorrect(_ logits: Tensor, _ labels: Tensor) throws -> Int {
  let guesses: [Int32] = try logits.argmax(axis: 1).elements()
  let truth: [Int32] = try labels.elements()
  return zip(guesses, truth).reduce(0) { $0 + ($1.0 == $1.1 ? 1 : 0) }
}

private func checkLogits(_ logits: Tensor, _ data: Dataset) throws {
  guard logits.rank == 2, logits.shape[1] >= data.classCount else {
    throw NetworkError.classCount(outputs: logits.sampleShape, classes: data.classCount)
  }
}

/// Throws unless the network ends in at least as many logits as the data has classes.
func checkClasses(_ network: Sequential, _ data: Dataset) throws {
  let output = try network.outputShape(for: Shape(data.sampleShape))
  guard output.rank == 1, output[0] >= data.classCount else {
    throw NetworkError.classCount(outputs: output, classes: data.classCount)
  }
}
