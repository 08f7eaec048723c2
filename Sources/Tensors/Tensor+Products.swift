extension Tensor {
  /// The matrix product `self @ other`, with batch axes broadcast as in NumPy's `matmul`.
  ///
  /// `[m, k] @ [k, n] -> [m, n]`; a vector on the left counts as a row, on the right as a column,
  /// and its axis is dropped from the result.
  public func matmul(_ other: Tensor) throws -> Tensor {
    guard rank > 0 else { throw TensorError.matmulNeedsAxes(shape) }
    guard other.rank > 0 else { throw TensorError.matmulNeedsAxes(other.shape) }
    let left = rank == 1 ? try reshape([1, count]) : self
    let right = other.rank == 1 ? try other.reshape([other.count, 1]) : other
    guard left.shape[left.rank - 1] == right.shape[right.rank - 2] else {
      throw TensorError.cannotMultiply(shape, other.shape)
    }
    var result: Tensor
    if left.dtype.isFloat || right.dtype.isFloat {
      let a = try left.cast(to: .float32)
      let b = try right.cast(to: .float32)
      result = try Tensor.product(a, b).recorded(.matmul(a: a, b: b), a, b)
    } else {
      result = try Tensor.integerProduct(left.cast(to: .int32), right.cast(to: .int32))
    }
    if rank == 1 { result = try result.reshape(result.shape.removing(axis: result.rank - 2).sizes) }
    if other.rank == 1 { result = try result.reshape(Array(result.shape.sizes.dropLast())) }
    return result
  }

  /// The product of float32 matrices, either side read transposed if wanted.
  static func product(
    _ a: Tensor, _ b: Tensor, transposeA: Bool = false, transposeB: Bool = false
  ) throws -> Tensor {
    let batch = try Shape.broadcast(
      Shape(trusted: Array(a.shape.sizes.dropLast(2))),
      Shape(trusted: Array(b.shape.sizes.dropLast(2))), for: "multiply")
    let (rowsA, columnsA) = (a.shape[a.rank - 2], a.shape[a.rank - 1])
    let (rowsB, columnsB) = (b.shape[b.rank - 2], b.shape[b.rank - 1])
    return try Engine.multiply(
      a, b, m: transposeA ? columnsA : rowsA, k: transposeA ? rowsA : columnsA,
      n: transposeB ? rowsB : columnsB, batch: batch.sizes, transposeA: transposeA,
      transposeB: transposeB)
  }

  /// Exact products of int32 matrices (wrapping around at the ends of int32).
  private static func integerProduct(_ a: Tensor, _ b: Tensor) throws -> Tensor {
    guard a.rank == 2, b.rank == 2 else {
      throw TensorError.badArgument("an integer matrix product takes matrices, not batches")
    }
    let (m, k, n) = (a.shape[0], a.shape[1], b.shape[1])
    return try a.withElements(Int32.self) { left in
      try b.withElements(Int32.self) { right in
        try Tensor(shape: Shape([m, n]), writing: Int32.self) { result in
          result.initialize(repeating: 0)
          for i in 0..<m {
            if i & 63 == 0 { try Stop.check() }
            for p in 0..<k {
              let factor = left[i * k + p]
              for j in 0..<n { result[i * n + j] &+= factor &* right[p * n + j] }
            }
          }
        }
      }
    }
  }
}

/// The matrix product of two tensors; see `Tensor.matmul(_:)`.
public func matmul(_ a: Tensor, _ b: Tensor) throws -> Tensor { try a.matmul(b) }
