import COneDNN

/// The geometry of a window that slides over height and width.
public struct Window: Hashable, Sendable {
  public var kernel: [Int]
  public var stride: [Int]
  /// How far apart neighbours of the kernel lie in the image: 1 for a dense kernel.
  public var dilation: [Int]
  /// Zeros before the first and after the last row or column.
  public var paddingLow: [Int]
  public var paddingHigh: [Int]

  public init(
    kernel: [Int], stride: [Int], dilation: [Int] = [1, 1], paddingLow: [Int], paddingHigh: [Int]
  ) {
    self.kernel = kernel
    self.stride = stride
    self.dilation = dilation
    self.paddingLow = paddingLow
    self.paddingHigh = paddingHigh
  }

  /// The rows or columns that the kernel reaches over: dilation (kernel - 1) + 1.
  ///
  /// What is too large for an Int is as large as none can be.
  package func reach(axis: Int) -> Int {
    guard kernel[axis] > 0 else { return 0 }
    let (gaps, overflow) = dilation[axis].multipliedReportingOverflow(by: kernel[axis] - 1)
    return overflow || gaps == .max ? .max : gaps + 1
  }

  /// Whether the engine can count the bytes across the window, which it does in 32 bits.
  fileprivate func reachIsCountable(_ input: Shape) -> Bool {
    var bytes = 4
    for factor in [max(input[1], 16), max(input[3], 1), reach(axis: 0), reach(axis: 1)] {
      let (product, overflow) = bytes.multipliedReportingOverflow(by: factor)
      guard !overflow else { return false }
      bytes = product
    }
    return bytes <= Int(Int32.max)
  }

  /// Output size along an axis: floor((size + padding - reach) / stride) + 1.
  package func outputSize(_ size: Int, axis: Int, of shape: Shape) throws -> Int {
    let (some, overflow) = size.addingReportingOverflow(paddingLow[axis])
    let (padded, overflows) = some.addingReportingOverflow(paddingHigh[axis])
    guard !overflow, !overflows else {
      throw TensorError.badWindow("a padding of \(paddingLow) and \(paddingHigh) is too large")
    }
    let reach = reach(axis: axis)
    guard reach <= padded else {
      throw TensorError.windowTooLarge(kernel: reach, size: padded, shape)
    }
    return (padded - reach) / stride[axis] + 1
  }

  var numbers: [Int] { kernel + stride + dilation + paddingLow + paddingHigh }

  func withC<R>(_ body: (UnsafePointer<notch_window>) throws -> R) rethrows -> R {
    func pair(_ values: [Int]) -> (Int64, Int64) { (Int64(values[0]), Int64(values[1])) }
    var window = notch_window(
      kernel: pair(kernel), stride: pair(stride), dilation: pair(dilation.map { $0 - 1 }),
      padding_low: pair(paddingLow), padding_high: pair(paddingHigh))
    return try body(&window)
  }
}

/// What happens at the edge of an image.
public enum Padding: String, CaseIterable, Sendable {
  /// No padding: the output shrinks by what the kernel reaches over, less 1.
  case valid
  /// Zeros so that the output has ceil(size / stride) rows and columns.
  case same

  /// The window for an input of a height and width.
  public func window(
    kernel: [Int], stride: [Int], dilation: [Int] = [1, 1], height: Int, width: Int
  ) -> Window {
    var window = Window(
      kernel: kernel, stride: stride, dilation: dilation, paddingLow: [0, 0],
      paddingHigh: [0, 0])
    if self == .same {
      for (axis, size) in [height, width].enumerated() {
        // Columns that the last window does not need to reach over, without overflow.
        let step = max(1, stride[axis])
        let covered = size > 0 ? size - (size - 1) / step * step : step
        let total = max(0, max(0, window.reach(axis: axis)) - covered)
        window.paddingLow[axis] = total / 2
        window.paddingHigh[axis] = total - total / 2
      }
    }
    return window
  }
}

