public import Tensors

/// Self-attention in several heads: `[N, T, C] -> [N, T, C]`.
///
///     MultiHeadAttention(heads: 4, causal: true)
///
///     q, k, v = x W^T + b, in that order, each cut into heads of d = C / heads channels
///     y = concatenate(softmax(q k^T / sqrt(d)) v) Wout^T + bout
///
/// With `causal`, a step sees itself and those before it alone. Weights `[3 C, C]` and
/// `outputWeights` `[C, C]` start uniform with Glorot's limit, both biases at 0. The formula and the
/// order of the weights are those of PyTorch's `torch.nn.MultiheadAttention`, `batch_first`, without
/// dropout. Source: Vaswani et al., arXiv 1706.03762.
public struct MultiHeadAttention: Layer {
  public let heads: Int
  public let causal: Bool
  public let usesBias: Bool
  public let seed: UInt64?
  /// Weights, bias, output weights, output bias; none before it is built.
  private var tensors: [Tensor] = []

  public init(heads: Int, causal: Bool = false, bias: Bool = true, seed: UInt64? = nil) throws {
    guard heads > 0 else { throw NetworkError.badSize("the number of heads", heads, minimum: 1) }
    self.heads = heads
    self.causal = causal
    usesBias = bias
    self.seed = seed
  }

  public var typeName: String { "MultiHeadAttention" }

  public var description: String {
    "MultiHeadAttention(heads: \(heads)" + (causal ? ", causal: true" : "")
      + (usesBias ? "" : ", bias: false") + ")"
  }

  public func outputShape(for input: Shape) throws -> Shape {
    guard input.rank == 2 else {
      throw NetworkError.inputRank(layer: typeName, needs: "steps [time, channels]", got: input)
    }
    for (what, size) in [("the number of steps", input[0]), ("the number of channels", input[1])] {
      guard size > 0 else { throw NetworkError.badSize(what, size, minimum: 1) }
    }
    guard input[1] % heads == 0 else {
      throw TensorError.badArgument("\(input[1]) channels do not divide into \(heads) heads")
    }
    if let weights = tensors.first, weights.shape[1] != input[1] {
      throw TensorError.badArgument(
        "the input \(input) has \(input[1]) channels, but the weights \(weights.shape) take "
          + "\(weights.shape[1])")
    }
    return input
  }

  public func built(for input: Shape, seed: UInt64) throws -> any Layer {
    guard tensors.isEmpty else { return self }
    let channels = try outputShape(for: input)[1]
    let seed = self.seed ?? seed
    let fan = Double(channels)
    let weights = try Initializer.glorotUniform.weights(
      Shape([3 * channels, channels]), fanIn: fan, fanOut: 3 * fan, seed: seed)
    let output = try Initializer.glorotUniform.weights(
      Shape([channels, channels]), fanIn: fan, fanOut: fan, seed: seed &+ 1)
    var layer = self
    layer.tensors =
      usesBias
      ? [weights, try zeros(3 * channels), output, try zeros(channels)] : [weights, output]
    return layer
  }

  public var isBuilt: Bool { !tensors.isEmpty }

  public var parameters: [Parameter] {
    let names =
      usesBias ? ["weights", "bias", "outputWeights", "outputBias"] : ["weights", "outputWeights"]
    return zip(names, tensors).map { Parameter($0, $1) }
  }

  public func replacingParameters(_ tensors: [Tensor]) -> any Layer {
    var layer = self
    layer.tensors = tensors
    return layer
  }

  private static let storedNames = [
    "weights": "in_proj_weight", "bias": "in_proj_bias", "outputWeights": "out_proj.weight",
    "outputBias": "out_proj.bias",
  ]

  public var state: [Parameter] { storedParameters(naming: Self.storedNames) }

  public func restoring(_ stored: StoredState) throws -> any Layer {
    try restoringParameters(stored, naming: Self.storedNames)
  }

  public func forward(_ x: Tensor, _ context: inout Context) throws -> Tensor {
    guard isBuilt else { throw NetworkError.notBuilt(description) }
    _ = try outputShape(for: x.sampleShape)
    let (samples, steps, channels) = (x.shape[0], x.shape[1], x.shape[2])
    guard samples > 0 else { return x }
    let size = channels / heads
    let rows = try x.reshape(samples * steps, channels)
    // [3, N, heads, T, d]
    let parts = try dense(rows, tensors[0], bias: usesBias ? tensors[1] : nil)
      .reshape(samples, steps, 3, heads, size).transposed(2, 0, 3, 1, 4)
    let (queries, keys, values) = (
      try parts.slice([.at(0)]), try parts.slice([.at(1)]), try parts.slice([.at(2)])
    )
    var scores = try (queries * (1 / Double(size).squareRoot()))
      .matmul(keys.transposed(0, 1, 3, 2))
    if causal { scores = try scores + Self.mask(steps) }
    let mixed = try softmax(scores).matmul(values).transposed(0, 2, 1, 3)
      .reshape(samples * steps, channels)
    let y = try dense(
      mixed, tensors[usesBias ? 2 : 1], bias: usesBias ? tensors[3] : nil)
    return try y.reshape(samples, steps, channels)
  }

  /// 0 where a step is seen, minus infinity where it is yet to come.
  private static func mask(_ steps: Int) throws -> Tensor {
    try Tensor(shape: Shape([steps, steps]), writing: Float.self) { mask in
      for i in 0..<steps {
        for j in 0..<steps { mask[i * steps + j] = j > i ? -.infinity : 0 }
      }
    }
  }
}
