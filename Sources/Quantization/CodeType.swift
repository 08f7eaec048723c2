import Tensors

/// The whole numbers that a quantized value may be: a width in bits, signed or not.
///
///     let type = try CodeType(bits: 4)    // int4: -8 ... 7
///
/// Widths are those of ONNX QuantizeLinear, and the ones between: 1 to 8 bits, and 16. One signed
/// bit is binary: its codes are -1 and 1, and there is no 0.
public struct CodeType: Hashable, Sendable, CustomStringConvertible {
  public let bits: Int
  public let isSigned: Bool
  /// Whether a signed type leaves out its lowest code.
  ///
  /// It is then as wide below 0 as above, int8 [-127, 127], as signed weights are.
  public let isNarrow: Bool
  /// Whether the codes are the odd numbers from -(2^bits - 1) to 2^bits - 1, and 0 is none of them.
  ///
  /// Binary codes are the odd ones of 1 bit; DoReFa's weights have more.
  public let isOdd: Bool

  /// Checks the width: 1 to 8 bits, or 16.
  public init(bits: Int, isSigned: Bool = true, isNarrow: Bool = false) throws {
    guard (1...8).contains(bits) || bits == 16 else { throw QuantizationError.width(bits) }
    let isBinary = bits == 1 && isSigned
    self.init(
      trusted: bits, isSigned: isSigned, isNarrow: isNarrow && isSigned && !isBinary,
      isOdd: isBinary)
  }

  private init(trusted bits: Int, isSigned: Bool, isNarrow: Bool, isOdd: Bool = false) {
    self.bits = bits
    self.isSigned = isSigned
    self.isNarrow = isNarrow
    self.isOdd = isOdd
  }

  /// 0 to 255: what activations are made of.
  public static let uint8 = CodeType(trusted: 8, isSigned: false, isNarrow: false)
  /// -128 to 127.
  public static let int8 = CodeType(trusted: 8, isSigned: true, isNarrow: false)
  /// -127 to 127: what weights are made of.
  public static let narrowInt8 = CodeType(trusted: 8, isSigned: true, isNarrow: true)
  /// -1 and 1, packed in one bit a code.
  public static let binary = CodeType(trusted: 1, isSigned: true, isNarrow: false, isOdd: true)
  /// -1, 0 and 1, packed in two bits a code: the narrow int2.
  public static let ternary = CodeType(trusted: 2, isSigned: true, isNarrow: true)

  /// The odd numbers of a width, 1 to 7 bits, so that an int8 holds them: -7, -5 to 7 for 3 bits.
  public static func odd(bits: Int) throws -> CodeType {
    guard (1...7).contains(bits) else { throw QuantizationError.oddWidth(bits) }
    return CodeType(trusted: bits, isSigned: true, isNarrow: false, isOdd: true)
  }

  /// The lowest code.
  public var qmin: Int32 {
    guard isSigned else { return 0 }
    return isOdd ? -qmax : -(1 << (bits - 1)) + (isNarrow ? 1 : 0)
  }
  /// The highest code.
  public var qmax: Int32 { (1 << (isSigned && !isOdd ? bits - 1 : bits)) - 1 }
  /// The code that stands for 0 where a scheme is symmetric: 0, or 128 for uint8.
  ///
  /// One unsigned bit has no middle; there 0 stands for 0.
  public var middle: Int32 { isSigned || bits == 1 ? 0 : 1 << (bits - 1) }

  /// Whether a number is one of the codes.
  public func contains(_ code: Int32) -> Bool {
    code >= qmin && code <= qmax && (!isOdd || code & 1 == 1)
  }

  /// The type of a tensor that holds such codes, one an element.
  public var dtype: DType { bits > 8 ? .int32 : (isSigned ? .int8 : .uint8) }

  /// The type as a user reads it: `int4`, `uint8`; `odd int3` for odd codes of 3 bits.
  public var description: String {
    (isOdd && bits > 1 ? "odd " : "") + "\(isSigned ? "int" : "uint")\(bits)"
  }
}