/// A convolution of certain sizes: `[N, C, H, W] -> [N, K, H', W']`.
package struct ConvolutionSizes: Hashable, Sendable {
  package var input: [Int]
  package var kernel: [Int]
  package var output: [Int]
  package var groups: Int
  package var window: Window

  package init(input: Shape, weights: Shape, window: Window, groups: Int) throws {
    guard input.rank == 4 else { throw TensorError.needsRank("a convolution", 4, input) }
    guard weights.rank == 4 else { throw TensorError.needsRank("a kernel", 4, weights) }
    guard groups > 0, weights[0] % groups == 0, input[1] == weights[1] * groups else {
      throw TensorError.channels(input: input, weights: weights, groups: groups)
    }
    guard window.dilation == [1, 1] || window.reachIsCountable(input) else {
      throw TensorError.badWindow(
        "a dilation of \(window.dilation) reaches too far over \(input) for the engine")
    }
    self.window = window
    self.groups = groups
    self.input = input.sizes
    output = [
      input[0], weights[0], try window.outputSize(input[2], axis: 0, of: input),
      try window.outputSize(input[3], axis: 1, of: input),
    ]
    _ = try Shape(output)
    kernel =
      groups == 1
      ? weights.sizes : [groups, weights[0] / groups, weights[1], weights[2], weights[3]]
  }

  /// Channels that the library likes to have side by side.
  static let block = 16

  /// The sizes for an input with more channels, as many as the weights have.
  fileprivate func widened(weights: Shape) throws -> ConvolutionSizes {
    var wide = input
    wide[1] = weights[1]
    return try ConvolutionSizes(input: Shape(wide), weights: weights, window: window, groups: 1)
  }

  var numbers: [Int] { input + kernel + window.numbers + [groups] }
  package var outputShape: Shape { Shape(trusted: output) }
}

extension Engine {
  /// y = x * w + b, with max(y, 0) fused behind it if wanted.
  package static func convolve(
    _ x: Tensor, _ weights: Tensor, bias: Tensor?, sizes: ConvolutionSizes, relu: Bool
  ) throws -> Tensor {
    guard sizes.outputShape.elementCount > 0, x.count > 0 else {
      // A sum over no channels is the bias.
      return try Tensor.emptySum(bias?.reshape([sizes.output[1], 1, 1]), sizes.outputShape, relu)
    }
    if let samples = sizes.samplesOfACall {
      return try stacked(x, samples: samples, sizes: sizes) { part, sizes in
        try convolve(part, weights, bias: bias, sizes: sizes, relu: relu)
      }
    }
    let biasLayout = try bias.map { try Layout.plain($0.shape.sizes, .float32) }
    let primitive = try forward(sizes, bias: biasLayout, relu: relu)
    let sourceLayout = try primitive.layout(of: NOTCH_SRC, sizes: sizes.input)
    let weightLayout = try primitive.layout(of: NOTCH_WEIGHTS, sizes: sizes.kernel)
    let resultLayout = try primitive.layout(of: NOTCH_DST, sizes: sizes.output)
    let result = try Storage(byteCount: resultLayout.byteCount)
    var arguments: [(role: notch_arg, storage: Storage)] = [
      (NOTCH_SRC, try x.storage(in: sourceLayout)),
      (NOTCH_WEIGHTS, try weights.storage(in: weightLayout)), (NOTCH_DST, result),
    ]
    if let bias { arguments.append((NOTCH_BIAS, try bias.plain().storage)) }
    try primitive.run(arguments)
    return try Tensor(shape: sizes.outputShape, storage: result, engineLayout: resultLayout)
  }

  private static func forward(
    _ sizes: ConvolutionSizes, bias: Layout?, relu: Bool
  ) throws -> Primitive {
    try primitive("a convolution", sizes.numbers + [bias == nil ? 0 : 1, relu ? 1 : 0]) {
      LayoutWish.any(sizes.input, .float32).withHandle { source in
        LayoutWish.any(sizes.kernel, .float32).withHandle { weights in
          LayoutWish.any(sizes.output, .float32).withHandle { result in
            sizes.window.withC {
              notch_conv_forward(source, weights, bias?.handle, result, $0, relu ? 1 : 0)
            }
          }
        }
      }
    }
  }

  /// The gradient of the input, in the layout of the forward source.
  package static func convolveBackwardData(
    _ gradient: Tensor, weights: Tensor, sizes: ConvolutionSizes
  ) throws -> Tensor {
    if let samples = sizes.samplesOfACall {
      return try stacked(gradient, samples: samples, sizes: sizes) { part, sizes in
        try convolveBackwardData(part, weights: weights, sizes: sizes)
      }
    }
    if sizes.groups == 1, sizes.input[1] < ConvolutionSizes.block {
      // For so few channels the library has only its slow reference; with zeros it has a fast way.
      let padded = try weights.wideningAxis1(to: ConvolutionSizes.block)
      let all = try convolveBackwardData(
        gradient, weights: padded, sizes: sizes.widened(weights: padded.shape))
      return try all.plain().slice([
        .range(lower: 0, upper: nil), .range(lower: 0, upper: sizes.input[1]),
      ])
    }
    let forward = try forward(sizes, bias: nil, relu: false)
    let inputLayout = try forward.layout(of: NOTCH_SRC, sizes: sizes.input)
    let gradientLayout = try forward.layout(of: NOTCH_DST, sizes: sizes.output)
    let primitive = try primitive("a convolution's input gradient", sizes.numbers) {
      LayoutWish.any(sizes.kernel, .float32).withHandle { weights in
        sizes.window.withC {
          notch_conv_backward_data(inputLayout.handle, weights, gradientLayout.handle, $0)
        }
      }
    }
    let weightLayout = try primitive.layout(of: NOTCH_WEIGHTS, sizes: sizes.kernel)
    let result = try Storage(byteCount: inputLayout.byteCount)
    try primitive.run([
      (NOTCH_DIFF_DST, try gradient.storage(in: gradientLayout)),
      (NOTCH_WEIGHTS, try weights.storage(in: weightLayout)), (NOTCH_DIFF_SRC, result),
    ])
    return try Tensor(
      shape: Shape(trusted: sizes.input), storage: result, engineLayout: inputLayout)
  }

