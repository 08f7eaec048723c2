import Networks
import Tensors
import Testing

@testable import Quantization

/// Layers of whole numbers against the definition acc = sum((qa - za) qw) + bias.
struct IntegerProductTests {
  @Test(arguments: IntegerEngineTests.cases)
  func accumulatorsOfAConvolution(_ c: IntegerEngineTests.Case) throws {
    var stream = RandomStream(seed: 31, stream: UInt64(c.kernel))
    let (shape, sizes) = try IntegerEngineTests.sizes(c)
    let reals = try Samples.normal(shape.sizes, seed: 32)
    let bias = try Samples.normal([c.filters], seed: 33)
    let layer = try QuantizedLayer(
      Conv2D(
        weights: reals, bias: bias, stride: c.stride, padding: c.padding, dilation: c.dilation,
        groups: c.groups))
    let zeroPoint = Int32(stream.below(256))
    let input = try QuantizationParameters(scales: [0.02], zeroPoints: [zeroPoint], type: .uint8)
    let product = try IntegerProduct(
      layer, input: input, number: 1, sample: Shape([c.channels, c.height, c.width]))
    let codes = NetworkSamples.codes(2 * c.channels * c.height * c.width, from: &stream)
    let batch = CodeBatch(
      storage: try NetworkSamples.storage(codes), samples: 2,
      sample: try Shape([c.channels, c.height, c.width]))
    let sums = try product.sums(batch).accumulators(product)

    var expected = [Int32](repeating: 0, count: sizes.output.reduce(1, *))
    let weights = try quantize(reals, bits: 8, per: .channel)
    try weights.codes.withElements(Int8.self) { w in
      let base = try #require(w.baseAddress)
      IntegerReference.convolve(codes, base, zeroPoint: zeroPoint, sizes: sizes, &expected)
    }
    let offsets: [Float] = try bias.elements()
    for index in expected.indices {
      let filter = index % c.filters
      let unit = Double(Float(0.02)) * Double(weights.parameters.scales[filter])
      expected[index] += Int32((Double(offsets[filter]) / unit).rounded(.toNearestOrEven))
    }
    let output = sizes.output
    let actual: [Int32] = try sums.transposed([0, 2, 3, 1]).elements()
    #expect(actual == expected, "\(output)")
  }

  /// A filter that has died: its scale is widened so that the bias fits.
  @Test func aBiasFarAboveItsWeights() throws {
    let weights = try Tensor([[1e-30, -2e-30], [0.5, 0.25]])
    let layer = try QuantizedLayer(Dense(weights: weights, bias: Tensor([3, -1])))
    let input = try QuantizationParameters(scales: [0.01], zeroPoints: [0], type: .uint8)
    let product = try IntegerProduct(layer, input: input, number: 1, sample: Shape([2]))
    let x = try Tensor([[1, 2], [0, 0.5]])
    let y: [Float] = try product.sums(CodeBatch(quantizing: x, with: input)).reals(product)
      .elements()
    for (actual, expected) in zip(y, [3, 0, 3, -0.875] as [Float]) {
      #expect(abs(actual - expected) < 0.01)
    }
  }

  @Test func aSumThatCouldOverflowIsRefused() throws {
    let features = 70_000
    let layer = try QuantizedLayer(
      Dense(weights: full([1, features], 1), bias: nil), inputRange: ValueRange(0, 1))
    let network = try Sequential([layer]).built(for: Shape([features]))
    // 70,000 * 127 * 255, above 2^31 - 1.
    #expect(
      throws: QuantizedNetworkError.accumulator(
        layer: 1, "Dense(1, bias: false)", bound: 2_266_950_000)
    ) { try convert(network) }
    #expect(throws: QuantizedNetworkError.self) { try network(zeros(1, features)) }
    // With fewer bits it fits.
    let fits = try convert(prepare(network, weights: 7))
    #expect(fits.byteCount == 70_000 * 7 / 8 + 4)
  }

  /// The article's network cannot overflow: 288 and 7,744 products of 255 and 127 at most.
  @Test func theArticlesNetworkIsFarFromOverflow() throws {
    for (features, bound) in [(288, 9_326_880), (7744, 250_789_440)] {
      let layer = try QuantizedLayer(
        Dense(weights: full([1, features], 1), bias: nil), inputRange: ValueRange(0, 1))
      let input = try #require(try layer.inputParameters)
      let product = try IntegerProduct(
        layer, input: input, number: 1, sample: Shape([features]))
      let sums = try product.sums(CodeBatch(quantizing: full([1, features], 1), with: input))
      #expect(NetworkSamples.sums(sums.storage) == [Int32(bound)])
    }
  }

  @Test func averagesCountPaddingAsZeros() throws {
    let input = try QuantizationParameters(scales: [0.5], zeroPoints: [10], type: .uint8)
    let layer = try QuantizedLayer(AveragePool2D(2, stride: 1, padding: .same))
    let product = try IntegerProduct(layer, input: input, number: 1, sample: Shape([1, 2, 2]))
    let x = try Tensor([1, 2, 3, 5] as [Float], shape: [1, 1, 2, 2])
    let y = try product.sums(CodeBatch(quantizing: x, with: input)).reals(product)
    // 11 / 4, (2 + 5) / 4, (3 + 5) / 4, 5 / 4
    #expect(try y.elements() == [2.75, 1.75, 2, 1.25] as [Float])
  }
}
