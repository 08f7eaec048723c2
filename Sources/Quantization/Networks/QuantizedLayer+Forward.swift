public import Networks
public import Tensors

extension QuantizedLayer: Rectifying {
  package var rectifies: Bool { activation == .relu && hasWeights }

  /// What the float layer applies to its output.
  var activation: Activation {
    (layer as? any Weighted)?.activation ?? (layer as? AddShortcut)?.activation ?? .none
  }

  public func forward(_ x: Tensor, _ context: inout Context) throws -> Tensor {
    try forward(x, &context, activation)
  }

  package func linear(_ x: Tensor, _ context: inout Context) throws -> Tensor {
    try forward(x, &context, .none)
  }

  package func pooled(
    _ x: Tensor, _ pool: MaxPool2D, _ context: inout Context
  ) throws -> Tensor? {
    guard context.purpose == .training, !x.isRecorded, let layer = layer as? any Weighted,
      layer.isBuilt
    else { return nil }
    if tracksRange { context.report(try statistic(x, isTraining: true)) }
    let input = try onGrid(x, context)
    guard let weights = try fakeWeights() else {
      throw NetworkError.notBuilt(layer.description)
    }
    if let y = try layer.pooledProduct(input, weights, bias: layer.bias, pool) { return y }
    return try pool.rectified(layer.product(input, weights, bias: layer.bias, relu: false))
  }

  private func forward(
    _ x: Tensor, _ context: inout Context, _ activation: Activation
  ) throws -> Tensor {
    guard layer.isBuilt else { throw NetworkError.notBuilt(layer.description) }
    let subject = subject(context)
    switch context.purpose {
    case .observing:
      if policy.activations != nil, !isFrozen {
        context.report(try statistic(x, isTraining: false))
      }
      return try simulated(x, weights: layer.parameters.first?.tensor, activation, &context)
    case .training:
      if tracksRange { context.report(try statistic(x, isTraining: true)) }
    case .inference:
      let isRecorded = x.isRecorded || parameters.contains { $0.tensor.isRecorded }
      guard isRecorded || policy.activations == nil else {
        if layer is AddShortcut { return try sumInWholeNumbers(x, &context, subject) }
        return try inWholeNumbers(x, context, activation, subject)
      }
    }
    let input = try onGrid(x, context)
    if layer is AddShortcut, let last = context.shortcuts.indices.last,
      let grid = try context.shortcuts[last].following.nextInput()
    {
      // What was kept has the grid of the layer behind the fork.
      let kept = context.shortcuts[last].tensor
      context.shortcuts[last].tensor = try fakeQuantize(kept, with: grid)
    }
    return try simulated(input, weights: fakeWeights(), activation, &context)
  }

  private func subject(_ context: Context) -> String {
    "the input of layer \(context.layerIndex), \(layer)"
  }

  /// The input on its grid, if it has one.
  private func onGrid(_ x: Tensor, _ context: Context) throws -> Tensor {
    try inputParameters(subject: subject(context)).map { try fakeInput(x, $0) } ?? x
  }

  /// The float layer's own function with other weights and another activation.
  private func simulated(
    _ x: Tensor, weights: Tensor?, _ activation: Activation, _ context: inout Context
  ) throws -> Tensor {
    guard let layer = layer as? any Weighted else { return try layer.forward(x, &context) }
    guard let weights else { throw NetworkError.notBuilt(layer.description) }
    let y = try layer.product(x, weights, bias: layer.bias, relu: activation == .relu)
    return activation == .relu ? y : try activation.apply(y)
  }

  /// What the integer network computes here, as real numbers.
  ///
  /// Where the next quantized layer takes the output as it is, the sums are requantized to that
  /// layer's codes as the integer network does it, and quantizing their real numbers again gives
  /// the same codes.
  private func inWholeNumbers(
    _ x: Tensor, _ context: Context, _ activation: Activation, _ subject: String
  ) throws -> Tensor {
    guard let input = try inputParameters(subject: subject) else {
      throw QuantizationError.neverObserved(subject: subject)
    }
    // Shapes are checked in the words of the float layer.
    let sample = try layer.outputShape(for: x.sampleShape)
    guard x.count > 0 else {
      return try Tensor(repeating: 0, shape: Shape([x.shape[0]] + sample.sizes))
    }
    let product = try IntegerProduct(
      self, input: input, number: context.layerIndex, sample: x.sampleShape)
    let sums = try product.sums(CodeBatch(quantizing: x, with: input))
    let relu = activation == .relu
    if relu || activation == .none, let output = try context.following.nextInput() {
      let rule = try product.requantizer(
        to: output, channels: sums.channels, rectified: relu, number: context.layerIndex)
      return try sums.requantized(rule).reals(output)
    }
    let y = try sums.reals(product)
    return try activation.apply(y)
  }
}

extension QuantizedLayer {
  /// The sum of a Residual as the integer network computes it.
  private func sumInWholeNumbers(
    _ x: Tensor, _ context: inout Context, _ subject: String
  ) throws -> Tensor {
    guard let input = try inputParameters(subject: subject),
      let shortcut = context.shortcuts.popLast()
    else { throw QuantizationError.neverObserved(subject: subject) }
    guard let grid = try shortcut.following.nextInput() else {
      // Without codes behind the fork there is no sum of codes; nor has it an integer form.
      return try activation.apply(fakeInput(x, input) + shortcut.tensor)
    }
    guard x.count > 0 else { return x.detached() }
    let sum = IntegerSum(self, branch: input, shortcut: grid)
    let branch = try CodeBatch(quantizing: x, with: input)
    let kept = try CodeBatch(quantizing: shortcut.tensor, with: grid)
    guard activation == .relu || activation == .none,
      let output = try context.following.nextInput()
    else { return try activation.apply(branch.reals(input) + kept.reals(grid)) }
    let rule = try sum.requantizer(to: output, number: context.layerIndex)
    return try IntegerSum.codes(branch, kept, rule).reals(output)
  }
}

extension Collection where Element == any Layer {
  /// Scale and zero point of the next quantized layer's input, if only layers that keep codes as
  /// they are, or choose among them, stand before it.
  func nextInput() throws -> QuantizationParameters? {
    let next = firstOnTheWay { layer in
      switch layer {
      case is MaxPool2D, is ReLU, is Flatten, is Reshape, is Transpose, is Dropout, is Identity,
        is Fork:
        false
      default: !(layer is OnGrid && layer.unwrapped is Join)
      }
    }
    return try (next?.layer as? QuantizedLayer)?.inputParameters
  }

  /// The first layer of some kind that a tensor comes to which enters here, and how many layers
  /// stand before it.
  ///
  /// Of branches it goes into the first; from the end of any it goes on behind their join.
  func firstOnTheWay(
    _ isWanted: (any Layer) -> Bool
  ) -> (offset: Int, layer: any Layer)? {
    // How many joins lie ahead, the last of which ends the branches that are passed over.
    var joins = 0
    for (offset, layer) in enumerated() {
      if joins > 0 {
        if let fork = layer as? Fork, fork.branches > 1 { joins += 1 }
        if layer.unwrapped is Join { joins -= 1 }
      } else if layer is NextBranch {
        joins = 1
      } else if isWanted(layer) {
        return (offset, layer)
      }
    }
    return nil
  }
}
