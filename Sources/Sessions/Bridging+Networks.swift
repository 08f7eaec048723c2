import Datasets
import Figures
public import Language
public import Networks
import Tensors

extension Sequential: BridgedPayload {
  static var payloadName: String { "Sequential" }

  static let properties: [Property<Sequential>] = [
    Property("parameters", "trained tensors, in order") { $0.parameters.map(\.tensor) },
    Property("names", "names of the trained tensors") { $0.parameters.map(\.name) },
    Property("layers", "its layers") { $0.layers.map(LayerValue.init) },
    Property("count", "number of layers") { $0.layers.count },
    Property("parameterCount", "number of trained numbers") { $0.parameterCount },
    Property("byteCount", "bytes of its parameters in float32") { $0.parameterCount * 4 },
    Property("isBuilt", "whether its parameters exist") { $0.isBuilt },
  ]

  func shown() throws -> (text: String, reals: [Range<Int>]) {
    (try Summary(self).description, [])
  }

  var callable: ((Tensor) throws -> Tensor)? { { try self($0) } }
  /// As far as is known: only a function that is tied to a thread is the program's.
  var holdsFunction: Bool { runsInOrder }

  public static func accepts(_ value: Value) -> Bool {
    if case .host(let object) = value { object is Box<Sequential> } else { false }
  }
}

/// A layer outside a network.
struct LayerValue: BridgedPayload {
  let layer: any Layer
  init(_ layer: any Layer) { self.layer = layer }

  static var payloadName: String { "Layer" }

  static let properties: [Property<LayerValue>] = [
    Property("parameters", "trained tensors, in order") { $0.layer.parameters.map(\.tensor) },
    Property("weights", "its weights") { try $0.parameter("weights") },
    Property("bias", "its bias") { try $0.parameter("bias") },
    Property("name", "its type") { $0.layer.typeName },
  ]

  private func parameter(_ name: String) throws -> Tensor {
    guard let found = layer.parameters.first(where: { $0.name == name }) else {
      throw Fault(
        layer.isBuilt
          ? "\(layer.description) has no \(name)"
          : NetworkError.notBuilt(layer.description).description)
    }
    return found.tensor
  }

  func shown() throws -> (text: String, reals: [Range<Int>]) { (layer.description, []) }
  var callable: ((Tensor) throws -> Tensor)? { { try Sequential([layer])($0) } }
  var holdsFunction: Bool { (try? Sequential([layer]))?.runsInOrder ?? false }

  /// A network is a layer, too, and so is a function of the language.
  public static func from(_ value: Value, in session: Session) throws -> LayerValue {
    if Callback.accepts(value) { return try LayerValue(Callback.from(value, in: session)) }
    guard case .host(let object) = value else { throw mismatch(value) }
    switch object {
    case let box as Box<LayerValue>: return box.value
    case let box as Box<Sequential>: return LayerValue(box.value)
    default: throw mismatch(value)
    }
  }
}

/// An optimizer as a value of the language.
struct OptimizerValue: BridgedPayload {
  var optimizer: any Optimizer
  init(_ optimizer: any Optimizer) { self.optimizer = optimizer }

  static var payloadName: String { "Optimizer" }
  public static var wanted: String { "an optimizer such as Adam(0.001) or SGD(0.1)" }
  static let properties: [Property<OptimizerValue>] = [
    Property("learningRate", "its step size") { $0.optimizer.learningRate }
  ]
  func shown() throws -> (text: String, reals: [Range<Int>]) { (optimizer.description, []) }
}

extension Gradient: BridgedPayload {
  static var payloadName: String { "Gradient" }
  static let properties: [Property<Gradient>] = [
    Property("tensors", "the gradient of each parameter") { $0.tensors },
    Property("names", "names of the parameters") { $0.names },
    Property("norm", "root of the sum of squares") { try $0.norm() },
  ]
  func shown() throws -> (text: String, reals: [Range<Int>]) {
    var lines = RealText()
    for (name, tensor) in zip(names, tensors) {
      lines.write("\(name) \(tensor.shape)  norm ")
      lines.write(real: try square(tensor).sum().item().squareRoot())
      lines.write("\n")
    }
    return lines.withoutLastNewline
  }
}

extension Evaluation: BridgedPayload {
  static var payloadName: String { "Evaluation" }
  static let properties: [Property<Evaluation>] = [
    Property("loss", "mean cross-entropy") { $0.loss },
    Property("accuracy", "share classified right, from 0 to 1") { $0.accuracy },
    Property("count", "number of samples") { $0.count },
  ]
  func shown() throws -> (text: String, reals: [Range<Int>]) {
    var text = RealText()
    text.write("loss ")
    text.write(real: loss)
    text.write(", accuracy ")
    text.write(percent: accuracy)
    text.write(" of \(grouped(count))")
    return text.result
  }
}

extension History: BridgedPayload {
  static var payloadName: String { "History" }
  static let properties: [Property<History>] = [
    Property("losses", "training loss of each epoch") { $0.epochs.map(\.loss) },
    Property("accuracies", "training accuracy of each epoch") { $0.epochs.map(\.accuracy) },
    Property("validationLosses", "validation loss of each epoch") {
      $0.epochs.compactMap { $0.validation?.loss }
    },
    Property("validationAccuracies", "validation accuracy of each epoch") {
      $0.epochs.compactMap { $0.validation?.accuracy }
    },
    Property("count", "number of epochs") { $0.epochs.count },
  ]
  func shown() throws -> (text: String, reals: [Range<Int>]) {
    var text = RealText()
    for epoch in epochs {
      text.write(epoch, of: epochs.count)
      text.write("\n")
    }
    return text.withoutLastNewline
  }

  /// The course of the training, which a table of many epochs hides.
  var aside: String? {
    guard epochs.count > 2 else { return nil }
    return "loss \(Sparkline.text(epochs.map(\.loss)))  "
      + "accuracy \(Sparkline.text(epochs.map(\.accuracy)))"
  }
}

extension Activation: Choice {}
