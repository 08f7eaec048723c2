public import Tensors

/// A transposed convolution, which enlarges an image: `[N, C, H, W] -> [N, channels, H', W']`.
///
///     ConvTranspose2D(16, kernel: 4, stride: 2, padding: 1)    // twice as high and wide
///
///     H' = (H - 1) stride - 2 padding + dilation (kernel - 1) + outputPadding + 1
///
/// Each pixel adds the kernel, scaled by it, to the output. Weights are
/// `[C, channels / groups, kernel, kernel]`, as PyTorch's `ConvTranspose2d` stores them, and start
/// as `initializer` says, with the fans that PyTorch counts, biases at 0.
public struct ConvTranspose2D: Layer, Weighted {
  public let channels: Int
  public let kernel: Int
  public let stride: Int
  public let padding: Int
  public let outputPadding: Int
  public let dilation: Int
  public let groups: Int
  public let activation: Activation
  public let initializer: Initializer
  public package(set) var usesBias: Bool
  public let seed: UInt64?
  public package(set) var weights: Tensor?
  public package(set) var bias: Tensor?

  public init(
    _ channels: Int, kernel: Int = 3, stride: Int = 1, padding: Int = 0, outputPadding: Int = 0,
    dilation: Int = 1, groups: Int = 1, activation: Activation = .none, bias: Bool = true,
    initializer: Initializer = .glorotUniform, seed: UInt64? = nil
  ) throws {
    try ConvolutionForm.check(
      filters: channels, kernel: kernel, stride: stride, dilation: dilation, groups: groups)
    for (what, size) in [("a padding", padding), ("an output padding", outputPadding)] {
      guard size >= 0 else { throw NetworkError.badSize(what, size, minimum: 0) }
      guard size <= 65_536 else { throw NetworkError.tooLarge(what, size, maximum: 65_536) }
    }
    guard outputPadding < stride else {
      throw NetworkError.tooLarge(
        "an output padding beside a stride of \(stride)", outputPadding, maximum: stride - 1)
    }
    self.channels = channels
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    self.outputPadding = outputPadding
    self.dilation = dilation
    self.groups = groups
    self.activation = activation
    usesBias = bias
    self.initializer = initializer
    self.seed = seed
  }

  public var typeName: String { "ConvTranspose2D" }

  public var description: String {
    var text = "ConvTranspose2D(\(channels), kernel: \(kernel)"
    if stride != 1 { text += ", stride: \(stride)" }
    if padding != 0 { text += ", padding: \(padding)" }
    if outputPadding != 0 { text += ", outputPadding: \(outputPadding)" }
    if dilation != 1 { text += ", dilation: \(dilation)" }
    if groups != 1 { text += ", groups: \(groups)" }
    return text + lastWords + ")"
  }

  private var form: TransposedForm {
    TransposedForm(
      stride: [stride, stride], padding: [padding, padding],
      outputPadding: [outputPadding, outputPadding], dilation: [dilation, dilation],
      groups: groups)
  }

  private func weightShape(for input: Shape) throws -> Shape {
    guard input.rank == 3 else {
      throw NetworkError.inputRank(
        layer: typeName, needs: "images [channels, height, width]", got: input)
    }
    guard input[0] % groups == 0, channels % groups == 0 else {
      throw NetworkError.groups(channels: input[0], filters: channels, groups: groups)
    }
    return try Shape([input[0], channels / groups, kernel, kernel])
  }

  public func outputShape(for input: Shape) throws -> Shape {
    let expected = try weightShape(for: input)
    let sizes = try form.sizes(
      input: Shape([1] + input.sizes), weights: weights?.shape ?? expected)
    return try Shape(Array(sizes.input.dropFirst()))
  }

  public func built(for input: Shape, seed: UInt64) throws -> any Layer {
    guard weights == nil else { return self }
    let shape = try weightShape(for: input)
    let area = Double(kernel * kernel)
    return try started(
      shape, outputs: channels, fanIn: Double(channels / groups) * area,
      fanOut: Double(input[0]) * area, seed: self.seed ?? seed)
  }

  package func product(
    _ x: Tensor, _ weights: Tensor, bias: Tensor?, relu: Bool
  ) throws -> Tensor {
    let y = try convTranspose2d(
      x, weights, bias: bias, stride: form.stride, padding: form.padding,
      outputPadding: form.outputPadding, dilation: form.dilation, groups: groups)
    return relu ? try rectify(y) : y
  }
}
