public import Networks
import Tensors

/// The network with each batch norm behind a convolution or Dense folded into its weights and bias.
///
///     W' = W g / sd,   b' = beta + (b - mean) g / sd,   sd = sqrt(variance + epsilon)
///
/// Mean and variance are the running ones, so the folded network gives what the original gives
/// after training, but for rounding. A batch norm behind anything else stays: there, an activation
/// or a pooling stands between it and the weights.
///
/// Errors: a batch norm without parameters, one of another number of channels.
public func foldBatchNorms(_ network: Sequential) throws -> Sequential {
  var layers: [any Layer] = []
  let shapes = try network.inputShape.map { try network.outputShapes(for: $0) }
  for (index, layer) in network.layers.enumerated() {
    // Of a dense layer's output with more axes, the first are the channels of a batch norm.
    let isInRows = layers.last is Dense && (shapes?[index].rank ?? 1) > 1
    if let norm = layer as? BatchNorm, let last = layers.last, !isInRows,
      let folded = try fold(norm, into: last)
    {
      layers[layers.count - 1] = folded
    } else {
      layers.append(layer)
    }
  }
  guard layers.count < network.layers.count else { return network }
  let folded = try Sequential(layers, seed: network.seed)
  return try network.inputShape.map { try folded.built(for: $0) } ?? folded
}

/// The layer with a batch norm folded into it; nil where that is not possible.
private func fold(_ norm: BatchNorm, into layer: any Layer) throws -> (any Layer)? {
  guard layer.hasWeights, var folded = layer as? any Weighted, folded.activation == .none else {
    return nil
  }
  guard let scale = norm.scale, let shift = norm.shift, let mean = norm.runningMean,
    let variance = norm.runningVariance
  else { throw NetworkError.notBuilt(norm.description) }
  guard let weights = folded.weights else {
    throw NetworkError.notBuilt(layer.description)
  }
  let filters = weights.shape[0]
  guard scale.count == filters else {
    throw QuantizedNetworkError.batchNorm(channels: scale.count, filters: filters)
  }
  let factor = try scale / sqrt(variance + norm.epsilon)
  let ones = [Int](repeating: 1, count: weights.rank - 1)
  folded.weights = try weights * factor.reshape([filters] + ones)
  folded.bias = try shift + ((folded.bias ?? zeros(filters)) - mean) * factor
  folded.usesBias = true
  return folded
}
