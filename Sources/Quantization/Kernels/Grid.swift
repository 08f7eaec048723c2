import Tensors

/// One scale with its bounds, as the loops want it: x ~ scale * k for whole k from low to high.
///
/// k is q - z, the code without its zero point. As the bounds are whole, clamping before rounding
/// gives what clamping after it gives, and it keeps every number small: nothing overflows.
package struct Grid: Sendable {
  package let scale: Float
  package let low: Float
  package let high: Float
  package let zeroPoint: Int32
  package let rule: Rule

  /// Which k a number goes to.
  package enum Rule: Sendable {
    /// The whole number that the rounding mode finds for x / s.
    case whole
    /// The odd number 2 round((x / s - 1) / 2) + 1, within bounds.
    case odd
    /// The sign where |x| is above a threshold, else 0.
    case threshold(Float)
  }

  package init(scale: Float, zeroPoint: Int32, type: CodeType, threshold: Float? = nil) {
    self.scale = scale
    self.zeroPoint = zeroPoint
    low = Float(type.qmin - zeroPoint)
    high = Float(type.qmax - zeroPoint)
    rule = threshold.map { .threshold($0) } ?? (type.isOdd ? .odd : .whole)
  }

  private init(roundingWithin bound: Float) {
    (scale, low, high, zeroPoint, rule) = (1, -bound, bound, 0, .whole)
  }

  /// Rounds numbers that are far smaller than its bounds.
  static let rounding = Grid(roundingWithin: 0x1p20)
}

/// A rounding mode with the random numbers it may need.
///
/// Element i takes its number from lane i % 4 of block i / 4 of the stream, so that a result does
/// not depend on the order in which elements are visited.
package struct Rounder: Sendable {
  package let mode: RoundingMode
  package let stream: RandomStream

  package init(_ mode: RoundingMode, _ stream: RandomStream = RandomStream(seed: 0)) {
    self.mode = mode
    self.stream = stream
  }

  /// The four words that an element shares with its neighbours.
  func block(_ index: Int) -> SIMD4<UInt32> { stream.block(at: UInt64(index / 4)) }

  /// A number in [0, 1) of 24 random bits.
  static func unit(_ word: UInt32) -> Float { Float(word >> 8) * 0x1p-24 }

  /// The number in [0, 1) of an element.
  func noise(_ index: Int) -> Float { Self.unit(block(index)[index & 3]) }
}

