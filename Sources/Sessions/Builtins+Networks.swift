import Datasets
import Language
import Networks
import Quantization
import Tensors

extension Library {
  static let networks: [Builtin] = [
    Builtin(
      "Sequential", "A network: layers one behind the other.",
      Parameter("_ layers", "the layers, in order; a function of a batch is one, too"),
      Parameter("seed", "decides the first weights; else the cell's stream", default: Int?.none),
      examples: [
        Example("Sequential(Flatten(), Dense(10)).count", "2"),
        Example(
          """
          func swish(x) { x * sigmoid(x) }
          let net = Sequential(Flatten(), Dense(8), swish, Dense(10))
          net(ones(3, 1, 28, 28)).shape
          """, "[3, 10]"),
      ]
    ) { (session: Session, layers: Variadic<LayerValue>, seed: Int?) -> Sequential in
      try Sequential(layers.values.map(\.layer), seed: session.layerSeed(seed))
    },
    Builtin(
      "Residual", "Layers with a shortcut around them: activation(x + f(x)).",
      Parameter("_ layers", "the layers, in order; what goes in and comes out has one shape"),
      Parameter("activation", "applied to the sum", default: Activation.relu),
      examples: [
        Example(
          "let net = Sequential(Residual(Dense(3), activation: .none), Dense(2))\nnet(ones(1, 3)).shape",
          "[1, 2]")
      ]
    ) { (_: Session, layers: Variadic<LayerValue>, activation: Activation) -> LayerValue in
      LayerValue(try Residual(layers.values.map(\.layer), activation: activation))
    },
    Builtin(
      "GlobalAveragePool2D", "The mean of each channel: [N, C, H, W] -> [N, C].",
      examples: [Example("GlobalAveragePool2D()(ones(1, 2, 4, 4)).shape", "[1, 2]")]
    ) { (_: Session) -> LayerValue in LayerValue(GlobalAveragePool2D()) },
    Builtin(
      "Conv2D", "A convolution layer: [N, C, H, W] -> [N, filters, H', W'].",
      Parameter("_ filters", "output channels", .positive),
      Parameter("kernel", "side of the kernel", default: 3, .positive),
      Parameter("stride", "step of the window", default: 1, .positive),
      Parameter("padding", "what happens at the edge", default: Padding.valid),
      Parameter("dilation", "distance of a kernel's neighbours", default: 1, .positive),
      Parameter("groups", "groups of channels", default: 1, .positive),
      Parameter("activation", "applied to the output", default: Activation.none),
      Parameter("bias", "whether a bias is added", default: true),
      Parameter("initializer", "how weights start", default: Initializer.glorotUniform),
      examples: [Example("Conv2D(8, kernel: 3)(zeros(1, 1, 28, 28)).shape", "[1, 8, 26, 26]")]
    ) {
      (
        _: Session, filters: Int, kernel: Int, stride: Int, padding: Padding, dilation: Int,
        groups: Int, activation: Activation, bias: Bool, initializer: Initializer
      ) -> LayerValue in
      LayerValue(
        try Conv2D(
          filters, kernel: kernel, stride: stride, padding: padding, dilation: dilation,
          groups: groups, activation: activation, bias: bias, initializer: initializer))
    },
    Builtin(
      "Dense", "A dense layer along the last axis: [N, ..., features] -> [N, ..., outputs].",
      Parameter("_ outputs", "number of outputs", .positive),
      Parameter("activation", "applied to the output", default: Activation.none),
      Parameter("bias", "whether a bias is added", default: true),
      Parameter("initializer", "how weights start", default: Initializer.glorotUniform),
      examples: [
        Example("Dense(10)(zeros(2, 5)).shape", "[2, 10]"),
        Example("Dense(10)(zeros(2, 7, 5)).shape", "[2, 7, 10]"),
      ]
    ) {
      (_: Session, outputs: Int, activation: Activation, bias: Bool, initializer: Initializer)
        -> LayerValue in
      LayerValue(try Dense(outputs, activation: activation, bias: bias, initializer: initializer))
    },
    Builtin(
      "MaxPool2D", "The largest value of each window.",
      Parameter("_ size", "side of the window", default: 2, .positive),
      Parameter("stride", "step; else the side", default: Int?.none),
      Parameter("padding", "what happens at the edge", default: Padding.valid),
      examples: [Example("MaxPool2D(2)(ones(1, 1, 4, 4)).shape", "[1, 1, 2, 2]")]
    ) { (_: Session, size: Int, stride: Int?, padding: Padding) -> LayerValue in
      LayerValue(try MaxPool2D(size, stride: stride, padding: padding))
    },
    Builtin(
      "AveragePool2D", "The mean of each window.",
      Parameter("_ size", "side of the window", default: 2, .positive),
      Parameter("stride", "step; else the side", default: Int?.none),
      Parameter("padding", "what happens at the edge", default: Padding.valid),
      examples: [Example("AveragePool2D(2)(ones(1, 1, 4, 4))[0, 0, 0, 0]", "1.0")]
    ) { (_: Session, size: Int, stride: Int?, padding: Padding) -> LayerValue in
      LayerValue(try AveragePool2D(size, stride: stride, padding: padding))
    },
    layer("Flatten", "All axes of a sample as one.", "Flatten()(ones(2, 3, 4)).shape", "[2, 12]") {
      Flatten()
    },
    layer("ReLU", "max(x, 0) of each element, as a layer.", "ReLU()(-ones(2))[0]", "0.0") {
      ReLU()
    },
    Builtin(
      "Lambda", "A function of a batch as a layer: [N, ...] -> [N, ...].",
      Parameter("_ function", "what it does; in a network it may stand alone"),
      examples: [Example("Lambda { x in x * 2 }(ones(1, 3)).list()", "[[2.0, 2.0, 2.0]]")]
    ) { (_: Session, function: Callback) -> LayerValue in try LayerValue(function) },
    Builtin(
      "BatchNorm", "Normalises each channel, then scales and shifts it.",
      Parameter("momentum", "how fast the running averages move", default: 0.1),
      Parameter("epsilon", "added to the variance", default: 1e-5),
      examples: [Example("BatchNorm()(ones(2, 3)).shape", "[2, 3]")]
    ) { (_: Session, momentum: Double, epsilon: Double) -> LayerValue in
      LayerValue(try BatchNorm(momentum: momentum, epsilon: epsilon))
    },
    Builtin(
      "Dropout", "In training, sets a share of the values to 0.",
      Parameter("_ rate", "the share", default: 0.5),
      examples: [Example("Dropout(0.5)(ones(2)).sum()", "2.0")]
    ) { (_: Session, rate: Double) -> LayerValue in LayerValue(try Dropout(rate)) },
    Builtin(
      "build", "Gives a network its parameters, for samples of a shape.",
      Parameter("_ net", "a network"), Parameter("_ shape", "sizes of one sample"),
      examples: [
        Example(
          "var net = Sequential(Flatten(), Dense(10))\nbuild(&net, [1, 28, 28])\nnet.parameterCount",
          "7850")
      ]
    ) { (_: Session, net: Inout<Sequential>, shape: [Int]) -> Value in
      net.value = try net.value.built(for: Shape(shape))
      return .void
    },
    Builtin(
      "summary", "Prints a network as a table: layer, output shape, parameters.",
      Parameter("_ net", "a network"),
      Parameter("input", "sizes of one sample, if it has not seen any", default: [Int]?.none),
      examples: [
        Example(
          "summary(Sequential(Flatten(), Dense(10)), input: [1, 28, 28])",
          """
          layer      output  parameters
          ─────────  ──────  ──────────
          Flatten()  [784]            0
          Dense(10)  [10]         7,850
          ─────────  ──────  ──────────
          total                   7,850
          """)
      ]
    ) { (session: Session, net: Sequential, input: [Int]?) -> Value in
      let table = try Summary(net, input: input.map { try Shape($0) })
      session.emit(Output(.printed, table.description))
      return .void
    },
  ]

