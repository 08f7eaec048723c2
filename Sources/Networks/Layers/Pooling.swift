public import Tensors

/// The largest value of each window: `[N, C, H, W] -> [N, C, H', W']`.
public struct MaxPool2D: Layer {
  public let size: Int
  public let stride: Int
  public let padding: Padding

  public init(_ size: Int = 2, stride: Int? = nil, padding: Padding = .valid) throws {
    (self.size, self.stride) = try poolSizes(size, stride)
    self.padding = padding
  }

  public var typeName: String { "MaxPool2D" }
  public var description: String { poolDescription(typeName, size, stride, padding) }

  public func outputShape(for input: Shape) throws -> Shape {
    try poolShape(typeName, input, size, stride, padding)
  }

  public func forward(_ x: Tensor, _ context: inout Context) throws -> Tensor {
    try pool2d(.max, x, size: [size, size], stride: [stride, stride], padding: padding)
  }

  /// The pooling with a ReLU behind it.
  package func rectified(_ x: Tensor) throws -> Tensor {
    try pool2d(
      .max, x, size: [size, size], stride: [stride, stride], padding: padding, rectifying: true)
  }
}

/// The mean of each window: `[N, C, H, W] -> [N, C, H', W']`; padding counts as zeros.
public struct AveragePool2D: Layer {
  public let size: Int
  public let stride: Int
  public let padding: Padding

  public init(_ size: Int = 2, stride: Int? = nil, padding: Padding = .valid) throws {
    (self.size, self.stride) = try poolSizes(size, stride)
    self.padding = padding
  }

  public var typeName: String { "AveragePool2D" }
  public var description: String { poolDescription(typeName, size, stride, padding) }

  public func outputShape(for input: Shape) throws -> Shape {
    try poolShape(typeName, input, size, stride, padding)
  }

  public func forward(_ x: Tensor, _ context: inout Context) throws -> Tensor {
    try pool2d(.average, x, size: [size, size], stride: [stride, stride], padding: padding)
  }
}

/// The mean of each channel: `[N, C, H, W] -> [N, C]`.
public struct GlobalAveragePool2D: Layer {
  public init() {}
  public var typeName: String { "GlobalAveragePool2D" }
  public var description: String { "GlobalAveragePool2D()" }

  public func outputShape(for input: Shape) throws -> Shape {
    guard input.rank == 3 else {
      throw NetworkError.inputRank(
        layer: typeName, needs: "images [channels, height, width]", got: input)
    }
    // An image without pixels has no mean.
    for (what, size) in [("the height of an image", input[1]), ("the width of an image", input[2])]
    {
      guard size > 0 else { throw NetworkError.badSize(what, size, minimum: 1) }
    }
    return try Shape([input[0]])
  }

  public func forward(_ x: Tensor, _ context: inout Context) throws -> Tensor {
    _ = try outputShape(for: x.sampleShape)
    let size = [x.shape[2], x.shape[3]]
    return try pool2d(.average, x, size: size, stride: size, padding: .valid).flatten(from: 1)
  }
}

/// The mean of each channel over all steps: `[N, C, L] -> [N, C]`.
public struct GlobalAveragePool1D: Layer {
  public init() {}
  public var typeName: String { "GlobalAveragePool1D" }
  public var description: String { "GlobalAveragePool1D()" }

  public func outputShape(for input: Shape) throws -> Shape {
    guard input.rank == 2 else {
      throw NetworkError.inputRank(layer: typeName, needs: "courses [channels, length]", got: input)
    }
    guard input[1] > 0 else {
      throw NetworkError.badSize("the length of a course", input[1], minimum: 1)
    }
    return try Shape([input[0]])
  }

  public func forward(_ x: Tensor, _ context: inout Context) throws -> Tensor {
    _ = try outputShape(for: x.sampleShape)
    return try x.mean(axis: 2)
  }
}

private func poolSizes(_ size: Int, _ stride: Int?) throws -> (Int, Int) {
  try checkSide("a pooling window", size)
  let stride = stride ?? size
  try checkSide("a stride", stride)
  return (size, stride)
}

private func poolDescription(
  _ name: String, _ size: Int, _ stride: Int, _ padding: Padding
) -> String {
  name + "(\(size)" + (stride == size ? "" : ", stride: \(stride)")
    + (padding == .valid ? "" : ", padding: .\(padding)") + ")"
}

private func poolShape(
  _ name: String, _ input: Shape, _ size: Int, _ stride: Int, _ padding: Padding
) throws -> Shape {
  guard input.rank == 3 else {
    throw NetworkError.inputRank(
      layer: name, needs: "images [channels, height, width]", got: input)
  }
  let window = padding.window(
    kernel: [size, size], stride: [stride, stride], height: input[1], width: input[2])
  return try Shape([
    input[0], window.outputSize(input[1], axis: 0, of: input),
    window.outputSize(input[2], axis: 1, of: input),
  ])
}
