/// A convolution over images: `[N, C, H, W] * [K, C / groups, kh, kw] -> [N, K, H', W']`.
///
/// As everywhere in this field it is a cross-correlation: y[n, k, i, j] =
/// b[k] + sum over c, u, v of x[n, c, i s + u d - p, j s + v d - p] w[k, c, u, v], with stride s,
/// dilation d and padding p.
public func conv2d(
  _ x: Tensor, _ weights: Tensor, bias: Tensor? = nil, stride: [Int] = [1, 1],
  padding: Padding = .valid, dilation: [Int] = [1, 1], groups: Int = 1, relu: Bool = false
) throws -> Tensor {
  guard x.rank == 4 else { throw TensorError.needsRank("a convolution", 4, x.shape) }
  guard weights.rank == 4 else { throw TensorError.needsRank("a kernel", 4, weights.shape) }
  let kernel = [weights.shape[2], weights.shape[3]]
  try checkWindow(kernel, stride, dilation)
  let window = padding.window(
    kernel: kernel, stride: stride, dilation: dilation, height: x.shape[2], width: x.shape[3])
  let sizes = try ConvolutionSizes(
    input: x.shape, weights: weights.shape, window: window, groups: groups)
  let bias = try bias.map { try checkedBias($0, outputs: weights.shape[0]) }
  let (input, numbers) = (try x.cast(to: .float32), try weights.cast(to: .float32))
  let y = try Engine.convolve(input, numbers, bias: bias, sizes: sizes, relu: relu)
  guard x.isRecorded || weights.isRecorded || bias?.isRecorded == true else { return y }
  guard y.count > 0, x.count > 0 else { return y }
  return y.recorded(
    .convolution(
      x: input.detached(), weights: numbers.detached(), y: relu ? y : nil, hasBias: bias != nil,
      sizes: sizes),
    bias.map { [input, numbers, $0] } ?? [input, numbers])
}

/// A dense layer: `x w^T + b` along the last axis, `[N, ..., features] -> [N, ..., outputs]`.
///
/// `weights` is `[outputs, features]`. Errors: fewer than two axes, another number of features.
public func dense(
  _ x: Tensor, _ weights: Tensor, bias: Tensor? = nil, relu: Bool = false
) throws -> Tensor {
  guard x.rank >= 2 else {
    throw TensorError.needsRank("a dense layer's input", 2, x.shape)
  }
  guard weights.rank == 2 else { throw TensorError.needsRank("its weights", 2, weights.shape) }
  let (leading, features) = (x.shape.dropLast(), x.shape[x.rank - 1])
  guard features == weights.shape[1] else {
    throw TensorError.badArgument(
      "the input \(x.shape) has \(features) features, but the weights \(weights.shape) take "
        + "\(weights.shape[1])")
  }
  guard x.rank == 2 else {
    let rows = try x.reshape([leading.reduce(1, *), features])
    return try dense(rows, weights, bias: bias, relu: relu)
      .reshape(leading + [weights.shape[0]])
  }
  let bias = try bias.map { try checkedBias($0, outputs: weights.shape[0]) }
  let (input, kernel) = (try x.cast(to: .float32), try weights.cast(to: .float32))
  let sizes = InnerSizes(x: input, outputs: weights.shape[0])
  let y = try Engine.inner(input, kernel, bias: bias, sizes: sizes, relu: relu)
  guard y.count > 0, input.count > 0 else { return y }
  return y.recorded(
    .inner(
      x: input.detached(), weights: kernel.detached(), y: relu ? y : nil, hasBias: bias != nil,
      sizes: sizes),
    bias.map { [input, kernel, $0] } ?? [input, kernel])
}

/// A bias in float32, one number for each output.
func checkedBias(_ bias: Tensor, outputs: Int) throws -> Tensor {
  guard bias.shape.sizes == [outputs] else {
    throw TensorError.badArgument(
      "a bias for \(outputs) outputs has shape [\(outputs)], not \(bias.shape)")
  }
  return try bias.cast(to: .float32)
}

/// The largest or mean value of each window: `[N, C, H, W] -> [N, C, H', W']`.
///
/// The mean counts padding as zeros.
public func pool2d(
  _ kind: Pooling, _ x: Tensor, size: [Int], stride: [Int]? = nil, padding: Padding = .valid
) throws -> Tensor {
  try pool2d(kind, x, size: size, stride: stride, padding: padding, rectifying: false)
}

/// The same with max(y, 0) behind it if wanted.
package func pool2d(
  _ kind: Pooling, _ x: Tensor, size: [Int], stride: [Int]?, padding: Padding, rectifying: Bool
) throws -> Tensor {
  guard x.rank == 4 else { throw TensorError.needsRank("pooling", 4, x.shape) }
  let stride = stride ?? size
  try checkWindow(size, stride)
  let window = padding.window(
    kernel: size, stride: stride, height: x.shape[2], width: x.shape[3])
  let output = try Shape([
    x.shape[0], x.shape[1], window.outputSize(x.shape[2], axis: 0, of: x.shape),
    window.outputSize(x.shape[3], axis: 1, of: x.shape),
  ])
  let input = try x.cast(to: .float32)
  // A reshaped blocked tensor no longer shows the four axes of its layout.
  let source =
    input.layout.map { $0.sizes == input.shape.sizes } == false
    ? try input.plain() : input
  if kind == .max, output.elementCount > 0,
    let blocked = try BlockedPooling(source, window: window)
  {
    let (y, which) = try blocked.apply(source, rectifying: rectifying, training: x.isRecorded)
    guard let which else { return y }
    return y.recordedPooling(of: source, blocked, which: which)
  }
  let (y, workspace) = try Engine.pool(
    kind, source, window: window, output: output, training: x.isRecorded)
  guard y.count > 0 else { return y }
  let pooled = y.recorded(
    .pool(
      kind, input: x.shape, layout: source.layout, workspace: workspace, window: window,
      output: output), source)
  return rectifying ? try rectify(pooled) : pooled
}

