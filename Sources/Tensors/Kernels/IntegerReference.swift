/// The scalar reference of the integer layers: plain loops, to be read and to be trusted.
///
/// Codes lie channels last, weights as their shapes say. Every fast path equals these sums to the
/// last bit. Arithmetic wraps around: callers see to it that no sum leaves int32.
package enum IntegerReference {
  /// Sums of (code - zero point) times weight under each window.
  ///
  /// acc[n, i, j, k] = sum over c, u, v of
  /// (q[n, i s + u d - p, j s + v d - p, c] - z) w[k, c, u, v], with d the dilation.
  /// Padding stands for 0, whose code is the zero point, so it adds nothing.
  package static func convolve(
    _ codes: UnsafePointer<UInt8>, _ weights: UnsafePointer<Int8>, zeroPoint: Int32,
    sizes: ConvolutionSizes, _ sums: UnsafeMutablePointer<Int32>
  ) {
    let (channels, height, width) = (sizes.input[1], sizes.input[2], sizes.input[3])
    let (filters, rows, columns) = (sizes.output[1], sizes.output[2], sizes.output[3])
    let window = sizes.window
    let (kernelHeight, kernelWidth) = (window.kernel[0], window.kernel[1])
    let (group, groupFilters) = (channels / sizes.groups, filters / sizes.groups)
    var position = 0
    for n in 0..<sizes.output[0] {
      for i in 0..<rows {
        for j in 0..<columns {
          for k in 0..<filters {
            let firstChannel = k / groupFilters * group
            var sum: Int32 = 0
            for u in 0..<kernelHeight {
              let y = i * window.stride[0] + u * window.dilation[0] - window.paddingLow[0]
              guard y >= 0, y < height else { continue }
              for v in 0..<kernelWidth {
                let x = j * window.stride[1] + v * window.dilation[1] - window.paddingLow[1]
                guard x >= 0, x < width else { continue }
                let pixel = codes + ((n * height + y) * width + x) * channels + firstChannel
                for c in 0..<group {
                  let weight = weights[((k * group + c) * kernelHeight + u) * kernelWidth + v]
                  sum &+= (Int32(pixel[c]) &- zeroPoint) &* Int32(weight)
                }
              }
            }
            sums[position] = sum
            position += 1
          }
        }
      }
    }
  }

  /// Sums of (code - zero point) times weight over the features of each sample.
  package static func multiply(
    _ codes: UnsafePointer<UInt8>, _ weights: UnsafePointer<Int8>, zeroPoint: Int32,
    samples: Int, features: Int, outputs: Int, _ sums: UnsafeMutablePointer<Int32>
  ) {
    for n in 0..<samples {
      for k in 0..<outputs {
        var sum: Int32 = 0
        for f in 0..<features {
          let code = Int32(codes[n * features + f]) &- zeroPoint
          sum &+= code &* Int32(weights[k * features + f])
        }
        sums[n * outputs + k] = sum
      }
    }
  }
}
