import Networks
import Tensors

/// The codes of a batch, one byte each, the channels of a pixel side by side.
///
/// A course `[C, L]` lies as an image of one row.
///
/// Codes of 16 bits have their high bytes apart, so that each half goes through the kernels of bytes.
struct CodeBatch: Sendable {
  /// The codes; of 16-bit ones the low bytes.
  let storage: Storage
  /// The high bytes of 16-bit codes.
  let high: Storage?
  let samples: Int
  /// `[C, H, W]`, `[C, L]`, or `[F]`.
  let sample: Shape
  /// The image `[C, H, W]` whose pixels the features are, in order of pixels; nil when they are in
  /// the order of the sample's own axes.
  var image: Shape?

  var count: Int { samples * sample.elementCount }

  init(storage: Storage, high: Storage? = nil, samples: Int, sample: Shape, image: Shape? = nil) {
    self.storage = storage
    self.high = high
    self.samples = samples
    self.sample = sample
    self.image = image
  }

  /// The codes of real numbers `[N, ...]`; NaN is an error.
  init(quantizing x: Tensor, with parameters: QuantizationParameters) throws {
    let (codes, _) = try parameters.codes(of: x)
    let (samples, sample) = (x.shape[0], x.sampleShape)
    guard codes.dtype != .uint8 else {
      try self.init(
        storage: codes.storage.channelsLast(samples: samples, sample), samples: samples,
        sample: sample)
      return
    }
    let (low, high) = try codes.withElements(Int32.self) { codes in
      try Self.halves(of: codes.count) { codes[$0] }
    }
    try self.init(
      storage: low.channelsLast(samples: samples, sample),
      high: high.channelsLast(samples: samples, sample), samples: samples, sample: sample)
  }

  /// The codes in the order of the shape, `[N, C, H, W]` or `[N, F]`: uint8, or int32 for 16 bits.
  func tensor() throws -> Tensor {
    let shape = Shape(trusted: [samples] + sample.sizes)
    let low = Tensor(shape: shape, dtype: .uint8, storage: try inOrder(storage))
    guard let high else { return low }
    let upper = try inOrder(high)
    return try Tensor(shape: shape, writing: Int32.self) { result in
      withExtendedLifetime((low, upper)) {
        let (left, right) = (low.storage.codes, upper.codes)
        for i in 0..<result.count { result[i] = Int32(left[i]) | Int32(right[i]) << 8 }
      }
    }
  }

  /// The same codes with features in the order of the sample's own axes.
  func ordered() throws -> CodeBatch {
    CodeBatch(
      storage: try inOrder(storage), high: try high.map { try inOrder($0) }, samples: samples,
      sample: sample)
  }

  private func inOrder(_ bytes: Storage) throws -> Storage {
    let image = image ?? sample.asImage
    guard image.rank == 3, image[0] > 1 else { return bytes }
    let result = try Storage(byteCount: count)
    withExtendedLifetime(bytes) {
      CodeKernels.transpose(
        bytes.codes, samples: samples, rows: image[1] * image[2], columns: image[0], result.codes)
    }
    return result
  }

  /// The real numbers of the codes, in the order of the shape.
  func reals(_ parameters: QuantizationParameters) throws -> Tensor {
    try parameters.dequantize(tensor())
  }

  /// All axes of a sample as one; the bytes stay where they are.
  func flattened() -> CodeBatch {
    CodeBatch(
      storage: storage, high: high, samples: samples,
      sample: Shape(trusted: [sample.elementCount]),
      image: sample.rank > 1 ? sample.asImage : image)
  }

  /// A course as an image of one row; the bytes stay where they are.
  var asImage: CodeBatch {
    CodeBatch(storage: storage, high: high, samples: samples, sample: sample.asImage, image: image)
  }

  /// The same numbers in another shape, in the order of its axes.
  func reshaped(_ shape: Shape) throws -> CodeBatch {
    let plain = try ordered()
    return CodeBatch(
      storage: try plain.storage.channelsLast(samples: samples, shape),
      high: try plain.high?.channelsLast(samples: samples, shape), samples: samples, sample: shape)
  }

  /// A course with its two axes in the other order.
  func transposed() throws -> CodeBatch {
    let shape = Shape(trusted: [sample[1], sample[0]])
    // How the one lies is the plain order of the other.
    return CodeBatch(
      storage: try storage.channelsLast(samples: samples, shape),
      high: try high?.channelsLast(samples: samples, shape), samples: samples, sample: shape)
  }

  /// max(q, z): a ReLU.
  func rectified(zeroPoint: Int32) throws -> CodeBatch {
    guard high == nil else { return try wideRectified(zeroPoint) }
    let result = try Storage(byteCount: count)
    let least = UInt8(clamping: zeroPoint)
    withExtendedLifetime(storage) {
      let (source, target) = (storage.codes, result.codes)
      for i in 0..<count { target[i] = max(source[i], least) }
    }
    return CodeBatch(storage: result, samples: samples, sample: sample, image: image)
  }

