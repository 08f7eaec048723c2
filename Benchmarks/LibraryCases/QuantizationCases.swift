import Networks
import Quantization
import Tensors

/// Fake quantization with given grids, on ties and outside the range too.
func quantizationCases() throws -> [LibraryCase] {
  var writer = CaseWriter("quantization")
  var dice = RandomStream(seed: 21)
  for seed in 0..<24 {
    let bits = [8, 8, 4, 2, 16, 3][seed % 6]
    let type = try CodeType(bits: bits, isSigned: dice.below(2) == 0)
    let isPowerOfTwo = seed % 2 == 0
    let axis = seed % 3 - 1
    let sizes = [4, 6, 5]
    let sets = axis < 0 ? 1 : sizes[axis]
    let scales = (0..<sets).map { _ in isPowerOfTwo ? Float(0.25) : Float(dice.uniform() + 0.01) }
    let zeroPoints = (0..<sets).map { _ in
      Int32(dice.below(Int(type.qmax - type.qmin) + 1)) + type.qmin
    }
    let parameters = try QuantizationParameters(
      scales: scales, zeroPoints: zeroPoints, type: type,
      granularity: axis < 0 ? .tensor : .channel(axis: axis))
    var x = try normal(4, 6, 5, seed: seed) * Double(1 + seed)
    // Halves of the scale: exactly between two codes.
    if isPowerOfTwo { x = try round(x * 8) * 0.125 }
    try writer.add(
      axis < 0 ? "fakeQuantize, per tensor" : "fakeQuantize, per channel", ["x": x],
      constants: [
        "scales": Tensor(scales), "zeroPoints": Tensor(zeroPoints, shape: [sets]),
      ],
      ["axis": .integer(axis), "qmin": .integer(Int(type.qmin)), "qmax": .integer(Int(type.qmax))]
    ) { try fakeQuantize($0[0], with: parameters) }
  }
  try addLearnedSteps(&writer)
  return writer.cases
}

/// Layers whose weights and inputs lie on grids with the learned steps of LSQ.
private func addLearnedSteps(_ writer: inout CaseWriter) throws {
  for (seed, bits) in [2, 3, 4, 8].enumerated() {
    // Inputs below 0 are below the grid, and those of few bits reach above it, too.
    let layers: [(row: String, layer: any Layer, x: Tensor)] = try [
      (
        "LSQ, Dense", Dense(weights: normal(6, 40, seed: seed), bias: nil),
        normal(8, 40, seed: seed + 10)
      ),
      (
        "LSQ, Conv2D", Conv2D(weights: normal(4, 3, 3, 3, seed: seed), bias: nil),
        normal(5, 3, 7, 6, seed: seed + 10)
      ),
    ]
    for (row, layer, x) in layers {
      let quantized = try QuantizedLayer(
        layer, weights: bits, activations: bits, method: .lsq, inputRange: ValueRange(0, 0.7))
      try writer.add(row, quantized, x, ["bits": .integer(bits)], noise: 0)
    }
  }
}
