import Tensors

/// Codes of one grid as those of another: a table.
///
/// Each entry is the code, on the second grid, of the real number that a code of the first stands
/// for; so it is what the simulated network gets, which has the real numbers.
struct CodeTranslation: Sendable {
  /// The new code of each old one.
  let table: [Int32]
  /// Whether the new codes have 16 bits.
  let isWide: Bool

  /// nil where both grids are the same.
  init?(from source: QuantizationParameters, to target: QuantizationParameters) throws {
    guard
      source.scales != target.scales || source.zeroPoints != target.zeroPoints
        || source.type != target.type
    else { return nil }
    let codes = Array(0...source.type.qmax)
    let tensor =
      source.type.bits > 8
      ? try Tensor(codes, shape: [codes.count])
      : try Tensor(codes.map { UInt8(truncatingIfNeeded: $0) }, shape: [codes.count])
    table = try target.codes(of: source.dequantize(tensor)).codes.elements(as: Int32.self)
    isWide = target.type.bits > 8
  }
}

extension CodeBatch {
  /// The batch in other codes; itself without a translation.
  func translated(_ translation: CodeTranslation?) throws -> CodeBatch {
    guard let translation else { return self }
    return try withExtendedLifetime((storage, high)) {
      let (left, right) = (storage.codes, high?.codes)
      let bytes = try translation.table.withUnsafeBufferPointer { table in
        try Self.halves(of: count) { table[Int(Self.code(left, right, $0))] }
      }
      return CodeBatch(
        storage: bytes.low, high: translation.isWide ? bytes.high : nil, samples: samples,
        sample: sample, image: image)
    }
  }

  /// The channels of some batches behind one another; all else is alike.
  static func joined(_ parts: [CodeBatch]) throws -> CodeBatch {
    // Features that are the pixels of an image are put in the order of the sample first.
    let parts = try parts.map { try $0.inOrder }
    let first = parts[0]
    let channels = parts.map { $0.sample[0] }
    let total = channels.reduce(0, +)
    let pixels = first.samples * first.sample.dropFirst().reduce(1, *)
    func joined(_ bytes: (CodeBatch) -> Storage) throws -> Storage {
      let result = try Storage(byteCount: pixels * total)
      var start = 0
      for (part, count) in zip(parts, channels) {
        let source = bytes(part)
        withExtendedLifetime(source) {
          for pixel in 0..<pixels {
            (result.codes + pixel * total + start).update(
              from: source.codes + pixel * count, count: count)
          }
        }
        start += count
      }
      return result
    }
    return CodeBatch(
      storage: try joined(\.storage),
      high: first.high == nil ? nil : try joined { $0.high ?? $0.storage },
      samples: first.samples, sample: first.sample.replacing(axis: 0, with: total))
  }
}
