import Testing

@testable import Sessions

@Suite struct MoreTensorTests {
  @Test func masksReadAndWrite() {
    let outcome = Session(seed: 1).run(
      """
      var x = Tensor([[1, -2], [-3, 4]])
      let before = x
      x[x < 0] = 0
      print(x.list(), x[x > 0].list(), before.list())
      x[[0, 1]]
      """)
    #expect(outcome.text == "[[1.0, 0.0], [0.0, 4.0]] [1.0, 4.0] [[1.0, -2.0], [-3.0, 4.0]]")
    #expect(outcome.message == "a list as an index is a mask of bools; use gather for positions")
  }

  @Test(arguments: [
    (
      "let x = ones(2)\nx[x]",
      "a tensor as an index is a mask of bools, not float32; use gather for positions"
    ),
    (
      "var x = ones(2)\nx[Tensor([true])] = 1",
      "a mask of shape [1] does not fit [2]: it needs the sizes of the first axes"
    ),
    ("split(ones(4), \"a\")", "expected a list, not a String"),
    ("oneHot([1], classes: 0)", "'classes' must be above 0, not 0"),
  ]) func errors(code: String, message: String) {
    #expect(Session(seed: 1).run(code).message == message)
  }

  @Test func gradientsGoThrough() {
    let outcome = Session(seed: 1).run(
      """
      let (v, g) = valueWithGradient(at: Tensor([3.0, 1.0, 2.0])) { x in topK(x, 2).values.sum() }
      let (_, h) = valueWithGradient(at: Tensor([3.0, -1.0])) { x in (x[x > 0] * 2).sum() }
      print(v, g.list(), h.list())
      """)
    #expect(outcome.text == "5.0 [1.0, 0.0, 1.0] [2.0, 0.0]", "\(outcome.message)")
  }
}
