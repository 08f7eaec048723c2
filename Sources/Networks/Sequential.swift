public import Tensors

/// Layers one behind the other: a value.
///
///     var net = try Sequential(
///       Conv2D(32, kernel: 3, activation: .relu), MaxPool2D(2), Flatten(), Dense(10))
///     let logits = try net(images)
///
/// A network inside a network is taken apart into its layers, and so are `Residual` and `Parallel`.
public struct Sequential: Layer {
  public private(set) var layers: [any Layer]
  /// Decides the parameters a layer without a seed of its own starts with.
  public let seed: UInt64
  /// The shape of one sample, known once it is built.
  public private(set) var inputShape: Shape?
  /// Set while a gradient is taken before the parameters exist.
  package var box: ParameterBox?

  public init(_ layers: [any Layer], seed: UInt64 = 0) throws {
    self.layers = Self.flat(layers)
    guard !self.layers.isEmpty else { throw NetworkError.noLayers }
    self.seed = seed
  }

  private static func flat(_ layers: [any Layer]) -> [any Layer] {
    layers.flatMap { layer -> [any Layer] in
      switch layer {
      case let network as Sequential: network.layers
      case let residual as Residual: flat(residual.unfolded)
      case let parallel as Parallel: flat(parallel.unfolded)
      default: [layer]
      }
    }
  }

  public init(_ layers: any Layer..., seed: UInt64 = 0) throws {
    try self.init(layers, seed: seed)
  }

  public var typeName: String { "Sequential" }

  public var description: String {
    "Sequential(" + layers.map(\.description).joined(separator: ", ") + ")"
  }

  public func outputShape(for input: Shape) throws -> Shape {
    try outputShapes(for: input).last ?? input
  }

  /// The shape of what goes on behind each layer, for one sample.
  package func outputShapes(for input: Shape) throws -> [Shape] {
    var forks = OpenForks()
    var shape = input
    return try layers.enumerated().map { index, layer in
      try Self.naming(index, layer) {
        shape = try forks.pass(layer, layer.outputShape(for: shape))
        return shape
      }
    }
  }

  /// Adds the number and name of the layer to an error about shapes.
  private static func naming<R>(_ index: Int, _ layer: any Layer, _ body: () throws -> R) throws
    -> R
  {
    do {
      return try body()
    } catch let error as TensorError where error != .interrupted {
      throw NetworkError.layer(index + 1, layer.description, error.description)
    } catch let error as NetworkError {
      if case .layer = error { throw error }
      throw NetworkError.layer(index + 1, layer.description, error.description)
    }
  }

  public func built(for input: Shape, seed: UInt64) throws -> any Layer {
    try built(for: input, fallback: seed)
  }

  /// The network with parameters for samples of a shape.
  public func built(for input: Shape) throws -> Sequential {
    try built(for: input, fallback: seed)
  }

  private func built(for input: Shape, fallback: UInt64) throws -> Sequential {
    if let box { return try box.network(self, for: input) }
    if isBuilt, inputShape != nil { return self }
    var network = self
    var shape = input
    var forks = OpenForks()
    for (index, layer) in layers.enumerated() {
      try Self.naming(index, layer) {
        // One draw a layer: its start does not depend on the sizes of those before it.
        var stream = RandomStream(seed: fallback, stream: UInt64(index) + 1)
        network.layers[index] = try layer.built(for: shape, seed: stream.next())
        shape = try forks.pass(layer, layer.outputShape(for: shape))
      }
    }
    network.inputShape = input
    return network
  }

  public var isBuilt: Bool { layers.allSatisfy(\.isBuilt) }
  public var treatsSamplesAlone: Bool { layers.allSatisfy(\.treatsSamplesAlone) }
  public var runsInOrder: Bool { layers.contains(where: \.runsInOrder) }
  public var needsObservation: Bool { layers.contains(where: \.needsObservation) }

  /// Every trained tensor, named by the number and type of its layer: `1.Conv2D.weights`.
  public var parameters: [Parameter] {
    layers.enumerated().flatMap { index, layer in
      layer.parameters.map {
        Parameter("\(index + 1).\(layer.typeName).\($0.name)", $0.tensor, decay: $0.decay)
      }
    }
  }

  public var parameterCount: Int { parameters.reduce(0) { $0 + $1.tensor.count } }

  public func replacingParameters(_ tensors: [Tensor]) -> any Layer {
    withParameters(tensors)
  }

  /// The network with other values for its parameters, in the order of `parameters`.
  public func withParameters(_ tensors: [Tensor]) -> Sequential {
    var network = self
    var rest = tensors[...]
    for (index, layer) in layers.enumerated() {
      let count = layer.parameters.count
      network.layers[index] = layer.replacingParameters(Array(rest.prefix(count)))
      rest = rest.dropFirst(count)
    }
    return network
  }

  /// The network with another layer in one place.
  public func replacingLayer(_ index: Int, with layer: any Layer) -> Sequential {
    var network = self
    network.layers[index] = layer
    return network
  }

  public func forward(_ x: Tensor, _ context: inout Context) throws -> Tensor {
    guard box != nil || !isBuilt else { return try run(x, &context) }
    return try built(for: x.sampleShape).run(x, &context)
  }

  private func run(_ x: Tensor, _ context: inout Context) throws -> Tensor {
    var x = x
    var index = 0
    while index < layers.count {
      let layer = layers[index]
      context.layerIndex = index + 1
      context.following = layers[(index + 1)...]
      // max(pool(x), 0) = pool(max(x, 0)): the ReLU then has a quarter of the work.
      if index + 1 < layers.count, let pool = layers[index + 1] as? MaxPool2D,
        pool.padding == .valid, let first = layer as? any Rectifying, first.rectifies
      {
        if let y = try Self.naming(index, layer, { try first.pooled(x, pool, &context) }) {
          x = y
        } else {
          let y = try Self.naming(index, layer) { try first.linear(x, &context) }
          x = try Self.naming(index + 1, pool) { try pool.rectified(y) }
        }
        index += 2
      } else {
        x = try Self.naming(index, layer) { try layer.forward(x, &context) }
        index += 1
      }
    }
    return x
  }

  /// Applies the network to a batch as it is used after training: `[N, ...] -> [N, ...]`.
  ///
  /// A batch that takes part in no gradient is split over the cores, unless a layer must have it in
  /// order: then it goes through as a whole.
  public func callAsFunction(_ x: Tensor) throws -> Tensor {
    guard x.rank >= 1 else {
      throw NetworkError.inputRank(layer: "a network", needs: "a batch [N, ...]", got: x.shape)
    }
    let isPlain = box == nil && !x.isRecorded && !parameters.contains { $0.tensor.isRecorded }
    guard isPlain, !runsInOrder else {
      var context = Context(.inference)
      return try forward(x, &context)
    }
    let network = try built(for: x.sampleShape)
    return try Batching.map(x) { part in
      var context = Context(.inference)
      return try network.forward(part, &context)
    }
  }

  /// The network after its layers took in what the passes over a batch reported.
  package func absorbing(_ reports: [[Int: Statistic]]) throws -> Sequential {
    var network = self
    for (index, layer) in layers.enumerated() {
      let own = reports.compactMap { $0[index + 1] }
      if !own.isEmpty { network.layers[index] = try layer.absorbing(own) }
    }
    return network
  }
}

extension Tensor {
  /// The shape of one sample of a batch.
  package var sampleShape: Shape { Shape(trusted: Array(shape.sizes.dropFirst())) }
}
