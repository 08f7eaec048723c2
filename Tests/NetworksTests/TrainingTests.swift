import Datasets
import Networks
import ReferenceKernels
import Tensors
import Testing

/// What a training gives.
struct TrainingTests {
  private func network(_ extra: [any Layer] = []) throws -> Sequential {
    try Sequential(
      [Conv2D(4, kernel: 3, activation: .relu), MaxPool2D(2)] + extra + [Flatten(), Dense(3)])
  }

  /// One step of gradient descent with rate 1 moves the parameters by the gradient itself.
  @Test(arguments: [1, 5, 16, 17, 40])
  func partsOfABatch(count: Int) throws {
    let data = try Samples.noise(count, seed: UInt64(count))
    var net = try network().built(for: Shape(data.sampleShape))
    let whole = try valueWithGradient(at: net) {
      try crossEntropy($0(data.images()), data.labelTensor())
    }
    let before = try net.parameters.map { try $0.tensor.reference }
    let history = try fit(&net, data, batchSize: 64, optimizer: SGD(1))
    for ((old, new), gradient) in zip(zip(before, net.parameters), whole.gradient.tensors) {
      let moved = try old - new.tensor.reference
      #expect(moved.distance(from: try gradient.reference) < 2e-5, "\(new.name)")
    }
    #expect(abs(history.epochs[0].loss - (try whole.value.item())) < 1e-6)
  }

  /// BatchNorm sees the whole batch, so one step is the gradient of the whole batch in training.
  @Test func batchNormSeesTheWholeBatch() throws {
    let data = try Samples.noise(40)
    var net = try network([BatchNorm()]).built(for: Shape(data.sampleShape))
    let before = try net.parameters.map { try $0.tensor.reference }
    let (_, gradient) = try valueWithGradient(at: net) { net in
      var context = Context(.training)
      return try crossEntropy(net.forward(data.images(), &context), data.labelTensor())
    }
    try fit(&net, data, batchSize: 40, optimizer: SGD(1))
    for ((old, new), gradient) in zip(zip(before, net.parameters), gradient.tensors) {
      // The convolution's bias has no effect before a BatchNorm: its gradient is rounding alone.
      let reference = try gradient.reference
      let moved = try old - new.tensor.reference
      let scale = max(1e-2, reference.elements.map(abs).max() ?? 0)
      let worst = zip(moved.elements, reference.elements).map { abs($0 - $1) }.max() ?? 0
      #expect(worst < 2e-5 * scale, "\(new.name)")
    }
  }