/// `conv2d`, and behind it max pooling over windows of `size` with max(y, 0) if wanted, in one pass.
///
/// Nil where that is done in two: the caller then does it.
package func convPool2d(
  _ x: Tensor, _ weights: Tensor, bias: Tensor?, window: Window, groups: Int, size: [Int],
  stride: [Int], rectifying: Bool
) throws -> Tensor? {
  guard !x.isRecorded, x.rank == 4, weights.rank == 4 else { return nil }
  let sizes = try ConvolutionSizes(
    input: x.shape, weights: weights.shape, window: window, groups: groups)
  let pool = Padding.valid.window(
    kernel: size, stride: stride, height: sizes.output[2], width: sizes.output[3])
  guard let first = try FirstConvolution(sizes, pool: pool) else { return nil }
  let bias = try bias.map { try checkedBias($0, outputs: weights.shape[0]) }
  let (input, numbers) = (try x.cast(to: .float32), try weights.cast(to: .float32))
  let isTraining = weights.isRecorded || bias?.isRecorded == true
  let (y, which) = try first.apply(
    input, numbers, bias: bias, rectifying: rectifying, training: isTraining)
  guard let which else { return y }
  return y.recorded(
    .pooledConvolution(
      x: input.detached(), weights: numbers.detached(), hasBias: bias != nil, sizes: sizes,
      pooling: first.pooling, which: which),
    bias.map { [input, numbers, $0] } ?? [input, numbers])
}

func checkWindow(_ size: [Int], _ stride: [Int], _ dilation: [Int] = [1, 1]) throws {
  // The engine counts bytes across a window in 32 bits.
  let limits = 1...(1 << 24)
  guard size.count == 2, stride.count == 2, (size + stride).allSatisfy(limits.contains) else {
    throw TensorError.badWindow(
      "a window needs two sizes and two strides from 1 to \(limits.upperBound), "
        + "not \(size) and \(stride)")
  }
  guard dilation.count == 2, dilation.allSatisfy(limits.contains),
    zip(size, dilation).allSatisfy({ limits.contains(($0 - 1) * $1 + 1) })
  else {
    throw TensorError.badWindow(
      "a dilation needs two numbers from 1, with which a kernel reaches over at most "
        + "\(limits.upperBound), not \(dilation) for a kernel of \(size)")
  }
}

/// The ReLU whose gradient is recomputed from its output, in place of the input.
public func rectify(_ x: Tensor) throws -> Tensor {
  let y = try relu(x.detached())
  return y.recorded(.relu(y: y), x)
}

/// exp(x) / sum(exp(x)) along an axis.
public func softmax(_ x: Tensor, axis: Int = -1) throws -> Tensor {
  let (y, position) = try softmaxCore(x, axis, logarithm: false)
  return y.recorded(.softmax(y: y, axis: position), x)
}

/// log(softmax(x)) along an axis, without the loss of accuracy of doing it in two steps.
public func logSoftmax(_ x: Tensor, axis: Int = -1) throws -> Tensor {
  let (y, position) = try softmaxCore(x, axis, logarithm: true)
  return y.recorded(.logSoftmax(y: y, axis: position), x)
}

private func softmaxCore(
  _ x: Tensor, _ axis: Int, logarithm: Bool
) throws -> (Tensor, Int) {
  let axis = try x.shape.axis(axis)
  let real = try x.detached().cast(to: .float32)
  guard real.count > 0 else { return (real, axis) }
  let shifted = try real - real.max(axis: axis, keepDimensions: true)
  let powers = try exp(shifted)
  let total = try powers.sum(axis: axis, keepDimensions: true)
  return (logarithm ? try shifted - log(total) : try powers / total, axis)
}

/// The mean of -log(softmax(logits)[label]) over the rows.
///
/// `logits` is `[N, classes]`, `labels` `[N]` whole numbers from 0 to classes - 1. The result is a
/// scalar; the gradient is (softmax - onehot) / N.
public func crossEntropy(_ logits: Tensor, _ labels: Tensor) throws -> Tensor {
  guard logits.rank == 2 else { throw TensorError.needsRank("logits", 2, logits.shape) }
  let classes = logits.shape[1]
  if labels.dtype.isFloat {
    for label in try labels.reals() where label.rounded() != label {
      throw TensorError.badArgument(
        "a label is a whole number, not \(TensorFormat.number(label))")
    }
  }
  let indices = try labels.elements(as: Int32.self)
  guard labels.rank == 1, indices.count == logits.shape[0] else {
    throw TensorError.labelCount(indices.count, expected: logits.shape[0])
  }
  guard indices.count > 0 else { throw TensorError.emptyReduction("mean", logits.shape) }
  for label in indices where label < 0 || label >= classes {
    throw TensorError.labelOutOfRange(Int(label), classes: classes)
  }
  let logProbabilities = try logSoftmax(logits.detached())
  let loss = try logProbabilities.withElements(Float.self) { p in
    var total = 0.0
    for (row, label) in indices.enumerated() { total -= Double(p[row * classes + Int(label)]) }
    return total / Double(indices.count)
  }
  let result = try Tensor(scalar: loss)
  guard logits.isRecorded else { return result }
  let probabilities = try exp(logProbabilities)
  return result.recorded(.crossEntropy(probabilities: probabilities, labels: indices), logits)
}
