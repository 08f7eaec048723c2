import Datasets
import Tensors

/// A training after an epoch: all that it needs to go on as if it had never stopped.
///
/// The file holds the network's state under the names that `save` gives it, so that it can be loaded
/// as a network, the optimizer's moments and the best network so far; numbers that are no tensors
/// stand in its texts, with all their digits.
struct Checkpoint {
  /// What the names of a training's own tensors begin with.
  static let prefix = "training."

  /// What must be the same for a training to go on.
  struct Settings {
    var batchSize: Int
    var sampleCount: Int
    var seed: UInt64
  }

  var network: Sequential
  var optimizer: any Optimizer
  var results: [EpochResult]
  var best: BestEpoch
  var settings: Settings

  /// Writes the file as a whole.
  func write(to path: String) throws {
    var entries = try network.stored().entries
    for (name, tensors) in optimizer.memory.moments.sorted(by: { $0.key < $1.key }) {
      for (index, tensor) in tensors.enumerated() {
        entries.append(.init("\(Self.prefix)optimizer.\(index).\(name)", try tensor.plain()))
      }
    }
    if let kept = best.network {
      entries += try kept.stored().entries.map {
        .init("\(Self.prefix)best.\($0.name)", $0.tensor)
      }
    }
    func joined(_ numbers: [Double]) -> String {
      numbers.map { "\($0)" }.joined(separator: " ")
    }
    var texts = try network.stored().metadata
    texts[Key.network.text] = network.description
    texts[Key.epoch.text] = "\(results.count)"
    texts[Key.seed.text] = "\(settings.seed)"
    texts[Key.batchSize.text] = "\(settings.batchSize)"
    texts[Key.samples.text] = "\(settings.sampleCount)"
    texts[Key.optimizer.text] = "\(optimizer)"
    texts[Key.steps.text] = "\(optimizer.memory.steps)"
    texts[Key.losses.text] = joined(results.map(\.loss))
    texts[Key.accuracies.text] = joined(results.map(\.accuracy))
    texts[Key.validationLosses.text] = joined(results.compactMap { $0.validation?.loss })
    texts[Key.validationAccuracies.text] = joined(
      results.compactMap { $0.validation?.accuracy })
    texts[Key.validationCounts.text] = joined(
      results.compactMap { $0.validation.map { Double($0.count) } })
    texts[Key.best.text] = joined([Double(best.epoch), best.loss])
    try Safetensors(entries, metadata: texts).write(to: path)
  }

  /// Reads the file of a training of this network with this optimizer.
  ///
  /// Errors: damage, a file without a training, one of another network, optimizer, batch size or
  /// number of samples.
  init(
    reading path: String, network: Sequential, optimizer: any Optimizer, settings: Settings
  ) throws {
    let file = try Safetensors(reading: path)
    let texts = Texts(file: path, texts: file.metadata)
    guard file.metadata[Key.epoch.text] != nil else { throw StateError.noCheckpoint(file: path) }
    try texts.require(.network, "the network", network.description)
    try texts.require(.batchSize, "the batch size", "\(settings.batchSize)")
    try texts.require(.samples, "the number of samples", "\(settings.sampleCount)")
    guard let seed = UInt64(try texts.text(.seed)) else { throw texts.damage(.seed) }
    self.settings = settings
    self.settings.seed = seed
    self.network = try network.restored(from: file)
    self.optimizer = optimizer
    try Self.restore(&self.optimizer, self.network, file, texts)
    results = try Self.results(texts)
    let numbers = try texts.numbers(.best)
    guard numbers.count == 2, let epoch = Int(exactly: numbers[0]), epoch >= 0,
      epoch <= results.count
    else { throw texts.damage(.best) }
    let kept = file.entries.compactMap { entry in
      entry.name.hasPrefix("\(Self.prefix)best.")
        ? Safetensors.Entry(
          String(entry.name.dropFirst("\(Self.prefix)best.".count)), entry.tensor) : nil
    }
    best = BestEpoch(
      epoch: epoch,
      network: kept.isEmpty ? nil : try network.restored(from: Safetensors(kept)),
      loss: numbers[1])
  }

