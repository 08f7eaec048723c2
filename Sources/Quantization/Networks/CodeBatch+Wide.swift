import Tensors

/// What is done to codes of 16 bits, which have their bytes apart.
extension CodeBatch {
  /// The code at a place in the storage.
  @inline(__always)
  static func code(
    _ low: UnsafeMutablePointer<UInt8>, _ high: UnsafeMutablePointer<UInt8>?, _ i: Int
  ) -> Int32 {
    Int32(low[i]) | Int32(high?[i] ?? 0) << 8
  }

  /// The low and the high bytes of some codes.
  static func halves(
    of count: Int, _ code: (Int) -> Int32
  ) throws -> (low: Storage, high: Storage) {
    let (low, high) = (try Storage(byteCount: count), try Storage(byteCount: count))
    let (left, right) = (low.codes, high.codes)
    for i in 0..<count {
      let code = code(i)
      left[i] = UInt8(truncatingIfNeeded: code)
      right[i] = UInt8(truncatingIfNeeded: code >> 8)
    }
    return (low, high)
  }

  /// max(q, z).
  func wideRectified(_ zeroPoint: Int32) throws -> CodeBatch {
    let bytes = try withExtendedLifetime((storage, high)) {
      let (left, right) = (storage.codes, high?.codes)
      return try Self.halves(of: count) { max(Self.code(left, right, $0), zeroPoint) }
    }
    return CodeBatch(
      storage: bytes.low, high: bytes.high, samples: samples, sample: sample, image: image)
  }

  /// The largest code of each window; what lies outside of the image does not count.
  func widePooled(_ window: Window, _ output: Shape) throws -> CodeBatch {
    let (channels, height, width) = (sample[0], sample[1], sample[2])
    let (rows, columns) = (output[1], output[2])
    let bytes = try withExtendedLifetime((storage, high)) {
      let (left, right) = (storage.codes, high?.codes)
      return try Self.halves(of: samples * output.elementCount) { index in
        let (pixel, channel) = (index / channels, index % channels)
        let (n, place) = (pixel / (rows * columns), pixel % (rows * columns))
        let top = place / columns * window.stride[0] - window.paddingLow[0]
        let start = place % columns * window.stride[1] - window.paddingLow[1]
        var largest: Int32 = 0
        for y in max(top, 0)..<max(max(top, 0), min(top + window.kernel[0], height)) {
          for x in max(start, 0)..<max(max(start, 0), min(start + window.kernel[1], width)) {
            let position = ((n * height + y) * width + x) * channels + channel
            largest = max(largest, Self.code(left, right, position))
          }
        }
        return largest
      }
    }
    return CodeBatch(
      storage: bytes.low, high: bytes.high, samples: samples, sample: output)
  }

  /// Applies a product of bytes to both halves: 256 times the sums of the high ones, and the low.
  func sums(_ product: (CodeBatch, _ isHigh: Bool) throws -> SumBatch) throws -> SumBatch {
    guard let high else { return try product(self, false) }
    let low = try product(
      CodeBatch(storage: storage, samples: samples, sample: sample, image: image), false)
    let upper = try product(
      CodeBatch(storage: high, samples: samples, sample: sample, image: image), true)
    let result = try Storage(byteCount: low.storage.byteCount)
    withExtendedLifetime((low, upper)) {
      let (left, right, target) = (low.storage.sums, upper.storage.sums, result.sums)
      // The whole fits int32, as was checked when the layer was made; its parts may wrap around.
      for i in 0..<result.byteCount / 4 { target[i] = left[i] &+ (right[i] &<< 8) }
    }
    return SumBatch(
      storage: result, samples: low.samples, sample: low.sample, isInRows: low.isInRows)
  }
}

extension SumBatch {
  /// The 16-bit codes for the next layer, by the scalar reference.
  func wideRequantized(_ rule: CodeKernels.Requantizer) throws -> CodeBatch {
    let count = samples * sample.elementCount
    let (low, high) = try withExtendedLifetime(storage) {
      let source = storage.sums
      return try CodeBatch.halves(of: count) { index in
        let channel = index % channels
        return rule.code(source[index] &+ rule.offsets[channel], channel)
      }
    }
    return try codes(low, high: high)
  }
}

extension CodeKernels.Requantizer {
  /// The code of an accumulator of a channel, offset and all.
  fileprivate func code(_ accumulator: Int32, _ channel: Int) -> Int32 {
    let whole: Int64
    switch rounding {
    case .float:
      let real = Float(accumulator) * multipliers[channel]
      let bounded = min(max(real, Float(low)), Float(high))
      whole = Int64(bounded.rounded(.toNearestOrEven))
    case .twice(let m0, let places):
      whole = Int64(
        FixedPointMultiplier(m0: m0[channel], places: places[channel]).roundingTwice(accumulator))
    case .once(let m0, let places):
      whole =
        FixedPointMultiplier(m0: m0[channel], places: places[channel]).roundingOnce(accumulator)
    }
    return Int32(min(max(whole, Int64(low)), Int64(high))) + zeroPoint
  }
}
