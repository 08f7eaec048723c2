import CKernels

/// A convolution of images with few channels and a max pooling behind it in one pass.
///
/// The output of a network's first convolution is its largest tensor by far. Here it is never written:
/// the four sums of a window are computed in registers, and only the largest leaves them, with its
/// number. Nor is its gradient: the weights take theirs from the pooled one.
struct FirstConvolution {
  private let geometry: notch_first
  private let parts: SampleParts
  private let filters: Int
  let pooling: BlockedPooling

  /// Nil where the geometry is another.
  init?(_ sizes: ConvolutionSizes, pool: Window) throws {
    guard sizes.output[1] % ConvolutionSizes.block == 0,
      let pooling = try BlockedPooling(of: Shape(sizes.output), window: pool)
    else { return nil }
    try self.init(sizes, pooling: pooling)
  }

  /// The same with a pooling that is known.
  init?(_ sizes: ConvolutionSizes, pooling: BlockedPooling) throws {
    let (window, block, pool) = (sizes.window, ConvolutionSizes.block, pooling.pool)
    guard SparseGradient.isAtHand, sizes.groups == 1, (1..<block).contains(sizes.input[1]),
      sizes.output[1] % block == 0, [[3, 3], [5, 5]].contains(window.kernel),
      window.dilation == [1, 1], sizes.samplesOfACall == nil, pool.window_rows == 2,
      pool.window_columns == 2, sizes.input[0] > 0
    else { return nil }
    self.pooling = pooling
    let wide = (0..<2).map {
      sizes.input[2 + $0] + window.paddingLow[$0] + window.paddingHigh[$0]
    }
    geometry = notch_first(
      channels: sizes.input[1], rows: sizes.input[2], columns: sizes.input[3],
      top: window.paddingLow[0], left: window.paddingLow[1], wide_rows: wide[0],
      wide_columns: wide[1], filter_blocks: sizes.output[1] / block, side: window.kernel[0],
      row_stride: window.stride[0], column_stride: window.stride[1],
      pool_row_stride: pool.row_stride, pool_column_stride: pool.column_stride,
      out_rows: pool.out_rows, out_columns: pool.out_columns)
    parts = SampleParts(of: sizes.input[0])
    filters = sizes.output[1]
  }

  /// The pooled images and, for training, the number of each largest element.
  func apply(
    _ x: Tensor, _ weights: Tensor, bias: Tensor?, rectifying: Bool, training: Bool
  ) throws -> (result: Tensor, which: Storage?) {
    let result = try Storage(byteCount: pooling.output.byteCount)
    let which = training ? try Storage(byteCount: pooling.output.byteCount / 4) : nil
    let images = try x.plain().storage
    let kernels = try weights.plain().storage.derived(.init("a first convolution's weights")) {
      try inBlocks(weights.plain())
    }
    let offsets = try bias?.plain().storage
    let output = pooling.output.byteCount / 4 / parts.samples
    try inParts { _, first, count, geometry, wide in
      withUnsafePointer(to: geometry) {
        notch_first_pooled(
          images.reals + first * imageSize, kernels.reals, offsets?.reals, count, $0,
          rectifying ? 1 : 0, wide.reals, result.reals + first * output,
          which.map { $0.codes + first * output })
      }
    }
    return (
      try Tensor(
        shape: Shape(trusted: pooling.output.sizes), storage: result, engineLayout: pooling.output),
      which
    )
  }

  /// The gradients of weights and bias.
  func gradients(
    _ g: Tensor, which: Storage, x: Tensor
  ) throws -> (weights: Tensor, bias: Tensor) {
    let gradient = try g.storage(in: pooling.output)
    let images = try x.plain().storage
    let output = pooling.output.byteCount / 4 / parts.samples
    let weightSums = try parts.sums(byteCount: filters * kernelSize * 4)
    let biasSums = try parts.sums(byteCount: filters * 4)
    try inParts { part, first, count, geometry, wide in
      withUnsafePointer(to: geometry) {
        notch_first_gradients(
          gradient.reals + first * output, which.codes + first * output,
          images.reals + first * imageSize, count, $0, wide.reals,
          weightSums[part].reals, biasSums[part].reals)
      }
    }
    func sum(_ sums: [Storage], _ sizes: [Int]) throws -> Tensor {
      try SampleParts.total(sums) {
        Tensor(shape: Shape(trusted: sizes), dtype: .float32, storage: $0)
      }
    }
    let side = geometry.side
    let blocked = try sum(weightSums, [filters / block, kernelSize, block])
    return (
      try blocked.transposed([0, 2, 1]).reshape([filters, geometry.channels, side, side]),
      try sum(biasSums, [filters])
    )
  }

  private var block: Int { ConvolutionSizes.block }
  private var imageSize: Int { geometry.channels * geometry.rows * geometry.columns }
  private var kernelSize: Int { geometry.channels * geometry.side * geometry.side }

  /// The weights of 16 filters side by side: `[filters / 16, channels * side * side, 16]`.
  private func inBlocks(_ weights: Tensor) throws -> Storage {
    try weights.detached().reshape([filters / block, block, kernelSize]).transposed([0, 2, 1])
      .plain().storage
  }

  /// Runs a body for some samples at a time, with memory for an image and its zeros.
  private func inParts(
    _ body:
      @escaping @Sendable (
        _ part: Int, _ first: Int, _ count: Int, _ geometry: notch_first, _ wide: Storage
      ) throws -> Void
  ) throws {
    let geometry = geometry
    try parts.run { part, first, count in
      let wide = try Storage(
        byteCount: geometry.channels * geometry.wide_rows * geometry.wide_columns * 4)
      try body(part, first, count, geometry, wide)
    }
  }
}
