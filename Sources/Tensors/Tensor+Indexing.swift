/// One index of a subscript: a position, which removes the axis, or a range, which keeps it.
public enum TensorIndex: Sendable, Equatable {
  /// A position; negative ones count from the end.
  case at(Int)
  /// `lower..<upper` with a step; nil is the end of the axis, negatives count from the end.
  case range(lower: Int?, upper: Int?, step: Int = 1)
}

/// An index with its numbers made definite for an axis.
struct ResolvedIndex: Sendable {
  let start: Int
  let count: Int
  let step: Int
  let keepsAxis: Bool

  init(_ index: TensorIndex, axis: Int, size: Int) throws {
    switch index {
    case .at(let given):
      let position = given < 0 ? given + size : given
      guard position >= 0, position < size else {
        throw TensorError.indexOutOfRange(given, axis: axis, size: size)
      }
      (start, count, step, keepsAxis) = (position, 1, 1, false)
    case .range(let lower, let upper, let step):
      guard step > 0 else { throw TensorError.badArgument("a slice needs a step above 0") }
      func bound(_ value: Int?, _ other: Int) -> Int {
        guard let value else { return other }
        return value < 0 ? value + size : value
      }
      let low = bound(lower, 0)
      let high = bound(upper, size)
      guard low >= 0, low <= size, high >= low, high <= size else {
        throw TensorError.badSlice(lower: lower ?? 0, upper: upper ?? size, size: size)
      }
      // A step beyond the end is as good as one to the end, and cannot overflow.
      let length = high - low
      let stride = Swift.min(step, Swift.max(1, length))
      (start, count, self.step, keepsAxis) = (low, (length + stride - 1) / stride, stride, true)
    }
  }
}

extension Tensor {
  /// The part at some indices; axes without one are taken whole.
  ///
  ///     try w[.at(0), .range(lower: 1, upper: 3)]
  public subscript(indices: TensorIndex...) -> Tensor {
    get throws { try slice(indices) }
  }

  /// The part at some indices; see the subscript.
  public func slice(_ indices: [TensorIndex]) throws -> Tensor {
    let resolved = try resolve(indices)
    let own = shape.strides
    let offset = zip(resolved, own).reduce(0) { $0 + $1.0.start * $1.1 }
    let kept = resolved.indices.filter { resolved[$0].keepsAxis }
    let target = Shape(trusted: kept.map { resolved[$0].count })
    return try gathered(
      target, steps: kept.map { own[$0] * resolved[$0].step }, offset: offset
    ).recorded(.slice(input: shape, indices: indices), self)
  }

  /// Writes a tensor, broadcast if need be, into the part at some indices.
  public mutating func setSlice(_ indices: [TensorIndex], to value: Tensor) throws {
    let resolved = try resolve(indices)
    let own = shape.strides
    let offset = zip(resolved, own).reduce(0) { $0 + $1.0.start * $1.1 }
    let kept = resolved.indices.filter { resolved[$0].keepsAxis }
    let target = Shape(trusted: kept.map { resolved[$0].count })
    let source = try value.detached().cast(to: dtype).broadcast(to: target)
    let steps = kept.map { own[$0] * resolved[$0].step }
    // Only a recorded tensor is kept: a reference more would cost a copy of the elements.
    let before = isRecorded || value.isRecorded ? self : nil
    func write<E: Element>(_ type: E.Type) throws {
      try source.withElements(E.self) { source in
        try withMutableElements(E.self) { result in
          guard let from = source.baseAddress, let to = result.baseAddress else { return }
          try Strided.copy(
            target.sizes, from: from, fromSteps: target.strides, to: to + offset, toSteps: steps)
        }
      }
    }
    switch dtype {
    case .float32: try write(Float.self)
    case .int32: try write(Int32.self)
    case .int8: try write(Int8.self)
    case .uint8: try write(UInt8.self)
    case .bool: try write(Bool.self)
    }
    if let before, dtype.isFloat {
      self = recorded(.assign(indices: indices, value: value.shape), before, value)
    }
  }

  private func resolve(_ indices: [TensorIndex]) throws -> [ResolvedIndex] {
    guard indices.count <= rank else { throw TensorError.tooManyIndices(indices.count, shape) }
    return try (0..<rank).map { axis in
      try ResolvedIndex(
        axis < indices.count ? indices[axis] : .range(lower: nil, upper: nil), axis: axis,
        size: shape[axis])
    }
  }

  /// Rows of the first axis at some positions, in their order: `[count, ...]`.
  public func rows(at positions: [Int]) throws -> Tensor {
    guard rank > 0 else { throw TensorError.needsRank("taking rows", 1, shape) }
    for position in positions where position < 0 || position >= shape[0] {
      throw TensorError.indexOutOfRange(position, axis: 0, size: shape[0])
    }
    let plain = try self.plain()
    let target = try Shape([positions.count] + shape.sizes.dropFirst())
    let storage = try Storage.checked(target, dtype)
    let bytes = count / Swift.max(shape[0], 1) * dtype.size
    for (row, position) in positions.enumerated() where bytes > 0 {
      (storage.pointer + row * bytes).copyMemory(
        from: plain.storage.pointer + position * bytes, byteCount: bytes)
    }
    return Tensor(shape: target, dtype: dtype, storage: storage)
      .recorded(.rows(input: shape, positions: positions), self)
  }
}
