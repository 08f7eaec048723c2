import Networks
import ReferenceKernels
import Tensors

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A network once more, in Float64, from the reference kernels.
struct ReferenceNetwork {
  private let layers: [any Layer]
  /// Values of all parameters, in the order of the network's own.
  var parameters: [Reference]
  /// What a dropout layer multiplies by, by number of the layer from 0.
  var masks: [Int: Reference] = [:]

  init(_ network: Sequential) throws {
    layers = network.layers
    parameters = try network.parameters.map { try $0.tensor.reference }
  }

  /// The output as it is used, or as it is in training.
  func forward(_ x: Reference, training: Bool = false) throws -> Reference {
    var rest = parameters[...]
    var x = x
    for (index, layer) in layers.enumerated() {
      let own = Array(rest.prefix(layer.parameters.count))
      rest = rest.dropFirst(own.count)
      x = try Self.apply(layer, own, x, training ? masks[index] : nil, training)
    }
    return x
  }

  func loss(_ x: Reference, _ labels: [Int], training: Bool = false) throws -> Double {
    try forward(x, training: training).crossEntropy(labels).elements[0]
  }

  private static func apply(
    _ layer: any Layer, _ own: [Reference], _ x: Reference, _ mask: Reference?, _ training: Bool
  ) throws -> Reference {
    switch layer {
    case let conv as Conv2D:
      let y = x.conv2d(
        own[0], own.count > 1 ? own[1] : nil,
        window(x, conv.kernel, conv.stride, conv.padding, conv.dilation),
        groups: conv.groups)
      return activated(y, conv.activation)
    case let dense as Dense:
      return activated(x.dense(own[0], own.count > 1 ? own[1] : nil), dense.activation)
    case let pool as MaxPool2D:
      return x.maxPool2d(
        [pool.size, pool.size], window(x, pool.size, pool.stride, pool.padding))
    case let pool as AveragePool2D:
      return x.averagePool2d(
        [pool.size, pool.size], window(x, pool.size, pool.stride, pool.padding))
    case is Flatten: return x.reshaped([x.sizes[0], x.sizes.dropFirst().reduce(1, *)])
    case is ReLU: return x.relu()
    case is Dropout: return mask.map { x * $0 } ?? x
    case let norm as BatchNorm:
      if training { return x.batchNorm(own[0], own[1], epsilon: norm.epsilon) }
      guard let mean = norm.runningMean, let variance = norm.runningVariance else { return x }
      let column = [own[0].count] + Array(repeating: 1, count: x.rank - 2)
      let deviation = try variance.reference.map { ($0 + norm.epsilon).squareRoot() }
      return (x - (try mean.reference.reshaped(column))) / deviation.reshaped(column)
        * own[0].reshaped(column) + own[1].reshaped(column)
    default: preconditionFailure("no reference for \(layer.typeName)")
    }
  }

  private static func activated(_ x: Reference, _ activation: Activation) -> Reference {
    switch activation {
    case .none: x
    case .relu: x.relu()
    case .tanh: x.tanh()
    case .sigmoid: x.sigmoid()
    case .gelu: x.map { $0 * 0.5 * (1 + erf($0 / 2.0.squareRoot())) }
    case .silu: x * x.sigmoid()
    case .leakyRelu: x.map { $0 > 0 ? $0 : 0.01 * $0 }
    case .elu: x.map { $0 > 0 ? $0 : exp($0) - 1 }
    case .selu: x.map { 1.0507009873554805 * ($0 > 0 ? $0 : 1.6732632423543772 * (exp($0) - 1)) }
    case .softplus: x.map { log(1 + exp($0)) }
    case .mish: x.map { $0 * tanh(log(1 + exp($0))) }
    case .hardSwish: x.map { $0 * min(max($0 + 3, 0), 6) / 6 }
    case .hardSigmoid: x.map { min(max($0 + 3, 0), 6) / 6 }
    }
  }

  private static func window(
    _ x: Reference, _ size: Int, _ stride: Int, _ padding: Padding, _ dilation: Int = 1
  ) -> ReferenceWindow {
    let (strides, dilations) = ([stride, stride], [dilation, dilation])
    return padding == .same
      ? .same(
        [x.sizes[2], x.sizes[3]], kernel: [size, size], stride: strides, dilation: dilations)
      : ReferenceWindow(stride: strides, dilation: dilations)
  }

  /// The slope of the loss along one element of one parameter, by central differences.
  func slope(
    _ x: Reference, _ labels: [Int], parameter: Int, element: Int, training: Bool
  ) throws -> Double {
    let step = 1e-5
    var (above, below) = (self, self)
    above.parameters[parameter].elements[element] += step
    below.parameters[parameter].elements[element] -= step
    return try
      (above.loss(x, labels, training: training)
      - below.loss(x, labels, training: training)) / (2 * step)
  }
}
