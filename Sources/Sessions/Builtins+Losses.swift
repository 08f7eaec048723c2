import Datasets
import Language
import Networks
import Tensors

extension Library {
  static let losses: [Builtin] = [
    Builtin(
      "binaryCrossEntropy", "The mean cross-entropy of independent yes-or-no questions.",
      Parameter("_ logits", "scores of any shape"),
      Parameter("_ targets", "from 0 to 1, of the same shape"),
      Parameter("fromLogits", "false where the scores are chances", default: true),
      examples: [
        Example("binaryCrossEntropy(Tensor([0, 0]), [0, 1]) < 0.7", "true"),
        Example("binaryCrossEntropy([1.0, 0.5], [1, 1], fromLogits: false) > 0.3", "true"),
      ]
    ) { (_: Session, logits: Tensor, targets: Tensor, fromLogits: Bool) -> Tensor in
      try binaryCrossEntropy(logits, targets, fromLogits: fromLogits)
    },
    Builtin(
      "meanSquaredError", "The mean of the squared differences.",
      Parameter("_ predictions", "a tensor"), Parameter("_ targets", "of the same shape"),
      examples: [Example("meanSquaredError([1, 2, 3], [1, 2, 6])", "3.0")]
    ) { (_: Session, predictions: Tensor, targets: Tensor) -> Tensor in
      try meanSquaredError(predictions, targets)
    },
    Builtin(
      "huberLoss", "Squared for small differences, straight for large ones, in the mean.",
      Parameter("_ predictions", "a tensor"), Parameter("_ targets", "of the same shape"),
      Parameter("delta", "where small ends", default: 1.0),
      examples: [Example("huberLoss([0, 0], [1, 5])", "2.5")]
    ) { (_: Session, predictions: Tensor, targets: Tensor, delta: Double) -> Tensor in
      try huberLoss(predictions, targets, delta: delta)
    },
    Builtin(
      "klDivergence", "How far softmax(logits) is from softmax(targets), in a mean over rows.",
      Parameter("_ logits", "[N, classes]"), Parameter("_ targets", "logits, too: [N, classes]"),
      Parameter("temperature", "how soft both are made", default: 1.0),
      examples: [Example("klDivergence(zeros(2, 3), zeros(2, 3))", "0.0")]
    ) { (_: Session, logits: Tensor, targets: Tensor, temperature: Double) -> Tensor in
      try klDivergence(logits, targets, temperature: temperature)
    },
    Builtin(
      "topKAccuracy", "The share of samples whose class is among the k largest logits.",
      Parameter("_ net", "the network"), Parameter("_ data", "the dataset"),
      Parameter("k", "how many", default: 5, .positive),
      examples: [
        Example("topKAccuracy(Sequential(Flatten(), Dense(10)), digits(50), k: 10)", "1.0")
      ]
    ) { (_: Session, net: AnyClassifier, data: Dataset, k: Int) -> Double in
      try net.topKAccuracy(data, k)
    },
    Builtin(
      "topKAccuracy", "The share of rows whose label is among the k largest logits.",
      Parameter("_ logits", "[N, classes]"), Parameter("_ labels", "whole numbers, [N]"),
      Parameter("k", "how many", default: 5, .positive),
      examples: [
        Example("topKAccuracy(Tensor([[3, 2, 1], [3, 2, 1]]), [1, 2], k: 2)", "0.5")
      ]
    ) { (_: Session, logits: Tensor, labels: Tensor, k: Int) -> Double in
      try topKAccuracy(logits, labels, k: k)
    },
    Builtin(
      "confusionMatrix", "How often a network takes each class for each.",
      Parameter("_ net", "the network"), Parameter("_ data", "the dataset"),
      examples: [
        Example(
          "confusionMatrix(Sequential(Flatten(), Dense(10)), digits(50)).count", "50")
      ]
    ) { (_: Session, net: AnyClassifier, data: Dataset) -> ConfusionMatrix in
      try net.confusionMatrix(data)
    },
    Builtin(
      "confusionMatrix", "How often each class is taken for each, by the largest logits.",
      Parameter("_ logits", "[N, classes]"), Parameter("_ labels", "whole numbers, [N]"),
      examples: [
        Example(
          "confusionMatrix(Tensor([[2, 1], [0, 1], [3, 0]]), [0, 1, 1])",
          """
          label  as 0  as 1
              0     1     0
              1     1     1
          """),
        Example("confusionMatrix(Tensor([[2, 1], [0, 1]]), [0, 1]).f1", "1.0"),
      ]
    ) { (_: Session, logits: Tensor, labels: Tensor) -> ConfusionMatrix in
      try confusionMatrix(logits, labels)
    },
  ]

