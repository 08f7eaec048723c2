import Networks
import Tensors
import Testing

@testable import Quantization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Sums of codes: every fast path against the scalar reference, and that against float32.
struct IntegerEngineTests {
  /// A convolution to try.
  struct Case: Sendable, CustomTestStringConvertible {
    let channels, filters, groups, kernel, stride, dilation: Int
    let padding: Padding
    let height, width: Int
    var testDescription: String {
      "\(channels) to \(filters) in \(groups), \(kernel) by \(stride) \(padding) dilated \(dilation), "
        + "\(height) x \(width)"
    }
  }

  static let cases: [Case] = {
    var stream = RandomStream(seed: 5)
    return (0..<24).map { number in
      let groups = 1 + stream.below(3)
      return Case(
        channels: groups * (1 + stream.below(number % 2 == 0 ? 4 : 17)),
        filters: groups * (1 + stream.below(9)), groups: groups, kernel: 1 + stream.below(4),
        stride: 1 + stream.below(3), dilation: 1 + number % 2,
        padding: number % 3 == 0 ? .same : .valid, height: 7 + stream.below(4),
        width: 7 + stream.below(4))
    }
  }()

  static func sizes(_ c: Case, samples: Int = 2) throws -> (Shape, ConvolutionSizes) {
    let weights = try Shape([c.filters, c.channels / c.groups, c.kernel, c.kernel])
    let window = c.padding.window(
      kernel: [c.kernel, c.kernel], stride: [c.stride, c.stride],
      dilation: [c.dilation, c.dilation], height: c.height, width: c.width)
    return (
      weights,
      try ConvolutionSizes(
        input: Shape([samples, c.channels, c.height, c.width]), weights: weights, window: window,
        groups: c.groups)
    )
  }

  /// The exact paths of this processor; oneDNN's own kernels only where they keep every bit.
  static var paths: [IntegerEngine.Path] {
    IntegerEngine.Path.allCases.filter { $0 != .library || IntegerEngine.isExact }
  }

  @Test(arguments: cases)
  func everyPathOfAConvolutionEqualsTheReference(_ c: Case) throws {
    var stream = RandomStream(seed: 11, stream: UInt64(c.channels))
    let (shape, sizes) = try Self.sizes(c)
    let weights = try NetworkSamples.weights(shape.sizes, from: &stream)
    let codes = try NetworkSamples.storage(
      NetworkSamples.codes(2 * c.channels * c.height * c.width, from: &stream))
    let expected = NetworkSamples.sums(
      try IntegerEngine.convolve(codes, weights, sizes: sizes, path: .reference))
    #expect(expected.contains { $0 != 0 })
    for path in Self.paths {
      let sums = try IntegerEngine.convolve(codes, weights, sizes: sizes, path: path)
      #expect(NetworkSamples.sums(sums) == expected, "\(path)")
    }
  }

