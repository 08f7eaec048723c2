#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Numbers as a figure writes them.
enum NumberText {
  /// Four significant digits, without the zeros that end them: `3`, `0.25`, `1.235e-07`.
  static func short(_ value: Double) -> String {
    guard value.isFinite else { return value.isNaN ? "nan" : value < 0 ? "-inf" : "inf" }
    if value == 0 { return "0" }
    if value.rounded() == value, value.magnitude < 1e7 { return print("%.*f", 0, value) }
    let scientific = print("%.*e", 3, value)
    let parts = scientific.split(separator: "e")
    guard parts.count == 2, let exponent = Int(parts[1]) else { return scientific }
    if exponent >= -4, exponent < 7 { return trimmed(fixed(value, max(0, 3 - exponent))) }
    return trimmed(String(parts[0])) + "e\(exponent)"
  }

  /// A number with a count of digits behind the point.
  static func fixed(_ value: Double, _ digits: Int) -> String {
    let text = print("%.*f", min(max(digits, 0), 17), value)
    return text.hasPrefix("-") && text.allSatisfy({ "-0.".contains($0) })
      ? String(text.dropFirst()) : text
  }

  private static func trimmed(_ text: String) -> String {
    guard text.contains(".") else { return text }
    var text = text
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }

  /// The C library's conversion, which rounds the exact binary value correctly.
  private static func print(_ format: String, _ digits: Int, _ value: Double) -> String {
    // The longest double has 309 digits before the point; with sign, point and 17 more it fits.
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 352) { buffer in
      guard let start = buffer.baseAddress else { return "" }
      let length = withVaList([Int32(clamping: digits), value]) {
        vsnprintf(start, buffer.count, format, $0)
      }
      let bytes = buffer.prefix(max(0, min(Int(length), buffer.count - 1)))
      // A locale may have set another decimal point.
      return String(
        decoding: bytes.map { $0 == CChar(UInt8(ascii: ",")) ? 46 : UInt8(bitPattern: $0) },
        as: UTF8.self)
    }
  }

  /// The lower bounds of bins, all with the same number of decimals.
  static func edges(_ histogram: Histogram) -> [String] {
    let edges = histogram.edges
    guard let first = edges.first, let last = edges.last, edges.count > 1 else { return [] }
    let lower = edges.dropLast()
    if histogram.isWhole { return lower.map { fixed($0, 0) } }
    let width = (last / 2 - first / 2) * 2 / Double(edges.count - 1)
    let size = max(first.magnitude, last.magnitude)
    guard width.isFinite, width >= 1e-5, size < 1e7 else { return lower.map(short) }
    // Three digits of the width, but at least one decimal, since the edges are no whole numbers.
    let digits = min(max(Int(2 - log10(width).rounded(.down)), 1), 8)
    return lower.map { fixed($0, digits) }
  }
}
