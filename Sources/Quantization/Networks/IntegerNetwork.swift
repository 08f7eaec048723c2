public import Networks
public import Tensors

/// A network that computes with whole numbers: uint8 activations, int8 weights, int32 sums.
///
///     let small = try quantize(net, bits: 8, calibration: train.take(512))
///     small.layers[0].weights?.codes       // the int8 weights
///     try accuracy(small, test)
///
/// The input is quantized once, or looked up in the table of an Embedding. Each layer sums products of
/// codes in int32, adds an int32 bias and requantizes: q = clamp(roundHalfEven(Float(acc) * M) + z),
/// M = s_in s_w[c] / s_out in Float32, with a ReLU as max(q, z). The sums of the last layer become
/// float32 logits. Source: ONNX QLinearConv and QLinearMatMul; Jacob et al., arXiv 1712.05877.
///
/// It gives, code for code, what the prepared network gives that it was made from.
public struct IntegerNetwork: Sendable {
  /// The layers in order, with their codes and scales.
  public let layers: [IntegerLayer]
  /// The shape of one sample.
  public let inputShape: Shape
  /// How the input becomes codes; behind an Embedding, how its codes are to be read.
  public let input: QuantizationParameters
  /// The classes, or whatever the last layer gives: the shape of one output.
  public let outputShape: Shape

  /// The table that the input is looked up in, where the network begins with one.
  let embedding: IntegerEmbedding?
  let steps: [Step]
  /// The product whose sums become real numbers, and what is done to them in float32.
  let last: IntegerProduct
  let tail: [any Layer]

  /// One step from codes to codes.
  enum Step: Sendable {
    case product(IntegerProduct, CodeKernels.Requantizer)
    case maxPool(Window, output: Shape)
    case rectify(zeroPoint: Int32)
    case flatten
    /// All in order, in another shape.
    case reshape(Shape)
    case transpose
    /// Keeps the codes for the next branches, or for a sum in the codes it is wanted in.
    case fork(CodeTranslation?)
    /// Ends a branch in the codes of the join, and begins the next with what was kept.
    case nextBranch(CodeTranslation?)
    /// Joins the channels of the branches, the last of them translated.
    case join(CodeTranslation?)
    /// Takes the codes over to the grid of the next step.
    case translate(CodeTranslation)
    case add(SumRequantizer)
  }

  init(
    layers: [IntegerLayer], inputShape: Shape, outputShape: Shape, input: QuantizationParameters,
    embedding: IntegerEmbedding?, steps: [Step], last: IntegerProduct, tail: [any Layer]
  ) {
    self.layers = layers
    self.inputShape = inputShape
    self.outputShape = outputShape
    self.input = input
    self.embedding = embedding
    self.steps = steps
    self.last = last
    self.tail = tail
  }

  /// The bytes it takes: packed weight codes, 4 bytes for each scale and each bias.
  public var byteCount: Int { layers.reduce(0) { $0 + $1.byteCount } }

  /// Applies the network to a batch: `[N, ...] -> [N, ...]`, split over the cores.
  public func callAsFunction(_ x: Tensor) throws -> Tensor {
    guard x.rank >= 1 else {
      throw NetworkError.inputRank(layer: "a network", needs: "a batch [N, ...]", got: x.shape)
    }
    _ = try ready(for: x.sampleShape)
    return runsInOrder
      ? try logits(x.detached()) : try Batching.map(x.detached()) { try logits($0) }
  }

  public var runsInOrder: Bool { tail.contains(where: \.runsInOrder) }

  private static let noFork = "what ends a fork has no integer form without it"

  func run(_ x: CodeBatch, _ watch: (CodeBatch) throws -> Void) throws -> Tensor {
    var x = x
    var kept: [(input: CodeBatch, parts: [CodeBatch])] = []
    var steps = steps[...]
    while let step = steps.popFirst() {
      switch step {
      case .product(let product, let rule):
        try watch(x)
        var sums = try product.sums(x)
        // A larger sum never has a smaller code, so the largest sum has the largest code.
        if !sums.isInRows, case .maxPool(let window, let output)? = steps.first,
          (window.paddingLow + window.paddingHigh).allSatisfy({ $0 == 0 })
        {
          sums = try sums.pooled(window, output: output)
          steps.removeFirst()
        }
        x = try sums.requantized(rule)
      case .maxPool(let window, let output): x = try x.pooled(window, output: output)
      case .rectify(let zeroPoint): x = try x.rectified(zeroPoint: zeroPoint)
      case .flatten: x = x.flattened()
      case .reshape(let shape): x = try x.reshaped(shape)
      case .transpose: x = try x.transposed()
      case .fork(let wanted): kept.append((try x.translated(wanted), []))
      case .nextBranch(let end):
        guard let last = kept.indices.last else { preconditionFailure(Self.noFork) }
        kept[last].parts.append(try x.translated(end))
        x = kept[last].input
      case .join(let end):
        guard let fork = kept.popLast() else { preconditionFailure(Self.noFork) }
        x = try CodeBatch.joined(fork.parts + [x.translated(end)])
      case .translate(let translation): x = try x.translated(translation)
      case .add(let rule):
        try watch(x)
        guard let fork = kept.popLast() else { preconditionFailure(Self.noFork) }
        x = try IntegerSum.codes(x, fork.input, rule)
      }
    }
    try watch(x)
    var y = try last.sums(x).reals(last)
    y = try last.activation.apply(y)
    var context = Context(.inference)
    for layer in tail { y = try layer.forward(y, &context) }
    return y
  }
}

extension IntegerNetwork: Classifier {
  /// Maps a part of a batch to float32 logits, on the calling thread.
  public func logits(_ x: Tensor) throws -> Tensor {
    guard x.rank >= 1 else {
      throw NetworkError.inputRank(layer: "a network", needs: "a batch [N, ...]", got: x.shape)
    }
    _ = try ready(for: x.sampleShape)
    guard x.count > 0 else {
      return try Tensor(repeating: 0, shape: Shape([x.shape[0]] + outputShape.sizes))
    }
    return try run(codes(of: x)) { _ in }
  }

  /// The codes that the first step takes.
  func codes(of x: Tensor) throws -> CodeBatch {
    try embedding?.codes(of: x) ?? CodeBatch(quantizing: x, with: input)
  }

  /// The network itself, if it takes samples of the shape.
  public func ready(for sample: Shape) throws -> IntegerNetwork {
    guard sample == inputShape else {
      throw QuantizedNetworkError.inputShape(got: sample, expected: inputShape)
    }
    return self
  }
}
