extension Tensor {
  /// Along an axis, the sum of the elements up to and with each one.
  ///
  /// Integer tensors give int32 sums, and an error where one does not fit.
  public func cumulativeSum(axis: Int = -1) throws -> Tensor {
    guard rank > 0 else { throw TensorError.needsRank("a cumulative sum", 1, shape) }
    let axis = try shape.axis(axis)
    if dtype != .float32 { return try integerCumulativeSum(axis) }
    return try summing(axis, reversed: false).recorded(.cumulativeSum(axis: axis), self)
  }

  /// A cumulative sum of float32 numbers, from the end if reversed; not recorded.
  func summing(_ axis: Int, reversed: Bool) throws -> Tensor {
    let (outer, length, inner) = parts(axis)
    return try withElements(Float.self) { source in
      try Tensor(shape: shape, writing: Float.self) { result in
        guard let from = source.baseAddress, let to = result.baseAddress else { return }
        try Positions.cumulativeSum(
          from, outer: outer, axis: length, inner: inner, reversed: reversed, into: to)
      }
    }
  }

  private func integerCumulativeSum(_ axis: Int) throws -> Tensor {
    let (outer, length, inner) = parts(axis)
    return try cast(to: .int32).withElements(Int32.self) { source in
      try Tensor(shape: shape, writing: Int32.self) { result in
        for o in 0..<outer {
          try Stop.check()
          for k in 0..<length {
            for i in 0..<inner {
              let place = (o * length + k) * inner + i
              let before = k > 0 ? result[place - inner] : 0
              let (sum, overflow) = before.addingReportingOverflow(source[place])
              if overflow {
                throw TensorError.badArgument(
                  "the sum \(Int(before) + Int(source[place])) does not fit into int32")
              }
              result[place] = sum
            }
          }
        }
      }
    }
  }

  /// How many elements fall into each of some bins of equal width, and the edges of the bins.
  ///
  ///     let (counts, edges) = try x.histogramCounts(bins: 10)
  ///
  /// Counts are int32 `[bins]`, edges `[bins + 1]`. A bin holds its lower edge but not its upper one;
  /// the last bin holds both. Without a range it goes from the smallest to the largest element.
  /// Elements outside the range and NaN are not counted.
  public func histogramCounts(
    bins: Int = 10, low: Double? = nil, high: Double? = nil
  ) throws -> (counts: Tensor, edges: Tensor) {
    guard bins > 0 else {
      throw TensorError.badArgument("a histogram needs at least 1 bin, not \(bins)")
    }
    let target = try Shape([bins])
    let numbers = try detached().reals()
    let known = numbers.filter(\.isFinite)
    var (start, end) = (low ?? known.min() ?? 0, high ?? known.max() ?? 1)
    guard start.isFinite, end.isFinite, start <= end else {
      throw TensorError.badArgument(
        "a histogram goes from a lower to a higher number, not from \(TensorFormat.number(start)) "
          + "to \(TensorFormat.number(end))")
    }
    if start == end {
      let margin = Swift.max(0.5, start.magnitude * 1e-6)
      (start, end) = (start - margin, end + margin)
    }
    // Bounds of opposite sign may be further apart than the largest number: halves are not.
    let width = end / 2 - start / 2
    guard start.isFinite, end.isFinite, width > 0 else {
      throw TensorError.badArgument(
        "a histogram from \(start) to \(end) is too narrow or too wide for its bins")
    }
    let edges = try linspace(start, end, bins + 1)
    let counts = try Tensor(shape: target, writing: Int32.self) { counts in
      counts.initialize(repeating: 0)
      try Stretches.run(numbers.count) { range in
        for i in range {
          let number = numbers[i]
          guard number >= start, number <= end else { continue }
          let share = (number / 2 - start / 2) / width
          counts[Swift.min(Int(share * Double(bins)), bins - 1)] &+= 1
        }
      }
    }
    return (counts, edges)
  }
}