  private static func layer(
    _ name: String, _ summary: String, _ code: String, _ output: String,
    _ make: @escaping @Sendable () -> any Layer
  ) -> Builtin {
    Builtin(name, summary, examples: [Example(code, output)]) {
      (_: Session) -> LayerValue in LayerValue(make())
    }
  }

  static let training: [Builtin] = [
    Builtin(
      "SGD", "Stochastic gradient descent.",
      Parameter("_ learningRate", "step size", default: 0.01),
      Parameter("momentum", "share of the last step that goes on", default: 0.0),
      Parameter("weightDecay", "pull of the weights toward 0", default: 0.0),
      Parameter("nesterov", "whether the momentum looks ahead", default: false),
      examples: [Example("SGD(0.1, momentum: 0.9).learningRate", "0.1")]
    ) {
      (_: Session, rate: Double, momentum: Double, decay: Double, nesterov: Bool)
        -> OptimizerValue in
      OptimizerValue(
        try SGD(rate, momentum: momentum, weightDecay: decay, nesterov: nesterov))
    },
    Builtin(
      "Adam", "Steps by the mean of the gradient over the root of its mean square.",
      Parameter("_ learningRate", "step size", default: 0.001),
      Parameter("beta1", "decay of the mean", default: 0.9),
      Parameter("beta2", "decay of the mean square", default: 0.999),
      examples: [Example("Adam(0.001).learningRate", "0.001")]
    ) { (_: Session, rate: Double, beta1: Double, beta2: Double) -> OptimizerValue in
      OptimizerValue(try Adam(rate, beta1: beta1, beta2: beta2))
    },
    Builtin(
      "crossEntropy", "The mean of -log(softmax(logits)[label]) over a batch.",
      Parameter("_ logits", "[N, classes]"), Parameter("_ labels", "whole numbers, [N]"),
      Parameter("smoothing", "share of the target that all classes have alike", default: 0.0),
      examples: [Example("crossEntropy(zeros(1, 2), [0]) < 0.7", "true")]
    ) { (_: Session, logits: Tensor, labels: Tensor, smoothing: Double) -> Tensor in
      try crossEntropy(logits, labels, smoothing: smoothing)
    },
    Builtin(
      "valueWithGradient", "The value of a loss, and its gradient at a network or a tensor.",
      Parameter("at", "where: a network, a tensor, or a list of tensors"),
      Parameter(
        "of", "the loss, a function of it; of a list, of its tensors one by one or of the list"),
      gives: ["value", "gradient"],
      examples: [
        Example(
          "let (value, slope) = valueWithGradient(at: Tensor([3.0])) { x in (x * x).sum() }\nslope[0]",
          "6.0"),
        Example(
          "let (value, slopes) = valueWithGradient(at: [[3.0], [2.0]]) { x, y in (x * y).sum() }\n[slopes[0][0], slopes[1][0]]",
          "[2.0, 3.0]"),
      ]
    ) { (session: Session, point: Value, loss: Callback) -> (Tensor, Value) in
      try session.valueWithGradient(at: point, loss)
    },
    Builtin(
      "update", "Moves a network along a gradient.", Parameter("_ optimizer", "how"),
      Parameter("_ net", "the network"), Parameter("along", "the gradient"),
      examples: [
        Example(
          """
          var net = Sequential(Dense(1, bias: false), seed: 1)
          var optimizer = SGD(0.1)
          let before = net(ones(1, 3)).sum()
          let (loss, gradient) = valueWithGradient(at: net) { net in net(ones(1, 3)).sum() }
          update(&optimizer, &net, along: gradient)
          abs(before - net(ones(1, 3)).sum() - 0.3) < 1e-6
          """, "true")
      ]
    ) {
      (_: Session, optimizer: Inout<OptimizerValue>, net: Inout<Sequential>, gradient: Gradient)
        -> Value in
      try optimizer.value.optimizer.update(&net.value, along: gradient)
      return .void
    },
    Builtin(
      "fit", "Trains a network to classify a dataset, minimising the cross-entropy.",
      Parameter("_ net", "the network"), Parameter("_ data", "what it learns from"),
      Parameter("epochs", "times through the data", default: 1, .notNegative),
      Parameter("batchSize", "samples of a step", default: 128, .positive),
      Parameter("optimizer", "how it steps", default: OptimizerValue?.none),
      Parameter("validation", "data to measure after each epoch", default: Dataset?.none),
      Parameter(
        "teacher", "a network whose answers it learns from, too", default: Sequential?.none),
      Parameter("temperature", "how soft the teacher's answers are made", default: 4.0),
      Parameter("alpha", "share of the teacher in the loss, from 0 to 1", default: 0.5),
      Parameter(
        "augment", "how samples are changed, anew in each epoch", default: Augmentation?.none),
      Parameter("schedule", "how the learning rate changes", default: Schedule?.none),
      Parameter("clipNorm", "greatest norm of a gradient", default: Double?.none),
      Parameter("patience", "epochs without a better loss until it stops", default: Int?.none),
      Parameter("keepBest", "end with the network of the best epoch", default: false),
      Parameter(
        "checkpoint", "a file .safetensors that is written after each epoch",
        default: String?.none),
      Parameter("resume", "go on from the checkpoint, if it is there", default: false),
      Parameter("verbose", "whether each epoch is printed", default: true),
      Parameter(
        optional: "afterEpoch", "called with each result and network; false stops",
        Callback.self),
      examples: [
        Example(
          """
          var net = Sequential(Flatten(), Dense(10), seed: 1)
          let history = fit(&net, digits(500), epochs: 3, verbose: false)
          (history.count, history.losses[2] < history.losses[0])
          """, "(3, true)"),
        Example(
          """
          var net = Sequential(Flatten(), Dense(10), seed: 1)
          fit(&net, digits(200), epochs: 9) { result, net in result.epoch < 2 }.count
          """, "…\n2"),
      ]
    ) {
      (
        session: Session, net: Inout<Sequential>, data: Dataset, epochs: Int, batchSize: Int,
        optimizer: OptimizerValue?, validation: Dataset?, teacher: Sequential?,
        temperature: Double, alpha: Double, augment: Augmentation?, schedule: Schedule?,
        clipNorm: Double?, patience: Int?, keepBest: Bool, checkpoint: String?, resume: Bool,
        verbose: Bool, afterEpoch: Callback?
      ) -> TrainingRecord in
      let loss = try teacher.map {
        try distillation(from: $0, on: data, temperature: temperature, alpha: alpha)
      }
      let optimizer = try optimizer?.optimizer ?? Adam()
      if let checkpoint { try TensorFile.checkEnding(checkpoint, "a checkpoint") }
      guard checkpoint != nil || !resume else {
        throw Fault("'resume' goes on from a file: name it by 'checkpoint'")
      }
      let history = try session.withProgress { show in
        try fit(
          &net.value, data, epochs: epochs, batchSize: batchSize, optimizer: optimizer,
          validation: validation, seed: session.drawSeed(), augment: augment, loss: loss,
          schedule: schedule,
          clipNorm: clipNorm, patience: patience, keepBest: keepBest,
          checkpoint: checkpoint, resume: resume,
          progress: { session.report($0, of: epochs, printing: verbose, show) },
          afterEpoch: { try session.decide(afterEpoch, $0, $1) })
      }
      if verbose, let remark = history.remark { session.emit(Output(.printed, remark)) }
      return TrainingRecord(history: history, isTold: verbose)
    },
    Builtin(
      "evaluate", "The loss and accuracy of a network on a dataset.",
      Parameter("_ net", "the network"), Parameter("_ data", "the dataset"),
      examples: [
        Example("evaluate(Sequential(Flatten(), Dense(10)), digits(50)).count", "50")
      ]
    ) { (_: Session, net: AnyClassifier, data: Dataset) -> Evaluation in
      try net.evaluate(data)
    },
    Builtin(
      "accuracy", "The share of samples that a network classifies right, from 0 to 1.",
      Parameter("_ net", "the network"), Parameter("_ data", "the dataset"),
      examples: [
        Example("accuracy(Sequential(Flatten(), Dense(10)), digits(50)) <= 1", "true")
      ]
    ) { (_: Session, net: AnyClassifier, data: Dataset) -> Double in
      try net.evaluate(data).accuracy
    },
  ]
}

