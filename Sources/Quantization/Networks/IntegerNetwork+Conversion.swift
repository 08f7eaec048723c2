import Networks
import Tensors

extension IntegerNetwork {
  /// The integer form of a prepared network.
  init(_ network: Sequential) throws {
    guard let inputShape = network.inputShape, network.isBuilt else {
      throw NetworkError.notBuilt("the network")
    }
    let all = network.layers
    guard let lastIndex = all.lastIndex(where: { $0 is QuantizedLayer }) else {
      throw QuantizedNetworkError.noIntegerForm(
        layer: 1, all[0].description,
        reason: "it is still in float32; call prepare(net) first, or quantize(net, calibration: …)")
    }
    let shapes = try network.outputShapes(for: inputShape)
    var maker = try Maker(network: network, lastIndex: lastIndex, shapes: [inputShape] + shapes)
    for index in 0...lastIndex { try maker.add(index) }
    for (layer, shape) in zip(all, shapes).dropFirst(lastIndex + 1) {
      maker.rows.append(IntegerLayer(name: layer.description, output: shape))
    }
    guard let input = maker.input, let last = maker.last else {
      throw QuantizedNetworkError.nothingToQuantize
    }
    self.init(
      layers: maker.rows, inputShape: inputShape, outputShape: shapes[shapes.count - 1],
      input: input,
      embedding: maker.embedding, steps: maker.steps, last: last,
      tail: Array(all[(lastIndex + 1)...]))
  }
}

/// What is known on the way through the layers of a network.
private struct Maker {
  let network: Sequential
  let lastIndex: Int
  /// The shape that enters each layer, then that of the output.
  let shapes: [Shape]
  /// How the input of the network is quantized.
  var input: QuantizationParameters?
  /// How the codes at this point are to be read.
  private var codes: QuantizationParameters?
  /// The image whose pixels the features are since a flatten.
  private var image: Shape?
  /// How the codes that open forks keep are to be read and lie, and how many ways they go.
  private var kept: [(codes: QuantizationParameters, image: Shape?, branches: Int)] = []
  var steps: [IntegerNetwork.Step] = []
  var rows: [IntegerLayer] = []
  var last: IntegerProduct?
  var embedding: IntegerEmbedding?

  init(network: Sequential, lastIndex: Int, shapes: [Shape]) throws {
    self.network = network
    self.lastIndex = lastIndex
    self.shapes = shapes
    codes = try parameters(behind: 0)
    input = codes
  }

  /// Scale and zero point of the next quantized layer's input.
  private func parameters(behind index: Int) throws -> QuantizationParameters {
    let next = network.layers[index...lastIndex].firstOnTheWay { $0 is QuantizedLayer }
    guard let next, let quantized = next.layer as? QuantizedLayer else {
      if let open = kept.lastIndex(where: { $0.branches > 1 }) { throw openBranches(open) }
      throw QuantizedNetworkError.nothingToQuantize
    }
    let number = index + next.offset + 1
    let subject = "the input of layer \(number), \(quantized.layer)"
    guard let parameters = try quantized.inputParameters(subject: subject) else {
      throw QuantizedNetworkError.noIntegerForm(
        layer: number, quantized.layer.description,
        reason: "its activations are float32; prepare the network with activations: 8")
    }
    return parameters
  }

  /// Branches whose join is not followed by a quantized layer.
  private func openBranches(_ index: Int) -> QuantizedNetworkError {
    let number = network.layers.firstIndex { $0.unwrapped is Join } ?? lastIndex
    return .noIntegerForm(
      layer: number + 1, network.layers[number].description,
      reason: "the join of a Parallel has an integer form only before another quantized layer; "
        + "end the network with Dense")
  }

