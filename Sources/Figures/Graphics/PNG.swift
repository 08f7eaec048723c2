/// Portable Network Graphics, without compression (ISO/IEC 15948, RFC 1950, RFC 1951).
///
/// Figures hold small images, of which the bytes count less than a dependency.
enum PNG {
  /// A picture with its opacity.
  static func encode(_ pixels: Pixels) -> [UInt8] {
    encode(width: pixels.width, height: pixels.height, channels: 4, bytes: pixels.bytes)
  }

  /// An image in grey or in colour.
  static func encode(_ image: Raster) -> [UInt8] {
    encode(
      width: image.width, height: image.height, channels: image.channels, bytes: image.bytes)
  }

  private static func encode(
    width: Int, height: Int, channels: Int, bytes: [UInt8]
  ) -> [UInt8] {
    let colorType: UInt8 = channels == 1 ? 0 : channels == 3 ? 2 : 6
    var rows: [UInt8] = []
    let stride = width * channels
    rows.reserveCapacity(height * (stride + 1))
    for row in 0..<height {
      rows.append(0)  // no filter
      rows += bytes[row * stride..<(row + 1) * stride]
    }
    var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    file += chunk("IHDR", bigEndian(width) + bigEndian(height) + [8, colorType, 0, 0, 0])
    file += chunk("IDAT", stored(rows))
    file += chunk("IEND", [])
    return file
  }

  /// A zlib stream of stored blocks, of which each holds at most 65,535 bytes.
  private static func stored(_ bytes: [UInt8]) -> [UInt8] {
    var stream: [UInt8] = [0x78, 0x01]
    var start = 0
    repeat {
      let count = min(65_535, bytes.count - start)
      let isLast = start + count == bytes.count
      let (low, high) = (UInt8(count & 0xFF), UInt8(count >> 8))
      stream += [isLast ? 1 : 0, low, high, ~low, ~high]
      stream += bytes[start..<start + count]
      start += count
    } while start < bytes.count
    return stream + bigEndian(Int(adler(bytes)))
  }

  private static func chunk(_ name: String, _ data: [UInt8]) -> [UInt8] {
    let body = Array(name.utf8) + data
    return bigEndian(data.count) + body + bigEndian(Int(checksum(body)))
  }

  private static func bigEndian(_ number: Int) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(number >> $0 & 0xFF) }
  }

  private static func adler(_ bytes: [UInt8]) -> UInt32 {
    var (a, b): (UInt32, UInt32) = (1, 0)
    for byte in bytes {
      a = (a + UInt32(byte)) % 65_521
      b = (b + a) % 65_521
    }
    return b << 16 | a
  }

  private static let table: [UInt32] = (0..<256).map { number in
    (0..<8).reduce(UInt32(number)) { word, _ in
      word & 1 == 1 ? 0xEDB8_8320 ^ word >> 1 : word >> 1
    }
  }

  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(UInt32.max) { table[Int(($0 ^ UInt32($1)) & 0xFF)] ^ $0 >> 8 }
  }
}
