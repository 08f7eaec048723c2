extension Tensor {
  /// The same elements in row-major order under another shape; one size may be -1.
  ///
  ///     try x.reshape(3, -1)
  public func reshape(_ sizes: Int...) throws -> Tensor { try reshape(sizes) }

  /// The same elements under another shape; see `reshape(_:)`.
  public func reshape(_ sizes: [Int]) throws -> Tensor {
    var sizes = sizes
    let unknown = sizes.indices.filter { sizes[$0] == -1 }
    guard unknown.count <= 1 else { throw TensorError.cannotReshape(shape, sizes) }
    if let open = unknown.first {
      let rest = try Shape(sizes.map { $0 == -1 ? 1 : $0 }).elementCount
      guard rest > 0, count % rest == 0 else { throw TensorError.cannotReshape(shape, sizes) }
      sizes[open] = count / rest
    }
    let target = try Shape(sizes)
    guard target.elementCount == count else { throw TensorError.cannotReshape(shape, sizes) }
    if target == shape { return self }
    return Tensor(shape: target, dtype: dtype, storage: storage, layout: layout)
      .recorded(.reshape(input: shape), self)
  }

  /// All axes from one on as a single one: `[N, C, H, W] -> [N, C * H * W]`.
  public func flatten(from axis: Int = 0) throws -> Tensor {
    guard rank > 0 else { return try reshape([1]) }
    let axis = try shape.axis(axis)
    return try reshape(shape.sizes[..<axis] + [shape.sizes[axis...].reduce(1, *)])
  }

  /// The axes in another order; without arguments, reversed.
  public func transposed(_ axes: Int...) throws -> Tensor { try transposed(axes) }

  /// The axes in another order: `permutation[i]` is the axis that becomes axis i.
  public func transposed(_ permutation: [Int]) throws -> Tensor {
    let order =
      permutation.isEmpty ? Array((0..<rank).reversed()) : try permutation.map(shape.axis)
    guard order.sorted() == Array(0..<rank) else {
      throw TensorError.badPermutation(permutation, shape)
    }
    let target = Shape(trusted: order.map { shape[$0] })
    let own = shape.strides
    let steps = order.map { own[$0] }
    return try gathered(target, steps: steps, offset: 0).recorded(.permute(order), self)
  }

  /// Repeats along axes of size 1 up to a shape, as broadcasting does.
  public func broadcast(to target: Shape) throws -> Tensor {
    if target == shape { return self }
    guard try Shape.broadcast(shape, target, for: "broadcast") == target else {
      throw TensorError.cannotBroadcast(shape, target, "broadcast")
    }
    return try gathered(target, steps: Elementwise.broadcastStrides(shape, target), offset: 0)
      .recorded(.broadcast(input: shape), self)
  }

  /// Copies elements at regular steps into a new plain tensor.
  func gathered(_ target: Shape, steps: [Int], offset: Int) throws -> Tensor {
    func copy<E: Element>(_ type: E.Type) throws -> Tensor {
      try withElements(E.self) { source in
        try Tensor(shape: target, writing: E.self) { result in
          guard let from = source.baseAddress, let to = result.baseAddress else { return }
          try Strided.copy(
            target.sizes, from: from + offset, fromSteps: steps, to: to,
            toSteps: target.strides)
        }
      }
    }
    switch dtype.size {
    case 4 where dtype == .float32: return try copy(Float.self)
    case 4: return try copy(Int32.self)
    default:
      switch dtype {
      case .int8: return try copy(Int8.self)
      case .uint8: return try copy(UInt8.self)
      default: return try copy(Bool.self)
      }
    }
  }

  /// Sums over the axes that broadcasting repeated: the gradient's way back.
  func unbroadcast(to target: Shape) throws -> Tensor {
    if shape == target { return self }
    var result = self
    while result.rank > target.rank { result = try result.sum(axis: 0) }
    for axis in 0..<target.rank where target[axis] == 1 && result.shape[axis] != 1 {
      result = try result.sum(axis: axis, keepDimensions: true)
    }
    return try result.reshape(target.sizes)
  }
}

