import Tensors
import Testing

@testable import Quantization

@Suite struct CodeTests {
  @Test func bounds() throws {
    let int4 = try CodeType(bits: 4)
    #expect((int4.qmin, int4.qmax) == (-8, 7))
    let narrow = try CodeType(bits: 2, isNarrow: true)
    #expect((narrow.qmin, narrow.qmax) == (-1, 1))
    #expect((CodeType.uint8.qmin, CodeType.uint8.qmax) == (0, 255))
    #expect((CodeType.int8.qmin, CodeType.narrowInt8.qmin) == (-128, -127))
    let wide = try CodeType(bits: 16, isSigned: false)
    #expect((wide.qmin, wide.qmax, wide.dtype) == (0, 65_535, .int32))
    #expect("\(int4) \(CodeType.uint8)" == "int4 uint8")
    // An unsigned type has no lowest code to leave out.
    #expect(try CodeType(bits: 8, isSigned: false, isNarrow: true) == .uint8)
  }

  @Test(arguments: [Int.min, -1, 0, 9, 15, 17, 32, 99, Int.max])
  func otherWidthsAreErrors(_ bits: Int) throws {
    #expect(throws: QuantizationError.width(bits)) { try CodeType(bits: bits) }
    #expect(throws: QuantizationError.width(bits)) {
      try quantize(Tensor([1, 2]), bits: bits)
    }
  }

  @Test(arguments: Samples.widths, [true, false])
  func packingIsExact(_ bits: Int, _ isSigned: Bool) throws {
    let type = try CodeType(bits: bits, isSigned: isSigned)
    var stream = RandomStream(seed: UInt64(bits))
    for count in [0, 1, 2, 3, 7, 8, 9, 64, 1001] {
      let span = Int(type.qmax - type.qmin) + 1
      var codes = (0..<count).map { _ in type.qmin + Int32(stream.below(span)) }
      if count > 1 { codes.replaceSubrange(0..<2, with: [type.qmin, type.qmax]) }
      let tensor = try Tensor(codes, shape: [count]).cast(to: type.dtype)
      let packed = try PackedCodes(tensor, bits: bits)
      #expect(packed.bytes.count == (count * bits + 7) / 8)
      let unpacked = try packed.unpacked(as: type, shape: tensor.shape)
      #expect(unpacked.dtype == type.dtype)
      #expect(try unpacked.elements(as: Int32.self) == codes)
    }
  }

  @Test func bytesAreInOnnxOrder() throws {
    let nibbles = try Tensor([1, -2, 7] as [Int8], shape: [3])
    #expect(try PackedCodes(nibbles, bits: 4).bytes == [0xE1, 0x07])
    let pairs = try Tensor([0, 1, 2, 3, 1] as [UInt8], shape: [5])
    #expect(try PackedCodes(pairs, bits: 2).bytes == [0b1110_0100, 0b01])
    let threes = try Tensor([5, 2, 7] as [UInt8], shape: [3])
    #expect(try PackedCodes(threes, bits: 3).bytes == [0b1101_0101, 0b1])
    let words = try Tensor([-2, 258] as [Int32], shape: [2])
    #expect(try PackedCodes(words, bits: 16).bytes == [0xFE, 0xFF, 0x02, 0x01])
  }

  @Test func codesFromElsewhereAreChecked() throws {
    let parameters = try QuantizationParameters(scales: [0.5], type: CodeType(bits: 4))
    let good = try Tensor([-8, 0, 7] as [Int8], shape: [3])
    let tensor = try QuantizedTensor(codes: good, parameters: parameters)
    #expect(try tensor.dequantized().elements() == [-4, 0, 3.5] as [Float])
    #expect(tensor.sqnr.isNaN && tensor.measures == nil)
    let bad = try Tensor([0, 0, 0, 8] as [Int8], shape: [2, 2])
    #expect(throws: QuantizationError.codeOutOfRange(8, position: [1, 1], parameters.type)) {
      try QuantizedTensor(codes: bad, parameters: parameters)
    }
    #expect(throws: QuantizationError.codesNotWhole(.float32)) {
      try QuantizedTensor(codes: Tensor([1]), parameters: parameters)
    }
  }
}
