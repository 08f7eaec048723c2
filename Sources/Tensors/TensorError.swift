/// What can be wrong with an operation on tensors: the facts; `description` is the prose.
public enum TensorError: Error, Equatable, CustomStringConvertible, Sendable {
  case tooManyAxes(Int)
  case negativeSize([Int])
  case tooLarge([Int])
  case noSuchAxis(Int, Shape)
  case cannotBroadcast(Shape, Shape, String)
  case cannotMultiply(Shape, Shape)
  case matmulNeedsAxes(Shape)
  case cannotReshape(Shape, [Int])
  case wrongCount(Int, Shape)
  case unevenList(String)
  case indexOutOfRange(Int, axis: Int, size: Int)
  case badSlice(lower: Int, upper: Int, size: Int)
  case tooManyIndices(Int, Shape)
  case badPermutation([Int], Shape)
  case needsDType(String, DType)
  case needsRank(String, Int, Shape)
  case emptyReduction(String, Shape)
  case noElements(String, Shape)
  case concatenate(Shape, Shape, axis: Int)
  case nothingToConcatenate
  case channels(input: Shape, weights: Shape, groups: Int)
  case transposedChannels(input: Shape, weights: Shape, groups: Int)
  case windowTooLarge(kernel: Int, size: Int, Shape)
  case badWindow(String)
  case labelOutOfRange(Int, classes: Int)
  case labelCount(Int, expected: Int)
  case badArgument(String)
  case notDifferentiable(String)
  case constantValue
  case notSquare(String, Shape)
  case notFinite(String)
  case notSymmetric(row: Int, column: Int)
  case notPositiveDefinite
  case singular(Shape)
  case remainderByZero
  case cannotSolve(Shape, Shape)
  case matrixTooLarge(Shape)
  case noLAPACK(String)
  case lapack(String, String)
  case engine(String, String)
  case interrupted
  case outOfMemory(bytes: Int)

  public var description: String {
    switch self {
    case .tooManyAxes(let count):
      "a tensor has at most \(Shape.maximumRank) axes, not \(count)"
    case .negativeSize(let sizes): "a size cannot be negative: \(sizes)"
    case .tooLarge(let sizes): "a tensor of shape \(sizes) is too large for any memory"
    case .noSuchAxis(let axis, let shape):
      shape.rank == 0
        ? "axis \(axis) does not exist: the tensor is a scalar"
        : "axis \(axis) does not exist in \(shape); use \(-shape.rank) to \(shape.rank - 1)"
    case .cannotBroadcast(let a, let b, let operation):
      "cannot \(operation) \(a) and \(b); \(Self.mismatch(a, b))"
    case .cannotMultiply(let a, let b):
      "cannot multiply \(a) by \(b); the inner sizes \(a.last ?? 0) and "
        + "\(b.rank > 1 ? b[b.rank - 2] : b.first ?? 0) differ"
    case .matmulNeedsAxes(let shape): "a matrix product needs at least one axis, not \(shape)"
    case .cannotReshape(let shape, let sizes):
      "cannot reshape \(shape) (\(shape.elementCount) elements) to \(sizes)"
    case .wrongCount(let count, let shape):
      "shape \(shape) needs \(shape.elementCount) elements, not \(count)"
    case .unevenList(let detail): "a list of uneven rows is no tensor: \(detail)"
    case .indexOutOfRange(let index, let axis, let size):
      "index \(index) is out of range for axis \(axis) of size \(size)"
    case .badSlice(let lower, let upper, let size):
      "the range \(lower)..<\(upper) does not fit an axis of size \(size)"
    case .tooManyIndices(let count, let shape):
      "\(count) indices are too many for shape \(shape)"
    case .badPermutation(let axes, let shape):
      "\(axes) is not a permutation of the \(shape.rank) axes of \(shape)"
    case .needsDType(let wanted, let dtype): "\(wanted), not \(dtype.rawValue)"
    case .needsRank(let what, let rank, let shape): "\(what) needs \(rank) axes, not \(shape)"
    case .emptyReduction(let name, let shape): "the \(name) of no elements is undefined: \(shape)"
    case .noElements(let what, let shape): "\(what) needs elements, and \(shape) has none"
    case .concatenate(let a, let b, let axis):
      "cannot join \(a) and \(b) along axis \(axis): the other sizes differ"
    case .nothingToConcatenate: "nothing to join"
    case .channels(let input, let weights, let groups):
      groups == 1
        ? "the input \(input) has \(input.rank > 1 ? input[1] : 0) channels, but the kernel "
          + "\(weights) takes \(weights.rank > 1 ? weights[1] : 0)"
        : "the input \(input) and the kernel \(weights) do not fit \(groups) groups"
    case .transposedChannels(let input, let weights, let groups):
      "the input \(input) and the kernel \(weights) do not fit a transposed convolution in "
        + "\(groups) group\(groups == 1 ? "" : "s"): the first size of the kernel is the input's "
        + "channels, which the groups divide"
    case .windowTooLarge(let kernel, let size, let shape):
      "a window of \(kernel) does not fit into \(size) (with padding) of \(shape)"
    case .badWindow(let detail): detail
    case .labelOutOfRange(let label, let classes):
      "label \(label) is out of range for \(classes) classes"
    case .labelCount(let count, let expected): "\(count) labels for \(expected) rows"
    case .badArgument(let detail): detail
    case .notDifferentiable(let name): "\(name) has no gradient"
    case .constantValue:
      "the value does not depend on what its gradient is taken at; numbers from item() or list(), "
        + "and integers, are constants"
    case .notSquare(let what, let shape): "\(what) needs a square matrix, not \(shape)"
    case .notFinite(let what): "\(what) holds numbers that are not finite"
    case .notSymmetric(let row, let column):
      "the matrix is not symmetric: the elements at [\(row), \(column)] and "
        + "[\(column), \(row)] differ"
    case .notPositiveDefinite: "the matrix is not positive definite"
    case .singular(let shape): "the matrix \(shape) is singular: it has no inverse"
    case .remainderByZero: "the remainder of integers by 0 is undefined"
    case .cannotSolve(let a, let b):
      "the right side \(b) does not fit the matrix \(a): it needs \(a.first ?? 0) rows"
    case .matrixTooLarge(let shape):
      "a matrix of shape \(shape) is too large for LAPACK, which cannot be stopped"
    case .noLAPACK(let reason): "LAPACK cannot be used: \(reason)"
    case .lapack(let what, let reason): "LAPACK gave up \(what): \(reason)"
    case .engine(let operation, let reason): "oneDNN refused \(operation): \(reason)"
    case .interrupted: "interrupted"
    case .outOfMemory(let bytes): "no memory for a tensor of \(bytes) bytes"
    }
  }

  /// Names the first pair of sizes, from the end, that does not fit.
  private static func mismatch(_ a: Shape, _ b: Shape) -> String {
    for axis in 1...max(1, min(a.rank, b.rank)) where axis <= min(a.rank, b.rank) {
      let (left, right) = (a[a.rank - axis], b[b.rank - axis])
      if left != right, left != 1, right != 1 { return "the sizes \(left) and \(right) differ" }
    }
    return "the shapes differ"
  }
}
