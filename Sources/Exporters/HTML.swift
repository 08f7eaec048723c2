/// Texts and addresses as HTML holds them.
enum HTML {
  /// A text for an element or a quoted attribute; control characters become U+FFFD.
  static func escaped(_ text: some StringProtocol) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count)
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "&"): bytes += "&amp;".utf8
      case UInt8(ascii: "<"): bytes += "&lt;".utf8
      case UInt8(ascii: ">"): bytes += "&gt;".utf8
      case UInt8(ascii: "\""): bytes += "&quot;".utf8
      case UInt8(ascii: "'"): bytes += "&#39;".utf8
      case 0x09, 0x0A: bytes.append(byte)
      case 0x0D: break
      case 0..<0x20, 0x7F: bytes += "\u{FFFD}".utf8
      default: bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// An address that a page may link to; nil for one that would run code or is none.
  ///
  /// Allowed are `http`, `https` and `mailto`, and addresses without a scheme.
  static func address(_ text: String) -> String? {
    let visible = text.unicodeScalars.filter { $0.value > 0x20 && $0.value != 0x7F }
    let cleaned = String(String.UnicodeScalarView(visible))
    guard !cleaned.isEmpty else { return nil }
    if let colon = cleaned.firstIndex(of: ":") {
      let scheme = cleaned[..<colon].lowercased()
      // A colon behind a slash, `?` or `#` ends no scheme.
      let isScheme = !scheme.contains { "/?#".contains($0) }
      if isScheme, !["http", "https", "mailto"].contains(scheme) { return nil }
    }
    return cleaned
  }

  /// A word for an anchor: `Fewer bits, more noise` becomes `fewer-bits-more-noise`.
  static func slug(_ text: String) -> String {
    var slug = ""
    for character in text.lowercased() {
      if character.isLetter || character.isNumber {
        slug.append(character)
      } else if !slug.isEmpty, slug.last != "-" {
        slug.append("-")
      }
      if slug.count >= 60 { break }
    }
    while slug.last == "-" { slug.removeLast() }
    return slug.isEmpty ? "part" : slug
  }
}

/// Anchors of a page, none of which is given twice.
struct Anchors {
  private var used: [String: Int] = [:]

  mutating func anchor(_ wanted: String) -> String {
    var anchor = wanted
    while let count = used[anchor] {
      used[anchor] = count + 1
      anchor = "\(wanted)-\(count + 1)"
    }
    used[anchor] = 1
    return anchor
  }
}