  /// The gradients of weights and bias.
  package static func convolveBackwardWeights(
    _ x: Tensor, _ gradient: Tensor, weightShape: Shape, hasBias: Bool, sizes: ConvolutionSizes
  ) throws -> (weights: Tensor, bias: Tensor?) {
    if let samples = sizes.samplesOfACall {
      return try summed(x, gradient, samples: samples, sizes: sizes) { x, gradient, sizes in
        try convolveBackwardWeights(
          x, gradient, weightShape: weightShape, hasBias: hasBias, sizes: sizes)
      }
    }
    if sizes.groups == 1, (4..<ConvolutionSizes.block).contains(sizes.input[1]) {
      // As above; up to three channels, as of images, the library has a way of its own.
      let wide = try Shape([weightShape[0], ConvolutionSizes.block] + weightShape.sizes[2...])
      let all = try convolveBackwardWeights(
        x.detached().wideningAxis1(to: ConvolutionSizes.block), gradient, weightShape: wide,
        hasBias: hasBias, sizes: sizes.widened(weights: wide))
      let own = try all.weights.plain().slice([
        .range(lower: 0, upper: nil), .range(lower: 0, upper: sizes.input[1]),
      ])
      return (own, all.bias)
    }
    let forward = try forward(sizes, bias: nil, relu: false)
    let sourceLayout = try forward.layout(of: NOTCH_SRC, sizes: sizes.input)
    let gradientLayout = try forward.layout(of: NOTCH_DST, sizes: sizes.output)
    let biasShape = Shape(trusted: [weightShape[0]])
    let biasLayout = hasBias ? try Layout.plain(biasShape.sizes, .float32) : nil
    let primitive = try primitive(
      "a convolution's weight gradient", sizes.numbers + [hasBias ? 1 : 0]
    ) {
      LayoutWish.any(sizes.kernel, .float32).withHandle { weights in
        sizes.window.withC {
          notch_conv_backward_weights(
            sourceLayout.handle, weights, biasLayout?.handle, gradientLayout.handle, $0)
        }
      }
    }
    let weightLayout = try primitive.layout(of: NOTCH_DIFF_WEIGHTS, sizes: sizes.kernel)
    let weights = try Storage(byteCount: weightLayout.byteCount)
    var arguments: [(role: notch_arg, storage: Storage)] = [
      (NOTCH_SRC, try x.storage(in: sourceLayout)),
      (NOTCH_DIFF_DST, try gradient.storage(in: gradientLayout)), (NOTCH_DIFF_WEIGHTS, weights),
    ]
    var bias: Tensor?
    if hasBias {
      let storage = try Storage(byteCount: biasShape.elementCount * 4)
      arguments.append((NOTCH_DIFF_BIAS, storage))
      bias = Tensor(shape: biasShape, dtype: .float32, storage: storage)
    }
    try primitive.run(arguments)
    let result = try Tensor(shape: weightShape, storage: weights, engineLayout: weightLayout)
    return (result, bias)
  }
}

extension Tensor {
  /// Float32 `[K, C, ...]` as `[K, size, ...]`, with zeros behind the last of axis 1.
  fileprivate func wideningAxis1(to size: Int) throws -> Tensor {
    let row = shape.sizes.dropFirst().reduce(1, *)
    let wide = row / shape[1] * size
    var sizes = shape.sizes
    sizes[1] = size
    return try plain().withElements(Float.self) { source in
      try Tensor(shape: Shape(sizes), writing: Float.self) { target in
        target.update(repeating: 0)
        for k in 0..<shape[0] {
          for i in 0..<row { target[k * wide + i] = source[k * row + i] }
        }
      }
    }
  }
}
