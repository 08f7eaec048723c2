public import Tensors

/// A step of a network: a value that maps a batch of inputs to a batch of outputs.
///
/// A layer may be made without its input size (`Dense(10)`); its parameters then come into being
/// on the first use, as a pure function of its seed and that size, so that it does not matter
/// when the first use is. A forward pass changes nothing: what a layer learns beside its
/// gradients (running means, observed ranges) it reports through the context and takes in later.
public protocol Layer: Sendable, CustomStringConvertible {
  /// The name of its type as a user reads it: `Conv2D`.
  var typeName: String { get }
  /// The shape of its output for one sample, without the batch axis.
  func outputShape(for input: Shape) throws -> Shape
  /// The layer with parameters for inputs of a shape (without the batch axis).
  func built(for input: Shape, seed: UInt64) throws -> any Layer
  /// Whether its parameters exist.
  var isBuilt: Bool { get }
  /// What is trained, with names: `weights`, `bias`.
  var parameters: [Parameter] { get }
  /// The layer with other values for its parameters, in the order of `parameters`.
  func replacingParameters(_ tensors: [Tensor]) -> any Layer
  /// Maps a batch: `[N, input...] -> [N, output...]`.
  func forward(_ x: Tensor, _ context: inout Context) throws -> Tensor
  /// The layer after it has taken in what its forward passes reported.
  func absorbing(_ statistics: [Statistic]) throws -> any Layer
  /// Whether each sample is treated on its own in training, so that a batch may be split.
  var treatsSamplesAlone: Bool { get }
  /// Whether batches must pass one after the other, on the thread that uses the network.
  var runsInOrder: Bool { get }
  /// Whether it must see data once before it can be trained (an observer without a range).
  var needsObservation: Bool { get }
  /// All that training changes, as tensors with their names in a file: `weight`, `running_mean`.
  var state: [Parameter] { get }
  /// The layer with the state that a file holds; its parameters must exist.
  func restoring(_ stored: StoredState) throws -> any Layer
}

extension Layer {
  public func built(for input: Shape, seed: UInt64) throws -> any Layer { self }
  public var isBuilt: Bool { true }
  public var parameters: [Parameter] { [] }
  public func replacingParameters(_ tensors: [Tensor]) -> any Layer { self }
  public func absorbing(_ statistics: [Statistic]) throws -> any Layer { self }
  public var treatsSamplesAlone: Bool { true }
  public var runsInOrder: Bool { false }
  public var needsObservation: Bool { false }
  public var state: [Parameter] { storedParameters() }

  public func restoring(_ stored: StoredState) throws -> any Layer {
    try restoringParameters(stored)
  }

  /// Applies the layer to a batch as it is used after training.
  public func callAsFunction(_ x: Tensor) throws -> Tensor {
    try Sequential([self]).callAsFunction(x)
  }
}

/// A layer that may end in a ReLU, which can be left to the step after it.
package protocol Rectifying: Layer {
  /// Whether it ends in max(x, 0).
  var rectifies: Bool { get }
  /// The layer without its ReLU.
  func linear(_ x: Tensor, _ context: inout Context) throws -> Tensor
  /// The layer without its ReLU, pooled, and the ReLU behind that, in one pass; nil if it has none.
  func pooled(_ x: Tensor, _ pool: MaxPool2D, _ context: inout Context) throws -> Tensor?
}

extension Rectifying {
  package func pooled(
    _ x: Tensor, _ pool: MaxPool2D, _ context: inout Context
  ) throws -> Tensor? { nil }
}

/// A trained tensor with its name.
public struct Parameter: Sendable {
  public let name: String
  public let tensor: Tensor
  /// The weight of its square in the loss: an L2 penalty of its own, added by `fit`.
  public let decay: Double
  public init(_ name: String, _ tensor: Tensor, decay: Double = 0) {
    self.name = name
    self.tensor = tensor
    self.decay = decay
  }
}

/// What a layer reports from a forward pass: how many samples it saw, and numbers of its own.
public struct Statistic: Sendable {
  public let sampleCount: Int
  public let tensors: [Tensor]
  public init(sampleCount: Int, tensors: [Tensor]) {
    self.sampleCount = sampleCount
    self.tensors = tensors
  }
}