  static let optimizers: [Builtin] = [
    Builtin(
      "AdamW", "Adam with a weight decay that is apart from the gradient.",
      Parameter("_ learningRate", "step size", default: 0.001),
      Parameter("weightDecay", "pull of the weights toward 0", default: 0.01),
      Parameter("beta1", "decay of the mean", default: 0.9),
      Parameter("beta2", "decay of the mean square", default: 0.999),
      examples: [Example("AdamW(0.001, weightDecay: 0.1)", "AdamW(0.001, weightDecay: 0.1)")]
    ) {
      (_: Session, rate: Double, decay: Double, beta1: Double, beta2: Double) -> OptimizerValue in
      OptimizerValue(try AdamW(rate, weightDecay: decay, beta1: beta1, beta2: beta2))
    },
    Builtin(
      "RMSProp", "Steps by the gradient over the root of its mean square.",
      Parameter("_ learningRate", "step size", default: 0.01),
      Parameter("decay", "decay of the mean square", default: 0.99),
      Parameter("momentum", "share of the last step that goes on", default: 0.0),
      examples: [Example("RMSProp(0.01).learningRate", "0.01")]
    ) { (_: Session, rate: Double, decay: Double, momentum: Double) -> OptimizerValue in
      OptimizerValue(try RMSProp(rate, decay: decay, momentum: momentum))
    },
    Builtin(
      "clipped", "A gradient shortened to a norm, if it is longer.",
      Parameter("_ gradient", "the gradient of a network"),
      Parameter("to", "the greatest norm"),
      examples: [
        Example(
          """
          let net = Sequential(Dense(2, bias: false), seed: 1)
          let (_, g) = valueWithGradient(at: net) { net in (net(ones(1, 3)) * 100).sum() }
          clipped(g, to: 1).norm < 1.001
          """, "true")
      ]
    ) { (_: Session, gradient: Gradient, limit: Double) -> Gradient in
      try gradient.clipped(to: limit)
    },
    Builtin(
      "setLearningRate", "Gives an optimizer another step size; its moments stay.",
      Parameter("_ optimizer", "the optimizer"), Parameter("_ rate", "the new step size"),
      examples: [
        Example("var o = SGD(0.1)\nsetLearningRate(&o, 0.05)\no.learningRate", "0.05")
      ]
    ) { (_: Session, optimizer: Inout<OptimizerValue>, rate: Double) -> Value in
      guard rate >= 0, rate.isFinite else {
        throw Fault("a learning rate is a number of at least 0, not \(rate)", argument: 1)
      }
      optimizer.value.optimizer.learningRate = rate
      return .void
    },
    Builtin(
      "warmUp", "A schedule: the learning rate rises evenly to its full size.",
      Parameter("_ steps", "how long it rises", .notNegative),
      examples: [Example("warmUp(10).factor(at: 4)", "0.5")]
    ) { (_: Session, steps: Int) -> Schedule in try Schedule.warmUp(steps) },
    Builtin(
      "stepDecay", "A schedule: the learning rate is multiplied after each of so many steps.",
      Parameter("every", "steps of a stage", .positive),
      Parameter("factor", "what it is multiplied by", default: 0.1),
      Parameter("warmUp", "steps in which it rises first", default: 0, .notNegative),
      examples: [Example("stepDecay(every: 100, factor: 0.5).factor(at: 250)", "0.25")]
    ) { (_: Session, every: Int, factor: Double, warmUp: Int) -> Schedule in
      try Schedule.steps(every: every, factor: factor, warmUp: warmUp)
    },
    Builtin(
      "cosineDecay", "A schedule: the learning rate falls along half a cosine wave.",
      Parameter("over", "steps it takes; else all of the training", default: Int?.none),
      Parameter("end", "share of the rate in the end", default: 0.0),
      Parameter("warmUp", "steps in which it rises first", default: 0, .notNegative),
      examples: [Example("cosineDecay(over: 100).factor(at: 100)", "0.0")]
    ) { (_: Session, over: Int?, end: Double, warmUp: Int) -> Schedule in
      try Schedule.cosine(over: over, end: end, warmUp: warmUp)
    },
    Builtin(
      "factor", "The share of the full learning rate that a schedule gives at a step.",
      Parameter("_ schedule", "the schedule"), Parameter("at", "the step, from 0"),
      Parameter("of", "steps of the whole training", default: 0),
      examples: [Example("factor(cosineDecay(), at: 0, of: 100)", "1.0")]
    ) { (_: Session, schedule: Schedule, step: Int, total: Int) -> Double in
      schedule.factor(at: step, of: total)
    },
  ]
}

extension Schedule: BridgedPayload {
  static var payloadName: String { "Schedule" }
  static let properties: [Property<Schedule>] = [
    Property("warmUp", "steps in which the rate rises") { $0.warmUp }
  ]
}

extension ConfusionMatrix: BridgedPayload {
  static var payloadName: String { "ConfusionMatrix" }
  static let properties: [Property<ConfusionMatrix>] = [
    Property("counts", "samples by true class and guess, [classes, classes]") { matrix in
      try Tensor(
        matrix.counts.flatMap { $0.map { Int32(clamping: $0) } },
        shape: [matrix.classCount, matrix.classCount])
    },
    Property("accuracy", "share classified right, from 0 to 1") { $0.accuracy },
    Property("precisions", "for each class, the share of its guesses that are right") {
      $0.precisions
    },
    Property("recalls", "for each class, the share of its samples that were found") { $0.recalls },
    Property("f1Scores", "for each class, the harmonic mean of precision and recall") {
      $0.f1Scores
    },
    Property("f1", "the mean of the F1 scores of all classes that occur") { $0.f1 },
    Property("classCount", "number of classes") { $0.classCount },
    Property("count", "number of samples") { $0.count },
  ]
  func shown() throws -> (text: String, reals: [Range<Int>]) { (description, []) }
}

extension EpochResult: BridgedPayload {
  static var payloadName: String { "EpochResult" }
  static let properties: [Property<EpochResult>] = [
    Property("epoch", "its number, from 1") { $0.epoch },
    Property("loss", "training loss") { $0.loss },
    Property("accuracy", "training accuracy") { $0.accuracy },
    Property("validationLoss", "validation loss, if there is any") { $0.validation?.loss },
    Property("validationAccuracy", "validation accuracy, if there is any") {
      $0.validation?.accuracy
    },
  ]
  func shown() throws -> (text: String, reals: [Range<Int>]) {
    var text = RealText()
    text.write(self, of: epoch)
    return text.result
  }
}
