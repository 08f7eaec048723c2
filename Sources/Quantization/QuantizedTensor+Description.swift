import Tensors

extension QuantizedTensor: CustomStringConvertible {
  /// What it is, in a line: `Quantized [3, 4] int8, symmetric per tensor, scale 0.0161`.
  ///
  /// A zero point is named where the scheme has one, and the share of clipped elements where there
  /// are any. Several scales show as the smallest and the largest.
  public var header: String {
    var parts = [
      "Quantized \(shape) \(type)", "\(scheme) \(granularity)",
      Self.span("scale", parameters.scales.map(Double.init)),
    ]
    if scheme.storesZeroPoints {
      parts.append(Self.span("zero point", parameters.zeroPoints.map(Double.init)))
    }
    if clipRate > 0 { parts.append("\(Decimal.text(clipRate * 100)) % clipped") }
    return parts.joined(separator: ", ")
  }

  public var description: String { header }

  private static func span(_ name: String, _ values: [Double]) -> String {
    guard let low = values.min(), let high = values.max() else { return "no \(name)s" }
    if values.count == 1 { return "\(name) \(Decimal.text(low))" }
    return "\(name)s \(Decimal.text(low)) ... \(Decimal.text(high))"
  }
}

/// Numbers for people: three significant digits, scientific where the number is very small or
/// large.
enum Decimal {
  static func text(_ value: Double) -> String {
    guard value.isFinite else { return "\(value)" }
    guard value != 0 else { return "0" }
    let sign = value < 0 ? "-" : ""
    var mantissa = abs(value)
    var exponent = 0
    while mantissa >= 10 {
      mantissa /= 10
      exponent += 1
    }
    while mantissa < 1 {
      mantissa *= 10
      exponent -= 1
    }
    var digits = Int((mantissa * 100).rounded())
    if digits == 1000 {
      digits = 100
      exponent += 1
    }
    if exponent < -5 || exponent > 5 { return sign + point(digits, after: 1) + "e\(exponent)" }
    if exponent >= 2 { return sign + "\(Int(abs(value).rounded()))" }
    return sign + point(digits, after: exponent + 1)
  }

  /// Three digits with a point after some of them, or in front with zeros; without zeros at the
  /// end.
  private static func point(_ digits: Int, after whole: Int) -> String {
    var text = String(repeating: "0", count: max(0, 1 - whole)) + "\(digits)"
    text.insert(".", at: text.index(text.startIndex, offsetBy: max(whole, 1)))
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }
}
