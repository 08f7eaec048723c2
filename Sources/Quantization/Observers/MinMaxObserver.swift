import Tensors

/// The range from the smallest to the largest value ever observed.
public struct MinMaxObserver: RangeObserver, Equatable {
  public let granularity: Granularity
  private var seen: [ValueRange] = []

  public init(per granularity: Granularity = .tensor) { self.granularity = granularity }

  public mutating func observe(_ x: Tensor) throws {
    guard x.count > 0 else { return }
    try merge(x.valueRanges(granularity))
  }

  /// Takes over what another observer saw, such as one that watched other batches.
  public mutating func merge(_ other: MinMaxObserver) throws {
    guard granularity == other.granularity else {
      throw QuantizationError.cannotMerge(granularity, other.granularity)
    }
    if !other.seen.isEmpty { try merge(other.seen) }
  }

  private mutating func merge(_ ranges: [ValueRange]) throws {
    guard !seen.isEmpty else {
      seen = ranges
      return
    }
    guard seen.count == ranges.count else {
      throw QuantizationError.setsChanged(from: seen.count, to: ranges.count)
    }
    for set in seen.indices { seen[set] = seen[set].union(ranges[set]) }
  }

  /// The ranges so far, one for each set.
  public var ranges: [ValueRange] { seen }

  public func ranges(for type: CodeType, scheme: Scheme) -> [ValueRange] { seen }
}
