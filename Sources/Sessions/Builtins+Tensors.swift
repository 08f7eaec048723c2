import Language
import Tensors

extension Library {
  static let creation: [Builtin] = [
    Builtin(
      "Tensor", "A tensor of a number, or of a list of numbers or of even lists.",
      Parameter("_ elements", "the elements"),
      Parameter("dtype", "type of the elements", default: DType?.none),
      examples: [
        Example("Tensor([[1, 2], [3, 4]]).shape", "[2, 2]"),
        Example("Tensor([1, 2, 3], dtype: .int8).sum()", "6"),
      ]
    ) { (_: Session, elements: Tensor, dtype: DType?) -> Boxed in
      Boxed(try dtype.map { try elements.cast(to: $0) } ?? elements)
    },
    Builtin(
      "zeros", "A tensor of zeros.", Parameter("_ sizes", "sizes along the axes"),
      examples: [Example("zeros(2, 3).shape", "[2, 3]")]
    ) { (_: Session, sizes: Variadic<Int>) -> Boxed in Boxed(try full(sizes.values, 0)) },
    Builtin(
      "ones", "A tensor of ones.", Parameter("_ sizes", "sizes along the axes"),
      examples: [Example("ones(2, 3).sum()", "6.0")]
    ) { (_: Session, sizes: Variadic<Int>) -> Boxed in Boxed(try full(sizes.values, 1)) },
    Builtin(
      "full", "A tensor of one repeated number.", Parameter("_ sizes", "sizes along the axes"),
      Parameter("_ value", "the number"), examples: [Example("full([2, 2], 0.5).mean()", "0.5")]
    ) { (_: Session, sizes: [Int], value: Double) -> Boxed in Boxed(try full(sizes, value)) },
    Builtin(
      "eye", "The identity matrix.", Parameter("_ size", "number of rows", .notNegative),
      examples: [Example("eye(3).sum()", "3.0")]
    ) { (_: Session, size: Int) -> Boxed in Boxed(try eye(size)) },
    Builtin(
      "arange", "Numbers from a start up to, but without, an end.",
      Parameter("_ start", "first number"), Parameter("_ end", "where to stop"),
      Parameter("by", "step", default: 1.0),
      examples: [Example("arange(0, 1, by: 0.25).count", "4")]
    ) { (_: Session, start: Double, end: Double, step: Double) -> Boxed in
      Boxed(try arange(start, end, by: step))
    },
    Builtin(
      "linspace", "Evenly spaced numbers from a start to an end, both included.",
      Parameter("_ start", "first number"), Parameter("_ end", "last number"),
      Parameter("_ count", "how many", .notNegative),
      examples: [Example("linspace(0, 1, 5)[1]", "0.25")]
    ) { (_: Session, start: Double, end: Double, count: Int) -> Boxed in
      Boxed(try linspace(start, end, count))
    },
    Builtin(
      "randn", "Numbers from the normal distribution N(0, 1).",
      Parameter("_ sizes", "sizes along the axes"),
      Parameter("seed", "the same seed gives the same numbers", default: Int?.none),
      examples: [Example("randn(1000, seed: 1).shape", "[1000]")]
    ) { (session: Session, sizes: Variadic<Int>, seed: Int?) -> Boxed in
      Boxed(
        try session.draw(seed) { try Tensor.normal(Shape(sizes.values), from: &$0) })
    },
    Builtin(
      "uniform", "Numbers from the uniform distribution on [low, high).",
      Parameter("_ sizes", "sizes along the axes"),
      Parameter("low", "least number", default: 0.0),
      Parameter("high", "number that is not reached", default: 1.0),
      Parameter("seed", "the same seed gives the same numbers", default: Int?.none),
      examples: [Example("uniform(100, low: 2, high: 3, seed: 1).min() >= 2", "true")]
    ) {
      (session: Session, sizes: Variadic<Int>, low: Double, high: Double, seed: Int?) -> Boxed in
      Boxed(
        try session.draw(seed) {
          try Tensor.uniform(Shape(sizes.values), low: low, high: high, from: &$0)
        })
    },
  ]

