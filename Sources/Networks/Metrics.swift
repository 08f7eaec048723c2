public import Datasets
public import Tensors

/// How often each class was taken for each: rows are the true classes, columns the guesses.
///
///     let matrix = try confusionMatrix(net, test)
///     matrix.f1          // mean over the classes
public struct ConfusionMatrix: Sendable, Equatable, CustomStringConvertible {
  /// `counts[label][guess]`.
  public let counts: [[Int]]

  /// Counts pairs of guesses and labels, both from 0 to `classes` - 1.
  public init(guesses: [Int], labels: [Int], classes: Int) throws {
    guard classes > 0, classes <= 4096 else {
      throw NetworkError.badRate("a confusion matrix has 1 to 4096 classes", Double(classes))
    }
    guard guesses.count == labels.count else {
      throw TensorError.labelCount(labels.count, expected: guesses.count)
    }
    var counts = [[Int]](repeating: [Int](repeating: 0, count: classes), count: classes)
    for (guess, label) in zip(guesses, labels) {
      for number in [guess, label] where number < 0 || number >= classes {
        throw TensorError.labelOutOfRange(number, classes: classes)
      }
      counts[label][guess] += 1
    }
    self.counts = counts
  }

  /// Number of classes.
  public var classCount: Int { counts.count }
  /// Number of samples.
  public var count: Int { counts.reduce(0) { $0 + $1.reduce(0, +) } }

  /// Share of samples on the diagonal.
  public var accuracy: Double {
    share(counts.indices.reduce(0) { $0 + counts[$1][$1] }, of: count)
  }

  /// For each class, the share of its guesses that are right; 0 where it was never guessed.
  public var precisions: [Double] {
    counts.indices.map { own in share(counts[own][own], of: guesses(own)) }
  }

  /// For each class, the share of its samples that were found; 0 where it has none.
  public var recalls: [Double] {
    counts.indices.map { own in share(counts[own][own], of: counts[own].reduce(0, +)) }
  }

  /// For each class, the harmonic mean of precision and recall: 2 hits / (guesses + samples).
  public var f1Scores: [Double] {
    counts.indices.map { own in
      share(2 * counts[own][own], of: guesses(own) + counts[own].reduce(0, +))
    }
  }

  /// The mean of the F1 scores of the classes that occur among labels or guesses.
  public var f1: Double {
    let present = counts.indices.filter { guesses($0) + counts[$0].reduce(0, +) > 0 }
    let scores = f1Scores
    return present.isEmpty ? 0 : present.reduce(0) { $0 + scores[$1] } / Double(present.count)
  }

  private func guesses(_ own: Int) -> Int { counts.reduce(0) { $0 + $1[own] } }

  private func share(_ part: Int, of whole: Int) -> Double {
    whole == 0 ? 0 : Double(part) / Double(whole)
  }

  /// A table with a row for each true class.
  public var description: String {
    let head = ["label"] + counts.indices.map { "as \($0)" }
    let rows = counts.enumerated().map { label, row in ["\(label)"] + row.map(String.init) }
    let cells = [head] + rows
    let widths = head.indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
    return cells.map { row in
      zip(row, widths).map { cell, width in
        String(repeating: " ", count: width - cell.count) + cell
      }.joined(separator: "  ")
    }.joined(separator: "\n")
  }
}

/// The confusion matrix of the largest logits `[N, classes]` against labels `[N]`.
public func confusionMatrix(_ logits: Tensor, _ labels: Tensor) throws -> ConfusionMatrix {
  guard logits.rank == 2 else { throw TensorError.needsRank("logits", 2, logits.shape) }
  let guesses: [Int32] = try logits.argmax(axis: 1).elements()
  return try ConfusionMatrix(
    guesses: guesses.map(Int.init), labels: labelNumbers(labels).map(Int.init),
    classes: logits.shape[1])
}

/// The confusion matrix of a classifier on a dataset.
public func confusionMatrix(
  _ network: some Classifier, _ data: Dataset
) throws -> ConfusionMatrix {
  try confusionMatrix(answers(network, data), data.labelTensor())
}

/// The share of rows whose label is among the k largest logits; equal logits go to the first.
///
/// Shapes: logits `[N, classes]`, labels `[N]`.
public func topKAccuracy(_ logits: Tensor, _ labels: Tensor, k: Int) throws -> Double {
  guard logits.rank == 2 else { throw TensorError.needsRank("logits", 2, logits.shape) }
  let (rows, classes) = (logits.shape[0], logits.shape[1])
  let truth = try labelNumbers(labels)
  guard truth.count == rows else {
    throw TensorError.labelCount(truth.count, expected: rows)
  }
  guard rows > 0 else { throw TensorError.emptyReduction("accuracy", logits.shape) }
  for label in truth where label < 0 || label >= classes {
    throw TensorError.labelOutOfRange(Int(label), classes: classes)
  }
  guard k > 0 else { throw NetworkError.badSize("k", k, minimum: 1) }
  let best: [Int32] = try logits.topK(k, axis: 1).positions.elements()
  let hits = truth.indices.filter { best[$0 * k..<($0 + 1) * k].contains(truth[$0]) }
  return Double(hits.count) / Double(rows)
}

/// The share of samples whose class is among the k largest logits.
public func topKAccuracy(_ network: some Classifier, _ data: Dataset, k: Int) throws -> Double {
  try topKAccuracy(answers(network, data), data.labelTensor(), k: k)
}

/// The logits of all samples: `[N, classes]`.
private func answers(_ network: some Classifier, _ data: Dataset) throws -> Tensor {
  guard data.count > 0 else { throw NetworkError.emptyData(data.name) }
  let network = try network.ready(for: Shape(data.sampleShape))
  let result = try Batching.map(data.count, inOrder: network.runsInOrder) { range in
    try network.logits(data.samples(at: range)).detached().plain()
  }
  guard result.rank == 2, result.shape[1] >= data.classCount else {
    throw NetworkError.classCount(outputs: result.sampleShape, classes: data.classCount)
  }
  return result
}

/// Labels as whole numbers.
private func labelNumbers(_ labels: Tensor) throws -> [Int32] {
  guard labels.rank == 1 else { throw TensorError.needsRank("labels", 1, labels.shape) }
  if labels.dtype.isFloat {
    for label in try labels.reals() where label.rounded() != label {
      throw TensorError.badArgument("a label is a whole number, not \(TensorFormat.number(label))")
    }
  }
  return try labels.elements(as: Int32.self)
}
