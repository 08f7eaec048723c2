import Datasets
import Networks
import Tensors
import Testing

@testable import Quantization

/// Repairs after training against nearest rounding, on inputs whose columns are correlated.
@Suite struct RepairTests {
  /// Rows of numbers that share a few causes, as neighbouring pixels do.
  private func correlated(_ rows: Int, _ columns: Int, seed: UInt64) throws -> Tensor {
    let causes = try Samples.normal([rows, 4], seed: seed)
    let mix = try Samples.normal([4, columns], seed: seed + 1)
    return try causes.matmul(mix) + Samples.normal([rows, columns], seed: seed + 2, deviation: 0.3)
  }

  private func rows(_ rows: Int, _ columns: Int, bits: Int, seed: UInt64) throws -> (
    WeightRows, CodeType
  ) {
    let weights = try Samples.normal([rows, columns], seed: seed, deviation: 0.2)
    let parameters = try QuantizationParameters(
      for: weights, bits: bits, scheme: .symmetric, per: .channel)
    let all = try WeightRows.groups(
      of: Dense(weights: weights, bias: nil), scales: parameters.scales)
    return (all[0], parameters.type)
  }

  private func isOnGrid(_ values: [Float], _ rows: WeightRows, _ type: CodeType) -> Bool {
    values.indices.allSatisfy { i in
      let code = values[i] / rows.scales[i / rows.columns]
      return abs(code - code.rounded()) < 1e-4 && code > Float(type.qmin) - 0.5
        && code < Float(type.qmax) + 0.5
    }
  }

  @Test(arguments: [2, 3, 4, 8], [24, 600])
  func gptqBeatsNearest(_ bits: Int, _ columns: Int) throws {
    let x = try correlated(400, columns, seed: 5)
    let (rows, type) = try rows(6, columns, bits: bits, seed: 9)
    let chosen = try GPTQ.rounded(rows, on: x, type: type)
    #expect(isOnGrid(chosen, rows, type))
    let zero = [Float](repeating: 0, count: 6)
    let own = try rows.errors(of: chosen, on: x, bias: zero, rectified: false).reduce(0, +)
    let nearest = try rows.errors(
      of: rows.rounded(to: type), on: x, bias: zero, rectified: false
    ).reduce(0, +)
    #expect(own < 0.6 * nearest)
  }

  /// On new numbers of the same kind, too.
  @Test func gptqGeneralises() throws {
    let x = try correlated(900, 40, seed: 5)
    let (seen, unseen) = (
      try x[.range(lower: 0, upper: 450)], try x[.range(lower: 450, upper: 900)]
    )
    let (rows, type) = try rows(6, 40, bits: 3, seed: 9)
    let chosen = try GPTQ.rounded(rows, on: seen, type: type)
    let zero = [Float](repeating: 0, count: 6)
    let own = try rows.errors(of: chosen, on: unseen, bias: zero, rectified: false).reduce(0, +)
    let nearest = try rows.errors(
      of: rows.rounded(to: type), on: unseen, bias: zero, rectified: false
    ).reduce(0, +)
    #expect(own < 0.6 * nearest)
  }

  /// With H = I there is nothing to make good: GPTQ is nearest rounding.
  @Test func gptqOfIndependentInputs() throws {
    let (rows, type) = try rows(5, 16, bits: 4, seed: 3)
    let chosen = try GPTQ.rounded(rows, on: eye(16), type: type)
    #expect(chosen == rows.rounded(to: type))
  }

