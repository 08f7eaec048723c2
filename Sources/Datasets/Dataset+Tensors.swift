public import Tensors

extension Dataset {
  /// All samples: `[count, ...]`; images as float32 in [0, 1].
  public func samples() throws -> Tensor { try samples(at: 0..<count) }

  /// The samples at a range of positions.
  public func samples(at positions: Range<Int>) throws -> Tensor {
    try check(positions)
    return try gather(positions)
  }

  /// The samples at some positions, in their order.
  package func samples(at positions: ArraySlice<Int>) throws -> Tensor { try gather(positions) }

  /// The classes of all samples: int32 `[count]`.
  public func labelTensor() throws -> Tensor { try labels(at: 0..<count) }

  /// The classes of a range of samples: int32.
  public func labels(at positions: Range<Int>) throws -> Tensor {
    try check(positions)
    return try gatherLabels(positions)
  }

  package func labels(at positions: ArraySlice<Int>) throws -> Tensor {
    try gatherLabels(positions)
  }

  /// All images as float32 in [0, 1]: `[count, channels, height, width]`.
  ///
  /// Errors: samples that are no images.
  public func images() throws -> Tensor {
    _ = try imageBytes()
    return try samples()
  }

  /// Each sample as words, separated by spaces; numbers whose word is empty are left out.
  ///
  /// Errors: a dataset without a vocabulary.
  public func texts() throws -> [String] {
    guard let vocabulary else { throw DatasetError.noVocabulary(name: name) }
    let size = sampleShape.reduce(1, *)
    let numbers = try samples().elements(as: Int32.self)
    return (0..<count).map { index in
      numbers[index * size..<(index + 1) * size]
        .compactMap { vocabulary.indices.contains(Int($0)) ? vocabulary[Int($0)] : nil }
        .filter { !$0.isEmpty }.joined(separator: " ")
    }
  }

  private func check(_ positions: Range<Int>) throws {
    guard positions.lowerBound >= 0, positions.upperBound <= count else {
      throw TensorError.badSlice(
        lower: positions.lowerBound, upper: positions.upperBound, size: count)
    }
  }
}
