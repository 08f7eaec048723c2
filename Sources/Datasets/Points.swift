#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Points in the plane that no straight line parts: `[N, 2]`, for first networks.
///
///     let data = try Points.spirals(count: 300, classes: 3, noise: 0.05, seed: 1)
public enum Points {
  /// Arms of a spiral, one a class, each of two thirds of a turn.
  ///
  /// A point at t, from 0 to 1, lies at the radius 0.1 + 0.9 t and the angle
  /// 2 pi k / classes + 4.2 t for class k; `noise` is the deviation of both coordinates.
  ///
  /// Errors: a negative count or one of too much memory, 0 classes or more than 256, a noise that is
  /// not from 0 to a million.
  public static func spirals(
    count: Int, classes: Int = 3, noise: Double = 0.05, seed: UInt64,
    isCancelled: () -> Bool = { false }
  ) throws -> Dataset {
    try Synthetic.check(noise: noise)
    return try Synthetic.dataset(
      "spirals", count: count, shape: [2], seed: seed, classCount: classes,
      isCancelled: isCancelled
    ) { label, generator, point in
      let t = Double(generator.unit())
      let radius = 0.1 + 0.9 * t
      let angle = 2 * Double.pi * Double(label) / Double(classes) + 4.2 * t
      write(radius * cos(angle), radius * sin(angle), noise, &generator, point)
    }
  }

  /// Two half circles that reach into each other.
  ///
  /// (cos t, sin t) and (1 - cos t, 1/2 - sin t) for t from 0 to pi; `noise` is the deviation of both
  /// coordinates. Errors: as of `spirals`. Source: scikit-learn's `make_moons`.
  public static func moons(
    count: Int, noise: Double = 0.1, seed: UInt64, isCancelled: () -> Bool = { false }
  ) throws -> Dataset {
    try Synthetic.check(noise: noise)
    return try Synthetic.dataset(
      "moons", count: count, shape: [2], seed: seed, classCount: 2,
      classNames: ["upper", "lower"], isCancelled: isCancelled
    ) { label, generator, point in
      let t = Double.pi * Double(generator.unit())
      let (x, y) = label == 0 ? (cos(t), sin(t)) : (1 - cos(t), 0.5 - sin(t))
      write(x, y, noise, &generator, point)
    }
  }

  private static func write(
    _ x: Double, _ y: Double, _ noise: Double, _ generator: inout HashGenerator,
    _ point: UnsafeMutableBufferPointer<Float>
  ) {
    point[0] = Float(x + noise * Double(generator.bell()))
    point[1] = Float(y + noise * Double(generator.bell()))
  }
}
