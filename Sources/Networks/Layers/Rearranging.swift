public import Tensors

/// The two axes of a sample in the other order: `[N, A, B] -> [N, B, A]`.
///
///     Sequential(Embedding(256, size: 16), Transpose(), Conv1D(32), GlobalAveragePool1D(), Dense(2))
///
/// Recurrent layers and attention take steps first, `[N, T, C]`; convolutions channels first.
public struct Transpose: Layer {
  public init() {}
  public var typeName: String { "Transpose" }
  public var description: String { "Transpose()" }

  public func outputShape(for input: Shape) throws -> Shape {
    guard input.rank == 2 else {
      throw NetworkError.inputRank(layer: typeName, needs: "two axes", got: input)
    }
    return try Shape([input[1], input[0]])
  }

  public func forward(_ x: Tensor, _ context: inout Context) throws -> Tensor {
    _ = try outputShape(for: x.sampleShape)
    return try x.transposed(0, 2, 1)
  }
}

/// The elements of a sample in another shape, in the same order: `[N, ...] -> [N, sizes...]`.
///
///     Sequential(Reshape(28, 28), GRU(32), Dense(10))    // the rows of an image as steps
public struct Reshape: Layer {
  public let sizes: [Int]

  /// Errors: no sizes, a size below 1.
  public init(_ sizes: [Int]) throws {
    guard !sizes.isEmpty else {
      throw TensorError.badArgument("a Reshape needs the sizes of a sample")
    }
    for size in sizes where size < 1 {
      throw NetworkError.badSize("a size of a sample", size, minimum: 1)
    }
    // One axis is that of the batch.
    _ = try Shape([1] + sizes)
    self.sizes = sizes
  }

  public init(_ sizes: Int...) throws { try self.init(sizes) }

  public var typeName: String { "Reshape" }
  public var description: String {
    "Reshape(" + sizes.map(String.init).joined(separator: ", ") + ")"
  }

  public func outputShape(for input: Shape) throws -> Shape {
    let output = try Shape(sizes)
    guard output.elementCount == input.elementCount else {
      throw TensorError.cannotReshape(input, sizes)
    }
    return output
  }

  public func forward(_ x: Tensor, _ context: inout Context) throws -> Tensor {
    _ = try outputShape(for: x.sampleShape)
    return try x.reshape([x.shape[0]] + sizes)
  }
}