/// Copies between strided arrays.
enum Strided {
  static func copy<E>(
    _ sizes: [Int], from: UnsafePointer<E>, fromSteps: [Int],
    to: UnsafeMutablePointer<E>, toSteps: [Int]
  ) throws {
    guard sizes.allSatisfy({ $0 > 0 }) else { return }
    guard let inner = sizes.last else {
      to[0] = from[0]
      return
    }
    let last = sizes.count - 1
    let rows = sizes[..<last].reduce(1, *)
    var position = [Int](repeating: 0, count: sizes.count)
    var (source, target) = (0, 0)
    let (stepFrom, stepTo) = (fromSteps[last], toSteps[last])
    var untilCheck = 0
    for _ in 0..<rows {
      untilCheck -= inner
      if untilCheck <= 0 {
        try Stop.check()
        untilCheck = Stretches.length
      }
      for i in 0..<inner { to[target + i * stepTo] = from[source + i * stepFrom] }
      var axis = last - 1
      while axis >= 0 {
        position[axis] += 1
        source += fromSteps[axis]
        target += toSteps[axis]
        if position[axis] < sizes[axis] { break }
        source -= fromSteps[axis] * sizes[axis]
        target -= toSteps[axis] * sizes[axis]
        position[axis] = 0
        axis -= 1
      }
    }
  }
}

/// Joins tensors along an axis that exists: `concatenate([a, b], axis: 0)`.
public func concatenate(_ parts: [Tensor], axis: Int = 0) throws -> Tensor {
  guard let first = parts.first else { throw TensorError.nothingToConcatenate }
  let axis = try first.shape.axis(axis)
  var length = 0
  for part in parts {
    guard part.rank == first.rank,
      part.shape.removing(axis: axis) == first.shape.removing(axis: axis)
    else { throw TensorError.concatenate(first.shape, part.shape, axis: axis) }
    length += part.shape[axis]
  }
  let isReal = parts.contains { $0.dtype == .float32 }
  let isMixed = parts.contains { $0.dtype != first.dtype }
  let dtype: DType = isReal ? .float32 : (isMixed ? .int32 : first.dtype)
  var sizes = first.shape.sizes
  sizes[axis] = length
  let shape = try Shape(sizes)
  let casts = try parts.map { try $0.cast(to: dtype).plain() }
  let storage = try Storage.checked(shape, dtype)
  let rowBytes = shape.sizes[axis...].reduce(1, *) * dtype.size
  let outer = shape.sizes[..<axis].reduce(1, *)
  var offset = 0
  for part in casts {
    let bytes = part.shape.sizes[axis...].reduce(1, *) * dtype.size
    for o in 0..<outer where bytes > 0 {
      (storage.pointer + o * rowBytes + offset).copyMemory(
        from: part.storage.pointer + o * bytes, byteCount: bytes)
    }
    offset += bytes
  }
  return Tensor(shape: shape, dtype: dtype, storage: storage)
    .recorded(.concatenate(axis: axis, sizes: parts.map { $0.shape[axis] }), parts)
}

/// Joins tensors of one shape along a new axis: `stack([a, b])`.
public func stack(_ parts: [Tensor], axis: Int = 0) throws -> Tensor {
  guard let first = parts.first else { throw TensorError.nothingToConcatenate }
  let position = axis < 0 ? axis + first.rank + 1 : axis
  guard position >= 0, position <= first.rank else {
    throw TensorError.noSuchAxis(axis, first.shape)
  }
  var sizes = first.shape.sizes
  sizes.insert(1, at: position)
  return try concatenate(
    parts.map { part in
      guard part.shape == first.shape else {
        throw TensorError.concatenate(first.shape, part.shape, axis: position)
      }
      return try part.reshape(sizes)
    }, axis: position)
}
