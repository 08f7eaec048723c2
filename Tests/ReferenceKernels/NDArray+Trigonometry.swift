/// Circular and hyperbolic functions from their power series, without libm.
extension NDArray {
  public func sin() -> NDArray { map { T(Series.sine(Double($0))) } }
  public func cos() -> NDArray { map { T(Series.sine(.pi / 2 - Double($0))) } }
  public func asin() -> NDArray { map { T(Series.arcsine(Double($0))) } }
  public func acos() -> NDArray { map { T(Double.pi / 2 - Series.arcsine(Double($0))) } }
  public func atan() -> NDArray { map { T(Series.arctangent(Double($0))) } }
  public func sinh() -> NDArray { map { T(Series.hyperbolicSine(Double($0))) } }
  public func cosh() -> NDArray { (exp() + map { -$0 }.exp()).map { $0 / 2 } }
}

private enum Series {
  /// x - x^3/3! + x^5/5! - ..., of an angle taken to [-pi, pi].
  static func sine(_ angle: Double) -> Double {
    let x = angle.remainder(dividingBy: 2 * .pi)
    return sum(x) { -x * x / Double(2 * $0 * (2 * $0 + 1)) }
  }

  /// x + x^3/3! + x^5/5! + ...
  static func hyperbolicSine(_ x: Double) -> Double {
    sum(x) { x * x / Double(2 * $0 * (2 * $0 + 1)) }
  }

  /// x - x^3/3 + x^5/5 - ..., of half the angle three times over: it needs a small x.
  ///
  /// tan(a/2) = tan a / (1 + sqrt(1 + tan^2 a)).
  static func arctangent(_ tangent: Double) -> Double {
    var x = tangent
    for _ in 0..<3 { x /= 1 + (1 + x * x).squareRoot() }
    return 8 * sum(x) { -x * x * Double(2 * $0 - 1) / Double(2 * $0 + 1) }
  }

  /// The angle whose half has the tangent x / (1 + sqrt(1 - x^2)).
  static func arcsine(_ x: Double) -> Double {
    2 * arctangent(x / (1 + (1 - x * x).squareRoot()))
  }

  /// The sum of 200 terms, each from the one before by a factor of its number.
  private static func sum(_ first: Double, _ factor: (Int) -> Double) -> Double {
    var (term, total) = (first, first)
    for number in 1..<200 {
      term *= factor(number)
      total += term
    }
    return total
  }
}
