import Tensors

extension QuantizationParameters {
  /// The share of the mean magnitude below which a ternary weight is 0: arXiv 1605.04711.
  static let ternaryShare = 0.7

  /// Scales that are means of magnitudes: those of binary and ternary codes.
  ///
  /// Binary: s = mean |x|, the scale with the least squared error for signs (XNOR-Net, arXiv
  /// 1603.05279). Ternary: D = 0.7 mean |x| and s = mean of |x| above D (arXiv 1605.04711). A set
  /// of zeros has the smallest scale there is, as a binary code cannot be 0.
  ///
  /// Errors: NaN, infinities, no elements; one signed bit in a scheme with another grid.
  static func ofMagnitudes(
    _ x: Tensor, _ type: CodeType, _ scheme: Scheme, _ granularity: Granularity
  ) throws -> QuantizationParameters {
    guard scheme == .symmetric || scheme == .binary || scheme == .ternary else {
      throw QuantizationError.needsBinary(scheme)
    }
    _ = try x.finiteRanges(granularity)
    let partition = try granularity.partition(of: x.shape)
    let real = try x.detached().cast(to: .float32)
    var (sums, counts) = ([Double](), [Int]())
    var thresholds = [Float]?.none
    try real.withElements(Float.self) { x in
      (sums, counts) = try partition.magnitudes(x, above: nil)
      if scheme == .ternary {
        let limits = zip(sums, counts).map { Float(ternaryShare * $0 / Double(max($1, 1))) }
        (sums, counts) = try partition.magnitudes(x, above: limits)
        thresholds = limits
      }
    }
    let scales = zip(sums, counts).map {
      max(Float($0 / Double(max($1, 1))), .leastNormalMagnitude)
    }
    return try QuantizationParameters(
      scales: scales, type: type, scheme: scheme == .ternary ? .ternary : .binary,
      granularity: granularity, thresholds: thresholds)
  }
}

extension Partition {
  /// The sum of the magnitudes of each set above its limit, and how many they are.
  func magnitudes(
    _ x: UnsafeBufferPointer<Float>, above limits: [Float]?
  ) throws -> (sums: [Double], counts: [Int]) {
    var sums = [Double](repeating: 0, count: setCount)
    var counts = [Int](repeating: 0, count: setCount)
    try forEachRun { start, count, set in
      let limit = limits?[set] ?? -1
      for i in start..<(start + count) where abs(x[i]) > limit {
        sums[set] += Double(abs(x[i]))
        counts[set] += 1
      }
    }
    return (sums, counts)
  }
}
