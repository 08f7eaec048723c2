public import Tensors

/// Branches side by side on the same input, whose outputs are joined along an axis.
///
///     Parallel(
///       Conv2D(8, kernel: 1),
///       Sequential(Conv2D(4, kernel: 1), Conv2D(8, kernel: 3, padding: .same)))
///
/// y = concatenate(f1(x), f2(x), ...). The axis counts with that of the batch, as in PyTorch: 1 is
/// that of the channels, -1 the last. A network takes it apart into a fork, the branches and a join.
/// Source: Szegedy et al., "Going deeper with convolutions", arXiv 1409.4842.
public struct Parallel: Layer {
  public let branches: [any Layer]
  public let axis: Int

  /// Errors: fewer than two branches, the axis of the batch.
  public init(_ branches: [any Layer], axis: Int = 1) throws {
    guard branches.count >= 2 else {
      throw NetworkError.badSize("the number of branches", branches.count, minimum: 2)
    }
    guard axis != 0 else {
      throw TensorError.badArgument("branches are not joined along the axis of the batch, 0")
    }
    self.branches = branches
    self.axis = axis
  }

  /// Errors: fewer than two branches, the axis of the batch.
  public init(_ branches: any Layer..., axis: Int = 1) throws {
    try self.init(branches, axis: axis)
  }

  public var typeName: String { "Parallel" }

  public var description: String {
    "Parallel(" + branches.map(\.description).joined(separator: ", ")
      + (axis == 1 ? "" : ", axis: \(axis)") + ")"
  }

  /// The layers as a network has them.
  var unfolded: [any Layer] {
    [Fork(branches: branches.count), branches[0]]
      + branches.dropFirst().flatMap { [NextBranch(), $0] as [any Layer] } + [Join(axis: axis)]
  }

  public func outputShape(for input: Shape) throws -> Shape {
    try Sequential(unfolded).outputShape(for: input)
  }

  public func forward(_ x: Tensor, _ context: inout Context) throws -> Tensor {
    try Sequential(unfolded).forward(x, &context)
  }
}

/// Where one branch ends and the next begins, with what the fork kept.
package struct NextBranch: Layer {
  package init() {}
  package var typeName: String { "NextBranch" }
  package var description: String { "NextBranch()" }
  package func outputShape(for input: Shape) throws -> Shape { input }

  package func forward(_ x: Tensor, _ context: inout Context) throws -> Tensor {
    guard let last = context.shortcuts.indices.last else { throw OpenForks.noFork("a branch") }
    context.shortcuts[last].parts.append(x)
    return context.shortcuts[last].tensor
  }
}

/// Where branches end: their outputs along an axis.
package struct Join: Layer {
  package let axis: Int

  package init(axis: Int) { self.axis = axis }
  package var typeName: String { "Join" }
  package var description: String { axis == 1 ? "Join()" : "Join(axis: \(axis))" }
  package func outputShape(for input: Shape) throws -> Shape { input }

  package func forward(_ x: Tensor, _ context: inout Context) throws -> Tensor {
    guard let fork = context.shortcuts.popLast() else { throw OpenForks.noFork("a join") }
    try Self.check(axis, x.shape)
    return try concatenate(fork.parts + [x], axis: axis)
  }

  /// Refuses the axis of the batch, however it is written.
  private static func check(_ axis: Int, _ batch: Shape) throws {
    guard try batch.axis(axis) > 0 else {
      throw TensorError.badArgument("branches are not joined along the axis of the batch, 0")
    }
  }

  /// The shape of what is joined, without the batch axis.
  func joined(_ shapes: [Shape]) throws -> Shape {
    let batches = try shapes.map { try Shape([1] + $0.sizes) }
    let position = try batches[0].axis(axis)
    try Self.check(axis, batches[0])
    var total = 0
    for batch in batches {
      guard batch.rank == batches[0].rank,
        batch.removing(axis: position) == batches[0].removing(axis: position)
      else {
        throw TensorError.badArgument(
          "the branches of a Parallel give " + shapes.map(\.description).joined(separator: " and ")
            + ", which differ beside axis \(axis), along which they are joined")
      }
      total += batch[position]
    }
    return try Shape(Array(batches[0].replacing(axis: position, with: total).sizes.dropFirst()))
  }
}
