/// An array of numbers with a shape: a value.
///
///     let x = try Tensor([[1, 2], [3, 4]])
///     let y = try x @ x + 1
///
/// Copies share memory until one of them is written. The elements lie in row-major order
/// (*plain*), or, behind a convolution, in the layout that oneDNN prefers (*blocked*) until
/// somebody asks for them in order. A tensor that takes part in a gradient remembers where on the
/// tape it was made.
public struct Tensor: Sendable {
  public let shape: Shape
  public let dtype: DType
  package var storage: Storage
  /// The blocked layout of the storage; nil when plain.
  package var layout: Layout?
  /// Where it was recorded; nil for a constant.
  package var trace: Trace?

  package init(shape: Shape, dtype: DType, storage: Storage, layout: Layout? = nil) {
    self.shape = shape
    self.dtype = dtype
    self.storage = storage
    self.layout = layout
  }

  /// A plain tensor whose elements the closure writes.
  package init<E: Element>(
    shape: Shape, writing type: E.Type = E.self,
    _ body: (UnsafeMutableBufferPointer<E>) throws -> Void
  ) throws {
    let storage = try Storage.checked(shape, E.dtype)
    self.init(shape: shape, dtype: E.dtype, storage: storage)
    let pointer = storage.pointer.bindMemory(to: E.self, capacity: shape.elementCount)
    try body(UnsafeMutableBufferPointer(start: pointer, count: shape.elementCount))
  }

  public var count: Int { shape.elementCount }
  public var rank: Int { shape.rank }

  /// Calls a closure with the elements in row-major order; `E` must be the element type.
  package func withElements<E: Element, R>(
    _ type: E.Type = E.self, _ body: (UnsafeBufferPointer<E>) throws -> R
  ) throws -> R {
    precondition(E.dtype == dtype, "asked a \(dtype) tensor for \(E.dtype)")
    let plain = try self.plain()
    return try withExtendedLifetime(plain.storage) {
      let pointer = plain.storage.pointer.assumingMemoryBound(to: E.self)
      return try body(UnsafeBufferPointer(start: pointer, count: count))
    }
  }

  /// Calls a closure that may write the elements in place, copying them first if they are shared.
  package mutating func withMutableElements<E: Element, R>(
    _ type: E.Type = E.self, _ body: (UnsafeMutableBufferPointer<E>) throws -> R
  ) throws -> R {
    precondition(E.dtype == dtype, "asked a \(dtype) tensor for \(E.dtype)")
    if layout != nil { self = try plain() }
    trace = nil
    if !isKnownUniquelyReferenced(&storage) {
      let copy = try Storage.checked(shape, dtype)
      copy.pointer.copyMemory(from: storage.pointer, byteCount: count * dtype.size)
      storage = copy
    }
    storage.forgetAlternates()
    let pointer = storage.pointer.assumingMemoryBound(to: E.self)
    return try body(UnsafeMutableBufferPointer(start: pointer, count: count))
  }

  /// The elements in row-major order as an array of a Swift type, converted if need be.
  public func elements<E: Element>(as type: E.Type = E.self) throws -> [E] {
    if E.dtype == dtype { return try withElements(E.self) { Array($0) } }
    return try cast(to: E.dtype).withElements(E.self) { Array($0) }
  }

  /// The elements in row-major order as real numbers.
  public func reals() throws -> [Double] {
    switch dtype {
    case .float32: try withElements(Float.self) { $0.map(Double.init) }
    case .int32: try withElements(Int32.self) { $0.map(Double.init) }
    case .int8: try withElements(Int8.self) { $0.map(Double.init) }
    case .uint8: try withElements(UInt8.self) { $0.map(Double.init) }
    case .bool: try withElements(Bool.self) { $0.map(\.real) }
    }
  }

  /// The one number of a tensor with one element.
  public func item() throws -> Double {
    guard count == 1 else {
      throw TensorError.badArgument("a tensor of shape \(shape) is not one number")
    }
    return try reals()[0]
  }

  /// The same numbers, without memory of how they were made.
  public func detached() -> Tensor {
    var copy = self
    copy.trace = nil
    return copy
  }
}

extension Storage {
  /// Memory for a shape; throws rather than ask the system for more than the machine has.
  package static func checked(_ shape: Shape, _ dtype: DType) throws -> Storage {
    try Storage(byteCount: shape.elementCount * dtype.size)
  }
}
