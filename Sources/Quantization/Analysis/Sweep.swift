public import Datasets
public import Networks
import Tensors

/// How weights are rounded after training, for a sweep.
public enum RoundingRepair: String, CaseIterable, Hashable, Sendable {
  /// To the nearest number of the grid.
  case nearest
  /// To the nearest, after `equalize`.
  case equalized
  /// To the nearest, then `correctBias`.
  case biasCorrected
  /// `adaRound`; a scale for each channel.
  case adaRound
  /// `gptq`; a scale for each channel.
  case gptq

  /// Whether it also works where all channels share a scale.
  var takesSharedScale: Bool { self != .adaRound && self != .gptq }
}

/// A network quantized in many ways, and those of them that no other beats.
public struct Sweep: Sendable, CustomStringConvertible {
  /// One way.
  public struct Point: Sendable, Equatable {
    public let bits: Int
    public let activations: Int?
    public let method: RoundingRepair
    /// `.channel`, or `.tensor` where all channels share a scale.
    public let granularity: Granularity
    public let accuracy: Double
    /// Packed codes, scales and biases.
    public let bytes: Int
    /// Multiplications for a sample, each counted as bits of the weight times bits of the activation.
    public let bitProducts: Int
    /// What the data took; of no meaning but on this machine at this time.
    public let milliseconds: Double

    /// `4 bits gptq per channel`.
    public var name: String { "\(bits) bits \(method) \(granularity)" }
  }

  public let points: [Point]
  public let floatAccuracy: Double
  public let floatBytes: Int

  /// Positions of the points that no other is at least as accurate as, and at most as large.
  ///
  /// Sorted by size. Of points that are equal in both the first stays.
  public var front: [Int] {
    let order = points.indices.sorted {
      (points[$0].bytes, -points[$0].accuracy, $0) < (points[$1].bytes, -points[$1].accuracy, $1)
    }
    var kept: [Int] = []
    for index in order where points[index].accuracy > kept.last.map({ points[$0].accuracy }) ?? -1 {
      kept.append(index)
    }
    return kept
  }

  /// The table, with a star at the points of the front; without times, which never repeat.
  public var description: String {
    let front = Set(front)
    return TextTable(
      head: ["", "bits", "method", "scales", "bytes", "bit products", "accuracy"],
      rows: points.enumerated().map { index, point in
        [
          front.contains(index) ? "*" : "",
          "W\(point.bits)" + (point.activations.map { "A\($0)" } ?? ""), point.method.rawValue,
          point.granularity.description, grouped(point.bytes), grouped(point.bitProducts),
          Decimal.percent(point.accuracy),
        ]
      },
      total: ["", "float32", "", "", grouped(floatBytes), "", Decimal.percent(floatAccuracy)],
      numbers: 3
    ).text
  }
}

/// Quantizes a network after training in every way of a grid, and measures each.
///
///     let ways = try sweep(net, test, calibration: train.take(512), bits: [8, 4, 2])
///     print(ways)          // a star marks the Pareto front of bytes and accuracy
///
/// `.adaRound` and `.gptq` take a scale for each channel only, and at least 2 bits; they are left out
/// where the grid asks for other things. With `activations: nil` the weights alone are quantized.
///
/// Errors: a prepared network, empty data, widths that are not 1 to 8 bits, an empty grid.
public func sweep(
  _ network: Sequential, _ data: Dataset, calibration: Dataset,
  bits: [Int] = [8, 6, 4, 3, 2], activations: Int? = 8,
  methods: [RoundingRepair] = [.nearest, .gptq], granularities: [Granularity] = [.channel],
  range: RangeRule = .minMax,
  progress: (Double) throws -> Void = { _ in }
) throws -> Sweep {
  let float = try Analysed(network, "sweep", on: data)
  for granularity in granularities where granularity != .channel && granularity != .tensor {
    throw QuantizedNetworkError.weightGranularity(granularity)
  }
  var ways: [(bits: Int, method: RoundingRepair, granularity: Granularity)] = []
  for bits in bits {
    _ = try QuantizationPolicy(weights: bits, activations: activations)
    for method in methods {
      for granularity in granularities
      where method.takesSharedScale || (granularity == .channel && bits > 1) {
        ways.append((bits, method, granularity))
      }
    }
  }
  guard !ways.isEmpty else { throw QuantizedNetworkError.noChoice("sweep") }
  let clock = ContinuousClock()
  var points: [Sweep.Point] = []
  for (number, way) in ways.enumerated() {
    try Stop.check()
    let prepared = try way.method.prepared(
      float.network, bits: way.bits, activations: activations,
      sharesScale: way.granularity == .tensor, calibration, range)
    let start = clock.now
    let accuracy =
      activations == nil
      ? try evaluate(prepared, data).accuracy : try evaluate(convert(prepared), data).accuracy
    let milliseconds = (clock.now - start) / .milliseconds(1)
    points.append(
      Sweep.Point(
        bits: way.bits, activations: activations, method: way.method,
        granularity: way.granularity, accuracy: accuracy,
        bytes: float.weighted.reduce(0) {
          $0 + float.bytes($1, bits: way.bits, scales: way.granularity == .tensor ? 1 : nil)
        },
        bitProducts: float.weighted.reduce(0) {
          $0 + float.products($1) * way.bits * (activations ?? 32)
        }, milliseconds: milliseconds))
    try progress(Double(number + 1) / Double(ways.count))
  }
  return Sweep(
    points: points, floatAccuracy: try evaluate(float.network, data).accuracy,
    floatBytes: float.network.parameterCount * 4)
}

extension RoundingRepair {
  /// The prepared and calibrated network.
  fileprivate func prepared(
    _ float: Sequential, bits: Int, activations: Int?, sharesScale: Bool, _ calibration: Dataset,
    _ range: RangeRule
  ) throws -> Sequential {
    func nearest(_ network: Sequential) throws -> Sequential {
      var prepared = try prepare(network, weights: bits, activations: activations)
      if sharesScale { prepared = try prepared.sharingScales() }
      return activations == nil ? prepared : try calibrate(prepared, calibration, range: range)
    }
    switch self {
    case .nearest: return try nearest(float)
    case .equalized: return try nearest(equalize(float))
    case .biasCorrected:
      return try Quantization.correctBias(nearest(float), calibration: calibration)
    case .adaRound:
      return try Quantization.adaRound(
        float, bits: bits, activations: activations, calibration: calibration, range: range)
    case .gptq:
      return try Quantization.gptq(
        float, bits: bits, activations: activations, calibration: calibration, range: range)
    }
  }
}

extension Sequential {
  /// The prepared network with one scale for the weights of a layer, where they follow from them.
  fileprivate func sharingScales() throws -> Sequential {
    var result = self
    for (index, layer) in layers.enumerated() {
      guard let quantized = layer as? QuantizedLayer else { continue }
      result = result.replacingLayer(
        index, with: try quantized.adopting(quantized.policy.with(sharesScale: true)))
    }
    return result
  }
}