/// The loops over contiguous elements that share a scale.
///
/// They vectorise, the stochastic one aside: no calls, no traps.
package enum GridKernel {
  /// Adding and taking away 1.5 * 2^23 rounds a float below 2^22 to a whole number, half to even.
  static let magic: Float = 0x1.8p23

  /// Elements handled at a time: scratch of this size stays in the first-level cache.
  static let chunk = 4096

  /// Writes k = round(x / s) for each element, but low - 1 or high + 1 where it is out of bounds.
  ///
  /// Returns whether a NaN was met. x is divided by s, not multiplied by 1 / s, as ONNX has it.
  /// The modes are written with the nearest number, since a call for each element would not
  /// vectorise; `RoundingMode.rounded` is their definition.
  static func steps(
    _ x: UnsafePointer<Float>, _ k: UnsafeMutablePointer<Float>, _ count: Int, _ grid: Grid,
    _ rounder: Rounder, first: Int
  ) -> Bool {
    switch grid.rule {
    case .whole: return wholeSteps(x, k, count, grid, rounder, first: first)
    case .threshold(let threshold):
      var unordered: UInt32 = 0
      for i in 0..<count {
        let value = x[i]
        let upper: Float = value > threshold ? 1 : 0
        k[i] = value < -threshold ? -1 : upper
        unordered |= value == value ? 0 : 1
      }
      return unordered != 0
    case .odd:
      let (scale, low, high) = (grid.scale, grid.low, grid.high)
      var unordered: UInt32 = 0
      for i in 0..<count {
        let ratio = x[i] / scale
        k[i] = ((ratio < low ? low : (ratio > high ? high : ratio)) - 1) * 0.5
        unordered |= ratio == ratio ? 0 : 1
      }
      _ = wholeSteps(k, k, count, .rounding, rounder, first: first)
      for i in 0..<count {
        let step = k[i] * 2 + 1
        k[i] = step < low ? low : (step > high ? high : step)
      }
      return unordered != 0
    }
  }

  private static func wholeSteps(
    _ x: UnsafePointer<Float>, _ k: UnsafeMutablePointer<Float>, _ count: Int, _ grid: Grid,
    _ rounder: Rounder, first: Int
  ) -> Bool {
    switch rounder.mode {
    case .halfEven: return map(x, k, count, grid, nearest)
    case .floor: return map(x, k, count, grid, below)
    case .ceiling: return map(x, k, count, grid) { -below(-$0) }
    case .towardZero: return map(x, k, count, grid) { $0 < 0 ? -below(-$0) : below($0) }
    case .halfUp: return map(x, k, count, grid, halfUp)
    case .halfAwayFromZero: return map(x, k, count, grid) { $0 < 0 ? -halfUp(-$0) : halfUp($0) }
    case .stochastic:
      var index = first
      var words = rounder.block(index)
      return map(x, k, count, grid) { ratio in
        if index & 3 == 0 { words = rounder.block(index) }
        let noise = Rounder.unit(words[index & 3])
        index += 1
        let whole = below(ratio)
        return ratio - whole > noise ? whole + 1 : whole
      }
    }
  }

  @inline(__always)
  private static func map(
    _ x: UnsafePointer<Float>, _ k: UnsafeMutablePointer<Float>, _ count: Int, _ grid: Grid,
    _ round: (Float) -> Float
  ) -> Bool {
    let (scale, lowest, highest) = (grid.scale, grid.low - 1, grid.high + 1)
    var unordered: UInt32 = 0
    for i in 0..<count {
      let ratio = x[i] / scale
      k[i] = round(ratio < lowest ? lowest : (ratio > highest ? highest : ratio))
      unordered |= ratio == ratio ? 0 : 1
    }
    return unordered != 0
  }

  @inline(__always)
  private static func nearest(_ x: Float) -> Float { (x + magic) - magic }

  @inline(__always)
  private static func below(_ x: Float) -> Float {
    let whole = nearest(x)
    return whole > x ? whole - 1 : whole
  }

  @inline(__always)
  private static func halfUp(_ x: Float) -> Float {
    let whole = below(x)
    return x - whole >= 0.5 ? whole + 1 : whole
  }

  /// Quantizes and dequantizes: y = s * clamp(round(x / s)).
  ///
  /// Returns whether a NaN was met.
  static func fake(
    _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, _ count: Int, _ grid: Grid,
    _ rounder: Rounder, first: Int
  ) -> Bool {
    let (scale, low, high) = (grid.scale, grid.low, grid.high)
    var sawNaN = false
    var start = 0
    while start < count {
      let length = min(chunk, count - start)
      let part = y + start
      if steps(x + start, part, length, grid, rounder, first: first + start) { sawNaN = true }
      for i in 0..<length {
        let k = part[i]
        // + 0 turns -0 into 0, which is what a code gives.
        part[i] = scale * ((k < low ? low : (k > high ? high : k)) + 0)
      }
      start += length
    }
    return sawNaN
  }

  /// The straight-through gradient: g where the rounded value is within bounds, else 0.
  static func straightThrough(
    _ x: UnsafePointer<Float>, _ g: UnsafePointer<Float>, _ result: UnsafeMutablePointer<Float>,
    _ count: Int, _ grid: Grid, _ rounder: Rounder, first: Int
  ) {
    let (low, high) = (grid.low, grid.high)
    if case .odd = grid.rule {
      for i in 0..<count { result[i] = x[i] >= -1 && x[i] <= 1 ? g[i] : 0 }
      return
    }
    var start = 0
    while start < count {
      let length = min(chunk, count - start)
      let (part, gradient) = (result + start, g + start)
      _ = steps(x + start, part, length, grid, rounder, first: first + start)
      for i in 0..<length {
        let k = part[i]
        let upper: Float = k <= high ? gradient[i] : 0
        part[i] = k >= low ? upper : 0
      }
      start += length
    }
  }

  /// Writes codes; returns how many elements lay outside the range, and whether a NaN was met.
  static func codes<Code: FixedWidthInteger>(
    _ x: UnsafePointer<Float>, _ q: UnsafeMutablePointer<Code>, _ count: Int, _ grid: Grid,
    _ rounder: Rounder, first: Int
  ) -> (clipped: Int, sawNaN: Bool) {
    let (low, high, zeroPoint) = (grid.low, grid.high, grid.zeroPoint)
    let magicBits = Int32(bitPattern: magic.bitPattern)
    return withUnsafeTemporaryAllocation(of: Float.self, capacity: chunk) { scratch in
      guard let k = scratch.baseAddress else { return (0, false) }
      var (clipped, sawNaN) = (0, false)
      var start = 0
      while start < count {
        let length = min(chunk, count - start)
        if steps(x + start, k, length, grid, rounder, first: first + start) { sawNaN = true }
        let part = q + start
        var outside: Int32 = 0
        for i in 0..<length {
          let step = k[i]
          outside &+= step < low || step > high ? 1 : 0
          let bounded = step < low ? low : (step > high ? high : step)
          // The whole number stands in the low bits of its sum with the magic number.
          let whole = Int32(bitPattern: (bounded + magic).bitPattern) &- magicBits
          part[i] = Code(truncatingIfNeeded: whole &+ zeroPoint)
        }
        clipped += Int(outside)
        start += length
      }
      return (clipped, sawNaN)
    }
  }

  /// x ~ s (q - z).
  static func dequantize<Code: FixedWidthInteger>(
    _ q: UnsafePointer<Code>, _ x: UnsafeMutablePointer<Float>, _ count: Int, _ grid: Grid
  ) {
    let (scale, zeroPoint) = (grid.scale, grid.zeroPoint)
    for i in 0..<count {
      x[i] = scale * Float(Int32(truncatingIfNeeded: q[i]) &- zeroPoint)
    }
  }

  /// The smallest and largest of contiguous floats; NaN if any is NaN.
  static func range(_ x: UnsafePointer<Float>, _ count: Int) -> ValueRange {
    typealias Vector = SIMD16<Float>
    let raw = UnsafeRawPointer(x)
    var (low, high) = (Vector(repeating: .infinity), Vector(repeating: -.infinity))
    var unordered = SIMDMask<SIMD16<Int32>>(repeating: false)
    var i = 0
    while i + 16 <= count {
      let v = raw.loadUnaligned(fromByteOffset: i * 4, as: Vector.self)
      low.replace(with: v, where: v .< low)
      high.replace(with: v, where: v .> high)
      unordered .|= v .!= v
      i += 16
    }
    var result = ValueRange(low.min(), high.max())
    var sawNaN = unordered != SIMDMask(repeating: false)
    while i < count {
      result.min = x[i] < result.min ? x[i] : result.min
      result.max = x[i] > result.max ? x[i] : result.max
      if x[i].isNaN { sawNaN = true }
      i += 1
    }
    return sawNaN ? ValueRange(.nan, .nan) : result
  }
}
