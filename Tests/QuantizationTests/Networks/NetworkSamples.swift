import Datasets
import Networks
import Tensors

@testable import Quantization

/// Networks and codes for the tests of this folder, all from seeds.
enum NetworkSamples {
  /// Codes of a type, the extreme ones often among them.
  static func codes(_ count: Int, max: Int = 255, from stream: inout RandomStream) -> [UInt8] {
    (0..<count).map { _ in
      switch stream.below(8) {
      case 0: 0
      case 1: UInt8(max)
      default: UInt8(stream.below(max + 1))
      }
    }
  }

  static func weights(_ sizes: [Int], from stream: inout RandomStream) throws -> Tensor {
    let shape = try Shape(sizes)
    let codes = (0..<shape.elementCount).map { _ in
      Int8(stream.below(8) == 0 ? (stream.below(2) == 0 ? 127 : -127) : stream.below(255) - 127)
    }
    return try Tensor(codes, shape: shape)
  }

  /// Bytes as the storage that integer layers work on.
  static func storage(_ codes: [UInt8]) throws -> Storage {
    try Tensor(codes, shape: [codes.count]).storage
  }

  static func sums(_ storage: Storage) -> [Int32] {
    withExtendedLifetime(storage) {
      Array(UnsafeBufferPointer(start: storage.sums, count: storage.byteCount / 4))
    }
  }

  /// A prepared network whose ranges are those of some data.
  static func observed(_ network: Sequential, _ x: Tensor) throws -> Sequential {
    let built = try network.built(for: x.sampleShape)
    var context = Context(.observing)
    _ = try built.forward(x, &context)
    return try built.absorbing([context.statistics])
  }

  /// A random network of convolutions, poolings and dense layers for images of a shape.
  static func network(seed: UInt64, input: Shape) throws -> Sequential {
    var stream = RandomStream(seed: seed, stream: 77)
    var layers: [any Layer] = []
    var shape = input
    func append(_ layer: any Layer) throws {
      shape = try layer.outputShape(for: shape)
      layers.append(layer)
    }
    for _ in 0...stream.below(3) {
      let groups = stream.below(3) == 0 ? shape[0] : 1
      let filters = groups * (1 + stream.below(groups == 1 ? 9 : 2))
      let kernel = 1 + stream.below(min(3, shape[1], shape[2]))
      let isSame = stream.below(2) == 0
      try append(
        Conv2D(
          filters, kernel: kernel, stride: 1 + stream.below(2), padding: isSame ? .same : .valid,
          dilation: isSame || kernel * 2 <= min(shape[1], shape[2]) ? 1 + stream.below(2) : 1,
          groups: groups, activation: stream.below(2) == 0 ? .relu : .none,
          bias: stream.below(4) != 0))
      switch stream.below(5) {
      case 0 where min(shape[1], shape[2]) > 1: try append(MaxPool2D(2))
      case 1: try append(MaxPool2D(3, stride: 2, padding: .same))
      case 2: try append(AveragePool2D(2, padding: .same))
      case 3: try append(ReLU())
      default: break
      }
    }
    try append(Flatten())
    if stream.below(2) == 0 { try append(Dense(7, activation: .relu)) }
    if stream.below(3) == 0 { try append(Dropout(0.3)) }
    try append(Dense(5, bias: stream.below(2) == 0))
    if stream.below(3) == 0 { try append(ReLU()) }
    return try Sequential(layers, seed: seed).built(for: input)
  }

  /// The article's network.
  static func article() throws -> Sequential {
    try Sequential(
      Conv2D(32, kernel: 3, activation: .relu), MaxPool2D(2),
      Conv2D(64, kernel: 3, activation: .relu), Flatten(), Dense(10), seed: 1
    ).built(for: Shape([1, 28, 28]))
  }

  /// A small network that learns digits quickly.
  static func small() throws -> Sequential {
    try Sequential(
      Conv2D(4, kernel: 3, stride: 2, activation: .relu), MaxPool2D(2), Flatten(), Dense(10),
      seed: 3)
  }

  /// Positions at which two tensors of the same shape differ.
  static func differences(_ a: Tensor, _ b: Tensor) throws -> Int {
    guard a.shape == b.shape else { return .max }
    return zip(try a.reals(), try b.reals()).reduce(0) { $0 + ($1.0 == $1.1 ? 0 : 1) }
  }
}
