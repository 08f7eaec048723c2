import Tensors

/// Codes as they lie in a file or a memory: one after the other, with no bit between them.
///
/// Code i takes the bits i * width ..< (i + 1) * width of a little-endian stream: two 4-bit codes
/// a byte, the first in the low half, as ONNX has it. Signed codes are in two's complement.
package struct PackedCodes: Hashable, Sendable {
  package let bits: Int
  package let count: Int
  package let bytes: [UInt8]

  /// The bytes that so many codes of a width take.
  package static func byteCount(_ count: Int, bits: Int) -> Int { (count * bits + 7) / 8 }

  /// Packs the elements of a tensor of whole numbers, which must be codes of the type.
  package init(_ codes: Tensor, type: CodeType) throws {
    try self.init(codes, bits: type.bits, isOdd: type.isOdd)
  }

  /// Packs the elements of a tensor of whole numbers, which must fit the width.
  ///
  /// Odd codes q are packed as (q + 2^bits - 1) / 2, so that a binary 1 is a bit that is set.
  package init(_ codes: Tensor, bits: Int, isOdd: Bool = false) throws {
    self.bits = bits
    count = codes.count
    bytes =
      switch codes.dtype {
      case .int8: try codes.withElements(Int8.self) { try Self.pack($0, bits, isOdd) }
      case .uint8: try codes.withElements(UInt8.self) { try Self.pack($0, bits, isOdd) }
      case .int32: try codes.withElements(Int32.self) { try Self.pack($0, bits, isOdd) }
      case .float32, .bool: throw QuantizationError.codesNotWhole(codes.dtype)
      }
  }

  private static func pack<Code: FixedWidthInteger>(
    _ codes: UnsafeBufferPointer<Code>, _ bits: Int, _ isOdd: Bool
  ) throws -> [UInt8] {
    let size = byteCount(codes.count, bits: bits)
    return try [UInt8](unsafeUninitializedCapacity: size) { bytes, written in
      let mask: UInt32 = 1 << UInt32(bits) - 1
      let (shift, offset): (UInt32, UInt32) = isOdd ? (1, mask) : (0, 0)
      var (pending, filled, position) = (UInt32(0), 0, 0)
      try Stretches.run(codes.count) { range in
        for code in codes[range] {
          let pattern = (UInt32(truncatingIfNeeded: code) &+ offset) >> shift
          pending |= (pattern & mask) << UInt32(filled)
          filled += bits
          while filled >= 8 {
            bytes[position] = UInt8(truncatingIfNeeded: pending)
            position += 1
            pending >>= 8
            filled -= 8
          }
        }
      }
      if filled > 0 { bytes[position] = UInt8(truncatingIfNeeded: pending) }
      written = size
    }
  }

  /// The codes, one an element of the type's dtype.
  package func unpacked(as type: CodeType, shape: Shape) throws -> Tensor {
    switch type.dtype {
    case .int8: try unpacked(Int8.self, type, shape)
    case .uint8: try unpacked(UInt8.self, type, shape)
    default: try unpacked(Int32.self, type, shape)
    }
  }

  private func unpacked<Code: Element & FixedWidthInteger>(
    _ element: Code.Type, _ type: CodeType, _ shape: Shape
  ) throws -> Tensor {
    precondition(shape.elementCount == count && type.bits == bits)
    return try bytes.withUnsafeBufferPointer { bytes in
      try Tensor(shape: shape, writing: Code.self) { codes in
        let mask: UInt32 = 1 << UInt32(bits) - 1
        let isOdd = type.isOdd
        let sign: UInt32 = type.isSigned && !isOdd ? 1 << UInt32(bits - 1) : 0
        var (pending, filled, position) = (UInt32(0), 0, 0)
        try Stretches.run(codes.count) { range in
          for i in range {
            while filled < bits {
              pending |= UInt32(bytes[position]) << UInt32(filled)
              position += 1
              filled += 8
            }
            let pattern = pending & mask
            // Flipping the sign bit and subtracting its weight extends it over the whole word.
            let word = isOdd ? pattern &* 2 &- mask : (pattern ^ sign) &- sign
            codes[i] = Code(truncatingIfNeeded: Int32(bitPattern: word))
            pending >>= UInt32(bits)
            filled -= bits
          }
        }
      }
    }
  }
}