  /// Convolutions of ever new sizes, made by several threads at the same time, are all right.
  @Test func operationsMadeAtTheSameTime() async throws {
    let made = try await withThrowingTaskGroup(of: (Int, Storage).self) { group in
      for number in 0..<600 {
        group.addTask {
          let (codes, weights, sizes) = try Self.small(number)
          // What else goes through the engine when a network is calibrated.
          let x = try Samples.normal(sizes.input, seed: UInt64(number))
          _ = try pool2d(
            .average, conv2d(x, weights.cast(to: .float32), relu: true), size: [1, 2])
          let path = IntegerEngine.path(bound: weights.count * 127 * 255)
          return (
            number, try IntegerEngine.convolve(codes, weights, sizes: sizes, path: path)
          )
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    for (number, sums) in made {
      let (codes, weights, sizes) = try Self.small(number)
      let expected = try IntegerEngine.convolve(codes, weights, sizes: sizes, path: .reference)
      let isRight = NetworkSamples.sums(sums) == NetworkSamples.sums(expected)
      #expect(isRight, "\(weights.shape) on \(sizes)")
    }
  }

  /// A small convolution of a number, its size that of no other.
  private static func small(
    _ number: Int
  ) throws -> (codes: Storage, weights: Tensor, sizes: ConvolutionSizes) {
    var stream = RandomStream(seed: 17, stream: UInt64(number))
    let (shape, sizes) = try sizes(
      Case(
        channels: 2 + number % 4, filters: 4 + number % 6, groups: 1, kernel: 3, stride: 1,
        dilation: 1, padding: .valid, height: 4 + number / 30, width: 4 + number % 30), samples: 1)
    let weights = try NetworkSamples.weights(shape.sizes, from: &stream)
    return (
      try NetworkSamples.storage(
        NetworkSamples.codes(sizes.input.reduce(1, *), from: &stream)), weights, sizes
    )
  }

  @Test(arguments: [(1, 1, 1), (3, 17, 5), (5, 300, 10), (33, 64, 16)])
  func everyPathOfAProductEqualsTheReference(_ sizes: (Int, Int, Int)) throws {
    let (samples, features, outputs) = sizes
    var stream = RandomStream(seed: 12, stream: UInt64(features))
    let weights = try NetworkSamples.weights([outputs, features], from: &stream)
    let numbers = NetworkSamples.codes(samples * features, from: &stream)
    let codes = try NetworkSamples.storage(numbers)
    let rows: [Int8] = try weights.elements()
    let expected = (0..<samples).flatMap { n -> [Int32] in
      (0..<outputs).map { k -> Int32 in
        (0..<features).reduce(0) { sum, i -> Int32 in
          let (code, weight) = (Int32(numbers[n * features + i]), Int32(rows[k * features + i]))
          return sum + code * weight
        }
      }
    }
    for path in Self.paths {
      let sums = try IntegerEngine.multiply(codes, weights, samples: samples, path: path)
      #expect(NetworkSamples.sums(sums) == expected, "\(path)")
    }
  }

  /// Small numbers are exact in float32, where oneDNN's float convolution is another witness.
  @Test(arguments: cases)
  func theReferenceEqualsAFloatConvolution(_ c: Case) throws {
    var stream = RandomStream(seed: 13, stream: UInt64(c.filters))
    let (shape, sizes) = try Self.sizes(c)
    let weights = try NetworkSamples.weights(shape.sizes, from: &stream)
    let zeroPoint = Int32(stream.below(256))
    let count = 2 * c.channels * c.height * c.width
    let codes = NetworkSamples.codes(count, from: &stream)
    var sums = [Int32](repeating: 0, count: sizes.output.reduce(1, *))
    try weights.withElements(Int8.self) { w in
      let base = try #require(w.baseAddress)
      IntegerReference.convolve(codes, base, zeroPoint: zeroPoint, sizes: sizes, &sums)
    }
    let pixels = try Tensor(
      codes.map { Float(Int32($0) - zeroPoint) },
      shape: [
        2, c.height, c.width, c.channels,
      ]
    ).transposed([0, 3, 1, 2])
    let y = try conv2d(
      pixels, weights.cast(to: .float32), stride: [c.stride, c.stride], padding: c.padding,
      dilation: [c.dilation, c.dilation], groups: c.groups
    ).transposed([0, 2, 3, 1])
    #expect(try y.elements(as: Float.self).map { Int32($0) } == sums)
  }

  @Test func thePathFollowsTheBound() {
    if IntegerEngine.isExact {
      #expect(IntegerEngine.path(bound: .max) == .library)
    } else {
      #expect(IntegerEngine.path(bound: (1 << 24) - 1) == .reals)
      #expect(IntegerEngine.path(bound: 1 << 24) == .halves)
      #expect(IntegerEngine.path(bound: Int(Int32.max)) == .reference)
    }
  }

  #if arch(x86_64)
    /// A processor without VNNI, as oneDNN can be told: its sums saturate, ours must not.
    @Test func withoutVNNITheSumsAreStillExact() async {
      await #expect(processExitsWith: .success) {
        setenv("ONEDNN_MAX_CPU_ISA", "AVX2", 1)
        guard !IntegerEngine.isExact else { exit(2) }
        let x = try Samples.normal([3, 3, 12, 12], seed: 8)
        let network = try NetworkSamples.network(seed: 4, input: x.sampleShape)
        let prepared = try NetworkSamples.observed(prepare(network), x)
        let integers = try convert(prepared)
        for (a, b) in zip(try integers.trace(x), try trace(prepared, x)) {
          guard try NetworkSamples.differences(a, b) == 0 else { exit(3) }
        }
        for case .product(let product, _) in integers.steps {
          if case .convolution(let convolution) = product.operation {
            guard convolution.path != .library else { exit(4) }
          }
        }
      }
    }
  #endif
}
