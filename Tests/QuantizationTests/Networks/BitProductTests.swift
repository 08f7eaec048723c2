import Networks
import Tensors
import Testing

@testable import Quantization

/// Products of single bits by XOR and counting: every way against the scalar reference.
struct BitProductTests {
  private func bits(_ count: Int, _ stream: inout RandomStream) -> [UInt8] {
    (0..<count).map { _ in UInt8(stream.below(2)) }
  }

  private func signs(_ shape: Shape, _ stream: inout RandomStream) throws -> Tensor {
    try Tensor(
      (0..<shape.elementCount).map { _ in Int8(stream.below(2) * 2 - 1) }, shape: shape)
  }

  @Test(arguments: IntegerEngineTests.cases.indices)
  func convolutions(_ index: Int) throws {
    let one = IntegerEngineTests.cases[index]
    // Counts of channels below, at and above whole words.
    let channels = [1, 3, 31, 32, 33, 64, 65][index % 7]
    let c = IntegerEngineTests.Case(
      channels: channels, filters: one.filters + (index % 3) * 8, groups: 1, kernel: one.kernel,
      stride: one.stride, dilation: one.dilation, padding: one.padding, height: one.height,
      width: one.width)
    var stream = RandomStream(seed: 12, stream: UInt64(index))
    let (shape, sizes) = try IntegerEngineTests.sizes(c)
    let weights = try signs(shape, &stream)
    let codes = try NetworkSamples.storage(
      bits(2 * channels * c.height * c.width, &stream))
    let expected = NetworkSamples.sums(
      try IntegerEngine.convolve(codes, weights, sizes: sizes, path: .reference))
    #expect(expected.contains { $0 != 0 })
    var packed = try BitWeights(weights)
    for way in BitWeights.Way.available {
      packed.way = way
      #expect(
        try NetworkSamples.sums(packed.convolve(codes, sizes: sizes)) == expected, "\(way)")
    }
  }

  @Test(arguments: [(1, 1, 1), (5, 31, 3), (4, 32, 16), (3, 33, 17), (9, 700, 10), (2, 64, 40)])
  func matrices(_ samples: Int, _ features: Int, _ outputs: Int) throws {
    var stream = RandomStream(seed: 13, stream: UInt64(features))
    let weights = try signs(Shape([outputs, features]), &stream)
    let codes = try NetworkSamples.storage(bits(samples * features, &stream))
    let expected = NetworkSamples.sums(
      try IntegerEngine.multiply(codes, weights, samples: samples, path: .reference))
    var packed = try BitWeights(weights)
    for way in BitWeights.Way.available {
      packed.way = way
      let sums = try packed.multiply(codes, samples: samples, features: features)
      #expect(NetworkSamples.sums(sums) == expected, "\(way)")
    }
  }

  /// A network of single bits takes this path, and gives what the int8 kernels give.
  @Test(arguments: [QuantizationMethod.binary, .lsq, .dorefa, .straightThrough])
  func networks(_ method: QuantizationMethod) throws {
    let x = try Samples.normal([4, 3, 9, 9], seed: 7)
    let net = try NetworkSamples.observed(
      prepare(
        Sequential(
          Conv2D(5, kernel: 3, activation: .relu),
          Conv2D(6, kernel: 3, padding: .same, activation: .relu),
          MaxPool2D(2), Flatten(), Dense(7, activation: .relu), Dense(4), seed: 4
        ).built(for: x.sampleShape),
        weights: 1, activations: 1, method: method, firstAndLast: 1, inputBits: 8), x)
    let products = try convert(net).steps.compactMap { step in
      if case .product(let product, _) = step { product } else { nil }
    }
    var usesBits = 0
    for product in products {
      switch product.operation {
      case .convolution(var convolution):
        usesBits += convolution.bits == nil ? 0 : 1
        var stream = RandomStream(seed: 3)
        let channels = convolution.weights.shape[1]
        let codes = CodeBatch(
          storage: try NetworkSamples.storage(bits(2 * channels * 49, &stream)), samples: 2,
          sample: try Shape([channels, 7, 7]))
        let fast = try convolution.sums(codes, zeroPoint: 0)
        convolution.bits = nil
        let plain = try convolution.sums(codes, zeroPoint: 0)
        #expect(NetworkSamples.sums(fast.storage) == NetworkSamples.sums(plain.storage))
      case .dense(let dense): usesBits += dense.bits == nil ? 0 : 1
      case .averagePool: break
      }
    }
    // All but the first, whose input has 8 bits; the last is none of the steps.
    #expect(usesBits == 2)
    #expect(try NetworkSamples.differences(convert(net)(x), net(x)) == 0)
  }
}
