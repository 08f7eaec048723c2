/// The sizes of a tensor along its axes, with a count that is known not to overflow.
public struct Shape: Hashable, Sendable, RandomAccessCollection, CustomStringConvertible {
  /// The most axes a tensor may have.
  public static let maximumRank = 8
  /// The most elements a tensor may have, so that its bytes stay far from overflow.
  public static let maximumCount = 1 << 40

  public let sizes: [Int]
  /// Number of elements: the product of the sizes, 1 for a scalar.
  public let elementCount: Int

  /// Checks the sizes: none negative, at most eight axes, a product that memory could hold.
  public init(_ sizes: [Int]) throws {
    guard sizes.count <= Shape.maximumRank else { throw TensorError.tooManyAxes(sizes.count) }
    // Zeros count as ones here, so that strides and parts of the product cannot overflow either.
    var product = 1
    for size in sizes {
      guard size >= 0 else { throw TensorError.negativeSize(sizes) }
      let (next, overflow) = product.multipliedReportingOverflow(by: Swift.max(size, 1))
      guard !overflow, next <= Shape.maximumCount else { throw TensorError.tooLarge(sizes) }
      product = next
    }
    self.sizes = sizes
    elementCount = sizes.contains(0) ? 0 : product
  }

  /// For sizes that are known to be good: parts and permutations of a checked shape.
  package init(trusted sizes: [Int]) {
    self.sizes = sizes
    elementCount = sizes.reduce(1, *)
  }

  public static let scalar = Shape(trusted: [])

  public var rank: Int { sizes.count }
  public var startIndex: Int { 0 }
  public var endIndex: Int { sizes.count }
  public subscript(axis: Int) -> Int { sizes[axis] }

  public var description: String {
    "[" + sizes.map(String.init).joined(separator: ", ") + "]"
  }

  /// An axis counted from the end when negative, checked.
  public func axis(_ axis: Int) throws -> Int {
    let position = axis < 0 ? axis + rank : axis
    guard position >= 0, position < rank else {
      throw TensorError.noSuchAxis(axis, self)
    }
    return position
  }

  /// Row-major strides in elements.
  package var strides: [Int] {
    var strides = [Int](repeating: 1, count: rank)
    for axis in stride(from: rank - 2, through: 0, by: -1) {
      strides[axis] = strides[axis + 1] * sizes[axis + 1]
    }
    return strides
  }

  /// The shape without one axis.
  package func removing(axis: Int) -> Shape {
    var sizes = sizes
    sizes.remove(at: axis)
    return Shape(trusted: sizes)
  }

  package func replacing(axis: Int, with size: Int) -> Shape {
    var sizes = sizes
    sizes[axis] = size
    return Shape(trusted: sizes)
  }

  /// The shape that two operands broadcast to, as NumPy defines it.
  ///
  /// Sizes are matched from the last axis; each pair must be equal, or one of them 1.
  public static func broadcast(_ a: Shape, _ b: Shape, for operation: String) throws -> Shape {
    if a == b { return a }
    let rank = Swift.max(a.rank, b.rank)
    var sizes = [Int](repeating: 1, count: rank)
    for axis in 1...Swift.max(rank, 1) where axis <= rank {
      let left = axis <= a.rank ? a[a.rank - axis] : 1
      let right = axis <= b.rank ? b[b.rank - axis] : 1
      guard left == right || left == 1 || right == 1 else {
        throw TensorError.cannotBroadcast(a, b, operation)
      }
      sizes[rank - axis] = left == 1 ? right : left
    }
    return try Shape(sizes)
  }
}
