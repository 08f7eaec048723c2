import Datasets
import Language
import Networks
import Quantization
import Tensors

extension Library {
  static let quantization: [Builtin] = [
    Builtin(
      "quantize", "Real numbers become codes of a few bits: q = clamp(round(x / s) + z).",
      Parameter("_ x", "a tensor"), Parameter("bits", "bits of one code, 1 to 8 or 16", default: 8),
      Parameter(
        "scheme", "how scale and zero point follow from the range", default: Scheme.symmetric),
      Parameter("per", "what shares one scale", default: Granularity.tensor),
      Parameter("rounding", "how x / s becomes whole", default: RoundingMode.halfEven),
      Parameter("signed", "whether codes may be negative", default: Bool?.none),
      Parameter("range", "how the range is found in the values", default: RangeRule.minMax),
      examples: [
        Example("quantize(Tensor([-1.0, 0.5, 1.0]), bits: 8).codes.list()", "[-127, 64, 127]"),
        Example("quantize(linspace(-1, 1, 100), bits: 4).sqnr > 20", "true"),
        Example(
          "quantize(Tensor([-2.0, 0.5, 0.5]), bits: 1).dequantized().list()", "[-1.0, 1.0, 1.0]"),
        Example(
          "quantize(Tensor([-2.0, 0.1, 1.0]), scheme: .ternary).codes.list()", "[-1, 0, 1]"),
        Example(
          "let w = randn(1000, seed: 1)\nquantize(w, bits: 2, range: .meanSquaredError).sqnr > quantize(w, bits: 2).sqnr + 3",
          "true"),
      ]
    ) {
      (
        session: Session, x: Tensor, bits: Int, scheme: Scheme, per: Granularity,
        rounding: RoundingMode, signed: Bool?, range: RangeRule
      ) -> QuantizedTensor in
      let seed = rounding == .stochastic ? session.drawSeed() : 0
      return try quantize(
        x, bits: bits, scheme: scheme, per: per, rounding: rounding, signed: signed, range: range,
        seed: seed)
    },
    Builtin(
      "quantize",
      "A trained network becomes one of integers; some data shows the ranges between its layers.",
      Parameter("_ net", "a network"),
      Parameter("bits", "bits of weights and activations", default: 8),
      Parameter("weights", "bits of the weights, if others", default: Int?.none),
      Parameter("activations", "bits of the activations, if others", default: Int?.none),
      Parameter("calibration", "data such as the network will see"),
      Parameter("range", "how ranges are found in the data", default: RangeRule.minMax),
      Parameter(
        "requantization", "how sums become codes of the next layer", default: Requantization.float),
      examples: [
        Example(
          "let net = Sequential(Flatten(), Dense(10))\nquantize(net, calibration: digits(16)).byteCount",
          "7920")
      ]
    ) {
      (
        _: Session, net: Sequential, bits: Int, weights: Int?, activations: Int?,
        calibration: Dataset, range: RangeRule, requantization: Requantization
      ) -> IntegerNetwork in
      try quantize(
        net, bits: bits, weights: weights, activations: activations, calibration: calibration,
        range: range, requantization: requantization)
    },
    Builtin(
      "prepare",
      "A network that simulates quantization in floats, to be trained or measured.",
      Parameter("_ net", "a network"), Parameter("weights", "bits of the weights", default: 8),
      Parameter(
        "activations", "bits of the activations; nil leaves them in float", default: Int?.some(8)),
      Parameter(
        "method", "how it learns to live with few bits", default: QuantizationMethod.straightThrough
      ),
      Parameter(
        "firstAndLast", "bits of the first and last layer; 8 for all methods but straightThrough",
        default: Int?.none),
      Parameter(
        "inputBits", "bits of the network's own input, if others", default: Int?.none),
      Parameter(
        "calibration", "data that shows the ranges; else training does", default: Dataset?.none),
      Parameter("range", "how ranges are found in the data", default: RangeRule.minMax),
      Parameter(
        "requantization", "how sums become codes of the next layer", default: Requantization.float),
      examples: [
        Example("prepare(Sequential(Flatten(), Dense(10)), weights: 4).count", "2")
      ]
    ) {
      (
        _: Session, net: Sequential, weights: Int, activations: Int?, method: QuantizationMethod,
        firstAndLast: Int?, inputBits: Int?, calibration: Dataset?, range: RangeRule,
        requantization: Requantization
      ) -> Sequential in
      try prepare(
        net, weights: weights, activations: activations, method: method,
        firstAndLast: firstAndLast, inputBits: inputBits, calibration: calibration, range: range,
        requantization: requantization)
    },
    Builtin(
      "calibrate", "A prepared network whose layers have seen some data, and know its ranges.",
      Parameter("_ net", "a network from prepare()"),
      Parameter("_ data", "data such as the network will see: a dataset, or a batch"),
      Parameter("range", "how ranges are found in the data", default: RangeRule.minMax),
      examples: [
        Example(
          "let net = calibrate(prepare(Sequential(Flatten(), Dense(10))), digits(16), range: .entropy)\nconvert(net).count",
          "2"),
        Example(
          "let net = Sequential(Embedding(9, size: 4), Flatten(), Dense(2))\nconvert(calibrate(prepare(net), Tensor([[1, 2], [8, 0]]))).count",
          "3"),
      ]
    ) { (_: Session, net: Sequential, data: Samples, range: RangeRule) -> Sequential in
      switch data {
      case .dataset(let data): try calibrate(net, data, range: range)
      case .batch(let x): try calibrate(net, x, range: range)
      }
    },
    Builtin(
      "convert", "The network of integers that a prepared network simulates.",
      Parameter("_ net", "a network from prepare(), calibrated or trained"),
      Parameter(
        "requantization", "how sums become codes, if not as the network was prepared",
        default: Requantization?.none),
      examples: [
        Example(
          "let net = prepare(Sequential(Flatten(), Dense(10)), calibration: digits(16))\nconvert(net).count",
          "2"),
        Example(
          "let net = prepare(Sequential(Flatten(), Dense(10)), calibration: digits(16))\nconvert(net, requantization: .fixedPointSingle).byteCount",
          "7920"),
      ]
    ) { (_: Session, net: Sequential, requantization: Requantization?) -> IntegerNetwork in
      try convert(net, requantization: requantization)
    },
    Builtin(
      "withRequantization", "A prepared network with another way from sums to codes.",
      Parameter("_ net", "a network from prepare()"),
      Parameter("_ requantization", ".float, .fixedPointDouble or .fixedPointSingle"),
      examples: [
        Example(
          "withRequantization(prepare(Sequential(Flatten(), Dense(10))), .fixedPointDouble).count",
          "2")
      ]
    ) { (_: Session, net: Sequential, requantization: Requantization) -> Sequential in
      try withRequantization(net, requantization)
    },
    Builtin(
      "foldBatchNorms", "Puts each batch norm into the layer before it.",
      Parameter("_ net", "a network that was trained"),
      examples: [
        Example(
          "var net = Sequential(Conv2D(4), BatchNorm(), Flatten(), Dense(10))\nbuild(&net, [1, 8, 8])\nfoldBatchNorms(net).count",
          "3")
      ]
    ) { (_: Session, net: Sequential) -> Sequential in try foldBatchNorms(net) },
    Builtin(
      "dequantized", "The real numbers that codes stand for: s (q - z).",
      Parameter("_ q", "a quantized tensor"),
      examples: [Example("quantize(Tensor([0.0, 1.0])).dequantized()[1]", "1.0")]
    ) { (_: Session, q: QuantizedTensor) -> Tensor in try q.dequantized() },
    Builtin(
      "fakeQuantize",
      "Quantizes and dequantizes; its gradient passes where nothing was clipped.",
      Parameter("_ x", "a tensor"), Parameter("bits", "bits of one code", default: 8),
      Parameter(
        "scheme", "how scale and zero point follow from the range", default: Scheme.symmetric),
      Parameter("per", "what shares one scale", default: Granularity.tensor),
      Parameter("rounding", "how x / s becomes whole", default: RoundingMode.halfEven),
      Parameter("range", "how the range is found in the values", default: RangeRule.minMax),
      examples: [
        Example("fakeQuantize(Tensor([-1.0, 0.3, 1.0]), bits: 2).list()", "[-1.0, 0.0, 1.0]")
      ]
    ) {
      (
        session: Session, x: Tensor, bits: Int, scheme: Scheme, per: Granularity,
        rounding: RoundingMode, range: RangeRule
      ) -> Tensor in
      let seed = rounding == .stochastic ? session.drawSeed() : 0
      return try fakeQuantize(
        x, bits: bits, scheme: scheme, per: per, rounding: rounding, range: range, seed: seed)
    },
    Builtin(
      "sqnr", "Signal to quantization noise of an approximation, in dB.",
      Parameter("_ original", "what it was"), Parameter("_ approximation", "what became of it"),
      examples: [Example("sqnr(Tensor([1.0, 2.0]), Tensor([1.1, 2.0])) > 20", "true")]
    ) { (_: Session, original: Tensor, approximation: Tensor) -> Double in
      try sqnr(original, approximation)
    },
  ]
}
