import CKernels
import COneDNN
import Synchronization

/// Max pooling of images whose channels lie in blocks of 16, with a ReLU behind it if wanted.
///
/// For windows that do not overlap this takes a fifth of the engine's time: it keeps one byte for
/// each output, the number of the element that was the largest, and its gradient writes each element
/// once.
package struct BlockedPooling: Sendable {
  private let input: Layout
  let output: Layout
  let pool: notch_pool
  private let planes: Int

  /// Nil where the tensor lies in another way, or the windows overlap, are padded or too large.
  init?(_ x: Tensor, window: Window) throws {
    guard let layout = x.layout, x.dtype == .float32, x.rank == 4,
      try layout === Layout.blocked(x.shape.sizes)
    else { return nil }
    try self.init(of: x.shape, window: window)
  }

  /// The pooling of images of some shape, if they lie in blocks.
  init?(of shape: Shape, window: Window) throws {
    guard (window.paddingLow + window.paddingHigh).allSatisfy({ $0 == 0 }),
      window.stride[0] >= window.kernel[0], window.stride[1] >= window.kernel[1],
      window.kernel[0] <= 16, window.kernel[0] * window.kernel[1] < Int(NOTCH_NOWHERE)
    else { return nil }
    let block = Int(NOTCH_BLOCK)
    let (outRows, outColumns) = (
      try window.outputSize(shape[2], axis: 0, of: shape),
      try window.outputSize(shape[3], axis: 1, of: shape)
    )
    input = try Layout.blocked(shape.sizes)
    output = try Layout.blocked([shape[0], shape[1], outRows, outColumns])
    planes = shape[0] * ((shape[1] + block - 1) / block)
    pool = notch_pool(
      window, rows: shape[2], columns: shape[3], outRows: outRows, outColumns: outColumns)
  }

  /// Whether it leaves half of the elements or less.
  var thins: Bool { pool.row_stride * pool.column_stride > 1 }

  /// The pooled images and, for training, the number of each largest element.
  func apply(
    _ x: Tensor, rectifying: Bool, training: Bool
  ) throws -> (result: Tensor, which: Storage?) {
    let result = try Storage(byteCount: output.byteCount)
    let which = training ? try Storage(byteCount: output.byteCount / 4) : nil
    let (pool, source) = (pool, x.storage)
    try inParts { plane, count, inputs, outputs in
      withUnsafePointer(to: pool) {
        notch_max_pool(
          source.reals + plane * inputs, count, $0, rectifying ? 1 : 0,
          result.reals + plane * outputs, which.map { $0.codes + plane * outputs })
      }
    }
    return (
      try Tensor(shape: Shape(trusted: output.sizes), storage: result, engineLayout: output), which
    )
  }

  /// The gradient of the input.
  func gradient(_ gradient: Tensor, which: Storage) throws -> Tensor {
    let result = try Storage(byteCount: input.byteCount)
    let (pool, source) = (pool, try gradient.storage(in: output))
    try inParts { plane, count, inputs, outputs in
      withUnsafePointer(to: pool) {
        notch_max_pool_gradient(
          source.reals + plane * outputs, which.codes + plane * outputs, count, $0,
          result.reals + plane * inputs)
      }
    }
    return try Tensor(shape: Shape(trusted: input.sizes), storage: result, engineLayout: input)
  }

  /// Runs a body for some planes at a time: the first, how many, and the elements of one plane.
  private func inParts(
    _ body: @escaping @Sendable (_ plane: Int, _ count: Int, _ inputs: Int, _ outputs: Int) -> Void
  ) throws {
    let inputs = pool.rows * pool.columns * Int(NOTCH_BLOCK)
    let outputs = pool.out_rows * pool.out_columns * Int(NOTCH_BLOCK)
    let most = max(1, Stretches.length / max(1, inputs))
    let planes = planes
    try Workers.run((planes + most - 1) / most) { part in
      try Stop.check()
      body(part * most, min(most, planes - part * most), inputs, outputs)
    }
  }
}

extension notch_pool {
  /// A window without padding over images of a size.
  init(_ window: Window, rows: Int, columns: Int, outRows: Int, outColumns: Int) {
    self.init(
      rows: rows, columns: columns, window_rows: window.kernel[0],
      window_columns: window.kernel[1], row_stride: window.stride[0],
      column_stride: window.stride[1], out_rows: outRows, out_columns: outColumns)
  }
}

extension Layout {
  private static let blockedOnes = Mutex<[[Int]: Layout]>([:])

  /// Float32 `[N, C, H, W]` with blocks of 16 channels side by side.
  static func blocked(_ sizes: [Int]) throws -> Layout {
    if let known = blockedOnes.withLock({ $0[sizes] }) { return known }
    guard
      let handle = notch_layout_blocked(sizes.map(Int64.init), DType.float32.oneDNN)
    else { throw TensorError.engine("a layout of \(sizes)", Engine.reason) }
    let layout = intern(handle, sizes: sizes, dtype: .float32)
    blockedOnes.withLock { $0[sizes] = layout }
    return layout
  }
}