  static let shaping: [Builtin] = [
    Builtin(
      "reshape", "The same elements under another shape; one size may be -1.",
      Parameter("_ x", "a tensor"), Parameter("_ sizes", "the new sizes"),
      examples: [Example("zeros(2, 6).reshape(3, -1).shape", "[3, 4]")]
    ) { (_: Session, x: Tensor, sizes: Variadic<Int>) -> Tensor in try x.reshape(sizes.values) },
    Builtin(
      "flatten", "All axes from one on as a single one.", Parameter("_ x", "a tensor"),
      Parameter("from", "first axis that is joined", default: 0),
      examples: [Example("zeros(2, 3, 4).flatten(from: 1).shape", "[2, 12]")]
    ) { (_: Session, x: Tensor, axis: Int) -> Tensor in try x.flatten(from: axis) },
    Builtin(
      "transposed", "The axes in another order; without one, reversed.",
      Parameter("_ x", "a tensor"), Parameter("_ axes", "which axis comes where"),
      examples: [
        Example("zeros(2, 3).transposed().shape", "[3, 2]"),
        Example("zeros(2, 3, 4).transposed(1, 2, 0).shape", "[3, 4, 2]"),
      ]
    ) { (_: Session, x: Tensor, axes: Variadic<Int>) -> Tensor in try x.transposed(axes.values) },
    Builtin(
      "concatenate", "Joins tensors along an axis.", Parameter("_ parts", "a list of tensors"),
      Parameter("axis", "the axis that grows", default: 0),
      examples: [Example("concatenate([zeros(2, 3), ones(1, 3)]).shape", "[3, 3]")]
    ) { (_: Session, parts: [Tensor], axis: Int) -> Tensor in
      try concatenate(parts, axis: axis)
    },
    Builtin(
      "stack", "Joins tensors of one shape along a new axis.",
      Parameter("_ parts", "a list of tensors"),
      Parameter("axis", "where the new axis stands", default: 0),
      examples: [Example("stack([zeros(3), ones(3)]).shape", "[2, 3]")]
    ) { (_: Session, parts: [Tensor], axis: Int) -> Tensor in try stack(parts, axis: axis) },
    Builtin(
      "cast", "The same numbers as another type, rounded toward zero and saturated.",
      Parameter("_ x", "a tensor"), Parameter("to", "type of the elements"),
      examples: [Example("Tensor([1.7, 300]).cast(to: .int8).max()", "127")]
    ) { (_: Session, x: Tensor, dtype: DType) -> Boxed in Boxed(try x.cast(to: dtype)) },
    Builtin(
      "item", "The one number of a tensor with one element.", Parameter("_ x", "a tensor"),
      examples: [Example("Tensor([[2.5]]).item()", "2.5")]
    ) { (_: Session, x: Tensor) -> Double in shortest(Float(try x.item())) },
    Builtin(
      "list", "The elements as a list, nested like the axes.", Parameter("_ x", "a tensor"),
      examples: [Example("Tensor([[1, 2], [3, 4]]).list()", "[[1.0, 2.0], [3.0, 4.0]]")]
    ) { (session: Session, x: Tensor) -> Value in
      guard x.count <= 1 << 24 else {
        throw TensorError.badArgument("a list of \(x.count) numbers is too long")
      }
      return try session.nested(x)
    },
  ]

  /// A function of every element.
  private static func elementwise(
    _ name: String, _ summary: String, _ example: Example,
    _ body: @escaping @Sendable (Tensor) throws -> Tensor
  ) -> Builtin {
    Builtin(name, summary, Parameter("_ x", "a tensor or a number"), examples: [example]) {
      (_: Session, x: Tensor) -> Tensor in try body(x)
    }
  }

