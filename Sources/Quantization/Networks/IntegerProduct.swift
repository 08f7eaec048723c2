import Networks
import Tensors

/// A layer of whole numbers that ends in an int32 accumulator.
///
///     acc = sum(qa qw) - za sum(qw) + bias
///
/// Activations are unsigned codes, weights signed codes per output channel, the bias int32 in units
/// of s_in s_w[c]. An accumulator that could overflow is refused when the layer is made.
struct IntegerProduct: Sendable {
  enum Operation: Sendable {
    case convolution(IntegerConvolution)
    case dense(IntegerDense)
    case averagePool(IntegerPooling)
  }

  let operation: Operation
  let input: QuantizationParameters
  /// The weights in their own order, with what follows from them; nil for a pooling.
  let weights: QuantizedWeights.Codes?
  /// int32, in units of s_in s_w[c]; nil where the layer has none.
  let bias: [Int32]?
  /// bias - za sum(qw) for each channel; one for all channels of a pooling.
  private let offsets: [Int32]
  /// s_in s_w[c], the real number of one unit.
  private let scales: [Float]
  let activation: Activation
  /// Whether all channels share the scale of the weights.
  let sharesScale: Bool
  /// How sums become codes.
  let requantization: Requantization

  /// The integer form of a quantized layer.
  ///
  /// `sample` is the shape of one input. `image` is given where the features of a dense layer are the pixels of an image, channels
  /// last.
  init(
    _ quantized: QuantizedLayer, input: QuantizationParameters, number: Int, sample: Shape,
    image: Shape? = nil
  ) throws {
    self.input = input
    activation = quantized.activation
    requantization = quantized.policy.requantization
    sharesScale = quantized.policy.sharesScale
    let layer = quantized.layer
    let (inputScale, zeroPoint) = (input.scales[0], Int(input.zeroPoints[0]))
    if let pool = IntegerPooling(layer, sample) {
      let area = pool.kernel.reduce(1) { $0 * Double($1) }
      let bound = area * Double(input.type.qmax)
      guard bound < Double(Int32.max) else {
        throw QuantizedNetworkError.accumulator(
          layer: number, layer.description, bound: Int(exactly: bound) ?? .max)
      }
      operation = .averagePool(pool)
      weights = nil
      bias = nil
      // The pooling takes the zero point off itself, as its padding counts as zeros.
      offsets = [0]
      scales = [Float(Double(inputScale) / area)]
      return
    }
    guard layer.isBuilt else {
      throw NetworkError.notBuilt(layer.description)
    }
    let (reals, codes) = try Self.fitted(
      quantized, bias: layer.parameters.dropFirst().first?.tensor, inputScale: inputScale, number)
    weights = codes
    bias = reals
    var largest = 0
    for (channel, magnitude) in codes.magnitudes.enumerated() {
      // Bounds the raw sum, the correction, and the whole alike.
      let (sum, overflow) = magnitude.multipliedReportingOverflow(by: Int(input.type.qmax))
      let bound = sum.addingReportingOverflow(reals.map { Int($0[channel].magnitude) } ?? 0)
      guard !overflow, !bound.overflow, bound.partialValue <= Int(Int32.max) else {
        throw QuantizedNetworkError.accumulator(
          layer: number, layer.description, bound: overflow ? .max : bound.partialValue)
      }
      largest = max(largest, magnitude)
    }
    offsets = codes.sums.indices.map {
      (reals?[$0] ?? 0) &- Int32(truncatingIfNeeded: zeroPoint &* codes.sums[$0])
    }
    scales = codes.parameters.scales.map { inputScale * $0 }
    guard scales.allSatisfy(\.isFinite) else {
      throw QuantizedNetworkError.scale(layer: number, layer.description)
    }
    let path = IntegerEngine.path(bound: largest * 255)
    // Codes 0 and 1 with weights -1 and 1 need no multiplication.
    let isBinary =
      codes.parameters.type == .binary && input.type.bits == 1 && !input.type.isSigned
    if let conv = layer as? any Convolution {
      operation = .convolution(
        try IntegerConvolution(conv.form, codes.codes, path, isBinary: isBinary))
    } else {
      operation = .dense(
        try IntegerDense(codes.codes, image: image, path, isBinary: isBinary))
    }
  }

