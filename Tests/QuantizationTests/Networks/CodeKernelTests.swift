import Networks
import Tensors
import Testing

@testable import Quantization

/// The loops between integer layers against their scalar references.
struct CodeKernelTests {
  @Test(arguments: [1, 3, 8, 33], Requantization.allCases)
  func requantizingEqualsTheScalarReference(channels: Int, family: Requantization) throws {
    var stream = RandomStream(seed: 21, stream: UInt64(channels))
    for _ in 0..<20 {
      let multipliers = (0..<channels).map { _ in
        // Powers of two among them, where ties happen.
        switch stream.below(5) {
        case 0, 1: Float(0x1p-6)
        // So small that nothing is left, and above 1, where the whole number is shifted left.
        case 2: stream.below(2) == 0 ? Float(0x1p-33) : Float(1 + 9 * stream.uniform())
        default: Float(stream.uniform() * 0.02)
        }
      }
      let offsets = (0..<channels).map { _ in Int32(stream.below(2001) - 1000) }
      let zeroPoint = Int32(stream.below(256))
      let sums = (0..<channels * 40).map { _ in Int32(stream.below(60001) - 30000) }
      let rectified = stream.below(2) == 0
      let rule = CodeKernels.Requantizer(
        offsets: offsets, multipliers: multipliers,
        rounding: try family.rounding(multipliers, number: 1), low: rectified ? zeroPoint : 0,
        high: 255, zeroPoint: zeroPoint)
      var codes = [UInt8](repeating: 0, count: sums.count)
      CodeKernels.requantize(sums, pixels: 40, rule, &codes)
      for (index, sum) in sums.enumerated() {
        let scalar = try Requantizer(
          scale: multipliers[index % channels], zeroPoint: zeroPoint, family: family)
        let code = scalar(sum + offsets[index % channels])
        #expect(Int32(codes[index]) == (rectified ? max(code, zeroPoint) : code))
      }
    }
  }

  @Test(arguments: [Requantization.fixedPointDouble, .fixedPointSingle])
  func extremeSumsInFixedPoint(_ family: Requantization) throws {
    let scales: [Float] = [0, 0x1p-149, 0x1p-32, 1e-9, 0.25, 1, 3, 0x1p29]
    let rule = CodeKernels.Requantizer(
      offsets: [0], multipliers: [0], rounding: try family.rounding([0], number: 1), low: 0,
      high: 255, zeroPoint: 100)
    var code: [UInt8] = [7]
    CodeKernels.requantize([.max], pixels: 1, rule, &code)
    #expect(code == [100])
    for scale in scales {
      let rule = CodeKernels.Requantizer(
        offsets: [0], multipliers: [scale], rounding: try family.rounding([scale], number: 1),
        low: 0, high: 255, zeroPoint: 100)
      let scalar = try Requantizer(scale: scale, zeroPoint: 100, family: family)
      let sums: [Int32] = [.min, .min + 1, -1000, -3, -2, -1, 0, 1, 2, 3, 1000, .max]
      var codes = [UInt8](repeating: 7, count: sums.count)
      CodeKernels.requantize(sums, pixels: sums.count, rule, &codes)
      #expect(codes.map(Int32.init) == sums.map { scalar($0) }, "\(scale)")
    }
    #expect(throws: QuantizedNetworkError.scale(layer: 4, "the scales behind it")) {
      try family.rounding([0x1p30], number: 4)
    }
  }

  @Test func extremeSumsSaturate() {
    let rule = CodeKernels.Requantizer(
      offsets: [0], multipliers: [1e30], low: 0, high: 255, zeroPoint: 100)
    var codes = [UInt8](repeating: 7, count: 3)
    CodeKernels.requantize([.max, .min, 0], pixels: 3, rule, &codes)
    #expect(codes == [255, 0, 100])
  }

  @Test(arguments: [(2, 2, Padding.valid), (3, 2, .same), (2, 1, .same), (3, 3, .valid)])
  func poolingCodesEqualsPoolingReals(_ shape: (Int, Int, Padding)) throws {
    let (size, stride, padding) = shape
    var stream = RandomStream(seed: 22)
    let pool = try MaxPool2D(size, stride: stride, padding: padding)
    let codes = NetworkSamples.codes(2 * 5 * 7 * 6, from: &stream)
    let x = try Tensor(codes, shape: [2, 5, 7, 6])
    let batch = CodeBatch(
      storage: try x.storage.channelsLast(samples: 2, x.sampleShape), samples: 2,
      sample: x.sampleShape)
    let window = padding.window(
      kernel: [size, size], stride: [stride, stride], height: 7, width: 6)
    let pooled = try batch.pooled(window, output: pool.outputShape(for: x.sampleShape))
    var context = Context(.inference)
    let expected = try pool.forward(x.cast(to: .float32), &context)
    #expect(try NetworkSamples.differences(try pooled.tensor(), expected) == 0)
  }

  @Test func codesGoChannelsLastAndBack() throws {
    var stream = RandomStream(seed: 23)
    let x = try Tensor(NetworkSamples.codes(2 * 3 * 4 * 5, from: &stream), shape: [2, 3, 4, 5])
    let batch = CodeBatch(
      storage: try x.storage.channelsLast(samples: 2, x.sampleShape), samples: 2,
      sample: x.sampleShape)
    #expect(try NetworkSamples.differences(batch.tensor(), x) == 0)
    #expect(try NetworkSamples.differences(batch.flattened().tensor(), x.flatten(from: 1)) == 0)
    let stored: [UInt8] = try Tensor(
      shape: x.shape, dtype: .uint8, storage: batch.storage
    ).elements()
    #expect(try stored == x.transposed([0, 2, 3, 1]).elements())
  }
}
