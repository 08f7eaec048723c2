public import Tensors

/// A trained vector for each of some numbers: `[N, ...] -> [N, ..., size]`.
///
///     Embedding(256, size: 16)    // a vector for each byte of a text
///
/// y[n, i] = weights[x[n, i]], weights `[count, size]`. The input holds whole numbers from 0 to
/// count - 1. Weights start from the normal distribution N(0, 1) as in PyTorch.
public struct Embedding: Layer {
  public let count: Int
  public let size: Int
  public let seed: UInt64?
  public private(set) var weights: Tensor?

  public init(_ count: Int, size: Int, seed: UInt64? = nil) throws {
    for (what, number) in [("the count of an embedding", count), ("the size of a vector", size)]
    where number < 1 {
      throw NetworkError.badSize(what, number, minimum: 1)
    }
    _ = try Shape([count, size])
    self.count = count
    self.size = size
    self.seed = seed
  }

  public var typeName: String { "Embedding" }
  public var description: String { "Embedding(\(count), size: \(size))" }

  public func outputShape(for input: Shape) throws -> Shape { try Shape(input.sizes + [size]) }

  public func built(for input: Shape, seed: UInt64) throws -> any Layer {
    guard weights == nil else { return self }
    var layer = self
    var stream = RandomStream(seed: self.seed ?? seed, stream: 0x7765_6967_6874)
    layer.weights = try Tensor.normal(Shape([count, size]), from: &stream)
    return layer
  }

  public var isBuilt: Bool { weights != nil }
  public var parameters: [Parameter] { weights.map { [Parameter("weights", $0)] } ?? [] }

  public func replacingParameters(_ tensors: [Tensor]) -> any Layer {
    var layer = self
    layer.weights = tensors.first
    return layer
  }

  public func forward(_ x: Tensor, _ context: inout Context) throws -> Tensor {
    guard let weights else { throw NetworkError.notBuilt(description) }
    return try weights.rows(at: positions(x)).reshape(x.shape.sizes + [size])
  }

  /// The row of the table for each number.
  ///
  /// Errors: what is not a whole number from 0 to count - 1.
  package func positions(_ x: Tensor) throws -> [Int] {
    let numbers = try x.detached().reals()
    for number in numbers where number.rounded() != number {
      throw TensorError.badArgument(
        "an embedding takes whole numbers, not \(TensorFormat.number(number))")
    }
    for number in numbers where number < 0 || number >= Double(count) {
      throw TensorError.badArgument(
        "\(TensorFormat.number(number)) has no vector: an embedding of \(count) takes 0 to "
          + "\(count - 1)")
    }
    return numbers.map { Int($0) }
  }
}