  static let arithmetic: [Builtin] = [
    elementwise("exp", "e to the power of each element.", Example("exp(zeros(2))[0]", "1.0")) {
      try exp($0)
    },
    elementwise("log", "The natural logarithm of each element.", Example("log(ones(2))[0]", "0.0"))
    { try log($0) },
    elementwise(
      "log1p", "log(1 + x) of each element, precise near 0.",
      Example("log1p(Tensor([0, 1e-10])).list()", "[0.0, 1e-10]")
    ) { try log1p($0) },
    elementwise(
      "expm1", "exp(x) - 1 of each element, precise near 0.",
      Example("expm1(Tensor([0, 1e-10])).list()", "[0.0, 1e-10]")
    ) { try expm1($0) },
    elementwise(
      "log2", "The logarithm to the base 2 of each element.",
      Example("log2(Tensor([8, 0.5])).list()", "[3.0, -1.0]")
    ) { try log2($0) },
    elementwise(
      "log10", "The logarithm to the base 10 of each element.",
      Example("log10(Tensor([100, 1])).list()", "[2.0, 0.0]")
    ) { try log10($0) },
    elementwise(
      "rsqrt", "1 / sqrt(x) of each element.",
      Example("rsqrt(Tensor([4, 0])).list()", "[0.5, inf]")
    ) { try rsqrt($0) },
    elementwise(
      "reciprocal", "1 / x of each element.",
      Example("reciprocal(Tensor([4, -2])).list()", "[0.25, -0.5]")
    ) { try reciprocal($0) },
    elementwise(
      "isNaN", "Whether each element is NaN, no number.",
      Example("isNaN(Tensor([1, nan])).list()", "[false, true]")
    ) { try isNaN($0) },
    elementwise(
      "isFinite", "Whether each element is neither infinite nor NaN.",
      Example("isFinite(Tensor([1, -inf, nan])).list()", "[true, false, false]")
    ) { try isFinite($0) },
    elementwise(
      "isInfinite", "Whether each element is infinite, of either sign.",
      Example("isInfinite(Tensor([1, -inf, nan])).list()", "[false, true, false]")
    ) { try isInfinite($0) },
    elementwise("sqrt", "The square root of each element.", Example("sqrt(full([2], 9))[0]", "3.0"))
    { try sqrt($0) },
    elementwise(
      "sin", "The sine of each element, an angle in radians.",
      Example("sin(Tensor([0, Double.pi / 2])).list()", "[0.0, 1.0]")
    ) { try sin($0) },
    elementwise(
      "cos", "The cosine of each element, an angle in radians.",
      Example("cos(Tensor([0, Double.pi])).list()", "[1.0, -1.0]")
    ) { try cos($0) },
    elementwise(
      "tan", "The tangent of each element, an angle in radians.", Example("tan(zeros(2))[0]", "0.0")
    ) { try tan($0) },
    elementwise(
      "asin", "The angle in [-pi/2, pi/2] whose sine is each element; NaN outside [-1, 1].",
      Example("asin(Tensor([0, 2])).list()", "[0.0, nan]")
    ) { try asin($0) },
    elementwise(
      "acos", "The angle in [0, pi] whose cosine is each element; NaN outside [-1, 1].",
      Example("acos(ones(2))[0]", "0.0")
    ) { try acos($0) },
    elementwise(
      "atan", "The angle in [-pi/2, pi/2] whose tangent is each element.",
      Example("atan(zeros(2))[0]", "0.0")
    ) { try atan($0) },
    elementwise("sinh", "The hyperbolic sine of each element.", Example("sinh(zeros(2))[0]", "0.0"))
    { try sinh($0) },
    elementwise(
      "cosh", "The hyperbolic cosine of each element.", Example("cosh(zeros(2))[0]", "1.0")
    ) { try cosh($0) },
    elementwise(
      "tanh", "The hyperbolic tangent of each element.", Example("tanh(zeros(2))[0]", "0.0")
    ) { try tanh($0) },
    elementwise("abs", "The magnitude of each element.", Example("abs(Tensor([-2, 1]))[0]", "2.0"))
    { try abs($0) },
    elementwise("relu", "max(x, 0) of each element.", Example("relu(Tensor([-2, 1])).sum()", "1.0"))
    { try relu($0) },
    elementwise(
      "sigmoid", "1 / (1 + exp(-x)) of each element.", Example("sigmoid(zeros(1))[0]", "0.5")
    ) { try sigmoid($0) },
    elementwise("square", "The square of each element.", Example("square(Tensor([3]))[0]", "9.0")) {
      try square($0)
    },
    elementwise(
      "floor", "The largest whole number not above each element.",
      Example("floor(Tensor([-1.5]))[0]", "-2.0")
    ) { try floor($0) },
    elementwise(
      "ceil", "The smallest whole number not below each element.",
      Example("ceil(Tensor([1.2]))[0]", "2.0")
    ) { try ceil($0) },
    elementwise(
      "round", "The nearest whole number to each element, ties to even.",
      Example("round(Tensor([2.5]))[0]", "2.0")
    ) { try round($0) },
    elementwise(
      "sign", "-1, 0 or 1: the sign of each element.", Example("sign(Tensor([-3]))[0]", "-1.0")
    ) { try sign($0) },
    Builtin(
      "maximum", "The larger of two tensors, element by element.", Parameter("_ a", "a tensor"),
      Parameter("_ b", "a tensor"), examples: [Example("maximum(Tensor([1, 5]), 3).sum()", "8.0")]
    ) { (_: Session, a: Tensor, b: Tensor) -> Tensor in try maximum(a, b) },
    Builtin(
      "minimum", "The smaller of two tensors, element by element.", Parameter("_ a", "a tensor"),
      Parameter("_ b", "a tensor"), examples: [Example("minimum(Tensor([1, 5]), 3).sum()", "4.0")]
    ) { (_: Session, a: Tensor, b: Tensor) -> Tensor in try minimum(a, b) },
    Builtin(
      "pow", "A tensor to the power of another, element by element: x ** exponent.",
      Parameter("_ x", "a tensor"), Parameter("_ exponent", "a tensor or a number"),
      examples: [Example("pow(Tensor([2, 3]), 2).list()", "[4.0, 9.0]")]
    ) { (_: Session, x: Tensor, exponent: Tensor) -> Tensor in try x.power(exponent) },
    Builtin(
      "select", "One tensor where a condition holds, else another.",
      Parameter("_ condition", "a bool tensor"), Parameter("_ a", "taken where it is true"),
      Parameter("_ b", "taken where it is false"),
      examples: [Example("select(Tensor([1, -1]) > 0, 10, 20).sum()", "30.0")]
    ) { (_: Session, condition: Tensor, a: Tensor, b: Tensor) -> Tensor in
      try select(condition, a, b)
    },
    Builtin(
      "matmul", "The matrix product, also written a @ b.", Parameter("_ a", "[..., m, k]"),
      Parameter("_ b", "[..., k, n]"),
      examples: [Example("matmul(ones(2, 3), ones(3, 4)).shape", "[2, 4]")]
    ) { (_: Session, a: Tensor, b: Tensor) -> Tensor in try a.matmul(b) },
    Builtin(
      "softmax", "exp(x) / sum(exp(x)) along an axis.", Parameter("_ x", "a tensor"),
      Parameter("axis", "the axis", default: -1),
      examples: [Example("softmax(zeros(1, 4))[0, 0]", "0.25")]
    ) { (_: Session, x: Tensor, axis: Int) -> Tensor in try softmax(x, axis: axis) },
    Builtin(
      "logSoftmax", "log(softmax(x)) along an axis.", Parameter("_ x", "a tensor"),
      Parameter("axis", "the axis", default: -1),
      examples: [Example("logSoftmax(zeros(1, 1))[0, 0]", "0.0")]
    ) { (_: Session, x: Tensor, axis: Int) -> Tensor in try logSoftmax(x, axis: axis) },
    Builtin(
      "conv2d", "A convolution: [N, C, H, W] * [K, C / groups, kh, kw] -> [N, K, H', W'].",
      Parameter("_ x", "images [N, C, H, W]"), Parameter("_ weights", "kernels"),
      Parameter("bias", "added to each output channel, [K]", default: Tensor?.none),
      Parameter("stride", "step of the window", default: 1, .positive),
      Parameter("padding", "what happens at the edge", default: Padding.valid),
      Parameter("dilation", "distance of a kernel's neighbours", default: 1, .positive),
      Parameter("groups", "groups of channels", default: 1, .positive),
      examples: [Example("conv2d(ones(1, 1, 4, 4), ones(2, 1, 3, 3)).shape", "[1, 2, 2, 2]")]
    ) {
      (
        _: Session, x: Tensor, weights: Tensor, bias: Tensor?, stride: Int, padding: Padding,
        dilation: Int, groups: Int
      ) -> Tensor in
      try conv2d(
        x, weights, bias: bias, stride: [stride, stride], padding: padding,
        dilation: [dilation, dilation], groups: groups)
    },
  ]

