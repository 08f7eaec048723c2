public import Networks
import Tensors

/// The prepared network with other bits, going on with what it learned.
///
///     for bits in [8, 6, 4] {
///       net = try withBits(net, weights: bits, activations: bits)
///       try fit(&net, train, optimizer: Adam(0.0005))
///     }
///
/// The method stays, and so do the layers that `prepare` gave `firstAndLast` bits and an input that
/// it gave `inputBits`. Learned steps of
/// activations grow as the number of codes shrinks, those of weights start anew. What is left out
/// stays as it is.
///
/// Errors: a network that is not prepared, widths that are not 1 to 8 bits.
public func withBits(
  _ network: Sequential, weights: Int? = nil, activations: Int? = nil
) throws -> Sequential {
  try network.checkPrepared("withBits")
  var result = network
  for (index, layer) in network.layers.enumerated() {
    guard let quantized = layer as? QuantizedLayer, !quantized.policy.isExempt else { continue }
    let policy = try quantized.policy.with(
      weights: weights, activations: quantized.policy.observesInput ? nil : activations)
    result = result.replacingLayer(index, with: try quantized.adopting(policy))
  }
  return result
}

/// Holds the ranges, the learned scales and the batch-norm statistics of a network from now on.
///
///     try fit(&net, train, epochs: 2, optimizer: Adam(0.001))
///     freezeRanges(&net)
///     try fit(&net, train, epochs: 1, optimizer: Adam(0.0001))
///
/// Weights and biases go on learning, on grids that no longer move; a batch norm uses its running
/// mean and variance in training too. Source: arXiv 1806.08342, section 3.2.
public func freezeRanges(_ network: inout Sequential) {
  for (index, layer) in network.layers.enumerated() {
    if let quantized = layer as? QuantizedLayer {
      network = network.replacingLayer(index, with: quantized.frozen())
    } else if let norm = layer as? BatchNorm {
      network = network.replacingLayer(index, with: norm.frozen())
    }
  }
}

extension Sequential {
  /// Throws unless there is a quantized layer.
  func checkPrepared(_ what: String) throws {
    guard layers.contains(where: { $0 is QuantizedLayer }) else {
      throw QuantizedNetworkError.notPrepared(what)
    }
  }
}
