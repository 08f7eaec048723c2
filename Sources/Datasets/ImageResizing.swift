/// Images of bytes in other sizes, by a triangle of weights that widens where the image shrinks.
///
/// So every pixel of a large image counts in a small one. Source: the antialiased bilinear filter of
/// the Python Imaging Library.
enum ImageResizing {
  /// What one pixel takes along an axis: from `first` on, a weight for each.
  private struct Taps {
    let first: Int
    let weights: [Float]
  }

  /// Pixels with their channels side by side, in another size; no side is 0.
  static func resize(_ image: PNGImage, height: Int, width: Int) throws -> PNGImage {
    if image.height == height && image.width == width { return image }
    let (across, down) = (taps(image.width, width), taps(image.height, height))
    let channels = image.channels
    var rows = [Float](repeating: 0, count: image.height * width * channels)
    for row in 0..<image.height {
      for column in 0..<width {
        for channel in 0..<channels {
          var sum: Float = 0
          for (offset, weight) in across[column].weights.enumerated() {
            let place = (row * image.width + across[column].first + offset) * channels + channel
            sum += weight * Float(image.bytes[place])
          }
          rows[(row * width + column) * channels + channel] = sum
        }
      }
    }
    var bytes = [UInt8](repeating: 0, count: height * width * channels)
    let stride = width * channels
    for row in 0..<height {
      for place in 0..<stride {
        var sum: Float = 0
        for (offset, weight) in down[row].weights.enumerated() {
          sum += weight * rows[(down[row].first + offset) * stride + place]
        }
        bytes[row * stride + place] = UInt8(min(max(sum.rounded(), 0), 255))
      }
    }
    return try PNGImage(height: height, width: width, channels: channels, bytes: bytes)
  }

  private static func taps(_ from: Int, _ to: Int) -> [Taps] {
    let scale = Float(from) / Float(to)
    let reach = max(scale, 1)
    return (0..<to).map { index in
      let centre = (Float(index) + 0.5) * scale
      let first = max(0, Int((centre - reach + 0.5).rounded(.down)))
      let last = min(from, Int((centre + reach + 0.5).rounded(.down)))
      let raw = (first..<max(last, first + 1)).map {
        max(0, 1 - abs((Float($0) + 0.5 - centre) / reach))
      }
      let sum = raw.reduce(0, +)
      return Taps(first: first, weights: sum > 0 ? raw.map { $0 / sum } : raw.map { _ in 1 })
    }
  }
}
