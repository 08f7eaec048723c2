import ReferenceKernels
import Testing

@testable import Tensors

/// Max pooling of blocked images against the engine's pooling of plain ones.
@Suite struct BlockedPoolingTests {
  struct Case: Sendable, CustomStringConvertible {
    var sizes: [Int]
    var kernel: [Int]
    var stride: [Int]
    var description: String { "\(sizes) \(kernel) \(stride)" }
  }

  static let cases = [
    Case(sizes: [2, 16, 6, 8], kernel: [2, 2], stride: [2, 2]),
    Case(sizes: [3, 32, 7, 9], kernel: [2, 2], stride: [2, 2]),
    Case(sizes: [1, 20, 9, 9], kernel: [3, 2], stride: [3, 4]),
    Case(sizes: [2, 5, 4, 5], kernel: [1, 5], stride: [2, 7]),
    Case(sizes: [1, 48, 16, 16], kernel: [15, 16], stride: [15, 16]),
  ]

  /// Whole numbers from -4 to 4, so that many are equal and many are 0.
  private func image(_ sizes: [Int], seed: UInt64) throws -> Tensor {
    var dice = Dice(seed)
    return try dice.wholes(sizes, in: -4...4).tensor()
  }

  @Test(arguments: cases, [false, true])
  func agreesWithTheEngine(of test: Case, rectifying: Bool) throws {
    let x = try image(test.sizes, seed: 3)
    let lying = try inBlocks(x)
    #expect(lying.layout != nil)
    func pooled(_ x: Tensor, _ rectifying: Bool) throws -> Tensor {
      try pool2d(
        .max, x, size: test.kernel, stride: test.stride, padding: .valid, rectifying: rectifying)
    }
    let expected = try pooled(x, rectifying)
    #expect(try pooled(lying, rectifying).elements(as: Float.self) == expected.elements())

    let weights = try image(expected.shape.sizes, seed: 4)
    let (_, gradient) = try valueWithGradient(at: [x]) {
      try (pooled($0[0], rectifying) * weights).sum()
    }
    let (_, ours) = try valueWithGradient(at: [lying]) {
      try (pooled($0[0], rectifying) * weights).sum()
    }
    #expect(ours[0].shape == x.shape)
    // Of equal elements either may get the gradient, but all of a window get its sum.
    func sums(_ g: Tensor) throws -> [Float] {
      try pool2d(
        .average, g, size: test.kernel, stride: test.stride
      ).elements()
    }
    for (a, b) in zip(try sums(ours[0]), try sums(gradient[0])) { #expect(abs(a - b) < 1e-5) }
    #expect(try abs(ours[0]).sum().item() == abs(gradient[0]).sum().item())
    // It goes to an element that was the largest.
    let (values, back) = (try x.elements(as: Float.self), try ours[0].elements(as: Float.self))
    let most = try pooled(x, rectifying).elements(as: Float.self).max() ?? 0
    for (value, g) in zip(values, back) where g != 0 { #expect(value <= most) }
  }

  @Test(arguments: [0, 1, 5], [false, true])
  func keepsNaN(place: Int, rectifying: Bool) throws {
    var numbers = [Float](repeating: 3, count: 16 * 4 * 4)
    numbers[place] = .nan
    let y = try pool2d(
      .max, inBlocks(Tensor(numbers, shape: [1, 16, 4, 4])), size: [2, 2], stride: [2, 2],
      padding: .valid, rectifying: rectifying)
    let found: [Float] = try y.elements()
    #expect(found.map(\.isNaN) == (0..<64).map { $0 == 0 })
  }

  @Test func overlappingWindowsAreTheEngines() throws {
    let x = try inBlocks(image([1, 16, 8, 8], seed: 1))
    let window = Padding.valid.window(kernel: [3, 3], stride: [2, 2], height: 8, width: 8)
    #expect(try BlockedPooling(x, window: window) == nil)
  }
}
