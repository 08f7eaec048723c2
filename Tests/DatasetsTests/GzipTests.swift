import CZlib
import Testing

@testable import Datasets

/// Compresses as gzip does, at level 6, by zlib's other half.
func deflated(_ bytes: [UInt8]) -> [UInt8] {
  var stream = z_stream()
  deflateInit2_(
    &stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
    Int32(MemoryLayout<z_stream>.size))
  defer { deflateEnd(&stream) }
  var source = bytes
  var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(bytes.count))))
  let room = output.count
  source.withUnsafeMutableBufferPointer { source in
    output.withUnsafeMutableBufferPointer { target in
      stream.next_in = source.baseAddress
      stream.avail_in = UInt32(source.count)
      stream.next_out = target.baseAddress
      stream.avail_out = UInt32(room)
      deflate(&stream, Z_FINISH)
    }
  }
  return Array(output[..<(room - Int(stream.avail_out))])
}

@Suite struct GzipTests {
  /// The word abc as gzip writes it.
  ///
  /// Made by `printf abc | gzip -n | od -An -tu1`.
  static let abc: [UInt8] = [
    31, 139, 8, 0, 0, 0, 0, 0, 0, 3, 75, 76, 74, 6, 0, 194, 65, 36, 53, 3, 0, 0, 0,
  ]

  @Test func inflatesWhatGzipWrote() throws {
    #expect(Gzip.isCompressed(Self.abc))
    #expect(try Gzip.inflate(Self.abc) == Array("abc".utf8))
  }

  @Test(arguments: [0, 1, 100, 65_536, 300_000])
  func undoesDeflate(count: Int) throws {
    var generator = HashGenerator(seed: UInt64(count))
    let bytes = (0..<count).map { _ in UInt8(generator.below(5)) }
    #expect(try Gzip.inflate(deflated(bytes)) == bytes)
  }

  @Test func joinsMembers() throws {
    let long = [UInt8](repeating: 7, count: 200_000)
    #expect(try Gzip.inflate(Self.abc + Self.abc) == Array("abcabc".utf8))
    #expect(try Gzip.inflate(deflated(long) + Self.abc) == long + Array("abc".utf8))
    #expect(try Gzip.inflate(Self.abc + deflated(long) + [0, 0, 0]) == Array("abc".utf8) + long)
  }

  @Test func refusesEveryPrefix() {
    let file = Self.abc + Self.abc
    for length in 0..<file.count where length != Self.abc.count {
      #expect(throws: DatasetError.self, "\(length) bytes") {
        try Gzip.inflate(Array(file[..<length]))
      }
    }
    #expect(throws: DatasetError.truncatedGzip(file: "a")) {
      try Gzip.inflate(Array(Self.abc.dropLast()), name: "a")
    }
  }

  /// Whatever bit flips, the checksum or the format notices, or the flip was in an unused field.
  @Test func noticesEveryFlippedBit() {
    let wanted = Array("abc".utf8)
    for place in Self.abc.indices {
      for bit in 0..<8 {
        var bytes = Self.abc
        bytes[place] ^= 1 << bit
        if let text = try? Gzip.inflate(bytes) { #expect(text == wanted) }
      }
    }
  }

  @Test func refusesWhatFollowsTheEnd() {
    #expect(throws: DatasetError.self) { try Gzip.inflate(Self.abc + [1, 2, 3]) }
    #expect(throws: DatasetError.self) { try Gzip.inflate(Self.abc + [0, 0, 9]) }
    #expect(throws: DatasetError.self) { try Gzip.inflate([1, 2, 3]) }
  }

  @Test func stopsAtTheLimit() throws {
    let bomb = deflated([UInt8](repeating: 0, count: 1_000_000))
    #expect(bomb.count < 2_000)
    #expect(try Gzip.inflate(bomb, limit: 1_000_000).count == 1_000_000)
    #expect(throws: DatasetError.tooLarge(file: "a", limit: 999_999)) {
      try Gzip.inflate(bomb, name: "a", limit: 999_999)
    }
    #expect(throws: DatasetError.tooLarge(file: "a", limit: 10)) {
      try Gzip.inflate(bomb, name: "a", limit: 10)
    }
    #expect(throws: DatasetError.self) { try Gzip.inflate(bomb + bomb, limit: 1_500_000) }
  }
}
