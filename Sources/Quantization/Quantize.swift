import Tensors

/// Quantizes a tensor: real numbers become codes of a few bits and a scale.
///
///     let q = try quantize(w, bits: 4, per: .channel)
///
/// q = clamp(round(x / s) + z, qmin, qmax), by ONNX QuantizeLinear 21; scale and zero point follow
/// from the range of each set by ONNX Runtime's rule, or from a tighter clip that `range` finds.
/// Codes are signed unless the scheme is affine. `seed` matters to stochastic rounding alone.
///
/// Throws on NaN, on infinities and on a tensor without elements.
public func quantize(
  _ x: Tensor, bits: Int = 8, scheme: Scheme = .symmetric, per granularity: Granularity = .tensor,
  rounding: RoundingMode = .halfEven, signed: Bool? = nil, range: RangeRule = .minMax,
  seed: UInt64 = 0
) throws -> QuantizedTensor {
  let parameters = try QuantizationParameters(
    for: x, bits: bits, scheme: scheme, per: granularity, signed: signed, range: range)
  return try quantize(x, with: parameters, rounding: rounding, seed: seed)
}

/// Quantizes a tensor with given scales and zero points; values outside their range are clipped.
public func quantize(
  _ x: Tensor, with parameters: QuantizationParameters, rounding: RoundingMode = .halfEven,
  seed: UInt64 = 0
) throws -> QuantizedTensor {
  let (codes, clipped) = try parameters.codes(
    of: x, Rounder(rounding, RandomStream(seed: seed)))
  let measures = try QuantizationMeasures(
    of: parameters.dequantize(codes), against: x.detached(), clipped: clipped)
  return QuantizedTensor(
    shape: x.shape, parameters: parameters,
    packed: try PackedCodes(codes, type: parameters.type), measures: measures)
}

extension QuantizationParameters {
  /// The parameters that suit a tensor's own values.
  ///
  /// One signed bit takes its scale from the mean magnitude, as does `.ternary`; the range has no
  /// part in it.
  public init(
    for x: Tensor, bits: Int = 8, scheme: Scheme = .symmetric,
    per granularity: Granularity = .tensor, signed: Bool? = nil, range: RangeRule = .minMax
  ) throws {
    let type = try scheme.codeType(bits: bits, signed: signed)
    if scheme == .ternary || (type.isOdd && !scheme.hasGivenScale) {
      self = try Self.ofMagnitudes(x, type, scheme, granularity)
      return
    }
    var ranges = try x.finiteRanges(granularity)
    if range != .minMax {
      var observer = try range.makeObserver(per: granularity)
      try observer.observe(x)
      ranges = try observer.ranges(for: type, scheme: scheme)
    }
    try self.init(ranges: ranges, type: type, scheme: scheme, granularity: granularity)
  }
}
