public import Tensors

/// Layers with a shortcut around them: y = activation(x + f(x)).
///
///     Residual(Conv2D(16, padding: .same, activation: .relu), Conv2D(16, padding: .same))
///
/// f is the layers, one behind the other; what comes out of them has the shape of what goes in. A
/// network takes it apart into a fork, the layers, and a sum. Source: arXiv 1512.03385.
public struct Residual: Layer {
  public let layers: [any Layer]
  /// What is applied to the sum.
  public let activation: Activation

  /// Errors: no layers.
  public init(_ layers: [any Layer], activation: Activation = .relu) throws {
    guard !layers.isEmpty else { throw NetworkError.noLayers }
    self.layers = layers
    self.activation = activation
  }

  /// Errors: no layers.
  public init(_ layers: any Layer..., activation: Activation = .relu) throws {
    try self.init(layers, activation: activation)
  }

  public var typeName: String { "Residual" }

  public var description: String {
    "Residual(" + layers.map(\.description).joined(separator: ", ")
      + (activation == .relu ? "" : ", activation: .\(activation)") + ")"
  }

  /// The layers as a network has them.
  var unfolded: [any Layer] { [Fork()] + layers + [AddShortcut(activation: activation)] }

  public func outputShape(for input: Shape) throws -> Shape {
    try Sequential(unfolded).outputShape(for: input)
  }

  public func forward(_ x: Tensor, _ context: inout Context) throws -> Tensor {
    try Sequential(unfolded).forward(x, &context)
  }
}

/// Where a shortcut or branches begin: x is kept, and goes on.
package struct Fork: Layer {
  /// How many ways x goes; that around the layers of a Residual is none of its own.
  package let branches: Int

  package init(branches: Int = 1) { self.branches = branches }
  package var typeName: String { "Fork" }
  package var description: String { "Fork()" }
  package func outputShape(for input: Shape) throws -> Shape { input }

  package func forward(_ x: Tensor, _ context: inout Context) throws -> Tensor {
    context.shortcuts.append(Shortcut(tensor: x, following: context.following))
    return x
  }
}

/// Where a shortcut ends: activation(x + what was kept).
package struct AddShortcut: Layer {
  package let activation: Activation

  package init(activation: Activation) { self.activation = activation }
  package var typeName: String { "Add" }
  package var description: String {
    "Add(" + (activation == .none ? "" : "activation: .\(activation)") + ")"
  }
  package func outputShape(for input: Shape) throws -> Shape { input }

  package func forward(_ x: Tensor, _ context: inout Context) throws -> Tensor {
    guard let shortcut = context.shortcuts.popLast() else {
      throw OpenForks.noFork("a sum")
    }
    return try activation.apply(x + shortcut.tensor)
  }
}

/// What a fork keeps: the tensor, and the layers behind the fork.
package struct Shortcut: Sendable {
  package var tensor: Tensor
  package let following: ArraySlice<any Layer>
  /// The outputs of the branches that are done.
  var parts: [Tensor] = []
}

/// A layer around another one.
package protocol Wrapping: Layer {
  var wrapped: any Layer { get }
}

extension Layer {
  /// The layer itself, without one around it.
  package var unwrapped: any Layer { (self as? any Wrapping)?.wrapped ?? self }
}

/// The shapes that the open forks of a network keep.
struct OpenForks {
  private struct Open {
    let shape: Shape
    var parts: [Shape] = []
  }

  private var open: [Open] = []

  static func noFork(_ what: String) -> TensorError {
    .badArgument("\(what) needs the fork that it ends")
  }

  /// Follows a layer that gives a shape, and returns the shape that goes on; throws where what
  /// meets behind the fork does not fit.
  mutating func pass(_ layer: any Layer, _ shape: Shape) throws -> Shape {
    switch layer.unwrapped {
    case is Fork: open.append(Open(shape: shape))
    case is NextBranch:
      guard let last = open.indices.last else { throw Self.noFork("a branch") }
      open[last].parts.append(shape)
      return open[last].shape
    case let join as Join:
      guard let fork = open.popLast() else { throw Self.noFork("a join") }
      return try join.joined(fork.parts + [shape])
    case is AddShortcut:
      guard let kept = open.popLast()?.shape else { throw Self.noFork("a sum") }
      guard kept == shape else {
        throw TensorError.badArgument(
          "the layers of a Residual give \(shape), but \(kept) goes into them; both are added, "
            + "so they must be the same")
      }
    default: break
    }
    return shape
  }
}
