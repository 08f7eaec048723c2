// Random integer layers with what they give, for another library to compute again.
//
//     integer-cases [count] > cases.json
//
// Read by Benchmarks/peers/onnx_integers.py.

import Networks
import Quantization
import Tensors

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// One layer with its input and output.
struct IntegerCase: Codable {
  /// The operator of ONNX.
  var kind: String
  /// What the table calls it.
  var name: String
  var inputShape: [Int]
  /// Codes, or real numbers where they are quantized.
  var input: [Double]
  var inputScale: [Float] = []
  var inputZeroPoint: [Int32] = []
  var weightShape: [Int] = []
  var weights: [Int32] = []
  var weightScales: [Float] = []
  var bias: [Int32]?
  var outputScale: [Float] = []
  var outputZeroPoint: [Int32] = []
  var outputShape: [Int] = []
  /// Codes, or real numbers where they are dequantized.
  var output: [Double]
  /// The type of codes: `uint8`.
  var type = ""
  /// The axis that has a scale for each position; -1 for one scale.
  var axis = -1
  var stride = 1
  var padding = "valid"
  var dilation = 1
  var groups = 1
}

@main
struct IntegerCases {
  static func main() {
    do {
      let count = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 40
      var cases: [IntegerCase] = []
      for number in 0..<max(count, 1) {
        cases.append(try convolution(number))
        cases.append(try matrix(number))
        cases += try grids(number)
      }
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys]
      print(String(decoding: try encoder.encode(cases), as: UTF8.self))
    } catch {
      print("error: \(error)")
      exit(1)
    }
  }

  /// A convolution between two grids that fit its input and its output.
  static func convolution(_ number: Int) throws -> IntegerCase {
    var stream = RandomStream(seed: UInt64(number), stream: 1)
    let groups = [1, 1, 1, 2, 4][stream.below(5)]
    let (channels, filters) = (groups * (1 + stream.below(9)), groups * (1 + stream.below(9)))
    let (height, width) = (5 + stream.below(8), 5 + stream.below(8))
    let (kernel, stride) = (1 + stream.below(4), 1 + stream.below(2))
    let padding: Padding = stream.below(2) == 0 ? .same : .valid
    let dilation = kernel * 2 <= min(height, width) ? 1 + stream.below(2) : 1
    let x = try randn(3, channels, height, width, seed: UInt64(number)) + 0.4
    let relu = stream.below(2) == 0
    let convolution = try Conv2D(
      filters, kernel: kernel, stride: stride, padding: padding, dilation: dilation, groups: groups,
      activation: relu ? .relu : .none, bias: stream.below(4) > 0, seed: UInt64(number))
    let bits = [8, 8, 6, 4, 2][stream.below(5)]
    var result = try layer("QLinearConv", convolution, x, bits: bits, Flatten())
    result.name = "\(bits)-bit weights\(relu ? ", ReLU" : "")\(groups > 1 ? ", groups" : "")"
    result.stride = stride
    result.padding = padding.rawValue
    result.dilation = dilation
    result.groups = groups
    return result
  }

  /// A product with a matrix, without a bias, as the operator has none.
  static func matrix(_ number: Int) throws -> IntegerCase {
    var stream = RandomStream(seed: UInt64(number), stream: 2)
    let (features, outputs) = (1 + stream.below(300), 1 + stream.below(40))
    let x = try randn(1 + stream.below(9), features, seed: UInt64(number))
    let bits = [8, 8, 6, 4, 2][stream.below(5)]
    var result = try layer(
      "QLinearMatMul", Dense(outputs, bias: false, seed: UInt64(number)), x, bits: bits, nil)
    result.name = "\(bits)-bit weights"
    return result
  }

  /// What a layer computes in a network of integers, where a layer behind it takes its codes.
  static func layer(
    _ kind: String, _ layer: some Layer, _ x: Tensor, bits: Int, _ between: (any Layer)?
  ) throws -> IntegerCase {
    let layers: [any Layer] = [layer] + (between.map { [$0] } ?? []) + [try Dense(2)]
    let built = try Sequential(layers).built(for: x.sampleShape)
    let integers = try convert(observing(prepare(built, weights: bits), x))
    let codes = try integers.trace(x)
    let own = integers.layers[0]
    guard let weights = own.weights, let input = own.input, let output = own.codes else {
      throw QuantizedNetworkError.nothingToQuantize
    }
    return IntegerCase(
      kind: kind, name: "", inputShape: codes[0].shape.sizes, input: try codes[0].reals(),
      inputScale: input.scales, inputZeroPoint: input.zeroPoints,
      weightShape: weights.shape.sizes, weights: try weights.codes.elements(as: Int32.self),
      weightScales: weights.parameters.scales, bias: try own.bias?.elements(as: Int32.self),
      outputScale: output.scales, outputZeroPoint: output.zeroPoints,
      outputShape: [x.shape[0]] + own.output.sizes, output: try codes[1].reals())
  }

  /// The network after its layers saw the input.
  static func observing(_ network: Sequential, _ x: Tensor) throws -> Sequential {
    var context = Context(.observing)
    _ = try network.forward(x, &context)
    return try network.absorbing([context.statistics])
  }

  /// Quantizing real numbers and taking the codes back, per tensor and per channel.
  static func grids(_ number: Int) throws -> [IntegerCase] {
    var stream = RandomStream(seed: UInt64(number), stream: 3)
    let signed = stream.below(2) == 0
    let bits = [8, 8, 8, 16, 4][stream.below(5)]
    let axis = stream.below(3) - 1
    let granularity: Granularity = axis < 0 ? .tensor : .channel(axis: axis)
    // Numbers on ties and far outside among them.
    let values = (0..<120).map { _ -> Float in
      switch stream.below(8) {
      case 0: Float(stream.below(400) - 200) * 0.125
      case 1: Float(stream.uniform() * 1e4 - 5e3)
      default: Float(stream.uniform() * 8 - 3)
      }
    }
    let x = try Tensor(values, shape: [6, 20])
    let type = try CodeType(bits: bits, isSigned: signed)
    let sets = axis < 0 ? 1 : [6, 20][axis]
    let parameters = try QuantizationParameters(
      scales: (0..<sets).map { _ in stream.below(2) == 0 ? 0.25 : Float(stream.uniform() + 0.01) },
      zeroPoints: (0..<sets).map { _ in
        Int32(stream.below(Int(type.qmax - type.qmin) + 1)) + type.qmin
      }, type: type, granularity: granularity)
    let q = try quantize(x, with: parameters)
    let name = "\(type), \(granularity == .tensor ? "per tensor" : "per channel")"
    let there = IntegerCase(
      kind: "QuantizeLinear", name: name, inputShape: [6, 20], input: values.map(Double.init),
      inputScale: parameters.scales, inputZeroPoint: parameters.zeroPoints, outputShape: [6, 20],
      output: try q.codes.reals(), type: type.description, axis: axis)
    var back = there
    back.kind = "DequantizeLinear"
    (back.input, back.output) = (try q.codes.reals(), try q.dequantized().reals())
    return [there, back]
  }
}
