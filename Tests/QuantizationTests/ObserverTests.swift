import Tensors
import Testing

@testable import Quantization

@Suite struct ObserverTests {
  private static let rules: [RangeRule] = [
    .minMax, .movingAverage, .percentile, .meanSquaredError, .entropy,
  ]

  @Test func minMaxOfBatchesIsThatOfTheWhole() throws {
    let x = try Samples.normal([10, 3, 4], seed: 1)
    for granularity in [Granularity.tensor, .channel(axis: 1), .channel(axis: 2)] {
      var whole = MinMaxObserver(per: granularity)
      try whole.observe(x)
      var parts = [
        MinMaxObserver(per: granularity), MinMaxObserver(per: granularity),
        MinMaxObserver(per: granularity),
      ]
      try parts[0].observe(x.slice([.range(lower: 0, upper: 4)]))
      try parts[1].observe(x.slice([.range(lower: 4, upper: 10)]))
      try parts[2].merge(parts[0])
      try parts[2].merge(parts[1])
      #expect(parts[2] == whole)
      let ranges = try x.valueRanges(granularity)
      #expect(whole.ranges == ranges)
    }
    let (low, high) = (try x.min().item(), try x.max().item())
    #expect(try x.valueRanges() == [ValueRange(Float(low), Float(high))])
  }

  /// The constants of the numerics that this project adopts.
  @Test func defaults() throws {
    #expect(RangeRule.movingAverage == .movingAverage(constant: 0.01))
    #expect(RangeRule.percentile == .percentile(99.999))
    #expect(try MovingAverageObserver().constant == 0.01)
    #expect(try PercentileObserver().percentile == 99.999)
    #expect(Histogram.binCount == 2048)
  }

