public import Datasets
public import Networks
import Tensors

/// The network made ready for quantization-aware training, or for conversion if it is calibrated.
///
///     var qat = try prepare(net, weights: 4, activations: 8)
///     try fit(&qat, train, optimizer: Adam(0.0001))
///     let small = try convert(qat)
///
/// Batch norms are folded, then each Conv2D, Dense and AveragePool2D is put into a `QuantizedLayer`,
/// keeping its parameters. A network that was prepared before gets the new widths and keeps its
/// ranges. `activations: nil` quantizes weights alone. With calibration data the ranges are those of
/// the data; without, the first batch of a training gives them.
///
/// Errors: widths that are not 2 to 8 bits, no layer to quantize, a batch norm without parameters,
/// empty calibration data.
public func prepare(
  _ network: Sequential, weights: Int = 8, activations: Int? = 8, calibration: Dataset? = nil
) throws -> Sequential {
  let policy = try QuantizationPolicy(weights: weights, activations: activations)
  let folded = try foldBatchNorms(network)
  let layers = try folded.layers.map { layer -> any Layer in
    switch layer {
    case let quantized as QuantizedLayer:
      try QuantizedLayer(quantized.layer, policy: policy, inputRange: quantized.inputRange)
    case is Conv2D, is Dense: try QuantizedLayer(layer, policy: policy)
    case is AveragePool2D where activations != nil: try QuantizedLayer(layer, policy: policy)
    default: layer
    }
  }
  guard layers.contains(where: { $0.isQuantized && !$0.parametersAreAbsent }) else {
    throw QuantizedNetworkError.nothingToQuantize
  }
  var prepared = try Sequential(layers, seed: network.seed)
  if let shape = network.inputShape { prepared = try prepared.built(for: shape) }
  return try calibration.map { try calibrate(prepared, $0) } ?? prepared
}

/// The prepared network after its layers observed the smallest and largest inputs on some data.
///
/// The data runs through it in float32. Ranges that are known already are widened where need be.
public func calibrate(_ network: Sequential, _ data: Dataset) throws -> Sequential {
  guard data.count > 0 else { throw NetworkError.emptyData(data.name) }
  let built = try network.built(for: Shape(data.imageShape))
  let ranges = Batching.ranges(data.count, size: Batching.inferenceSize)
  let reports = try Batching.collect(ranges) { range in
    var context = Context(.observing)
    _ = try built.forward(data.images(at: range), &context)
    return context.statistics
  }
  return try built.absorbing(reports)
}

/// The network of integers that a prepared network stands for.
///
/// It computes with whole numbers exactly what the prepared network gives after training: every
/// code is the same.
///
/// Errors, naming the layer: a range that was never observed, a layer without an integer form, an
/// accumulator that could overflow int32.
public func convert(_ network: Sequential) throws -> IntegerNetwork {
  try IntegerNetwork(network)
}

/// A network of integers, from a trained network and some data to calibrate it with.
///
///     let small = try quantize(net, bits: 8, calibration: train.take(512))
///
/// `weights` and `activations` take the place of `bits` where they are given. Equal to `prepare`
/// with calibration data, then `convert`.
public func quantize(
  _ network: Sequential, bits: Int = 8, weights: Int? = nil, activations: Int? = nil,
  calibration: Dataset
) throws -> IntegerNetwork {
  let built = try network.built(for: Shape(calibration.imageShape))
  return try convert(
    prepare(
      built, weights: weights ?? bits, activations: activations ?? bits, calibration: calibration))
}

extension Layer {
  fileprivate var isQuantized: Bool { self is QuantizedLayer }
  /// Whether it is a quantized layer without weights, such as a pooling.
  fileprivate var parametersAreAbsent: Bool {
    (self as? QuantizedLayer)?.layer is AveragePool2D
  }
}