  /// A reduction over all elements or one axis.
  private static func reduction(
    _ name: String, _ summary: String, _ example: Example,
    _ body: @escaping @Sendable (Tensor, Int?, Bool) throws -> Tensor
  ) -> Builtin {
    Builtin(
      name, summary, Parameter("_ x", "a tensor"),
      Parameter("axis", "along this axis only", default: Int?.none),
      Parameter("keepDimensions", "keep the axis with size 1", default: false),
      examples: [example]
    ) { (_: Session, x: Tensor, axis: Int?, keep: Bool) -> Tensor in try body(x, axis, keep) }
  }

  /// `max` and `min`, which with two tensors are `maximum` and `minimum`.
  private static func extremum(
    _ name: String, _ summary: String, _ examples: Example...,
    pairs: @escaping @Sendable (Tensor, Tensor) throws -> Tensor,
    _ body: @escaping @Sendable (Tensor, Int?, Bool) throws -> Tensor
  ) -> Builtin {
    Builtin(
      name, summary, Parameter("_ x", "a tensor or a number"),
      Parameter("_ other", "one to compare with, element by element", default: Tensor?.none),
      Parameter("axis", "along this axis only", default: Int?.none),
      Parameter("keepDimensions", "keep the axis with size 1", default: false),
      examples: examples
    ) { (_: Session, x: Tensor, other: Tensor?, axis: Int?, keep: Bool) -> Tensor in
      guard let other else { return try body(x, axis, keep) }
      guard axis == nil else {
        throw Fault("'\(name)' of two tensors goes element by element and takes no 'axis'")
      }
      return try pairs(x, other)
    }
  }

