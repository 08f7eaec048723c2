import Language
import Tensors
import Testing

@testable import Sessions

@Suite struct SessionTests {
  private func Session(seed: UInt64 = 0) -> Sessions.Session {
    Sessions.Session(seed: seed, stop: Stop())
  }

  @Test func theLastExpressionIsShown() {
    #expect(Session().run("let x = 2\nx + 1").text == "3")
    #expect(Session().run("let x = 2").text == "")
    #expect(Session().run("\"a\"").text == "\"a\"")
    #expect(Session().run("print(\"a\")").text == "a")
  }

  @Test func printedPartsOfALineJoin() {
    let outcome = Session().run("print(1, terminator: \"\")\nprint(2)\nprint(3)")
    #expect(outcome.outputs.map(\.text) == ["12", "3"])
  }

  @Test func realNumbersOfAResultAreMarked() {
    let outcome = Session().run("0.25")
    #expect(outcome.outputs == [Output(.result, "0.25", reals: [0..<4])])
    let list = Session().run("[1, 2.5, -3.25]")
    #expect(list.text == "[1, 2.5, -3.25]")
    #expect(list.outputs[0].reals == [4..<7, 9..<14])
  }

  /// In a list or a tuple, what takes several lines has lines of its own.
  @Test(arguments: [
    ("svd(eye(1))", "(\n  u: I,\n  s: V,\n  vt: I\n)"), ("[eye(1)]", "[\n  I\n]"),
    ("[\"a\": eye(1), \"b\": 2]", "[\n  \"a\": I,\n  \"b\": 2\n]"),
    ("[[eye(1)], [1, 2]]", "[\n  [\n    I\n  ],\n  [1, 2]\n]"),
    ("[\"a\\nb\", 1]", "[\"a\\nb\", 1]"),
    ("([], eye(1), [:])", "(\n  [],\n  I,\n  [:]\n)"),
  ])
  func valuesOfSeveralLinesInOthers(code: String, shown: String) {
    var text = ""
    for line in shown.split(separator: "\n") {
      let space = line.prefix { $0 == " " }
      text +=
        line.replacing("I", with: "Tensor [1, 1] float32\n\(space)[[1.0]]")
        .replacing("V", with: "Tensor [1] float32\n\(space)[1.0]") + "\n"
    }
    #expect(Session().run(code).text + "\n" == text)
    #expect(Session().run("print(\(code))").text + "\n" == text)
  }

  /// A cell is atomic: an error leaves every variable as it was.
  @Test func anErrorUndoesTheCell() {
    let session = Session(seed: 3)
    _ = session.run("var a = 1\nvar w = zeros(2)\nvar list = [1]")
    let outcome = session.run("a = 2\nw[0] = 5\nlist.append(2)\nlet b = 3\nw @ zeros(3)")
    #expect(outcome.message.contains("cannot multiply [2] by [3]"))
    #expect(session.run("a").text == "1")
    #expect(session.run("w.sum()").text == "0.0")
    #expect(session.run("list").text == "[1]")
    #expect(session.run("b").message == "no name 'b' here")
  }

  @Test func aStopUndoesTheCell() {
    let session = Session()
    _ = session.run("var n = 0")
    session.onOutput = { _ in Stop.request() }
    let outcome = session.run("n = 7\nprint(n)\nwhile true { n += 1 }")
    #expect(outcome.message == "interrupted: user")
    session.onOutput = nil
    #expect(session.run("n").text == "0")
  }

  /// Operators, elements and loops over tensors are stopped as functions are: no error, no caret.
  @Test(arguments: ["-big", "!(mask)", "big[0..<900]", "big[mask] = 1", "for row in big { -big }"])
  func aStopInAnOperationOnTensors(_ code: String) {
    let session = Session()
    _ = session.run("var n = 0\nvar big = ones(1000, 1000)\nlet mask = big > 0")
    session.onOutput = { _ in Stop.request() }
    let outcome = session.run("n = 7\nprint(n)\n" + code)
    session.onOutput = nil
    #expect(outcome.message == "interrupted: user")
    #expect(session.run("n + big[0, 0]").text == "1.0")
  }

