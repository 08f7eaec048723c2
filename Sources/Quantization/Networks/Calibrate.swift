public import Datasets
public import Networks
import Tensors

/// The prepared network after its layers observed their inputs on some data.
///
///     let net = try calibrate(prepare(net), train.take(512), range: .entropy)
///
/// The data runs through it in float32. With `.minMax`, ranges that are known already are widened
/// where need be; the other rules find them anew, from histograms or, for a moving average, from
/// batches of 32 in order. A layer whose ranges are frozen keeps them.
///
/// Errors: empty data, data of another shape than the network takes, a rule out of bounds.
public func calibrate(
  _ network: Sequential, _ data: Dataset, range rule: RangeRule = .minMax
) throws -> Sequential {
  try calibrate(
    network, data.name, count: data.count, Shape(data.sampleShape), rule
  ) { try data.samples(at: $0) }
}

/// The prepared network after its layers observed a batch: `[N, ...]`.
///
///     let net = try calibrate(prepare(net), words)
///
/// So are networks calibrated that take no images; see `calibrate(_:_:range:)` for a dataset.
public func calibrate(
  _ network: Sequential, _ x: Tensor, range rule: RangeRule = .minMax
) throws -> Sequential {
  guard x.rank >= 1 else {
    throw NetworkError.inputRank(layer: "calibrate", needs: "a batch [N, ...]", got: x.shape)
  }
  let x = try x.detached().plain()
  return try calibrate(network, "the batch", count: x.shape[0], x.sampleShape, rule) {
    try x.slice([.range(lower: $0.lowerBound, upper: $0.upperBound)])
  }
}

private func calibrate(
  _ network: Sequential, _ name: String, count: Int, _ shape: Shape, _ rule: RangeRule,
  _ samples: @escaping @Sendable (Range<Int>) throws -> Tensor
) throws -> Sequential {
  guard count > 0 else { throw NetworkError.emptyData(name) }
  if let expected = network.inputShape, expected != shape {
    throw QuantizedNetworkError.calibrationShape(name, got: shape, expected: expected)
  }
  let built = try network.built(for: shape)
  let ranges = Batching.ranges(count, size: Batching.inferenceSize)
  guard rule == .minMax else { return try built.calibrated(samples, ranges, rule) }
  let reports = try Batching.collect(ranges, inOrder: built.runsInOrder) { range in
    var context = Context(.observing)
    _ = try built.forward(samples(range), &context)
    return context.statistics
  }
  return try built.absorbing(reports)
}

extension Sequential {
  /// Lets an observer for each quantized layer see its input, batch by batch.
  fileprivate func calibrated(
    _ samples: (Range<Int>) throws -> Tensor, _ ranges: [Range<Int>], _ rule: RangeRule
  ) throws -> Sequential {
    var watches: [Int: Watch] = [:]
    for (index, layer) in layers.enumerated() {
      guard let quantized = layer as? QuantizedLayer, quantized.policy.activations != nil,
        !quantized.isFrozen
      else { continue }
      watches[index] = Watch(observer: try rule.makeObserver())
    }
    for range in ranges {
      try Stop.check()
      var context = Context(.observing)
      var x = try samples(range)
      for (index, layer) in layers.enumerated() {
        try watches[index]?.observe(x)
        context.layerIndex = index + 1
        x = try layer.forward(x, &context)
      }
    }
    var result = self
    for (index, watch) in watches {
      guard let quantized = layers[index] as? QuantizedLayer else { continue }
      result = result.replacingLayer(index, with: try quantized.calibrated(watch, index + 1))
    }
    return result
  }
}

/// What an observer of a layer's input has seen, with the mean magnitude.
struct Watch {
  var observer: any RangeObserver
  private var total = 0.0
  private var count = 0

  init(observer: any RangeObserver) { self.observer = observer }

  var mean: Float { Float(total / Double(max(count, 1))) }

  mutating func observe(_ x: Tensor) throws {
    try observer.observe(x)
    total += try abs(x.detached()).sum().item()
    count += x.count
  }
}

extension QuantizedLayer {
  /// The layer with the range that an observer of its input found, and the starts that follow.
  fileprivate func calibrated(_ watch: Watch, _ number: Int) throws -> QuantizedLayer {
    guard let type = try policy.activationType else { return self }
    let ranges = try watch.observer.ranges(for: type, scheme: .affine)
    guard let range = ranges.first, !range.isEmpty else {
      throw QuantizationError.neverObserved(subject: "the input of layer \(number), \(layer)")
    }
    guard range.isFinite else {
      throw QuantizationError.rangeNotFinite(
        subject: "the input of layer \(number), \(layer)", range)
    }
    var copy = self
    copy.inputRange = range.widenedToZero
    copy.inputScale = nil
    copy.inputOffset = nil
    try copy.startInput(mean: watch.mean)
    return copy
  }
}
