public import Datasets
import Tensors

/// How far a training is, reported after every step.
public struct TrainingProgress: Sendable {
  /// From 1.
  public let epoch: Int
  public let epochs: Int
  /// Steps done in this epoch, of how many.
  public let step: Int
  public let steps: Int
  /// Samples done in this epoch.
  public let samples: Int
  /// Mean loss of this epoch so far.
  public let loss: Double
  /// The epoch's result, after its last step.
  public let finished: EpochResult?
}

/// What one epoch gave.
public struct EpochResult: Sendable, Equatable {
  /// From 1.
  public let epoch: Int
  /// Mean loss over the training samples, as they were seen.
  public let loss: Double
  /// Share of training samples that were classified right when they were seen.
  public let accuracy: Double
  /// Loss and accuracy on the validation data, if there is any.
  public let validation: Evaluation?
}

/// Trains a network to classify a dataset, minimising the cross-entropy.
///
///     let history = try fit(&net, train, epochs: 3, optimizer: Adam(0.001), validation: test)
///
/// Each epoch goes through the samples in a new random order. A batch is split into parts that are
/// computed side by side, and their gradients are summed in a fixed order: the result is the same
/// to the bit on any number of cores, and equals that of the whole batch but for rounding. A layer
/// that mixes samples (`BatchNorm`) sees the whole batch.
///
/// `loss` takes the place of the cross-entropy: see `distillation(from:on:)`. `schedule` changes the
/// learning rate from step to step, and a gradient that is longer than `clipNorm` is shortened to it.
///
/// With `augment` each epoch sees every sample changed in another way, which is a function of the
/// seed, the epoch and the sample's position alone. A teacher's answers are those to the unchanged.
///
/// `patience` ends the training when so many epochs in turn brought no better loss: that of the
/// validation data, else that of the training. With `keepBest` the network is that of the best epoch
/// in the end; a loss that becomes infinite after a good epoch then ends the training, while without
/// it the error leaves the network as it was before. `History.ending` says which it was.
///
/// With `checkpoint` the training is written to a file after each epoch, as a whole or not at all. With
/// `resume` it goes on from that file, if it is there: every number is then, to the bit, what it would
/// be without the stop, whatever seed is given. `epochs` counts those of the file, too.
///
/// `beforeStep` may change the network before a step, given the number of steps done: to freeze its
/// ranges after some. `afterEpoch` sees each result with its network, and decides whether to go on.
@discardableResult
public func fit(
  _ network: inout Sequential, _ data: Dataset, epochs: Int = 1, batchSize: Int = 128,
  optimizer: any Optimizer, validation: Dataset? = nil, seed: UInt64 = 0,
  augment: Augmentation? = nil, loss: BatchLoss? = nil, schedule: Schedule? = nil,
  clipNorm: Double? = nil, patience: Int? = nil, keepBest: Bool = false,
  checkpoint: String? = nil, resume: Bool = false,
  progress: (TrainingProgress) throws -> Void = { _ in },
  beforeStep: (Int, inout Sequential) throws -> Void = { _, _ in },
  afterEpoch: (EpochResult, Sequential) throws -> EpochDecision = { _, _ in .goOn }
) throws -> History {
  guard epochs >= 0 else { throw NetworkError.badSize("the number of epochs", epochs, minimum: 0) }
  guard batchSize > 0 else { throw NetworkError.badSize("a batch", batchSize, minimum: 1) }
  guard data.count > 0 else { throw NetworkError.emptyData(data.name) }
  if let patience, patience < 1 { throw NetworkError.badSize("a patience", patience, minimum: 1) }
  if let clipNorm, !(clipNorm > 0 && clipNorm.isFinite) {
    throw NetworkError.badRate("the greatest norm of a gradient is a number above 0", clipNorm)
  }
  try augment?.check(data)
  var trainer = try Trainer(network, data, optimizer, loss, augment)
  trainer.clipNorm = clipNorm
  if let validation {
    guard validation.count > 0 else { throw NetworkError.emptyData(validation.name) }
    try checkClasses(trainer.network, validation)
  }
  // More steps than can be counted are as good as the most that can.
  let (steps, overflow) = epochs.multipliedReportingOverflow(
    by: Batching.ranges(data.count, size: batchSize).count)
  let total = overflow ? Int.max : steps
  var results: [EpochResult] = []
  var best = BestEpoch()
  var settings = Checkpoint.Settings(batchSize: batchSize, sampleCount: data.count, seed: seed)
  if resume, let checkpoint, Files.exists(checkpoint) {
    let saved = try Checkpoint(
      reading: checkpoint, network: trainer.network, optimizer: optimizer, settings: settings)
    trainer.resume(saved)
    (results, best, settings) = (saved.results, saved.best, saved.settings)
  }
  let resumed = results.count
  var ending = History.Ending.finished
  if let patience, resumed > 0, resumed < epochs, resumed - best.epoch >= patience {
    // So it ended before; there is nothing to go on with.
    ending = .noBetter
  }
  training: for epoch in (resumed + 1)...max(epochs, resumed + 1)
  where epoch <= epochs && ending == .finished {
    var order = RandomStream(seed: settings.seed, stream: UInt64(epoch))
    trainer.startEpoch(epoch, seed: settings.seed)
    let positions = order.permutation(data.count)
    let batches = Batching.ranges(data.count, size: batchSize)
    for (step, range) in batches.enumerated() {
      try Stop.check()
      try beforeStep((epoch - 1) * batches.count + step, &trainer.network)
      if let schedule {
        let done = (epoch - 1) * batches.count + step
        trainer.scale(by: schedule.factor(at: done, of: total))
      }
      try trainer.step(positions[range], seed: order.next())
      if let what = try trainer.firstInfinite() {
        guard best.network != nil else {
          throw NetworkError.diverged(what: what, epoch: epoch, step: step + 1)
        }
        ending = .diverged(what: what, epoch: epoch, step: step + 1)
        break training
      }
      if step + 1 < batches.count {
        try progress(
          TrainingProgress(
            epoch: epoch, epochs: epochs, step: step + 1, steps: batches.count,
            samples: range.upperBound, loss: trainer.loss, finished: nil))
      }
    }
    let result = EpochResult(
      epoch: epoch, loss: trainer.loss, accuracy: trainer.accuracy,
      validation: try validation.map { try evaluate(trainer.network, $0) })
    results.append(result)
    best.note(result, keepBest ? trainer.network : nil)
    try progress(
      TrainingProgress(
        epoch: epoch, epochs: epochs, step: batches.count, steps: batches.count,
        samples: data.count, loss: result.loss, finished: result))
    if let checkpoint {
      try Checkpoint(
        network: trainer.network, optimizer: trainer.optimizer, results: results, best: best,
        settings
      ).write(to: checkpoint)
    }
    if try afterEpoch(result, trainer.network) == .stop {
      ending = .stopped
      break
    }
    if let patience, epoch - best.epoch >= patience, epoch < epochs {
      ending = .noBetter
      break
    }
  }
  network = best.network ?? trainer.network
  return History(
    epochs: results, ending: ending, keptEpoch: best.network == nil ? nil : best.epoch,
    resumedEpochs: resumed)
}

