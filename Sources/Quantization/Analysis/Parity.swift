public import Datasets
public import Networks
import Tensors

/// How far the simulated and the integer form of a network agree, layer by layer, and how far both
/// are from the network in float32.
///
///     layer                                       codes  differ  largest  SQNR dB
///     ───────────────────────────────────────  ────────  ──────  ───────  ───────
///     1  Conv2D(32, kernel: 3, activation: …    784,000       0        0     54.0
///
/// A row is for the codes that enter a layer; the last row is for the outputs of the network.
public struct Parity: Sendable, Equatable, CustomStringConvertible {
  /// What was compared before one layer.
  public struct Row: Sendable, Equatable {
    /// The number of the layer, from 1; nil for the outputs.
    public let number: Int?
    public let layer: String
    /// How many codes were compared.
    public let codes: Int
    /// How many of them differ between the simulated and the integer network.
    public let different: Int
    /// The largest difference, in codes; of the outputs in real numbers.
    public let largest: Double
    /// How near the real numbers of the simulated codes are to float32, in decibels.
    public let sqnr: Double
  }

  public let rows: [Row]
  /// The share of samples that each classifies right.
  public let floatAccuracy: Double
  public let simulatedAccuracy: Double
  public let integerAccuracy: Double

  /// How many codes and outputs differ between the simulated and the integer network.
  public var different: Int { rows.reduce(0) { $0 + $1.different } }

  public var description: String {
    let table = TextTable(
      head: ["layer", "codes", "differ", "largest", "SQNR dB"],
      rows: rows.map { row in
        [
          (row.number.map { "\($0)  " } ?? "") + row.layer, grouped(row.codes),
          grouped(row.different),
          row.largest == row.largest.rounded()
            ? Decimal.fixed(row.largest, 0) : Decimal.text(row.largest),
          Decimal.fixed(row.sqnr, 1),
        ]
      }, numbers: 4)
    return table.text
      + "\naccuracy: float \(Decimal.percent(floatAccuracy)), "
      + "simulated \(Decimal.percent(simulatedAccuracy)), "
      + "integers \(Decimal.percent(integerAccuracy))"
  }
}

/// Compares a float network, its prepared form and its network of integers on some data.
///
///     let table = try parity(net, prepared, convert(prepared), test)
///     table.different      // 0: simulated and integers agree on every code
///
/// Batch norms of the float network are folded first, as `prepare` does it.
///
/// Errors: empty data, a prepared network that does not come from the float one, a network of
/// integers with other layers.
public func parity(
  _ float: Sequential, _ simulated: Sequential, _ integers: IntegerNetwork, _ data: Dataset
) throws -> Parity {
  try simulated.checkPrepared("parity")
  guard data.count > 0 else { throw NetworkError.emptyData(data.name) }
  let shape = try Shape(data.sampleShape)
  let float = try foldBatchNorms(float.built(for: shape))
  let simulated = try simulated.built(for: shape)
  _ = try integers.ready(for: shape)
  guard float.layers.count == simulated.layers.count else {
    throw QuantizedNetworkError.notOfOneKind(
      "the prepared network", layers: simulated.layers.count, expected: float.layers.count)
  }
  guard integers.layers.count == simulated.layers.count else {
    throw QuantizedNetworkError.notOfOneKind(
      "the network of integers", layers: integers.layers.count,
      expected: simulated.layers.count)
  }
  let numbers = simulated.layers.indices.filter {
    (simulated.layers[$0] as? QuantizedLayer)?.policy.activations != nil
  }
  let grids = try numbers.map { try (simulated.layers[$0] as? QuantizedLayer)?.inputParameters }
  let parts = try Batching.collect(
    Batching.ranges(data.count, size: Batching.inferenceSize), inOrder: simulated.runsInOrder
  ) { range -> ParityPart in
    let (x, labels) = (try data.samples(at: range), try data.labels(at: range))
    var part = ParityPart(left: try trace(simulated, x), right: try integers.trace(x))
    var context = Context(.inference)
    var y = x
    for (index, layer) in float.layers.enumerated() {
      if numbers.contains(index) { part.float.append(y) }
      y = try layer.forward(y, &context)
    }
    part.float.append(y)
    return try part.counted(grids, labels)
  }
  let total = parts.dropFirst().reduce(parts[0]) { $0.adding($1) }
  let rows = total.counts.enumerated().map { index, count in
    let number = numbers.indices.contains(index) ? numbers[index] : nil
    return Parity.Row(
      number: number.map { $0 + 1 },
      layer: number.map { float.layers[$0].description } ?? "outputs", codes: count.codes,
      different: count.different, largest: count.largest,
      sqnr: Measures.decibels(signal: count.signal, noise: count.noise))
  }
  let samples = Double(data.count)
  return Parity(
    rows: rows, floatAccuracy: Double(total.correct[0]) / samples,
    simulatedAccuracy: Double(total.correct[1]) / samples,
    integerAccuracy: Double(total.correct[2]) / samples)
}

/// What one part of the data gives.
private struct ParityPart: Sendable {
  struct Count: Sendable {
    var (codes, different) = (0, 0)
    var (largest, signal, noise) = (0.0, 0.0, 0.0)
  }

  /// What enters each quantized layer, then the outputs: in float32, and as codes.
  var float: [Tensor] = []
  var left: [Tensor] = []
  var right: [Tensor] = []
  var counts: [Count] = []
  /// Samples classified right: float, simulated, integers.
  var correct = [0, 0, 0]

  /// The counts, without the tensors.
  func counted(_ grids: [QuantizationParameters?], _ labels: Tensor) throws -> ParityPart {
    var part = ParityPart()
    guard left.count == right.count, left.count == float.count else {
      throw QuantizedNetworkError.notOfOneKind(
        "the network of integers", layers: right.count, expected: left.count)
    }
    for (index, (a, b)) in zip(left, right).enumerated() {
      guard a.shape == b.shape, a.shape == float[index].shape else {
        throw TensorError.cannotBroadcast(a.shape, b.shape, "compare")
      }
      var count = Count()
      count.codes = a.count
      let (x, y) = (try a.elements(as: Float.self), try b.elements(as: Float.self))
      for i in x.indices where x[i] != y[i] {
        count.different += 1
        count.largest = Swift.max(count.largest, Swift.abs(Double(x[i]) - Double(y[i])))
      }
      let grid = grids.indices.contains(index) ? grids[index] : nil
      let reals = try grid.map { try $0.dequantize(a) } ?? a
      (count.signal, count.noise) = try Measures.energies(float[index], reals)
      part.counts.append(count)
    }
    for (index, logits) in [float.last, left.last, right.last].enumerated() {
      if let logits { part.correct[index] = try countCorrect(logits, labels) }
    }
    return part
  }

  func adding(_ other: ParityPart) -> ParityPart {
    var sum = self
    for index in counts.indices {
      let count = other.counts[index]
      sum.counts[index].codes += count.codes
      sum.counts[index].different += count.different
      sum.counts[index].largest = max(counts[index].largest, count.largest)
      sum.counts[index].signal += count.signal
      sum.counts[index].noise += count.noise
    }
    sum.correct = zip(correct, other.correct).map(+)
    return sum
  }
}
