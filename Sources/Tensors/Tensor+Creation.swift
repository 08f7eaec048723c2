extension Tensor {
  /// A tensor of one repeated number.
  public init(repeating value: Double, shape: Shape, dtype: DType = .float32) throws {
    func fill<E: Element>(_ type: E.Type) throws -> Tensor {
      let element = E(saturating: value)
      return try Tensor(shape: shape, writing: E.self) { buffer in
        try Stretches.run(buffer.count) { range in
          UnsafeMutableBufferPointer(rebasing: buffer[range]).initialize(repeating: element)
        }
      }
    }
    switch dtype {
    case .float32: self = try fill(Float.self)
    case .int32: self = try fill(Int32.self)
    case .int8: self = try fill(Int8.self)
    case .uint8: self = try fill(UInt8.self)
    case .bool: self = try fill(Bool.self)
    }
  }

  /// A tensor of elements in row-major order.
  public init<E: Element>(_ elements: [E], shape: Shape) throws {
    guard elements.count == shape.elementCount else {
      throw TensorError.wrongCount(elements.count, shape)
    }
    try self.init(shape: shape, writing: E.self) { buffer in
      _ = buffer.initialize(from: elements)
    }
  }

  /// A tensor of elements in row-major order: `Tensor([1, 2, 3, 4], shape: [2, 2])`.
  public init<E: Element>(_ elements: [E], shape sizes: [Int]) throws {
    try self.init(elements, shape: Shape(sizes))
  }

  /// A vector.
  public init(_ elements: [Float]) throws {
    try self.init(elements, shape: Shape([elements.count]))
  }

  /// A matrix of rows, which must be of one length.
  public init(_ rows: [[Float]]) throws {
    let width = rows.first?.count ?? 0
    for (index, row) in rows.enumerated() where row.count != width {
      throw TensorError.unevenList("row 0 has \(width) elements, row \(index) has \(row.count)")
    }
    try self.init(rows.flatMap { $0 }, shape: Shape([rows.count, width]))
  }

  /// A scalar: a tensor without axes.
  public init(scalar value: Double) throws {
    try self.init(repeating: value, shape: .scalar)
  }

  /// The same numbers as another type, rounded toward zero and saturated; NaN becomes 0.
  public func cast(to target: DType) throws -> Tensor {
    if target == dtype { return self }
    func convert<A: Element, B: Element>(_ from: A.Type, _ to: B.Type) throws -> Tensor {
      try withElements(A.self) { source in
        try Tensor(shape: shape, writing: B.self) { result in
          try Stretches.run(source.count) { range in
            for i in range { result[i] = B(saturating: source[i].real) }
          }
        }
      }
    }
    func from<A: Element>(_ type: A.Type) throws -> Tensor {
      switch target {
      case .float32: try convert(A.self, Float.self)
      case .int32: try convert(A.self, Int32.self)
      case .int8: try convert(A.self, Int8.self)
      case .uint8: try convert(A.self, UInt8.self)
      case .bool: try convert(A.self, Bool.self)
      }
    }
    switch dtype {
    case .float32: return try from(Float.self)
    case .int32: return try from(Int32.self)
    case .int8: return try from(Int8.self)
    case .uint8: return try from(UInt8.self)
    case .bool: return try from(Bool.self)
    }
  }
}

/// A float32 tensor of zeros: `zeros(2, 3)`.
public func zeros(_ sizes: Int...) throws -> Tensor { try full(sizes, 0) }

/// A float32 tensor of ones: `ones(2, 3)`.
public func ones(_ sizes: Int...) throws -> Tensor { try full(sizes, 1) }

/// A float32 tensor of one repeated number: `full([2, 3], 0.5)`.
public func full(_ sizes: [Int], _ value: Double) throws -> Tensor {
  try Tensor(repeating: value, shape: Shape(sizes))
}

/// The identity matrix of a size.
public func eye(_ size: Int) throws -> Tensor {
  let shape = try Shape([size, size])
  return try Tensor(shape: shape, writing: Float.self) { buffer in
    buffer.initialize(repeating: 0)
    for i in 0..<size { buffer[i * size + i] = 1 }
  }
}

/// Numbers from a start up to, but without, an end: `arange(0, 1, by: 0.25)`.
///
/// int32 where all three are whole numbers and the caller says so, else float32.
public func arange(
  _ start: Double, _ end: Double, by step: Double = 1, dtype: DType = .float32
) throws -> Tensor {
  guard step != 0, step.isFinite, start.isFinite, end.isFinite else {
    throw TensorError.badArgument("a range needs finite bounds and a step that is not 0")
  }
  let steps = ((end - start) / step).rounded(.up)
  guard steps < Double(Shape.maximumCount) else {
    throw TensorError.badArgument("a range of \(TensorFormat.number(steps)) numbers is too large")
  }
  let shape = try Shape([Int(max(0, steps))])
  func fill<E: Element>(_ type: E.Type) throws -> Tensor {
    try Tensor(shape: shape, writing: E.self) { buffer in
      for i in 0..<buffer.count { buffer[i] = E(saturating: start + Double(i) * step) }
    }
  }
  return dtype == .float32 ? try fill(Float.self) : try fill(Int32.self).cast(to: dtype)
}

/// Evenly spaced numbers from a start to an end, both included: `linspace(0, 1, 5)`.
public func linspace(_ start: Double, _ end: Double, _ count: Int) throws -> Tensor {
  guard count >= 0 else { throw TensorError.negativeSize([count]) }
  let shape = try Shape([count])
  let intervals = Double(max(1, count - 1))
  let width = end - start
  // Bounds of opposite sign may be further apart than the largest number.
  let step = width.isInfinite ? end / intervals - start / intervals : width / intervals
  return try Tensor(shape: shape, writing: Float.self) { buffer in
    for i in 0..<buffer.count { buffer[i] = Float(start + Double(i) * step) }
    if count > 0 { buffer[0] = Float(start) }
    if count > 1 { buffer[count - 1] = Float(end) }
  }
}
