import Datasets
import Figures
import Language
import Networks
import Quantization
import Tensors

extension Library {
  static let analysis: [Builtin] = [
    Builtin(
      "parity",
      "Counts the codes in which a simulated and an integer network differ, layer by layer.",
      Parameter("_ float", "the network in float32"),
      Parameter("_ simulated", "what prepare() made of it"),
      Parameter("_ integers", "what convert() made of that"),
      Parameter("_ data", "data to compare them on"),
      examples: [
        Example(
          "let data = digits(40)\nlet net = Sequential(Flatten(), Dense(10))\nlet simulated = prepare(net, calibration: data)\nparity(net, simulated, convert(simulated), data).different",
          "0")
      ]
    ) {
      (
        _: Session, float: Sequential, simulated: Sequential, integers: IntegerNetwork,
        data: Dataset
      ) -> Parity in
      try parity(float, simulated, integers, data)
    },
    Builtin(
      "sensitivity", "What a network loses when one of its layers is quantized, for each layer.",
      Parameter("_ net", "a trained network"), Parameter("_ data", "data to measure on"),
      Parameter("bits", "bits of the layer's weights", default: 4),
      Parameter(
        "activations", "bits of its input; nil leaves it in float", default: Int?.some(8)),
      Parameter(
        "calibration", "data that shows the ranges, if other", default: Dataset?.none),
      Parameter("range", "how ranges are found in the data", default: RangeRule.minMax),
      examples: [
        Example(
          "let net = Sequential(Flatten(), Dense(8), Dense(10))\nsensitivity(net, digits(40), bits: 8).accuracies.count",
          "2")
      ]
    ) {
      (
        _: Session, net: Sequential, data: Dataset, bits: Int, activations: Int?,
        calibration: Dataset?, range: RangeRule
      ) -> Sensitivity in
      try sensitivity(
        net, data, bits: bits, activations: activations, calibration: calibration, range: range)
    },
    Builtin(
      "sweep",
      "Quantizes a network in every way of a grid; a star marks those that no other beats.",
      Parameter("_ net", "a trained network"), Parameter("_ data", "data to measure on"),
      Parameter("calibration", "data such as the network will see"),
      Parameter("bits", "bits of the weights", default: [8, 6, 4, 3, 2]),
      Parameter(
        "activations", "bits of the activations; nil leaves them in float", default: Int?.some(8)),
      Parameter(
        "methods", "how weights are rounded", default: [RoundingRepair.nearest, .gptq]),
      Parameter(
        "granularities", "what shares a scale of the weights", default: [Granularity.channel]),
      Parameter("range", "how ranges are found in the data", default: RangeRule.minMax),
      examples: [
        Example(
          "let data = digits(40)\nlet net = Sequential(Flatten(), Dense(10))\nsweep(net, data, calibration: data, bits: [8, 4], methods: [.nearest]).bytes",
          "[7920, 4000]")
      ]
    ) {
      (
        session: Session, net: Sequential, data: Dataset, calibration: Dataset, bits: [Int],
        activations: Int?, methods: [RoundingRepair], granularities: [Granularity],
        range: RangeRule
      ) -> Sweep in
      try session.withProgress { show in
        try sweep(
          net, data, calibration: calibration, bits: bits, activations: activations,
          methods: methods, granularities: granularities, range: range
        ) { fraction in
          show(Progress(title: "sweep", fraction: fraction, detail: "", done: 0, unit: ""))
        }
      }
    },
    Builtin(
      "mixedPrecision", "Chooses the bits of each layer so that a network fits into some bytes.",
      Parameter("_ net", "a trained network"),
      Parameter("_ data", "data that shows ranges and losses"),
      Parameter("within", "bytes of codes, scales and biases", .positive),
      Parameter("choices", "bits to choose from", default: [8, 6, 4, 3, 2]),
      Parameter(
        "activations", "bits of the activations; nil leaves them in float", default: Int?.some(8)),
      Parameter("range", "how ranges are found in the data", default: RangeRule.minMax),
      examples: [
        Example(
          "let net = Sequential(Flatten(), Dense(16, activation: .relu), Dense(10))\nmixedPrecision(net, digits(40), within: 8_000).byteCount <= 8_000",
          "true")
      ]
    ) {
      (
        _: Session, net: Sequential, data: Dataset, within: Int, choices: [Int],
        activations: Int?, range: RangeRule
      ) -> MixedPrecision in
      try mixedPrecision(
        net, data, within: within, choices: choices, activations: activations, range: range)
    },
    Builtin(
      "drift", "Trains a prepared network and records how its grids move.",
      Parameter("_ net", "the network"), Parameter("_ data", "what it learns from"),
      Parameter("epochs", "times through the data", default: 1, .notNegative),
      Parameter("batchSize", "samples of a step", default: 128, .positive),
      Parameter("optimizer", "how it steps", default: OptimizerValue?.none),
      Parameter("every", "steps between two records", default: 10, .positive),
      examples: [
        Example(
          "var net = prepare(Sequential(Flatten(), Dense(10)), weights: 2, calibration: digits(16))\ndrift(&net, digits(64), batchSize: 16, every: 2).steps",
          "[0, 2, 4]")
      ]
    ) {
      (
        session: Session, net: Inout<Sequential>, data: Dataset, epochs: Int, batchSize: Int,
        optimizer: OptimizerValue?, every: Int
      ) -> Drift in
      var recorder = try DriftRecorder(every: every, watching: data.take(min(data.count, 32)))
      let optimizer = try optimizer?.optimizer ?? Adam()
      var steps = 0
      _ = try session.withProgress { show in
        try fit(
          &net.value, data, epochs: epochs, batchSize: batchSize, optimizer: optimizer,
          seed: session.drawSeed(),
          progress: { session.report($0, of: epochs, printing: false, show) },
          beforeStep: { step, network in
            try recorder.record(network, step: step)
            steps = step + 1
          })
      }
      try recorder.look(net.value, step: steps)
      return recorder.drift
    },
    Builtin(
      "explain", "Writes one output of an integer network out as whole numbers, term by term.",
      Parameter("_ net", "a network of integers"),
      Parameter("_ x", "a batch, of which the first sample counts"),
      Parameter("layer", "the number of the layer, from 1", .positive),
      Parameter("position", "the output: [channel, row, column], or [..., output]"),
      examples: [
        Example(
          "let data = digits(16)\nlet net = quantize(Sequential(Flatten(), Dense(10)), calibration: data)\nlet e = explain(net, data.images, layer: 2, position: [3])\nabs(e.real - net(data.images)[0, 3]) < 0.001",
          "true")
      ]
    ) {
      (_: Session, net: IntegerNetwork, x: Tensor, layer: Int, position: [Int]) -> Explanation in
      try net.explain(x, layer: layer, position: position)
    },
    Builtin(
      "plot", "Draws accuracy against bytes for each way of a sweep.",
      Parameter("_ sweep", "what sweep gave"),
      Parameter("title", "what stands above it", default: ""),
      examples: [
        Example(
          "let net = Sequential(Flatten(), Dense(10))\nlet s = sweep(net, digits(20), calibration: digits(20), bits: [8, 4], methods: [.nearest])\nplot(s, title: \"bytes\").title",
          "\"bytes\"")
      ]
    ) { (_: Session, sweep: Sweep, title: String) -> Figure in
      try Picture.sweep(sweep, title: title)
    },
    Builtin(
      "plot", "Draws how scales, clip rates and flips moved in a training.",
      Parameter("_ drift", "what drift gave"),
      Parameter("title", "what stands above it", default: ""),
      examples: [
        Example(
          "var net = prepare(Sequential(Flatten(), Dense(10)), weights: 2, calibration: digits(16))\nlet d = drift(&net, digits(64), batchSize: 16, every: 2)\nplot(d, title: \"grids\").title",
          "\"grids\"")
      ]
    ) { (_: Session, drift: Drift, title: String) -> Figure in
      try Picture.drift(drift, title: title)
    },
  ]
}
