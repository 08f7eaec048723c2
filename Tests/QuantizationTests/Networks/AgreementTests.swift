import Datasets
import Networks
import Tensors
import Testing

@testable import Quantization

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

/// Simulated and integer networks agree on every code of every layer, in each family of
/// requantization and at each width.
struct AgreementTests {
  /// A width of the weights with its method and the bits of the activations.
  struct Width: Sendable, CustomTestStringConvertible {
    let weights: Int
    let activations: Int
    let method: QuantizationMethod
    var testDescription: String { "W\(weights)A\(activations) \(method)" }

    static let all = [
      Width(weights: 8, activations: 8, method: .straightThrough),
      Width(weights: 6, activations: 6, method: .straightThrough),
      Width(weights: 4, activations: 4, method: .lsq),
      Width(weights: 3, activations: 3, method: .dorefa),
      Width(weights: 2, activations: 2, method: .lsqPlus),
      Width(weights: 2, activations: 8, method: .ternary),
      Width(weights: 1, activations: 1, method: .binary),
      Width(weights: 4, activations: 16, method: .straightThrough),
    ]
  }

  private func prepared(
    _ network: Sequential, _ width: Width, _ family: Requantization
  ) throws -> Sequential {
    try prepare(
      network, weights: width.weights, activations: width.activations, method: width.method,
      firstAndLast: width.weights, inputBits: 8, requantization: family)
  }

  /// How many codes differ in each layer, the outputs last.
  private func differences(
    _ simulated: Sequential, _ integers: IntegerNetwork, _ x: Tensor
  ) throws -> [Int] {
    let (left, right) = (try trace(simulated, x), try integers.trace(x))
    #expect(left.count == right.count)
    return try zip(left, right).map { a, b in
      // Bytes are compared at once; only where they differ are the codes counted.
      let (a, b) = (try a.plain(), try b.plain())
      let isEqual =
        a.shape == b.shape && a.dtype == b.dtype
        && withExtendedLifetime((a.storage, b.storage)) {
          memcmp(a.storage.pointer, b.storage.pointer, a.count * (a.dtype == .uint8 ? 1 : 4)) == 0
        }
      return isEqual ? 0 : try NetworkSamples.differences(a, b)
    }
  }

  @Test(arguments: Width.all, Requantization.allCases)
  func randomNetworks(_ width: Width, _ family: Requantization) throws {
    for seed in 0..<4 as Range<UInt64> {
      let channels = 1 + Int(seed) % 3
      let x = try Samples.normal([5, channels, 11, 13], seed: seed, mean: 0.3)
      let network = try NetworkSamples.network(seed: seed + 30, input: x.sampleShape)
      let simulated = try NetworkSamples.observed(prepared(network, width, family), x)
      let integers = try convert(simulated)
      #expect(try differences(simulated, integers, x).allSatisfy { $0 == 0 })
      #expect(try NetworkSamples.differences(simulated(x), integers(x)) == 0)
      // Given at conversion, a family takes the place of the one that was prepared.
      let other = try convert(
        withRequantization(simulated, .float), requantization: family)
      #expect(try NetworkSamples.differences(other(x), integers(x)) == 0)
    }
  }

  /// Between the families few codes differ, and by one at most.
  @Test func familiesAreNear() throws {
    let x = try Samples.normal([16, 1, 28, 28], seed: 3)
    let simulated = try NetworkSamples.observed(prepare(NetworkSamples.article()), x)
    let codes = try Requantization.allCases.map {
      try convert(simulated, requantization: $0).trace(x)[1].reals()
    }
    for other in codes.dropFirst() {
      let steps = zip(codes[0], other).map { abs($0 - $1) }
      #expect(try #require(steps.max()) <= 1)
      #expect(steps.reduce(0, +) < 0.005 * Double(steps.count))
    }
  }

  /// The article's network, trained for a little, on images that were drawn.
  @Test(arguments: Requantization.allCases)
  func articleOnDigits(_ family: Requantization) throws {
    let data = try Digits.make(count: 48, seed: 4)
    for width in Width.all where width.activations <= 8 {
      let simulated = try calibrate(
        prepared(NetworkSamples.article(), width, family), data)
      let integers = try convert(simulated)
      let images = try data.samples(at: 0..<8)
      #expect(try differences(simulated, integers, images).allSatisfy { $0 == 0 })
    }
  }

  /// All 10,000 test images of MNIST; one family for each width in a debug build, where it would
  /// take long, and all of them in a release build.
  @Test(
    .enabled(if: ProcessInfo.processInfo.environment["NOTCH_DATA"]?.isEmpty == false),
    arguments: Array(Width.all.enumerated()).map { ($0.offset, $0.element) })
  func mnist(_ number: Int, _ width: Width) throws {
    let (train, test) = try MNIST.load()
    let network = try NetworkSamples.article()
    // Sums of 16-bit codes over 7,744 features do not fit int32.
    guard width.activations <= 8 else { return }
    #if DEBUG
      // A seventh of the images for each width: together all of them.
      let families = [Requantization.allCases[number % 3]]
      let images = test.count * number / 7..<test.count * (number + 1) / 7
    #else
      let families = Requantization.allCases
      let images = 0..<test.count
    #endif
    for family in families {
      let simulated = try calibrate(prepared(network, width, family), train.take(64))
      let integers = try convert(simulated)
      let parts = Batching.ranges(images.count, size: Batching.inferenceSize)
      let counts = try Batching.collect(parts) { range in
        let x = try test.samples(
          at: images.lowerBound + range.lowerBound..<images.lowerBound + range.upperBound)
        return try differences(simulated, integers, x).reduce(0, +)
      }
      #expect(counts.reduce(0, +) == 0)
    }
  }
}
