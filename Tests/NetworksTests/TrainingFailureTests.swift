import Datasets
import Networks
import Tensors
import Testing

/// Trainings that cannot be, or are broken off: an error, and a network as it was.
struct TrainingFailureTests {
  private struct Broken: Error {}

  private func network() throws -> Sequential {
    try Sequential(Conv2D(2, kernel: 3), BatchNorm(), Flatten(), Dense(3))
  }

  @Test func aProgressThatThrows() throws {
    let data = try Samples.noise(20)
    for start in [try network(), try network().built(for: Shape(data.sampleShape))] {
      for last in 1...6 {
        var net = start
        var count = 0
        #expect(throws: Broken.self) {
          try fit(&net, data, epochs: 2, batchSize: 8, optimizer: Adam(0.1)) { _ in
            count += 1
            if count == last { throw Broken() }
          }
        }
        #expect(count == last)
        #expect(net.isBuilt == start.isBuilt)
        #expect(try net.bits == start.bits)
        let norm = net.layers[1] as? BatchNorm
        #expect(
          try norm?.runningMean?.reals() == (start.layers[1] as? BatchNorm)?.runningMean?.reals())
      }
    }
  }

  @Test func interruption() throws {
    let data = try Samples.noise(40)
    let blueprint = try Sequential(Conv2D(2, kernel: 3), Flatten(), Dense(3))
    let stop = Stop()
    try stop.use {
      for wanted in [1, 2, 4, 5] {
        var net = try blueprint.built(for: Shape(data.sampleShape))
        let before = try net.bits
        var count = 0
        #expect(throws: TensorError.interrupted) {
          try fit(&net, data, epochs: 2, batchSize: 16, optimizer: Adam(0.1), validation: data) {
            _ in
            count += 1
            if count == wanted { stop.request() }
          }
        }
        stop.clear()
        #expect(count == wanted)
        #expect(try net.bits == before)
      }
      // Asked for before the start, and before a dataset or a large batch is run through.
      var net = blueprint
      let images = try data.images()
      stop.request()
      #expect(throws: TensorError.interrupted) { try fit(&net, data, optimizer: SGD(0.1)) }
      #expect(throws: TensorError.interrupted) { try evaluate(net, data) }
      #expect(throws: TensorError.interrupted) { try net(images) }
      stop.clear()
      try fit(&net, data, optimizer: SGD(0.1))
      #expect(net.isBuilt)
    }
  }

  @Test(arguments: [1, 3])
  func divergence(partCount: Int) throws {
    let data = try Samples.noise(16 * partCount)
    let start = try Sequential(Flatten(), Dense(8), Dense(3))
    var net = start
    do {
      try fit(&net, data, epochs: 20, batchSize: 16, optimizer: SGD(1e30))
      Issue.record("no error")
    } catch NetworkError.diverged(let what, let epoch, let step) {
      #expect((1...3).contains(epoch) && (1...partCount).contains(step))
      #expect(
        NetworkError.diverged(what: what, epoch: epoch, step: step).description
          == "\(what) became infinite in epoch \(epoch), step \(step); "
          + "try a smaller learning rate")
    }
    #expect(!net.isBuilt)
  }

  /// A ReLU makes 0 of NaN, so that the loss of a broken network may stay finite.
  @Test func aParameterThatIsNoNumberIsSeenAtOnce() throws {
    let data = try Samples.noise(16)
    var net = try Sequential(Flatten(), Dense(8, activation: .relu), Dense(3))
    #expect {
      try fit(
        &net, data, epochs: 2, batchSize: 8, optimizer: SGD(0.1),
        beforeStep: { step, net in
          guard step == 3 else { return }
          var tensors = net.parameters.map(\.tensor)
          tensors[0] = try tensors[0] + Double.nan
          net = net.withParameters(tensors)
        })
    } throws: { error in
      (error as? NetworkError)?.description.contains("infinite in epoch 2, step 2") == true
    }
  }

  @Test func sizes() throws {
    let data = try Samples.noise(4)
    expectError("the number of epochs must be at least 0, not -1") {
      var net = try network()
      return try fit(&net, data, epochs: -1, optimizer: SGD(0.1))
    }
    for size in [0, -1, Int.min] {
      expectError("a batch must be at least 1, not \(size)") {
        var net = try network()
        return try fit(&net, data, batchSize: size, optimizer: SGD(0.1))
      }
    }
  }

  @Test func emptyData() throws {
    let data = try Samples.noise(4).take(0)
    let text = "noise is empty: there is nothing to train on or to measure"
    expectError(text) {
      var net = try network()
      return try fit(&net, data, optimizer: SGD(0.1))
    }
    expectError(text) { try evaluate(network(), data) }
    expectError(text) {
      var net = try network()
      return try fit(&net, Samples.noise(4), optimizer: SGD(0.1), validation: data) { _ in
        Issue.record("the training began")
      }
    }
  }

  @Test func wrongClasses() throws {
    let data = try Samples.noise(4, classes: 5)
    let text =
      "the network gives [3] for each sample, but the data has 5 classes; end it with Dense(5)"
    expectError(text) {
      var net = try network()
      return try fit(&net, data, optimizer: SGD(0.1))
    }
    expectError(text) { try evaluate(network(), data) }
    expectError(text) {
      var net = try network()
      return try fit(&net, Samples.noise(4), optimizer: SGD(0.1), validation: data) { _ in
        Issue.record("the training began")
      }
    }
    expectError(
      "the network gives [1, 6, 6] for each sample, but the data has 5 classes; "
        + "end it with Flatten(), Dense(5)"
    ) { try evaluate(Sequential(ReLU()), data) }
    // More outputs than classes do no harm.
    let wide = try Sequential(Flatten(), Dense(9))
    #expect(try evaluate(wide, data).count == 4)
    var net = wide
    #expect(try fit(&net, data, optimizer: SGD(0.1)).epochs.count == 1)
  }

  /// A network for other images says which layer does not fit.
  @Test func imagesThatDoNotFit() throws {
    let net = try Sequential(Flatten(), Dense(3)).built(for: Shape([1, 5, 5]))
    let text =
      "layer 2, Dense(3): the input [36] has 36 features, but the weights [3, 25] take 25"
    expectError(text) {
      var net = net
      return try fit(&net, Samples.noise(4), optimizer: SGD(0.1))
    }
    expectRefused { try evaluate(net, Samples.noise(4)) }
    expectError(
      "the network gives [1, 6, 3] for each sample, but the data has 3 classes; "
        + "end it with Flatten(), Dense(3)"
    ) {
      var net = try Sequential(Dense(3))
      return try fit(&net, Samples.noise(4), optimizer: SGD(0.1))
    }
  }
}