  /// U^T U H = I, and U is upper triangular.
  @Test(arguments: [1, 2, 7, 40])
  func triangularInverse(_ size: Int) throws {
    let x = try Samples.normal([3 * size, size], seed: UInt64(size))
    let h = try x.transposed().matmul(x).reals()
    var work = h
    let u = try Triangular.inverse(ofFactor: &work, size)
    for i in 0..<size {
      for j in 0..<i { #expect(u[i * size + j] == 0) }
      for j in 0..<size {
        var sum = 0.0
        for k in 0..<size {
          var inverse = 0.0
          for l in 0...min(i, k) { inverse += u[l * size + i] * u[l * size + k] }
          sum += inverse * h[k * size + j]
        }
        #expect(abs(sum - (i == j ? 1 : 0)) < 1e-8)
      }
    }
    var singular = [1.0, 2, 2, 1]
    #expect(throws: TensorError.self) { try Triangular.inverse(ofFactor: &singular, 2) }
  }

  @Test(arguments: [2, 3, 4], [true, false])
  func adaRoundBeatsNearest(_ bits: Int, _ rectified: Bool) throws {
    let x = try correlated(400, 24, seed: 5)
    let (rows, type) = try rows(6, 24, bits: bits, seed: 9)
    let bias: [Float] = try Samples.normal([6], seed: 4).elements()
    var rounding = AdaRound(rows, type)
    var stream = RandomStream(seed: 1)
    try rounding.learn(
      on: x, Repair.Target(bias: bias, rectified: rectified), steps: 400, from: &stream)
    let chosen = rounding.rounded()
    #expect(isOnGrid(chosen, rows, type))
    for i in chosen.indices {
      // Up or down, nothing else.
      let ratio = rows.values[i] / rows.scales[i / rows.columns]
      let code = chosen[i] / rows.scales[i / rows.columns]
      #expect(abs(code - ratio) < 1.001)
    }
    let own = try rows.errors(of: chosen, on: x, bias: bias, rectified: rectified).reduce(0, +)
    let nearest = try rows.errors(
      of: rows.rounded(to: type), on: x, bias: bias, rectified: rectified
    ).reduce(0, +)
    #expect(own < 0.8 * nearest)
  }

  /// Before it learned anything it rounds to the nearest number.
  @Test func adaRoundStartsAtNearest() throws {
    let (rows, type) = try rows(5, 16, bits: 4, seed: 3)
    let rounded = AdaRound(rows, type).rounded()
    #expect(zip(rounded, rows.rounded(to: type)).allSatisfy { abs($0 - $1) < 1e-6 })
  }

  /// dh/dV and the penalty's slope, by central differences.
  @Test func adaRoundSlopes() {
    for v: Float in [-3, -2, -0.7, -0.01, 0.3, 1, 2, 2.9] {
      let step: Float = 1e-2
      let difference = (AdaRound.h(v + step).value - AdaRound.h(v - step).value) / (2 * step)
      #expect(abs(AdaRound.h(v).slope - difference) < 1e-2)
      for beta: Float in [2, 5] {
        func penalty(_ v: Float) -> Double {
          let distance = Double(abs(2 * AdaRound.h(v).value - 1))
          return 0.01 * (1 - (0..<Int(beta)).reduce(1.0) { product, _ in product * distance })
        }
        let difference = (penalty(v + step) - penalty(v - step)) / Double(2 * step)
        #expect(abs(Double(AdaRound.slope(v, beta: beta)) - difference) < 5e-4)
      }
    }
    #expect(AdaRound.penalty(19, of: 100) == nil)
    #expect(AdaRound.penalty(20, of: 100) == 20)
    #expect(abs((AdaRound.penalty(99, of: 100) ?? 0) - 2.225) < 1e-3)
  }

  /// The rows of X times the weights are the layer's output, place by place.
  @Test(arguments: [(1, 1), (2, 1), (1, 2), (2, 2)], [Padding.valid, .same])
  func layerInputs(_ sizes: (groups: Int, stride: Int), _ padding: Padding) throws {
    let (groups, stride) = sizes
    let conv = try Conv2D(
      weights: Samples.normal([4, 6 / groups, 3, 3], seed: 1), bias: nil, stride: stride,
      padding: padding, groups: groups)
    let x = try Samples.normal([3, 6, 7, 8], seed: 2)
    let y = try conv(x)
    let inputs = try LayerInputs(x, of: conv)
    let places = y.shape[2] * y.shape[3]
    let expected = try y.reals()
    for (group, matrix) in inputs.groups.enumerated() {
      let filters = 4 / groups
      let weights = try #require(conv.weights)[
        .range(lower: group * filters, upper: (group + 1) * filters)
      ].reshape(filters, -1)
      let got = try matrix.matmul(weights.transposed()).reals()
      for n in 0..<3 {
        for p in 0..<places {
          for k in 0..<filters {
            let value = expected[(n * 4 + group * filters + k) * places + p]
            #expect(abs(got[(n * places + p) * filters + k] - value) < 1e-4)
          }
        }
      }
    }
  }

