/// Loops over positions along the middle of `[outer, axis, inner]`.
///
/// Positions are known to lie on the axis. Elements are moved as they are, whatever their type.
enum Positions {
  /// The parts of a shape around an axis, with the sizes of the axis on both sides.
  struct Parts {
    let outer: Int
    let inner: Int
    /// Size of the axis of the tensor that holds the elements.
    let axis: Int
    /// Size of the axis of the positions.
    let positions: Int
  }

  /// r[o, k, i] = a[o, positions[o, k, i], i].
  static func gather<E>(
    _ parts: Parts, _ a: UnsafePointer<E>, _ positions: UnsafePointer<Int32>,
    into r: UnsafeMutablePointer<E>
  ) throws {
    try walk(parts) { element, position in r[element] = a[position(positions[element])] }
  }

  /// r[o, positions[o, k, i], i] = a[o, k, i], the last one where several meet.
  static func put<E>(
    _ parts: Parts, _ a: UnsafePointer<E>, _ positions: UnsafePointer<Int32>,
    into r: UnsafeMutablePointer<E>
  ) throws {
    try walk(parts) { element, position in r[position(positions[element])] = a[element] }
  }

  /// r[o, positions[o, k, i], i] += a[o, k, i].
  static func add(
    _ parts: Parts, _ a: UnsafePointer<Float>, _ positions: UnsafePointer<Int32>,
    into r: UnsafeMutablePointer<Float>
  ) throws {
    try walk(parts) { element, position in r[position(positions[element])] += a[element] }
  }

  /// Integers wrap around at the ends of int32.
  static func add(
    _ parts: Parts, _ a: UnsafePointer<Int32>, _ positions: UnsafePointer<Int32>,
    into r: UnsafeMutablePointer<Int32>
  ) throws {
    try walk(parts) { element, position in r[position(positions[element])] &+= a[element] }
  }

  /// Visits the elements of the positions in order, with the way from a position to an element.
  @inline(__always)
  private static func walk(
    _ parts: Parts, _ body: (_ element: Int, _ position: (Int32) -> Int) -> Void
  ) throws {
    var element = 0
    var silent = 0
    for o in 0..<parts.outer {
      for _ in 0..<parts.positions {
        silent += parts.inner
        if silent >= Stretches.length {
          try Stop.check()
          silent = 0
        }
        for i in 0..<parts.inner {
          body(element) { (o * parts.axis + Int($0)) * parts.inner + i }
          element += 1
        }
      }
    }
  }

  /// Sums along the middle, each element the sum up to and with it; from the end if reversed.
  ///
  /// Sums run in Float64, so that a long axis loses no more than its last digit.
  static func cumulativeSum(
    _ a: UnsafePointer<Float>, outer: Int, axis: Int, inner: Int, reversed: Bool,
    into r: UnsafeMutablePointer<Float>
  ) throws {
    var totals = [Double](repeating: 0, count: inner)
    var silent = 0
    for o in 0..<outer {
      for i in 0..<inner { totals[i] = 0 }
      for step in 0..<axis {
        silent += inner
        if silent >= Stretches.length {
          try Stop.check()
          silent = 0
        }
        let row = (o * axis + (reversed ? axis - 1 - step : step)) * inner
        for i in 0..<inner {
          totals[i] += Double(a[row + i])
          r[row + i] = Float(totals[i])
        }
      }
    }
  }

  /// The order of the elements along the middle; equal ones stay in their order, NaN is largest.
  static func sort<E: Comparable>(
    _ a: UnsafePointer<E>, outer: Int, axis: Int, inner: Int, descending: Bool,
    into r: UnsafeMutablePointer<Int32>
  ) throws {
    var asked = 0
    for o in 0..<outer {
      for i in 0..<inner {
        let start = o * axis * inner + i
        let order = try (0..<Int32(axis)).sorted { left, right in
          asked &+= 1
          if asked & (Stretches.length - 1) == 0 { try Stop.check() }
          let (x, y) = (a[start + Int(left) * inner], a[start + Int(right) * inner])
          let isBefore = descending ? precedes(y, x) : precedes(x, y)
          if isBefore { return true }
          let isAfter = descending ? precedes(x, y) : precedes(y, x)
          return !isAfter && left < right
        }
        for (step, position) in order.enumerated() { r[start + step * inner] = position }
      }
    }
  }

  /// Smaller, or a number before NaN.
  @inline(__always)
  private static func precedes<E: Comparable>(_ a: E, _ b: E) -> Bool {
    a < b || (a == a && b != b)
  }
}
