public import Tensors

extension Dataset {
  /// The sizes of one image: `[channels, height, width]`.
  public var imageShape: [Int] { [channels, height, width] }

  /// All images as float32 in [0, 1]: `[count, channels, height, width]`.
  public func images() throws -> Tensor { try images(at: 0..<count) }

  /// Images at a range of positions as float32 in [0, 1].
  public func images(at positions: Range<Int>) throws -> Tensor {
    try check(positions)
    return try Tensor(shape: Shape([positions.count] + imageShape), writing: Float.self) { buffer in
      guard let target = buffer.baseAddress else { return }
      gather(positions, into: target)
    }
  }

  /// Images at some positions, in their order, as float32 in [0, 1].
  package func images(at positions: ArraySlice<Int>) throws -> Tensor {
    try Tensor(shape: Shape([positions.count] + imageShape), writing: Float.self) { buffer in
      guard let target = buffer.baseAddress else { return }
      gather(positions, into: target)
    }
  }

  /// The classes of all images: int32 `[count]`.
  public func labelTensor() throws -> Tensor { try labels(at: 0..<count) }

  /// The classes of a range of images: int32.
  public func labels(at positions: Range<Int>) throws -> Tensor {
    try check(positions)
    return try Tensor(shape: Shape([positions.count]), writing: Int32.self) { buffer in
      guard let target = buffer.baseAddress else { return }
      gatherLabels(positions, into: target)
    }
  }

  package func labels(at positions: ArraySlice<Int>) throws -> Tensor {
    try Tensor(shape: Shape([positions.count]), writing: Int32.self) { buffer in
      guard let target = buffer.baseAddress else { return }
      gatherLabels(positions, into: target)
    }
  }

  private func check(_ positions: Range<Int>) throws {
    guard positions.lowerBound >= 0, positions.upperBound <= count else {
      throw TensorError.badSlice(
        lower: positions.lowerBound, upper: positions.upperBound, size: count)
    }
  }
}
