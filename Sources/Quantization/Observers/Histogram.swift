import Tensors

/// How many values fell into each of 2,048 bins a side of 0.
///
/// The bins of a side share 0 ... limit, and the limit is a power of two: when a larger value
/// comes it doubles and bins join in pairs, so that nothing is ever spread by guess and two
/// histograms add up exactly. Between 1,024 and 2,048 bins cover the largest magnitude.
struct Histogram: Hashable, Sendable {
  static let binCount = 2048

  /// Bins of values from 0 up, and of values below 0 by magnitude.
  private(set) var positive: [Int] = []
  private(set) var negative: [Int] = []
  /// The exponent of the limit.
  private(set) var exponent = 0
  private(set) var range = ValueRange.empty
  private(set) var total = 0

  /// The width of a bin.
  var width: Double { Double(sign: .plus, exponent: exponent - 11, significand: 1) }

  /// The middle of a bin, as a magnitude.
  func center(_ bin: Int) -> Double { (Double(bin) + 0.5) * width }

  mutating func add(_ x: UnsafePointer<Float>, _ count: Int) {
    let values = GridKernel.range(x, count)
    range = range.union(values)
    // What is not finite spoils the range, and that is enough for an error later.
    guard range.isFinite else { return }
    grow(to: values.magnitude)
    let perBin = 1 / width
    for i in 0..<count {
      let bin = min(Int(Double(abs(x[i])) * perBin), Self.binCount - 1)
      if x[i] < 0 { negative[bin] += 1 } else { positive[bin] += 1 }
    }
    total += count
  }

  /// Doubles the limit until a magnitude lies below it.
  private mutating func grow(to magnitude: Float) {
    let needed = magnitude > 0 ? Int(magnitude.exponent) + 1 : -140
    if positive.isEmpty {
      positive = [Int](repeating: 0, count: Self.binCount)
      negative = positive
      exponent = needed
    }
    // After eleven doublings everything lies in the first bin.
    for _ in 0..<min(max(needed - exponent, 0), 11) {
      positive = Self.joined(positive)
      negative = Self.joined(negative)
    }
    exponent = max(exponent, needed)
  }

  private static func joined(_ bins: [Int]) -> [Int] {
    var result = [Int](repeating: 0, count: binCount)
    for bin in bins.indices { result[bin / 2] += bins[bin] }
    return result
  }

  /// The value below which a share of all values lies, within a bin's width.
  func quantile(_ share: Double) -> Double {
    let wanted = share * Double(total)
    var below = 0.0
    for bin in negative.indices.reversed() where negative[bin] > 0 {
      let inside = Double(negative[bin])
      if below + inside >= wanted {
        return -(Double(bin + 1) - (wanted - below) / inside) * width
      }
      below += inside
    }
    for bin in positive.indices where positive[bin] > 0 {
      let inside = Double(positive[bin])
      if below + inside >= wanted { return (Double(bin) + (wanted - below) / inside) * width }
      below += inside
    }
    return Double(range.max)
  }

  /// The bins of magnitudes up to the largest observed one.
  var magnitudes: [Int] {
    let last = zip(positive, negative).map { $0 + $1 }
    return Array(last[...(last.lastIndex { $0 > 0 } ?? 0)])
  }
}

/// One histogram for each set of a granularity.
struct HistogramSet: Hashable, Sendable {
  /// More would take more memory than a calibration is worth.
  static let limit = 4096

  let granularity: Granularity
  private(set) var histograms: [Histogram] = []

  init(_ granularity: Granularity) { self.granularity = granularity }

  mutating func observe(_ x: Tensor) throws {
    guard x.count > 0 else { return }
    let real = try x.detached().cast(to: .float32)
    let partition = try granularity.partition(of: x.shape)
    guard partition.setCount <= Self.limit else {
      throw QuantizationError.tooManySets(partition.setCount, limit: Self.limit)
    }
    if histograms.isEmpty {
      histograms = [Histogram](repeating: Histogram(), count: partition.setCount)
    }
    guard histograms.count == partition.setCount else {
      throw QuantizationError.setsChanged(from: histograms.count, to: partition.setCount)
    }
    try real.withElements(Float.self) { source in
      guard let from = source.baseAddress else { return }
      try partition.forEachRun { start, count, set in histograms[set].add(from + start, count) }
    }
  }

  /// A range for each histogram; the observed one where it is empty, not finite or only 0.
  func ranges(_ choose: (Histogram) -> ValueRange) -> [ValueRange] {
    histograms.map { histogram in
      guard histogram.range.isFinite, histogram.range.magnitude > 0 else { return histogram.range }
      let chosen = choose(histogram)
      return ValueRange(
        max(chosen.min, histogram.range.min), min(chosen.max, histogram.range.max))
    }
  }
}