  private func trained() throws -> (Sequential, Dataset) {
    let data = try Digits.make(count: 160, seed: 1)
    var network = try Sequential(
      Conv2D(4, kernel: 3, stride: 2, activation: .relu), MaxPool2D(2),
      Conv2D(6, kernel: 3, padding: .same, groups: 2, activation: .relu), Flatten(),
      Dense(12, activation: .relu), Dense(10), seed: 5)
    try fit(&network, data, epochs: 6, batchSize: 16, optimizer: Adam(0.01))
    return (network, data)
  }

  /// Each repair's network is nearer to the float one than nearest rounding, is on its grid, and
  /// converts to the bit.
  @Test func repairedNetworks() throws {
    let (network, data) = try trained()
    let images = try data.images()
    let logits = try network(images)
    func noise(_ other: Sequential) throws -> Double {
      try square(other(images) - logits).mean().item()
    }
    let nearest = try noise(prepare(network, weights: 3, activations: nil))
    for repaired in [
      try gptq(network, bits: 3, activations: nil, calibration: data),
      try adaRound(network, bits: 3, activations: nil, calibration: data, steps: 150),
    ] {
      #expect(try noise(repaired) < 0.9 * nearest)
      for layer in repaired.layers.compactMap({ $0 as? QuantizedLayer }) {
        let weights = try #require(layer.layer.parameters.first?.tensor)
        #expect(try NetworkSamples.differences(#require(try layer.fakeWeights()), weights) == 0)
        #expect(!layer.parameters.map(\.name).contains("weightScale"))
      }
    }
    for repaired in [
      try gptq(network, bits: 4, calibration: data),
      try adaRound(network, bits: 4, calibration: data, steps: 20),
      try correctBias(
        prepare(equalize(network), weights: 4, calibration: data), calibration: data),
    ] {
      let integers = try convert(repaired)
      for (a, b) in zip(try integers.trace(images), try trace(repaired, images)) {
        #expect(try NetworkSamples.differences(a, b) == 0)
      }
    }
    // It may be trained further on its grid.
    var further = try gptq(network, bits: 4, calibration: data)
    try fit(&further, data, epochs: 1, batchSize: 16, optimizer: Adam(0.001))
    #expect(try NetworkSamples.differences(convert(further)(images), further(images)) == 0)
  }

  @Test func equalisationKeepsTheFunction() throws {
    let (network, data) = try trained()
    // Make channels uneven first, so that there is something to do.
    var uneven = network
    let factors = try Tensor([0.02, 1, 8, 0.3])
    let first = uneven.layers[0].parameters.map(\.tensor)
    uneven = uneven.replacingLayer(
      0,
      with: uneven.layers[0].replacingParameters([
        try first[0] * factors.reshape(4, 1, 1, 1), try first[1] * factors,
      ]))
    // The second convolution has two groups of three filters, each reading two channels.
    let second = uneven.layers[2].parameters.map(\.tensor)
    let readers = try Tensor([0, 0, 0, 1, 1, 1].map { $0 == 0 ? [0.02, 1] : [8, 0.3] })
    uneven = uneven.replacingLayer(
      2,
      with: uneven.layers[2].replacingParameters([
        try second[0] / readers.reshape(6, 2, 1, 1), second[1],
      ]))
    let images = try data.images()
    let before = try uneven(images)
    let even = try equalize(uneven)
    #expect(try abs(even(images) - before).max().item() < 1e-4 * (1 + abs(before).max().item()))
    // Every channel is now as large in the layer that makes it as in the one that reads it.
    let own = try abs(even.layers[0].parameters[0].tensor).reshape(4, -1).max(axis: 1).reals()
    let read = try abs(even.layers[2].parameters[0].tensor).reshape(2, 3, 2, 9)
    for channel in 0..<4 {
      let part = try read[
        .at(channel / 2), .range(lower: nil, upper: nil), .at(channel % 2)]
      #expect(abs(try part.max().item() / own[channel] - 1) < 0.01)
    }
    // With one scale for the whole tensor the smallest channel was lost; now it is not.
    func worst(_ network: Sequential) throws -> Double {
      let weights = network.layers[0].parameters[0].tensor
      let rounded = try quantize(weights, bits: 4).dequantized()
      return try (0..<4).map { try sqnr(weights[.at($0)], rounded[.at($0)]) }.min() ?? 0
    }
    #expect(try worst(even) > worst(uneven) + 6)
  }

