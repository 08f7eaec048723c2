import Tensors

/// A moving average of the ranges of batches: r += c (batch - r), starting at the first batch.
///
/// Source: PyTorch's MovingAverageMinMaxObserver, whose averaging constant is 0.01.
public struct MovingAverageObserver: RangeObserver, Equatable {
  public let granularity: Granularity
  public let constant: Double
  private var average: [ValueRange] = []

  /// Checks the constant, which is above 0 and at most 1.
  public init(constant: Double = 0.01, per granularity: Granularity = .tensor) throws {
    guard constant > 0, constant <= 1 else {
      throw QuantizationError.averagingConstant(constant)
    }
    self.constant = constant
    self.granularity = granularity
  }

  public mutating func observe(_ x: Tensor) throws {
    guard x.count > 0 else { return }
    let batch = try x.valueRanges(granularity)
    guard !average.isEmpty else {
      average = batch
      return
    }
    guard average.count == batch.count else {
      throw QuantizationError.setsChanged(from: average.count, to: batch.count)
    }
    let rate = Float(constant)
    for set in average.indices {
      average[set].min += rate * (batch[set].min - average[set].min)
      average[set].max += rate * (batch[set].max - average[set].max)
    }
  }

  /// The ranges so far, one for each set.
  public var ranges: [ValueRange] { average }

  public func ranges(for type: CodeType, scheme: Scheme) -> [ValueRange] { average }
}