  mutating func add(_ index: Int) throws {
    let layer = network.layers[index]
    let (number, name) = (index + 1, layer.description)
    let (before, shape) = (shapes[index], shapes[index + 1])
    guard let codes else { throw QuantizedNetworkError.nothingToQuantize }
    switch layer {
    case let quantized as QuantizedLayer where quantized.layer is AddShortcut:
      try addSum(quantized, number, codes, shape)
      return
    case let quantized as QuantizedLayer:
      try add(quantized, number, codes, before, shape)
      return
    case let pool as MaxPool2D:
      steps.append(
        .maxPool(
          pool.padding.window(
            kernel: [pool.size, pool.size], stride: [pool.stride, pool.stride],
            height: before[1], width: before[2]), output: shape))
    case is ReLU: steps.append(.rectify(zeroPoint: codes.zeroPoints[0]))
    case is Flatten:
      steps.append(.flatten)
      if before.rank > 1 { image = before.asImage }
    case is Reshape:
      steps.append(.reshape(shape))
      image = nil
    case is Transpose: steps.append(.transpose)
    case is Dropout, is Identity: break
    case let fork as Fork:
      // The sum of a Residual takes what was kept on the grid of the layer behind the fork.
      let wanted = fork.branches > 1 ? codes : try parameters(behind: index)
      steps.append(.fork(try CodeTranslation(from: codes, to: wanted)))
      kept.append((wanted, image, fork.branches))
    case is NextBranch:
      guard let fork = kept.last else { throw QuantizedNetworkError.nothingToQuantize }
      steps.append(
        .nextBranch(try CodeTranslation(from: codes, to: parameters(behind: index))))
      self.codes = fork.codes
      image = fork.image
    case let onGrid as OnGrid:
      if let join = onGrid.wrapped as? Join {
        try addJoin(join, index, codes)
      } else if let table = onGrid.wrapped as? Embedding, index == 0 {
        let found = try IntegerEmbedding(table, codes)
        embedding = found
        rows.append(IntegerLayer(name: name, output: shape, table: try found.weights))
        return
      } else {
        throw QuantizedNetworkError.noIntegerForm(
          layer: number, name,
          reason: "it has an integer form only as the first layer, where it looks numbers up")
      }
    case _ where layer.hasWeights || layer.sumsWithoutWeights:
      throw QuantizedNetworkError.noIntegerForm(
        layer: number, name, reason: "it is still in float32; call prepare(net) first")
    case is BatchNorm:
      throw QuantizedNetworkError.noIntegerForm(
        layer: number, name,
        reason: "a batch norm has an integer form only right behind a Conv2D, or a Dense over one "
          + "axis, without activation, where prepare folds it; put the ReLU() behind the batch norm"
      )
    default:
      throw QuantizedNetworkError.noIntegerForm(
        layer: number, name, reason: "it has no integer form; leave it out or put it last")
    }
    rows.append(IntegerLayer(name: name, output: shape))
  }

  /// The codes as a layer takes them: behind a fork they may be on the grid of another branch.
  private mutating func bring(
    _ codes: QuantizationParameters, toLayer number: Int
  ) throws -> QuantizationParameters {
    let own = try parameters(behind: number - 1)
    if let translation = try CodeTranslation(from: codes, to: own) {
      steps.append(.translate(translation))
    }
    return own
  }

  private mutating func addJoin(
    _ join: Join, _ index: Int, _ codes: QuantizationParameters
  ) throws {
    let shape = shapes[index + 1]
    guard join.axis == 1 || join.axis == -shape.rank else {
      throw QuantizedNetworkError.noIntegerForm(
        layer: index + 1, join.description,
        reason: "branches are joined in whole numbers along their channels alone; use axis: 1")
    }
    let end = try parameters(behind: index)
    kept.removeLast()
    steps.append(.join(try CodeTranslation(from: codes, to: end)))
    self.codes = end
    image = nil
  }

  private mutating func addSum(
    _ quantized: QuantizedLayer, _ number: Int, _ codes: QuantizationParameters, _ shape: Shape
  ) throws {
    let name = quantized.layer.description
    guard let shortcut = kept.popLast()?.codes, number - 1 != lastIndex else {
      throw QuantizedNetworkError.noIntegerForm(
        layer: number, name,
        reason: "the sum of a Residual has an integer form only before another quantized layer; "
          + "end the network with Dense")
    }
    let codes = try bring(codes, toLayer: number)
    let sum = IntegerSum(quantized, branch: codes, shortcut: shortcut)
    guard sum.activation == .none || sum.activation == .relu else {
      throw QuantizedNetworkError.noIntegerForm(
        layer: number, name, reason: "\(sum.activation) has no integer form; use activation: .relu")
    }
    let next = try parameters(behind: number)
    steps.append(.add(try sum.requantizer(to: next, number: number)))
    rows.append(IntegerLayer(name: name, output: shape, input: codes, codes: next))
    self.codes = next
    // A sum has its features in order.
    image = nil
  }

  private mutating func add(
    _ quantized: QuantizedLayer, _ number: Int, _ codes: QuantizationParameters, _ before: Shape,
    _ shape: Shape
  ) throws {
    let codes = try bring(codes, toLayer: number)
    let product = try IntegerProduct(
      quantized, input: codes, number: number, sample: before, image: image)
    let isLast = number - 1 == lastIndex
    if isLast, let open = kept.lastIndex(where: { $0.branches > 1 }) { throw openBranches(open) }
    var output: QuantizationParameters?
    if !isLast {
      guard product.activation == .none || product.activation == .relu else {
        throw QuantizedNetworkError.noIntegerForm(
          layer: number, quantized.layer.description,
          reason: "\(product.activation) has no integer form; use activation: .relu")
      }
      let next = try parameters(behind: number)
      steps.append(
        .product(
          product,
          try product.requantizer(
            to: next, channels: product.channels(of: shape),
            rectified: product.activation == .relu, number: number)))
      output = next
    } else {
      last = product
    }
    self.codes = output
    rows.append(
      try IntegerLayer(
        name: quantized.layer.description, output: shape, product: product, codes: output))
    // What a dense layer gives is in order, and a convolution's image is not flattened yet.
    image = nil
  }
}