  static let reductions: [Builtin] = [
    reduction("sum", "The sum of the elements.", Example("ones(2, 3).sum(axis: 0)[0]", "2.0")) {
      try $0.sum(axis: $1, keepDimensions: $2)
    },
    reduction("mean", "The mean of the elements.", Example("Tensor([1, 2, 3]).mean()", "2.0")) {
      try $0.mean(axis: $1, keepDimensions: $2)
    },
    extremum(
      "min", "The smallest element; of two tensors, the smaller of each pair.",
      Example("Tensor([3, 1, 2]).min()", "1.0"),
      Example("min(Tensor([0.1, 0.9]), 0.5)[1]", "0.5"), pairs: { try minimum($0, $1) }
    ) { try $0.min(axis: $1, keepDimensions: $2) },
    extremum(
      "max", "The largest element; of two tensors, the larger of each pair.",
      Example("Tensor([3, 1, 2]).max()", "3.0"),
      Example("max(Tensor([-1, 2]), 0)[0]", "0.0"), pairs: { try maximum($0, $1) }
    ) { try $0.max(axis: $1, keepDimensions: $2) },
    reduction(
      "variance", "The population variance of the elements.",
      Example("Tensor([1, 3]).variance()", "1.0")
    ) { try $0.variance(axis: $1, keepDimensions: $2) },
    reduction(
      "standardDeviation", "The population standard deviation of the elements.",
      Example("Tensor([1, 3]).standardDeviation()", "1.0")
    ) { try $0.standardDeviation(axis: $1, keepDimensions: $2) },
    Builtin(
      "argmax", "The position of the largest element; ties go to the first.",
      Parameter("_ x", "a tensor"), Parameter("axis", "along this axis", default: Int?.none),
      examples: [Example("Tensor([3, 9, 2]).argmax()", "1")]
    ) { (_: Session, x: Tensor, axis: Int?) -> Tensor in try x.argmax(axis: axis) },
    Builtin(
      "argmin", "The position of the smallest element; ties go to the first.",
      Parameter("_ x", "a tensor"), Parameter("axis", "along this axis", default: Int?.none),
      examples: [Example("Tensor([3, 9, 2]).argmin()", "2")]
    ) { (_: Session, x: Tensor, axis: Int?) -> Tensor in try x.argmin(axis: axis) },
    Builtin(
      "all", "Whether every element is true.", Parameter("_ x", "a bool tensor"),
      examples: [Example("all(ones(3) > 0)", "true")]
    ) { (_: Session, x: Tensor) -> Bool in try x.all() },
    Builtin(
      "any", "Whether any element is true.", Parameter("_ x", "a bool tensor"),
      examples: [Example("any(ones(3) > 1)", "false")]
    ) { (_: Session, x: Tensor) -> Bool in try x.any() },
  ]
}

