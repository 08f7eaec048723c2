import Networks
import Tensors

/// The layers, with the gradients of their input and of each parameter.
func layerCases() throws -> [LibraryCase] {
  var writer = CaseWriter("layers")
  try addConvolutions(&writer)
  try addPooling(&writer)
  try addNormalization(&writer)
  for (seed, sizes) in [[3, 5, 4], [1, 1, 1], [32, 100, 17]].enumerated() {
    let x = try normal(sizes[0], sizes[1], seed: seed)
    for activation in Activation.allCases {
      try writer.add(
        "Dense", Dense(sizes[2], activation: activation, seed: UInt64(seed)), x,
        ["activation": .text(activation.rawValue)])
    }
    try writer.add("Dense", Dense(sizes[2], bias: false), x, ["activation": "none"])
  }
  for (seed, sizes) in [[2, 7, 5], [3, 2, 4, 6], [1, 1, 1, 1], [2, 16, 3, 9]].enumerated() {
    let x = try normal(sizes, seed: seed + 3)
    for activation in [Activation.none, .relu, .tanh] {
      try writer.add(
        "Dense, over the last of more axes", Dense(8, activation: activation, seed: UInt64(seed)),
        x, ["activation": .text(activation.rawValue)])
    }
  }
  for (seed, sizes) in [[4], [3, 7], [2, 3, 2]].enumerated() {
    let shape = try Shape(sizes)
    let x = try labels(shape.elementCount, below: 11, seed: seed).reshape(sizes)
    let layer = try Embedding(11, size: 5, seed: UInt64(seed)).built(for: x.sampleShape, seed: 1)
    try writer.add(
      "Embedding", [("weights", layer.parameters[0].tensor)], constants: ["x": x],
      ["count": 11, "size": 5], seed: UInt64(seed)
    ) { points in
      var context = Context(.training)
      return try layer.replacingParameters(points).forward(x, &context)
    }
  }
  return writer.cases
}

private func addConvolutions(_ writer: inout CaseWriter) throws {
  var dice = RandomStream(seed: 11)
  for seed in 0..<24 {
    let groups = [1, 1, 2, 3][dice.below(4)]
    let (channels, filters) = (groups * (1 + dice.below(4)), groups * (1 + dice.below(4)))
    let (kernel, stride) = (1 + dice.below(4), 1 + dice.below(3))
    let dilation = seed % 3 == 0 ? 1 + dice.below(3) : 1
    let padding: Padding = dice.below(2) == 0 ? .same : .valid
    let activation = Activation.allCases[dice.below(4)]
    let bias = dice.below(4) > 0
    let settings: [String: Setting] = [
      "stride": .integer(stride), "padding": .text(padding.rawValue), "groups": .integer(groups),
      "kernel": .integer(kernel), "dilation": .integer(dilation),
      "activation": .text(activation.rawValue),
    ]
    let batch = 1 + dice.below(4)
    try writer.add(
      "Conv2D",
      Conv2D(
        filters, kernel: kernel, stride: stride, padding: padding, dilation: dilation,
        groups: groups, activation: activation, bias: bias, seed: UInt64(seed)),
      normal(batch, channels, 10 + dice.below(9), 10 + dice.below(9), seed: seed), settings)
    try writer.add(
      "Conv1D",
      Conv1D(
        filters, kernel: kernel, stride: stride, padding: padding, dilation: dilation,
        groups: groups, activation: activation, bias: bias, seed: UInt64(seed)),
      normal(batch, channels, 10 + dice.below(30), seed: seed), settings)
  }
}

private func addPooling(_ writer: inout CaseWriter) throws {
  var dice = RandomStream(seed: 12)
  for seed in 0..<12 {
    let (size, stride) = (1 + dice.below(3), 1 + dice.below(3))
    let padding: Padding = dice.below(2) == 0 ? .same : .valid
    let settings: [String: Setting] = [
      "size": .integer(size), "stride": .integer(stride), "padding": .text(padding.rawValue),
    ]
    let x = try normal(
      1 + dice.below(3), 1 + dice.below(5), 3 + dice.below(9), 3 + dice.below(9), seed: seed)
    try writer.add("MaxPool2D", MaxPool2D(size, stride: stride, padding: padding), x, settings)
    try writer.add(
      "AveragePool2D", AveragePool2D(size, stride: stride, padding: padding), x, settings)
    try writer.add("GlobalAveragePool2D", GlobalAveragePool2D(), x)
    try writer.add("Flatten", Flatten(), x)
    try writer.add("ReLU", ReLU(), x)
  }
}

private func addNormalization(_ writer: inout CaseWriter) throws {
  for (seed, sizes) in [[4, 3], [2, 3, 5, 4], [8, 16, 3, 3], [3, 2, 7]].enumerated() {
    let shape = try Shape(sizes)
    let x = try (normal(shape.elementCount, seed: seed) * 2.5 + 0.7).reshape(sizes)
    let epsilon = seed == 2 ? 1e-3 : 1e-5
    let momentum = seed == 1 ? 0.3 : 0.1
    let start = try BatchNorm(momentum: momentum, epsilon: epsilon).built(
      for: x.sampleShape, seed: 0)
    let parameters = [
      try normal(sizes[1], seed: seed + 50) + 1, try normal(sizes[1], seed: seed + 60),
    ]
    let layer = start.replacingParameters(parameters)
    let settings: [String: Setting] = ["epsilon": .real(epsilon), "momentum": .real(momentum)]
    try writer.add("BatchNorm, training", layer, x, settings)
    // Two batches are taken in, then the layer is used.
    var trained = layer
    let batches = [x, try x * 1.5 - 0.2]
    for batch in batches {
      var context = Context(.training)
      let network = try Sequential([trained])
      _ = try network.forward(batch, &context)
      trained = try network.absorbing([context.statistics]).layers[0]
    }
    guard let norm = trained as? BatchNorm, let mean = norm.runningMean,
      let variance = norm.runningVariance
    else { continue }
    try writer.addForward(
      "BatchNorm, running statistics", ["batch0": batches[0], "batch1": batches[1]], settings,
      outputs: ["mean": mean, "variance": variance])
    try writer.add(
      "BatchNorm, inference", trained, x, settings, purpose: .inference,
      constants: ["mean": mean, "variance": variance])
    let width = sizes[sizes.count - 1]
    let normalized = try LayerNorm(epsilon: epsilon).built(for: x.sampleShape, seed: 0)
      .replacingParameters([
        try normal(width, seed: seed + 70) + 1, try normal(width, seed: seed + 80),
      ])
    try writer.add("LayerNorm", normalized, x, ["epsilon": .real(epsilon)])
  }
}

extension CaseWriter {
  /// A layer with the gradients of its input, named `x`, and of its parameters.
  ///
  /// These are moved by `noise`: biases start at 0, which would hide where they are added.
  mutating func add(
    _ row: String, _ layer: any Layer, _ x: Tensor, _ settings: [String: Setting] = [:],
    purpose: Context.Purpose = .training, constants: [String: Tensor] = [:], noise: Double = 0.1
  ) throws {
    let built = try layer.built(for: x.sampleShape, seed: 1)
    let parameters = try built.parameters.enumerated().map { index, parameter in
      let shift = try normal(parameter.tensor.count, seed: 90 + index)
        .reshape(parameter.tensor.shape.sizes)
      return (key: parameter.name, value: try parameter.tensor + shift * noise)
    }
    try add(row, [(key: "x", value: x)] + parameters, constants: constants, settings) { points in
      var context = Context(purpose)
      return try built.replacingParameters(Array(points.dropFirst()))
        .forward(points[0], &context)
    }
  }
}
