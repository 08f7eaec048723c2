/// Normalises each channel of `[N, C, ...]` by the batch's own mean and variance, then scales.
///
/// y = scale (x - mean) / sqrt(variance + epsilon) + shift, `scale` and `shift` of shape `[C]`.
/// Returns the batch's mean and (population) variance beside it. Source: arXiv 1502.03167.
public func batchNorm(
  _ x: Tensor, scale: Tensor, shift: Tensor, epsilon: Double = 1e-5
) throws -> (y: Tensor, mean: Tensor, variance: Tensor) {
  let (scale, shift) = (try scale.cast(to: .float32), try shift.cast(to: .float32))
  let parts = try ChannelParts(x, scale)
  _ = try ChannelParts(x, shift)
  let input = try x.detached().cast(to: .float32).plain()
  let count = Double(parts.outer * parts.inner)
  var means = [Double](repeating: 0, count: parts.channels)
  var variances = means
  try input.withElements(Float.self) { a in
    parts.forEachRun { channel, start in
      for i in start..<start + parts.inner { means[channel] += Double(a[i]) }
    }
    for channel in 0..<parts.channels { means[channel] /= count }
    parts.forEachRun { channel, start in
      for i in start..<start + parts.inner {
        let d = Double(a[i]) - means[channel]
        variances[channel] += d * d
      }
    }
  }
  for channel in 0..<parts.channels { variances[channel] /= count }
  let deviations = variances.map { Float(($0 + epsilon).squareRoot()) }
  let normalized = try input.withElements(Float.self) { a -> Tensor in
    try Tensor(shape: x.shape, writing: Float.self) {
      (r: UnsafeMutableBufferPointer<Float>) -> Void in
      parts.forEachRun { channel, start in
        let mean = Float(means[channel])
        let factor: Float = 1 / deviations[channel]
        for i in start..<(start + parts.inner) { r[i] = (a[i] - mean) * factor }
      }
    }
  }
  let y = try affine(normalized, scale.detached(), shift.detached())
  let channelShape = Shape(trusted: [parts.channels])
  let deviation = try Tensor(deviations, shape: channelShape)
  return (
    y.recorded(
      .batchNorm(normalized: normalized, scale: scale.detached(), deviation: deviation), x, scale,
      shift),
    try Tensor(means.map { Float($0) }, shape: channelShape),
    try Tensor(variances.map { Float($0) }, shape: channelShape)
  )
}

/// scale x + shift for each channel of `[N, C, ...]`.
public func affine(_ x: Tensor, _ scale: Tensor, _ shift: Tensor) throws -> Tensor {
  _ = try ChannelParts(x, scale)
  _ = try ChannelParts(x, shift)
  let sizes = [scale.count] + [Int](repeating: 1, count: max(0, x.rank - 2))
  return try x * scale.reshape(sizes) + shift.reshape(sizes)
}

/// A tensor `[N, C, ...]` as runs of one channel.
private struct ChannelParts {
  let outer: Int
  let channels: Int
  let inner: Int

  init(_ x: Tensor, _ perChannel: Tensor) throws {
    guard x.rank >= 2 else { throw TensorError.needsRank("normalising by channel", 2, x.shape) }
    guard perChannel.shape.sizes == [x.shape[1]] else {
      throw TensorError.badArgument(
        "\(x.shape) has \(x.shape[1]) channels, but scale and shift have shape \(perChannel.shape)")
    }
    guard x.count > 0 else { throw TensorError.emptyReduction("mean", x.shape) }
    outer = x.shape[0]
    channels = x.shape[1]
    inner = x.shape.sizes[2...].reduce(1, *)
  }

  @inline(__always)
  func forEachRun(_ body: (_ channel: Int, _ start: Int) -> Void) {
    for n in 0..<outer {
      for channel in 0..<channels { body(channel, (n * channels + channel) * inner) }
    }
  }
}

extension Operation {
  /// dx = scale / deviation (g - mean(g) - n mean(g n)), with n the normalised input.
  static func batchNorm(
    _ g: Tensor, _ normalized: Tensor, _ scale: Tensor, _ deviation: Tensor
  ) throws -> [Tensor?] {
    let parts = try ChannelParts(normalized, scale)
    var sums = [Double](repeating: 0, count: parts.channels)
    var products = sums
    let channelShape = scale.shape
    let gradient = try g.plain()
    let count = Double(parts.outer * parts.inner)
    let dx = try gradient.withElements(Float.self) { g in
      try normalized.withElements(Float.self) { n in
        try scale.withElements(Float.self) { scale in
          try deviation.withElements(Float.self) { deviation -> Tensor in
            parts.forEachRun { channel, start in
              for i in start..<start + parts.inner {
                sums[channel] += Double(g[i])
                products[channel] += Double(g[i]) * Double(n[i])
              }
            }
            return try Tensor(shape: normalized.shape, writing: Float.self) {
              (r: UnsafeMutableBufferPointer<Float>) -> Void in
              parts.forEachRun { channel, start in
                let factor = scale[channel] / deviation[channel]
                let mean = Float(sums[channel] / count)
                let slope = Float(products[channel] / count)
                for i in start..<start + parts.inner {
                  r[i] = factor * (g[i] - mean - n[i] * slope)
                }
              }
            }
          }
        }
      }
    }
    return [
      dx, try Tensor(products.map { Float($0) }, shape: channelShape),
      try Tensor(sums.map { Float($0) }, shape: channelShape),
    ]
  }
}
