import Tensors

/// What can be wrong with a quantization: the facts; `description` is the prose.
///
/// `subject` is what was being quantized, as the user knows it: `the tensor`, `conv2d 1`.
public enum QuantizationError: Error, Equatable, CustomStringConvertible, Sendable {
  case width(Int)
  case oddWidth(Int)
  case needsValues(Scheme)
  case needsBinary(Scheme)
  case thresholdCount(Int, scales: Int)
  case notANumber(position: [Int])
  case infinite(position: [Int])
  case noElements(Shape)
  case neverObserved(subject: String)
  case rangeNotFinite(subject: String, ValueRange)
  case rangeTooWide(subject: String, ValueRange, CodeType)
  case scale(Float)
  case zeroPoint(Int, CodeType)
  case zeroPointCount(Int, scales: Int)
  case scaleCount(Int, needed: Int, Granularity, Shape)
  case setsChanged(from: Int, to: Int)
  case tooManySets(Int, limit: Int)
  case codeOutOfRange(Int, position: [Int], CodeType)
  case codesNotWhole(DType)
  case groupSize(Int)
  case fractionalBits(Int)
  case multiplier(Double)
  case percentile(Double)
  case averagingConstant(Double)
  case articleNumber(String, Double)
  case cannotMerge(Granularity, Granularity)

  public var description: String {
    switch self {
    case .width(let bits):
      "codes of \(bits) bit\(bits == 1 ? "" : "s") are not supported; use 1 to 8 bits, or 16"
    case .oddWidth(let bits):
      "odd codes have 1 to 7 bits, not \(bits): an int8 would not hold them"
    case .needsValues(let scheme):
      "the scale of the scheme \(scheme) is a mean of magnitudes, which a range does not tell; "
        + "quantize the tensor itself"
    case .needsBinary(let scheme):
      "1 signed bit has the codes -1 and 1, which the scheme \(scheme) does not use; "
        + "use scheme: .binary, or signed: false"
    case .thresholdCount(let count, let scales):
      "\(scales) scales need as many thresholds, not \(count)"
    case .notANumber(let position):
      "cannot quantize NaN; the element at \(position) is not a number"
    case .infinite(let position):
      "cannot choose a scale for an infinite range; the element at \(position) is infinite"
    case .noElements(let shape):
      "cannot choose a scale for no elements: \(shape)"
    case .neverObserved(let subject):
      "the range of \(subject) was never observed; run calibration data through it first"
    case .rangeNotFinite(let subject, let range):
      "the range \(range) of \(subject) is not finite; look for NaN or infinity in the data"
    case .rangeTooWide(let subject, let range, let type):
      "the range \(range) of \(subject) is too wide for \(type): a dequantized code would not fit "
        + "into float32"
    case .scale(let scale):
      "a scale is a finite number of at least \(Float.leastNormalMagnitude), not \(scale)"
    case .zeroPoint(let zeroPoint, let type):
      "the zero point \(zeroPoint) is no \(type) code; use \(type.qmin) to \(type.qmax)"
    case .zeroPointCount(let count, let scales):
      "\(scales) scales need as many zero points, not \(count)"
    case .scaleCount(let count, let needed, let granularity, let shape):
      "quantizing \(shape) \(granularity) needs \(needed) scales, not \(count)"
    case .setsChanged(let old, let new):
      "an observer of \(old) channels cannot observe \(new)"
    case .tooManySets(let count, let limit):
      "\(count) histograms are too many, at most \(limit); use the min-max range instead"
    case .codeOutOfRange(let code, let position, let type):
      "the code \(code) at \(position) is not "
        + (type.isOdd ? "odd and " : "")
        + "in \(type.qmin) to \(type.qmax), the range of \(type)"
    case .codesNotWhole(let dtype):
      "codes are whole numbers, not \(dtype.rawValue)"
    case .groupSize(let size): "a group has at least 1 element, not \(size)"
    case .fractionalBits(let bits):
      "fixed point has -100 to 100 fractional bits, not \(bits)"
    case .multiplier(let multiplier):
      "a requantization multiplier is at least 0 and below 2^30, not \(multiplier)"
    case .percentile(let percentile):
      "a percentile is above 0 and at most 100, not \(percentile)"
    case .averagingConstant(let constant):
      "an averaging constant is above 0 and at most 1, not \(constant)"
    case .articleNumber(let name, let value):
      "\(name) is a finite number\(name == "alpha" ? " above 0" : ""), not \(value)"
    case .cannotMerge(let a, let b):
      "cannot merge an observer \(a) with one \(b)"
    }
  }
}