  @Test func aTimeLimitStopsACell() {
    let session = Session()
    let outcome = session.runCell(Source("while true { }"), stream: 1, timeLimit: 0.05)
    #expect(outcome.message == "interrupted: timeLimit")
    #expect(session.run("1").text == "1")
  }

  @Test func aStopInTrainingLeavesTheNetwork() {
    let session = Session(seed: 1)
    _ = session.run("var net = Sequential(Flatten(), Dense(10))\nbuild(&net, [1, 28, 28])")
    let before = session.run("net.parameters[0].sum()").text
    session.onOutput = { _ in Stop.request() }
    let outcome = session.run("fit(&net, digits(300), epochs: 50)")
    session.onOutput = nil
    #expect(outcome.message == "interrupted: user")
    #expect(session.run("net.parameters[0].sum()").text == before)
  }

  @Test func assigningNeverAliases() {
    let session = Session(seed: 2)
    _ = session.run("let a = randn(2, 2)\nvar b = a\nb[0, 0] = 100\nb[1, ...] = [7, 8]")
    #expect(session.run("a.max() < 50").text == "true")
    #expect(session.run("b.list()").text.hasPrefix("[[100.0"))
    _ = session.run(
      "var net = Sequential(Flatten(), Dense(10))\nbuild(&net, [1, 28, 28])\nlet old = net\nfit(&net, digits(64))"
    )
    #expect(session.run("all(old.parameters[0] == net.parameters[0])").text == "false")
  }

  @Test func snapshotsGoBackExactly() {
    let session = Session(seed: 9)
    _ = session.run("var w = randn(3)")
    let snapshot = session.snapshot()
    let first = session.run("w = w + randn(3)\nw")
    session.restore(snapshot)
    #expect(session.run("w = w + randn(3)\nw").text == first.text)
  }

  @Test func eachCellDrawsFromItsOwnStream() {
    let session = Session(seed: 5)
    let one = session.runCell(Source("randn(3)"), stream: 1).text
    let two = session.runCell(Source("randn(3)"), stream: 2).text
    #expect(one != two)
    #expect(session.runCell(Source("randn(3)"), stream: 1).text == one)
    #expect(Session(seed: 6).runCell(Source("randn(3)"), stream: 1).text != one)
  }

  @Test func expectationsAreToldFromErrors() {
    guard case .expectation(let diagnostic)? = Session().run("expect(1 > 2, \"too small\")").failure
    else {
      Issue.record("not an expectation")
      return
    }
    #expect(diagnostic.message == "too small")
  }

  @Test func aGradientInTheLanguage() {
    let session = Session(seed: 4)
    let code = """
      let x = digits(32).images
      let y = digits(32).labels
      var net = Sequential(Flatten(), Dense(10))
      func loss(net, x, y) { crossEntropy(net(x), y) }
      var optimizer = SGD(0.5)
      var losses = []
      for step in 0..<20 {
        let (l, g) = valueWithGradient(at: net) { net in loss(net, x, y) }
        optimizer.update(&net, along: g)
        losses.append(l)
      }
      losses.last < losses.first / 2
      """
    let outcome = session.run(code)
    #expect(outcome.text == "true", "\(outcome.message)")
  }

  @Test func batchesAndSamples() {
    let session = Session(seed: 4)
    let code = """
      var count = 0
      for (x, y) in digits(100).batches(32, shuffle: true) { count += y.count }
      let (image, label) = digits(10)[3]
      print(count, image.shape, digits(10)[2..<5].count)
      """
    let outcome = session.run(code)
    #expect(outcome.text == "100 [1, 28, 28] 3", "\(outcome.message)")
  }
}
