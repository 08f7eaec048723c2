extension Tensor {
  /// The elements at some positions along an axis, one position for each element of the result.
  ///
  ///     try x.gather(x.argsort(axis: 1), axis: 1)   // each row in order
  ///
  /// r[i, j] = x[i, positions[i, j]] for axis 1, and so on. `positions` are whole numbers, negative
  /// ones count from the end; their shape is the result's and equals that of `x` but for the axis.
  public func gather(_ positions: Tensor, axis: Int) throws -> Tensor {
    let axis = try shape.axis(axis)
    let places = try checkedPositions(positions, axis)
    return try gathering(places, axis).recorded(
      .gather(input: shape, axis: axis, positions: places), self)
  }

  /// A copy with other elements at some positions along an axis.
  ///
  /// r[i, positions[i, j]] = values[i, j] for axis 1, and so on; `values` are broadcast to the shape
  /// of `positions`. Where several meet, the last one stays; with `adding` they are all added to
  /// what is there.
  public func scatter(
    _ values: Tensor, at positions: Tensor, axis: Int, adding: Bool = false
  ) throws -> Tensor {
    let axis = try shape.axis(axis)
    let places = try checkedPositions(positions, axis)
    if adding, dtype != .float32, dtype != .int32 {
      throw TensorError.needsDType("adding at positions needs float32 or int32 elements", dtype)
    }
    let source = try values.cast(to: dtype).broadcast(to: places.shape)
    return try scattering(source, places, axis, adding: adding).recorded(
      .scatter(axis: axis, positions: places, adding: adding), self, source)
  }

  /// Positions as int32 numbers from 0, checked against the shape and an axis.
  private func checkedPositions(_ positions: Tensor, _ axis: Int) throws -> Tensor {
    guard positions.rank == rank,
      positions.shape.removing(axis: axis) == shape.removing(axis: axis)
    else {
      throw TensorError.badArgument(
        "positions of shape \(positions.shape) do not fit \(shape) along axis \(axis): the other "
          + "sizes differ")
    }
    return try positions.wholeNumbers("a position").counted(along: axis, size: shape[axis])
  }

  /// The numbers as int32, which must be whole.
  func wholeNumbers(_ what: String) throws -> Tensor {
    if dtype.isFloat {
      try detached().withElements(Float.self) { elements in
        for number in elements where number.rounded() != number || number.magnitude >= 0x1p31 {
          throw TensorError.badArgument(
            "\(what) is a whole number, not \(TensorFormat.number(Double(number)))")
        }
      }
    }
    return try detached().cast(to: .int32)
  }

  /// Positions with negative ones counted from the end; throws where one is not on the axis.
  func counted(along axis: Int, size: Int) throws -> Tensor {
    try withElements(Int32.self) { source in
      try Tensor(shape: shape, writing: Int32.self) { result in
        for i in 0..<source.count {
          let given = Int(source[i])
          let position = given < 0 ? given + size : given
          guard position >= 0, position < size else {
            throw TensorError.indexOutOfRange(given, axis: axis, size: size)
          }
          result[i] = Int32(position)
        }
      }
    }
  }

  private func positionParts(_ axis: Int, _ positions: Tensor) -> Positions.Parts {
    let (outer, length, inner) = parts(axis)
    return Positions.Parts(
      outer: outer, inner: inner, axis: length, positions: positions.shape[axis])
  }

  /// `gather` with checked positions, not recorded.
  func gathering(_ positions: Tensor, _ axis: Int) throws -> Tensor {
    let parts = positionParts(axis, positions)
    func take<E: Element>(_ type: E.Type) throws -> Tensor {
      try withElements(E.self) { source in
        try positions.withElements(Int32.self) { places in
          try Tensor(shape: positions.shape, writing: E.self) { result in
            guard let from = source.baseAddress, let at = places.baseAddress,
              let to = result.baseAddress
            else { return }
            try Positions.gather(parts, from, at, into: to)
          }
        }
      }
    }
    switch dtype {
    case .float32: return try take(Float.self)
    case .int32: return try take(Int32.self)
    case .int8: return try take(Int8.self)
    case .uint8: return try take(UInt8.self)
    case .bool: return try take(Bool.self)
    }
  }

  /// `scatter` with checked positions and values of their shape and this type, not recorded.
  func scattering(
    _ values: Tensor, _ positions: Tensor, _ axis: Int, adding: Bool
  ) throws -> Tensor {
    let parts = positionParts(axis, positions)
    var result = detached()
    func write<E: Element>(
      _ type: E.Type,
      _ kernel: (
        Positions.Parts, UnsafePointer<E>, UnsafePointer<Int32>, UnsafeMutablePointer<E>
      ) throws -> Void
    ) throws {
      try values.withElements(E.self) { source in
        try positions.withElements(Int32.self) { places in
          try result.withMutableElements(E.self) { target in
            guard let from = source.baseAddress, let at = places.baseAddress,
              let to = target.baseAddress
            else { return }
            try kernel(parts, from, at, to)
          }
        }
      }
    }
    switch dtype {
    case .float32 where adding: try write(Float.self) { try Positions.add($0, $1, $2, into: $3) }
    case .int32 where adding: try write(Int32.self) { try Positions.add($0, $1, $2, into: $3) }
    case .float32: try write(Float.self) { try Positions.put($0, $1, $2, into: $3) }
    case .int32: try write(Int32.self) { try Positions.put($0, $1, $2, into: $3) }
    case .int8: try write(Int8.self) { try Positions.put($0, $1, $2, into: $3) }
    case .uint8: try write(UInt8.self) { try Positions.put($0, $1, $2, into: $3) }
    case .bool: try write(Bool.self) { try Positions.put($0, $1, $2, into: $3) }
    }
    return result
  }

  /// The elements, or the parts of the first axes, where a bool tensor is true: `[count, ...]`.
  ///
  ///     try x.masked(Tensor.compare(.greater, x, Tensor(scalar: 0)))
  ///
  /// The mask has the shape of `x`, or of its first axes; what is behind them is kept.
  public func masked(_ mask: Tensor) throws -> Tensor {
    let (rows, positions) = try rows(of: mask)
    return try rows.rows(at: positions)
  }

  /// Writes a tensor, broadcast if need be, where a bool tensor is true; see `masked(_:)`.
  public mutating func setMasked(_ mask: Tensor, to value: Tensor) throws {
    let (rows, positions) = try rows(of: mask)
    let target = rows.shape.replacing(axis: 0, with: positions.count)
    let source = try value.cast(to: dtype).broadcast(to: target)
    let places = try Tensor(
      positions.map { Int32($0) },
      shape: [positions.count] + [Int](repeating: 1, count: rows.rank - 1)
    ).broadcast(to: target)
    self = try rows.scatter(source, at: places, axis: 0).reshape(shape.sizes)
  }

  /// The tensor with the axes of a mask as one, and the positions on it where the mask is true.
  private func rows(of mask: Tensor) throws -> (Tensor, [Int]) {
    guard mask.dtype == .bool else {
      throw TensorError.needsDType("a mask is a bool tensor", mask.dtype)
    }
    guard mask.rank <= rank, mask.shape.sizes[...] == shape.sizes[..<mask.rank] else {
      throw TensorError.badArgument(
        "a mask of shape \(mask.shape) does not fit \(shape): it needs the sizes of the first axes")
    }
    guard mask.count <= Int(Int32.max) else { throw TensorError.tooLarge(mask.shape.sizes) }
    let positions = try mask.withElements(Bool.self) { flags in
      var positions: [Int] = []
      try Stretches.run(flags.count) { range in
        for i in range where flags[i] { positions.append(i) }
      }
      return positions
    }
    return (try reshape([mask.count] + shape.sizes[mask.rank...]), positions)
  }
}

/// A row of zeros with a 1 at its label, for each label: `[...] -> [..., classes]`.
public func oneHot(_ labels: Tensor, classes: Int) throws -> Tensor {
  let shape = try Shape(labels.shape.sizes + [classes])
  let numbers = try labels.wholeNumbers("a label")
  return try numbers.withElements(Int32.self) { labels in
    try Tensor(shape: shape, writing: Float.self) { result in
      result.initialize(repeating: 0)
      for (row, label) in labels.enumerated() {
        guard label >= 0, label < classes else {
          throw TensorError.labelOutOfRange(Int(label), classes: classes)
        }
        result[row * classes + Int(label)] = 1
      }
    }
  }
}
