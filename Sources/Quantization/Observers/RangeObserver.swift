import Tensors

/// Watches tensors go by and says which range of values to quantize.
///
/// An observer is a value: observe calibration data, then ask for parameters.
///
///     var observer = MinMaxObserver()
///     for (images, _) in batches { try observer.observe(images) }
///     let parameters = try observer.parameters(type: .uint8, scheme: .affine, subject: "the input")
public protocol RangeObserver: Sendable {
  /// What shares a range.
  var granularity: Granularity { get }

  /// Takes the values of a tensor into account; a tensor without elements changes nothing.
  mutating func observe(_ x: Tensor) throws

  /// The range of each set so far, for codes of a type; none if nothing was observed.
  ///
  /// Where a NaN or an infinity was observed the range is not finite.
  func ranges(for type: CodeType, scheme: Scheme) throws -> [ValueRange]
}

extension RangeObserver {
  /// Scales and zero points for what was observed.
  ///
  /// Throws, naming the subject, if nothing was observed or the range is not finite.
  public func parameters(
    type: CodeType, scheme: Scheme, subject: String = "the tensor"
  ) throws -> QuantizationParameters {
    try QuantizationParameters(
      ranges: ranges(for: type, scheme: scheme), type: type, scheme: scheme,
      granularity: granularity, subject: subject)
  }
}

/// How the range to quantize is found from the values.
public enum RangeRule: Hashable, Sendable, CustomStringConvertible {
  /// From the smallest to the largest value.
  case minMax
  /// The mean of the ranges of batches, recent ones counting more; PyTorch's constant is 0.01.
  case movingAverage(constant: Double)
  /// All but the outermost values: 99.999 leaves out 0.0005 % at either end.
  case percentile(Double)
  /// The clip with the least mean squared error.
  case meanSquaredError
  /// The clip whose distribution of codes tells least from the original: TensorRT's calibration.
  case entropy

  /// A moving average with PyTorch's constant.
  public static let movingAverage = RangeRule.movingAverage(constant: 0.01)
  /// The percentile 99.999.
  public static let percentile = RangeRule.percentile(99.999)

  /// An observer that follows the rule.
  public func makeObserver(
    per granularity: Granularity = .tensor
  ) throws -> any RangeObserver {
    switch self {
    case .minMax: MinMaxObserver(per: granularity)
    case .movingAverage(let constant):
      try MovingAverageObserver(constant: constant, per: granularity)
    case .percentile(let percentile):
      try PercentileObserver(percentile, per: granularity)
    case .meanSquaredError: MeanSquaredErrorObserver(per: granularity)
    case .entropy: EntropyObserver(per: granularity)
    }
  }

  public var description: String {
    switch self {
    case .minMax: "min-max"
    case .movingAverage(let constant): "moving average (\(constant))"
    case .percentile(let percentile): "percentile (\(percentile))"
    case .meanSquaredError: "mean squared error"
    case .entropy: "entropy"
    }
  }
}
