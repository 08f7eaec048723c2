public import Tensors

/// All axes of a sample as one: `[N, C, H, W] -> [N, C H W]`.
public struct Flatten: Layer {
  public init() {}
  public var typeName: String { "Flatten" }
  public var description: String { "Flatten()" }

  public func outputShape(for input: Shape) throws -> Shape { try Shape([input.elementCount]) }

  public func forward(_ x: Tensor, _ context: inout Context) throws -> Tensor {
    try x.flatten(from: 1)
  }
}

/// x as it is: a branch of `Parallel` that does nothing.
public struct Identity: Layer {
  public init() {}
  public var typeName: String { "Identity" }
  public var description: String { "Identity()" }
  public func outputShape(for input: Shape) throws -> Shape { input }
  public func forward(_ x: Tensor, _ context: inout Context) throws -> Tensor { x }
}

/// max(x, 0).
public struct ReLU: Layer {
  public init() {}
  public var typeName: String { "ReLU" }
  public var description: String { "ReLU()" }
  public func outputShape(for input: Shape) throws -> Shape { input }

  public func forward(_ x: Tensor, _ context: inout Context) throws -> Tensor {
    try rectify(x)
  }
}

/// In training, sets a share of the values to 0 and scales the others so that the mean stays.
///
/// y = x m / (1 - rate), m = 0 with probability `rate`, else 1. Source: Srivastava et al., JMLR 15
/// (2014).
public struct Dropout: Layer {
  public let rate: Double

  public init(_ rate: Double = 0.5) throws {
    guard rate >= 0, rate < 1 else {
      throw NetworkError.badRate("a dropout rate is at least 0 and below 1", rate)
    }
    self.rate = rate
  }

  public var typeName: String { "Dropout" }
  public var description: String { "Dropout(\(rate))" }
  public func outputShape(for input: Shape) throws -> Shape { input }

  public func forward(_ x: Tensor, _ context: inout Context) throws -> Tensor {
    guard context.isTraining, rate > 0 else { return x }
    var stream = context.randomStream
    let draw = try Tensor.uniform(x.shape, from: &stream)
    let kept = try Tensor.compare(.greaterEqual, draw, Tensor(scalar: rate)).cast(to: .float32)
    return try x * (kept * (1 / (1 - rate)))
  }
}