  /// Gives an optimizer the moments of the file, which must be its own kind's and fit the network.
  private static func restore(
    _ optimizer: inout any Optimizer, _ network: Sequential, _ file: Safetensors, _ texts: Texts
  ) throws {
    var memory = optimizer.memory
    let name = "\(prefix)optimizer."
    let stored = Dictionary(
      uniqueKeysWithValues: file.entries.filter { $0.name.hasPrefix(name) }
        .map { (String($0.name.dropFirst(name.count)), $0.tensor) })
    let parameters = network.parameters.map(\.tensor)
    guard stored.count == parameters.count * memory.moments.count else {
      throw StateError.otherTraining(
        file: texts.file, what: "the optimizer", stored: try texts.text(.optimizer),
        now: "\(optimizer)")
    }
    for kind in memory.moments.keys {
      memory.moments[kind] = try parameters.enumerated().map { index, parameter in
        guard let tensor = stored["\(index).\(kind)"] else {
          throw StateError.otherTraining(
            file: texts.file, what: "the optimizer", stored: try texts.text(.optimizer),
            now: "\(optimizer)")
        }
        guard tensor.shape == parameter.shape, tensor.dtype == .float32 else {
          throw StateError.damaged(file: texts.file, what: "moment '\(index).\(kind)'")
        }
        return tensor
      }
    }
    guard let steps = Int(try texts.text(.steps)), steps >= 0 else { throw texts.damage(.steps) }
    memory.steps = steps
    optimizer.memory = memory
  }

  private static func results(_ texts: Texts) throws -> [EpochResult] {
    guard let count = Int(try texts.text(.epoch)) else { throw texts.damage(.epoch) }
    let (losses, accuracies) = (try texts.numbers(.losses), try texts.numbers(.accuracies))
    guard losses.count == count else { throw texts.damage(.losses) }
    guard accuracies.count == count else { throw texts.damage(.accuracies) }
    let (validation, shares) = (
      try texts.numbers(.validationLosses), try texts.numbers(.validationAccuracies)
    )
    let samples = try texts.numbers(.validationCounts)
    // All of them, or none where there was no validation.
    guard validation.isEmpty || validation.count == count, shares.count == validation.count,
      samples.count == validation.count
    else { throw texts.damage(.validationLosses) }
    return try losses.indices.map { index in
      var measured: Evaluation?
      if !validation.isEmpty {
        guard let samples = Int(exactly: samples[index]) else {
          throw texts.damage(.validationCounts)
        }
        measured = Evaluation(
          loss: validation[index], accuracy: shares[index], count: samples)
      }
      return EpochResult(
        epoch: index + 1, loss: losses[index], accuracy: accuracies[index], validation: measured)
    }
  }
}

extension Checkpoint {
  init(
    network: Sequential, optimizer: any Optimizer, results: [EpochResult], best: BestEpoch,
    _ settings: Settings
  ) {
    self.network = network
    self.optimizer = optimizer
    self.results = results
    self.best = best
    self.settings = settings
  }

  /// The texts of the file.
  private enum Key: String {
    case network, epoch, seed, samples, optimizer, steps, losses, accuracies, best
    case batchSize = "batch_size"
    case validationLosses = "validation_losses"
    case validationAccuracies = "validation_accuracies"
    case validationCounts = "validation_counts"

    var text: String { "\(Checkpoint.prefix)\(rawValue)" }
  }

  /// The texts of a file, checked as they are read.
  private struct Texts {
    let file: String
    let texts: [String: String]

    func damage(_ key: Key) -> StateError { .damaged(file: file, what: "'\(key.text)'") }

    func text(_ key: Key) throws -> String {
      guard let text = texts[key.text] else { throw damage(key) }
      return text
    }

    func numbers(_ key: Key) throws -> [Double] {
      try text(key).split(separator: " ").map { word in
        guard let number = Double(word) else { throw damage(key) }
        return number
      }
    }

    /// Throws where a setting is another now.
    func require(_ key: Key, _ what: String, _ now: String) throws {
      let stored = try text(key)
      guard stored == now else {
        throw StateError.otherTraining(file: file, what: what, stored: stored, now: now)
      }
    }
  }
}

/// The epoch with the least loss so far, and its network if it is kept.
struct BestEpoch {
  private(set) var epoch = 0
  private(set) var network: Sequential?
  private(set) var loss = Double.infinity

  init() {}

  init(epoch: Int, network: Sequential?, loss: Double) {
    self.epoch = epoch
    self.network = network
    self.loss = loss
  }

  mutating func note(_ result: EpochResult, _ network: Sequential?) {
    let new = result.validation?.loss ?? result.loss
    guard epoch == 0 || new < loss else { return }
    (epoch, self.network) = (result.epoch, network)
    loss = new.isNaN ? .infinity : new
  }
}
