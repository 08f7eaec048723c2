import Tensors

// The way from what is stored to the training loop. Every pointer to the samples lives here.

extension Dataset {
  /// The samples at positions, which exist, one after the other.
  func gather(_ positions: some Collection<Int>) throws -> Tensor {
    let shape = try Shape([positions.count] + sampleShape)
    switch content {
    case .images(let pixels):
      return try Tensor(shape: shape, writing: Float.self) { target in
        scale(pixels, positions, into: target)
      }
    case .numbers(let samples):
      return samples.dtype == .int32
        ? try copy(Int32.self, of: samples, positions, shape)
        : try copy(Float.self, of: samples, positions, shape)
    }
  }

  /// Writes images as float32, pixel / 255.
  private func scale(
    _ pixels: ImageBytes, _ positions: some Collection<Int>,
    into destination: UnsafeMutableBufferPointer<Float>
  ) {
    pixels.bytes.withUnsafeBufferPointer { source in
      guard let source = source.baseAddress, var target = destination.baseAddress else { return }
      for position in positions {
        divide(
          source + stored(position) * pixels.stride, into: target, count: pixels.stride)
        target += pixels.stride
      }
    }
  }

  private func copy<E: Element>(
    _ type: E.Type, of samples: Tensor, _ positions: some Collection<Int>, _ shape: Shape
  ) throws -> Tensor {
    let stride = sampleShape.reduce(1, *)
    return try samples.withElements(E.self) { source in
      try Tensor(shape: shape, writing: E.self) { destination in
        guard let source = source.baseAddress, var target = destination.baseAddress else { return }
        for position in positions {
          target.update(from: source + stored(position) * stride, count: stride)
          target += stride
        }
      }
    }
  }

  /// The classes at positions, which exist: int32.
  func gatherLabels(_ positions: some Collection<Int>) throws -> Tensor {
    let start = storedLabels.startIndex
    return try Tensor(shape: Shape([positions.count]), writing: Int32.self) { destination in
      for (offset, position) in positions.enumerated() {
        destination[offset] = Int32(storedLabels[start + stored(position)])
      }
    }
  }

  /// Where the sample at a position is stored.
  private func stored(_ position: Int) -> Int {
    precondition(position >= 0 && position < count, "position \(position) of \(count) samples")
    return selection[position]
  }
}

/// Divides bytes by 255.
///
/// A true division: a product with 1 / 255 is not the same float everywhere.
private func divide(
  _ source: UnsafePointer<UInt8>, into destination: UnsafeMutablePointer<Float>, count: Int
) {
  var index = 0
  while index &+ 16 <= count {
    let bytes = UnsafeRawPointer(source + index).loadUnaligned(as: SIMD16<UInt8>.self)
    let quotients = SIMD16<Float>(bytes) / 255
    UnsafeMutableRawPointer(destination + index).storeBytes(of: quotients, as: SIMD16<Float>.self)
    index &+= 16
  }
  while index < count {
    destination[index] = Float(source[index]) / 255
    index &+= 1
  }
}
