/// The numbers from 0 to `count - 1` in random order, the same for the same seed.
///
/// Every order is equally likely (Fisher-Yates). Errors: a negative count, and one above 2^31.
public func permutation(_ count: Int, seed: UInt64) throws -> [Int] {
  guard count >= 0 else {
    throw DatasetError.negativeCount(what: "the length of a permutation", found: count)
  }
  guard Int32(exactly: count) != nil else {
    throw DatasetError.sizeOverflow(what: "permutation", shape: [count])
  }
  return permutation32(count, seed: seed).map(Int.init)
}

/// The same in 32 bits, for a count that is known to fit.
func permutation32(_ count: Int, seed: UInt64) -> [Int32] {
  var order = [Int32](0..<Int32(count))
  var generator = HashGenerator(seed: seed)
  var last = count - 1
  while last > 0 {
    order.swapAt(last, Int(generator.below(UInt64(last + 1))))
    last -= 1
  }
  return order
}

/// Positions of a dataset cut into batches; the last may be smaller than the others.
///
///     for positions in try Batches(count: data.count, size: 64, shuffle: epoch) { … }
///
/// Each element lists the positions of one batch.
public struct Batches: RandomAccessCollection, Sendable {
  /// Number of positions.
  public let positionCount: Int
  /// Positions in a batch, except perhaps in the last.
  public let size: Int
  private let order: [Int]

  /// Batches over the positions 0 to `count - 1`, in order or shuffled by a seed.
  ///
  /// Errors: a negative count, and a size below 1.
  public init(count: Int, size: Int, shuffle seed: UInt64? = nil) throws {
    guard size >= 1 else { throw DatasetError.badBatchSize(size) }
    guard count >= 0 else {
      throw DatasetError.negativeCount(what: "the number of samples", found: count)
    }
    guard Int32(exactly: count) != nil else {
      throw DatasetError.sizeOverflow(what: "batches", shape: [count])
    }
    positionCount = count
    self.size = size
    order = if let seed { try permutation(count, seed: seed) } else { Array(0..<count) }
  }

  /// Always 0.
  public var startIndex: Int { 0 }
  /// Number of batches.
  public var endIndex: Int { positionCount / size + (positionCount % size == 0 ? 0 : 1) }

  /// The positions of one batch.
  public subscript(batch: Int) -> ArraySlice<Int> { order[range(of: batch)] }

  /// Where a batch lies in the order: batch 1 of size 64 is 64..<128.
  public func range(of batch: Int) -> Range<Int> {
    precondition(batch >= 0 && batch < endIndex, "batch \(batch) of \(endIndex)")
    let start = batch * size
    return start..<start + Swift.min(size, positionCount - start)
  }
}

extension Dataset {
  /// Its positions cut into batches, in order or shuffled by a seed.
  public func batches(_ size: Int, shuffle seed: UInt64? = nil) throws -> Batches {
    try Batches(count: count, size: size, shuffle: seed)
  }
}
