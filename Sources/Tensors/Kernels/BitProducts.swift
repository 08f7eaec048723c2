import CKernels

/// Weights of -1 and 1 for products with codes of 0 and 1, by XOR and counting.
///
/// sum(q w) = ones(w) - popcount(q XOR w), where a bit of w that is set stands for 1: for q = 1 it
/// gives 1 or -1, for q = 0 it gives 0. A word holds 32 products.
package struct BitWeights: Sendable {
  /// How bits are counted; all ways give the same sums.
  package enum Way: Int32, CaseIterable, Sendable {
    case plain, count, vector

    /// The best of this processor.
    package static let best = Way(rawValue: notch_bit_way()) ?? .plain
    /// Those that this processor has.
    package static let available = allCases.filter { $0.rawValue <= best.rawValue }
  }

  /// The words of each place under a window, filter by filter: `[words][stride]`.
  private let words: [UInt32]
  private let ones: [Int32]
  private let wordCount: Int
  private let filters: Int
  private let stride: Int
  package var way = Way.best

  /// Packs int8 weights of -1 and 1: `[K, C, kh, kw]`, or `[K, F]`.
  ///
  /// The words of a place hold its channels; those of a matrix all features.
  package init(_ weights: Tensor) throws {
    let sizes = weights.shape.sizes
    precondition(weights.dtype == .int8 && (sizes.count == 4 || sizes.count == 2))
    let (channels, places) = sizes.count == 4 ? (sizes[1], sizes[2] * sizes[3]) : (sizes[1], 1)
    let filters = sizes[0]
    let stride = (filters + 15) / 16 * 16
    let perPlace = (channels + 31) / 32
    let wordCount = places * perPlace
    var words = [UInt32](repeating: 0, count: wordCount * stride)
    var ones = [Int32](repeating: 0, count: filters)
    try weights.plain().withElements(Int8.self) { source in
      for k in 0..<filters {
        for c in 0..<channels {
          for place in 0..<places where source[(k * channels + c) * places + place] > 0 {
            words[(place * perPlace + c / 32) * stride + k] |= 1 << UInt32(c % 32)
            ones[k] += 1
          }
        }
      }
    }
    self.words = words
    self.ones = ones
    (self.wordCount, self.filters, self.stride) = (wordCount, filters, stride)
  }

  /// Sums over features: codes `[N, F]` to int32 `[N, K]`.
  package func multiply(_ codes: Storage, samples: Int, features: Int) throws -> Storage {
    precondition((features + 31) / 32 == wordCount)
    let packed = try Storage(byteCount: samples * wordCount * 4)
    let result = try Storage(byteCount: samples * filters * 4)
    withExtendedLifetime((codes, packed)) {
      let x = packed.pointer.bindMemory(to: UInt32.self, capacity: samples * wordCount)
      notch_pack_bits(codes.codes, samples, features, x)
      sums(x, rows: samples, result.sums)
    }
    return result
  }

  /// Sums under each window: codes `[N, H, W, C]` to int32 `[N, H', W', K]`; padding counts as 0.
  package func convolve(_ codes: Storage, sizes: ConvolutionSizes) throws -> Storage {
    let (samples, channels) = (sizes.input[0], sizes.input[1])
    let (height, width) = (sizes.input[2], sizes.input[3])
    let (rows, columns) = (sizes.output[2], sizes.output[3])
    let (window, perPixel) = (sizes.window, (channels + 31) / 32)
    precondition(window.kernel[0] * window.kernel[1] * perPixel == wordCount)
    let result = try Storage(byteCount: samples * rows * columns * filters * 4)
    let image = try Storage(byteCount: height * width * perPixel * 4)
    let gathered = try Storage(byteCount: columns * wordCount * 4)
    withExtendedLifetime((codes, image, gathered)) {
      let pixels = image.pointer.bindMemory(to: UInt32.self, capacity: image.byteCount / 4)
      let x = gathered.pointer.bindMemory(to: UInt32.self, capacity: gathered.byteCount / 4)
      for n in 0..<samples {
        notch_pack_bits(
          codes.codes + n * height * width * channels, height * width, channels, pixels)
        for row in 0..<rows {
          var position = 0
          for column in 0..<columns {
            for u in 0..<window.kernel[0] {
              let y = row * window.stride[0] + u * window.dilation[0] - window.paddingLow[0]
              for v in 0..<window.kernel[1] {
                let z = column * window.stride[1] + v * window.dilation[1] - window.paddingLow[1]
                let isInside = y >= 0 && y < height && z >= 0 && z < width
                for i in 0..<perPixel {
                  x[position] = isInside ? pixels[(y &* width &+ z) &* perPixel &+ i] : 0
                  position &+= 1
                }
              }
            }
          }
          sums(x, rows: columns, result.sums + (n * rows + row) * columns * filters)
        }
      }
    }
    return result
  }

  private func sums(
    _ x: UnsafePointer<UInt32>, rows: Int, _ result: UnsafeMutablePointer<Int32>
  ) {
    words.withUnsafeBufferPointer { words in
      ones.withUnsafeBufferPointer { ones in
        notch_xor_sums(
          x, rows, words.baseAddress, ones.baseAddress, wordCount, filters, stride, result,
          way.rawValue)
      }
    }
  }
}
