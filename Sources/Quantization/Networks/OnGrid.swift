package import Networks
package import Tensors

/// A layer of a prepared network whose output is put on the grid of the layer behind it.
///
/// So it is with a join of branches, each of which may end on a grid of its own, and with an
/// Embedding, whose table holds codes in the network of integers. The numbers change where the
/// network is used after training; in training the layer behind quantizes its input anyway.
package struct OnGrid: Layer, Wrapping {
  package private(set) var wrapped: any Layer

  init(_ layer: any Layer) { wrapped = layer }

  package var typeName: String { wrapped.typeName }
  package var description: String { wrapped.description }
  package func outputShape(for input: Shape) throws -> Shape {
    try wrapped.outputShape(for: input)
  }
  package var isBuilt: Bool { wrapped.isBuilt }
  package var parameters: [Parameter] { wrapped.parameters }

  package func built(for input: Shape, seed: UInt64) throws -> any Layer {
    OnGrid(try wrapped.built(for: input, seed: seed))
  }

  package func replacingParameters(_ tensors: [Tensor]) -> any Layer {
    OnGrid(wrapped.replacingParameters(tensors))
  }

  package func forward(_ x: Tensor, _ context: inout Context) throws -> Tensor {
    let y = try wrapped.forward(x, &context)
    guard context.purpose == .inference, !y.isRecorded, y.count > 0,
      let grid = try context.following.nextInput()
    else { return y }
    return try CodeBatch(quantizing: y, with: grid).reals(grid)
  }
}
