/// Texts of any content in one, each behind its length: `3:let1:x`.
enum FieldText {
  /// The fields as one text.
  static func text(of fields: [String]) -> String {
    fields.map { "\($0.utf8.count):\($0)" }.joined()
  }
}

/// Reads fields that stand behind their lengths.
struct FieldReader {
  let bytes: [UInt8]
  private var position = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { position == bytes.count }

  mutating func next() -> String? {
    guard let colon = bytes[position...].prefix(20).firstIndex(of: UInt8(ascii: ":")),
      let count = Int(String(decoding: bytes[position..<colon], as: UTF8.self)), count >= 0,
      count <= bytes.count - colon - 1
    else { return nil }
    position = colon + 1 + count
    return String(decoding: bytes[(colon + 1)..<position], as: UTF8.self)
  }

  /// A number from 0 to a bound: how many fields follow, unless told otherwise.
  mutating func count(upTo bound: Int? = nil) -> Int? {
    guard let text = next(), let count = Int(text), count >= 0, count <= bound ?? bytes.count
    else { return nil }
    return count
  }

  mutating func list() -> [String]? {
    guard let count = count() else { return nil }
    var list: [String] = []
    for _ in 0..<count {
      guard let item = next() else { return nil }
      list.append(item)
    }
    return list
  }
}
