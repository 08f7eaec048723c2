import Language
import Testing

@testable import Sessions

/// Functions of the language as layers of a network.
@Suite struct FunctionLayerTests {
  private func run(_ code: String) -> Outcome { Session(seed: 1, stop: Stop()).run(code) }

  /// The same network with the layer of the library and with a function that does the same: in
  /// training, too, whose batches then are not cut into parts, so that sums are rounded otherwise.
  @Test(arguments: [
    ("ReLU()", "relu"), ("ReLU()", "{ x in maximum(x, 0) }"), ("Identity()", "{ $0 }"),
    ("ReLU()", "{ x in\n  let y = relu(x)\n  return relu(y)\n}"),
  ])
  func doesWhatALayerDoes(layer: String, function: String) {
    func trained(_ layer: String) -> Outcome {
      run(
        """
        let data = digits(100, seed: 3)
        var net = Sequential(Flatten(), Dense(12), \(layer), Dense(10), seed: 5)
        let history = fit(&net, data, epochs: 2, batchSize: 40, verbose: false)
        let e = evaluate(net, data)
        concatenate([
          Tensor(history.losses + [e.loss, topKAccuracy(net, data, k: 2)]), net(data.images).flatten(),
          prepare(net, weights: 8, activations: nil)(data.images[0..<3]).flatten(),
        ]).list()
        """)
    }
    let (own, known) = (trained(function), trained(layer))
    #expect(own.failure == nil && known.failure == nil, "\(own.message)\(known.message)")
    let numbers = [own, known].map {
      $0.text.matches(of: /[-0-9.e]+/).compactMap { Double($0.output) }
    }
    #expect(numbers[0].count == 1034 && numbers[1].count == 1034)
    for (a, b) in zip(numbers[0], numbers[1]) { #expect(abs(a - b) < 1e-4) }
  }

  /// A function has the whole batch, however the network is used.
  @Test func hasTheWholeBatch() {
    let outcome = run(
      """
      var sizes = []
      var net = Sequential(Flatten(), Dense(4), { x in
        sizes.append(x.shape[0])
        return x - x.mean(axis: 0)
      }, Dense(10), seed: 1)
      let data = digits(50)
      build(&net, [1, 28, 28])
      sizes = []
      let all = net(data.images)
      let (value, gradient) = valueWithGradient(at: net) { n in crossEntropy(n(data.images), data.labels) }
      fit(&net, data, batchSize: 40, verbose: false)
      (sizes, abs(crossEntropy(all, data.labels) - value) < 1e-6)
      """)
    #expect(outcome.text == "([50, 50, 1, 40, 10], true)", "\(outcome.message)")
  }

  /// It may stand at the end of a network of integers.
  @Test func endsANetworkOfIntegers() {
    let outcome = run(
      """
      let data = digits(300)
      func scaled(x) { x * 2 }
      let net = Sequential(Flatten(), Dense(10), scaled, seed: 1)
      let simulated = prepare(net, calibration: data)
      let whole = convert(simulated)
      let used = (0..<4).map { i in [whole(data.images).shape, evaluate(whole, data).count] }
      parity(net, simulated, whole, data)
      used.last
      """)
    #expect(outcome.text == "[[300, 10], 300]", "\(outcome.message)")
  }

  @Test(arguments: [
    ("Sequential(Flatten(), { x in x * 2 }).count", "2"),
    ("func swish(x) { x }\nSequential(swish, Dense(2))", "\nswish "),
    ("Sequential(Dense(2), { x in x })", "\n{ x in … } "),
    ("Lambda { x in x.reshape(-1, 2, 2) }(zeros(3, 4)).shape", "[3, 2, 2]"),
    ("Residual(Dense(3), tanh)(ones(1, 3)).shape", "[1, 3]"),
    (
      "let net = Sequential({ x in x * x })\n"
        + "valueWithGradient(at: ones(1, 2)) { x in net(x).sum() }.gradient.list()", "[[2.0, 2.0]]"
    ),
    ("var n = 0\nlet net = Sequential({ x in\n  n += 1\n  return x\n})\nnet(zeros(2, 3))\nn", "1"),
  ])
  func gives(code: String, shown: String) {
    let outcome = run(code)
    #expect(outcome.text.contains(shown), "\(outcome.text)\(outcome.message)")
  }

  @Test(arguments: [
    ("Sequential(Flatten, Dense(10))", "'layers': 'Flatten' makes a layer when it is called"),
    ("Sequential({ x in 3 })(zeros(1, 2))", "gives a tensor, not 3"),
    ("Sequential({ x in x.list() })(zeros(1, 2))", "gives a tensor, not a list"),
    ("Sequential({ x in x.sum().reshape([]) })(zeros(1, 2))", "gives a tensor, not 0.0"),
    ("Sequential({ x in \"a\" })(zeros(1, 2))", "gives a tensor, not a String"),
    (
      "Sequential(Flatten(), { x in x.sum(axis: 0) })(zeros(4, 2))",
      "layer 2, { x in … }: a function in a network gives a sample for each of the 4 that it takes, "
        + "not a tensor of shape [2]"
    ),
    ("Sequential({ x in y })(zeros(1, 2))", "no name 'y' here"),
    ("Sequential({ x in x @ zeros(3, 2) })(zeros(1, 2))", "cannot multiply [1, 2] by [3, 2]"),
    (
      "var net = Sequential(Flatten())\nfunc f(x) { net(x) }\nnet = Sequential(f)\nnet(zeros(1, 2))",
      "deep"
    ),
    (
      "quantize(Sequential(Flatten(), Dense(4), { x in x * 2 }, Dense(10)), calibration: digits(9))",
      "layer 3, { x in … }: it has no integer form"
    ),
  ])
  func errors(code: String, message: String) {
    let outcome = run(code)
    #expect(outcome.message.contains(message), "\(outcome.message)\(outcome.text)")
  }

  /// An error in a training loses nothing, nor does a stop.
  @Test func aTrainingIsStoppedInAFunction() {
    let session = Session(seed: 1, stop: Stop())
    _ = session.run("var net = Sequential(Flatten(), Dense(4), { x in x }, Dense(10), seed: 1)")
    _ = session.run("fit(&net, digits(20), verbose: false)\nlet before = net.parameters[0].sum()")
    session.onProgress = { progress in if progress != nil { session.stop.request() } }
    let outcome = session.run("fit(&net, digits(2000), epochs: 50)")
    #expect(outcome.message == "interrupted: user")
    session.onProgress = nil
    #expect(session.run("net.parameters[0].sum() == before").text == "true")
  }
}
