public import Datasets
public import Tensors

/// Tensors of a file, as far as one layer has them: those whose names begin with a prefix.
public struct StoredState: Sendable {
  private let tensors: [String: Tensor]
  private let prefix: String

  init(_ tensors: [String: Tensor], prefix: String = "") {
    self.tensors = tensors
    self.prefix = prefix
  }

  /// The state of a layer inside of this one: `1.` in front of its names.
  public func nested(_ name: String) -> StoredState {
    StoredState(tensors, prefix: "\(prefix)\(name).")
  }

  /// The tensor of a name, if there is one.
  public subscript(name: String) -> Tensor? { tensors[prefix + name] }

  /// The tensor of a name, as float32; it must have the shape of another one.
  public func tensor(_ name: String, like other: Tensor) throws -> Tensor {
    guard let found = self[name] else { throw StateError.missing(prefix + name) }
    guard found.shape == other.shape else {
      throw StateError.shape(prefix + name, stored: found.shape, wanted: other.shape)
    }
    return try found.cast(to: .float32)
  }

  /// A bool tensor of one element, written only where it is true.
  public static func flag(_ name: String, _ isTrue: Bool) -> [Parameter] {
    isTrue ? (try? Tensor([true], shape: [1])).map { [Parameter(name, $0)] } ?? [] : []
  }

  /// Whether a flag was written.
  public func flag(_ name: String) -> Bool { self[name] != nil }
}

/// Why the tensors of a file do not fit a network: the facts; `description` is the prose.
public enum StateError: Error, Equatable, CustomStringConvertible, Sendable {
  case notBuilt
  case missing(String)
  case shape(String, stored: Shape, wanted: Shape)
  case unused([String])
  case noCheckpoint(file: String)
  case otherTraining(file: String, what: String, stored: String, now: String)
  case damaged(file: String, what: String)

  public var description: String {
    switch self {
    case .notBuilt:
      "the network has no parameters yet, and the file does not say for which inputs they are; "
        + "call build(&net, [1, 28, 28]) first"
    case .missing(let name): "the file has no tensor '\(name)', which the network needs"
    case .shape(let name, let stored, let wanted):
      "'\(name)' has shape \(stored) in the file, but \(wanted) in the network"
    case .unused(let names):
      "the file has tensors that the network has no place for: "
        + names.prefix(4).map { "'\($0)'" }.joined(separator: ", ")
        + (names.count > 4 ? " and \(names.count - 4) more" : "")
    case .noCheckpoint(let file):
      "'\(file)' holds tensors, but no training to go on with"
    case .otherTraining(let file, let what, let stored, let now):
      "'\(file)' is from a training with \(what) \(stored), not \(now)"
    case .damaged(let file, let what): "'\(file)' is damaged: its \(what) cannot be read"
    }
  }
}

extension Layer {
  /// The parameters with their names in a file; weights are `weight` there, as in PyTorch.
  func storedParameters(naming names: [String: String] = [:]) -> [Parameter] {
    parameters.map { Parameter(Self.storedName($0.name, names), $0.tensor) }
  }

  /// The layer with the parameters of a file.
  func restoringParameters(
    _ stored: StoredState, naming names: [String: String] = [:]
  ) throws -> any Layer {
    replacingParameters(
      try parameters.map {
        try stored.tensor(Self.storedName($0.name, names), like: $0.tensor)
      })
  }

  private static func storedName(_ name: String, _ names: [String: String]) -> String {
    names[name] ?? (name == "weights" ? "weight" : name)
  }
}

extension Sequential {
  /// What its layers hold, with their numbers from 0 in front: `0.weight`, as PyTorch's Sequential.
  public var state: [Parameter] {
    layers.enumerated().flatMap { index, layer in
      layer.state.map { Parameter("\(index).\($0.name)", $0.tensor) }
    }
  }

  public func restoring(_ stored: StoredState) throws -> any Layer {
    var network = self
    for (index, layer) in layers.enumerated() {
      network = network.replacingLayer(
        index, with: try layer.restoring(stored.nested(String(index))))
    }
    return network
  }

  /// The text that says for which inputs a stored network was built.
  static let inputShapeName = "input_shape"

  /// The network as a file: its state, and the shape of its inputs.
  ///
  /// Errors: a network without parameters yet.
  public func stored(metadata: [String: String] = [:]) throws -> Safetensors {
    guard isBuilt else { throw NetworkError.notBuilt(typeName) }
    var metadata = metadata
    if let inputShape { metadata[Self.inputShapeName] = inputShape.description }
    return try Safetensors(
      state.map { Safetensors.Entry($0.name, try $0.tensor.plain()) }, metadata: metadata)
  }

  /// The network with the parameters, running averages and ranges of a file.
  ///
  ///     net = try net.restored(from: Safetensors(reading: "a.safetensors"))
  ///
  /// Names are those of `state`. Where the layers of a file have other numbers, as those of PyTorch
  /// have with each activation a layer of its own, those with tensors are matched in their order.
  /// Errors: a tensor that is missing, has another shape, or has no place in the network.
  public func restored(from file: Safetensors) throws -> Sequential {
    var network = self
    if !isBuilt {
      guard let text = file.metadata[Self.inputShapeName], let shape = Shape(text: text) else {
        throw StateError.notBuilt
      }
      network = try built(for: shape)
    }
    var tensors: [String: Tensor] = [:]
    for entry in file.entries where !Self.isBeside(entry.name) {
      tensors[entry.name] = entry.tensor
    }
    tensors = network.renumbered(tensors)
    guard let result = try network.restoring(StoredState(tensors)) as? Sequential else {
      return network
    }
    let known = Set(result.state.map(\.name))
    let unused = tensors.keys.filter { !known.contains($0) }.sorted()
    guard unused.isEmpty else { throw StateError.unused(unused) }
    return result
  }

  /// Whether a tensor is no part of the network: a count of PyTorch's, or a training's own.
  private static func isBeside(_ name: String) -> Bool {
    name.hasSuffix("num_batches_tracked") || name.hasPrefix(Checkpoint.prefix)
  }

  /// Tensors with the numbers of this network's layers, where theirs are others.
  private func renumbered(_ tensors: [String: Tensor]) -> [String: Tensor] {
    func number(_ name: String) -> Int? { Int(name.prefix { $0 != "." }) }
    let own = Set(state.compactMap { number($0.name) }).sorted()
    let theirs = Set(tensors.keys.compactMap(number)).sorted()
    guard own != theirs, own.count == theirs.count,
      tensors.keys.allSatisfy({ number($0) != nil })
    else { return tensors }
    let places = Dictionary(uniqueKeysWithValues: zip(theirs, own))
    var result: [String: Tensor] = [:]
    for (name, tensor) in tensors {
      guard let place = number(name).flatMap({ places[$0] }) else { continue }
      result["\(place)" + name.drop { $0 != "." }] = tensor
    }
    return result
  }
}

extension Shape {
  /// Reads what `description` writes.
  init?(text: String) {
    guard text.first == "[", text.last == "]" else { return nil }
    var sizes: [Int] = []
    for part in text.dropFirst().dropLast().split(separator: ",") {
      guard let size = Int(part.drop { $0 == " " }) else { return nil }
      sizes.append(size)
    }
    guard let shape = try? Shape(sizes) else { return nil }
    self = shape
  }
}