  @Test func equalisationStopsAtOtherActivations() throws {
    let network = try Sequential(
      Dense(4, activation: .tanh), Dense(3), Dense(2), seed: 1
    ).built(for: Shape([5]))
    let even = try equalize(network)
    #expect(
      try NetworkSamples.differences(
        even.layers[0].parameters[0].tensor, network.layers[0].parameters[0].tensor) == 0)
    #expect(
      try NetworkSamples.differences(
        even.layers[1].parameters[0].tensor, network.layers[1].parameters[0].tensor) > 0)
  }

  /// The mean of each channel's output error is gone, padding or not.
  @Test(arguments: [Padding.valid, .same])
  func biasCorrection(_ padding: Padding) throws {
    let network = try Sequential(
      Conv2D(5, kernel: 3, padding: padding), Flatten(), Dense(10), seed: 2
    )
    .built(for: Shape([1, 28, 28]))
    let data = try Digits.make(count: 70, seed: 4)
    let prepared = try prepare(network, weights: 2, activations: nil)
    let corrected = try correctBias(prepared, calibration: data)
    let images = try data.images()
    func means(_ network: Sequential) throws -> [Double] {
      let y = try Sequential([network.layers[0]])(images).plain()
      return try y.reshape(70, 5, -1).mean(axis: 2).mean(axis: 0).reals()
    }
    let (wanted, before, after) = (
      try means(network), try means(prepared), try means(corrected)
    )
    for channel in 0..<5 { #expect(abs(after[channel] - wanted[channel]) < 1e-4) }
    #expect(zip(before, wanted).contains { abs($0 - $1) > 1e-3 })
  }

  @Test func errors() throws {
    let (network, data) = try trained()
    let none = try data.take(0)
    for bits in [Int.min, 0, 1, 9, 16] {
      #expect(throws: QuantizedNetworkError.repairWidth(bits)) {
        try gptq(network, bits: bits, calibration: data)
      }
      #expect(throws: QuantizedNetworkError.repairWidth(bits)) {
        try adaRound(network, bits: bits, calibration: data)
      }
    }
    #expect(throws: NetworkError.self) { try gptq(network, calibration: none) }
    #expect(throws: NetworkError.self) { try adaRound(network, calibration: none) }
    #expect(throws: NetworkError.self) { try adaRound(network, calibration: data, steps: -1) }
    #expect(throws: QuantizedNetworkError.notPrepared("correctBias")) {
      try correctBias(network, calibration: data)
    }
    #expect(throws: NetworkError.self) { try correctBias(prepare(network), calibration: none) }
    #expect(throws: QuantizedNetworkError.alreadyPrepared("equalize")) {
      try equalize(prepare(network))
    }
    #expect(throws: NetworkError.self) { try equalize(Sequential(Dense(3), Dense(2))) }
    let dead = network.withParameters(try network.parameters.map { try $0.tensor * 0 })
    #expect(try equalize(dead).layers.count == dead.layers.count)
    #expect(try gptq(dead, bits: 2, calibration: data).layers.count == dead.layers.count)
    let bad = network.withParameters(try network.parameters.map { try $0.tensor * .nan })
    #expect(throws: (any Error).self) { try gptq(bad, bits: 2, calibration: data) }
    #expect(throws: (any Error).self) { try adaRound(bad, bits: 2, calibration: data, steps: 2) }
  }
}
