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
    let storage = try Storage.checked(shape, .float32)
    let (left, right) = (try a.plain().storage, try b.plain().storage)
    // A product of two large matrices goes in tiles of rows, between which a stop is heard.
    let rows = batch.isEmpty ? min(m, rowsOfTile(k: k, n: n)) : m
    var row = 0
    while row < m {
      try Stop.check()
      let size = min(rows, m - row)
      let sizes = batch + [size, n]
      let layouts = [
        try matrixLayout(
          a, rows: size, columns: k, batch: batch, transposed: transposeA, rowStride: m),
        try matrixLayout(b, rows: k, columns: n, batch: batch, transposed: transposeB),
        try Layout.plain(sizes, .float32),
      ]
      let primitive = try primitive("a matrix product", [], layouts) {
        notch_matmul(layouts[0].handle, layouts[1].handle, layouts[2].handle)
      }
      try primitive.run([
        (NOTCH_SRC, left, row * (transposeA ? 1 : k) * 4), (NOTCH_WEIGHTS, right, 0),
        (NOTCH_DST, storage, row * n * 4),
      ])
      row += size
    }
    return Tensor(shape: shape, dtype: .float32, storage: storage)
  }

  /// Rows of a tile: about four thousand million operations, some 20 ms of one core, in steps that
  /// suit the engine's blocks.
  private static func rowsOfTile(k: Int, n: Int) -> Int {
    let operations = Double(k) * Double(n) * 2
    return max(64, Int(4e9 / operations) / 64 * 64)
  }

  /// A row-major matrix, its transpose, or one that is repeated along batch axes of size 1.
  private static func matrixLayout(
    _ x: Tensor, rows: Int, columns: Int, batch: [Int], transposed: Bool,
    rowStride: Int? = nil
  ) throws -> Layout {
    var own = Array(x.shape.sizes.dropLast(2))
    own = Array(repeating: 1, count: batch.count - own.count) + own
    let sizes = own + [rows, columns]
    if !transposed { return try Layout.plain(sizes, .float32) }
    var strides = Shape(trusted: own + [columns, rows]).strides
    strides.swapAt(strides.count - 1, strides.count - 2)
    // A part of a matrix that is read transposed lies as far apart as the whole.
    if let rowStride, batch.isEmpty { strides[strides.count - 1] = rowStride }
    guard
      let handle = notch_layout_strided(
        Int32(sizes.count), sizes.map(Int64.init), strides.map(Int64.init),
        Int32(NOTCH_F32.rawValue))
    else { throw TensorError.engine("a matrix layout", reason) }
    return Layout.intern(handle, sizes: sizes, dtype: .float32)
  }
}
