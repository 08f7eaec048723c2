extension NDArray {
  /// The element at the position given for each place, along an axis.
  public func gathered(_ positions: NDArray, _ axis: Int) -> NDArray {
    NDArray(positions.sizes) { index in
      var source = index
      source[axis] = Int(positions[index])
      return self[source]
    }
  }

  /// This array with values written, or added, at the position given for each place.
  public func scattered(
    _ values: NDArray, _ positions: NDArray, _ axis: Int, adding: Bool
  ) -> NDArray {
    var result = self
    for index in positions.indices {
      var target = index
      target[axis] = Int(positions[index])
      result[target] = adding ? result[target] + values[index] : values[index]
    }
    return result
  }

  /// Each line along an axis replaced by a function of it.
  public func lines(_ axis: Int, _ function: ([T]) -> [T]) -> NDArray {
    var other = sizes
    other[axis] = 1
    let lines = NDArray.indices(of: other).map { start in
      (
        start,
        function(
          (0..<sizes[axis]).map { position in
            var index = start
            index[axis] = position
            return self[index]
          })
      )
    }
    var target = sizes
    target[axis] = lines.first?.1.count ?? sizes[axis]
    var result = NDArray(target, repeating: 0)
    for (start, values) in lines {
      for (position, value) in values.enumerated() {
        var index = start
        index[axis] = position
        result[index] = value
      }
    }
    return result
  }

  /// The sum over all values of all letters: the definition of an einsum.
  public static func einsum(
    _ inputs: [String], _ output: String, _ operands: [NDArray]
  ) -> NDArray {
    var sizes: [Character: Int] = [:]
    for (letters, operand) in zip(inputs, operands) {
      for (letter, size) in zip(letters, operand.sizes) { sizes[letter] = size }
    }
    let letters = sizes.keys.sorted()
    var result = NDArray(output.map { sizes[$0] ?? 1 }, repeating: 0)
    for index in NDArray.indices(of: letters.map { sizes[$0] ?? 1 }) {
      let place = Dictionary(uniqueKeysWithValues: zip(letters, index))
      func at(_ names: String) -> [Int] { names.map { place[$0] ?? 0 } }
      result[at(output)] += zip(inputs, operands).reduce(1) { $0 * $1.1[at($1.0)] }
    }
    return result
  }
}
