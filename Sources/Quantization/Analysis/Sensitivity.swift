public import Datasets
public import Networks
import Tensors

/// What a network loses when one of its layers is quantized and all others stay in float32.
public struct Sensitivity: Sendable, Equatable, CustomStringConvertible {
  /// What one layer costs.
  public struct Row: Sendable, Equatable {
    /// The number of the layer, from 1.
    public let number: Int
    public let layer: String
    public let weights: Int
    /// What the weights lose, in decibels.
    public let weightSQNR: Double
    /// What the outputs of the network lose.
    public let outputSQNR: Double
    public let accuracy: Double
    /// The loss less that of the float network.
    public let lossChange: Double
  }

  public let bits: Int
  public let activations: Int?
  public let rows: [Row]
  public let floatAccuracy: Double
  public let floatLoss: Double

  public var description: String {
    TextTable(
      head: ["layer", "weights", "SQNR dB", "output dB", "loss +", "accuracy"],
      rows: rows.map { row in
        [
          "\(row.number)  \(row.layer)", grouped(row.weights), Decimal.fixed(row.weightSQNR, 1),
          Decimal.fixed(row.outputSQNR, 1), Decimal.fixed(row.lossChange, 4),
          Decimal.percent(row.accuracy),
        ]
      },
      total: ["float32", "", "", "", "", Decimal.percent(floatAccuracy)], numbers: 5, width: 80
    ).text
  }
}

/// Quantizes one layer with weights at a time and measures what that costs.
///
///     let table = try sensitivity(net, test, bits: 2, calibration: train.take(512))
///
/// The others stay in float32, so the rows are independent of each other. Without `calibration` the
/// data that is measured on shows the ranges too.
///
/// Errors: a prepared network, empty data, widths that are not 1 to 8 bits.
public func sensitivity(
  _ network: Sequential, _ data: Dataset, bits: Int = 4, activations: Int? = 8,
  calibration: Dataset? = nil, range: RangeRule = .minMax
) throws -> Sensitivity {
  let float = try Analysed(network, "sensitivity", on: data)
  let policy = try QuantizationPolicy(weights: bits, activations: activations)
  let outputs = try Measures.outputs(float.network, data)
  let base = try evaluate(float.network, data)
  let rows = try float.weighted.map { index in
    try Stop.check()
    let layer = float.network.layers[index]
    var one = float.network.replacingLayer(index, with: try QuantizedLayer(layer, policy: policy))
    if activations != nil { one = try calibrate(one, calibration ?? data, range: range) }
    let quality = try Measures.quality(one, on: data, outputs: outputs)
    guard let weights = layer.parameters.first?.tensor.detached(),
      let rounded = try (one.layers[index] as? QuantizedLayer)?.quantizedWeights?.dequantized()
    else { throw NetworkError.notBuilt(layer.description) }
    return Sensitivity.Row(
      number: index + 1, layer: layer.description, weights: weights.count,
      weightSQNR: try sqnr(weights, rounded), outputSQNR: quality.sqnr,
      accuracy: quality.accuracy, lossChange: quality.loss - base.loss)
  }
  return Sensitivity(
    bits: bits, activations: activations, rows: rows, floatAccuracy: base.accuracy,
    floatLoss: base.loss)
}