/// The history of a training, which need not be shown if its epochs were printed as they ended.
struct TrainingRecord: Bridged {
  let history: History
  let isTold: Bool
  static var typeName: String { History.typeName }
  static var wanted: String { History.wanted }
  static func accepts(_ value: Value) -> Bool { History.accepts(value) }
  static func from(_ value: Value, in session: Session) throws -> TrainingRecord {
    TrainingRecord(history: try History.from(value, in: session), isTold: false)
  }
  func bridged(in session: Session) throws -> Value {
    let box = Box(history)
    if isTold { session.toldResult = box }
    return .host(box)
  }
}

/// A float or an integer network, where either will do.
struct AnyClassifier: Bridged {
  let evaluate: (Dataset) throws -> Evaluation
  let topKAccuracy: (Dataset, Int) throws -> Double
  let confusionMatrix: (Dataset) throws -> ConfusionMatrix
  let value: Value

  private init(_ network: some Classifier, _ value: Value) {
    evaluate = { try Networks.evaluate(network, $0) }
    topKAccuracy = { try Networks.topKAccuracy(network, $0, k: $1) }
    confusionMatrix = { try Networks.confusionMatrix(network, $0) }
    self.value = value
  }

  static var typeName: String { "Network" }
  static var wanted: String { "a network" }
  static func accepts(_ value: Value) -> Bool {
    Sequential.accepts(value) || IntegerNetwork.accepts(value)
  }
  static func from(_ value: Value, in session: Session) throws -> AnyClassifier {
    if IntegerNetwork.accepts(value) {
      return AnyClassifier(try IntegerNetwork.from(value, in: session), value)
    }
    guard Sequential.accepts(value) else { throw mismatch(value) }
    return AnyClassifier(try Sequential.from(value, in: session), value)
  }
  func bridged(in session: Session) throws -> Value { value }
}

