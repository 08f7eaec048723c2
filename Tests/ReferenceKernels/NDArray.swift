/// An array of numbers in row-major order with its sizes: the slow and plain counterpart of a tensor.
///
/// Everything in this target is written from the definitions and for reading, shares nothing with
/// the library it checks, and works in Float64 as well as in Float32. Wrong sizes stop the test.
public struct NDArray<T: BinaryFloatingPoint & Sendable>: Sendable {
  public let sizes: [Int]
  public var elements: [T]

  public init(_ sizes: [Int], _ elements: [T]) {
    precondition(elements.count == sizes.reduce(1, *), "\(sizes) is not \(elements.count) numbers")
    self.sizes = sizes
    self.elements = elements
  }

  public init(_ sizes: [Int], repeating value: T) {
    self.init(sizes, Array(repeating: value, count: sizes.reduce(1, *)))
  }

  /// The array whose element at an index is what the closure says.
  public init(_ sizes: [Int], _ element: ([Int]) -> T) {
    self.init(sizes, NDArray.indices(of: sizes).map(element))
  }

  public var rank: Int { sizes.count }
  public var count: Int { elements.count }

  public subscript(index: [Int]) -> T {
    get { elements[offset(index)] }
    set { elements[offset(index)] = newValue }
  }

  /// Position of an index in row-major order.
  private func offset(_ index: [Int]) -> Int {
    precondition(index.count == rank)
    var offset = 0
    for (axis, position) in index.enumerated() {
      precondition(position >= 0 && position < sizes[axis])
      offset = offset * sizes[axis] + position
    }
    return offset
  }

  /// All indices of an array of some sizes, the last axis fastest.
  public static func indices(of sizes: [Int]) -> [[Int]] {
    var all: [[Int]] = [[]]
    for size in sizes {
      all = all.flatMap { head in (0..<size).map { head + [$0] } }
    }
    return all
  }

  public var indices: [[Int]] { NDArray.indices(of: sizes) }
}
