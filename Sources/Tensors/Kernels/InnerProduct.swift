import COneDNN

/// A dense layer of certain sizes: `[N, features] -> [N, outputs]`.
///
/// The input may still be the blocked `[N, C, H, W]` that a flatten reshaped: the weights are then
/// read in the matching order, and nothing is moved.
package struct InnerSizes: Hashable, Sendable {
  let input: [Int]
  let weights: [Int]
  let output: [Int]

  /// `x` is `[N, features]`, `weights` `[outputs, features]`.
  package init(x: Tensor, outputs: Int) {
    let blocked = x.layout.flatMap { $0.sizes.count == 4 && $0.sizes[0] == x.shape[0] ? $0 : nil }
    input = blocked?.sizes ?? x.shape.sizes
    weights = [outputs] + input.dropFirst()
    output = [x.shape[0], outputs]
  }

  var numbers: [Int] { input + weights }
}

extension Engine {
  /// y = x w^T + b, with max(y, 0) fused behind it if wanted.
  package static func inner(
    _ x: Tensor, _ weights: Tensor, bias: Tensor?, sizes: InnerSizes, relu: Bool
  ) throws -> Tensor {
    let shape = try Shape(sizes.output)
    guard shape.elementCount > 0, x.count > 0 else {
      return try Tensor.emptySum(bias, shape, relu)
    }
    if let (flat, matrix) = try x.flattened(with: weights, sizes) {
      return try inner(
        flat, matrix, bias: bias, sizes: InnerSizes(x: flat, outputs: sizes.output[1]), relu: relu)
    }
    let source = try x.layoutFor(sizes)
    let result = try Layout.plain(sizes.output, .float32)
    let biasLayout = try bias.map { try Layout.plain($0.shape.sizes, .float32) }
    let primitive = try primitive(
      "a dense layer", sizes.numbers + [bias == nil ? 0 : 1, relu ? 1 : 0], [source]
    ) {
      LayoutWish.any(sizes.weights, .float32).withHandle { weights in
        notch_inner_forward(
          source.handle, weights, biasLayout?.handle, result.handle, relu ? 1 : 0)
      }
    }
    let weightLayout = try primitive.layout(of: NOTCH_WEIGHTS, sizes: sizes.weights)
    let storage = try Storage(byteCount: result.byteCount)
    var arguments: [(role: notch_arg, storage: Storage)] = [
      (NOTCH_SRC, try x.storage(in: source)),
      (NOTCH_WEIGHTS, try weights.storage(in: weightLayout)), (NOTCH_DST, storage),
    ]
    if let bias { arguments.append((NOTCH_BIAS, try bias.plain().storage)) }
    try primitive.run(arguments)
    return Tensor(shape: shape, dtype: .float32, storage: storage)
  }

  package static func innerBackwardData(
    _ gradient: Tensor, weights: Tensor, input: Shape, inputLayout: Layout?, sizes: InnerSizes
  ) throws -> Tensor {
    let known = inputLayout.flatMap { $0.sizes == sizes.input ? $0 : nil }
    let source = try known ?? Layout.plain(sizes.input, .float32)
    let result = try Layout.plain(sizes.output, .float32)
    let primitive = try primitive("a dense layer's input gradient", sizes.numbers, [source]) {
      LayoutWish.any(sizes.weights, .float32).withHandle { weights in
        notch_inner_backward_data(source.handle, weights, result.handle)
      }
    }
    let weightLayout = try primitive.layout(of: NOTCH_WEIGHTS, sizes: sizes.weights)
    let storage = try Storage(byteCount: source.byteCount)
    try primitive.run([
      (NOTCH_DIFF_DST, try gradient.plain().storage),
      (NOTCH_WEIGHTS, try weights.storage(in: weightLayout)), (NOTCH_DIFF_SRC, storage),
    ])
    return try Tensor(shape: input, storage: storage, engineLayout: source)
  }

  package static func innerBackwardWeights(
    _ x: Tensor, _ gradient: Tensor, weightShape: Shape, hasBias: Bool, sizes: InnerSizes
  ) throws -> (weights: Tensor, bias: Tensor?) {
    let source = try x.layoutFor(sizes)
    let result = try Layout.plain(sizes.output, .float32)
    let biasShape = Shape(trusted: [weightShape[0]])
    let biasLayout = hasBias ? try Layout.plain(biasShape.sizes, .float32) : nil
    let primitive = try primitive(
      "a dense layer's weight gradient", sizes.numbers + [hasBias ? 1 : 0], [source]
    ) {
      LayoutWish.any(sizes.weights, .float32).withHandle { weights in
        notch_inner_backward_weights(
          source.handle, weights, biasLayout?.handle, result.handle)
      }
    }
    let weightLayout = try primitive.layout(of: NOTCH_DIFF_WEIGHTS, sizes: sizes.weights)
    let storage = try Storage(byteCount: weightLayout.byteCount)
    var arguments: [(role: notch_arg, storage: Storage)] = [
      (NOTCH_SRC, try x.storage(in: source)),
      (NOTCH_DIFF_DST, try gradient.plain().storage), (NOTCH_DIFF_WEIGHTS, storage),
    ]
    var bias: Tensor?
    if hasBias {
      let storage = try Storage(byteCount: biasShape.elementCount * 4)
      arguments.append((NOTCH_DIFF_BIAS, storage))
      bias = Tensor(shape: biasShape, dtype: .float32, storage: storage)
    }
    try primitive.run(arguments)
    let gradient = try Tensor(shape: weightShape, storage: storage, engineLayout: weightLayout)
    return (gradient, bias)
  }
}

extension Tensor {
  /// What a layer yields whose products are none: its bias in every place, or zeros.
  static func emptySum(_ bias: Tensor?, _ shape: Shape, _ relu: Bool) throws -> Tensor {
    let result = try bias?.broadcast(to: shape) ?? Tensor(repeating: 0, shape: shape)
    return relu ? try result.unary(.relu) : result
  }

  /// A blocked input and its weights as plain matrices, whose features both lie in the order of the
  /// blocks, for which the engine has a faster way; nil where the input is not blocked or has gaps.
  fileprivate func flattened(
    with weights: Tensor, _ sizes: InnerSizes
  ) throws -> (input: Tensor, weights: Tensor)? {
    guard let layout, sizes.input.count == 4, layout.sizes == sizes.input, layout.isDense,
      try layout === Layout.blocked(sizes.input)
    else { return nil }
    let features = sizes.input.dropFirst().reduce(1, *)
    let matrix = try weights.storage(in: Layout.blocked(sizes.weights))
    return (
      Tensor(
        shape: Shape(trusted: [sizes.input[0], features]), dtype: .float32, storage: storage),
      Tensor(
        shape: Shape(trusted: [sizes.weights[0], features]), dtype: .float32, storage: matrix)
    )
  }

  /// The layout in which a dense layer reads this input.
  fileprivate func layoutFor(_ sizes: InnerSizes) throws -> Layout {
    if let layout, layout.sizes == sizes.input { return layout }
    return try Layout.plain(sizes.input, dtype)
  }
}