extension Session {
  /// Shows how far a training is: a line for each epoch if it is printed, a bar in between.
  func report(
    _ step: TrainingProgress, of epochs: Int, printing: Bool, _ show: (Progress) -> Void
  ) {
    if printing, let result = step.finished {
      var line = RealText()
      line.write(result, of: epochs)
      onProgress?(nil)
      emit(Output(.printed, line.text, reals: line.reals))
    } else {
      show(
        Progress(
          title: "epoch \(step.epoch)/\(step.epochs)",
          fraction: Double(step.step) / Double(step.steps),
          detail: "loss \(fixed(step.loss, digits: 4))", done: step.samples,
          unit: "images", value: step.loss))
    }
  }

  /// Asks a closure whether a training goes on: all but `false` means that it does.
  func decide(
    _ callback: Callback?, _ result: EpochResult, _ net: Sequential
  ) throws -> EpochDecision {
    guard let callback else { return .goOn }
    let answer = try callback(result.bridged(in: self), net.bridged(in: self))
    if case .bool(false) = answer { return .stop }
    return .goOn
  }

  func layerSeed(_ seed: Int?) -> UInt64 {
    seed.map { UInt64(bitPattern: Int64($0)) } ?? drawSeed()
  }

  /// `valueWithGradient` for a network, a tensor, or a list or tuple of tensors.
  func valueWithGradient(at point: Value, _ loss: Callback) throws -> (Tensor, Value) {
    func scalar(_ result: Value) throws -> Tensor {
      guard Tensor.accepts(result) else {
        throw Fault("the loss must be a number, not \(result.kindInWords)")
      }
      return try Tensor.from(result, in: self)
    }
    if Sequential.accepts(point) {
      let network = try Sequential.from(point, in: self)
      let (value, gradient) = try Networks.valueWithGradient(at: network) {
        try scalar(loss(try $0.bridged(in: self)))
      }
      return try (value.reshape([]), gradient.bridged(in: self))
    }
    if case .host = point {
      let (value, gradient) = try Tensors.valueWithGradient(
        at: Tensor.from(point, in: self).cast(to: .float32)
      ) { try scalar(loss(try $0.bridged(in: self))) }
      return try (value.reshape([]), gradient.bridged(in: self))
    }
    let points = try [Tensor].from(point, in: self).map { try $0.cast(to: .float32) }
    let wanted = loss.parameterCount ?? 1
    guard wanted <= 1 || wanted == points.count else {
      throw Fault(
        "the loss takes \(wanted) tensors, but there are \(points.count)",
        help: "a function of one parameter gets all of them as a list", argument: 1)
    }
    let (value, gradients) = try Tensors.valueWithGradient(at: points) { points in
      guard wanted > 1 else { return try scalar(loss(try points.bridged(in: self))) }
      return try scalar(
        machine.call(loss.function, try points.map { try $0.bridged(in: self) }))
    }
    return try (value.reshape([]), gradients.bridged(in: self))
  }
}
