package import Networks
package import Tensors

/// The join of branches in a prepared network.
///
/// Used after training, what it gives has the codes of the layer behind it, as in the network of
/// integers: a branch may end in codes of another grid, such as those that came into the fork.
package struct QuantizedJoin: Layer, Wrapping {
  let join: Join

  init(_ join: Join) { self.join = join }

  package var wrapped: any Layer { join }
  package var typeName: String { join.typeName }
  package var description: String { join.description }
  package func outputShape(for input: Shape) throws -> Shape { input }

  package func forward(_ x: Tensor, _ context: inout Context) throws -> Tensor {
    let y = try join.forward(x, &context)
    guard context.purpose == .inference, !y.isRecorded, y.count > 0,
      let grid = try context.following.nextInput()
    else { return y }
    return try CodeBatch(quantizing: y, with: grid).reals(grid)
  }
}
