public import Tensors

/// A rule that moves parameters along their gradient: a value that carries its moments.
public protocol Optimizer: Sendable, CustomStringConvertible {
  var learningRate: Double { get set }
  /// Moves each parameter in place, given its gradient; it must check them before it writes.
  mutating func step(_ parameters: inout [Tensor], along gradients: [Tensor]) throws
  /// What it remembers of the steps so far: a tensor for each parameter, and the count of steps.
  var memory: OptimizerMemory { get set }
}

/// What an optimizer remembers between steps, named as in PyTorch's optimizers.
public struct OptimizerMemory: Sendable {
  /// Tensors in the order of the parameters, by name: `exp_avg`; empty before the first step.
  public var moments: [String: [Tensor]]
  /// Steps done, where they count.
  public var steps: Int

  public init(moments: [String: [Tensor]], steps: Int = 0) {
    self.moments = moments
    self.steps = steps
  }
}

extension Optimizer {
  /// Moves the parameters of a network along a gradient.
  ///
  /// After an error the network is as it was.
  public mutating func update(_ network: inout Sequential, along gradient: Gradient) throws {
    var moved = network
    if !moved.isBuilt, let shape = gradient.inputShape { moved = try moved.built(for: shape) }
    var parameters = moved.parameters.map { $0.tensor.detached() }
    guard parameters.count == gradient.tensors.count else {
      throw NetworkError.gradientMismatch(
        expected: parameters.count, got: gradient.tensors.count)
    }
    try step(&parameters, along: gradient.tensors)
    network = moved.withParameters(parameters)
  }
}

/// Stochastic gradient descent: v = momentum v + g + decay w, w -= rate v.
///
/// With Nesterov's momentum the step looks ahead: w -= rate (g + decay w + momentum v). Source:
/// Sutskever et al., "On the importance of initialization and momentum" (ICML 2013).
public struct SGD: Optimizer {
  public var learningRate: Double
  public let momentum: Double
  public let weightDecay: Double
  public let nesterov: Bool
  private var velocities: [Tensor] = []

  public init(
    _ learningRate: Double = 0.01, momentum: Double = 0, weightDecay: Double = 0,
    nesterov: Bool = false
  ) throws {
    self.learningRate = try checkedRate(learningRate)
    guard momentum >= 0, momentum < 1 else {
      throw NetworkError.badRate("a momentum is at least 0 and below 1", momentum)
    }
    guard weightDecay >= 0, weightDecay.isFinite else {
      throw NetworkError.badRate("a weight decay is a number of at least 0", weightDecay)
    }
    guard !nesterov || momentum > 0 else {
      throw NetworkError.badRate("Nesterov's step needs a momentum above 0", momentum)
    }
    self.momentum = momentum
    self.weightDecay = weightDecay
    self.nesterov = nesterov
  }

  public var memory: OptimizerMemory {
    get { OptimizerMemory(moments: ["momentum_buffer": velocities]) }
    set { velocities = newValue.moments["momentum_buffer"] ?? [] }
  }

  public var description: String {
    "SGD(\(learningRate)" + (momentum == 0 ? "" : ", momentum: \(momentum)")
      + (weightDecay == 0 ? "" : ", weightDecay: \(weightDecay)")
      + (nesterov ? ", nesterov: true" : "") + ")"
  }

  public mutating func step(_ parameters: inout [Tensor], along gradients: [Tensor]) throws {
    try checkShapes(parameters, gradients)
    if !fit(velocities, parameters) { velocities = try parameters.map(zerosLike) }
    let (rate, momentum, decay) = (Float(learningRate), Float(momentum), Float(weightDecay))
    let (ahead, pull) = nesterov ? (momentum, Float(1)) : (1, 0)
    for index in parameters.indices {
      try gradients[index].withElements(Float.self) { g in
        try velocities[index].withMutableElements(Float.self) { v in
          try parameters[index].withMutableElements(Float.self) { w in
            for i in 0..<w.count {
              let slope = g[i] + decay * w[i]
              v[i] = momentum * v[i] + slope
              w[i] -= rate * (ahead * v[i] + pull * slope)
            }
          }
        }
      }
    }
  }
}

