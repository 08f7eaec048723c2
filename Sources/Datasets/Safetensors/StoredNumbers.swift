import Tensors

/// The numbers of a tensor as bytes in a file.
enum StoredNumbers {
  /// Reads the bytes of one tensor.
  static func tensor(
    _ entry: SafetensorsHeader.Entry, _ bytes: ArraySlice<UInt8>, _ file: String
  ) throws -> Tensor {
    let shape: Shape
    do {
      shape = try Shape(entry.shape)
    } catch {
      throw SafetensorsError.badShape(file: file, tensor: entry.name, reason: "\(error)")
    }
    func check(_ size: Int) throws {
      // A shape has at most 2^40 elements, so this does not overflow.
      guard bytes.count == shape.elementCount * size else {
        throw SafetensorsError.byteCount(
          file: file, tensor: entry.name, shape: shape, type: entry.type, found: bytes.count)
      }
    }
    func read<S: BitwiseCopyable, E: Element>(
      _ type: S.Type, _ convert: (S) throws -> E
    ) throws -> Tensor {
      let size = MemoryLayout<S>.size
      try check(size)
      return try bytes.withUnsafeBytes { source in
        try Tensor(shape: shape, writing: E.self) { target in
          for i in 0..<target.count {
            target[i] = try convert(source.loadUnaligned(fromByteOffset: i * size, as: S.self))
          }
        }
      }
    }
    func whole<I: FixedWidthInteger & BitwiseCopyable>(_ type: I.Type) throws -> Tensor {
      try read(I.self) { (stored: I) throws -> Int32 in
        let number = I(littleEndian: stored)
        guard let narrow = Int32(exactly: number) else {
          throw SafetensorsError.doesNotFit(
            file: file, tensor: entry.name, number: String(number))
        }
        return narrow
      }
    }
    switch entry.type {
    case "F32": return try read(UInt32.self) { Float(bitPattern: UInt32(littleEndian: $0)) }
    case "F64":
      return try read(UInt64.self) { Float(Double(bitPattern: UInt64(littleEndian: $0))) }
    case "F16": return try read(UInt16.self) { widened(half: UInt16(littleEndian: $0)) }
    case "BF16":
      return try read(UInt16.self) {
        Float(bitPattern: UInt32(UInt16(littleEndian: $0)) << 16)
      }
    case "I8": return try read(Int8.self) { $0 }
    case "U8": return try read(UInt8.self) { $0 }
    case "BOOL": return try read(UInt8.self) { $0 != 0 }
    case "I16": return try whole(Int16.self)
    case "U16": return try whole(UInt16.self)
    case "I32": return try whole(Int32.self)
    case "U32": return try whole(UInt32.self)
    case "I64": return try whole(Int64.self)
    case "U64": return try whole(UInt64.self)
    default:
      throw SafetensorsError.unknownType(file: file, tensor: entry.name, type: entry.type)
    }
  }

  /// A float16 number, given by its bits, as float32.
  static func widened(half bits: UInt16) -> Float {
    let sign = UInt32(bits & 0x8000) << 16
    let exponent = UInt32(bits >> 10) & 0x1F
    let fraction = UInt32(bits & 0x3FF)
    if exponent == 0 {
      // Zero, or a number without a leading one: fraction * 2^-24.
      let magnitude = Float(fraction) * 0x1p-24
      return Float(bitPattern: magnitude.bitPattern | sign)
    }
    // Infinity and NaN keep their meaning; else the bias of 15 becomes one of 127.
    let wide = exponent == 0x1F ? 0xFF : exponent + 112
    return Float(bitPattern: sign | wide << 23 | fraction << 13)
  }

  /// Appends the numbers of a tensor.
  static func append(_ tensor: Tensor, to bytes: inout [UInt8]) throws {
    func append<E: Element>(_ type: E.Type) throws {
      try tensor.withElements(E.self) { bytes += UnsafeRawBufferPointer($0) }
    }
    switch tensor.dtype {
    // The machines that this runs on are little-endian, as the format is.
    case .float32: try append(Float.self)
    case .int32: try append(Int32.self)
    case .int8: try append(Int8.self)
    case .uint8: try append(UInt8.self)
    case .bool: try append(Bool.self)
    }
  }
}

extension DType {
  /// The name of the type in a file.
  var storedName: String {
    switch self {
    case .float32: "F32"
    case .int32: "I32"
    case .int8: "I8"
    case .uint8: "U8"
    case .bool: "BOOL"
    }
  }
}
