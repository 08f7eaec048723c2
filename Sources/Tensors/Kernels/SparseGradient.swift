import CKernels

/// The gradients of a convolution whose output passes a ReLU or a max pooling, from the elements that
/// got through alone.
///
/// A ReLU stops half of a gradient or more, a max pooling over windows of 2 x 2 three quarters. What
/// is left is listed for each filter; each element then adds nine vectors of input channels to the
/// gradient of the weights, and nine of weights to that of the input, with one side in registers.
struct SparseGradient {
  private let sizes: ConvolutionSizes
  private let geometry: notch_sparse
  private let input: Layout
  private let kernel: Layout
  private let output: Layout

  /// Which elements of the output's gradient count.
  enum Passing {
    /// Those where this output of a ReLU is above 0.
    case rectified(Tensor)
    /// One of each window.
    case pooled(BlockedPooling, which: Storage)
  }

  /// Whether the processor has registers enough.
  static let isAtHand = notch_has_wide() != 0

  /// Nil where a dense gradient is faster, or the geometry another.
  init?(_ sizes: ConvolutionSizes) throws {
    let window = sizes.window
    let block = ConvolutionSizes.block
    guard Self.isAtHand, sizes.groups == 1, sizes.input[1] % block == 0,
      sizes.output[1] % block == 0, [[3, 3], [5, 5]].contains(window.kernel),
      window.dilation == [1, 1], sizes.samplesOfACall == nil
    else { return nil }
    let wide = (0..<2).map {
      sizes.input[2 + $0] + window.paddingLow[$0] + window.paddingHigh[$0]
    }
    // Two blocks of an image, and the gradient of all weights, stay in the second-level cache.
    guard wide[0] * wide[1] <= 1 << 12, sizes.kernel.reduce(1, *) <= 1 << 18 else { return nil }
    self.sizes = sizes
    geometry = notch_sparse(
      blocks: sizes.input[1] / block, rows: sizes.input[2], columns: sizes.input[3],
      top: window.paddingLow[0], left: window.paddingLow[1], wide_rows: wide[0],
      wide_columns: wide[1], filter_blocks: sizes.output[1] / block, out_rows: sizes.output[2],
      out_columns: sizes.output[3], row_stride: window.stride[0],
      column_stride: window.stride[1], kernel_rows: window.kernel[0],
      kernel_columns: window.kernel[1])
    input = try Layout.blocked(sizes.input)
    kernel = try Layout.blocked(sizes.kernel)
    output = try Layout.blocked(sizes.output)
  }

  /// Whether a tensor lies as the output's gradient is read.
  func canRead(_ y: Tensor) -> Bool { y.layout === output }

  /// The gradients of input, weights and bias; that of the input only if it is wanted.
  func gradients(
    _ g: Tensor, _ passing: Passing, x: Tensor, weights: Tensor, wantsInput: Bool
  ) throws -> (input: Tensor?, weights: Tensor, bias: Tensor) {
    let parts = SampleParts(of: sizes.input[0])
    let images = try x.storage(in: input)
    let gradient: Storage
    switch passing {
    case .rectified: gradient = try g.storage(in: output)
    case .pooled(let pooling, _): gradient = try g.storage(in: pooling.output)
    }
    let kernels = try weights.storage(in: kernel)
    let result = wantsInput ? try Storage(byteCount: input.byteCount) : nil
    let weightSums = try parts.sums(byteCount: kernel.byteCount)
    let biasSums = try parts.sums(byteCount: sizes.output[1] * 4)
    let geometry = geometry
    let steps = Steps(
      input: input.byteCount / 4 / parts.samples,
      output: gradient.byteCount / 4 / parts.samples)
    try parts.run { part, first, count in
      let scratch = try Storage(
        byteCount: withUnsafePointer(to: geometry) { notch_sparse_scratch($0) })
      withUnsafePointer(to: geometry) { geometry in
        func run(_ y: UnsafePointer<Float>?, _ which: UnsafePointer<UInt8>?, _ pool: notch_pool) {
          withUnsafePointer(to: pool) { pool in
            notch_sparse_gradients(
              gradient.reals + first * steps.output, y, which, pool,
              images.reals + first * steps.input, kernels.reals, count, geometry, scratch.pointer,
              weightSums[part].reals, biasSums[part].reals,
              result.map { $0.reals + first * steps.input })
          }
        }
        switch passing {
        case .rectified(let y): run(y.storage.reals + first * steps.output, nil, notch_pool())
        case .pooled(let pooling, let which):
          run(nil, which.codes + first * steps.output, pooling.pool)
        }
      }
    }
    let dw = try SampleParts.total(weightSums) {
      try Tensor(shape: Shape(trusted: sizes.kernel), storage: $0, engineLayout: kernel)
    }
    let db = try SampleParts.total(biasSums) {
      Tensor(shape: Shape(trusted: [sizes.output[1]]), dtype: .float32, storage: $0)
    }
    let dx = try result.map {
      try Tensor(shape: Shape(trusted: sizes.input), storage: $0, engineLayout: input)
    }
    return (dx, dw, db)
  }

  /// The numbers of one sample.
  private struct Steps {
    let input: Int
    let output: Int
  }
}
