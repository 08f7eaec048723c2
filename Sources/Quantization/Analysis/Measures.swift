import Datasets
import Networks
import Tensors

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What the analyses measure alike.
enum Measures {
  /// 10 log10(signal / noise); infinite where there is no noise.
  static func decibels(signal: Double, noise: Double) -> Double {
    noise == 0 ? .infinity : 10 * log10(signal / noise)
  }

  /// The sums of squares of a tensor and of its difference from another, in Float64.
  static func energies(_ x: Tensor, _ y: Tensor) throws -> (signal: Double, noise: Double) {
    try x.plain().withElements(Float.self) { x in
      try y.plain().withElements(Float.self) { y in
        var (signal, noise) = (0.0, 0.0)
        for i in 0..<min(x.count, y.count) {
          let (value, error) = (Double(x[i]), Double(y[i]) - Double(x[i]))
          signal += value * value
          noise += error * error
        }
        return (signal, noise)
      }
    }
  }

  /// Loss and accuracy of a network, and how near its outputs are to others.
  struct Quality: Sendable {
    var (loss, accuracy, sqnr) = (0.0, 0.0, 0.0)
  }

  /// Measures a network against the outputs of another on the same data, part by part.
  static func quality(
    _ network: Sequential, on data: Dataset, outputs: [Tensor]
  ) throws -> Quality {
    let parts = try Batching.collect(
      Self.parts(of: data), inOrder: network.runsInOrder
    ) { range -> [Double] in
      let labels = try data.labels(at: range)
      let logits = try network.logits(data.samples(at: range))
      let energies = try energies(outputs[range.lowerBound / Batching.inferenceSize], logits)
      return [
        try crossEntropy(logits, labels).item() * Double(range.count),
        Double(try countCorrect(logits, labels)), energies.signal, energies.noise,
      ]
    }
    let sums = parts.reduce([0, 0, 0, 0]) { zip($0, $1).map(+) }
    let count = Double(data.count)
    return Quality(
      loss: sums[0] / count, accuracy: sums[1] / count,
      sqnr: decibels(signal: sums[2], noise: sums[3]))
  }

  /// The outputs of a network on data, part by part.
  static func outputs(_ network: Sequential, _ data: Dataset) throws -> [Tensor] {
    try Batching.collect(parts(of: data), inOrder: network.runsInOrder) { range in
      try network.logits(data.samples(at: range)).detached().plain()
    }
  }

  private static func parts(of data: Dataset) -> [Range<Int>] {
    Batching.ranges(data.count, size: Batching.inferenceSize)
  }
}

/// The float network that an analysis starts from: built, with its batch norms folded.
struct Analysed {
  let network: Sequential
  /// The numbers of its layers with weights, from 0.
  let weighted: [Int]
  /// The shape that enters each layer, for one sample.
  let shapes: [Shape]

  /// Errors: a network that is prepared already, one without weights, empty data.
  init(_ network: Sequential, _ what: String, on data: Dataset) throws {
    guard !network.layers.contains(where: { $0 is QuantizedLayer }) else {
      throw QuantizedNetworkError.alreadyPrepared(what)
    }
    guard data.count > 0 else { throw NetworkError.emptyData(data.name) }
    let shape = try Shape(data.sampleShape)
    let network = try foldBatchNorms(network.built(for: shape))
    weighted = network.layers.indices.filter { network.layers[$0].hasWeights }
    guard !weighted.isEmpty else { throw QuantizedNetworkError.nothingToQuantize }
    self.network = network
    shapes = try [shape] + network.outputShapes(for: shape)
  }

  /// The number of weights of a layer, and how many output channels it has.
  func weights(_ index: Int) -> (count: Int, channels: Int) {
    let weights = network.layers[index].parameters.first?.tensor
    return (weights?.count ?? 0, weights?.shape.first ?? 0)
  }

  /// The bytes of a layer with weights of some bits: packed codes, scales, biases.
  func bytes(_ index: Int, bits: Int, scales: Int? = nil) -> Int {
    let (count, channels) = weights(index)
    let bias = network.layers[index].parameters.dropFirst().reduce(0) { $0 + $1.tensor.count }
    return PackedCodes.byteCount(count, bits: bits) + 4 * (scales ?? channels) + 4 * bias
  }

  /// Multiplications of a weight with an activation, for one sample.
  func products(_ index: Int) -> Int {
    let (count, channels) = weights(index)
    let places = shapes[index + 1].dropFirst().reduce(1, *)
    return count * (channels == 0 ? 0 : places)
  }
}
