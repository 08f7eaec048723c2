extension Tensor {
  /// Parts of equal size along an axis: `try x.split(3, axis: 1)`.
  public func split(_ count: Int, axis: Int = 0) throws -> [Tensor] {
    let position = try shape.axis(axis)
    guard count > 0, shape[position] % count == 0 else {
      throw TensorError.badArgument(
        "axis \(position) of \(shape) does not divide into \(count) equal parts")
    }
    guard count <= Swift.max(shape[position], 1) else {
      throw TensorError.badArgument("an axis of size \(shape[position]) has no \(count) parts")
    }
    return try split(
      sizes: [Int](repeating: shape[position] / count, count: count), axis: position)
  }

  /// Parts of some sizes along an axis, which they fill: `try x.split(sizes: [2, 3], axis: 1)`.
  public func split(sizes: [Int], axis: Int = 0) throws -> [Tensor] {
    let position = try shape.axis(axis)
    var total = 0
    for size in sizes {
      guard size >= 0 else { throw TensorError.negativeSize(sizes) }
      let (sum, overflow) = total.addingReportingOverflow(size)
      total = overflow ? Int.max : sum
    }
    guard total == shape[position] else {
      throw TensorError.badArgument(
        "parts of sizes \(sizes) do not fill axis \(position) of \(shape)")
    }
    let whole = [TensorIndex](repeating: .range(lower: nil, upper: nil), count: position)
    var start = 0
    return try sizes.map { size in
      defer { start += size }
      return try slice(whole + [.range(lower: start, upper: start + size)])
    }
  }

  /// The tensor with a border of one number around it.
  ///
  ///     try x.pad([[0, 0], [1, 2]])    // one column before, two behind
  ///
  /// `widths` holds, for each axis, how many elements come before and behind.
  public func pad(_ widths: [[Int]], with value: Double = 0) throws -> Tensor {
    guard widths.count == rank, widths.allSatisfy({ $0.count == 2 }) else {
      throw TensorError.badArgument(
        "padding \(shape) needs a pair [before, behind] for each of its \(rank) axes, not \(widths)"
      )
    }
    var sizes = shape.sizes
    for (axis, pair) in widths.enumerated() {
      guard pair[0] >= 0, pair[1] >= 0 else { throw TensorError.negativeSize(pair) }
      guard pair[0] <= Shape.maximumCount, pair[1] <= Shape.maximumCount else {
        throw TensorError.tooLarge(pair)
      }
      sizes[axis] += pair[0] + pair[1]
    }
    var result = try Tensor(repeating: value, shape: Shape(sizes), dtype: dtype)
    let places = zip(widths, shape.sizes).map { pair, size in
      TensorIndex.range(lower: pair[0], upper: pair[0] + size)
    }
    try result.setSlice(places, to: self)
    return result
  }

  /// The tensor repeated along its axes: `try x.tile([2, 3])`.
  ///
  /// With fewer numbers than axes, the last axes are repeated; with more, axes of size 1 are put in
  /// front, as in NumPy.
  public func tile(_ repeats: [Int]) throws -> Tensor {
    let rank = Swift.max(self.rank, repeats.count)
    let missing = [Int](repeating: 1, count: rank - self.rank)
    let counts = [Int](repeating: 1, count: rank - repeats.count) + repeats
    var target = missing + shape.sizes
    for (axis, count) in counts.enumerated() {
      guard count >= 0 else { throw TensorError.negativeSize(repeats) }
      let (size, overflow) = target[axis].multipliedReportingOverflow(by: count)
      guard !overflow else { throw TensorError.tooLarge(repeats) }
      target[axis] = size
    }
    _ = try Shape(target)
    var result = try reshape(missing + shape.sizes)
    for (axis, count) in counts.enumerated() where count != 1 {
      let (outer, length, inner) = result.parts(axis)
      let row = length * inner
      var sizes = result.shape.sizes
      sizes[axis] = length * count
      result = try result.reshape([outer, 1, row]).broadcast(to: Shape([outer, count, row]))
        .reshape(sizes)
    }
    return result
  }

  /// Each element, or the nearer bound where it is outside of them.
  ///
  /// The gradient passes where nothing was changed, bounds included. Integers stay integers.
  public func clip(_ low: Double, _ high: Double) throws -> Tensor {
    guard low <= high else {
      throw TensorError.badArgument(
        "a lower bound of \(TensorFormat.number(low)) is not below \(TensorFormat.number(high))")
    }
    if dtype != .float32 {
      let (least, greatest) = (Int32(saturating: low.rounded(.up)), Int32(saturating: high))
      guard least <= greatest else {
        throw TensorError.badArgument(
          "no whole number lies from \(TensorFormat.number(low)) to \(TensorFormat.number(high))")
      }
      return try cast(to: .int32).clamped(least, greatest).cast(to: dtype)
    }
    let result = try clamped(Float(low), Float(high))
    guard isRecorded else { return result }
    let inside = try Tensor.compare(.equal, detached(), result).cast(to: .float32)
    return result.recorded(.select(mask: inside), self)
  }

  private func clamped<E: Element & Comparable>(_ low: E, _ high: E) throws -> Tensor {
    try withElements(E.self) { source in
      try Tensor(shape: shape, writing: E.self) { result in
        try Stretches.run(source.count) { range in
          // Comparisons that are false for NaN, which stays.
          for i in range {
            result[i] = source[i] < low ? low : (source[i] > high ? high : source[i])
          }
        }
      }
    }
  }

  /// Whether both of two bool tensors are true, element by element, broadcast together.
  public static func both(_ a: Tensor, _ b: Tensor) throws -> Tensor {
    try binary(.multiply, a.flags(), b.flags()).cast(to: .bool)
  }

  /// Whether at least one of two bool tensors is true, element by element, broadcast together.
  public static func either(_ a: Tensor, _ b: Tensor) throws -> Tensor {
    try binary(.maximum, a.flags(), b.flags()).cast(to: .bool)
  }

  private func flags() throws -> Tensor {
    guard dtype == .bool else {
      throw TensorError.needsDType("a condition is a bool tensor", dtype)
    }
    return self
  }
}
