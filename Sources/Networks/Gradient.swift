import Synchronization
public import Tensors

/// The gradient of a network: a tensor for each of its parameters, in their order.
public struct Gradient: Sendable {
  public let tensors: [Tensor]
  public let names: [String]
  /// The shape of one sample, with which a network that had no parameters was built.
  package let inputShape: Shape?

  package init(tensors: [Tensor], names: [String], inputShape: Shape?) {
    self.tensors = tensors
    self.names = names
    self.inputShape = inputShape
  }

  /// sqrt of the sum of all squares.
  public func norm() throws -> Double {
    try tensors.reduce(0) { total, tensor in
      try total + square(tensor).sum().item()
    }.squareRoot()
  }
}

/// Builds a network whose parameters do not exist yet on its first input, on a tape.
package final class ParameterBox: @unchecked Sendable {
  private let tape: Tape
  private(set) var network: Sequential?

  init(tape: Tape) { self.tape = tape }

  func network(_ blueprint: Sequential, for sample: Shape) throws -> Sequential {
    if let network { return network }
    var plain = blueprint
    plain.box = nil
    let built = try plain.built(for: sample)
    let watched = built.withParameters(built.parameters.map { tape.watch($0.tensor) })
    network = watched
    return watched
  }
}

/// The value of a loss at a network, and the gradient with respect to its parameters.
///
///     let (loss, gradient) = try valueWithGradient(at: net) { net in
///       try crossEntropy(net(x), y)
///     }
public func valueWithGradient(
  at network: Sequential, of loss: (Sequential) throws -> Tensor
) throws -> (value: Tensor, gradient: Gradient) {
  let tape = Tape()
  defer { tape.close() }
  var watched = network
  let box = ParameterBox(tape: tape)
  if network.isBuilt {
    watched = network.withParameters(network.parameters.map { tape.watch($0.tensor) })
  } else {
    watched.box = box
  }
  let value = try loss(watched)
  guard value.count == 1, value.dtype == .float32 else {
    throw TensorError.badArgument(
      "a gradient needs a loss that is one real number, not \(value.dtype) of shape \(value.shape)")
  }
  try tape.checkDependence(of: value)
  let used = box.network ?? watched
  let parameters = used.parameters
  let gradients = try tape.gradients(
    of: value, seed: Tensor(repeating: 1, shape: value.shape),
    withRespectTo: parameters.map(\.tensor))
  return (
    value.detached(),
    Gradient(
      tensors: try zip(gradients, parameters).map { gradient, parameter in
        try gradient?.plain() ?? Tensor(repeating: 0, shape: parameter.tensor.shape)
      }, names: parameters.map(\.name), inputShape: used.inputShape)
  )
}
