import Synchronization

/// Sums and extremes.
///
/// Float sums run in vector registers by blocks and are collected in Float64. Every few milliseconds
/// a wish to stop is heard: then they throw `TensorError.interrupted`.
enum Reductions {
  typealias Vector = SIMD16<Float>
  static let block = 1024
  /// Rows that are added one to the other before Float64 takes over.
  private static let rowBlock = 64

  /// The sum of contiguous floats.
  static func sum(_ a: UnsafePointer<Float>, _ count: Int) throws -> Double {
    guard count > Stretches.shared else {
      try Stop.check()
      return serialSum(a, count)
    }
    // Each stretch has its own total, and they are added in order, however many cores there are.
    let totals = Mutex([Double](repeating: 0, count: (count - 1) / Stretches.shared + 1))
    nonisolated(unsafe) let source = a
    try Stretches.spread(count) { range in
      let total = serialSum(source + range.lowerBound, range.count)
      totals.withLock { $0[range.lowerBound / Stretches.shared] = total }
    }
    return totals.withLock { $0.reduce(0, +) }
  }

  private static func serialSum(_ a: UnsafePointer<Float>, _ count: Int) -> Double {
    var total = 0.0
    var start = 0
    while start < count {
      let end = min(start + block, count)
      total += Double(blockSum(a + start, end - start))
      start = end
    }
    return total
  }

  private static func blockSum(_ a: UnsafePointer<Float>, _ count: Int) -> Float {
    var (v0, v1) = (Vector.zero, Vector.zero)
    let raw = UnsafeRawPointer(a)
    var i = 0
    while i + 32 <= count {
      v0 += raw.loadUnaligned(fromByteOffset: i * 4, as: Vector.self)
      v1 += raw.loadUnaligned(fromByteOffset: i * 4 + 64, as: Vector.self)
      i += 32
    }
    var total = (v0 + v1).sum()
    while i < count {
      total += a[i]
      i += 1
    }
    return total
  }

  /// The sum of squares of contiguous floats, in Float64.
  static func sumOfSquares(_ a: UnsafePointer<Float>, _ count: Int) -> Double {
    var total = 0.0
    for i in 0..<count { total += Double(a[i]) * Double(a[i]) }
    return total
  }

  /// Sums `[outer, axis, inner]` over its middle.
  static func sum(
    _ a: UnsafePointer<Float>, outer: Int, axis: Int, inner: Int,
    into r: UnsafeMutablePointer<Float>
  ) throws {
    for o in 0..<outer {
      let source = a + o * axis * inner
      if inner == 1 {
        r[o] = Float(try sum(source, axis))
        continue
      }
      try Stop.check()
      let result = r + o * inner
      sumRows(source, min(axis, rowBlock), inner, into: result)
      if axis > rowBlock { try addBlocks(source, axis, inner, to: result) }
    }
  }

  /// The sum of rows of contiguous floats.
  private static func sumRows(
    _ a: UnsafePointer<Float>, _ rows: Int, _ inner: Int, into r: UnsafeMutablePointer<Float>
  ) {
    for i in 0..<inner { r[i] = 0 }
    for k in 0..<rows {
      let row = a + k * inner
      for i in 0..<inner { r[i] += row[i] }
    }
  }

  /// Adds the rows beyond the first block, whose sum is there already, block by block in Float64.
  private static func addBlocks(
    _ a: UnsafePointer<Float>, _ rows: Int, _ inner: Int, to r: UnsafeMutablePointer<Float>
  ) throws {
    var totals = (0..<inner).map { Double(r[$0]) }
    var start = rowBlock
    while start < rows {
      try Stop.check()
      let end = min(start + rowBlock, rows)
      sumRows(a + start * inner, end - start, inner, into: r)
      for i in 0..<inner { totals[i] += Double(r[i]) }
      start = end
    }
    for i in 0..<inner { r[i] = Float(totals[i]) }
  }

  /// The smallest and largest of contiguous floats; NaN if any is NaN.
  static func range(_ a: UnsafePointer<Float>, _ count: Int) throws -> (
    min: Float, max: Float
  ) {
    var (low, high) = (Vector(repeating: .infinity), Vector(repeating: -.infinity))
    var unordered = Vector.zero
    let raw = UnsafeRawPointer(a)
    var i = 0
    while i + 16 <= count {
      if i % Stretches.length == 0 { try Stop.check() }
      let v = raw.loadUnaligned(fromByteOffset: i * 4, as: Vector.self)
      low = low.replacing(with: v, where: v .< low)
      high = high.replacing(with: v, where: v .> high)
      unordered += v - v
      i += 16
    }
    var (least, greatest) = (low.min(), high.max())
    var check = unordered.sum()
    while i < count {
      least = min(least, a[i])
      greatest = max(greatest, a[i])
      check += a[i] - a[i]
      i += 1
    }
    // x - x is NaN for NaN and infinities alike: only a NaN spoils the extremes.
    if check.isNaN {
      for i in 0..<count where a[i].isNaN { return (.nan, .nan) }
    }
    return (least, greatest)
  }

  /// The best of each `[outer, axis, inner]` along its middle, with its position.
  static func extremum<E: Comparable>(
    _ a: UnsafePointer<E>, outer: Int, axis: Int, inner: Int,
    isBetter: (E, E) -> Bool, _ result: (_ at: Int, E, Int) -> Void
  ) throws {
    var silent = 0
    for o in 0..<outer {
      for i in 0..<inner {
        silent += axis
        if silent >= Stretches.length {
          try Stop.check()
          silent = 0
        }
        var best = a[o * axis * inner + i]
        var position = 0
        for k in 1..<max(axis, 1) {
          let candidate = a[(o * axis + k) * inner + i]
          if isBetter(candidate, best) {
            best = candidate
            position = k
          }
        }
        result(o * inner + i, best, position)
      }
    }
  }
}
