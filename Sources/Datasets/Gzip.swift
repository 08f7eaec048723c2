import CZlib

/// Gzip by zlib (RFC 1952): files of one or more members.
public enum Gzip {
  /// No file of ours inflates to more.
  public static let defaultLimit = 1 << 30

  /// Whether bytes begin like a gzip file: 1F 8B.
  public static func isCompressed(_ bytes: [UInt8]) -> Bool {
    bytes.count >= 2 && bytes[0] == 0x1F && bytes[1] == 0x8B
  }

  /// Inflates a file, which errors call `name`.
  ///
  /// Zeros after the last member are allowed, as gzip does. Errors: damaged data (each member has a
  /// checksum), data without an end, other bytes after the end, more than `limit` bytes.
  public static func inflate(
    _ bytes: [UInt8], name: String = "data", limit: Int = defaultLimit
  ) throws -> [UInt8] {
    guard isCompressed(bytes) else {
      throw DatasetError.damagedGzip(file: name, reason: "it does not begin like a gzip file")
    }
    var stream = z_stream()
    // 16 asks for a gzip wrapper instead of zlib's own.
    let start = inflateInit2_(
      &stream, 16 + MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    precondition(start == Z_OK, "zlib gives \(start)")
    defer { inflateEnd(&stream) }

    var output = [UInt8](repeating: 0, count: sizeHint(of: bytes, limit: limit))
    var read = 0
    var written = 0
    while true {
      if written == output.count {
        // One byte beyond the limit is enough to know that there is more.
        guard written <= limit else { throw DatasetError.tooLarge(file: name, limit: limit) }
        let more = Swift.min(Swift.max(written, 1 << 16), limit - written + 1)
        output.append(contentsOf: repeatElement(0, count: more))
      }
      let status = run(&stream, bytes, &read, &output, &written)
      switch status {
      case Z_OK:
        break
      case Z_STREAM_END:
        guard read < bytes.count, bytes[read] != 0 else {
          return try finish(bytes, read, &output, written, name: name, limit: limit)
        }
        guard inflateReset(&stream) == Z_OK else {
          throw DatasetError.damagedGzip(file: name, reason: "it cannot be read on")
        }
      case Z_BUF_ERROR where read == bytes.count && written < output.count:
        throw DatasetError.truncatedGzip(file: name)
      case Z_BUF_ERROR:
        break
      default:
        let reason = stream.msg.map { String(cString: $0) } ?? "zlib gives \(status)"
        throw DatasetError.damagedGzip(file: name, reason: reason)
      }
    }
  }

  /// One call of zlib; moves `read` and `written` on.
  private static func run(
    _ stream: inout z_stream, _ bytes: [UInt8], _ read: inout Int, _ output: inout [UInt8],
    _ written: inout Int
  ) -> Int32 {
    let available = UInt32(clamping: bytes.count - read)
    let free = UInt32(clamping: output.count - written)
    var status = Z_OK
    bytes.withUnsafeBufferPointer { source in
      output.withUnsafeMutableBufferPointer { target in
        // zlib takes a pointer to bytes that it does not write.
        stream.next_in = UnsafeMutablePointer(mutating: source.baseAddress.map { $0 + read })
        stream.avail_in = available
        stream.next_out = target.baseAddress.map { $0 + written }
        stream.avail_out = free
        status = CZlib.inflate(&stream, Z_NO_FLUSH)
      }
    }
    read += Int(available - stream.avail_in)
    written += Int(free - stream.avail_out)
    return status
  }

  private static func finish(
    _ bytes: [UInt8], _ read: Int, _ output: inout [UInt8], _ written: Int, name: String,
    limit: Int
  ) throws -> [UInt8] {
    guard bytes[read...].allSatisfy({ $0 == 0 }) else {
      throw DatasetError.damagedGzip(file: name, reason: "there is something after its end")
    }
    guard written <= limit else { throw DatasetError.tooLarge(file: name, limit: limit) }
    output.removeLast(output.count - written)
    return output
  }

  /// The size that the last four bytes claim, where it is believable; deflate gains 1032 at most.
  private static func sizeHint(of bytes: [UInt8], limit: Int) -> Int {
    let claimed = bytes.suffix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
    let possible = bytes.count.multipliedReportingOverflow(by: 1032)
    let most = possible.overflow ? limit : Swift.min(limit, possible.partialValue)
    return Swift.max(1, Swift.min(claimed, most))
  }
}
