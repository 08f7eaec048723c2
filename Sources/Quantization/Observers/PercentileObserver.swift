import Tensors

/// The range that leaves out the outermost values, half of them at either end.
///
/// Percentile 99.999 leaves out the lowest and highest 0.0005 %, found in a histogram of 2,048
/// bins a side.
public struct PercentileObserver: RangeObserver, Equatable {
  public let percentile: Double
  private var seen: HistogramSet

  /// Checks the percentile, which is above 0 and at most 100.
  public init(_ percentile: Double = 99.999, per granularity: Granularity = .tensor) throws {
    guard percentile > 0, percentile <= 100 else {
      throw QuantizationError.percentile(percentile)
    }
    self.percentile = percentile
    seen = HistogramSet(granularity)
  }

  public var granularity: Granularity { seen.granularity }

  public mutating func observe(_ x: Tensor) throws { try seen.observe(x) }

  public func ranges(for type: CodeType, scheme: Scheme) -> [ValueRange] {
    let outside = (100 - percentile) / 200
    return seen.ranges { histogram in
      ValueRange(
        Float(histogram.quantile(outside)), Float(histogram.quantile(1 - outside)))
    }
  }
}
