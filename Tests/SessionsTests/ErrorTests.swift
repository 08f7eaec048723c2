import Testing

@testable import Sessions

/// Bad input is an error with a reason, and never ends the process.
@Suite struct ErrorTests {
  @Test(arguments: [
    ("quantize(randn(3), bits: 0)", "codes of 0 bits are not supported; use 1 to 8 bits, or 16"),
    ("1 / 0", "cannot divide 1 by 0"),
    ("fit(zeros(2))", "fit changes its argument 1, which wants '&'"),
    ("quantize(Tensor([nan]))", "cannot quantize NaN; the element at [0] is not a number"),
    ("quantize(randn(3), bits: 99)", "codes of 99 bits are not supported; use 1 to 8 bits, or 16"),
    (
      "Tensor([[1, 2], [3]])",
      "a list of uneven rows is no tensor: row 1 has 1 elements, the first has 2"
    ),
    (
      "Tensor([1, [2]])",
      "a list of uneven rows is no tensor: element 1 is a list, the first is a number"
    ),
    ("Tensor([[1], 2])", "a list of uneven rows is no tensor: element 1 is 2, the first is a list"),
    ("Tensor([\"a\"])", "'elements': a tensor holds numbers, not a String"),
    ("zeros(2, 3) + zeros(4)", "cannot add [2, 3] and [4]; the sizes 3 and 4 differ"),
    ("zeros(2, 3).reshape(4, -1)", "cannot reshape [2, 3] (6 elements) to [4, -1]"),
    ("zeros(3)[7]", "index 7 is out of range for axis 0 of size 3"),
    ("zeros(3).mean(axis: 2)", "axis 2 does not exist in [3]; use -1 to 0"),
    ("zeros(-1)", "a size cannot be negative: [-1]"),
    (
      "zeros(1000000, 1000000, 1000000)",
      "a tensor of shape [1000000, 1000000, 1000000] is too large for any memory"
    ),
    ("Conv2D(0)", "'filters' must be above 0, not 0"),
    ("Conv2D(8, padding: .sam)", "'padding': no choice '.sam'; use .valid or .same"),
    (
      "evaluate(Sequential(Dense(10)), digits(20))",
      "the network gives [1, 28, 10] for each sample, but the data has 10 classes; "
        + "end it with Flatten(), Dense(10)"
    ),
    ("digits(10).take(-1)", "'count' must not be negative, but is -1"),
    ("digits(-5)", "'count' must not be negative, but is -5"),
    ("crossEntropy(zeros(2, 3), [0, 3])", "label 3 is out of range for 3 classes"),
    ("crossEntropy(zeros(2, 3), [0])", "1 labels for 2 rows"),
    ("Adam(-1)", "a learning rate is a number above 0, not -1.0"),
  ])
  func hasAReason(code: String, message: String) {
    let session = Session()
    let outcome = session.run(code)
    #expect(outcome.message == message)
    #expect(session.run("1 + 1").text == "2")
  }

  @Test func namesAndLabelsHaveTheirNearest() {
    #expect(Session().run("rleu(zeros(2))").help == "did you mean 'relu'?")
    #expect(Session().run("quantize(zeros(2), bitz: 4)").help == "did you mean 'bits'?")
    #expect(Session().run("zeros(2).shpe").help == "did you mean 'shape'?")
    #expect(Session().run("Conv2D(8, padding: .sane)").help == "did you mean '.same'?")
    #expect(Session().run("Conv2D(8, 3)").help == "write 'kernel: …'")
  }

  @Test func errorsHaveAPlace() throws {
    guard case .diagnostics(let list)? = Session().run("let w = zeros(3, 4)\nw @ w").failure else {
      Issue.record("no error")
      return
    }
    let mark = try #require(list.first?.primary)
    #expect(mark.range.lower == 20 && mark.range.upper == 25)
  }

  @Test func deepRecursionIsAnError() {
    let session = Session()
    #expect(session.run("func f(n) { f(n + 1) }\nf(0)").message.contains("nested too deeply"))
    #expect(session.run("1 + 1").text == "2")
  }
}