  /// Bias codes, and weight codes with scales that leave room for them.
  ///
  /// A channel whose weights are next to nothing has a scale in which its bias would not fit into
  /// int32; it gets a larger one, whose rounding is far below the bias.
  private static func fitted(
    _ quantized: QuantizedLayer, bias: Tensor?, inputScale: Float, _ number: Int
  ) throws -> (bias: [Int32]?, codes: QuantizedWeights.Codes) {
    let layer = quantized.layer
    func codes(_ least: [Float] = []) throws -> QuantizedWeights.Codes {
      guard let codes = try quantized.weightCodes(scalesAtLeast: least) else {
        throw NetworkError.notBuilt(layer.description)
      }
      return codes
    }
    guard let bias else { return (nil, try codes()) }
    let reals: [Float] = try bias.detached().elements()
    guard reals.allSatisfy(\.isFinite) else {
      throw QuantizedNetworkError.bias(layer: number, layer.description)
    }
    let least = reals.map { Float(Double($0.magnitude) / Double(inputScale) * 0x1p-29) }
    guard least.allSatisfy(\.isFinite) else {
      throw QuantizedNetworkError.scale(layer: number, layer.description)
    }
    let fitted = try codes(least)
    let whole = try zip(reals, fitted.parameters.scales).map { real, scale in
      let ratio = Double(real) / (Double(inputScale) * Double(scale))
      guard let code = Int32(exactly: ratio.rounded(.toNearestOrEven)) else {
        throw QuantizedNetworkError.scale(layer: number, layer.description)
      }
      return code
    }
    return (whole, fitted)
  }

  /// The convolution, where it is one.
  var convolution: ConvolutionForm? {
    if case .convolution(let convolution) = operation { convolution.form } else { nil }
  }
  /// The pooling, where it is one.
  var pool: IntegerPooling? { if case .averagePool(let pool) = operation { pool } else { nil } }

  /// How many channels an output of a shape has, which a pooling cannot know.
  func channels(of output: Shape) -> Int { weights?.shape[0] ?? output[0] }
  /// Whether its channels are the last axis.
  var isDense: Bool { if case .dense = operation { true } else { false } }

  func offsets(channels: Int) -> [Int32] { Self.spread(offsets, channels) }
  func scales(channels: Int) -> [Float] { Self.spread(scales, channels) }

  /// One number a channel: a pooling has the same for all.
  private static func spread<Number>(_ numbers: [Number], _ channels: Int) -> [Number] {
    guard numbers.count == 1, channels != 1, let first = numbers.first else { return numbers }
    return [Number](repeating: first, count: channels)
  }

  /// How the sums become codes of the next layer: M = s_in s_w[c] / s_out in Float32.
  ///
  /// The two families of fixed point take the whole number and the shift that are nearest to it.
  func requantizer(
    to output: QuantizationParameters, channels: Int, rectified: Bool, number: Int
  ) throws -> CodeKernels.Requantizer {
    let (scale, zeroPoint) = (output.scales[0], output.zeroPoints[0])
    let multipliers = scales(channels: channels).map { $0 / scale }
    guard multipliers.allSatisfy(\.isFinite) else {
      throw QuantizedNetworkError.scale(layer: number, "the scales behind it")
    }
    return CodeKernels.Requantizer(
      offsets: offsets(channels: channels), multipliers: multipliers,
      rounding: try requantization.rounding(multipliers, number: number),
      low: rectified ? max(output.type.qmin, zeroPoint) : output.type.qmin,
      high: output.type.qmax, zeroPoint: zeroPoint)
  }

  /// The sums of a batch whose shape fits.
  func sums(_ x: CodeBatch) throws -> SumBatch {
    try x.sums { x, isHigh in
      // Of a 16-bit code each half has its half of the zero point.
      let all = input.zeroPoints[0]
      let zeroPoint = input.type.bits > 8 ? (isHigh ? all >> 8 : all & 255) : all
      return switch operation {
      case .convolution(let convolution): try convolution.sums(x, zeroPoint: zeroPoint)
      case .dense(let dense): try dense.sums(x)
      case .averagePool(let pool): try Self.sums(x, pool, zeroPoint: zeroPoint)
      }
    }
  }

  private static func sums(
    _ x: CodeBatch, _ pool: IntegerPooling, zeroPoint: Int32
  ) throws -> SumBatch {
    let x = x.asImage
    let window = pool.window(x.sample)
    let output = try Shape([
      x.sample[0], window.outputSize(x.sample[1], axis: 0, of: x.sample),
      window.outputSize(x.sample[2], axis: 1, of: x.sample),
    ])
    let result = try Storage(byteCount: x.samples * output.elementCount * 4)
    withExtendedLifetime(x.storage) {
      CodeKernels.sumPool(
        x.storage.codes, zeroPoint: zeroPoint, samples: x.samples, height: x.sample[1],
        width: x.sample[2], channels: x.sample[0], window: window, rows: output[1],
        columns: output[2], result.sums)
    }
    return SumBatch(
      storage: result, samples: x.samples,
      sample: pool.isGlobal ? Shape(trusted: [output[0]]) : output)
  }
}

