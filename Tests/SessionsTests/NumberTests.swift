import Testing

@testable import Sessions

/// Numbers, lists and tensors in each other's places.
@Suite struct NumberTests {
  private func run(_ code: String) -> Outcome { Session(seed: 1).run(code) }

  /// A function of a number gives what it gives of a tensor of that number.
  @Test(arguments: [
    "round", "floor", "ceil", "sqrt", "rsqrt", "reciprocal", "abs", "exp", "expm1", "log", "log1p",
    "log2", "log10", "isNaN", "isFinite", "isInfinite", "sin", "cos", "tan", "asin", "acos", "atan",
    "sinh", "cosh", "tanh",
  ])
  func ofATensorTheSame(function: String) {
    let numbers = "[0.5, 1.5, 2.5, -0.5, -2.5, 3.0, 0.0, -1.0, inf, -inf, nan, 8388609.0]"
    let outcome = run(
      """
      let xs = \(numbers)
      let y = \(function)(Tensor(xs))
      for i in 0..<xs.count {
        let (a, b) = (\(function)(xs[i]), y[i])
        expect(a == b || a.isNaN && b.isNaN || abs(a - b) <= 1e-6 * abs(a), "\\(xs[i]): \\(a), \\(b)")
      }
      """)
    #expect(outcome.failure == nil, "\(outcome.message)")
  }

  @Test func remaindersAgree() {
    let outcome = run(
      """
      for a in [7.5, -7.5, 0.0, inf, nan] {
        for b in [2.0, -2.0, 0.0, inf, nan] {
          let (x, y, z) = (a % b, (Tensor([a]) % b)[0], (a % Tensor([b]))[0])
          expect(x == y && x == z || x.isNaN && y.isNaN && z.isNaN, "\\(a) \\(b): \\(x), \\(y), \\(z)")
        }
      }
      var whole = Tensor([7, -7, 8], dtype: .int32)
      whole %= Tensor([3, 3, -5], dtype: .int32)
      whole.list()
      """)
    #expect(outcome.text == "[1, -1, 3]", "\(outcome.message)")
  }

  @Test(arguments: ["max", "min"]) func ofTwoTheSame(function: String) {
    let outcome = run(
      """
      for a in [1.0, 2.5, -inf, nan] {
        for b in [2.0, -1.0, nan] {
          let (x, y) = (\(function)(a, b), \(function)(Tensor([a]), b)[0])
          let z = \(function)([a, b])
          expect(x == y && x == z || x.isNaN && y.isNaN && z.isNaN, "\\(a) \\(b): \\(x), \\(y), \\(z)")
        }
      }
      """)
    #expect(outcome.failure == nil, "\(outcome.message)")
  }

  @Test(arguments: [
    ("max(Tensor([1.0, 0.1]), 0.25).list()", "[1.0, 0.25]"),
    ("min(0.5, Tensor([1.0, 0.0])).list()", "[0.5, 0.0]"),
    ("Tensor([1.0, 3.0]).max(2).list()", "[2.0, 3.0]"),
    ("max(ones(2, 3), axis: 0).shape", "[3]"), ("Tensor([4.0, 7.0]).max()", "7.0"),
    ("pow(Tensor([2.0, 3.0]), 2).list()", "[4.0, 9.0]"), ("pow(2, 3)", "8.0"),
    ("Tensor([1, 2, 3])[[true, false, true]].list()", "[1.0, 3.0]"),
    ("Tensor([[1, 2], [3, 4]])[[false, true]].list()", "[[3.0, 4.0]]"),
    ("Tensor([[1, 2], [3, 4]])[[[true, false], [false, true]]].list()", "[1.0, 4.0]"),
    ("var x = Tensor([1, 2]); x[[true, false]] = 5; x.list()", "[5.0, 2.0]"),
    (
      "valueWithGradient(at: [Tensor([1.0]), Tensor([2.0])]) { x, y in (x * y * y).sum() }.gradient.map { $0[0] }",
      "[4.0, 4.0]"
    ),
    (
      "func f(a, b) { (a * b).sum() }\nvalueWithGradient(at: (Tensor([3.0]), Tensor([2.0])), of: f).gradient.map { $0[0] }",
      "[2.0, 3.0]"
    ),
    ("valueWithGradient(at: [1.0, 2.0]) { $0 * $1 }.gradient.map { $0 + 0 }", "[2.0, 1.0]"),
    ("valueWithGradient(at: [1.0, 2.0]) { p in p[0] * p[1] }.value", "2.0"),
    ("let mean = [Tensor([1.0, 2.0])].map { $0.mean() }\nmean", "[1.5]"),
    ("let mean = 3\nTensor([1.0, 2.0]).mean()", "1.5"),
    ("func half(sum) { sum.sum() / 2 }\nhalf(Tensor([1.0, 2.0]))", "1.5"),
  ])
  func gives(code: String, shown: String) {
    let outcome = run(code)
    #expect(outcome.failure == nil, "\(outcome.message)")
    #expect(outcome.text == shown)
  }

  @Test(arguments: [
    ("max(ones(2), 1, axis: 0)", "'max' of two tensors goes element by element", nil),
    ("Tensor([1, 2])[[0, 1]]", "a list as an index is a mask of bools; use gather", nil),
    ("Tensor([1, 2])[[true]]", "a mask of shape [1] does not fit [2]", nil),
    ("prepare(Sequential(Dense(2)), method: lsq)", "no name 'lsq' here", "did you mean '.lsq'?"),
    ("Conv2D(3, padding: same)", "no name 'same' here", "did you mean '.same'?"),
    (
      "valueWithGradient(at: [1.0, 2.0]) { x, y, z in x }",
      "the loss takes 3 tensors, but there are 2",
      "a function of one parameter gets all of them as a list"
    ),
  ])
  func isRefused(code: String, message: String, help: String?) {
    let outcome = run(code)
    #expect(outcome.message.contains(message), "\(outcome.message)")
    if let help { #expect(outcome.help == help) }
  }
}
