extension NDArray {
  /// Reduces the numbers along an axis, or all of them for nil; the axis is kept with size 1.
  public func reduced(_ axis: Int?, _ function: ([T]) -> T) -> NDArray {
    guard let axis else {
      return NDArray(Array(repeating: 1, count: rank), [function(elements)])
    }
    var kept = sizes
    kept[axis] = 1
    return NDArray(kept) { index in
      function(
        (0..<sizes[axis]).map { position in
          var source = index
          source[axis] = position
          return self[source]
        })
    }
  }

  /// The same without the reduced axis, or without any axis for nil.
  public func dropping(_ axis: Int?) -> NDArray {
    guard let axis else { return NDArray([], elements) }
    var sizes = sizes
    sizes.remove(at: axis)
    return NDArray(sizes, elements)
  }

  public func sum(_ axis: Int?) -> NDArray { reduced(axis) { $0.reduce(0, +) } }
  public func mean(_ axis: Int?) -> NDArray { reduced(axis) { $0.reduce(0, +) / T($0.count) } }

  /// The mean squared distance from the mean.
  public func variance(_ axis: Int?) -> NDArray {
    reduced(axis) { values in
      let mean = values.reduce(0, +) / T(values.count)
      return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / T(values.count)
    }
  }

  public func largest(_ axis: Int?) -> NDArray { reduced(axis) { $0.max() ?? .nan } }
  public func least(_ axis: Int?) -> NDArray { reduced(axis) { $0.min() ?? .nan } }

  /// The first position of the best number.
  public func position(_ axis: Int?, _ isBetter: (T, T) -> Bool) -> NDArray {
    reduced(axis) { values in
      var best = 0
      for (position, value) in values.enumerated() where isBetter(value, values[best]) {
        best = position
      }
      return T(best)
    }
  }
}
