import Foundation
import Language
import Testing

@testable import Sessions

/// The check finds what would surely go wrong, says what the run says, and is silent otherwise.
@Suite struct StaticCheckTests {
  private func check(_ texts: [String]) -> [Diagnostic] {
    Session(seed: 1, stop: Stop()).check(
      texts.enumerated().map { Source($0.element, name: "cell \($0.offset + 1)") })
  }

  /// Each is found before it runs, in the words in which the run would say it.
  @Test(arguments: [
    "rleu(zeros(2))",
    "quantize(zeros(2), bitz: 4)",
    "quantize(zeros(2), bits: 4, bits: 8)",
    "quantize(randn(3), bits: 99)",
    "fakeQuantize(randn(3), bits: 0)",
    "Conv2D(\"a\")",
    "Conv2D()",
    "Conv2D(0)",
    "Conv2D(8, 3)",
    "Conv2D(8, padding: .sam)",
    "Conv2D(8, padding: 3)",
    "Dense(10, activation: .rleu)",
    "Dense(10.5)",
    "var net = Sequential(Dense(4), Flatten(), Reshape(11))\nbuild(&net, [3, 5])",
    "MaxPool2D(2, stride: -1)",
    "Adam(-1)",
    "zeros(2, \"a\")",
    "zeros(-1)",
    "zeros(1000000, 1000000, 1000000)",
    "Tensor([[1, 2], [3]])",
    "Tensor([\"a\"])",
    "randn(2, 3) @ randn(4, 5)",
    "let w = zeros(3, 4)\nw @ w",
    "zeros(2, 3) + zeros(4)",
    "zeros(2, 3) > zeros(4)",
    "let a = randn(2, 3)\nlet b = relu(a).transposed()\na + b",
    "zeros(2, 3) % zeros(4)",
    "let a = randn(2, 3)\nlet b = cosh(asin(a)).transposed()\na + b",
    "zeros(2, 3).reshape(4, -1)",
    "zeros(2, 3).reshape([7])",
    "zeros(2, 3).transposed(0, 0)",
    "zeros(3).mean(axis: 2)",
    "maximum(zeros(2), zeros(3))",
    "matmul(zeros(2, 3), zeros(2, 3))",
    "Tensor([1, 2, 3]) * Tensor([1, 2])",
    "zeros(2).shpe",
    "digits(10).lables",
    "let d = digits(10)\nd.fliter(label: 3)",
    "digits(-5)",
    "digits(10).take(-1)",
    "let (a, b, c) = mnist()",
    "let (a, b) = svd(eye(2))",
    "sort(Tensor([2, 1])).places",
    "fit(zeros(2), digits(10))",
    "var net = Sequential(Flatten(), Dense(10))\nfit(&net, zeros(2))",
    "var net = Sequential(Flatten(), Dense(10))\nfit(&net, digits(10), epoch: 3)",
    "let net = Sequential(Dense(4), Reshape(11))\nnet(zeros(2, 3, 5))",
    "evaluate(Sequential(Dense(10)), digits(20))",
    "accuracy(Sequential(Flatten(), Dense(9)), digits(20))",
    "var net = Sequential(Conv2D(2), Dense(10))\nfit(&net, digits(20), epochs: 3)",
    "let net = Sequential(Conv2D(4, kernel: 3), Conv2D(4, kernel: 30), Flatten(), Dense(10))\nnet(zeros(2, 1, 28, 28))",
    "conv2d(zeros(1, 3, 8, 8), zeros(4, 1, 3, 3))",
    "conv2d(zeros(1, 4, 8, 8), zeros(4, 1, 3, 3), groups: 3)",
    "conv2d(zeros(1, 1, 8, 8), zeros(4, 1, 3, 3), dilation: 4)",
    "conv2d(zeros(1, 1, 8, 8), zeros(4, 1, 3, 3), stride: 2, dilation: 2) + zeros(5)",
    "ConvTranspose2D(4, outputPadding: 1)",
    "Sequential(ConvTranspose2D(4), Flatten())(zeros(1, 28, 28))",
    "Sequential(ConvTranspose2D(4, padding: 9))(zeros(1, 1, 3, 3))",
    "Sequential(Conv2D(4, kernel: 3, dilation: 9))(zeros(1, 1, 8, 8))",
    "Sequential()",
    "Sequential(3)",
    "let x = zeros(2)\nx(1)",
    "quantize(Sequential(Dense(2)), bits: 8)",
    "valueWithGradient { x in x }",
    "let q = quantize(randn(4), bits: 4)\nq.cods",
  ])
  func findsWithoutRunning(_ code: String) throws {
    let found = check([code])
    let first = try #require(found.first, "nothing was found in \(code)")
    let outcome = Session(seed: 1, stop: Stop()).run(code)
    guard case .diagnostics(let list)? = outcome.failure, let ran = list.first else {
      // MNIST may not be there; the check knows its shape all the same.
      #expect(code.contains("mnist"))
      return
    }
    if !code.contains("mnist") {
      #expect(first.message == ran.message)
      #expect(first.help == ran.help)
    }
  }

