import Tensors

/// How a real number becomes a whole one.
///
/// The four nearest modes differ only at ties (1.5, 2.5, ...). `.floor` is the article's quantizer
/// with c = 0 and has a mean error of half a step; `.stochastic` rounds up with the probability of
/// the fraction, so that it is right on average.
public enum RoundingMode: String, CaseIterable, Sendable {
  case floor, ceiling, halfUp, halfEven, halfAwayFromZero, towardZero, stochastic

  /// The whole number for `x`.
  ///
  /// `noise` is a number in [0, 1) that only `.stochastic` reads: it rounds up where the fraction
  /// is above it, so with the default 0.5 it is the nearest number, ties down.
  @inline(__always)
  public func rounded<Real: BinaryFloatingPoint>(_ x: Real, noise: Real = 0.5) -> Real {
    switch self {
    case .floor: return x.rounded(.down)
    case .ceiling: return x.rounded(.up)
    case .halfEven: return x.rounded(.toNearestOrEven)
    case .halfAwayFromZero: return x.rounded(.toNearestOrAwayFromZero)
    case .towardZero: return x.rounded(.towardZero)
    case .halfUp:
      // floor(x + 1/2) would round 0.49999997 up, as the sum is not exact; the fraction is.
      let below = x.rounded(.down)
      return x - below >= 0.5 ? below + 1 : below
    case .stochastic:
      let below = x.rounded(.down)
      return x - below > noise ? below + 1 : below
    }
  }

  /// The whole number for `x`; `.stochastic` draws from the stream, the others leave it alone.
  public func rounded(_ x: Double, from stream: inout RandomStream) -> Double {
    self == .stochastic ? rounded(x, noise: stream.uniform()) : rounded(x)
  }
}
