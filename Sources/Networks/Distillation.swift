public import Datasets
public import Tensors

/// The loss of a batch in `fit`: from logits, labels, and the samples' positions in the dataset, to
/// one number.
///
/// The positions lead to what belongs to each sample, such as a teacher's logits. It is called on
/// parts of a batch, on several threads.
public struct BatchLoss: Sendable {
  private let loss: @Sendable (Tensor, Tensor, ArraySlice<Int>) throws -> Tensor

  /// A loss from logits `[N, classes]`, labels `[N]` and the positions of the samples.
  public init(
    _ loss:
      @escaping @Sendable (_ logits: Tensor, _ labels: Tensor, _ positions: ArraySlice<Int>) throws
      -> Tensor
  ) {
    self.loss = loss
  }

  /// The loss of a part of a batch.
  public func callAsFunction(
    _ logits: Tensor, _ labels: Tensor, _ positions: ArraySlice<Int>
  ) throws -> Tensor {
    try loss(logits, labels, positions)
  }
}

/// Cross-entropy against the labels, and the divergence from a teacher's answers.
///
///     (1 - alpha) CE + alpha T^2 KL(softmax(teacher / T) || softmax(logits / T))
///
/// Both are means over the batch. A temperature T above 1 makes the teacher's answers softer, so that
/// it also tells which wrong classes are near; T^2 keeps the size of the gradient. Source: Hinton,
/// Vinyals, Dean, arXiv 1503.02531.
///
/// Shapes: logits and teacher `[N, classes]`, labels `[N]`. Errors: an alpha that is not in 0 ... 1,
/// a temperature that is not above 0, other shapes.
public func distillationLoss(
  _ logits: Tensor, _ labels: Tensor, teacher: Tensor, temperature: Double = 4,
  alpha: Double = 0.5
) throws -> Tensor {
  try checkDistillation(temperature, alpha)
  guard logits.shape == teacher.shape else {
    throw TensorError.badArgument(
      "the teacher's logits \(teacher.shape) do not fit the student's \(logits.shape)")
  }
  let hard = try crossEntropy(logits, labels)
  guard alpha > 0 else { return hard }
  let target = try logSoftmax(teacher.detached() / temperature)
  let chances = try exp(target)
  let own = try logSoftmax(logits / temperature)
  let factor = temperature * temperature / Double(logits.shape[0])
  let soft = try (chances * (target - own)).sum() * factor
  return try hard * (1 - alpha) + soft * alpha
}

/// The loss for `fit` that lets a network learn from a teacher's answers on a dataset.
///
///     try fit(&small, train, optimizer: Adam(), loss: distillation(from: net, on: train))
///
/// The teacher's logits are computed once, here. See `distillationLoss`.
public func distillation(
  from teacher: some Classifier, on data: Dataset, temperature: Double = 4, alpha: Double = 0.5
) throws -> BatchLoss {
  try checkDistillation(temperature, alpha)
  guard data.count > 0 else { throw NetworkError.emptyData(data.name) }
  let teacher = try teacher.ready(for: Shape(data.sampleShape))
  let answers = try Batching.map(data.count, inOrder: teacher.runsInOrder) { range in
    try teacher.logits(data.samples(at: range)).detached().plain()
  }
  guard answers.rank == 2 else {
    throw NetworkError.classCount(outputs: answers.sampleShape, classes: data.classCount)
  }
  return BatchLoss { logits, labels, positions in
    try distillationLoss(
      logits, labels, teacher: answers.gathering(positions), temperature: temperature,
      alpha: alpha)
  }
}

private func checkDistillation(_ temperature: Double, _ alpha: Double) throws {
  guard temperature > 0, temperature.isFinite else {
    throw NetworkError.badRate("a temperature is a number above 0", temperature)
  }
  guard alpha >= 0, alpha <= 1 else {
    throw NetworkError.badRate("the share of the teacher is from 0 to 1", alpha)
  }
}

extension Tensor {
  /// The rows of a float32 matrix at some positions, which exist.
  fileprivate func gathering(_ positions: ArraySlice<Int>) throws -> Tensor {
    let width = shape[1]
    return try withElements(Float.self) { source in
      try Tensor(shape: Shape([positions.count, width]), writing: Float.self) { target in
        for (row, position) in positions.enumerated() {
          for i in 0..<width { target[row * width + i] = source[position * width + i] }
        }
      }
    }
  }
}
