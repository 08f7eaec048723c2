public import Networks
import Tensors

/// What a quantized layer holds, for files.
extension QuantizedLayer {
  /// The state of the layer in float32, then that of the grids: `input_range` (smallest and largest
  /// value), `weight_scale`, `input_scale` (for PACT the clip), `input_offset`, `frozen`.
  public var state: [Parameter] {
    let range = inputRange.flatMap { try? Tensor([$0.min, $0.max]) }
    let grids = [
      range.map { Parameter("input_range", $0) },
      weightScale.map { Parameter("weight_scale", $0) },
      inputScale.map { Parameter("input_scale", $0) },
      inputOffset.map { Parameter("input_offset", $0) },
    ]
    return layer.state + grids.compactMap { $0 } + StoredState.flag("frozen", isFrozen)
  }

  /// Grids come from the file as a whole; from a file without any, such as one of the network in
  /// float32, only the layer itself is taken.
  public func restoring(_ stored: StoredState) throws -> any Layer {
    var copy = self
    copy.layer = try layer.restoring(stored)
    let names = ["input_range", "weight_scale", "input_scale", "input_offset", "frozen"]
    guard names.contains(where: { stored[$0] != nil }) else { return copy }
    func number(_ name: String) throws -> Tensor? {
      guard stored[name] != nil else { return nil }
      return try stored.tensor(name, like: Tensor([0]))
    }
    copy.inputRange = nil
    if stored["input_range"] != nil {
      let bounds = try stored.tensor("input_range", like: Tensor([0, 0]))
        .elements(as: Float.self)
      copy.inputRange = ValueRange(bounds[0], bounds[1])
    }
    copy.weightScale = nil
    if stored["weight_scale"] != nil, let weights = layer.parameters.first?.tensor {
      copy.weightScale = try stored.tensor("weight_scale", like: zeros(weights.shape[0]))
    }
    copy.inputScale = try number("input_scale")
    copy.inputOffset = try number("input_offset")
    copy.isFrozen = stored.flag("frozen")
    return copy
  }
}
