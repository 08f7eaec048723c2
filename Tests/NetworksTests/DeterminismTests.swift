import Datasets
import Networks
import Synchronization
import Tensors
import Testing

/// The same bits on any number of threads, and values that no one else changes.
struct DeterminismTests {
  private static func networks() throws -> [Sequential] {
    [
      try Sequential(
        Conv2D(32, kernel: 3, activation: .relu), MaxPool2D(2),
        Conv2D(16, kernel: 3, activation: .relu), Dropout(0.2), Flatten(), Dense(10)),
      try Sequential(Conv2D(16, kernel: 3), BatchNorm(), ReLU(), Flatten(), Dense(10)),
      try Sequential(Flatten(), Dense(40, activation: .tanh), Dense(10)),
    ]
  }

  /// Batches of many parts, of one part, and of a few images.
  @Test(arguments: [40, 16, 3])
  func training(batchSize: Int) throws {
    let data = try Samples.noise(43, [1, 10, 10], classes: 10)
    for start in try Self.networks() {
      func trained(threads: Int) throws -> (Sequential, History, [UInt32]) {
        try Workers.$wish.withValue(threads) {
          let before = Engine.threads
          Engine.setThreads(threads)
          defer { Engine.setThreads(before) }
          var net = start
          let history = try fit(
            &net, data, batchSize: batchSize, optimizer: Adam(0.01), validation: data)
          return (net, history, try net(data.images()).bits)
        }
      }
      let alone = try trained(threads: 1)
      for threads in [2, 3, 5] {
        let together = try trained(threads: threads)
        let (isSameNetwork, isSameOutput) = (
          try together.0.bits == alone.0.bits, together.2 == alone.2
        )
        #expect(isSameNetwork, "\(start) on \(threads) threads")
        #expect(isSameOutput, "\(start) on \(threads) threads")
        #expect(together.1 == alone.1)
      }
    }
  }

  /// What an epoch changes in a sample depends on no thread and no batch, but on the epoch.
  @Test func augmentedTraining() throws {
    let data = try Samples.noise(43, [1, 10, 10], classes: 10)
    let augmentation = try Augmentation(shift: 2, rotate: 15, flip: true, noise: 0.1)
    let start = try Sequential(Flatten(), Dense(10), seed: 1)
    func trained(_ augmentation: Augmentation?, threads: Int) throws -> Sequential {
      try Workers.$wish.withValue(threads) {
        var net = start
        try fit(&net, data, epochs: 2, optimizer: Adam(0.01), augment: augmentation)
        return net
      }
    }
    let (alone, plain) = (try trained(augmentation, threads: 1), try trained(nil, threads: 1))
    let (three, unchanged) = (
      try trained(augmentation, threads: 3), try trained(Augmentation(), threads: 1)
    )
    #expect(try three.bits == alone.bits)
    #expect(try unchanged.bits == plain.bits)
    #expect(try alone.bits != plain.bits)
  }

