public import Datasets
public import Networks
import Tensors

/// The prepared network with biases that make good the mean error of rounded weights.
///
///     b -= (W_q - W) E[x], for each output channel
///
/// The mean is that of the layer's output over all samples and places, so that padding counts as it
/// should; x is what enters the layer when the data runs through the network in float32. A layer
/// without a bias stays as it is. Source: arXiv 1906.04721, section 4.2, with the mean taken from
/// data.
///
/// Use it on a network that was trained in float32 and prepared, and before any training of the
/// prepared one: the float weights that it holds are the measure.
///
/// Errors: a network that is not prepared, empty calibration data.
public func correctBias(_ network: Sequential, calibration: Dataset) throws -> Sequential {
  try network.checkPrepared("correctBias")
  return try network.repaired(calibration) { quantized, x in
    let layer = quantized.layer
    var parameters = layer.parameters.map { $0.tensor.detached() }
    guard parameters.count > 1, let rounded = try quantized.fakeWeights() else { return quantized }
    let difference = try rounded.detached() - parameters[0]
    let shift = try BiasCorrection.mean(x, through: layer, difference)
    parameters[1] = try parameters[1] - shift
    var copy = quantized
    copy.layer = layer.replacingParameters(parameters)
    return copy
  }
}

enum BiasCorrection {
  /// The mean output of each channel, for other weights and no bias.
  static func mean(_ x: Tensor, through layer: any Layer, _ weights: Tensor) throws -> Tensor {
    let samples = x.shape[0]
    let totals = try Batching.collect(Batching.ranges(samples, size: Batching.inferenceSize)) {
      range in
      let part = try x.slice([.range(lower: range.lowerBound, upper: range.upperBound)])
      guard let layer = layer as? any Weighted else {
        throw QuantizedNetworkError.notQuantizable(layer.description)
      }
      let y = try layer.product(part, weights, bias: nil, relu: false)
      let channels = weights.shape[0]
      return layer is Dense
        ? try y.reshape(part.shape[0], -1, channels).mean(axis: 1).sum(axis: 0)
        : try y.plain().reshape(part.shape[0], channels, -1).mean(axis: 2).sum(axis: 0)
    }
    let total = try totals.dropFirst().reduce(totals[0]) { try $0 + $1 }
    return try total / Double(samples)
  }
}