/// The window of an average pooling.
struct IntegerPooling: Sendable {
  let kernel: [Int]
  let stride: [Int]
  let padding: Padding
  /// Whether the window is the whole image, and the output has no rows and columns.
  let isGlobal: Bool

  /// The window of a layer for samples of a shape; nil if it is no average pooling.
  init?(_ layer: any Layer, _ sample: Shape) {
    if let pool = layer as? AveragePool2D {
      (kernel, stride) = ([pool.size, pool.size], [pool.stride, pool.stride])
      (padding, isGlobal) = (pool.padding, false)
    } else if layer is GlobalAveragePool2D && sample.rank == 3
      || layer is GlobalAveragePool1D && sample.rank == 2
    {
      kernel = Array(sample.asImage.sizes.dropFirst())
      (stride, padding, isGlobal) = (kernel, .valid, true)
    } else {
      return nil
    }
  }

  func window(_ sample: Shape) -> Window {
    padding.window(kernel: kernel, stride: stride, height: sample[1], width: sample[2])
  }
}

/// A convolution of codes: uint8 `[N, H, W, C]` and int8 `[K, C / groups, kh, kw]` to int32.
struct IntegerConvolution: Sendable {
  let form: ConvolutionForm
  /// int8.
  let weights: Tensor
  var path: IntegerEngine.Path
  /// The weights as bits, where they and the codes are single bits.
  var bits: BitWeights?

  init(
    _ form: ConvolutionForm, _ weights: Tensor, _ path: IntegerEngine.Path, isBinary: Bool = false
  ) throws {
    self.form = form
    let weights = try weights.reshape([weights.shape[0], weights.shape[1]] + form.kernel)
    self.weights = weights
    self.path = path
    bits = isBinary && form.groups == 1 ? try BitWeights(weights) : nil
  }

  /// The sums under each window; padding stands for the zero point.
  func sums(_ x: CodeBatch, zeroPoint: Int32) throws -> SumBatch {
    let isCourse = x.sample.rank == 2
    var x = x.asImage
    var window = form.window(height: x.sample[1], width: x.sample[2])
    if zeroPoint != 0, window.paddingLow + window.paddingHigh != [0, 0, 0, 0] {
      x = try x.padded(window, with: zeroPoint)
      (window.paddingLow, window.paddingHigh) = ([0, 0], [0, 0])
    }
    let sizes = try ConvolutionSizes(
      input: Shape([x.samples] + x.sample.sizes), weights: weights.shape, window: window,
      groups: form.groups)
    let output = isCourse ? [sizes.output[1], sizes.output[3]] : Array(sizes.output.dropFirst())
    let storage =
      try bits?.convolve(x.storage, sizes: sizes)
      ?? IntegerEngine.convolve(x.storage, weights, sizes: sizes, path: path)
    return SumBatch(
      storage: storage, samples: x.samples, sample: Shape(trusted: output))
  }
}

/// A product of codes with a matrix: uint8 `[N, ..., F]` and int8 `[K, F]` to int32 `[N, ..., K]`.
struct IntegerDense: Sendable {
  /// int8, its columns in the order in which the features lie.
  let weights: Tensor
  var path: IntegerEngine.Path
  /// The weights as bits, where they and the codes are single bits.
  var bits: BitWeights?

  init(
    _ weights: Tensor, image: Shape?, _ path: IntegerEngine.Path, isBinary: Bool = false
  ) throws {
    self.path = path
    var ordered = weights
    if let image, image.rank == 3, image.elementCount == weights.shape[1] {
      let sizes = [weights.shape[0]] + image.sizes
      ordered = try weights.reshape(sizes).transposed([0, 2, 3, 1]).reshape(weights.shape.sizes)
    }
    self.weights = ordered
    bits = isBinary ? try BitWeights(ordered) : nil
  }

  func sums(_ x: CodeBatch) throws -> SumBatch {
    let features = weights.shape[1]
    guard x.sample.last == features else {
      throw TensorError.badArgument(
        "the input \(x.sample) has \(x.sample.last ?? 0) features, but the weights "
          + "\(weights.shape) take \(features)")
    }
    let leading = x.sample.dropLast()
    let (isInRows, rows) = (!leading.isEmpty, leading.reduce(x.samples, *))
    let codes = isInRows ? try x.ordered().storage : x.storage
    let storage =
      try bits?.multiply(codes, samples: rows, features: features)
      ?? IntegerEngine.multiply(codes, weights, samples: rows, path: path)
    return SumBatch(
      storage: storage, samples: x.samples,
      sample: try Shape(leading + [weights.shape[0]]), isInRows: isInRows)
  }
}
