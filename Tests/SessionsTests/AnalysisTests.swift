import Testing

@testable import Sessions

/// Analyses of networks in the language: what they show, and what they refuse.
@Suite struct AnalysisTests {
  private static let setUp = """
    let data = digits(60, seed: 1)
    var net = Sequential(
      Conv2D(3, kernel: 3, stride: 3, activation: .relu), Flatten(), Dense(10))
    fit(&net, data, epochs: 0)
    let simulated = prepare(net, weights: 4, activations: 4, calibration: data)
    let small = convert(simulated)
    """

  private func run(_ code: String) -> Outcome {
    Session(seed: 1).run(Self.setUp + "\n" + code)
  }

  @Test(arguments: [
    ("parity(net, simulated, small, data).differences", "[0, 0, 0]"),
    ("sensitivity(net, data, bits: 2).accuracies.count", "2"),
    ("let s = sweep(net, data, calibration: data, bits: [8, 2])\ns.front.count >= 1", "true"),
    (
      "sweep(net, data, calibration: data, bits: [4], methods: [.nearest], granularities: [.tensor, .channel]).names",
      "[\"4 bits nearest per tensor\", \"4 bits nearest per channel\"]"
    ),
    ("mixedPrecision(net, data, within: 2000, choices: [2, 4]).bits.count", "2"),
    ("convert(mixedPrecision(net, data, within: 2000).network).byteCount <= 2000", "true"),
    ("explain(small, data.images, layer: 1, position: [0, 1, 2]).codes.count", "9"),
    ("explain(small, data.images, layer: 3, position: [4]).code == nil", "true"),
    (
      "let e = explain(small, data.images, layer: 3, position: [4])\nabs(e.real - small(data.images)[0, 4]) < 0.0001",
      "true"
    ),
    ("plot(sweep(net, data, calibration: data, bits: [8, 2])).title", "\"accuracy by size\""),
    (
      "histogram(linspace(-1, 1, 100), bins: 40, grid: quantize(linspace(-1, 1, 100), bits: 3)).summary",
      "\"a histogram of 100 values, with 7 marks\""
    ),
    (
      "convert(simulated, requantization: .fixedPointDouble)(data.images).shape", "[60, 10]"
    ),
    ("calibrate(simulated, data, range: .percentile(99)).count", "3"),
    // Left out it is 8 bits; nil leaves the activations in float.
    (
      "prepare(net, weights: 2, activations: nil).layers[2]",
      "Quantized(Dense(10), weights: 2, activations: nil)"
    ),
    ("sensitivity(net, data, bits: 8, activations: nil).accuracies.count", "2"),
    (
      "quantize(randn(100), bits: 2, range: .meanSquaredError).clipRate > 0", "true"
    ),
  ])
  func gives(_ code: String, _ text: String) {
    let outcome = run(code)
    #expect(outcome.message == "")
    #expect(outcome.text == text, "\(code)")
  }

  @Test func driftIsAValueAndAFigure() {
    let outcome = run(
      """
      var learning = prepare(
        net, weights: 2, activations: 2, method: .lsq, firstAndLast: 2, calibration: data)
      let d = drift(&learning, data, epochs: 2, batchSize: 20, every: 2)
      print(d.steps, d.flips.count, d.inputScales[0].count)
      print(plot(d).summary)
      print(learning.names.count)
      """)
    #expect(outcome.message == "")
    let lines = outcome.text.split(separator: "\n").map(String.init)
    #expect(lines.first == "[0, 2, 4, 6] 2 4")
    #expect(lines.last == "8")
  }

  @Test func tablesShow() {
    for (code, words) in [
      ("parity(net, simulated, small, data)", ["differ", "SQNR dB", "outputs", "accuracy: float"]),
      ("sensitivity(net, data)", ["loss +", "output dB", "float32"]),
      ("sweep(net, data, calibration: data, bits: [4])", ["bit products", "*", "gptq"]),
      ("mixedPrecision(net, data, within: 5000)", ["bits", "of at most 5,000"]),
      (
        "explain(small, data.images, layer: 1, position: [0, 1, 2])",
        ["code × weight", "the accumulator", "kept within 0 and 15: the code"]
      ),
    ] {
      let text = run(code).text
      for word in words { #expect(text.contains(word), "\(code): \(word)") }
    }
  }

  @Test(arguments: [
    (
      "quantize(randn(9), range: .percentil)",
      "'range': no choice '.percentil'; use .minMax, .movingAverage, .percentile, .meanSquaredError or .entropy"
    ),
    ("quantize(randn(9), range: .minMax(3))", "'range': write .minMax, which takes no number"),
    (
      "quantize(randn(9), range: .entropy(1, 2))", "'range': write .entropy, which takes no number"
    ),
    (
      "quantize(randn(9), range: .percentile(120))",
      "a percentile is above 0 and at most 100, not 120.0"
    ),
    (
      "var other = Sequential(Flatten(), Dense(10))\nbuild(&other, [1, 8, 8])\ngptq(other, calibration: data)",
      "the network takes samples [1, 8, 8], but the calibration data, digits, has [1, 28, 28]; calibrate with data such as it was trained on"
    ),
    (
      "mixedPrecision(net, data, within: 10)",
      "the network does not fit into 10 bytes: with 2 bits a weight it takes 719; allow fewer bits or more bytes"
    ),
    (
      "explain(small, data.images, layer: 2, position: [0])",
      "layer 2: Flatten() computes no sums; it keeps codes or chooses among them"
    ),
    (
      "explain(small, data.images, layer: 3, position: [10])",
      "there is no output at [10] in [10]; give one index for each axis"
    ),
    (
      "sweep(net, data, calibration: data, methods: [.gptq], bits: [1])",
      "sweep has nothing to try; give widths and methods that go together"
    ),
    (
      "sensitivity(simulated, data)",
      "sensitivity takes a network in float32; call it before prepare(net)"
    ),
    (
      "histogram(randn(9), grid: quantize(randn(3, 3), per: .channel))",
      "a grid to draw has one scale, but this one has 3; quantize per: .tensor, or one channel"
    ),
    (
      "Sequential(Dense(3), Residual(Dense(4)))(ones(1, 2))",
      "layer 4, Add(activation: .relu): the layers of a Residual give [4], but [3] goes into them; both are added, so they must be the same"
    ),
    (
      "prepare(net, inputBits: 12)",
      "activations of an integer network have 1 to 8 bits, or 16, not 12"
    ),
    (
      "let bent = prepare(Sequential(Conv2D(2, activation: .tanh), Flatten(), Dense(10)), calibration: data)\nconvert(bent)",
      "layer 1, Conv2D(2, kernel: 3, activation: .tanh): tanh has no integer form; use activation: .relu"
    ),
    (
      "let unseen = prepare(net)\nconvert(unseen)",
      "the range of the input of layer 1, Conv2D(3, kernel: 3, stride: 3, activation: .relu) was never observed; run calibration data through it first"
    ),
  ])
  func refuses(_ code: String, _ message: String) {
    #expect(run(code).message == message)
  }
}
