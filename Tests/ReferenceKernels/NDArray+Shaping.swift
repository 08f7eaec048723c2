extension NDArray {
  public func reshaped(_ sizes: [Int]) -> NDArray { NDArray(sizes, elements) }

  /// Axis i of the result is axis `order[i]` of this array.
  public func transposed(_ order: [Int]) -> NDArray {
    NDArray(order.map { sizes[$0] }) { index in
      var source = index
      for (axis, from) in order.enumerated() { source[from] = index[axis] }
      return self[source]
    }
  }

  /// The elements at some positions of each axis; all axes are kept.
  public func taking(_ positions: [[Int]]) -> NDArray {
    NDArray(positions.map(\.count)) { index in
      self[zip(positions, index).map { $0[$1] }]
    }
  }

  /// This array with another written at some positions of each axis.
  public func replacing(_ positions: [[Int]], with part: NDArray) -> NDArray {
    var result = self
    for index in NDArray.indices(of: positions.map(\.count)) {
      result[zip(positions, index).map { $0[$1] }] = part[index]
    }
    return result
  }

  public static func concatenate(_ parts: [NDArray], axis: Int) -> NDArray {
    var sizes = parts[0].sizes
    sizes[axis] = parts.reduce(0) { $0 + $1.sizes[axis] }
    return NDArray(sizes) { index in
      var index = index
      for part in parts {
        if index[axis] < part.sizes[axis] { return part[index] }
        index[axis] -= part.sizes[axis]
      }
      preconditionFailure("no part holds \(index)")
    }
  }
}