  @Test func aNetworkThatDoesNotFitItsImages() {
    let code = [
      "let train = digits(1000, seed: 1)",
      "var net = Sequential(Conv2D(8), Dense(10))",
      "fit(&net, train.take(100), epochs: 3)",
    ]
    let found = check(code)
    #expect(found.count == 1)
    #expect(found.first?.message.hasPrefix("the network gives [8, 26, 10]") ?? false)
    #expect(found.first?.primary?.source.name == "cell 3")
  }

  @Test func pointsAtLabelsAndValues() throws {
    func text(_ code: String) throws -> String {
      let range = try #require(check([code]).first?.primary?.range)
      let bytes = Array(code.utf8)[Int(range.lower)..<Int(range.upper)]
      return String(decoding: bytes, as: UTF8.self)
    }
    #expect(try text("quantize(zeros(2), bitz: 4)") == "bitz")
    #expect(try text("quantize(zeros(2), bits: 99)") == "99")
    #expect(try text("Conv2D(8, padding: .sam)") == ".sam")
    #expect(try text("Conv2D(8, kernel: 3, kernel: 4)") == "kernel")
    #expect(try text("zeros(2).shpe") == "shpe")
  }

  /// A condition may exclude the very case, and a name may hold something else by then.
  @Test(arguments: [
    "let w = zeros(2, 3)\nif w.rank == 3 { w @ w }",
    "let w = zeros(2, 3)\nfunc f() { w @ w }",
    "var w = zeros(2, 3)\nw = zeros(3, 3)\nw @ w",
    "var w = zeros(2, 3)\nw[0, 0] = 1\nw.sum()",
    "func f(w) { w @ w }",
    "for x in digits(10) { x.anything }",
    "let x = Tensor(3)\nx + zeros(2)",
    "zeros(2).sum().rounded()",
    "let sizes = [2, 3]\nzeros(sizes) @ zeros(3, 1)",
    "min(1, 2) + max([3])",
    "[1, 2].map { $0 + 1 }.filter { $0 > 1 }",
    "let train = digits(100)\ntrain.batches(32).count",
    "let relu = { x, y in x }\nrelu(1, 2)",
    "zeros(2) + 1 - [1, 2]",
    "let n = 3\nzeros(n, n + 1).transposed() @ ones(n, n)",
    "prepare(Sequential(Dense(2)), activations: 4)",
    "help(\"conv\")",
    "print(zeros(2), separator: \"\")",
    "var opt = SGD(0.1)\nopt.learningRate",
  ])
  func isSilentAboutWhatMayBeRight(_ code: String) {
    #expect(check([code]).isEmpty, "\(check([code]).map(\.message))")
  }

  @Test func doesNotDrawRandomNumbers() {
    let session = Session(seed: 3, stop: Stop())
    let other = Session(seed: 3, stop: Stop())
    let code = "let net = Sequential(Flatten(), Dense(3))\nlet w = randn(3)\nw"
    _ = session.check([Source(code)])
    #expect(session.run(code).text == other.run(code).text)
  }

  /// Every example of the reference and every cell of the tutorials that runs is clean.
  @Test func examplesAreClean() {
    for builtin in Library.all {
      for example in builtin.examples {
        let found = check([example.code])
        #expect(found.isEmpty, "\(builtin.name): \(found.map(\.message))")
      }
    }
  }

  @Test(
    arguments: [
      "00-first-steps", "01-one-number", "02-one-tensor", "03-the-article", "05-the-quantized-loss",
      "08-repair-without-labels", "10-distillation",
    ])
  func tutorialsAreClean(_ name: String) throws {
    let url = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "notebooks/\(name).notch")
    let text = try String(contentsOf: url, encoding: .utf8)
    let cells = text.components(separatedBy: "\n// %%").dropFirst()
      .filter {
        let header = $0.prefix { $0 != "\n" }
        return !["[markdown]", "[hint]", "[exercise]", "check=error"]
          .contains { header.contains($0) }
      }
      .map { $0.drop { $0 != "\n" } }
      .filter { !$0.contains("\n//! ") }
    let found = check(cells.map(String.init))
    #expect(found.isEmpty, "\(found.map(\.message))")
  }

  /// Shapes that follow from others agree with those that running gives.
  @Test func shapesAgreeWithRunning() {
    let makers = [
      "randn(2, 3)", "ones(3)", "zeros(1, 3)", "eye(3)", "full([3, 2], 0.5)", "ones(2, 1)",
    ]
    let operators = ["+", "*", "@", "<"]
    for a in makers {
      for b in makers {
        for sign in operators {
          let code = "let a = \(a)\nlet b = \(b)\nlet c = a \(sign) b\nc.reshape(-1, 1)"
          let ran = Session(seed: 1, stop: Stop()).run(code)
          let found = check([code])
          if ran.failure == nil {
            #expect(found.isEmpty, "\(code): \(found.map(\.message))")
          } else if let message = found.first?.message {
            #expect(message == ran.message, "\(code)")
          }
        }
      }
    }
  }
}