  @Test func movingAverageIsTorchs() throws {
    var observer = try MovingAverageObserver(constant: 0.25)
    for (low, high) in [(-1, 2), (-3, 6), (1, 2)] as [(Float, Float)] {
      try observer.observe(Tensor([low, high]))
    }
    // -1, -1.5, -0.875 and 2, 3, 2.75
    #expect(observer.ranges == [ValueRange(-0.875, 2.75)])
    #expect(throws: QuantizationError.averagingConstant(0)) {
      try MovingAverageObserver(constant: 0)
    }
  }

  @Test(arguments: rules)
  func nothingObservedIsAnError(_ rule: RangeRule) throws {
    var observer = try rule.makeObserver()
    try observer.observe(zeros(0, 4))
    #expect(throws: QuantizationError.neverObserved(subject: "dense 2")) {
      try observer.parameters(type: .uint8, scheme: .affine, subject: "dense 2")
    }
  }

  @Test(arguments: rules, [Float.nan, .infinity, -.infinity])
  func whatIsNotFiniteIsAnError(_ rule: RangeRule, _ value: Float) throws {
    var observer = try rule.makeObserver()
    try observer.observe(Tensor([1, 2, 3]))
    try observer.observe(Tensor([value, 0.5]))
    try observer.observe(Tensor([1, 2, 3]))
    let error = #expect(throws: QuantizationError.self) {
      try observer.parameters(type: .uint8, scheme: .affine, subject: "dense 2")
    }
    #expect(error?.description.contains("of dense 2 is not finite") == true)
  }

  @Test(arguments: rules)
  func hostileValuesGiveRanges(_ rule: RangeRule) throws {
    let cases: [[Float]] = [
      [0], [0, 0, 0], [5], [-5], [1e38, -1e38], [0x1p-149, -0x1p-149], [0x1p-149, 1e38],
      [.leastNormalMagnitude], [.greatestFiniteMagnitude],
    ]
    for values in cases {
      for type in [CodeType.uint8, .narrowInt8, try CodeType(bits: 2), try CodeType(bits: 16)] {
        var observer = try rule.makeObserver()
        try observer.observe(Tensor(values))
        try observer.observe(Tensor(values))
        let range = try observer.ranges(for: type, scheme: .affine)[0]
        #expect(range.isFinite)
        #expect(range.min >= (values.min() ?? 0) && range.max <= (values.max() ?? 0))
      }
    }
  }

  @Test func percentileLeavesOutTheTails() throws {
    var observer = try PercentileObserver(90)
    // 0.001, 0.002, ... 1 and one far value, which must not matter.
    try observer.observe(Tensor((1...1000).map { Float($0) / 1000 }))
    let range = observer.ranges(for: .uint8, scheme: .affine)[0]
    #expect(abs(range.min - 0.05) < 0.002)
    #expect(abs(range.max - 0.95) < 0.002)
    var all = try PercentileObserver(100)
    let x = try Samples.normal([500], seed: 3)
    try all.observe(x)
    let ranges = try x.valueRanges()
    #expect(all.ranges(for: .uint8, scheme: .affine) == ranges)
    for percentile in [0, -1, 100.5, .nan] {
      #expect(throws: QuantizationError.self) { try PercentileObserver(percentile) }
    }
  }

  @Test func histogramOfBatchesIsThatOfTheWhole() throws {
    let x = try Samples.normal([3000], seed: 4)
    let wide = try x * 50
    var (forward, backward) = (HistogramSet(.tensor), HistogramSet(.tensor))
    try forward.observe(x)
    try forward.observe(wide)
    try backward.observe(wide)
    try backward.observe(x)
    #expect(forward == backward)
    #expect(forward.histograms[0].total == 6000)
    let bins = forward.histograms[0]
    #expect(bins.positive.reduce(0, +) + bins.negative.reduce(0, +) == 6000)
    #expect(bins.magnitudes.count > 1024)
  }

  @Test func meanSquaredErrorClipBeatsItsNeighbours() throws {
    let x = try Samples.normal([4000], seed: 6)
    for bits in [2, 3, 4] {
      let best = try quantize(x, bits: bits, range: .meanSquaredError)
      for factor in [0.7, 0.85, 1.15, 1.3] as [Float] {
        let range = best.parameters.representableRange().scaled(by: factor)
        let other = try QuantizationParameters(
          ranges: [range], type: best.type, scheme: .symmetric)
        #expect(try quantize(x, with: other).sqnr < best.sqnr + 0.05)
      }
    }
  }

  @Test func entropyClipsAnOutlier() throws {
    let x = try concatenate([Samples.normal([20_000], seed: 7), Tensor([40])])
    var observer = EntropyObserver()
    try observer.observe(x)
    let range = observer.ranges(for: .narrowInt8, scheme: .symmetric)[0]
    #expect(range.max > 2 && range.max < 20)
    // Nothing to gain where the values fill the range.
    var flat = EntropyObserver()
    try flat.observe(Tensors.uniform(50_000, low: -1, high: 1, seed: 8))
    #expect(flat.ranges(for: .narrowInt8, scheme: .symmetric)[0].max > 0.95)
  }

  /// The divergence by its definition on a case small enough to work by hand.
  @Test func entropyCountsBins() {
    // Two levels over [8, 8 | 8, 8] lose nothing; keeping two bins would move 16 outliers.
    #expect(EntropyObserver.bestBinCount([8, 8, 8, 8], levels: 2) == 4)
    // The tail of single values is worth less than telling 90 from 10.
    #expect(EntropyObserver.bestBinCount([90, 10, 0, 1], levels: 2) == 2)
    #expect(EntropyObserver.bestBinCount([5], levels: 128) == 1)
  }

  @Test func channelsMustStayTheSame() throws {
    for rule in Self.rules {
      var observer = try rule.makeObserver(per: .channel)
      try observer.observe(ones(3, 2))
      #expect(throws: QuantizationError.setsChanged(from: 3, to: 4)) {
        try observer.observe(ones(4, 2))
      }
    }
    var observer = MinMaxObserver()
    #expect(throws: QuantizationError.cannotMerge(.tensor, .channel)) {
      try observer.merge(MinMaxObserver(per: .channel))
    }
    var histogram = MeanSquaredErrorObserver(per: .group(size: 1))
    #expect(throws: QuantizationError.tooManySets(5000, limit: 4096)) {
      try histogram.observe(ones(5000))
    }
  }
}
