import COneDNN

extension Engine {
  /// The product of plain float32 matrices `[batch..., m, k] x [batch..., k, n]`.
  ///
  /// Either side may be read transposed, without moving it.
  static func multiply(
    _ a: Tensor, _ b: Tensor, m: Int, k: Int, n: Int, batch: [Int],
    transposeA: Bool = false, transposeB: Bool = false
  ) throws -> Tensor {
    let shape = try Shape(batch + [m, n])
    guard shape.elementCount > 0, k > 0 else { return try Tensor(repeating: 0, shape: shape) }
    let left = try matrixLayout(a, rows: m, columns: k, batch: batch, transposed: transposeA)
    let right = try matrixLayout(b, rows: k, columns: n, batch: batch, transposed: transposeB)
    let result = try Layout.plain(shape.sizes, .float32)
    let primitive = try primitive("a matrix product", [], [left, right, result]) {
      notch_matmul(left.handle, right.handle, result.handle)
    }
    let storage = try Storage.checked(shape, .float32)
    try primitive.run([
      (NOTCH_SRC, try a.plain().storage), (NOTCH_WEIGHTS, try b.plain().storage),
      (NOTCH_DST, storage),
    ])
    return Tensor(shape: shape, dtype: .float32, storage: storage)
  }

  /// A row-major matrix, its transpose, or one that is repeated along batch axes of size 1.
  private static func matrixLayout(
    _ x: Tensor, rows: Int, columns: Int, batch: [Int], transposed: Bool
  ) throws -> Layout {
    var own = Array(x.shape.sizes.dropLast(2))
    own = Array(repeating: 1, count: batch.count - own.count) + own
    let sizes = own + [rows, columns]
    if !transposed { return try Layout.plain(sizes, .float32) }
    var strides = Shape(trusted: own + [columns, rows]).strides
    strides.swapAt(strides.count - 1, strides.count - 2)
    guard
      let handle = notch_layout_strided(
        Int32(sizes.count), sizes.map(Int64.init), strides.map(Int64.init),
        Int32(NOTCH_F32.rawValue))
    else { throw TensorError.engine("a matrix layout", reason) }
    return Layout.intern(handle, sizes: sizes, dtype: .float32)
  }
}