  /// The largest code of each window.
  func pooled(_ window: Window, output: Shape) throws -> CodeBatch {
    guard high == nil else { return try widePooled(window, output) }
    let result = try Storage(byteCount: samples * output.elementCount)
    withExtendedLifetime(storage) {
      CodeKernels.maxPool(
        storage.codes, samples: samples, height: sample[1], width: sample[2],
        channels: sample[0], window: window, rows: output[1], columns: output[2], result.codes)
    }
    return CodeBatch(storage: result, samples: samples, sample: output)
  }

  /// With a frame of zero points, so that a window needs no padding.
  func padded(_ window: Window, with zeroPoint: Int32) throws -> CodeBatch {
    let (low, high) = (window.paddingLow, window.paddingHigh)
    let shape = Shape(trusted: [
      sample[0], low[0] + sample[1] + high[0], low[1] + sample[2] + high[1],
    ])
    func framed(_ bytes: Storage, _ code: Int32) throws -> Storage {
      let result = try Storage(byteCount: samples * shape.elementCount)
      withExtendedLifetime(bytes) {
        CodeKernels.pad(
          bytes.codes, samples: samples, height: sample[1], width: sample[2], channels: sample[0],
          low: low, high: high, with: UInt8(truncatingIfNeeded: code), result.codes)
      }
      return result
    }
    return CodeBatch(
      storage: try framed(storage, zeroPoint),
      high: try self.high.map { try framed($0, zeroPoint >> 8) }, samples: samples, sample: shape)
  }
}

/// The int32 sums of a batch, the channels of a pixel side by side; offsets are not yet added.
struct SumBatch: Sendable {
  let storage: Storage
  let samples: Int
  let sample: Shape
  /// Whether the channels are the last axis of a sample, and the sums in the order of its axes.
  var isInRows = false

  var channels: Int { (isInRows ? sample.last : sample.first) ?? 1 }
  var pixels: Int { sample.elementCount / max(channels, 1) }
  /// How often channels of pixels alternate: once a sample, but in rows once a pixel.
  private var turns: (count: Int, pixels: Int) {
    isInRows ? (samples * pixels, 1) : (samples, pixels)
  }

  /// The codes for the next layer.
  func requantized(_ rule: CodeKernels.Requantizer) throws -> CodeBatch {
    precondition(rule.offsets.count == channels)
    guard rule.high + rule.zeroPoint <= 255 else { return try wideRequantized(rule) }
    let result = try Storage(byteCount: samples * sample.elementCount)
    withExtendedLifetime(storage) {
      CodeKernels.requantize(storage.sums, pixels: samples * pixels, rule, result.codes)
    }
    return try codes(result)
  }

  /// Codes that lie as the sums do, as a batch.
  func codes(_ low: Storage, high: Storage? = nil) throws -> CodeBatch {
    func lying(_ bytes: Storage) throws -> Storage {
      isInRows ? try bytes.channelsLast(samples: samples, sample) : bytes
    }
    return CodeBatch(
      storage: try lying(low), high: try high.map(lying), samples: samples, sample: sample)
  }

  /// The largest sum of each window, which lies inside the image.
  func pooled(_ window: Window, output: Shape) throws -> SumBatch {
    let result = try Storage(byteCount: samples * output.elementCount * 4)
    withExtendedLifetime(storage) {
      CodeKernels.maxPool(
        sums: storage.sums, samples: samples, height: sample[1], width: sample[2],
        channels: channels, window: window, rows: output[1], columns: output[2], result.sums)
    }
    return SumBatch(storage: result, samples: samples, sample: output)
  }

  /// The sums themselves, offsets added: int32 in the order of the shape.
  func accumulators(_ product: IntegerProduct) throws -> Tensor {
    let offsets = product.offsets(channels: channels)
    return try Tensor(
      shape: Shape([samples] + sample.sizes), writing: Int32.self
    ) { result in
      withExtendedLifetime(storage) {
        let (source, (count, pixels)) = (storage.sums, turns)
        for n in 0..<count {
          for c in 0..<channels {
            for p in 0..<pixels {
              result[(n * channels + c) * pixels + p] =
                source[(n * pixels + p) * channels + c] &+ offsets[c]
            }
          }
        }
      }
    }
  }

  /// The real numbers of the sums: Float(acc) * s_in * s_w[c], in the order of the shape.
  func reals(_ product: IntegerProduct) throws -> Tensor {
    try Tensor(shape: Shape([samples] + sample.sizes), writing: Float.self) { result in
      guard let target = result.baseAddress else { return }
      withExtendedLifetime(storage) {
        CodeKernels.reals(
          storage.sums, samples: turns.count, pixels: turns.pixels,
          offsets: product.offsets(channels: channels), scales: product.scales(channels: channels),
          target)
      }
    }
  }
}

extension Storage {
  /// The bytes of `[N, C, H, W]` in the order N, H, W, C, and of `[N, C, L]` in the order N, L, C;
  /// others stay as they are.
  func channelsLast(samples: Int, _ sample: Shape) throws -> Storage {
    let sample = sample.asImage
    guard sample.rank == 3, sample[0] > 1, sample[1] * sample[2] > 1 else { return self }
    let result = try Storage(byteCount: samples * sample.elementCount)
    CodeKernels.transpose(
      codes, samples: samples, rows: sample[0], columns: sample[1] * sample[2], result.codes)
    return result
  }
}
