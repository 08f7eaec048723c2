package import Tensors

/// How the first weights of a layer are drawn: around 0, with a variance that follows from its sizes.
///
///     Conv2D(32, activation: .relu, initializer: .heNormal)
///
/// With m the fan in, the numbers that each output sums over, and n the fan out, those that each
/// input goes into, the variance is 2 / (m + n) for Glorot, 2 / m for He, and 1 / m for LeCun. The
/// uniform ones lie between -sqrt(3 variance) and sqrt(3 variance). Sources: Glorot, Bengio,
/// "Understanding the difficulty of training deep feedforward neural networks" (AISTATS 2010); He et
/// al., arXiv 1502.01852; LeCun et al., "Efficient BackProp" (1998). PyTorch calls the first two
/// Xavier and Kaiming.
public enum Initializer: String, CaseIterable, Sendable {
  case glorotUniform, glorotNormal, heUniform, heNormal, lecunUniform, lecunNormal

  /// The variance, as a fraction.
  private func variance(fanIn: Double, fanOut: Double) -> (above: Double, below: Double) {
    switch self {
    case .glorotUniform, .glorotNormal: (2, fanIn + fanOut)
    case .heUniform, .heNormal: (2, fanIn)
    case .lecunUniform, .lecunNormal: (1, fanIn)
    }
  }

  /// Weights of a shape, a pure function of it, the fans and the seed.
  package func weights(
    _ shape: Shape, fanIn: Double, fanOut: Double, seed: UInt64
  ) throws -> Tensor {
    var stream = RandomStream(seed: seed, stream: 0x7765_6967_6874)
    var (above, below) = variance(fanIn: fanIn, fanOut: fanOut)
    // Without inputs there are no weights to draw.
    if below == 0 { (above, below) = (0, 1) }
    switch self {
    case .glorotUniform, .heUniform, .lecunUniform:
      let limit = (3 * above / below).squareRoot()
      return try Tensor.uniform(shape, low: -limit, high: limit, from: &stream)
    case .glorotNormal, .heNormal, .lecunNormal:
      return try Tensor.normal(shape, deviation: (above / below).squareRoot(), from: &stream)
    }
  }
}
