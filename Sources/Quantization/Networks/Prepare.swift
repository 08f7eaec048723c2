public import Datasets
public import Networks
import Tensors

/// The network made ready for quantization-aware training, or for conversion if it is calibrated.
///
///     var qat = try prepare(net, weights: 4, activations: 4, method: .lsq)
///     try fit(&qat, train, optimizer: Adam(0.0005))
///     let small = try convert(qat)
///
/// Batch norms are folded, then each Conv1D, Conv2D, Dense, average pooling and sum of a Residual is
/// put into a `QuantizedLayer`, keeping its parameters. The vectors of an Embedding get the codes of
/// the layer behind it. A network that was prepared before gets the new widths and keeps its
/// ranges. `activations: nil` quantizes weights alone. With calibration data the ranges, and the
/// starts of learned scales, are those of the data; without, the first batch of a training gives
/// them.
///
/// The first and the last layer with weights get `firstAndLast` bits for both, with the
/// straight-through method; activations of 16 bits stay. Left out, it is 8 for all methods but
/// straight-through, whose authors keep these layers so or in float32. Given as 8 it spares these
/// layers whatever the others have, and keeps them so in `withBits`; a learned method goes on in them
/// where all have 8 bits. Given as the bits of `weights`, if they are fewer, it makes no layer an
/// exception.
///
/// The input of the first layer gets `inputBits`, if they are given; its range is then observed
/// whatever the method. An image of 8-bit pixels loses nothing at 8 bits, however few the layers
/// between have.
///
/// `range` says how ranges are found in the calibration data, `requantization` how the sums of a
/// layer become codes of the next.
///
/// Errors: widths that are not 1 to 8 bits, no layer to quantize, a batch norm without parameters,
/// empty calibration data.
public func prepare(
  _ network: Sequential, weights: Int = 8, activations: Int? = 8,
  method: QuantizationMethod = .straightThrough, firstAndLast: Int? = nil, inputBits: Int? = nil,
  calibration: Dataset? = nil, range: RangeRule = .minMax,
  requantization: Requantization = .float
) throws -> Sequential {
  let policy = try QuantizationPolicy(
    weights: weights, activations: activations, method: method, requantization: requantization)
  let folded = try foldBatchNorms(network)
  let isUniform =
    switch firstAndLast {
    case nil: false
    case 8: method != .straightThrough && policy.weights == 8 && (activations ?? 8) >= 8
    case let bits: bits == weights || bits == policy.weights
    }
  let outer = isUniform ? nil : firstAndLast ?? method.firstAndLast
  var ends: Set<Int> = []
  var endPolicy = policy
  if let outer {
    endPolicy = try QuantizationPolicy(
      weights: outer, activations: activations.map { $0 == 16 ? 16 : outer }, isExempt: true,
      requantization: requantization)
    let weighted = folded.layers.indices.filter { folded.layers[$0].hasWeights }
    ends = Set([weighted.first, weighted.last].compactMap { $0 })
  }
  let first = folded.layers.firstIndex { $0 is QuantizedLayer || $0.isQuantizable }
  let layers = try folded.layers.enumerated().map { index, layer -> any Layer in
    var policy = ends.contains(index) ? endPolicy : policy
    if let inputBits, index == first {
      policy = try policy.with(activations: inputBits, observesInput: true)
    }
    return switch layer {
    case let quantized as QuantizedLayer: try quantized.adopting(policy)
    case _ where layer.hasWeights: try QuantizedLayer(layer, policy: policy)
    case is Join where activations != nil, is Embedding where activations != nil: OnGrid(layer)
    case _ where layer.sumsWithoutWeights && activations != nil:
      try QuantizedLayer(layer, policy: policy)
    default: layer
    }
  }
  guard layers.contains(where: \.hasWeights) else {
    throw QuantizedNetworkError.nothingToQuantize
  }
  var prepared = try Sequential(layers, seed: network.seed)
  if let shape = network.inputShape { prepared = try prepared.built(for: shape) }
  return try calibration.map { try calibrate(prepared, $0, range: range) } ?? prepared
}

/// The network of integers that a prepared network stands for.
///
/// It computes with whole numbers exactly what the prepared network gives after training: every
/// code is the same. `requantization` takes the place of what the network was prepared with; the
/// codes are then those of the network that was prepared so.
///
/// Errors, naming the layer: a range that was never observed, a layer without an integer form, an
/// accumulator that could overflow int32.
public func convert(
  _ network: Sequential, requantization: Requantization? = nil
) throws -> IntegerNetwork {
  try IntegerNetwork(
    requantization.map { try withRequantization(network, $0) } ?? network)
}

/// The prepared network with another way from the sums of a layer to the codes of the next.
///
/// Errors: a network that is not prepared.
public func withRequantization(
  _ network: Sequential, _ requantization: Requantization
) throws -> Sequential {
  try network.checkPrepared("withRequantization")
  var result = network
  for (index, layer) in network.layers.enumerated() {
    guard let quantized = layer as? QuantizedLayer else { continue }
    result = result.replacingLayer(
      index, with: try quantized.requantizing(by: requantization))
  }
  return result
}

/// A network of integers, from a trained network and some data to calibrate it with.
///
///     let small = try quantize(net, bits: 8, calibration: train.take(512))
///
/// `weights` and `activations` take the place of `bits` where they are given. Equal to `prepare`
/// with calibration data, then `convert`.
public func quantize(
  _ network: Sequential, bits: Int = 8, weights: Int? = nil, activations: Int? = nil,
  calibration: Dataset, range: RangeRule = .minMax, requantization: Requantization = .float
) throws -> IntegerNetwork {
  let built = try network.built(for: Shape(calibration.sampleShape))
  return try convert(
    prepare(
      built, weights: weights ?? bits, activations: activations ?? bits, calibration: calibration,
      range: range, requantization: requantization))
}

extension Layer {
  /// Whether `prepare` may wrap it.
  fileprivate var isQuantizable: Bool { hasWeights || sumsWithoutWeights }

  /// Whether it gives new numbers without weights: a mean, or the sum of a Residual.
  var sumsWithoutWeights: Bool {
    self is AveragePool2D || self is GlobalAveragePool2D || self is GlobalAveragePool1D
      || self is AddShortcut
  }

  /// Whether it is a layer with weights that can be, or is, quantized.
  var hasWeights: Bool {
    unwrapped is any Convolution || unwrapped is Dense
  }
}
