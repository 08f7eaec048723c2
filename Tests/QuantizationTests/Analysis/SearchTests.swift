import Datasets
import Networks
import Tensors
import Testing

@testable import Quantization

/// Sensitivity, mixed precision and sweeps.
struct SearchTests {
  private func trained() throws -> (network: Sequential, data: Dataset) {
    let data = try Digits.make(count: 96, seed: 3)
    var net = try Sequential(
      Conv2D(4, kernel: 3, stride: 2, activation: .relu), MaxPool2D(2), Flatten(),
      Dense(12, activation: .relu), Dense(10), seed: 3)
    try fit(&net, data, epochs: 3, batchSize: 16, optimizer: Adam(0.01))
    return (net, data)
  }

  @Test func sensitivityOfEachLayer() throws {
    let (net, data) = try trained()
    let few = try sensitivity(net, data, bits: 2, activations: nil)
    let many = try sensitivity(net, data, bits: 8)
    #expect(few.rows.map(\.number) == [1, 4, 5])
    #expect(few.rows.map(\.weights) == [36, 4 * 36 * 12, 120])
    #expect(try few.floatAccuracy == accuracy(net, data))
    for (a, b) in zip(few.rows, many.rows) {
      #expect(a.weightSQNR < b.weightSQNR - 20)
      #expect(a.outputSQNR < b.outputSQNR)
    }
    // The row of a layer is what preparing that layer alone gives.
    let alone = try net.replacingLayer(
      3, with: QuantizedLayer(net.layers[3], weights: 2, activations: nil))
    let measured = try evaluate(alone, data)
    #expect(few.rows[1].accuracy == measured.accuracy)
    #expect(abs(few.rows[1].lossChange - (measured.loss - few.floatLoss)) < 1e-6)
    let outputs = try sqnr(net(data.images()), alone(data.images()))
    #expect(abs(few.rows[1].outputSQNR - outputs) < 1e-3)
    let lines = few.description.split(separator: "\n")
    #expect(lines.count == 7)
    #expect(lines.allSatisfy { $0.count <= 80 })
    #expect(lines[2].hasPrefix("1  Conv2D(4, kernel: 3, "))
  }