  /// Running statistics after three epochs of one batch each: 1 - 0.9^3 of the batch's own.
  @Test func runningStatistics() throws {
    let data = try Samples.noise(20, [2, 3, 3])
    var net = try Sequential(BatchNorm(), Flatten(), Dense(3))
    try fit(&net, data, epochs: 3, batchSize: 20, optimizer: SGD(0.1))
    let norm = try #require(net.layers[0] as? BatchNorm)
    let images = try data.referenceImages.transposed([1, 0, 2, 3]).reshaped([2, 180])
    let mean = images.mean(1).reshaped([2])
    let variance = images.variance(1).reshaped([2]).map { $0 * 180 / 179 }
    let share = 1 - 0.729
    try expectEqual(#require(norm.runningMean), mean.map { share * $0 }, within: 1e-5)
    try expectEqual(
      #require(norm.runningVariance), variance.map { 0.729 + share * $0 }, within: 1e-5)
    // Used afterwards, it normalises by these.
    try expectEqual(
      net(data.images()), ReferenceNetwork(net).forward(data.referenceImages), within: 1e-5)
  }

  /// With a momentum of 1 the last batch alone counts: here a single image.
  @Test func lastPartialBatch() throws {
    let data = try Samples.noise(9, [1, 3, 3])
    var net = try Sequential(BatchNorm(momentum: 1), Flatten(), Dense(3))
    try fit(&net, data, batchSize: 8, optimizer: SGD(0.1))
    let norm = try #require(net.layers[0] as? BatchNorm)
    let means = try data.referenceImages.reshaped([9, 9]).mean(1).elements
    let mean = try #require(norm.runningMean).item()
    #expect(means.contains { abs($0 - mean) < 1e-6 })
  }

  /// The loss of an epoch is the mean over samples, so a small last batch counts for little.
  @Test func historyOfAnEpoch() throws {
    let (data, test) = (try Samples.noise(37), try Samples.noise(11, seed: 2))
    var net = try network()
    // A rate so small that the parameters stay where they are.
    let history = try fit(
      &net, data, epochs: 2, batchSize: 16, optimizer: SGD(1e-30), validation: test)
    let (own, other) = (try evaluate(net, data), try evaluate(net, test))
    for (index, epoch) in history.epochs.enumerated() {
      #expect(epoch.epoch == index + 1)
      #expect(abs(epoch.loss - own.loss) < 1e-6)
      #expect(epoch.accuracy == own.accuracy)
      #expect(epoch.validation == other)
    }
    #expect(history.epochs.count == 2)
  }

  @Test func validationIsOfTheTrainedNetwork() throws {
    let (data, test) = (try Samples.halves(40), try Samples.halves(20, seed: 2))
    var net = try Sequential(Flatten(), Dense(2))
    let history = try fit(&net, data, epochs: 2, optimizer: Adam(0.05), validation: test)
    #expect(history.epochs.last?.validation == (try evaluate(net, test)))
    #expect(history.epochs[1].loss < history.epochs[0].loss)
  }

  @Test func separableData() throws {
    let (data, test) = (try Samples.halves(64), try Samples.halves(50, seed: 2))
    for optimizer in [try Adam(0.05), try SGD(0.5, momentum: 0.9)] as [any Optimizer] {
      var net = try Sequential(
        Conv2D(4, kernel: 2, activation: .relu), Flatten(), Dropout(0.1), Dense(2))
      let history = try fit(&net, data, epochs: 12, batchSize: 16, optimizer: optimizer)
      #expect(history.epochs.last?.accuracy == 1, "\(optimizer)")
      #expect(try accuracy(net, test) == 1, "\(optimizer)")
    }
  }

  @Test func noEpochs() throws {
    let data = try Samples.noise(5)
    var net = try network()
    let history = try fit(&net, data, epochs: 0, optimizer: SGD(1)) { _ in
      Issue.record("there is no progress in no epoch")
    }
    #expect(history == History(epochs: []))
    #expect(try net.bits == network().built(for: Shape(data.sampleShape)).bits)
  }

  @Test func hugeBatches() throws {
    let data = try Samples.noise(9)
    var (a, b) = (try network(), try network())
    let (first, second) = (
      try fit(&a, data, epochs: 2, batchSize: .max, optimizer: SGD(0.1)),
      try fit(&b, data, epochs: 2, batchSize: 9, optimizer: SGD(0.1))
    )
    #expect(first == second)
    #expect(try a.bits == b.bits)
  }

  @Test func progress() throws {
    let data = try Samples.noise(37)
    var net = try network()
    var seen: [TrainingProgress] = []
    let history = try fit(&net, data, epochs: 2, batchSize: 16, optimizer: SGD(0.1)) {
      seen.append($0)
    }
    #expect(seen.map(\.epoch) == [1, 1, 1, 2, 2, 2])
    #expect(seen.map(\.step) == [1, 2, 3, 1, 2, 3])
    #expect(seen.map(\.samples) == [16, 32, 37, 16, 32, 37])
    #expect(seen.allSatisfy { $0.epochs == 2 && $0.steps == 3 && $0.loss.isFinite })
    #expect(
      seen.map(\.finished) == [nil, nil, history.epochs[0], nil, nil, history.epochs[1]])
    #expect(seen[2].loss == history.epochs[0].loss)
  }

  /// Batches of an epoch are its samples in a new order, which the seed decides.
  @Test func seeds() throws {
    let data = try Samples.noise(30)
    func trained(_ seed: UInt64) throws -> Sequential {
      var net = try network([Dropout(0.3)])
      try fit(&net, data, epochs: 2, batchSize: 8, optimizer: Adam(0.01), seed: seed)
      return net
    }
    let first = try trained(1)
    #expect(try trained(1).bits == first.bits)
    #expect(try trained(2).bits != first.bits)
  }

  /// The optimizer handed in is a value: a second training starts from the same state.
  @Test func theOptimizerIsAValue() throws {
    let data = try Samples.noise(20)
    let adam = try Adam(0.01)
    var (a, b) = (try network(), try network())
    try fit(&a, data, epochs: 2, optimizer: adam)
    try fit(&b, data, epochs: 2, optimizer: adam)
    #expect(try a.bits == b.bits)
  }

  /// A small convolutional network learns to read the built-in digits.
  @Test func digits() throws {
    let data = try Digits.make(count: 600, seed: 1)
    let test = try Digits.make(count: 200, seed: 2)
    var net = try Sequential(
      Conv2D(8, kernel: 5, stride: 2, activation: .relu), MaxPool2D(2), Flatten(), Dense(10))
    let before = try accuracy(net, test)
    try fit(&net, data, epochs: 6, batchSize: 32, optimizer: Adam(0.01))
    let after = try accuracy(net, test)
    #expect(before < 0.4)
    #expect(after > 0.8)
  }
}
