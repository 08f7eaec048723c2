public import Tensors

/// A layer without parameters that is a function: y = f(x), for a batch `[N, ...]`.
///
///     Lambda("swish") { x in try x * sigmoid(x) }
///
/// f gives a sample for each that it takes. Its gradient is that of the operations in it. Errors: those
/// of f, and an output that has not N samples.
public struct Lambda: Layer {
  /// What it is called in tables and errors.
  public let name: String
  /// Whether f may be called only on the thread that uses the network.
  ///
  /// It then has each batch as a whole, else in parts, and must treat each sample on its own.
  public let runsInOrder: Bool
  private let body: @Sendable (Tensor) throws -> Tensor

  public init(
    _ name: String, inOrder: Bool = false, _ body: @escaping @Sendable (Tensor) throws -> Tensor
  ) {
    self.name = name
    runsInOrder = inOrder
    self.body = body
  }

  public var typeName: String { "Lambda" }
  public var description: String { name }
  public var treatsSamplesAlone: Bool { !runsInOrder }

  /// Found by trying f on one sample of zeros.
  public func outputShape(for input: Shape) throws -> Shape {
    try apply(Tensor(repeating: 0, shape: Shape([1] + input.sizes))).sampleShape
  }

  public func forward(_ x: Tensor, _ context: inout Context) throws -> Tensor { try apply(x) }

  private func apply(_ x: Tensor) throws -> Tensor {
    let y = try body(x)
    guard y.rank > 0, y.shape[0] == x.shape[0] else {
      throw TensorError.badArgument(
        "a function in a network gives a sample for each of the \(x.shape[0]) that it takes, "
          + "not a tensor of shape \(y.shape)")
    }
    return y
  }
}
