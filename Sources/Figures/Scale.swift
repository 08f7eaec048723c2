#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Gives numbers a place between 0 and 1, in equal steps or in equal factors.
///
/// Bounds are finite and differ, whatever the numbers were. Differences are taken of halves, since
/// that of two large numbers may not be finite.
struct Scale: Equatable {
  let isLogarithmic: Bool
  /// Whether all numbers are whole, so that ticks are too.
  let isWhole: Bool
  /// The number at 0, or its decimal logarithm.
  private(set) var low: Double
  /// The number at 1, or its decimal logarithm.
  private(set) var high: Double

  /// A scale from the least to the largest number that has a place.
  init(of values: some Sequence<Double>, isLogarithmic: Bool = false) {
    var (low, high) = (Double.infinity, -Double.infinity)
    var isWhole = !isLogarithmic
    for value in values where value.isFinite && (!isLogarithmic || value > 0) {
      low = min(low, value)
      high = max(high, value)
      if isWhole { isWhole = value.rounded() == value }
    }
    self.isLogarithmic = isLogarithmic
    self.isWhole = isWhole && low <= high
    guard low <= high else {
      (self.low, self.high) = (0, 1)
      return
    }
    self.low = isLogarithmic ? log10(low) : low
    self.high = isLogarithmic ? log10(high) : high
    widen()
  }

  private var half: Double { high / 2 - low / 2 }

  /// Makes room where all numbers are the same, or as good as.
  private mutating func widen() {
    let size = max(low.magnitude, high.magnitude)
    guard half <= size * 1e-10 || half < 1e-290 else { return }
    let room = isLogarithmic ? 0.5 : isWhole || size < 1e-280 ? max(1, size / 10) : size / 10
    let most = Double.greatestFiniteMagnitude
    (low, high) = (max(low - room, -most), min(high + room, most))
  }

  /// Where a number stands; nil where it has no place.
  ///
  /// What lies outside is moved to the border.
  func place(_ value: Double) -> Double? {
    guard value.isFinite, !isLogarithmic || value > 0 else { return nil }
    let value = isLogarithmic ? log10(value) : value
    return min(max((value / 2 - low / 2) / half, 0), 1)
  }

  private func step(_ count: Int) -> Step {
    let step = Step(low, high, count: count)
    return isWhole && step.exponent < 0 ? Step(mantissa: 1, exponent: 0) : step
  }

  /// The scale, widened so that it begins and ends with a tick, at most `count` in all.
  func rounded(ticks count: Int) -> Scale {
    let step = step(count)
    let from = (low / step.size + 1e-9).rounded(.down) * step.size
    let to = (high / step.size - 1e-9).rounded(.up) * step.size
    guard from.isFinite, to.isFinite, from < to else { return self }
    // A logarithm within one power of ten keeps its bounds.
    if isLogarithmic, high - low < 1 { return self }
    var wide = self
    (wide.low, wide.high) = (min(from, low), max(to, high))
    return wide
  }

  /// The scale with a number in it.
  func including(_ value: Double) -> Scale {
    guard !isLogarithmic, value.isFinite else { return self }
    var wide = self
    (wide.low, wide.high) = (min(value, low), max(value, high))
    wide.widen()
    return wide
  }

  /// The scale with its bounds half a number lower, so that a whole number stands where the middle
  /// between it and the next one stood.
  var loweredByHalf: Scale {
    var scale = self
    (scale.low, scale.high) = (low - 0.5, high - 0.5)
    return scale
  }

  // MARK: Ticks

  /// A place with its number.
  struct Tick: Equatable {
    let place: Double
    let label: String
    /// Whether the label has a point or an exponent, so that a replay compares it as a real.
    var isReal: Bool { label.contains(".") || label.contains("e") }
  }

  /// At most `count` ticks at round numbers: 1, 2 or 5 times a power of ten apart.
  func ticks(_ count: Int) -> [Tick] {
    // One tick alone tells no scale: then there may be more than were asked for.
    var count = min(max(count, 2), 50)
    while true {
      let ticks = isLogarithmic ? logarithmicTicks(count) : linearTicks(count)
      if ticks.count > 1 || count > 20 { return ticks }
      count *= 2
    }
  }

  private func linearTicks(_ count: Int) -> [Tick] {
    let step = step(count)
    let size = max(low.magnitude, high.magnitude)
    return step.multiples(low, high).compactMap { multiple in
      let value = step.value(multiple)
      return place(value).map { Tick(place: $0, label: step.label(multiple, size: size)) }
    }
  }

