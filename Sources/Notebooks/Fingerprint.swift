import Crypto

/// A number of 256 bits that stands for what went into it: SHA-256.
struct Fingerprint: Sendable, Hashable {
  private let bytes: [UInt8]

  /// The fingerprint of some bytes.
  init(_ bytes: [UInt8]) { self.bytes = Array(SHA256.hash(data: bytes)) }

  /// The fingerprint of several texts, of which none can run over into the next.
  init(_ texts: [String]) {
    var bytes: [UInt8] = []
    for text in texts {
      bytes += String(text.utf8.count).utf8
      bytes.append(UInt8(ascii: ":"))
      bytes += text.utf8
    }
    self.init(bytes)
  }

  /// Its 64 hexadecimal digits.
  var text: String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
