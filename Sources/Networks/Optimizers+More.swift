public import Tensors

/// Adam whose weight decay is apart from the gradient: w -= rate (step + decay w).
///
/// Source: Loshchilov, Hutter, arXiv 1711.05101.
public struct AdamW: Optimizer {
  private var adam: Adam
  public let weightDecay: Double

  public var learningRate: Double {
    get { adam.learningRate }
    set { adam.learningRate = newValue }
  }

  public init(
    _ learningRate: Double = 0.001, weightDecay: Double = 0.01, beta1: Double = 0.9,
    beta2: Double = 0.999, epsilon: Double = 1e-8
  ) throws {
    adam = try Adam(learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon)
    guard weightDecay >= 0, weightDecay.isFinite else {
      throw NetworkError.badRate("a weight decay is a number of at least 0", weightDecay)
    }
    self.weightDecay = weightDecay
  }

  public var memory: OptimizerMemory {
    get { adam.memory }
    set { adam.memory = newValue }
  }

  public var description: String { "AdamW(\(learningRate), weightDecay: \(weightDecay))" }

  public mutating func step(_ parameters: inout [Tensor], along gradients: [Tensor]) throws {
    try checkShapes(parameters, gradients)
    let kept = Float(1 - learningRate * weightDecay)
    for index in parameters.indices {
      try parameters[index].withMutableElements(Float.self) { w in
        for i in 0..<w.count { w[i] *= kept }
      }
    }
    try adam.step(&parameters, along: gradients)
  }
}

/// Steps by the gradient over the root of its mean square.
///
/// v = decay v + (1 - decay) g^2, u = momentum u + g / (sqrt(v) + epsilon), w -= rate u. Source:
/// Tieleman, Hinton, lecture 6.5 of "Neural Networks for Machine Learning" (2012).
public struct RMSProp: Optimizer {
  public var learningRate: Double
  public let decay: Double
  public let momentum: Double
  public let epsilon: Double
  private var squares: [Tensor] = []
  private var velocities: [Tensor] = []

  public init(
    _ learningRate: Double = 0.01, decay: Double = 0.99, momentum: Double = 0,
    epsilon: Double = 1e-8
  ) throws {
    self.learningRate = try checkedRate(learningRate)
    guard decay >= 0, decay < 1 else {
      throw NetworkError.badRate("a decay is at least 0 and below 1", decay)
    }
    guard momentum >= 0, momentum < 1 else {
      throw NetworkError.badRate("a momentum is at least 0 and below 1", momentum)
    }
    guard epsilon > 0, epsilon.isFinite else {
      throw NetworkError.badRate("epsilon is a number above 0", epsilon)
    }
    self.decay = decay
    self.momentum = momentum
    self.epsilon = epsilon
  }

  public var memory: OptimizerMemory {
    get { OptimizerMemory(moments: ["square_avg": squares, "momentum_buffer": velocities]) }
    set {
      squares = newValue.moments["square_avg"] ?? []
      velocities = newValue.moments["momentum_buffer"] ?? []
    }
  }

  public var description: String {
    "RMSProp(\(learningRate)" + (momentum == 0 ? "" : ", momentum: \(momentum)") + ")"
  }

  public mutating func step(_ parameters: inout [Tensor], along gradients: [Tensor]) throws {
    try checkShapes(parameters, gradients)
    if !fit(squares, parameters) {
      squares = try parameters.map(zerosLike)
      velocities = try parameters.map(zerosLike)
    }
    let (rate, momentum, epsilon) = (Float(learningRate), Float(momentum), Float(epsilon))
    let (kept, share) = (Float(decay), Float(1 - decay))
    for index in parameters.indices {
      try gradients[index].withElements(Float.self) { g in
        try squares[index].withMutableElements(Float.self) { v in
          try velocities[index].withMutableElements(Float.self) { u in
            try parameters[index].withMutableElements(Float.self) { w in
              for i in 0..<w.count {
                v[i] = kept * v[i] + share * g[i] * g[i]
                u[i] = momentum * u[i] + g[i] / (v[i].squareRoot() + epsilon)
                w[i] -= rate * u[i]
              }
            }
          }
        }
      }
    }
  }
}

extension Gradient {
  /// The gradient shortened to a norm, if it is longer: arXiv 1211.5063.
  ///
  /// A norm that is not finite leaves the gradient as it is.
  public func clipped(to limit: Double) throws -> Gradient {
    guard limit > 0, limit.isFinite else {
      throw NetworkError.badRate("the greatest norm of a gradient is a number above 0", limit)
    }
    let norm = try norm()
    guard norm > limit, norm.isFinite else { return self }
    return Gradient(
      tensors: try tensors.map { try $0 * (limit / norm) }, names: names, inputShape: inputShape)
  }
}
