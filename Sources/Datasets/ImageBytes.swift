/// The bytes of images of one size: count x channels x height x width, one byte a pixel.
///
/// A value whose bytes are shared by every dataset cut from it; they never change.
public struct ImageBytes: Sendable {
  /// Number of images.
  public let count: Int
  /// Bytes of a pixel: 1 is grey.
  public let channels: Int
  /// Rows of an image.
  public let height: Int
  /// Columns of an image.
  public let width: Int
  /// Bytes of one image: channels x height x width.
  public let stride: Int
  /// All pixels in row-major order; a slice, so that the bytes of a file need no copy.
  package let bytes: ArraySlice<UInt8>

  /// Wraps pixels in row-major order.
  ///
  /// Errors: a negative side, a number of bytes that is not the product of the four sizes, and more
  /// images than fit in 32 bits.
  public init(
    _ bytes: ArraySlice<UInt8>, count: Int, channels: Int = 1, height: Int, width: Int
  ) throws {
    let shape = [count, channels, height, width]
    if let negative = shape.first(where: { $0 < 0 }) {
      throw DatasetError.negativeCount(what: "a size of an image", found: negative)
    }
    // An image is checked apart: no images of a size beyond memory are still a size beyond memory.
    guard let stride = checkedProduct([channels, height, width]),
      let expected = checkedProduct([count, stride]), Int32(exactly: count) != nil
    else {
      throw DatasetError.sizeOverflow(what: "images", shape: shape)
    }
    guard bytes.count == expected else {
      throw DatasetError.wrongByteCount(shape: shape, expected: expected, found: bytes.count)
    }
    self.count = count
    self.channels = channels
    self.height = height
    self.width = width
    self.stride = stride
    self.bytes = bytes
  }

  /// Wraps an array of pixels in row-major order.
  public init(_ bytes: [UInt8], count: Int, channels: Int = 1, height: Int, width: Int) throws {
    try self.init(bytes[...], count: count, channels: channels, height: height, width: width)
  }

  /// The pixels of the image at a stored position.
  package func image(at index: Int) -> ArraySlice<UInt8> {
    precondition(index >= 0 && index < count, "image \(index) of \(count)")
    let start = bytes.startIndex + index * stride
    return bytes[start..<start + stride]
  }
}

/// The product of sizes that are not negative; nil where it does not fit an Int.
func checkedProduct(_ sizes: [Int]) -> Int? {
  if sizes.contains(0) { return 0 }
  var product = 1
  for size in sizes {
    let (next, overflow) = product.multipliedReportingOverflow(by: size)
    if overflow { return nil }
    product = next
  }
  return product
}
