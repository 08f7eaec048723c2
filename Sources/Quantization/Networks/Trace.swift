package import Networks
package import Tensors

extension IntegerNetwork {
  /// What goes through the network: the codes that enter each layer with sums, then the output.
  ///
  /// Codes are uint8 in the order of their shape, `[N, C, H, W]` or `[N, F]`.
  package func trace(_ x: Tensor) throws -> [Tensor] {
    _ = try ready(for: x.sampleShape)
    var seen: [Tensor] = []
    let y = try run(codes(of: x)) { seen.append(try $0.tensor()) }
    return seen + [y]
  }
}

/// What goes through a prepared network after training: the codes that enter each quantized layer,
/// then the output.
package func trace(_ network: Sequential, _ x: Tensor) throws -> [Tensor] {
  let network = try network.built(for: x.sampleShape)
  var context = Context(.inference)
  var seen: [Tensor] = []
  var y = x
  for (index, layer) in network.layers.enumerated() {
    context.layerIndex = index + 1
    context.following = network.layers[(index + 1)...]
    if let quantized = layer as? QuantizedLayer, let input = try quantized.inputParameters {
      seen.append(try input.codes(of: y).codes)
    }
    y = try layer.forward(y, &context)
  }
  return seen + [y]
}
