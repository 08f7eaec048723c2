extension Tensor {
  /// The positions that put the elements along an axis in order: int32, the shape of the tensor.
  ///
  /// Equal elements stay in their order; NaN counts as larger than every number.
  public func argsort(axis: Int = -1, descending: Bool = false) throws -> Tensor {
    guard rank > 0 else { throw TensorError.needsRank("sorting", 1, shape) }
    let axis = try shape.axis(axis)
    let (outer, length, inner) = parts(axis)
    guard length <= Int(Int32.max) else { throw TensorError.tooLarge(shape.sizes) }
    func order<E: Element & Comparable>(_ type: E.Type) throws -> Tensor {
      try detached().cast(to: E.dtype).withElements(E.self) { source in
        try Tensor(shape: shape, writing: Int32.self) { result in
          guard let from = source.baseAddress, let to = result.baseAddress else { return }
          try Positions.sort(
            from, outer: outer, axis: length, inner: inner, descending: descending, into: to)
        }
      }
    }
    return dtype.isFloat ? try order(Float.self) : try order(Int32.self)
  }

  /// The elements along an axis in order, and the positions where they stood.
  ///
  /// See `argsort(axis:descending:)`. The gradient goes back to where each element stood.
  public func sort(
    axis: Int = -1, descending: Bool = false
  ) throws -> (values: Tensor, positions: Tensor) {
    let positions = try argsort(axis: axis, descending: descending)
    return (try gather(positions, axis: axis), positions)
  }

  /// The k largest elements along an axis, the largest first, and the positions where they stand.
  public func topK(
    _ count: Int, axis: Int = -1, largest: Bool = true
  ) throws -> (values: Tensor, positions: Tensor) {
    guard rank > 0 else { throw TensorError.needsRank("topK", 1, shape) }
    let axis = try shape.axis(axis)
    guard count >= 0, count <= shape[axis] else {
      throw TensorError.badArgument(
        "topK takes 0 to \(shape[axis]) elements along axis \(axis) of \(shape), not \(count)")
    }
    let whole = [TensorIndex](repeating: .range(lower: nil, upper: nil), count: axis)
    let positions = try argsort(axis: axis, descending: largest)
      .slice(whole + [.range(lower: 0, upper: count)])
    return (try gather(positions, axis: axis), positions)
  }

  /// The number below which a percentage of the elements lies, of all or along one axis.
  ///
  /// Between two elements it is interpolated: with the n elements in order, the place is
  /// (n - 1) percent / 100, as in NumPy. NaN among them gives NaN.
  public func percentile(
    _ percent: Double, axis: Int? = nil, keepDimensions: Bool = false
  ) throws -> Tensor {
    guard percent >= 0, percent <= 100 else {
      throw TensorError.badArgument(
        "a percentile is taken at a number from 0 to 100, not \(percent)")
    }
    guard let axis else {
      let result = try reshape([count]).percentile(percent, axis: 0)
      return keepDimensions
        ? try result.reshape([Int](repeating: 1, count: rank)) : result
    }
    let position = try shape.axis(axis)
    guard shape[position] > 0 else { throw TensorError.emptyReduction("percentile", shape) }
    let sorted = try cast(to: .float32).sort(axis: position).values
    func element(_ index: Int) throws -> Tensor {
      let whole = [TensorIndex](repeating: .range(lower: nil, upper: nil), count: position)
      let part = try sorted.slice(whole + [.range(lower: index, upper: index + 1)])
      return keepDimensions ? part : try part.reshape(shape.removing(axis: position).sizes)
    }
    let last = shape[position] - 1
    let place = percent / 100 * Double(last)
    let low = Swift.min(Int(place), last)
    let fraction = place - Double(low)
    var result = try element(low)
    if fraction > 0, low < last {
      result = try result * (1 - fraction) + element(low + 1) * fraction
    }
    // NaN stands last.
    let end = try element(last).detached()
    let isSpoilt = try Tensor.compare(.notEqual, end, end)
    return try isSpoilt.any() ? select(isSpoilt, end, result) : result
  }

  /// The number in the middle of the elements, of all or along one axis; the mean of two if even.
  public func median(axis: Int? = nil, keepDimensions: Bool = false) throws -> Tensor {
    try percentile(50, axis: axis, keepDimensions: keepDimensions)
  }
}
