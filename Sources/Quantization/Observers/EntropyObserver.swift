import Tensors

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The clip whose quantized distribution differs least from the original one.
///
/// For every clip T of the histogram of magnitudes, P is the histogram up to T with what lies
/// beyond added to its last bin, Q is P without that, told apart by `levels` levels only; the T
/// with the least Kullback-Leibler divergence sum P log(P / Q) wins. There are 2^(bits - 1)
/// levels, 128 at 8 bits. Source: TensorRT's entropy calibration (Migacz, GTC 2017).
public struct EntropyObserver: RangeObserver, Equatable {
  private var seen: HistogramSet

  public init(per granularity: Granularity = .tensor) { seen = HistogramSet(granularity) }

  public var granularity: Granularity { seen.granularity }

  public mutating func observe(_ x: Tensor) throws { try seen.observe(x) }

  public func ranges(for type: CodeType, scheme: Scheme) -> [ValueRange] {
    seen.ranges { histogram in
      let bins = histogram.magnitudes
      let kept = Self.bestBinCount(bins, levels: 1 << (type.bits - 1))
      let clip = Float(Double(kept) * histogram.width)
      return ValueRange(-clip, clip)
    }
  }

  /// How many bins to keep.
  static func bestBinCount(_ bins: [Int], levels: Int) -> Int {
    guard bins.count > levels else { return bins.count }
    var best = (divergence: Double.infinity, count: bins.count)
    var beyond = bins[levels...].reduce(0, +)
    for count in levels...bins.count {
      let divergence = divergence(bins[..<count], beyond: beyond, levels: levels)
      if divergence < best.divergence { best = (divergence, count) }
      if count < bins.count { beyond -= bins[count] }
    }
    return best.count
  }

  private static func divergence(_ bins: ArraySlice<Int>, beyond: Int, levels: Int) -> Double {
    let inside = bins.reduce(0, +)
    guard inside > 0 else { return .infinity }
    let (total, kept) = (Double(inside + beyond), Double(inside))
    var result = 0.0
    for level in 0..<levels {
      // Bins are dealt to levels as evenly as whole numbers allow.
      let group = bins[(level * bins.count / levels)..<((level + 1) * bins.count / levels)]
      let used = group.count { $0 > 0 }
      guard used > 0 else { continue }
      // Q is spread evenly over the bins of the level that are not empty.
      let q = Double(group.reduce(0, +)) / Double(used) / kept
      for bin in group.indices where bins[bin] > 0 {
        let extra = bin == bins.count - 1 ? beyond : 0
        let p = Double(bins[bin] + extra) / total
        result += p * log(p / q)
      }
    }
    // Outliers moved into an empty last bin have no counterpart in Q.
    if beyond > 0, bins.last == 0 { return .infinity }
    return result
  }
}
