package import Tensors

/// A layer that multiplies its input with weights, adds a bias and applies an activation.
///
/// Whoever puts other weights in the place of its own, as quantization does, calls `product`.
package protocol Weighted: Rectifying {
  var weights: Tensor? { get set }
  var bias: Tensor? { get set }
  var usesBias: Bool { get set }
  var activation: Activation { get }
  var initializer: Initializer { get }
  /// The product with some weights, a bias added, with a ReLU fused behind it if wanted.
  func product(_ x: Tensor, _ weights: Tensor, bias: Tensor?, relu: Bool) throws -> Tensor
  /// The product, pooled, and a ReLU behind it, in one pass; nil where it has none.
  func pooledProduct(
    _ x: Tensor, _ weights: Tensor, bias: Tensor?, _ pool: MaxPool2D
  ) throws -> Tensor?
}

extension Weighted {
  /// What is written last between the parentheses of a layer.
  var lastWords: String {
    (activation == .none ? "" : ", activation: .\(activation)") + (usesBias ? "" : ", bias: false")
      + (initializer == .glorotUniform ? "" : ", initializer: .\(initializer)")
  }

  public var isBuilt: Bool { weights != nil }

  public var parameters: [Parameter] {
    [weights.map { Parameter("weights", $0) }, bias.map { Parameter("bias", $0) }]
      .compactMap { $0 }
  }

  public func replacingParameters(_ tensors: [Tensor]) -> any Layer {
    var layer = self
    layer.weights = tensors.first
    layer.bias = usesBias ? tensors.last : nil
    return layer
  }

  public func forward(_ x: Tensor, _ context: inout Context) throws -> Tensor {
    let y = try linear(x, relu: activation == .relu)
    return activation == .relu ? y : try activation.apply(y)
  }

  package var rectifies: Bool { activation == .relu }

  package func linear(_ x: Tensor, _ context: inout Context) throws -> Tensor {
    try linear(x, relu: false)
  }

  package func pooledProduct(
    _ x: Tensor, _ weights: Tensor, bias: Tensor?, _ pool: MaxPool2D
  ) throws -> Tensor? { nil }

  package func pooled(
    _ x: Tensor, _ pool: MaxPool2D, _ context: inout Context
  ) throws -> Tensor? {
    try weights.flatMap { try pooledProduct(x, $0, bias: bias, pool) }
  }

  private func linear(_ x: Tensor, relu: Bool) throws -> Tensor {
    guard let weights else { throw NetworkError.notBuilt(description) }
    return try product(x, weights, bias: bias, relu: relu)
  }

  /// The layer with first weights, biases at 0.
  func started(_ shape: Shape, outputs: Int, fanIn: Double, fanOut: Double, seed: UInt64) throws
    -> Self
  {
    var layer = self
    layer.weights = try initializer.weights(
      shape, fanIn: fanIn, fanOut: fanOut, seed: seed)
    layer.bias = usesBias ? try zeros(outputs) : nil
    return layer
  }
}

/// A layer that is a convolution over images, or over courses as images of one row.
package protocol Convolution: Weighted {
  var form: ConvolutionForm { get }
}

/// A convolution but for its numbers; pairs are for height and width.
package struct ConvolutionForm: Hashable, Sendable {
  package let filters: Int
  package let kernel: [Int]
  package let stride: [Int]
  package let padding: Padding
  package let dilation: [Int]
  package let groups: Int

  /// Refuses sizes that no convolution has.
  static func check(filters: Int, kernel: Int, stride: Int, dilation: Int, groups: Int) throws {
    for (what, size) in [("the number of filters", filters), ("the number of groups", groups)]
    where size < 1 {
      throw NetworkError.badSize(what, size, minimum: 1)
    }
    try checkSide("a kernel", kernel)
    try checkSide("a stride", stride)
    try checkSide("a dilation", dilation)
    try checkSide("a kernel with its dilation", (kernel - 1) * dilation + 1)
  }

  /// The window for images of a height and width.
  package func window(height: Int, width: Int) -> Window {
    padding.window(
      kernel: kernel, stride: stride, dilation: dilation, height: height, width: width)
  }

  /// The weights for images of some channels: `[filters, channels / groups, kh, kw]`.
  func weightShape(channels: Int) throws -> Shape {
    guard channels % groups == 0, filters % groups == 0 else {
      throw NetworkError.groups(channels: channels, filters: filters, groups: groups)
    }
    return try Shape([filters, channels / groups] + kernel)
  }

  /// The shape of the output for an image `[C, H, W]`; `weights` where they exist.
  func outputShape(for image: Shape, weights: Shape?) throws -> Shape {
    let expected = try weightShape(channels: image[0])
    let sizes = try ConvolutionSizes(
      input: Shape([1] + image.sizes), weights: weights ?? expected,
      window: window(height: image[1], width: image[2]), groups: groups)
    return try Shape(Array(sizes.output.dropFirst()))
  }

  /// The convolution of images `[N, C, H, W]` with weights `[filters, C / groups, kh, kw]`.
  func callAsFunction(
    _ x: Tensor, _ weights: Tensor, bias: Tensor?, relu: Bool
  ) throws -> Tensor {
    try conv2d(
      x, weights, bias: bias, stride: stride, padding: padding, dilation: dilation, groups: groups,
      relu: relu)
  }

  /// What is written between the parentheses of a layer, with what all layers with weights have.
  func words(_ layer: some Weighted) -> String {
    var text = "\(layer.typeName)(\(filters), kernel: \(kernel[1])"
    if stride[1] != 1 { text += ", stride: \(stride[1])" }
    if padding != .valid { text += ", padding: .\(padding)" }
    if dilation[1] != 1 { text += ", dilation: \(dilation[1])" }
    if groups != 1 { text += ", groups: \(groups)" }
    return text + layer.lastWords + ")"
  }
}

extension Shape {
  /// A course `[C, L]` as an image of one row; others as they are.
  package var asImage: Shape {
    rank == 2 ? Shape(trusted: [sizes[0], 1, sizes[1]]) : self
  }
}

extension Convolution {
  public var description: String { form.words(self) }

  /// The layer with first weights of a shape for images of some channels.
  func started(_ shape: Shape, channels: Int, seed: UInt64) throws -> Self {
    let area = form.kernel.reduce(1) { $0 * Double($1) }
    return try started(
      shape, outputs: form.filters, fanIn: Double(channels / form.groups) * area,
      fanOut: Double(form.filters / form.groups) * area, seed: seed)
  }
}
