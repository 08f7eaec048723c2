import Networks
import Tensors

/// Layers over courses in time, and those that enlarge or branch.
func sequenceCases() throws -> [LibraryCase] {
  var writer = CaseWriter("layers")
  var dice = RandomStream(seed: 31)
  for seed in 0..<6 {
    let (batch, steps, channels) = (1 + dice.below(4), 1 + dice.below(9), 1 + dice.below(6))
    let units = 1 + dice.below(7)
    let (whole, bias) = (seed % 2 == 0, seed != 3)
    let x = try normal(batch, steps, channels, seed: seed)
    let settings: [String: Setting] = ["units": .integer(units), "sequence": .flag(whole)]
    try writer.add(
      "GRU", GRU(units, returnsSequence: whole, bias: bias, seed: UInt64(seed)), x, settings)
    try writer.add(
      "LSTM", LSTM(units, returnsSequence: whole, bias: bias, seed: UInt64(seed)), x, settings)
    let heads = 1 + dice.below(3)
    let causal = seed % 2 == 1
    try writer.add(
      "MultiHeadAttention",
      MultiHeadAttention(heads: heads, causal: causal, bias: bias, seed: UInt64(seed)),
      normal(batch, steps, heads * (1 + dice.below(4)), seed: seed),
      ["heads": .integer(heads), "causal": .flag(causal)])
    try writer.add("GlobalAveragePool1D", GlobalAveragePool1D(), x)
  }
  for seed in 0..<16 {
    let groups = [1, 1, 2, 3][dice.below(4)]
    let (kernel, stride) = (1 + dice.below(4), 1 + dice.below(3))
    let padding = dice.below(kernel)
    let (outputPadding, dilation) = (dice.below(stride), 1 + dice.below(3))
    let activation = Activation.allCases[dice.below(4)]
    try writer.add(
      "ConvTranspose2D",
      ConvTranspose2D(
        groups * (1 + dice.below(3)), kernel: kernel, stride: stride, padding: padding,
        outputPadding: outputPadding, dilation: dilation, groups: groups, activation: activation,
        bias: dice.below(4) > 0, seed: UInt64(seed)),
      normal(
        1 + dice.below(3), groups * (1 + dice.below(3)), 5 + dice.below(5), 5 + dice.below(5),
        seed: seed),
      [
        "stride": .integer(stride), "padding": .integer(padding),
        "outputPadding": .integer(outputPadding), "dilation": .integer(dilation),
        "groups": .integer(groups), "activation": .text(activation.rawValue),
      ])
  }
  for seed in 0..<4 {
    try writer.add(
      "Parallel",
      Sequential(
        Parallel(
          Conv2D(2, kernel: 1), Sequential(Conv2D(3, kernel: 1), Conv2D(1, padding: .same)),
          Identity())),
      normal(2, 3, 4 + seed, 5, seed: seed))
  }
  return writer.cases
}