/// A network in training, with its optimizer and the running sums of the epoch.
private struct Trainer {
  var network: Sequential
  private(set) var optimizer: any Optimizer
  private var source: Source
  private let batchLoss: BatchLoss?
  /// The learning rate that a schedule is a share of.
  private let fullRate: Double
  /// The greatest norm of a gradient.
  var clipNorm: Double?
  private var samples = 0
  private var correct = 0
  private var lossSum = 0.0

  init(
    _ network: Sequential, _ data: Dataset, _ optimizer: any Optimizer, _ loss: BatchLoss?,
    _ augmentation: Augmentation?
  ) throws {
    let shape = try Shape(data.sampleShape)
    self.network = try network.built(for: shape)
    self.optimizer = optimizer
    source = Source(data: data, augmentation: augmentation)
    batchLoss = loss
    fullRate = optimizer.learningRate
    try checkClasses(self.network, data)
  }

  var loss: Double { lossSum / Double(max(samples, 1)) }
  var accuracy: Double { Double(correct) / Double(max(samples, 1)) }

  /// The loss or the first parameter with a number that is infinite or none; nil if there is none.
  ///
  /// The loss alone does not tell: a ReLU makes 0 of what is no number.
  func firstInfinite() throws -> String? {
    guard loss.isFinite else { return "the loss" }
    return try network.parameters.first { try !$0.tensor.isFinite() }?.name
  }

  mutating func scale(by factor: Double) { optimizer.learningRate = fullRate * factor }

  mutating func resume(_ checkpoint: Checkpoint) {
    (network, optimizer) = (checkpoint.network, checkpoint.optimizer)
  }

