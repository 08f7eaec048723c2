import Networks
import ReferenceKernels
import Tensors
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

struct ScheduleTests {
  private func course(_ schedule: Schedule, _ steps: [Int], of total: Int = 0) -> [Double] {
    steps.map { (schedule.factor(at: $0, of: total) * 1e6).rounded() / 1e6 }
  }

  /// The cosine's values are those of PyTorch's CosineAnnealingLR with a base rate of 1.
  @Test func factors() throws {
    #expect(course(try .warmUp(4), [0, 1, 3, 4, 99]) == [0.25, 0.5, 1, 1, 1])
    #expect(course(try .warmUp(0), [0]) == [1])
    #expect(
      course(try .steps(every: 3, factor: 0.5), [0, 2, 3, 5, 6, 9]) == [
        1, 1, 0.5, 0.5, 0.25, 0.125,
      ])
    #expect(
      course(try .steps(every: 2, factor: 0.5, warmUp: 2), [0, 1, 2, 4]) == [0.5, 1, 1, 0.5])
    #expect(course(try .cosine(), [0, 25, 50, 100, 200], of: 100) == [1, 0.853553, 0.5, 0, 0])
    #expect(course(try .cosine(over: 4, end: 0.1), [0, 2, 4, 5]) == [1, 0.55, 0.1, 0.1])
    #expect(course(try .cosine(warmUp: 10), [4, 9, 10, 60, 110], of: 110) == [0.5, 1, 1, 0.5, 0])
    #expect(try Schedule.cosine(warmUp: 10).factor(at: 10, of: 3) == 1)
    #expect(try Schedule.warmUp(4).factor(at: -5, of: 0) == 0.25)
    #expect(try Schedule.cosine(warmUp: 1).factor(at: 5, of: .min) == 0)
    #expect(try Schedule.cosine(warmUp: .max).factor(at: .max, of: .min) == 1)
    #expect(try Schedule.steps(every: 1, factor: 0.5).factor(at: .max, of: .max) == 0)
  }

  @Test func words() throws {
    #expect("\(try Schedule.warmUp(5))" == "warmUp(5)")
    #expect("\(try Schedule.steps(every: 5))" == "stepDecay(every: 5, factor: 0.1)")
    #expect("\(try Schedule.cosine(warmUp: 2))" == "cosineDecay(end: 0.0, warmUp: 2)")
    expectError("a warm-up must be at least 0, not -1") { try Schedule.warmUp(-1) }
    expectError("the length of a stage must be at least 1, not 0") { try Schedule.steps(every: 0) }
    expectError("the factor of a schedule is above 0 and at most 1, not 2.0") {
      try Schedule.steps(every: 1, factor: 2)
    }
    expectError("a cosine's length must be at least 1, not 0") { try Schedule.cosine(over: 0) }
    expectError("the end of a cosine is a share from 0 to 1, not -0.5") {
      try Schedule.cosine(end: -0.5)
    }
  }

  /// A training with a schedule moves as one with these rates step by step.
  @Test func aTrainingFollowsIt() throws {
    let data = try Samples.noise(12)
    let start = try Sequential(Flatten(), Dense(3), seed: 3).built(for: Shape(data.sampleShape))
    var (net, byHand) = (start, start)
    try fit(
      &net, data, epochs: 4, batchSize: 12, optimizer: SGD(0.2),
      schedule: .steps(every: 1, factor: 0.5))
    for step in 0..<4 {
      let (_, gradient) = try valueWithGradient(at: byHand) {
        try crossEntropy($0(data.images()), data.labelTensor())
      }
      var optimizer = try SGD(0.2 * pow(0.5, Double(step)))
      try optimizer.update(&byHand, along: gradient)
    }
    for (a, b) in zip(net.parameters, byHand.parameters) {
      #expect(try a.tensor.reference.distance(from: b.tensor.reference) < 1e-5)
    }
  }

  @Test func clippedGradients() throws {
    let data = try Samples.noise(8)
    let start = try Sequential(Flatten(), Dense(3), seed: 3).built(for: Shape(data.sampleShape))
    let (_, gradient) = try valueWithGradient(at: start) {
      try crossEntropy($0(data.images()), data.labelTensor())
    }
    let norm = try gradient.norm()
    #expect(abs(try gradient.clipped(to: norm / 2).norm() - norm / 2) < 1e-5 * norm)
    #expect(try gradient.clipped(to: norm * 2).norm() == norm)
    var net = start
    try fit(&net, data, batchSize: 8, optimizer: SGD(1), clipNorm: norm / 4)
    let moved = try zip(net.parameters, start.parameters).reduce(0) {
      try $0 + square($1.0.tensor - $1.1.tensor).sum().item()
    }
    #expect(abs(moved.squareRoot() - norm / 4) < 1e-4 * norm)
    expectError("the greatest norm of a gradient is a number above 0, not 0.0") {
      try gradient.clipped(to: 0)
    }
    expectError("the greatest norm of a gradient is a number above 0, not nan") {
      try fit(&net, data, optimizer: SGD(1), clipNorm: .nan)
    }
  }
}
