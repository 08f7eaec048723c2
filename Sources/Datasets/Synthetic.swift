import Tensors

/// What the built-in data sets have in common that are not drawn as images.
///
/// Each sample is a function of the seed and its position alone, on every machine: sines are
/// computed in double precision and rounded, so that the last bit of a library does not show.
enum Synthetic {
  /// No more memory than this is taken for samples.
  static let limit = 2 << 30

  /// A dataset whose samples a closure writes, one after the other.
  ///
  /// Errors: a negative count, and one whose samples take more than 2 GiB.
  static func dataset<E: Element>(
    _ name: String, count: Int, shape: [Int], seed: UInt64, classCount: Int,
    classNames: [String]? = nil, vocabulary: [String]? = nil, isCancelled: () -> Bool,
    write: (_ label: Int, inout HashGenerator, UnsafeMutableBufferPointer<E>) -> Void
  ) throws -> Dataset {
    guard count >= 0 else {
      throw DatasetError.negativeCount(what: "the number of samples", found: count)
    }
    guard (1...256).contains(classCount) else { throw DatasetError.badClassCount(classCount) }
    let size = shape.reduce(1, *)
    let bytes = size * MemoryLayout<E>.stride
    guard count <= limit / bytes else {
      throw DatasetError.tooMany(
        what: "samples", count: count, bytes: Double(count) * Double(bytes), limit: limit)
    }
    let labels = try labels(count, of: classCount, seed: seed, isCancelled)
    let samples = try Tensor(shape: Shape([count] + shape), writing: E.self) { buffer in
      for index in 0..<count {
        if index & 0xFF == 0, isCancelled() { throw DatasetError.cancelled }
        var generator = HashGenerator(seed: seed, index: UInt64(index))
        let place = UnsafeMutableBufferPointer(rebasing: buffer[index * size..<(index + 1) * size])
        write(Int(labels[index]), &generator, place)
      }
    }
    return try Dataset(
      name: name, samples: samples, labels: labels, classCount: classCount,
      classNames: classNames, vocabulary: vocabulary)
  }

  /// The class of a position: each `classCount` positions are a shuffle of all classes.
  static func label(at index: Int, of classCount: Int, seed: UInt64) -> Int {
    order(ofBlock: index / classCount, of: classCount, seed: seed)[index % classCount]
  }

  /// The classes of the first positions.
  private static func labels(
    _ count: Int, of classCount: Int, seed: UInt64, _ isCancelled: () -> Bool
  ) throws -> [UInt8] {
    var labels: [UInt8] = []
    labels.reserveCapacity(count)
    for start in stride(from: 0, to: count, by: classCount) {
      if start & 0xFFFF < classCount, isCancelled() { throw DatasetError.cancelled }
      let order = order(ofBlock: start / classCount, of: classCount, seed: seed)
      for label in order.prefix(count - start) { labels.append(UInt8(label)) }
    }
    return labels
  }

  private static func order(ofBlock block: Int, of classCount: Int, seed: UInt64) -> [Int] {
    // Another stream than that of any sample: samples have non-negative positions.
    var generator = HashGenerator(seed: seed, index: UInt64(bitPattern: Int64(~block)))
    var order = Array(0..<classCount)
    for last in stride(from: classCount - 1, to: 0, by: -1) {
      order.swapAt(last, Int(generator.below(UInt64(last + 1))))
    }
    return order
  }

  /// Throws unless a noise is a deviation that leaves samples finite.
  static func check(noise: Double) throws {
    guard noise >= 0, noise <= 1e6 else { throw DatasetError.badNoise(noise) }
  }
}
