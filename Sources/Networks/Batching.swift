import Synchronization
import Tensors

/// How a batch is split into parts that fit a core's cache; never dependent on the machine.
package enum Batching {
  /// Samples of one part of a training batch.
  package static let trainingSize = 16
  /// Samples of one part of a batch that is only evaluated.
  package static let inferenceSize = 32
  /// Threads of oneDNN for a training batch that cannot be split; the bits depend on them.
  package static let wholeThreads = 4

  package static func ranges(_ count: Int, size: Int) -> [Range<Int>] {
    stride(from: 0, to: count, by: size).map { $0..<min($0 + size, count) }
  }

  /// Samples of one part of a batch of a size that is only evaluated: a small one is split too.
  private static func inferenceSize(of count: Int) -> Int {
    count > 2 * inferenceSize ? inferenceSize : inferenceSize / 4
  }

  /// Maps a batch in parts on all cores and joins the results.
  ///
  /// A few samples are one part, on the calling thread: to share them out would cost more.
  package static func map(
    _ batch: Tensor, _ body: @escaping @Sendable (Tensor) throws -> Tensor
  ) throws -> Tensor {
    let parts = ranges(batch.shape[0], size: inferenceSize(of: batch.shape[0]))
    guard parts.count > 1 else { return try Workers.alone { try body(batch) } }
    let batch = try batch.plain()
    return try concatenate(
      collect(parts) { range in
        try body(batch.slice([.range(lower: range.lowerBound, upper: range.upperBound)]))
      })
  }

  /// Maps ranges of many samples on all cores and joins the results.
  package static func map(
    _ count: Int, inOrder: Bool = false,
    _ body: @escaping @Sendable (Range<Int>) throws -> Tensor
  ) throws -> Tensor {
    try concatenate(collect(ranges(count, size: inferenceSize), inOrder: inOrder, body))
  }

  /// Runs a closure for each range on all cores, or in order on this thread; the results in order.
  package static func collect<R: Sendable>(
    _ ranges: [Range<Int>], inOrder: Bool = false,
    _ body: @escaping @Sendable (Range<Int>) throws -> R
  ) throws -> [R] {
    guard !inOrder else {
      return try Workers.alone {
        try ranges.map { range in
          try Stop.check()
          return try body(range)
        }
      }
    }
    let results = Mutex<[R?]>(Array(repeating: nil, count: ranges.count))
    try Workers.run(ranges.count) { part in
      try Stop.check()
      let result = try body(ranges[part])
      results.withLock { $0[part] = result }
    }
    return results.withLock { $0.compactMap { $0 } }
  }
}
