import CKernels

/// The loops between integer layers, on codes and sums that lie channels last.
///
/// Everything here works on raw buffers. No calls and no traps in the inner loops, so that they
/// vectorise.
package enum CodeKernels {
  /// Real numbers of sums, `[N, H, W, C]` to `[N, C, H, W]`: Float(acc + offset) * scale.
  package static func reals(
    _ sums: UnsafePointer<Int32>, samples: Int, pixels: Int, offsets: [Int32], scales: [Float],
    _ result: UnsafeMutablePointer<Float>
  ) {
    let channels = offsets.count
    for n in 0..<samples {
      let (source, target) = (sums + n * pixels * channels, result + n * pixels * channels)
      for c in 0..<channels {
        let (offset, scale) = (offsets[c], scales[c])
        for p in 0..<pixels {
          target[c &* pixels &+ p] = Float(source[p &* channels &+ c] &+ offset) * scale
        }
      }
    }
  }

  /// `[N, C, P]` to `[N, P, C]`, or back with the two counts exchanged.
  package static func transpose(
    _ source: UnsafePointer<UInt8>, samples: Int, rows: Int, columns: Int,
    _ target: UnsafeMutablePointer<UInt8>
  ) {
    for n in 0..<samples {
      let (from, to) = (source + n * rows * columns, target + n * rows * columns)
      for row in 0..<rows {
        for column in 0..<columns {
          to[column &* rows &+ row] = from[row &* columns &+ column]
        }
      }
    }
  }

  /// Images with a frame of one code around them.
  package static func pad(
    _ source: UnsafePointer<UInt8>, samples: Int, height: Int, width: Int, channels: Int,
    low: [Int], high: [Int], with code: UInt8, _ target: UnsafeMutablePointer<UInt8>
  ) {
    let (newHeight, newWidth) = (low[0] + height + high[0], low[1] + width + high[1])
    target.update(repeating: code, count: samples * newHeight * newWidth * channels)
    for n in 0..<samples {
      for y in 0..<height {
        let from = source + (n * height + y) * width * channels
        let to = target + ((n * newHeight + y + low[0]) * newWidth + low[1]) * channels
        to.update(from: from, count: width * channels)
      }
    }
  }

  /// The largest code of each window; what lies outside the image does not count.
  package static func maxPool(
    _ source: UnsafePointer<UInt8>, samples: Int, height: Int, width: Int, channels: Int,
    window: Window, rows: Int, columns: Int, _ target: UnsafeMutablePointer<UInt8>
  ) {
    forEachWindow(samples, height, width, window, rows, columns) { output, ys, xs, sample in
      let result = target + output &* channels
      var isFirst = true
      for y in ys {
        for x in xs {
          let pixel = source + (sample + y &* width + x) &* channels
          if isFirst {
            result.update(from: pixel, count: channels)
            isFirst = false
          } else {
            for c in 0..<channels { result[c] = max(result[c], pixel[c]) }
          }
        }
      }
      if isFirst { result.update(repeating: 0, count: channels) }
    }
  }

  /// The largest sum of each window, which lies inside the image.
  package static func maxPool(
    sums source: UnsafePointer<Int32>, samples: Int, height: Int, width: Int, channels: Int,
    window: Window, rows: Int, columns: Int, _ target: UnsafeMutablePointer<Int32>
  ) {
    var pool = notch_pool(window, rows: height, columns: width, outRows: rows, outColumns: columns)
    notch_max_sums(source, samples, &pool, channels, target)
  }

  /// The sum of (code - zero point) over each window; padding adds nothing.
  package static func sumPool(
    _ source: UnsafePointer<UInt8>, zeroPoint: Int32, samples: Int, height: Int, width: Int,
    channels: Int, window: Window, rows: Int, columns: Int,
    _ target: UnsafeMutablePointer<Int32>
  ) {
    forEachWindow(samples, height, width, window, rows, columns) { output, ys, xs, sample in
      let result = target + output &* channels
      result.update(repeating: 0, count: channels)
      for y in ys {
        for x in xs {
          let pixel = source + (sample + y &* width + x) &* channels
          for c in 0..<channels { result[c] = result[c] &+ Int32(pixel[c]) &- zeroPoint }
        }
      }
    }
  }

  /// Calls a closure with each window: its output pixel, the rows and columns that lie inside the
  /// image, and the number of the image's first pixel.
  @inline(__always)
  private static func forEachWindow(
    _ samples: Int, _ height: Int, _ width: Int, _ window: Window, _ rows: Int, _ columns: Int,
    _ body: (_ output: Int, _ ys: Range<Int>, _ xs: Range<Int>, _ sample: Int) -> Void
  ) {
    func inside(_ position: Int, _ axis: Int, _ size: Int) -> Range<Int> {
      let start = position * window.stride[axis] - window.paddingLow[axis]
      let low = min(max(start, 0), size)
      return low..<max(low, min(start + window.kernel[axis], size))
    }
    let across = (0..<columns).map { inside($0, 1, width) }
    var output = 0
    for n in 0..<samples {
      for row in 0..<rows {
        let ys = inside(row, 0, height)
        for xs in across {
          body(output, ys, xs, n * height * width)
          output += 1
        }
      }
    }
  }
}
