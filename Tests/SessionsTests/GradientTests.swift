import Testing

@testable import Sessions

/// Functions that make tensors of tensors keep the gradient, which is compared with differences.
@Suite struct GradientTests {
  /// How functions are called that take more than one tensor x, `[2, 3]`.
  static let calls: [String: [String]] = [
    "Tensor": [
      "Tensor(x, dtype: .float32)", "Tensor([x[0, 0], x[1, 2]])", "Tensor([x, x * 2])",
      "Tensor([1.0, x[0, 1]])", "Tensor([[x[0, 0], 2], [3, x[1, 1]]])",
    ],
    "reshape": ["x.reshape(3, 2)"], "transposed": ["x.transposed()"],
    "concatenate": ["concatenate([x, 2 * x], axis: 1)"], "stack": ["stack([x, x * x])"],
    "cast": ["x.cast(to: .float32)"],
    "maximum": ["maximum(x, 0.5)", "maximum(0.5, x)"], "minimum": ["minimum(x, 0.5)"],
    "pow": ["pow(x, 3)", "pow(2, x)", "x ** 1.5"], "select": ["select(x > 0.5, x, 2 * x)"],
    "matmul": ["x @ x.transposed()"], "softmax": ["softmax(x)", "softmax(x, axis: 0)"],
    "conv2d": [
      "conv2d(x.reshape(1, 1, 2, 3), x[0, 0..<2].reshape(1, 1, 1, 2), bias: x[1, 0..<1])"
    ],
    "convTranspose2d": [
      "convTranspose2d(x.reshape(1, 1, 2, 3), x.reshape(1, 1, 2, 3), bias: x[1, 0..<1])"
    ],
    "mean": ["x.mean(axis: 0)"], "variance": ["x.variance()", "x.variance(axis: 1)"],
    "min": ["x.min()", "x.min(axis: 0)", "min(x, 0.5)"], "max": ["x.max(axis: 1)", "max(0.5, x)"],
    "cumulativeSum": ["x.cumulativeSum()", "x.cumulativeSum(axis: 0)"],
    "percentile": ["x.percentile(30)", "x.percentile(90, axis: 0)"],
    "median": ["x.median()", "x.median(axis: 1)"],
    "split": ["x.split(3, axis: 1)[1]", "x.split([1, 2], axis: 1)[1]"],
    "pad": ["x.pad([[1, 0], [0, 2]], with: 3)"], "tile": ["x.tile(2, 3)"],
    "sort": ["x.sort().values", "x.sort(axis: 0, descending: true).values"],
    "topK": ["x.topK(2).values"],
    "einsum": ["einsum(\"ij,kj->ik\", x, x)", "einsum(\"ij->j\", x)"],
    "masked": ["x[x > 0.5]", "x.masked([true, false])"], "gather": ["x.gather([[0, 2], [1, 1]])"],
    "scatterAlong": [
      "x.scatterAlong([[0], [2]], [[5.0], [6.0]])",
      "zeros(2, 3).scatterAlong([[0, 1], [2, 0]], x[0..., 0..<2])",
      "x.scatterAlong([[0, 0], [2, 1]], x[0..., 1...], adding: true)",
    ],
    "clip": ["x.clip(0.35, 0.65)"],
    "inverse": ["(x[0..., 0..<2] + eye(2)).inverse()"],
    "solve": ["solve(x[0..., 0..<2] + eye(2), x)"], "determinant": ["determinant(x[0..., 0..<2])"],
    "cholesky": ["cholesky(x @ x.transposed() + eye(2))"], "svd": ["svd(x).s"],
    "leastSquares": ["leastSquares(x, [1.0, 2.0])", "leastSquares(x.transposed(), x[0])"],
    "crossEntropy": ["crossEntropy(x, [0, 2])", "crossEntropy(x, [0, 2], smoothing: 0.1)"],
    "binaryCrossEntropy": [
      "binaryCrossEntropy(x, x * 0.9)", "binaryCrossEntropy(x, x * x, fromLogits: false)",
    ],
    "meanSquaredError": ["meanSquaredError(x, x * x)"],
    "huberLoss": ["huberLoss(x, x * 2, delta: 0.5)"], "klDivergence": ["klDivergence(x, x * x)"],
    "distillationLoss": ["distillationLoss(x, [0, 2], teacher: ones(2, 3))"],
  ]

  /// Functions of or to positions, flags, codes or counts, and those whose slope is by definition
  /// another one.
  static let constants: Set<String> = [
    "argmax", "argmin", "argsort", "both", "either", "oneHot", "histogramCounts", "fakeQuantize",
    "topKAccuracy", "confusionMatrix", "quantize", "dequantized", "quantizedLoss", "isNaN",
    "isFinite", "isInfinite",
  ]

  /// What the language itself does with tensors.
  static let phrases = [
    "-x", "x + x * x", "x - 1 / x", "2 ** x", "x % 0.3", "0.9 % x", "x[1]", "x[0..., 1]",
    "x.transposed()[2]",
    "var y = x\ny[0] = x[1] * 2\ny", "var y = x\ny[0, 1] = 3\ny",
    "var y = zeros(2, 3)\ny[x > 0.5] = x[x > 0.5] * 2\ny",
    "var y = x\ny[x > 0.5] = 0\ny", "var sum = 0\nfor row in x { sum += row * row }\nsum",
    "x.list().isEmpty ? x : x * 3",
  ]

  static let cases: [String] =
    phrases
    + Library.all.flatMap { builtin -> [String] in
      let isOfTensors =
        builtin.parameters.contains { $0.typeName.contains("Tensor") }
        && builtin.resultName.contains("Tensor")
      guard isOfTensors, !constants.contains(builtin.name) else { return calls[builtin.name] ?? [] }
      return calls[builtin.name] ?? ["\(builtin.name)(x)"]
    }

  @Test(arguments: cases) func agreesWithDifferences(expression: String) {
    let outcome = Session(seed: 1).run(
      """
      func y(x) {
        \(expression)
      }
      let x = Tensor([[0.25, 0.85, 0.55], [0.7, 0.4, 0.32]])
      let first = Tensor(y(x))
      let factors = (arange(0, first.count) + 1).reshape(first.shape)
      func loss(x) { Tensor(Tensor(y(x)) * factors).sum() }
      let (_, gradient) = valueWithGradient(at: x) { x in loss(x) }
      var worst = 0.0
      for i in 0..<2 {
        for j in 0..<3 {
          var (above, below) = (x, x)
          above[i, j] = x[i, j] + 0.01
          below[i, j] = x[i, j] - 0.01
          worst = max(worst, abs((loss(above) - loss(below)) / 0.02 - gradient[i, j]))
        }
      }
      worst / max(1, abs(gradient).max()) < 0.005 ? "agrees" : "off by \\(worst)"
      """)
    #expect(outcome.failure == nil, "\(expression): \(outcome.message)")
    #expect(outcome.text == "\"agrees\"", "\(expression)")
  }
}