/// A tensor that stays one in the language even without axes.
struct Boxed: Bridged {
  let tensor: Tensor
  init(_ tensor: Tensor) { self.tensor = tensor }
  static var typeName: String { "Tensor" }
  static var wanted: String { Tensor.wanted }
  static func accepts(_ value: Value) -> Bool { Tensor.accepts(value) }
  static func from(_ value: Value, in session: Session) throws -> Boxed {
    Boxed(try Tensor.from(value, in: session))
  }
  func bridged(in session: Session) throws -> Value { .host(Box(tensor)) }
}

extension Session {
  /// Draws from a stream of a given seed, else from the cell's.
  func draw(_ seed: Int?, _ body: (inout RandomStream) throws -> Tensor) throws -> Tensor {
    guard let seed else { return try body(&random) }
    var stream = RandomStream(seed: UInt64(bitPattern: Int64(seed)))
    return try body(&stream)
  }

  /// A tensor as nested lists of numbers.
  func nested(_ x: Tensor) throws -> Value {
    guard x.rank > 0 else { return try x.detached().bridged(in: self) }
    let numbers: [Value]
    if x.dtype == .float32 {
      numbers = try x.elements(as: Float.self).map { .double(shortest($0)) }
    } else if x.dtype == .bool {
      numbers = try x.elements(as: Bool.self).map { .bool($0) }
    } else {
      numbers = try x.elements(as: Int32.self).map { .int(Int($0)) }
    }
    func level(_ axis: Int, _ start: Int, _ count: Int) -> Value {
      if axis == x.rank - 1 {
        return .list(ListBox(Array(numbers[start..<start + count])))
      }
      let size = x.shape[axis]
      let part = size == 0 ? 0 : count / size
      return .list(ListBox((0..<size).map { level(axis + 1, start + $0 * part, part) }))
    }
    return level(0, 0, numbers.count)
  }
}
