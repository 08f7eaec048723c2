/// A transposed convolution: `[N, C, H, W] * [C, K / groups, kh, kw] -> [N, K, H', W']`.
///
/// It is the gradient of a convolution at its input: each number of x adds the kernel, scaled by it,
/// to the output, `stride` apart. With p the padding, d the dilation and o the output padding,
///
///     H' = (H - 1) stride - 2 p + d (kh - 1) + o + 1
///
/// so that it undoes the shape of a convolution with the same numbers, several of whose inputs give
/// the same output size: o chooses among them. All as PyTorch's `conv_transpose2d` has it, which
/// allows an output padding from the stride on too, where the dilation is larger.
///
/// Errors: a padding that leaves nothing, an output padding that is not below the stride.
public func convTranspose2d(
  _ x: Tensor, _ weights: Tensor, bias: Tensor? = nil, stride: [Int] = [1, 1],
  padding: [Int] = [0, 0], outputPadding: [Int] = [0, 0], dilation: [Int] = [1, 1],
  groups: Int = 1
) throws -> Tensor {
  guard x.rank == 4 else { throw TensorError.needsRank("a transposed convolution", 4, x.shape) }
  guard weights.rank == 4 else { throw TensorError.needsRank("a kernel", 4, weights.shape) }
  try checkWindow([weights.shape[2], weights.shape[3]], stride, dilation)
  let form = TransposedForm(
    stride: stride, padding: padding, outputPadding: outputPadding, dilation: dilation,
    groups: groups)
  let sizes = try form.sizes(input: x.shape, weights: weights.shape)
  let bias = try bias.map { try checkedBias($0, outputs: sizes.input[1]) }
  let (input, kernel) = (try x.cast(to: .float32), try weights.cast(to: .float32))
  let shape = Shape(trusted: sizes.input)
  var y: Tensor
  if shape.elementCount > 0, input.count > 0 {
    y = try Engine.convolveBackwardData(input, weights: kernel, sizes: sizes).recorded(
      .transposedConvolution(x: input.detached(), weights: kernel.detached(), sizes: sizes), input,
      kernel)
  } else {
    y = try Tensor(repeating: 0, shape: shape)
  }
  if let bias { y = try y + bias.reshape([bias.count, 1, 1]) }
  return y
}

/// A transposed convolution but for its numbers; pairs are for height and width.
package struct TransposedForm: Hashable, Sendable {
  package var stride: [Int]
  package var padding: [Int]
  package var outputPadding: [Int]
  package var dilation: [Int]
  package var groups: Int

  package init(
    stride: [Int], padding: [Int], outputPadding: [Int], dilation: [Int], groups: Int
  ) {
    self.stride = stride
    self.padding = padding
    self.outputPadding = outputPadding
    self.dilation = dilation
    self.groups = groups
  }

  /// The convolution whose input gradient it is: its output is our input.
  package func sizes(input: Shape, weights: Shape) throws -> ConvolutionSizes {
    guard groups > 0, input[1] == weights[0], input[1] % groups == 0 else {
      throw TensorError.transposedChannels(input: input, weights: weights, groups: groups)
    }
    let limits = 0...(1 << 24)
    guard padding.count == 2, outputPadding.count == 2,
      (padding + outputPadding).allSatisfy(limits.contains)
    else {
      throw TensorError.badWindow(
        "a transposed convolution needs two paddings and two output paddings from 0 to "
          + "\(limits.upperBound), not \(padding) and \(outputPadding)")
    }
    guard zip(outputPadding, stride).allSatisfy({ $0 < $1 }) else {
      throw TensorError.badWindow(
        "an output padding is below the stride, but \(outputPadding) is not below \(stride)")
    }
    let window = Window(
      kernel: Array(weights.sizes[2...]), stride: stride, dilation: dilation, paddingLow: padding,
      paddingHigh: padding)
    let sides = try (0..<2).map { axis in
      let size = input[2 + axis]
      guard size > 0 else {
        throw TensorError.badWindow("a transposed convolution of \(input) has nothing to spread")
      }
      let (steps, overflow) = (size - 1).multipliedReportingOverflow(by: stride[axis])
      guard !overflow, steps <= Shape.maximumCount else { throw TensorError.tooLarge(input.sizes) }
      let side = steps + window.reach(axis: axis) + outputPadding[axis] - 2 * padding[axis]
      guard side > 0 else {
        throw TensorError.badWindow(
          "a padding of \(padding) leaves nothing of the transposed convolution of \(input) with "
            + "\(weights)")
      }
      return side
    }
    let (channels, overflow) = weights[1].multipliedReportingOverflow(by: groups)
    guard !overflow else { throw TensorError.tooLarge(weights.sizes) }
    return try ConvolutionSizes(
      input: Shape([input[0], channels] + sides), weights: weights, window: window, groups: groups)
  }
}

extension Operation {
  /// dx = g * w, a convolution, and dw as that convolution's, with the input for its gradient.
  static func transposedConvolution(
    _ g: Tensor, _ x: Tensor, _ weights: Tensor, _ sizes: ConvolutionSizes, _ wanted: [Bool]
  ) throws -> [Tensor?] {
    [
      wanted[0]
        ? try Engine.convolve(g, weights, bias: nil, sizes: sizes, relu: false) : nil,
      wanted[1]
        ? try Engine.convolveBackwardWeights(
          g, x, weightShape: weights.shape, hasBias: false, sizes: sizes
        ).weights : nil,
    ]
  }
}
