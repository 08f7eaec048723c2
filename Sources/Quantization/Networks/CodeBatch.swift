import Networks
import Tensors

/// The codes of a batch, one byte each, the channels of a pixel side by side.
struct CodeBatch: Sendable {
  let storage: Storage
  let samples: Int
  /// `[C, H, W]`, or `[F]`.
  let sample: Shape
  /// The image `[C, H, W]` whose pixels the features are, in order of pixels; nil when they are in
  /// the order of the sample's own axes.
  var image: Shape?

  var count: Int { samples * sample.elementCount }

  init(storage: Storage, samples: Int, sample: Shape, image: Shape? = nil) {
    self.storage = storage
    self.samples = samples
    self.sample = sample
    self.image = image
  }

  /// The codes of real numbers `[N, ...]`; NaN is an error.
  init(quantizing x: Tensor, with parameters: QuantizationParameters) throws {
    let (codes, _) = try parameters.codes(of: x)
    let sample = x.sampleShape
    try self.init(
      storage: codes.storage.channelsLast(samples: x.shape[0], sample), samples: x.shape[0],
      sample: sample)
  }

  /// The codes in the order of the shape: uint8 `[N, C, H, W]` or `[N, F]`.
  func tensor() throws -> Tensor {
    let shape = Shape(trusted: [samples] + sample.sizes)
    let image = image ?? sample
    guard image.rank == 3, image[0] > 1 else {
      return Tensor(shape: shape, dtype: .uint8, storage: storage)
    }
    let result = try Storage(byteCount: count)
    withExtendedLifetime(storage) {
      CodeKernels.transpose(
        storage.codes, samples: samples, rows: image[1] * image[2], columns: image[0],
        result.codes)
    }
    return Tensor(shape: shape, dtype: .uint8, storage: result)
  }

  /// The real numbers of the codes, in the order of the shape.
  func reals(_ parameters: QuantizationParameters) throws -> Tensor {
    try parameters.dequantize(tensor())
  }

  /// All axes of a sample as one; the bytes stay where they are.
  func flattened() -> CodeBatch {
    CodeBatch(
      storage: storage, samples: samples, sample: Shape(trusted: [sample.elementCount]),
      image: sample.rank == 3 ? sample : image)
  }

  /// max(q, z): a ReLU.
  func rectified(zeroPoint: Int32) throws -> CodeBatch {
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
    let result = try Storage(byteCount: samples * shape.elementCount)
    withExtendedLifetime(storage) {
      CodeKernels.pad(
        storage.codes, samples: samples, height: sample[1], width: sample[2],
        channels: sample[0], low: low, high: high, with: UInt8(clamping: zeroPoint), result.codes)
    }
    return CodeBatch(storage: result, samples: samples, sample: shape)
  }
}

/// The int32 sums of a batch, the channels of a pixel side by side; offsets are not yet added.
struct SumBatch: Sendable {
  let storage: Storage
  let samples: Int
  let sample: Shape

  var channels: Int { sample.first ?? 1 }
  var pixels: Int { sample.dropFirst().reduce(1, *) }

  /// The codes for the next layer.
  func requantized(_ rule: CodeKernels.Requantizer) throws -> CodeBatch {
    precondition(rule.offsets.count == channels)
    let result = try Storage(byteCount: samples * sample.elementCount)
    withExtendedLifetime(storage) {
      CodeKernels.requantize(storage.sums, pixels: samples * pixels, rule, result.codes)
    }
    return CodeBatch(storage: result, samples: samples, sample: sample)
  }

  /// The sums themselves, offsets added: int32 in the order of the shape.
  func accumulators(_ product: IntegerProduct) throws -> Tensor {
    let offsets = product.offsets(channels: channels)
    return try Tensor(
      shape: Shape([samples] + sample.sizes), writing: Int32.self
    ) { result in
      withExtendedLifetime(storage) {
        let source = storage.sums
        for n in 0..<samples {
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
          storage.sums, samples: samples, pixels: pixels,
          offsets: product.offsets(channels: channels), scales: product.scales(channels: channels),
          target)
      }
    }
  }
}

extension Storage {
  /// The bytes of `[N, C, H, W]` in the order N, H, W, C; others stay as they are.
  func channelsLast(samples: Int, _ sample: Shape) throws -> Storage {
    guard sample.rank == 3, sample[0] > 1, sample[1] * sample[2] > 1 else { return self }
    let result = try Storage(byteCount: samples * sample.elementCount)
    CodeKernels.transpose(
      codes, samples: samples, rows: sample[0], columns: sample[1] * sample[2], result.codes)
    return result
  }
}
