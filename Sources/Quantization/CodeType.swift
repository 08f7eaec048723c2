import Tensors

/// The whole numbers that a quantized value may be: a width in bits, signed or not.
///
///     let type = try CodeType(bits: 4)    // int4: -8 ... 7
///
/// Widths are those of ONNX QuantizeLinear, and the odd ones between: 2 to 8 bits, and 16.
public struct CodeType: Hashable, Sendable, CustomStringConvertible {
  public let bits: Int
  public let isSigned: Bool
  /// Whether a signed type leaves out its lowest code.
  ///
  /// It is then as wide below 0 as above, int8 [-127, 127], as signed weights are.
  public let isNarrow: Bool

  /// Checks the width: 2 to 8 bits, or 16.
  public init(bits: Int, isSigned: Bool = true, isNarrow: Bool = false) throws {
    guard (2...8).contains(bits) || bits == 16 else { throw QuantizationError.width(bits) }
    self.init(trusted: bits, isSigned: isSigned, isNarrow: isNarrow && isSigned)
  }

  private init(trusted bits: Int, isSigned: Bool, isNarrow: Bool) {
    self.bits = bits
    self.isSigned = isSigned
    self.isNarrow = isNarrow
  }

  /// 0 to 255: what activations are made of.
  public static let uint8 = CodeType(trusted: 8, isSigned: false, isNarrow: false)
  /// -128 to 127.
  public static let int8 = CodeType(trusted: 8, isSigned: true, isNarrow: false)
  /// -127 to 127: what weights are made of.
  public static let narrowInt8 = CodeType(trusted: 8, isSigned: true, isNarrow: true)

  /// The lowest code.
  public var qmin: Int32 { isSigned ? -(1 << (bits - 1)) + (isNarrow ? 1 : 0) : 0 }
  /// The highest code.
  public var qmax: Int32 { (1 << (isSigned ? bits - 1 : bits)) - 1 }
  /// The code in the middle: 0, or 128 for uint8.
  public var middle: Int32 { isSigned ? 0 : 1 << (bits - 1) }

  /// The type of a tensor that holds such codes, one an element.
  public var dtype: DType { bits > 8 ? .int32 : (isSigned ? .int8 : .uint8) }

  /// The type as a user reads it: `int4`, `uint8`.
  public var description: String { "\(isSigned ? "int" : "uint")\(bits)" }
}
