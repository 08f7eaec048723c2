import Datasets
import Networks
import Tensors

/// What the repairs have in common.
enum Repair {
  /// A network whose weights were chosen anew on their grids.
  ///
  /// The closure gets the weights of a group of channels with their scales, X, the bias of each row
  /// and the type of the codes, and gives weights that lie on the grid. A row that it leaves with a
  /// larger error of its output on X than the nearest numbers have takes those.
  static func reround(
    _ network: Sequential, bits: Int, activations: Int?, inputBits: Int?, _ data: Dataset,
    _ range: RangeRule,
    _ choose: (WeightRows, Tensor, Target, CodeType) throws -> [Float]
  ) throws -> Sequential {
    guard (2...8).contains(bits) else { throw QuantizedNetworkError.repairWidth(bits) }
    guard data.count > 0 else { throw NetworkError.emptyData(data.name) }
    let built = try network.inFloat.built(for: Shape(data.sampleShape))
    let prepared = try prepare(
      built, weights: bits, activations: activations, inputBits: inputBits,
      calibration: activations == nil ? nil : data, range: range)
    return try prepared.repaired(data) { quantized, x in
      let layer = quantized.layer
      guard let weights = layer.parameters.first?.tensor else { return quantized }
      let parameters = try QuantizationParameters(
        for: weights.detached(), bits: bits, scheme: .symmetric, per: .channel)
      let inputs = try LayerInputs(x, of: layer)
      let groups = try WeightRows.groups(of: layer, scales: parameters.scales)
      let bias: [Float] =
        try layer.parameters.dropFirst().first?.tensor.detached().elements()
        ?? Array(repeating: 0, count: parameters.scales.count)
      var values: [Float] = []
      for (group, rows) in groups.enumerated() {
        let first = group * rows.rows
        let target = Target(
          bias: Array(bias[first..<first + rows.rows]),
          rectified: quantized.activation == .relu)
        let chosen = try choose(rows, inputs.groups[group], target, parameters.type)
        values += try better(chosen, rows, inputs.groups[group], target, parameters.type)
      }
      return try quantized.holding(
        Tensor(values, shape: weights.shape), scales: parameters.scales)
    }
  }

  /// What the output of some rows is compared behind.
  struct Target {
    let bias: [Float]
    let rectified: Bool
  }

  /// Of each row the chosen weights or the nearest ones, whichever gives the smaller error.
  private static func better(
    _ chosen: [Float], _ rows: WeightRows, _ x: Tensor, _ target: Target, _ type: CodeType
  ) throws -> [Float] {
    let nearest = rows.rounded(to: type)
    let own = try rows.errors(
      of: chosen, on: x, bias: target.bias, rectified: target.rectified)
    let others = try rows.errors(
      of: nearest, on: x, bias: target.bias, rectified: target.rectified)
    var result = chosen
    for row in 0..<rows.rows where !(own[row] <= others[row]) {
      let range = row * rows.columns..<(row + 1) * rows.columns
      result.replaceSubrange(range, with: nearest[range])
    }
    return result
  }
}

extension QuantizedLayer {
  /// The layer with weights that lie on a grid, whose scales are held.
  func holding(_ weights: Tensor, scales: [Float]) throws -> QuantizedLayer {
    var copy = self
    copy.layer = layer.replacingParameters(
      [weights] + layer.parameters.dropFirst().map { $0.tensor })
    copy.weightScale = try Tensor(scales)
    return copy
  }
}
