public import Tensors

extension PNGImage {
  /// The picture as float32 in [0, 1]: `[channels, height, width]`.
  public func tensor() throws -> Tensor {
    try Tensor(shape: Shape([channels, height, width]), writing: Float.self) { target in
      let plane = height * width
      for place in 0..<plane {
        for channel in 0..<channels {
          target[channel * plane + place] = Float(bytes[place * channels + channel]) / 255
        }
      }
    }
  }

  /// The picture of `[height, width]` or `[channels, height, width]` numbers, of which those below 0
  /// and above 1 are cut.
  ///
  /// Errors: other shapes, numbers that are not finite.
  public init(_ image: Tensor) throws {
    guard image.rank == 2 || image.rank == 3 else {
      throw TensorError.needsRank("an image", 3, image.shape)
    }
    let channels = image.rank == 3 ? image.shape[0] : 1
    let (height, width) = (image.shape[image.rank - 2], image.shape[image.rank - 1])
    guard channels == 1 || channels == 3, height > 0, width > 0 else {
      throw DatasetError.badImage(shape: image.shape.sizes)
    }
    let numbers = try image.elements(as: Float.self)
    guard numbers.allSatisfy(\.isFinite) else { throw TensorError.notFinite("the image") }
    let plane = height * width
    let bytes = (0..<numbers.count).map { index in
      let number = numbers[index % channels * plane + index / channels]
      return UInt8((min(max(number, 0), 1) * 255).rounded())
    }
    try self.init(height: height, width: width, channels: channels, bytes: bytes)
  }
}