  @Test func everyEpochSeesOtherVariants() throws {
    let data = try Samples.halves(16)
    let seen = Mutex<[Int: [Double]]>([:])
    let loss = BatchLoss { logits, labels, positions in
      let reals = try logits.reals()
      seen.withLock { seen in
        for (row, position) in positions.enumerated() {
          seen[position, default: []].append(reals[2 * row])
        }
      }
      return try crossEntropy(logits, labels)
    }
    func spread(_ augmentation: Augmentation?) throws -> [Double] {
      seen.withLock { $0 = [:] }
      var net = try Sequential(Flatten(), Dense(2), seed: 1)
      try fit(
        &net, data, epochs: 3, batchSize: 5, optimizer: Adam(1e-12), augment: augmentation,
        loss: loss)
      return seen.withLock { seen in
        seen.values.map { ($0.max() ?? 0) - ($0.min() ?? 0) }
      }
    }
    #expect(try spread(nil).allSatisfy { $0 < 1e-5 })
    let changed = try spread(Augmentation(noise: 0.2))
    #expect(changed.count == 16 && changed.allSatisfy { $0 > 1e-5 })
    #expect(throws: DatasetError.self) {
      var net = try Sequential(Embedding(60, size: 2), Flatten(), Dense(2))
      try fit(
        &net, Sentences.make(count: 4, seed: 0), optimizer: Adam(),
        augment: Augmentation(noise: 0.1))
    }
  }

  /// A few images are not split: the threads of oneDNN share each operation, to rounding alike.
  @Test func fewImages() throws {
    var dice = Dice(11)
    for network in try Self.networks() {
      let x = try dice.reals([7, 1, 28, 28]).tensor
      let net = try network.built(for: x.sampleShape)
      func output(threads: Int) throws -> Tensor {
        let before = Engine.threads
        Engine.setThreads(threads)
        defer { Engine.setThreads(before) }
        return try net(x)
      }
      let alone = try output(threads: 1)
      for threads in 1...4 {
        let shared = try output(threads: threads)
        try expectEqual(shared, alone.reference, within: 2e-6, "\(net) on \(threads) threads")
        #expect(try output(threads: threads).bits == shared.bits)
      }
    }
  }

  @Test func aCopyIsNotTrained() throws {
    let data = try Samples.noise(20, [1, 10, 10], classes: 10)
    for blueprint in try Self.networks() {
      let net = try blueprint.built(for: Shape([1, 10, 10]))
      let before = try net.bits
      let output = try net(data.images()).bits
      var copy = net
      try fit(&copy, data, epochs: 2, optimizer: Adam(0.1))
      #expect(try net.bits == before)
      #expect(try net(data.images()).bits == output)
      #expect(try copy.bits != before)
    }
  }

  /// Several threads use one network at once, each with batches that are split and that are not.
  @Test func sharedUse() async throws {
    let data = try Samples.noise(80, [1, 10, 10], classes: 10)
    for net in try Self.networks() {
      let built = try net.built(for: Shape(data.sampleShape))
      let images = try data.images()
      let few = try data.samples(at: 0..<7)
      let expected = (try built(images).bits, try built(few).bits)
      try await withThrowingTaskGroup(of: Bool.self) { group in
        for task in 0..<6 {
          group.addTask {
            let large = try built(images).bits == expected.0
            let small = try built(few).bits == expected.1
            guard task % 2 == 0 else { return large && small }
            let (_, gradient) = try valueWithGradient(at: built) { try $0(few).sum() }
            return try large && small && gradient.norm().isFinite
          }
        }
        for try await isSame in group { #expect(isSame, "\(net)") }
      }
    }
  }

  /// Trainings side by side do not disturb each other.
  @Test func trainingsSideBySide() async throws {
    let data = try Samples.noise(40, [1, 10, 10], classes: 10)
    let nets = try Self.networks()
    @Sendable func trained(_ net: Sequential) throws -> [[UInt32]] {
      var net = net
      try fit(&net, data, epochs: 2, batchSize: 20, optimizer: Adam(0.01))
      return try net.bits
    }
    let expected = try nets.map(trained)
    try await withThrowingTaskGroup(of: (Int, [[UInt32]]).self) { group in
      for index in 0..<6 { group.addTask { (index % 3, try trained(nets[index % 3])) } }
      for try await (index, bits) in group { #expect(bits == expected[index]) }
    }
  }

  /// The error of the first part that failed, and all threads usable afterwards.
  @Test(arguments: [1, 2, 4])
  func workers(threads: Int) throws {
    struct Failure: Error, Equatable { let part: Int }
    try Workers.$wish.withValue(threads) {
      for _ in 0..<20 {
        let sum = Atomic<Int>(0)
        try Workers.run(100) { part in sum.add(part, ordering: .relaxed) }
        #expect(sum.load(ordering: .relaxed) == 4950)
        #expect(throws: Failure(part: 0)) { try Workers.run(9) { throw Failure(part: $0) } }
        // Parts that are split themselves run in place.
        let inner = Atomic<Int>(0)
        try Workers.run(3) { _ in
          try Workers.run(5) { inner.add($0, ordering: .relaxed) }
        }
        #expect(inner.load(ordering: .relaxed) == 30)
      }
      try Workers.run(0) { _ in Issue.record("there is no part") }
    }
  }
}