/// What a forward pass knows beside its input.
public struct Context: Sendable {
  public enum Purpose: Sendable {
    /// The network as it is used.
    case inference
    /// Batch statistics, dropout and straight-through estimators are on.
    case training
    /// As inference in float, with observers watching.
    case observing
  }

  public let purpose: Purpose
  /// The seed of this pass; a layer draws from `randomStream`.
  public let seed: UInt64
  /// Number of the layer that runs, counted through the whole network.
  package var layerIndex = 0
  /// The layers behind the one that runs, which may decide the form of its output.
  package var following: ArraySlice<any Layer> = []
  /// What the open forks keep, the innermost last.
  package var shortcuts: [Shortcut] = []
  /// What was reported, by number of the layer.
  package var statistics: [Int: Statistic] = [:]

  public init(_ purpose: Purpose, seed: UInt64 = 0) {
    self.purpose = purpose
    self.seed = seed
  }

  public var isTraining: Bool { purpose == .training }

  /// Random numbers for the layer that runs, the same whenever the pass is repeated.
  public var randomStream: RandomStream {
    RandomStream(seed: seed, stream: 0x6C61_7965_7200_0000 | UInt64(layerIndex))
  }

  /// Reports numbers that the layer takes in after the batch.
  public mutating func report(_ statistic: Statistic) { statistics[layerIndex] = statistic }
}

/// What is wrong with a network or its training: the facts; `description` is the prose.
public enum NetworkError: Error, Equatable, CustomStringConvertible, Sendable {
  case notBuilt(String)
  case noLayers
  case inputRank(layer: String, needs: String, got: Shape)
  case badSize(String, Int, minimum: Int)
  case tooLarge(String, Int, maximum: Int)
  case groups(channels: Int, filters: Int, groups: Int)
  case badRate(String, Double)
  case emptyData(String)
  case classCount(outputs: Shape, classes: Int)
  case diverged(what: String, epoch: Int, step: Int)
  case gradientMismatch(expected: Int, got: Int)
  case gradientShape(parameter: Shape, gradient: Shape)
  case layer(Int, String, String)

  public var description: String {
    switch self {
    case .notBuilt(let name):
      "\(name) has no parameters yet: they come with the first input; "
        + "use it on data or call build(&net, [1, 28, 28])"
    case .noLayers: "a network needs at least one layer"
    case .inputRank(let layer, let needs, let got): "\(layer) takes \(needs), not \(got)"
    case .badSize(let what, let size, let minimum):
      "\(what) must be at least \(minimum), not \(size)"
    case .tooLarge(let what, let size, let maximum):
      "\(what) must be at most \(maximum), not \(size)"
    case .groups(let channels, let filters, let groups):
      "\(channels) channels and \(filters) filters do not both divide into \(groups) groups"
    case .badRate(let what, let rate): "\(what), not \(rate)"
    case .emptyData(let name): "\(name) is empty: there is nothing to train on or to measure"
    case .classCount(let outputs, let classes):
      "the network gives \(outputs) for each sample, but the data has \(classes) classes; "
        + "end it with \(outputs.rank == 1 ? "" : "Flatten(), ")Dense(\(classes))"
    case .diverged(let what, let epoch, let step):
      "\(what) became infinite in epoch \(epoch), step \(step); try a smaller learning rate"
    case .gradientMismatch(let expected, let got):
      "the gradient has \(got) tensors, but the network has \(expected) parameters"
    case .gradientShape(let parameter, let gradient):
      "a gradient of shape \(gradient) does not fit a parameter of shape \(parameter)"
    case .layer(let number, let name, let reason): "layer \(number), \(name): \(reason)"
    }
  }
}

/// Throws unless the side or step of a window is one that an image can have.
///
/// The bound keeps the arithmetic of windows far from overflow.
func checkSide(_ what: String, _ size: Int) throws {
  guard size >= 1 else { throw NetworkError.badSize(what, size, minimum: 1) }
  guard size <= 65_536 else { throw NetworkError.tooLarge(what, size, maximum: 65_536) }
}

/// A bias as float32 if there is one number for each output, else an error.
func checkedBias(_ bias: Tensor?, outputs: Int) throws -> Tensor? {
  guard let bias else { return nil }
  guard bias.shape.sizes == [outputs] else {
    throw TensorError.badArgument(
      "a bias for \(outputs) outputs has shape [\(outputs)], not \(bias.shape)")
  }
  return try bias.cast(to: .float32)
}