  private func logarithmicTicks(_ count: Int) -> [Tick] {
    if high - low < 1 {
      // Less than a power of ten: 1, 2, 5 or, where even that is too far, equal steps.
      let (from, to) = (pow(10, low), pow(10, high))
      guard from.isFinite, to.isFinite, from > 0, from < to else { return [] }
      let step = Step(from, to, count: count)
      return step.multiples(from, to).compactMap { multiple in
        place(step.value(multiple)).map {
          Tick(place: $0, label: step.label(multiple, size: to))
        }
      }
    }
    let step = max(1, Int(((high - low) / Double(count - 1)).rounded(.up)))
    let first = Int((low - 1e-9).rounded(.up))
    let last = Int((high + 1e-9).rounded(.down))
    let isShort = first >= -3 && last <= 5
    return stride(from: first, through: max(first, last), by: step).compactMap { exponent in
      guard let value = Double("1e\(exponent)"), let place = place(value) else { return nil }
      let label = Step(mantissa: 1, exponent: exponent).label(1, size: value)
      return Tick(place: place, label: isShort ? label : "1e\(exponent)")
    }
  }
}

/// The distance of ticks: 1, 2 or 5 times a power of ten.
struct Step: Equatable {
  let mantissa: Int
  let exponent: Int
  let size: Double

  init(mantissa: Int, exponent: Int) {
    self.mantissa = mantissa
    self.exponent = exponent
    size = Step.times(Double(mantissa), power: exponent)
  }

  /// The least step that needs at most `count` ticks from one number to another.
  init(_ low: Double, _ high: Double, count: Int) {
    let raw = min(max(high / 2 - low / 2, 1e-300) / (Double(max(2, count) - 1) / 2), 1e308)
    var exponent = Int(log10(raw).rounded(.down))
    var share = raw / Step.times(1, power: exponent)
    if share < 1 {
      exponent -= 1
      share *= 10
    } else if share >= 10 {
      exponent += 1
      share /= 10
    }
    switch share {
    case ...(1 + 1e-9): self.init(mantissa: 1, exponent: exponent)
    case ...(2 + 1e-9): self.init(mantissa: 2, exponent: exponent)
    case ...(5 + 1e-9): self.init(mantissa: 5, exponent: exponent)
    default: self.init(mantissa: 1, exponent: exponent + 1)
    }
  }

  /// A number times a power of ten, rounded once where the power is exact.
  private static func times(_ number: Double, power: Int) -> Double {
    if power >= 0 { return number * (Double("1e\(power)") ?? .infinity) }
    let divisor = Double("1e\(-power)") ?? .infinity
    return divisor.isFinite ? number / divisor : number * (Double("1e\(power)") ?? 0)
  }

  func value(_ multiple: Int) -> Double {
    Step.times(Double(multiple) * Double(mantissa), power: exponent)
  }

  /// The multiples between two numbers.
  func multiples(_ low: Double, _ high: Double) -> ClosedRange<Int> {
    guard let first = Int(exactly: (low / size - 1e-9).rounded(.up)),
      let last = Int(exactly: (high / size + 1e-9).rounded(.down)), first <= last,
      last.subtractingReportingOverflow(first).partialValue < 1000
    else { return 0...0 }
    return first...last
  }

  /// A multiple as text: exact, with as many decimals as the step has; `size` is the largest
  /// number of the axis, which decides between `1200000` and `1.2e6`.
  func label(_ multiple: Int, size: Double) -> String {
    let (number, overflow) = multiple.multipliedReportingOverflow(by: mantissa)
    if overflow { return NumberText.short(value(multiple)) }
    let isPlain = exponent >= -4 && size < 1e7
    if number == 0 {
      return isPlain && exponent < 0 ? "0." + String(repeating: "0", count: -exponent) : "0"
    }
    let sign = number < 0 ? "-" : ""
    var digits = String(number.magnitude)
    if isPlain {
      if exponent >= 0 { return sign + digits + String(repeating: "0", count: exponent) }
      let missing = -exponent + 1 - digits.count
      if missing > 0 { digits = String(repeating: "0", count: missing) + digits }
      return sign + digits.dropLast(-exponent) + "." + digits.suffix(-exponent)
    }
    let power = exponent + digits.count - 1
    while digits.count > 1, digits.last == "0" { digits.removeLast() }
    let tail = digits.dropFirst()
    return sign + digits.prefix(1) + (tail.isEmpty ? "" : "." + tail) + "e\(power)"
  }
}
