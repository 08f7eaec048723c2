import Tensors

/// The way back through a grid whose step is learned, over contiguous elements.
enum StepKernel {
  typealias Vector = SIMD16<Float>

  /// Sums over the elements of a run, of which the gradients of a step, a clip or an offset are
  /// made.
  struct Sums {
    /// g (round(x / s) - x / s) where x is within the grid.
    var rounding = 0.0
    /// g where x / s is below the grid.
    var below = 0.0
    /// g where x / s is at the end of the grid or above it.
    var above = 0.0

    static func + (a: Sums, b: Sums) -> Sums {
      Sums(
        rounding: a.rounding + b.rounding, below: a.below + b.below, above: a.above + b.above)
    }
  }

  /// Vectors that are added in float32 before Float64 takes over.
  private static let block = 256

  /// Writes the gradient of x: g where low <= x / s < high, else 0; and sums up.
  static func backward(
    _ x: UnsafePointer<Float>, _ g: UnsafePointer<Float>, _ result: UnsafeMutablePointer<Float>,
    _ count: Int, _ grid: Grid
  ) -> Sums {
    let (source, incoming) = (UnsafeRawPointer(x), UnsafeRawPointer(g))
    let target = UnsafeMutableRawPointer(result)
    let (scale, low, high) = (
      Vector(repeating: grid.scale), Vector(repeating: grid.low), Vector(repeating: grid.high)
    )
    let magic = Vector(repeating: GridKernel.magic)
    var sums = Sums()
    var i = 0
    while i &+ 16 <= count {
      let end = min(count &- 15, i &+ 16 &* block)
      var (rounding, below, above) = (Vector.zero, Vector.zero, Vector.zero)
      while i < end {
        let gradient = incoming.loadUnaligned(fromByteOffset: i &* 4, as: Vector.self)
        let ratio = source.loadUnaligned(fromByteOffset: i &* 4, as: Vector.self) / scale
        let (isBelow, isAbove) = (ratio .< low, ratio .>= high)
        let inside = gradient.replacing(with: 0, where: isBelow .| isAbove)
        let bounded = ratio.replacing(with: 0, where: isBelow .| isAbove)
        target.storeBytes(of: inside, toByteOffset: i &* 4, as: Vector.self)
        rounding += inside * (((bounded + magic) - magic) - bounded)
        below += Vector.zero.replacing(with: gradient, where: isBelow)
        above += Vector.zero.replacing(with: gradient, where: isAbove)
        i &+= 16
      }
      sums.rounding += Double(rounding.sum())
      sums.below += Double(below.sum())
      sums.above += Double(above.sum())
    }
    while i < count {
      let ratio = x[i] / grid.scale
      if ratio < grid.low {
        sums.below += Double(g[i])
        result[i] = 0
      } else if ratio >= grid.high {
        sums.above += Double(g[i])
        result[i] = 0
      } else {
        sums.rounding += Double(g[i] * (((ratio + GridKernel.magic) - GridKernel.magic) - ratio))
        result[i] = g[i]
      }
      i += 1
    }
    return sums
  }
}
