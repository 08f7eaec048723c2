import Networks
import ReferenceKernels
import Tensors
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The optimizers that were added later, element by element in Float64.
struct MoreOptimizerTests {
  /// Compares twenty steps with a function from a start and all gradients of one element to the end.
  private func check(
    _ optimizer: any Optimizer, at place: SourceLocation = #_sourceLocation,
    _ formula: (_ start: Double, _ gradients: [Double]) -> Double
  ) throws {
    var dice = Dice(9)
    let start = [dice.reals([3, 4]), dice.reals([5])]
    let gradients = (0..<20).map { _ in
      [dice.reals([3, 4], in: -2...2), dice.reals([5], in: -2...2)]
    }
    var optimizer = optimizer
    var parameters = try start.map { try $0.tensor }
    for step in gradients { try optimizer.step(&parameters, along: step.map { try $0.tensor }) }
    for index in start.indices {
      let expected = Reference(
        start[index].sizes,
        start[index].elements.indices.map { element in
          formula(
            start[index].elements[element], gradients.map { $0[index].elements[element] })
        })
      let distance = try parameters[index].reference.distance(from: expected)
      #expect(distance < 2e-5, sourceLocation: place)
    }
  }

  /// In Nesterov's own form: the gradient is that at the place where the momentum would lead.
  @Test func nesterov() throws {
    try check(SGD(0.05, momentum: 0.9, nesterov: true)) { start, gradients in
      // w = y - rate mu v is tracked instead of y, whose steps are plain ones.
      var (ahead, velocity) = (start, 0.0)
      for g in gradients {
        let before = velocity
        velocity = 0.9 * velocity - 0.05 * g
        ahead += velocity + 0.9 * (velocity - before)
      }
      return ahead
    }
  }

  @Test func adamW() throws {
    try check(AdamW(0.01, weightDecay: 0.1)) { start, gradients in
      var w = start
      for t in gradients.indices {
        func mean(_ beta: Double, _ power: Double) -> Double {
          let weights = (0...t).map { pow(beta, Double(t - $0)) }
          return zip(weights, gradients).reduce(0) { $0 + $1.0 * pow(abs($1.1), power) }
            / weights.reduce(0, +)
        }
        let weights = (0...t).map { pow(0.9, Double(t - $0)) }
        let first =
          zip(weights, gradients).reduce(0) { $0 + $1.0 * $1.1 } / weights.reduce(0, +)
        w -= 0.01 * 0.1 * w
        w -= 0.01 * first / (mean(0.999, 2).squareRoot() + 1e-8)
      }
      return w
    }
  }

  @Test(arguments: [0, 0.9]) func rmsProp(momentum: Double) throws {
    try check(RMSProp(0.01, decay: 0.8, momentum: momentum)) { start, gradients in
      let pushes = gradients.indices.map { t in
        let square = (0...t).reduce(0) {
          $0 + 0.2 * pow(0.8, Double(t - $1)) * gradients[$1] * gradients[$1]
        }
        return gradients[t] / (square.squareRoot() + 1e-8)
      }
      return gradients.indices.reduce(start) { w, t in
        w - 0.01 * (0...t).reduce(0) { $0 + pow(momentum, Double(t - $1)) * pushes[$1] }
      }
    }
  }

  @Test func errors() throws {
    expectError("Nesterov's step needs a momentum above 0, not 0.0") {
      try SGD(0.1, nesterov: true)
    }
    expectError("a weight decay is a number of at least 0, not -1.0") {
      try AdamW(weightDecay: -1)
    }
    expectError("a decay is at least 0 and below 1, not 1.0") { try RMSProp(decay: 1) }
    expectError("a learning rate is a number above 0, not 0.0") { try RMSProp(0) }
    #expect(
      "\(try SGD(0.1, momentum: 0.5, nesterov: true))"
        == "SGD(0.1, momentum: 0.5, nesterov: true)")
    #expect("\(try RMSProp(0.1))" == "RMSProp(0.1)")
  }
}
