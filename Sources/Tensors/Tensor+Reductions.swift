extension Tensor {
  /// Whether no element is infinite or NaN.
  package func isFinite() throws -> Bool {
    guard dtype.isFloat else { return true }
    // A sum is infinite or NaN if an addend is.
    return try plain().withElements(Float.self) { x in
      guard let start = x.baseAddress else { return true }
      return try Reductions.sum(start, x.count).isFinite
    }
  }

  /// The parts of the shape before, at and after an axis, as products.
  package func parts(_ axis: Int) -> (outer: Int, axis: Int, inner: Int) {
    (
      shape.sizes[..<axis].reduce(1, *), shape[axis], shape.sizes[(axis + 1)...].reduce(1, *)
    )
  }

  private func reducedShape(_ axis: Int, keepDimensions: Bool) -> Shape {
    keepDimensions ? shape.replacing(axis: axis, with: 1) : shape.removing(axis: axis)
  }

  /// The sum of all elements, or along one axis.
  ///
  /// Integer tensors give an int32 sum, which is an error when it does not fit.
  public func sum(axis: Int? = nil, keepDimensions: Bool = false) throws -> Tensor {
    if dtype != .float32 { return try integerSum(axis, keepDimensions) }
    guard let axis = try axis.map(shape.axis) else {
      let total = try withElements(Float.self) { buffer in
        try buffer.baseAddress.map { try Reductions.sum($0, buffer.count) } ?? 0
      }
      let sizes = keepDimensions ? [Int](repeating: 1, count: rank) : []
      return try Tensor(repeating: total, shape: Shape(trusted: sizes))
        .recorded(.sum(input: shape, axis: nil), self)
    }
    let (outer, length, inner) = parts(axis)
    let result = try withElements(Float.self) { source in
      try Tensor(
        shape: reducedShape(axis, keepDimensions: keepDimensions), writing: Float.self
      ) { result in
        guard let out = result.baseAddress else { return }
        guard let source = source.baseAddress, length > 0 else {
          return result.update(repeating: 0)
        }
        try Reductions.sum(source, outer: outer, axis: length, inner: inner, into: out)
      }
    }
    return result.recorded(.sum(input: shape, axis: axis), self)
  }

  private func integerSum(_ axis: Int?, _ keepDimensions: Bool) throws -> Tensor {
    let values = try cast(to: .int32).elements(as: Int32.self)
    func narrow(_ total: Int) throws -> Int32 {
      guard let result = Int32(exactly: total) else {
        throw TensorError.badArgument("the sum \(total) does not fit into int32")
      }
      return result
    }
    guard let axis = try axis.map(shape.axis) else {
      let sizes = keepDimensions ? [Int](repeating: 1, count: rank) : []
      return try Tensor([narrow(values.reduce(0) { $0 + Int($1) })], shape: sizes)
    }
    let (outer, length, inner) = parts(axis)
    var totals = [Int](repeating: 0, count: outer * inner)
    for o in 0..<outer {
      for k in 0..<length {
        for i in 0..<inner { totals[o * inner + i] += Int(values[(o * length + k) * inner + i]) }
      }
    }
    return try Tensor(totals.map(narrow), shape: reducedShape(axis, keepDimensions: keepDimensions))
  }

  /// The mean of all elements, or along one axis.
  public func mean(axis: Int? = nil, keepDimensions: Bool = false) throws -> Tensor {
    let real = try cast(to: .float32)
    let divisor = try axis.map { shape[try shape.axis($0)] } ?? count
    guard divisor > 0 else { throw TensorError.emptyReduction("mean", shape) }
    return try real.sum(axis: axis, keepDimensions: keepDimensions) * (1 / Double(divisor))
  }

  /// The population variance of all elements, or along one axis.
  public func variance(axis: Int? = nil, keepDimensions: Bool = false) throws -> Tensor {
    let centred = try self - mean(axis: axis, keepDimensions: true)
    return try centred.unary(.square).mean(axis: axis, keepDimensions: keepDimensions)
  }

  /// The population standard deviation of all elements, or along one axis.
  public func standardDeviation(
    axis: Int? = nil, keepDimensions: Bool = false
  ) throws -> Tensor {
    try variance(axis: axis, keepDimensions: keepDimensions).unary(.sqrt)
  }

  /// The largest element, or the largest along one axis.
  public func max(axis: Int? = nil, keepDimensions: Bool = false) throws -> Tensor {
    try extremum("maximum", axis, keepDimensions, largest: true)
  }

  /// The smallest element, or the smallest along one axis.
  public func min(axis: Int? = nil, keepDimensions: Bool = false) throws -> Tensor {
    try extremum("minimum", axis, keepDimensions, largest: false)
  }

  private func extremum(
    _ name: String, _ axis: Int?, _ keepDimensions: Bool, largest: Bool
  ) throws -> Tensor {
    guard count > 0 else { throw TensorError.emptyReduction(name, shape) }
    let flat = axis == nil
    let working = flat ? try reshape([count]) : self
    let position = flat ? 0 : try shape.axis(axis ?? 0)
    let (outer, length, inner) = working.parts(position)
    let sizes =
      flat
      ? Shape(trusted: keepDimensions ? [Int](repeating: 1, count: rank) : [])
      : reducedShape(position, keepDimensions: keepDimensions)
    func find<E: Element & Comparable>(_ type: E.Type) throws -> Tensor {
      try working.withElements(E.self) { source in
        try Tensor(shape: sizes, writing: E.self) { result in
          guard let source = source.baseAddress else { return }
          try Reductions.extremum(
            source, outer: outer, axis: length, inner: inner,
            isBetter: largest ? Self.above : Self.below
          ) { at, value, _ in result[at] = value }
        }
      }
    }
    switch dtype {
    case .float32:
      if flat {
        let (low, high) = try working.withElements(Float.self) { buffer in
          try buffer.baseAddress.map { try Reductions.range($0, buffer.count) } ?? (0, 0)
        }
        let best = try Tensor(repeating: Double(largest ? high : low), shape: sizes)
        return best.recorded(.extremum(x: self, y: best, axis: nil), self)
      }
      let best = try find(Float.self)
      return best.recorded(.extremum(x: self, y: best, axis: position), self)
    case .int32: return try find(Int32.self)
    case .int8: return try find(Int8.self)
    case .uint8: return try find(UInt8.self)
    case .bool: return try cast(to: .uint8).extremum(name, axis, keepDimensions, largest: largest)
    }
  }

  /// Better means larger, or the first NaN, which then stays.
  private static func above<E: Comparable>(_ a: E, _ b: E) -> Bool { a > b || (a != a && b == b) }
  private static func below<E: Comparable>(_ a: E, _ b: E) -> Bool { a < b || (a != a && b == b) }

  /// The position of the largest element, or of the largest along one axis; ties go to the first.
  public func argmax(axis: Int? = nil) throws -> Tensor { try position(axis, largest: true) }

  /// The position of the smallest element, or of the smallest along one axis.
  public func argmin(axis: Int? = nil) throws -> Tensor { try position(axis, largest: false) }

  private func position(_ axis: Int?, largest: Bool) throws -> Tensor {
    // Float32 would make neighbours above 2^24 equal: integers are compared as integers.
    let exact = try detached().cast(to: dtype.isFloat ? .float32 : .int32)
    let working = axis == nil ? try exact.reshape([count]) : exact
    let axis = try working.shape.axis(axis ?? 0)
    let (outer, length, inner) = working.parts(axis)
    guard length > 0 else { throw TensorError.emptyReduction("position", shape) }
    func find<E: Element & Comparable>(_ type: E.Type) throws -> Tensor {
      try working.withElements(E.self) { source in
        try Tensor(shape: working.shape.removing(axis: axis), writing: Int32.self) { result in
          guard let source = source.baseAddress else { return }
          try Reductions.extremum(
            source, outer: outer, axis: length, inner: inner,
            isBetter: largest ? Self.above : Self.below
          ) { at, _, position in result[at] = Int32(clamping: position) }
        }
      }
    }
    return dtype.isFloat ? try find(Float.self) : try find(Int32.self)
  }

  /// Whether every element is true (not zero).
  public func all() throws -> Bool { try reals().allSatisfy { $0 != 0 } }
  /// Whether any element is true (not zero).
  public func any() throws -> Bool { try reals().contains { $0 != 0 } }
}
