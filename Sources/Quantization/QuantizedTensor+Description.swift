import Tensors

extension QuantizedTensor: CustomStringConvertible {
  /// The header and the codes as text, with the places of the real numbers in its UTF-8.
  ///
  ///     Quantized [2, 2] int8, symmetric per tensor, scale 0.02
  ///     [[-127,   50],
  ///      [  25,    0]]
  public func render(
    _ format: TensorFormat = TensorFormat()
  ) throws -> TensorFormat.Rendering {
    var (text, reals) = headline
    guard count > 0 else { return (text, reals) }
    let body = try format.body(codes)
    text += "\n"
    let offset = text.utf8.count
    reals += body.reals.map { $0.lowerBound + offset..<$0.upperBound + offset }
    return (text + body.text, reals)
  }

  /// What it is, in a line: `Quantized [3, 4] int8, symmetric per tensor, scale 0.0161`.
  ///
  /// A zero point is named where the scheme has one, and the share of clipped elements where there
  /// are any. Several scales show as the smallest and the largest.
  public var header: String { headline.text }

  public var description: String {
    do {
      return try render().text
    } catch {
      return "\(header), unreadable: \(error)"
    }
  }

  /// The header with the places of its real numbers: scales and the clipped share, no zero points.
  private var headline: TensorFormat.Rendering {
    var (text, reals) = ("Quantized \(shape) \(type), \(scheme) \(granularity)", [Range<Int>]())
    func write(real: Double) {
      let start = text.utf8.count
      text += Decimal.text(real)
      reals.append(start..<text.utf8.count)
    }
    if let low = parameters.scales.min(), let high = parameters.scales.max() {
      text += parameters.scales.count == 1 ? ", scale " : ", scales "
      write(real: Double(low))
      if parameters.scales.count > 1 {
        text += " ... "
        write(real: Double(high))
      }
    }
    if scheme.storesZeroPoints, let low = parameters.zeroPoints.min(),
      let high = parameters.zeroPoints.max()
    {
      text +=
        parameters.zeroPoints.count == 1
        ? ", zero point \(low)" : ", zero points \(low) ... \(high)"
    }
    if clipRate > 0 {
      text += ", "
      write(real: clipRate * 100)
      text += " % clipped"
    }
    return (text, reals)
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

  /// A number with some digits behind the point: `0.50`, `-12.3`; `inf` and `nan` as they are.
  static func fixed(_ value: Double, _ places: Int) -> String {
    guard value.isFinite, abs(value) < 1e12 else { return "\(value)" }
    var factor = 1
    for _ in 0..<places { factor *= 10 }
    let whole = Int((abs(value) * Double(factor)).rounded())
    let sign = value < 0 && whole > 0 ? "-" : ""
    guard places > 0 else { return sign + "\(whole)" }
    let digits = "\(whole % factor)"
    return sign + "\(whole / factor)."
      + String(repeating: "0", count: places - digits.count) + digits
  }

  /// A share in per cent with two digits: `98.93 %`.
  static func percent(_ share: Double) -> String { fixed(share * 100, 2) + " %" }

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