  @Test func mixedPrecisionFits() throws {
    let (net, data) = try trained()
    let widest = try mixedPrecision(net, data, within: 1_000_000)
    #expect(widest.byteCount <= 1_000_000)
    var last = Double.infinity
    for limit in [1000, 1200, 1500, 1900] {
      let mixed = try mixedPrecision(net, data, within: limit)
      #expect(mixed.byteCount <= limit)
      // The network is of that size and has these bits, and more bytes never cost more.
      let integers = try convert(mixed.network)
      #expect(integers.byteCount == mixed.byteCount)
      #expect(integers.layers.compactMap { $0.weights?.bits } == mixed.bits)
      let cost = mixed.rows.reduce(0) { $0 + $1.lossChange }
      #expect(cost <= last)
      last = cost
      let x = try data.images()
      #expect(try NetworkSamples.differences(integers(x), mixed.network(x)) == 0)
    }
    #expect(throws: QuantizedNetworkError.self) { try mixedPrecision(net, data, within: 100) }
    #expect(throws: QuantizedNetworkError.noChoice("mixedPrecision")) {
      try mixedPrecision(net, data, within: 10_000, choices: [])
    }
    #expect(throws: QuantizedNetworkError.width(of: "weights", 12)) {
      try mixedPrecision(net, data, within: 100_000, choices: [12])
    }
  }

  /// The dynamic programme against trying everything.
  @Test func bestChoice() {
    var stream = RandomStream(seed: 8)
    for _ in 0..<50 {
      let (layers, widths) = (1 + stream.below(4), 1 + stream.below(4))
      let costs = (0..<layers).map { _ in (0..<widths).map { _ in stream.uniform() - 0.2 } }
      let sizes = (0..<layers).map { _ in (0..<widths).map { _ in 1 + stream.below(20) } }
      let least = sizes.reduce(0) { $0 + ($1.min() ?? 0) }
      let limit = least + stream.below(30)
      var best = Double.infinity
      for code in 0..<Int(Double(widths).power(layers)) {
        var (rest, bytes, cost) = (code, 0, 0.0)
        for layer in 0..<layers {
          bytes += sizes[layer][rest % widths]
          cost += costs[layer][rest % widths]
          rest /= widths
        }
        if bytes <= limit { best = min(best, cost) }
      }
      let picks = MixedChoice.best(costs: costs, sizes: sizes, limit: limit)
      #expect(picks.enumerated().reduce(0) { $0 + sizes[$1.offset][$1.element] } <= limit)
      let cost = picks.enumerated().reduce(0.0) { $0 + costs[$1.offset][$1.element] }
      #expect(abs(cost - best) < 1e-9)
    }
  }

  @Test func sweepOfAGrid() throws {
    let (net, data) = try trained()
    var fractions: [Double] = []
    let ways = try sweep(
      net, data, calibration: data.take(48), bits: [8, 2, 1], methods: [.nearest, .gptq],
      granularities: [.channel, .tensor]
    ) { fractions.append($0) }
    // gptq: with a scale for each channel and 2 bits or more only.
    #expect(ways.points.count == 3 * 2 + 2)
    #expect(fractions.count == 8 && fractions.last == 1)
    let first = ways.points[0]
    let integers = try quantize(net, bits: 8, calibration: data.take(48))
    #expect(first.bytes == integers.byteCount)
    #expect(try first.accuracy == accuracy(integers, data))
    // A scale for all channels saves 4 bytes for each other channel: 3, 11 and 9.
    #expect(ways.points[1].granularity == .tensor)
    #expect(first.bytes - ways.points[1].bytes == 4 * 23)
    // Convolution: 36 weights at 13 x 13 places.
    #expect(first.bitProducts == (36 * 169 + 1728 + 120) * 64)
    for index in ways.front {
      for other in ways.points {
        let point = ways.points[index]
        #expect(!(other.bytes < point.bytes && other.accuracy >= point.accuracy))
        #expect(!(other.bytes <= point.bytes && other.accuracy > point.accuracy))
      }
    }
    let lines = ways.description.split(separator: "\n")
    #expect(lines.filter { $0.hasPrefix("*") }.count == ways.front.count)
    #expect(throws: QuantizedNetworkError.noChoice("sweep")) {
      try sweep(net, data, calibration: data, bits: [1], methods: [.gptq])
    }
    #expect(throws: QuantizedNetworkError.weightGranularity(.group(size: 4))) {
      try sweep(net, data, calibration: data, granularities: [.group(size: 4)])
    }
    #expect(throws: QuantizedNetworkError.alreadyPrepared("sweep")) {
      try sweep(prepare(net), data, calibration: data)
    }
  }

  /// One scale for all channels: that of the largest weight, and to the bit in whole numbers.
  @Test func sharedScales() throws {
    let x = try Samples.normal([6, 2, 8, 8], seed: 3)
    let conv = try Conv2D(5, kernel: 3, activation: .relu, seed: 3).built(
      for: x.sampleShape, seed: 1)
    let policy = try QuantizationPolicy(weights: 4, activations: 8, sharesScale: true)
    let net = try NetworkSamples.observed(
      Sequential(QuantizedLayer(conv, policy: policy), Flatten(), QuantizedLayer(Dense(3))), x)
    let integers = try convert(net)
    #expect(try NetworkSamples.differences(integers(x), net(x)) == 0)
    let weights = try #require(integers.layers[0].weights)
    let tensor = try #require(conv.parameters.first?.tensor)
    #expect(try weights == quantize(tensor, bits: 4))
  }
}

extension Double {
  fileprivate func power(_ exponent: Int) -> Double {
    (0..<exponent).reduce(1) { product, _ in product * self }
  }
}
