import Networks
import ReferenceKernels
import Tensors
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Optimizers against Float64 references that are written differently.
struct OptimizerTests {
  /// Twenty random gradients for two parameters, and where these start.
  private static func course(_ seed: UInt64) -> (start: [Reference], gradients: [[Reference]]) {
    var dice = Dice(seed)
    let sizes = [[3, 4], [5]]
    return (
      sizes.map { dice.reals($0) }, (0..<20).map { _ in sizes.map { dice.reals($0, in: -2...2) } }
    )
  }

  private func run(_ optimizer: some Optimizer, _ seed: UInt64) throws -> [Reference] {
    var optimizer = optimizer
    let (start, gradients) = Self.course(seed)
    var parameters = try start.map { try $0.tensor }
    for step in gradients { try optimizer.step(&parameters, along: step.map { try $0.tensor }) }
    return try parameters.map { try $0.reference }
  }

  /// The velocity is written out as the sum of all that went into it.
  @Test(arguments: [0, 0.5, 0.9], [0, 0.1])
  func sgd(momentum: Double, decay: Double) throws {
    let (start, gradients) = Self.course(3)
    let expected = start.indices.map { index in
      Reference(
        start[index].sizes,
        start[index].elements.indices.map { element in
          var w = start[index].elements[element]
          var pushes: [Double] = []
          for step in gradients {
            pushes.append(step[index].elements[element] + decay * w)
            let velocity = pushes.reversed().enumerated().reduce(0) {
              $0 + pow(momentum, Double($1.offset)) * $1.element
            }
            w -= 0.05 * velocity
          }
          return w
        })
    }
    let result = try run(SGD(0.05, momentum: momentum, weightDecay: decay), 3)
    for (a, b) in zip(result, expected) { #expect(a.distance(from: b) < 1e-5) }
  }

  /// The moments are written out as weighted means over all steps, which needs no correction.
  @Test(arguments: [(0.9, 0.999), (0.0, 0.5), (0.5, 0.0)])
  func adam(beta1: Double, beta2: Double) throws {
    let (start, gradients) = Self.course(4)
    func mean(_ values: [Double], _ beta: Double) -> Double {
      let weights = values.indices.map { pow(beta, Double(values.count - 1 - $0)) }
      return zip(values, weights).reduce(0) { $0 + $1.0 * $1.1 } / weights.reduce(0, +)
    }
    let expected = start.indices.map { index in
      Reference(
        start[index].sizes,
        start[index].elements.indices.map { element in
          var w = start[index].elements[element]
          var seen: [Double] = []
          for step in gradients {
            seen.append(step[index].elements[element])
            w -= 0.01 * mean(seen, beta1) / (mean(seen.map { $0 * $0 }, beta2).squareRoot() + 1e-8)
          }
          return w
        })
    }
    let result = try run(Adam(0.01, beta1: beta1, beta2: beta2), 4)
    for (a, b) in zip(result, expected) { #expect(a.distance(from: b) < 2e-5) }
  }

  /// The first step of Adam has the size of the rate, whatever the gradient.
  @Test func adamFirstStep() throws {
    var parameters = [try Tensor([1, 1, 1])]
    var adam = try Adam(0.25)
    try adam.step(&parameters, along: [Tensor([1000, -0.001, 0])])
    let values = try parameters[0].reals()
    #expect(abs(values[0] - 0.75) < 1e-6 && abs(values[1] - 1.25) < 1e-5 && values[2] == 1)
  }

  private func makers() throws -> [any Optimizer] {
    [try SGD(0.1), try SGD(0.1, momentum: 0.9, weightDecay: 0.01), try Adam(0.01)]
  }

  @Test func aCopyContinuesOnItsOwn() throws {
    let (start, gradients) = Self.course(5)
    for original in try makers() {
      var first = original
      var a = try start.map { try $0.tensor }
      for step in gradients.prefix(7) {
        try first.step(&a, along: step.map { try $0.tensor })
      }
      var second = first
      var b = a
      // The first goes on, then the second does the same from where it was copied.
      for step in gradients.suffix(13) {
        try first.step(&a, along: step.map { try $0.tensor })
      }
      for step in gradients.suffix(13) {
        try second.step(&b, along: step.map { try $0.tensor })
      }
      #expect(try a.map { try $0.bits } == b.map { try $0.bits }, "\(original)")
    }
  }

  @Test func rateCanChange() throws {
    var sgd = try SGD(1)
    var parameters = [try Tensor([0])]
    try sgd.step(&parameters, along: [Tensor([1])])
    sgd.learningRate = 0.25
    try sgd.step(&parameters, along: [Tensor([1])])
    #expect(try parameters[0].reals() == [-1.25])
  }

  /// After an error both are as they were, and go on as if nothing had been.
  @Test func anErrorChangesNothing() throws {
    let x = try ones(2, 3)
    let network = try Sequential(Dense(4))
    let good = try valueWithGradient(at: network) { try square($0(x)).sum() }.gradient
    let longer = try valueWithGradient(at: Sequential(Dense(4), Dense(4))) {
      try square($0(x)).sum()
    }.gradient
    let wider = try valueWithGradient(at: Sequential(Dense(4))) { try square($0(ones(2, 5))).sum() }
      .gradient
    for original in try makers() {
      var (clean, tried) = (original, original)
      var (a, b) = (network, network)
      try clean.update(&a, along: good)
      for bad in [longer, wider, longer] {
        let before = b
        expectRefused { try tried.update(&b, along: bad) }
        #expect(b.isBuilt == before.isBuilt)
        #expect(try b.bits == before.bits)
        if !b.isBuilt { try tried.update(&b, along: good) }
        #expect(try b.bits == a.bits, "\(original)")
      }
      try clean.update(&a, along: good)
      try tried.update(&b, along: good)
      #expect(try a.bits == b.bits, "\(original)")
    }
    expectError("the gradient has 4 tensors, but the network has 2 parameters") {
      var network = network
      var sgd = try SGD(1)
      return try sgd.update(&network, along: longer)
    }
  }

  /// An optimizer that has moved one network may be handed another of other sizes: it starts anew.
  @Test func anotherNetworkOfOtherSizes() throws {
    for original in try makers() {
      var (used, fresh) = (original, original)
      var small = [try Tensor([1, 2]), try Tensor([3])]
      try used.step(&small, along: [Tensor([1, 1]), Tensor([1])])
      var a = [try ones(40, 30), try ones(40)]
      var b = a
      let gradients = [try full([40, 30], 0.5), try full([40], -0.5)]
      try used.step(&a, along: gradients)
      try fresh.step(&b, along: gradients)
      #expect(try a.map { try $0.bits } == b.map { try $0.bits }, "\(original)")
    }
  }

  @Test func parametersAreValues() throws {
    let network = try Sequential(Dense(4)).built(for: Shape([3]))
    let before = try network.bits
    var copy = network
    let x = try ones(2, 3)
    var adam = try Adam(0.1)
    let (_, gradient) = try valueWithGradient(at: network) { try square($0(x)).sum() }
    let kept = try gradient.tensors.map { try $0.bits }
    try adam.update(&copy, along: gradient)
    #expect(try network.bits == before)
    #expect(try copy.bits != before)
    #expect(try gradient.tensors.map { try $0.bits } == kept)
  }

  @Test func badRates() {
    for rate in [0, -1, Double.nan, .infinity] {
      let text = "a learning rate is a number above 0, not \(rate)"
      expectError(text) { try SGD(rate) }
      expectError(text) { try Adam(rate) }
    }
    for momentum in [-0.1, 1, Double.nan] {
      expectError("a momentum is at least 0 and below 1, not \(momentum)") {
        try SGD(0.1, momentum: momentum)
      }
    }
    for decay in [-0.1, Double.nan, .infinity] {
      expectError("a weight decay is a number of at least 0, not \(decay)") {
        try SGD(0.1, weightDecay: decay)
      }
      expectError("a decay is at least 0 and below 1, not \(decay)") {
        try Adam(0.1, beta2: decay)
      }
    }
    for epsilon in [0, -1, Double.nan, .infinity] {
      expectError("epsilon is a number above 0, not \(epsilon)") {
        try Adam(0.1, epsilon: epsilon)
      }
    }
  }

  /// Moments end at 0 where the gradient does, and are never subnormal, which would be slow.
  @Test func momentsVanish() throws {
    var adam = try Adam(0.01)
    var w = [try full([37], 1)]
    try adam.step(&w, along: [full([37], 0.5)])
    var least = Float.infinity
    for _ in 0..<1500 {
      try adam.step(&w, along: [zeros(37)])
      let means: [Float] = try #require(adam.memory.moments["exp_avg"])[0].elements()
      for mean in means where mean != 0 { least = min(least, abs(mean)) }
    }
    #expect(least >= 0x1p-100 && least < 0x1p-99)
    #expect(try adam.memory.moments["exp_avg"]?[0].elements() == [Float](repeating: 0, count: 37))
    #expect(try w[0].isFinite())
  }
}
