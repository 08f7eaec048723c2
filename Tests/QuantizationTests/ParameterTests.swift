import Tensors
import Testing

@testable import Quantization

@Suite struct ParameterTests {
  private func parameters(
    _ low: Float, _ high: Float, _ type: CodeType, _ scheme: Scheme
  ) throws -> (scale: Float, zeroPoint: Int32) {
    let all = try QuantizationParameters(
      ranges: [ValueRange(low, high)], type: type, scheme: scheme)
    return (all.scales[0], all.zeroPoints[0])
  }

  /// Worked by hand from ONNX Runtime's rule.
  @Test func affine() throws {
    #expect(try parameters(-1, 1.55, .uint8, .affine) == (0.01, 100))
    #expect(try parameters(0, 2.55, .uint8, .affine) == (0.01, 0))
    #expect(try parameters(-2.55, 0, .uint8, .affine) == (0.01, 255))
    #expect(try parameters(-1, 1.55, .int8, .affine) == (0.01, -28))
    // Widened to contain 0 on either side.
    #expect(try parameters(1, 2.55, .uint8, .affine) == (0.01, 0))
    #expect(try parameters(-2.55, -1, .uint8, .affine) == (0.01, 255))
    // Half even: 127.5 becomes 128.
    #expect(try parameters(-1, 1, .uint8, .affine) == (Float(2.0 / 255), 128))
  }

  @Test func symmetric() throws {
    #expect(try parameters(-1, 2.54, .narrowInt8, .symmetric) == (0.02, 0))
    #expect(try parameters(-2.54, 1, .narrowInt8, .symmetric) == (0.02, 0))
    #expect(try parameters(-1, 2.54, .uint8, .symmetric) == (0.02, 128))
    #expect(try parameters(-1, 1, .narrowInt8, .powerOfTwo) == (0x1p-6, 0))
    #expect(try parameters(-127, 1, .narrowInt8, .powerOfTwo) == (1, 0))
    #expect(try parameters(-127.5, 1, .narrowInt8, .powerOfTwo) == (2, 0))
    #expect(try parameters(-9, 1, .int8, .fixedPoint(fractionalBits: 5)) == (0x1p-5, 0))
  }

  @Test func zerosAndVerySmallRangesHaveScaleOne() throws {
    for scheme in [Scheme.affine, .symmetric, .powerOfTwo] {
      #expect(try parameters(0, 0, .int8, scheme) == (1, 0))
      #expect(try parameters(-0x1p-146, 0x1p-149, .int8, scheme) == (1, 0))
    }
  }

  @Test func badRangesAreErrorsThatNameTheSubject() throws {
    func error(_ ranges: [ValueRange]) -> QuantizationError? {
      #expect(throws: QuantizationError.self) {
        try QuantizationParameters(
          ranges: ranges, type: .uint8, scheme: .affine, subject: "conv2d 1")
      }
    }
    #expect(error([]) == .neverObserved(subject: "conv2d 1"))
    #expect(error([.empty]) == .neverObserved(subject: "conv2d 1"))
    let infinite = ValueRange(-1, .infinity)
    #expect(error([infinite]) == .rangeNotFinite(subject: "conv2d 1", infinite))
    #expect(error([ValueRange(.nan, .nan)])?.description.contains("conv2d 1") == true)
    let huge = ValueRange(-.greatestFiniteMagnitude, .greatestFiniteMagnitude)
    #expect(error([huge]) == .rangeTooWide(subject: "conv2d 1", huge, .uint8))
  }

  @Test func givenParametersAreChecked() throws {
    for scale in [0, -1, Float.nan, .infinity, 0x1p-149, .greatestFiniteMagnitude] {
      #expect(throws: QuantizationError.self) {
        try QuantizationParameters(scales: [scale], type: .int8)
      }
    }
    #expect(throws: QuantizationError.zeroPoint(256, .uint8)) {
      try QuantizationParameters(scales: [1], zeroPoints: [256], type: .uint8)
    }
    #expect(throws: QuantizationError.zeroPointCount(2, scales: 1)) {
      try QuantizationParameters(scales: [1], zeroPoints: [0, 0], type: .uint8)
    }
    let two = try QuantizationParameters(scales: [1, 2], type: .int8, granularity: .channel)
    let shape = try Shape([3, 4])
    #expect(throws: QuantizationError.scaleCount(2, needed: 3, .channel, shape)) {
      try quantize(zeros(3, 4), with: two)
    }
    for bits in [-101, 101, Int.max, Int.min] {
      #expect(throws: QuantizationError.fractionalBits(bits)) {
        try quantize(Tensor([1]), scheme: .fixedPoint(fractionalBits: bits))
      }
    }
  }

  @Test func partitionsCoverEachElementOnce() throws {
    let shape = try Shape([3, 4, 5])
    let cases: [(Granularity, Int, [Int])] = [
      (.tensor, 1, []), (.channel, 3, [3]), (.channel(axis: 1), 4, [4]),
      (.channel(axis: -1), 5, [5]), (.group(size: 2), 36, [3, 4, 3]),
      (.group(size: 99), 12, [3, 4, 1]), (.group(size: Int.max), 12, [3, 4, 1]),
    ]
    for (granularity, sets, scaleShape) in cases {
      let partition = try granularity.partition(of: shape)
      #expect(partition.setCount == sets)
      #expect(partition.scaleShape.sizes == scaleShape)
      var owner = [Int](repeating: -1, count: 60)
      try partition.forEachRun { start, count, set in
        for i in start..<(start + count) {
          #expect(owner[i] == -1)
          owner[i] = set
        }
      }
      for (index, set) in owner.enumerated() {
        let (i, j, k) = (index / 20, index / 5 % 4, index % 5)
        switch granularity {
        case .tensor: #expect(set == 0)
        case .channel(let axis): #expect(set == [i, j, k][axis < 0 ? axis + 3 : axis])
        case .group(let size): #expect(set == (i * 4 + j) * scaleShape[2] + k / size)
        }
      }
    }
    #expect(throws: TensorError.noSuchAxis(3, shape)) {
      try Granularity.channel(axis: 3).partition(of: shape)
    }
    #expect(throws: QuantizationError.groupSize(0)) {
      try Granularity.group(size: 0).partition(of: shape)
    }
  }
}