/// Adam: steps by the mean of the gradient over the root of its mean square.
///
/// m = b1 m + (1 - b1) g, v = b2 v + (1 - b2) g^2, w -= rate mhat / (sqrt(vhat) + epsilon), where
/// the hats divide by 1 - b^t. Source: arXiv 1412.6980, algorithm 1.
public struct Adam: Optimizer {
  public var learningRate: Double
  public let beta1: Double
  public let beta2: Double
  public let epsilon: Double
  private var steps = 0
  private var means: [Tensor] = []
  private var squares: [Tensor] = []

  public init(
    _ learningRate: Double = 0.001, beta1: Double = 0.9, beta2: Double = 0.999,
    epsilon: Double = 1e-8
  ) throws {
    self.learningRate = try checkedRate(learningRate)
    for beta in [beta1, beta2] where beta < 0 || beta >= 1 || beta.isNaN {
      throw NetworkError.badRate("a decay is at least 0 and below 1", beta)
    }
    guard epsilon > 0, epsilon.isFinite else {
      throw NetworkError.badRate("epsilon is a number above 0", epsilon)
    }
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
  }

  public var memory: OptimizerMemory {
    get { OptimizerMemory(moments: ["exp_avg": means, "exp_avg_sq": squares], steps: steps) }
    set {
      means = newValue.moments["exp_avg"] ?? []
      squares = newValue.moments["exp_avg_sq"] ?? []
      steps = newValue.steps
    }
  }

  public var description: String { "Adam(\(learningRate))" }

  public mutating func step(_ parameters: inout [Tensor], along gradients: [Tensor]) throws {
    try checkShapes(parameters, gradients)
    if !fit(means, parameters) {
      means = try parameters.map(zerosLike)
      squares = try parameters.map(zerosLike)
      steps = 0
    }
    steps += 1
    // Computed in Float64: 1 - b2^t loses half its digits in Float32.
    let correction1 = 1 - power(beta1, steps)
    let correction2 = 1 - power(beta2, steps)
    let step = AdamStep(
      beta1: beta1, beta2: beta2, rate: learningRate / correction1,
      root: 1 / correction2.squareRoot(), epsilon: epsilon)
    for index in parameters.indices {
      try gradients[index].withElements(Float.self) { g in
        try means[index].withMutableElements(Float.self) { m in
          try squares[index].withMutableElements(Float.self) { v in
            try parameters[index].withMutableElements(Float.self) { w in
              step.apply(g, means: m, squares: v, weights: w)
            }
          }
        }
      }
    }
  }

  private func power(_ base: Double, _ exponent: Int) -> Double {
    var (result, factor, rest) = (1.0, base, exponent)
    while rest > 0 {
      if rest & 1 == 1 { result *= factor }
      factor *= factor
      rest >>= 1
    }
    return result
  }
}

func checkedRate(_ rate: Double) throws -> Double {
  guard rate > 0, rate.isFinite else {
    throw NetworkError.badRate("a learning rate is a number above 0", rate)
  }
  return rate
}

func zerosLike(_ tensor: Tensor) throws -> Tensor {
  try Tensor(repeating: 0, shape: tensor.shape)
}

/// Whether moments are those of some parameters, and not of another network's.
func fit(_ moments: [Tensor], _ parameters: [Tensor]) -> Bool {
  moments.map(\.shape) == parameters.map(\.shape)
}

func checkShapes(_ parameters: [Tensor], _ gradients: [Tensor]) throws {
  guard parameters.count == gradients.count else {
    throw NetworkError.gradientMismatch(expected: parameters.count, got: gradients.count)
  }
  for (parameter, gradient) in zip(parameters, gradients) where parameter.shape != gradient.shape {
    throw NetworkError.gradientShape(parameter: parameter.shape, gradient: gradient.shape)
  }
  for tensor in parameters + gradients where tensor.dtype != .float32 {
    throw TensorError.needsDType("parameters and gradients are float32", tensor.dtype)
  }
}
