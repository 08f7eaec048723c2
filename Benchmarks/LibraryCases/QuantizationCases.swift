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
  return writer.cases
}
