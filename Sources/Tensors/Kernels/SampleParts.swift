/// A batch in parts of some samples, each of which one core works on.
///
/// How many samples a part has depends on the batch alone, so that sums over the parts are the same on
/// any number of cores.
struct SampleParts {
  let samples: Int
  /// Samples of a part; the last may have fewer.
  private let most: Int

  init(of samples: Int) {
    self.samples = samples
    most = max(16, (samples + 7) / 8)
  }

  var count: Int { (samples + most - 1) / most }

  /// Runs a body for each part, on all cores: its number, its first sample, and how many it has.
  func run(_ body: @escaping @Sendable (_ part: Int, _ first: Int, _ count: Int) throws -> Void)
    throws
  {
    let (most, samples) = (most, samples)
    try Workers.run(count) { part in
      try Stop.check()
      try body(part, part * most, min(most, samples - part * most))
    }
  }

  /// Memory for a sum of each part.
  func sums(byteCount: Int) throws -> [Storage] {
    try (0..<count).map { _ in try Storage(byteCount: byteCount) }
  }

  /// The sum over all parts, of tensors made of their memory.
  static func total(_ sums: [Storage], _ tensor: (Storage) throws -> Tensor) throws -> Tensor {
    var total = try tensor(sums[0])
    for sum in sums.dropFirst() { try total.accumulate(tensor(sum)) }
    return total
  }
}