  mutating func startEpoch(_ epoch: Int, seed: UInt64) {
    (samples, correct, lossSum) = (0, 0, 0)
    // Another stream than that of any order: epochs are not negative.
    var stream = RandomStream(seed: seed, stream: ~UInt64(epoch))
    source.seed = stream.next()
  }

  /// Where samples come from, and how they are changed in this epoch.
  private struct Source: Sendable {
    let data: Dataset
    let augmentation: Augmentation?
    var seed: UInt64 = 0

    /// What the network sees of the samples at some positions.
    func inputs(_ positions: ArraySlice<Int>) throws -> Tensor {
      let samples = try data.samples(at: positions)
      return try augmentation?.applied(
        to: samples, at: positions, seed: seed, limits: data.pixels != nil) ?? samples
    }
  }

  /// What one part of a batch gave: its share of the gradient, loss and reports.
  private struct Part: Sendable {
    let gradients: [Tensor?]
    let lossSum: Double
    let correct: Int
    let statistics: [Int: Statistic]
  }

  mutating func step(_ positions: ArraySlice<Int>, seed: UInt64) throws {
    if network.needsObservation { try observe(positions) }
    let total = positions.count
    let parts = try parts(of: positions, seed: seed)
    var gradients = try Self.sum(
      parts.map(\.gradients), like: network.parameters.map(\.tensor))
    for (index, parameter) in network.parameters.enumerated() where parameter.decay > 0 {
      gradients[index] = try gradients[index] + parameter.tensor * (2 * parameter.decay)
    }
    for part in parts {
      lossSum += part.lossSum
      correct += part.correct
    }
    samples += total
    let names = network.parameters.map(\.name)
    var gradient = Gradient(tensors: gradients, names: names, inputShape: network.inputShape)
    if let clipNorm { gradient = try gradient.clipped(to: clipNorm) }
    try optimizer.update(&self.network, along: gradient)
    let reports = parts.map(\.statistics)
    if reports.contains(where: { !$0.isEmpty }) {
      self.network = try self.network.absorbing(reports)
    }
  }

  /// Computes a batch in parts side by side, or as a whole.
  private func parts(of positions: ArraySlice<Int>, seed: UInt64) throws -> [Part] {
    let (network, source, loss) = (network, source, batchLoss)
    guard network.treatsSamplesAlone else {
      let before = Engine.threads
      Engine.setThreads(Batching.wholeThreads)
      defer { Engine.setThreads(before) }
      return [try Self.gradients(network, source, positions, loss, share: 1, seed: seed)]
    }
    let ranges = Batching.ranges(positions.count, size: Batching.trainingSize)
    return try Batching.collect(ranges) { range in
      let own = positions[
        positions.startIndex + range.lowerBound..<positions.startIndex + range.upperBound]
      return try Self.gradients(
        network, source, own, loss, share: Double(own.count) / Double(positions.count),
        seed: seed &+ UInt64(range.lowerBound))
    }
  }

  /// One forward pass that only lets observers see the data.
  private mutating func observe(_ positions: ArraySlice<Int>) throws {
    var context = Context(.observing)
    _ = try network.forward(source.data.samples(at: positions), &context)
    network = try network.absorbing([context.statistics])
  }

  private static func gradients(
    _ network: Sequential, _ source: Source, _ positions: ArraySlice<Int>, _ batchLoss: BatchLoss?,
    share: Double, seed: UInt64
  ) throws -> Part {
    let tape = Tape()
    defer { tape.close() }
    let watched = network.withParameters(network.parameters.map { tape.watch($0.tensor) })
    var context = Context(.training, seed: seed)
    let labels = try source.data.labels(at: positions)
    let logits = try watched.forward(source.inputs(positions), &context)
    let loss = try batchLoss?(logits, labels, positions) ?? crossEntropy(logits, labels)
    guard loss.count == 1 else {
      throw TensorError.badArgument("a loss is one number, not a tensor of shape \(loss.shape)")
    }
    let gradients = try tape.gradients(
      of: loss, seed: Tensor(scalar: share), withRespectTo: watched.parameters.map(\.tensor))
    return Part(
      gradients: gradients, lossSum: try loss.item() * Double(positions.count),
      correct: try countCorrect(logits, labels), statistics: context.statistics)
  }

  private static func sum(_ parts: [[Tensor?]], like parameters: [Tensor]) throws -> [Tensor] {
    try parameters.indices.map { index in
      try Tensor.sum(parts.compactMap { $0[index] })
        ?? Tensor(repeating: 0, shape: parameters[index].shape)
    }
  }
}
