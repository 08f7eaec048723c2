#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension Tensor {
  /// Numbers from the normal distribution N(mean, deviation^2), by Box and Muller's transform.
  ///
  /// Element 4i to 4i + 3 come from block i of the stream, so that a longer tensor begins with the
  /// numbers of a shorter one.
  public static func normal(
    _ shape: Shape, mean: Double = 0, deviation: Double = 1, from stream: inout RandomStream
  ) throws -> Tensor {
    try fill(shape, from: &stream) { words in
      let (a, b) = boxMuller(words.x, words.y)
      let (c, d) = boxMuller(words.z, words.w)
      return SIMD4(a, b, c, d) * Float(deviation) + Float(mean)
    }
  }

  /// Numbers from the uniform distribution on [low, high).
  public static func uniform(
    _ shape: Shape, low: Double = 0, high: Double = 1, from stream: inout RandomStream
  ) throws -> Tensor {
    let (start, width) = (Float(low), Float(high - low))
    // Rounding may reach the upper end, which is not in the interval.
    let end = width > 0 ? Swift.max(start, Float(high).nextDown) : .infinity
    return try fill(shape, from: &stream) { words in
      let unit = SIMD4<Float>(words &>> 8) * 0x1p-24
      let result = unit * width + start
      return result.replacing(with: end, where: result .> end)
    }
  }

  private static func boxMuller(_ a: UInt32, _ b: UInt32) -> (Float, Float) {
    // 1 - u lies in (0, 1], so the logarithm is finite.
    let u = 1 - Float(a >> 8) * 0x1p-24
    let angle = Float(b >> 8) * (0x1p-24 * 2 * Float.pi)
    let radius = (-2 * logf(u)).squareRoot()
    return (radius * cosf(angle), radius * sinf(angle))
  }

  private static func fill(
    _ shape: Shape, from stream: inout RandomStream, _ four: (SIMD4<UInt32>) -> SIMD4<Float>
  ) throws -> Tensor {
    let source = stream
    let result = try Tensor(shape: shape, writing: Float.self) { buffer in
      for block in 0..<(buffer.count + 3) / 4 {
        if block & 0xFFFF == 0 { try Stop.check() }
        let numbers = four(source.block(at: UInt64(block)))
        for lane in 0..<Swift.min(4, buffer.count - block * 4) {
          buffer[block * 4 + lane] = numbers[lane]
        }
      }
    }
    stream.skip(UInt64((shape.elementCount + 3) / 4))
    return result
  }
}

/// Numbers from N(0, 1): `randn(2, 3, seed: 7)`.
public func randn(_ sizes: Int..., seed: UInt64) throws -> Tensor {
  var stream = RandomStream(seed: seed)
  return try Tensor.normal(Shape(sizes), from: &stream)
}

/// Numbers from the uniform distribution on [low, high): `uniform(2, 3, seed: 7)`.
public func uniform(
  _ sizes: Int..., low: Double = 0, high: Double = 1, seed: UInt64
) throws -> Tensor {
  var stream = RandomStream(seed: seed)
  return try Tensor.uniform(Shape(sizes), low: low, high: high, from: &stream)
}
