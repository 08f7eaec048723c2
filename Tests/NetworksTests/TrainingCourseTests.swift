import Networks
import Tensors
import Testing

/// How a training ends, and which network it leaves.
struct TrainingCourseTests {
  private struct Course {
    var net: Sequential
    var seen: [Sequential] = []
    var history: History
  }

  /// A training whose network is noted after each epoch.
  private func train(
    rate: Double, epochs: Int, patience: Int? = nil, keepBest: Bool = false, stopAfter: Int = .max
  ) throws -> Course {
    let data = try Samples.noise(24)
    var net = try Sequential(Flatten(), Dense(3), seed: 3)
    var seen: [Sequential] = []
    let history = try fit(
      &net, data, epochs: epochs, batchSize: 8, optimizer: SGD(rate),
      validation: Samples.noise(24, seed: 9), patience: patience, keepBest: keepBest,
      afterEpoch: { result, net in
        seen.append(net)
        return result.epoch >= stopAfter ? .stop : .goOn
      })
    return Course(net: net, seen: seen, history: history)
  }

  /// Noise cannot be learnt: the loss on other noise soon rises.
  @Test func patienceEndsIt() throws {
    let course = try train(rate: 0.5, epochs: 60, patience: 3, keepBest: true)
    let losses = course.history.epochs.compactMap { $0.validation?.loss }
    let least = try #require(losses.min())
    let best = try #require(losses.firstIndex(of: least)) + 1
    #expect(losses.count == best + 3)
    #expect(course.history.ending == .noBetter && course.history.keptEpoch == best)
    #expect(try course.net.bits == course.seen[best - 1].bits)
    #expect(
      course.history.remark == "stopped after epoch \(best + 3), as the loss became no better; "
        + "the network of epoch \(best) is kept")
    let other = try train(rate: 0.5, epochs: 60, patience: 3)
    #expect(other.history.keptEpoch == nil && other.history.epochs == course.history.epochs)
    #expect(try other.net.bits == other.seen[best + 2].bits)
  }

  @Test func aClosureEndsIt() throws {
    let course = try train(rate: 0.1, epochs: 9, stopAfter: 2)
    #expect(course.history.ending == .stopped && course.history.epochs.count == 2)
    #expect(course.history.remark == "stopped after epoch 2")
    #expect(try course.net.bits == course.seen[1].bits)
    let whole = try train(rate: 0.1, epochs: 2)
    #expect(whole.history.ending == .finished && whole.history.remark == nil)
    #expect(try whole.net.bits == course.net.bits)
  }

  @Test func whatAClosureThrowsLeavesTheNetwork() throws {
    struct Refusal: Error {}
    let data = try Samples.noise(8)
    var net = try Sequential(Flatten(), Dense(3))
    #expect(throws: Refusal.self) {
      try fit(&net, data, optimizer: SGD(0.1), afterEpoch: { _, _ in throw Refusal() })
    }
    #expect(!net.isBuilt)
  }

  /// The rate grows until the loss is infinite; what was good before stays.
  @Test func theLastGoodNetworkStays() throws {
    let data = try Samples.noise(32)
    let start = try Sequential(Flatten(), Dense(8), Dense(3), seed: 2)
    var net = start
    var seen: [Sequential] = []
    let history = try fit(
      &net, data, epochs: 20, batchSize: 16, optimizer: SGD(0.01), keepBest: true,
      beforeStep: { step, net in
        if step == 5 { net = net.withParameters(try net.parameters.map { try $0.tensor * 1e30 }) }
      },
      afterEpoch: { _, net in
        seen.append(net)
        return .goOn
      })
    #expect(
      history.ending == .diverged(what: "the loss", epoch: 3, step: 2) && history.epochs.count == 2)
    let kept = try #require(history.keptEpoch)
    #expect(try net.bits == seen[kept - 1].bits)
    #expect(
      history.remark == "stopped, as the loss became infinite in epoch 3, step 2; "
        + "the network of epoch \(kept) is kept")
  }

  /// Steps beyond all counting do not trap.
  @Test func aTrainingWithoutEnd() throws {
    let data = try Samples.noise(8)
    var net = try Sequential(Flatten(), Dense(3))
    let history = try fit(
      &net, data, epochs: .max, batchSize: 2, optimizer: SGD(0.1), schedule: .cosine(),
      afterEpoch: { _, _ in .stop })
    #expect(history.epochs.count == 1)
  }

  @Test func errors() throws {
    expectError("a patience must be at least 1, not 0") {
      var net = try Sequential(Flatten(), Dense(3))
      return try fit(&net, Samples.noise(4), optimizer: SGD(0.1), patience: 0)
    }
  }
}
