import Datasets
import Language
import Networks
import Quantization
import Tensors

extension QuantizationMethod: Choice {}

extension Library {
  static let learning: [Builtin] = [
    Builtin(
      "quantizedLoss",
      "The loss of a prepared network whose weights and activations are quantized in simulation.",
      Parameter("_ net", "a network from prepare(), calibrated or trained"),
      Parameter("_ images", "a batch, [N, ...]"),
      Parameter("_ labels", "whole numbers, [N]"),
      Parameter("teacher", "logits of another network on the same batch", default: Tensor?.none),
      Parameter("temperature", "how soft the teacher's answers are made", default: 4.0),
      Parameter("alpha", "share of the teacher in the loss, from 0 to 1", default: 0.5),
      examples: [
        Example(
          "let data = digits(16)\nlet net = prepare(Sequential(Flatten(), Dense(10)), calibration: data)\nquantizedLoss(net, data.images, data.labels) > 1",
          "true")
      ]
    ) {
      (
        _: Session, net: Sequential, images: Tensor, labels: Tensor, teacher: Tensor?,
        temperature: Double, alpha: Double
      ) -> Tensor in
      try quantizedLoss(
        net, images, labels, teacher: teacher, temperature: temperature, alpha: alpha)
    },
    Builtin(
      "distillationLoss",
      "Cross-entropy, and the divergence from a teacher's answers: (1 - a) CE + a T**2 KL.",
      Parameter("_ logits", "[N, classes]"), Parameter("_ labels", "whole numbers, [N]"),
      Parameter("teacher", "the teacher's logits, [N, classes]"),
      Parameter("temperature", "how soft the teacher's answers are made", default: 4.0),
      Parameter("alpha", "share of the teacher in the loss, from 0 to 1", default: 0.5),
      examples: [
        Example("distillationLoss(zeros(1, 2), [0], teacher: zeros(1, 2), alpha: 1)", "0.0")
      ]
    ) {
      (
        _: Session, logits: Tensor, labels: Tensor, teacher: Tensor, temperature: Double,
        alpha: Double
      ) -> Tensor in
      try distillationLoss(
        logits, labels, teacher: teacher, temperature: temperature, alpha: alpha)
    },
    Builtin(
      "withBits", "A prepared network with other bits, going on with what it learned.",
      Parameter("_ net", "a network from prepare()"),
      Parameter("weights", "bits of the weights, if others", default: Int?.none),
      Parameter("activations", "bits of the activations, if others", default: Int?.none),
      examples: [
        Example(
          "var net = prepare(Sequential(Flatten(), Dense(10)), weights: 8)\nnet = withBits(net, weights: 4)\nnet.layers[1]",
          "Quantized(Dense(10), weights: 4, activations: 8)")
      ]
    ) { (_: Session, net: Sequential, weights: Int?, activations: Int?) -> Sequential in
      try withBits(net, weights: weights, activations: activations)
    },
    Builtin(
      "freezeRanges",
      "Holds ranges, learned scales and batch-norm statistics as they are from now on.",
      Parameter("_ net", "the network"),
      examples: [
        Example(
          "var net = prepare(Sequential(Flatten(), Dense(10)), calibration: digits(16))\nfreezeRanges(&net)\nnet.count",
          "2")
      ]
    ) { (_: Session, net: Inout<Sequential>) -> Value in
      freezeRanges(&net.value)
      return .void
    },
    Builtin(
      "equalize", "Scales neighbouring layers so that their weights are alike in size.",
      Parameter("_ net", "a trained network, before prepare()"),
      examples: [
        Example(
          "var net = Sequential(Flatten(), Dense(8, activation: .relu), Dense(10))\nbuild(&net, [1, 8, 8])\nlet x = ones(1, 1, 8, 8)\nabs(equalize(net)(x) - net(x)).max() < 0.0001",
          "true")
      ]
    ) { (_: Session, net: Sequential) -> Sequential in try equalize(net) },
    Builtin(
      "correctBias", "Biases make good the mean error of rounded weights.",
      Parameter("_ net", "a network from prepare(), not trained since"),
      Parameter("calibration", "data such as the network will see"),
      examples: [
        Example(
          "let net = prepare(Sequential(Flatten(), Dense(10)), weights: 2)\ncorrectBias(net, calibration: digits(16)).count",
          "2")
      ]
    ) { (_: Session, net: Sequential, calibration: Dataset) -> Sequential in
      try correctBias(net, calibration: calibration)
    },
    Builtin(
      "adaRound", "Rounds each weight up or down as the outputs of its layer want it.",
      Parameter("_ net", "a trained network"),
      Parameter("bits", "bits of the weights", default: 8),
      Parameter(
        "activations", "bits of the activations; nil leaves them in float", default: Int?.some(8)),
      Parameter(
        "inputBits", "bits of the network's own input, if others", default: Int?.none),
      Parameter("calibration", "data such as the network will see"),
      Parameter("range", "how ranges are found in the data", default: RangeRule.minMax),
      Parameter("steps", "steps of learning a layer", default: 500, .notNegative),
      examples: [
        Example(
          "let net = Sequential(Flatten(), Dense(10))\nconvert(adaRound(net, bits: 4, calibration: digits(16), steps: 20)).byteCount",
          "4000")
      ]
    ) {
      (
        session: Session, net: Sequential, bits: Int, activations: Int?, inputBits: Int?,
        calibration: Dataset, range: RangeRule, steps: Int
      ) -> Sequential in
      try adaRound(
        net, bits: bits, activations: activations, inputBits: inputBits, calibration: calibration,
        range: range, steps: steps, seed: session.drawSeed())
    },
    Builtin(
      "gptq", "Rounds weights one after the other, each making good what those before it did.",
      Parameter("_ net", "a trained network"),
      Parameter("bits", "bits of the weights", default: 8),
      Parameter(
        "activations", "bits of the activations; nil leaves them in float", default: Int?.some(8)),
      Parameter(
        "inputBits", "bits of the network's own input, if others", default: Int?.none),
      Parameter("calibration", "data such as the network will see"),
      Parameter("range", "how ranges are found in the data", default: RangeRule.minMax),
      examples: [
        Example(
          "let net = Sequential(Flatten(), Dense(10))\nconvert(gptq(net, bits: 4, calibration: digits(16))).byteCount",
          "4000")
      ]
    ) {
      (
        _: Session, net: Sequential, bits: Int, activations: Int?, inputBits: Int?,
        calibration: Dataset, range: RangeRule
      ) -> Sequential in
      try gptq(
        net, bits: bits, activations: activations, inputBits: inputBits, calibration: calibration,
        range: range)
    },
  ]
}
