import CPNG

/// One picture of bytes: height x width pixels, 1 (grey) or 3 (red, green, blue) bytes each.
public struct PNGImage: Sendable, Hashable {
  public let height: Int
  public let width: Int
  /// 1 or 3.
  public let channels: Int
  /// The bytes of the pixels, row by row, the channels of a pixel side by side.
  public let bytes: [UInt8]

  /// More pixels than this are not unpacked.
  static let mostPixels = 1 << 26

  /// Errors: sides below 1 or of too many pixels, other numbers of channels or of bytes.
  public init(height: Int, width: Int, channels: Int, bytes: [UInt8]) throws {
    let shape = [height, width, channels]
    guard height > 0, width > 0, channels == 1 || channels == 3 else {
      throw DatasetError.badImage(shape: shape)
    }
    guard let pixels = checkedProduct([height, width]), pixels <= Self.mostPixels else {
      throw DatasetError.sizeOverflow(what: "image", shape: shape)
    }
    guard bytes.count == pixels * channels else {
      throw DatasetError.wrongByteCount(
        shape: shape, expected: pixels * channels, found: bytes.count)
    }
    self.height = height
    self.width = width
    self.channels = channels
    self.bytes = bytes
  }

  /// Reads a PNG file of any kind; 16 bits become 8, a palette colours, what is transparent black.
  ///
  /// Errors: no PNG file, a damaged one, one of more than 2^26 pixels.
  public static func read(_ path: String) throws -> PNGImage {
    try decode(Files.read(path), name: path)
  }

  /// Reads a file that is in memory, which errors call `name`.
  ///
  /// libpng's simplified interface keeps its long jumps to itself.
  public static func decode(_ bytes: [UInt8], name: String = "data") throws -> PNGImage {
    var image = png_image()
    image.version = UInt32(PNG_IMAGE_VERSION)
    defer { png_image_free(&image) }
    return try bytes.withUnsafeBytes { file in
      guard let start = file.baseAddress,
        png_image_begin_read_from_memory(&image, start, file.count) != 0
      else { throw DatasetError.damagedPNG(file: name, reason: reason(image)) }
      let (height, width) = (Int(image.height), Int(image.width))
      guard let pixels = checkedProduct([height, width]), pixels <= mostPixels else {
        throw DatasetError.sizeOverflow(what: name, shape: [height, width])
      }
      let isColour = image.format & UInt32(PNG_FORMAT_FLAG_COLOR) != 0
      let channels = isColour ? 3 : 1
      image.format = isColour ? UInt32(PNG_FORMAT_FLAG_COLOR) : 0
      image.flags |= UInt32(PNG_IMAGE_FLAG_16BIT_sRGB)
      // What is transparent is laid over what is there: black.
      var result = [UInt8](repeating: 0, count: pixels * channels)
      let status = result.withUnsafeMutableBytes {
        png_image_finish_read(&image, nil, $0.baseAddress, Int32(width * channels), nil)
      }
      guard status != 0 else {
        throw DatasetError.damagedPNG(file: name, reason: reason(image))
      }
      return try PNGImage(height: height, width: width, channels: channels, bytes: result)
    }
  }

  /// Writes a PNG file of 8 bits a channel.
  public func write(to path: String) throws { try Files.write(encoded(), to: path) }

  /// The bytes of the file.
  public func encoded() throws -> [UInt8] {
    var image = png_image()
    image.version = UInt32(PNG_IMAGE_VERSION)
    image.width = UInt32(width)
    image.height = UInt32(height)
    image.format = channels == 3 ? UInt32(PNG_FORMAT_FLAG_COLOR) : 0
    defer { png_image_free(&image) }
    // Rows with a filter byte each, in deflate's worst case of stored blocks, and the frame.
    let stride = width * channels + 1
    var room = stride * height
    room += room / 1000 + 4096
    var file = [UInt8](repeating: 0, count: room)
    var size = room
    let status = file.withUnsafeMutableBytes { target in
      bytes.withUnsafeBytes { source in
        png_image_write_to_memory(
          &image, target.baseAddress, &size, 0, source.baseAddress, Int32(width * channels), nil)
      }
    }
    guard status != 0, size <= room else {
      throw DatasetError.damagedPNG(file: "image", reason: Self.reason(image))
    }
    return Array(file.prefix(size))
  }

  /// The same picture in grey or in three channels.
  func with(channels wanted: Int) -> [UInt8] {
    if wanted == channels { return bytes }
    if wanted == 3 { return bytes.flatMap { [$0, $0, $0] } }
    // Rec. 601 luma, as in PIL: the weights sum to 2^16.
    return stride(from: 0, to: bytes.count, by: 3).map { place in
      let sum =
        19_595 * Int(bytes[place]) + 38_470 * Int(bytes[place + 1]) + 7471 * Int(bytes[place + 2])
      return UInt8((sum + 0x8000) >> 16)
    }
  }

  private static func reason(_ image: png_image) -> String {
    let message = withUnsafeBytes(of: image.message) { buffer in
      String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self)
    }
    return message.isEmpty ? "libpng gives no reason" : message.lowercased()
  }
}
