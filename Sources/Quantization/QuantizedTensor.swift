import Tensors

/// A tensor of small whole numbers with the scales that give them meaning: x ~ s (q - z).
///
///     let q = try quantize(w, bits: 4, per: .channel)
///     q.codes          // what is stored, -7 ... 7
///     q.dequantized()  // the real numbers it stands for
///     q.sqnr           // what it lost, in decibels
///
/// The codes are packed without a bit between them, so `byteCount` is what a file would hold.
public struct QuantizedTensor: Sendable {
  public let shape: Shape
  public let parameters: QuantizationParameters
  /// What was lost at quantization; nil when the original is not known.
  public let measures: QuantizationMeasures?
  package let packed: PackedCodes

  package init(
    shape: Shape, parameters: QuantizationParameters, packed: PackedCodes,
    measures: QuantizationMeasures?
  ) {
    self.shape = shape
    self.parameters = parameters
    self.packed = packed
    self.measures = measures
  }

  /// A quantized tensor of given codes, such as those read from a file.
  ///
  /// Throws if a code is not of the type, or the scales do not fit the shape.
  public init(codes: Tensor, parameters: QuantizationParameters) throws {
    guard codes.dtype != .float32, codes.dtype != .bool else {
      throw QuantizationError.codesNotWhole(codes.dtype)
    }
    _ = try parameters.partition(of: codes.shape)
    let type = parameters.type
    for (index, code) in try codes.elements(as: Int32.self).enumerated()
    where !type.contains(code) {
      throw QuantizationError.codeOutOfRange(
        Int(code), position: codes.shape.position(of: index), type)
    }
    self.init(
      shape: codes.shape, parameters: parameters,
      packed: try PackedCodes(codes, type: type), measures: nil)
  }

  public var count: Int { shape.elementCount }
  public var type: CodeType { parameters.type }
  public var bits: Int { parameters.type.bits }
  public var scheme: Scheme { parameters.scheme }
  public var granularity: Granularity { parameters.granularity }

  /// The codes q as a tensor: int8 or uint8 up to 8 bits, else int32.
  public var codes: Tensor {
    get throws { try packed.unpacked(as: type, shape: shape) }
  }

  /// The packed codes: a little-endian stream of bits, the first code in the lowest bits.
  public var packedBytes: [UInt8] { packed.bytes }

  /// The scales: one number per tensor, a vector per channel, a row of groups per row of elements.
  public var scale: Tensor {
    get throws {
      try Tensor(parameters.scales, shape: granularity.partition(of: shape).scaleShape)
    }
  }

  /// The zero points, shaped as the scales.
  public var zeroPoint: Tensor {
    get throws {
      try Tensor(parameters.zeroPoints, shape: granularity.partition(of: shape).scaleShape)
    }
  }

  /// The real numbers that the codes stand for: s (q - z), float32.
  public func dequantized() throws -> Tensor { try parameters.dequantize(codes) }

  /// The signal-to-quantization-noise ratio against the original in decibels; NaN if unknown.
  public var sqnr: Double { measures?.sqnr ?? .nan }
  /// The share of elements that lay outside the range; NaN if unknown.
  public var clipRate: Double { measures?.clipRate ?? .nan }
  /// The mean of what quantization added to an element; NaN if unknown.
  public var meanError: Double { measures?.meanError ?? .nan }

  /// The bytes it takes: packed codes, 4 bytes for each scale, and for affine schemes a zero
  /// point of the codes' width, 1 or 2 bytes, for each scale.
  public var byteCount: Int {
    let zeroPoint = scheme.storesZeroPoints ? (bits > 8 ? 2 : 1) : 0
    return packed.bytes.count + parameters.scales.count * (4 + zeroPoint)
  }
}

extension QuantizedTensor: Equatable {
  /// Whether shape, codes and parameters are the same; what was lost does not matter.
  public static func == (a: QuantizedTensor, b: QuantizedTensor) -> Bool {
    a.shape == b.shape && a.parameters == b.parameters && a.packed == b.packed
  }
}

extension Shape {
  /// The indices of an element, given its position in row-major order.
  func position(of index: Int) -> [Int] {
    zip(sizes, strides).map { size, stride in index / stride % size }
  }
}
