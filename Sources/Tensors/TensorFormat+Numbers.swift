#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension TensorFormat {
  /// One real number with up to six significant digits: `0.1`, `2.30259`, `1.0`, `1e-07`, `nan`.
  ///
  /// Whole numbers keep a `.0`, so that they differ from integers. Magnitudes from 1e-4 up to 1e8
  /// are written without an exponent and with at least one digit after the point.
  public static func number(_ value: Double) -> String {
    let size = value.magnitude
    guard value.isFinite else { return Columns.special(value) }
    guard size != 0 else { return value.sign == .minus ? "-0.0" : "0.0" }
    // The exponent after rounding to six digits: 0.99999999 counts as 1.
    let scientific = Columns.scientific(value, 5)
    let parts = scientific.split(separator: "e")
    guard parts.count == 2, let exponent = Int(parts[1]) else { return scientific }
    guard size >= 1e-4, size < 1e8 else {
      return trimmed(String(parts[0]), keepsPoint: false) + "e" + parts[1]
    }
    return trimmed(Columns.fixed(value, max(1, 5 - exponent)), keepsPoint: true)
  }

  /// Without the zeros that end a fraction.
  private static func trimmed(_ text: String, keepsPoint: Bool) -> String {
    guard text.contains(".") else { return text }
    var text = text
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { if keepsPoint { text += "0" } else { text.removeLast() } }
    return text
  }
}

/// Numbers written in one style, to be set in columns of one width.
struct Columns {
  let cells: [String]
  let width: Int

  init(_ values: [Double], dtype: DType, digits: Int) {
    switch dtype {
    case .float32:
      let style = Style(values, digits: Columns.clamped(digits))
      cells = values.map(style.write)
    case .int32, .int8, .uint8: cells = values.map(Columns.whole)
    case .bool: cells = values.map { $0 != 0 ? "true" : "false" }
    }
    width = cells.reduce(0) { max($0, $1.utf8.count) }
  }

  /// How all the real numbers of a tensor are written.
  enum Style: Equatable {
    /// All are whole: `1.0`.
    case whole
    case fixed(Int)
    case scientific(Int)

    /// PyTorch's choice, from the finite numbers that are not zero.
    ///
    /// Scientific where the largest is at least 1e8, the least below 1e-4, or a thousand times
    /// smaller than the largest. Whole numbers lose nothing in fixed columns, so for them only
    /// the first counts, where PyTorch would look at their ratio too.
    init(_ values: [Double], digits: Int) {
      var (least, greatest) = (Double.infinity, 0.0)
      var areWhole = true
      for value in values where value.isFinite && value != 0 {
        least = min(least, value.magnitude)
        greatest = max(greatest, value.magnitude)
        if areWhole { areWhole = value.rounded() == value }
      }
      if greatest >= 1e8 {
        self = .scientific(digits)
      } else if areWhole {
        self = .whole
      } else {
        self = least < 1e-4 || greatest / least > 1000 ? .scientific(digits) : .fixed(digits)
      }
    }

    func write(_ value: Double) -> String {
      guard value.isFinite else { return Columns.special(value) }
      switch self {
      case .whole: return Columns.fixed(value, 1)
      case .fixed(let digits): return Columns.fixed(value, digits)
      case .scientific(let digits): return Columns.scientific(value, digits)
      }
    }
  }

  static func clamped(_ digits: Int) -> Int { min(max(digits, 0), 17) }

  static func isShortWhole(_ value: Double) -> Bool {
    value.rounded() == value && value.magnitude < 1e8
  }

  static func special(_ value: Double) -> String {
    value.isNaN ? "nan" : (value < 0 ? "-inf" : "inf")
  }

  /// An element of an integer tensor.
  static func whole(_ value: Double) -> String {
    Int(exactly: value.rounded()).map(String.init) ?? special(value)
  }

  static func fixed(_ value: Double, _ digits: Int) -> String { print("%.*f", digits, value) }
  static func scientific(_ value: Double, _ digits: Int) -> String { print("%.*e", digits, value) }

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
}
