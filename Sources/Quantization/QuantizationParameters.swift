import Tensors

/// Scales and zero points: all that is needed to go from real numbers to codes and back.
///
///     q = clamp(round(x / s) + z, qmin, qmax)        x ~ s (q - z)
///
/// There is one scale and one zero point for each set of the granularity. Source: ONNX
/// QuantizeLinear 21.
public struct QuantizationParameters: Hashable, Sendable {
  public let scales: [Float]
  public let zeroPoints: [Int32]
  /// What a magnitude must exceed for its code not to be 0, one for each set; nil but for ternary.
  public let thresholds: [Float]?
  public let type: CodeType
  public let scheme: Scheme
  public let granularity: Granularity

  /// Checks scales and zero points that were chosen elsewhere.
  ///
  /// Scales must be normal positive numbers and every code must dequantize to a finite number;
  /// zero points must be codes.
  public init(
    scales: [Float], zeroPoints: [Int32]? = nil, type: CodeType, scheme: Scheme = .affine,
    granularity: Granularity = .tensor, thresholds: [Float]? = nil
  ) throws {
    if let thresholds, thresholds.count != scales.count {
      throw QuantizationError.thresholdCount(thresholds.count, scales: scales.count)
    }
    let zeroPoints = zeroPoints ?? Array(repeating: 0, count: scales.count)
    guard zeroPoints.count == scales.count else {
      throw QuantizationError.zeroPointCount(zeroPoints.count, scales: scales.count)
    }
    for (scale, zeroPoint) in zip(scales, zeroPoints) {
      guard scale.isFinite, scale >= Float.leastNormalMagnitude else {
        throw QuantizationError.scale(scale)
      }
      guard zeroPoint >= type.qmin, zeroPoint <= type.qmax else {
        throw QuantizationError.zeroPoint(Int(zeroPoint), type)
      }
      let (low, high) = (scale * Float(type.qmin - zeroPoint), scale * Float(type.qmax - zeroPoint))
      guard low.isFinite, high.isFinite else { throw QuantizationError.scale(scale) }
    }
    self.scales = scales
    self.thresholds = thresholds
    self.zeroPoints = zeroPoints
    self.type = type
    self.scheme = scheme
    self.granularity = granularity
  }

  /// Scale and zero point of one range, by ONNX Runtime's rule.
  ///
  /// The range is widened to contain 0. Affine: s = (max - min) / (qmax - qmin),
  /// z = clamp(roundHalfEven(qmin - min / s)). Symmetric: s = absmax / (qmax - z), z = 0 for signed
  /// codes and the middle for unsigned ones. A range so small that its scale would not be a
  /// normal number, such as that of zeros alone, has s = 1. All in Float64.
  private static func choose(
    _ range: ValueRange, _ type: CodeType, _ scheme: Scheme, _ subject: String
  ) throws -> (scale: Float, zeroPoint: Int32) {
    if case .fixedPoint(let bits) = scheme {
      guard (-100...100).contains(bits) else { throw QuantizationError.fractionalBits(bits) }
      return (Float(sign: .plus, exponent: -bits, significand: 1), 0)
    }
    guard scheme != .binary, scheme != .ternary, !type.isOdd else {
      throw QuantizationError.needsValues(scheme)
    }
    guard !range.isEmpty else { throw QuantizationError.neverObserved(subject: subject) }
    guard range.isFinite else {
      throw QuantizationError.rangeNotFinite(subject: subject, range)
    }
    let wide = range.widenedToZero
    let (low, high) = (Double(wide.min), Double(wide.max))
    let (qmin, qmax) = (Double(type.qmin), Double(type.qmax))
    let isAffine = scheme == .affine
    let middle = isAffine ? 0 : type.middle
    var scale =
      isAffine
      ? (high - low) / (qmax - qmin) : Double(wide.magnitude) / (qmax - Double(middle))
    if scheme == .powerOfTwo, scale > 0 {
      let whole = Double(sign: .plus, exponent: scale.exponent, significand: 1)
      scale = whole < scale ? whole * 2 : whole
    }
    guard scale >= Double(Float.leastNormalMagnitude) else {
      return (1, isAffine ? max(type.qmin, 0) : middle)
    }
    let zeroPoint =
      isAffine
      ? min(max((qmin - low / scale).rounded(.toNearestOrEven), qmin), qmax) : Double(middle)
    let (lowest, highest) = (
      Float(scale) * Float(qmin - zeroPoint), Float(scale) * Float(qmax - zeroPoint)
    )
    guard lowest.isFinite, highest.isFinite else {
      throw QuantizationError.rangeTooWide(subject: subject, range, type)
    }
    return (Float(scale), Int32(zeroPoint))
  }

  /// The parameters for some ranges, one for each set of the granularity.
  ///
  /// `subject` names what the ranges belong to, for errors: a range that was never observed or is
  /// not finite never becomes a scale.
  public init(
    ranges: [ValueRange], type: CodeType, scheme: Scheme, granularity: Granularity = .tensor,
    subject: String = "the tensor"
  ) throws {
    guard !ranges.isEmpty else { throw QuantizationError.neverObserved(subject: subject) }
    let chosen = try ranges.map { try Self.choose($0, type, scheme, subject) }
    try self.init(
      scales: chosen.map(\.scale), zeroPoints: chosen.map(\.zeroPoint), type: type, scheme: scheme,
      granularity: granularity)
  }

  /// The grid of one set, as the kernels want it.
  package func grid(_ set: Int) -> Grid {
    Grid(
      scale: scales[set], zeroPoint: zeroPoints[set], type: type, threshold: thresholds?[set])
  }

  /// How a shape falls into the sets of these parameters; throws if it does not.
  package func partition(of shape: Shape) throws -> Partition {
    let partition = try granularity.partition(of: shape)
    guard partition.setCount == scales.count else {
      throw QuantizationError.scaleCount(
        scales.count, needed: partition.setCount, granularity, shape)
    }
    return partition
  }

  /// The real numbers that the codes of one set stand for: from the lowest to the highest.
  public func representableRange(set: Int = 0) -> ValueRange {
    precondition(scales.indices.contains(set), "there is no set \(set)")
    let grid = grid(set)
    return ValueRange(grid.low * grid.scale, grid.high * grid.scale)
  }
}
