import ReferenceKernels
import Testing

@testable import Tensors

/// The ways of a convolution that use its ReLU or its max pooling, against the engine's way through
/// tensors in full.
///
/// An addition of 0 in between keeps the steps apart on the tape.
@Suite struct SparseGradientTests {
  struct Case: Sendable, CustomStringConvertible {
    var image: [Int]
    var filters = 16
    var kernel = 3
    var stride = 1
    var padding = Padding.valid
    var pool: [Int]?
    var poolStride: [Int]?
    var hasBias = true
    var description: String {
      "\(image) to \(filters), kernel \(kernel), stride \(stride), \(padding), pool \(pool ?? []) "
        + "\(poolStride ?? [])"
    }
  }

  static let cases = [
    Case(image: [2, 16, 8, 7]),
    Case(image: [1, 32, 13, 13], filters: 64),
    Case(image: [3, 48, 7, 9], filters: 32, padding: .same, hasBias: false),
    Case(image: [2, 32, 9, 9], filters: 80, stride: 2),
    Case(image: [2, 16, 11, 10], filters: 32, kernel: 5),
    Case(image: [1, 48, 9, 8], kernel: 5, stride: 2, padding: .same),
    Case(image: [40, 16, 6, 6], filters: 32),
    Case(image: [2, 32, 10, 10], filters: 32, pool: [2, 2]),
    Case(image: [1, 48, 11, 9], filters: 96, padding: .same, pool: [2, 2], poolStride: [3, 2]),
    Case(image: [2, 16, 12, 12], stride: 2, padding: .same, pool: [2, 3]),
    Case(image: [2, 16, 11, 11], filters: 32, kernel: 5, pool: [1, 1]),
    Case(image: [40, 32, 8, 8], filters: 16, pool: [3, 3], hasBias: false),
    Case(image: [2, 1, 12, 11], filters: 32, pool: [2, 2]),
    Case(image: [1, 3, 11, 12], filters: 16, padding: .same, pool: [2, 2], poolStride: [2, 3]),
    Case(image: [2, 5, 13, 13], filters: 48, kernel: 5, stride: 2, pool: [2, 2], hasBias: false),
    Case(image: [40, 2, 9, 9], filters: 16, stride: 2, padding: .same, pool: [2, 2]),
    Case(image: [2, 1, 12, 12], kernel: 5, padding: .same, pool: [2, 2]),
  ]

  @Test(arguments: cases, [false, true])
  func agreesWithTheEngine(of test: Case, rectifying: Bool) throws {
    guard rectifying || test.pool != nil else { return }
    var dice = Dice(7)
    let area = test.kernel * test.kernel
    let x = try dice.reals(test.image).tensor()
    let w = try dice.reals(
      [test.filters, test.image[1], test.kernel, test.kernel], in: -0.5...0.5
    ).tensor()
    let b = try dice.reals([test.filters]).tensor()
    /// The function as it is used, or with its steps apart.
    func layer(_ p: [Tensor], _ isApart: Bool) throws -> Tensor {
      let (x, w) = (p[0], p[1])
      let bias = test.hasBias ? p[2] : nil
      let sides = [test.stride, test.stride]
      guard let pool = test.pool else {
        let y = try conv2d(
          x, w, bias: bias, stride: sides, padding: test.padding, relu: !isApart)
        return isApart ? try relu(y + 0) : y
      }
      let y = try conv2d(x, w, bias: bias, stride: sides, padding: test.padding)
      let pooled = try pool2d(
        .max, isApart ? y + 0 : y, size: pool, stride: test.poolStride, padding: .valid,
        rectifying: rectifying && !isApart)
      return isApart && rectifying ? try relu(pooled) : pooled
    }
    let sizes = try layer([x, w, b], true).shape.sizes
    let seed = try dice.reals(sizes).tensor()
    func check(_ own: [Tensor], _ theirs: [Tensor]) throws {
      for (a, b) in zip(own, theirs) {
        #expect(a.shape == b.shape)
        let largest = try abs(b).max().item()
        #expect(try abs(a - b).max().item() <= 2e-6 * Double(area) * max(largest, 1))
      }
    }
    let (value, own) = try valueWithGradient(at: [x, w, b]) {
      try (layer($0, false) * seed).sum()
    }
    let (expected, theirs) = try valueWithGradient(at: [x, w, b]) {
      try (layer($0, true) * seed).sum()
    }
    #expect(try abs(value.item() - expected.item()) < 1e-3 * max(1, abs(expected.item())))
    try check(own, theirs)
    // The gradient of the input may not be wanted.
    let (_, parameters) = try valueWithGradient(at: [w, b]) {
      try (layer([x] + $0, false) * seed).sum()
    }
    try check(parameters, Array(theirs[1...]))
  }

  @Test(arguments: cases.filter { $0.pool != nil && $0.image[1] < 16 }, [false, true])
  func oneWayThroughTheFirstLayer(of test: Case, rectifying: Bool) throws {
    guard SparseGradient.isAtHand, let pool = test.pool else { return }
    var dice = Dice(8)
    let x = try dice.reals(test.image).tensor()
    let w = try dice.reals([test.filters, test.image[1], test.kernel, test.kernel]).tensor()
    let b = test.hasBias ? try dice.reals([test.filters]).tensor() : nil
    let sides = [test.stride, test.stride]
    let stride = test.poolStride ?? pool
    func fused(_ w: Tensor, _ b: Tensor?) throws -> Tensor {
      try #require(
        try convPool2d(
          x, w, bias: b,
          window: test.padding.window(
            kernel: [test.kernel, test.kernel], stride: sides, height: test.image[2],
            width: test.image[3]),
          groups: 1, size: pool, stride: stride, rectifying: rectifying))
    }
    func apart(_ w: Tensor, _ b: Tensor?) throws -> Tensor {
      let y = try conv2d(x, w, bias: b, stride: sides, padding: test.padding)
      let pooled = try pool2d(.max, y + 0, size: pool, stride: stride)
      return rectifying ? try relu(pooled) : pooled
    }
    let expected = try apart(w, b)
    let y = try fused(w, b)
    #expect(y.shape == expected.shape)
    #expect(try abs(y - expected).max().item() < 1e-4)
    let seed = try dice.reals(expected.shape.sizes).tensor()
    let points = [w] + (b.map { [$0] } ?? [])
    let (_, own) = try valueWithGradient(at: points) {
      try (fused($0[0], b == nil ? nil : $0[1]) * seed).sum()
    }
    let (_, theirs) = try valueWithGradient(at: points) {
      try (apart($0[0], b == nil ? nil : $0[1]) * seed).sum()
    }
    for (a, b) in zip(own, theirs) { #expect(try abs(a - b).max().item() < 1e-3) }
  }

  @Test(arguments: [false, true])
  func theFirstLayerKeepsNaN(rectifying: Bool) throws {
    guard SparseGradient.isAtHand else { return }
    var dice = Dice(9)
    var numbers: [Float] = try dice.reals([1, 1, 8, 8]).tensor().elements()
    numbers[2 * 8 + 3] = .nan
    let x = try Tensor(numbers, shape: [1, 1, 8, 8])
    let w = try dice.reals([16, 1, 3, 3]).tensor()
    let y = try #require(
      try convPool2d(
        x, w, bias: nil,
        window: Padding.valid.window(kernel: [3, 3], stride: [1, 1], height: 8, width: 8),
        groups: 1, size: [2, 2], stride: [2, 2], rectifying: rectifying))
    let found: [Float] = try y.elements()
    // Rows 0 to 2 and columns 1 to 3 of the convolution see it.
    let seen = [0, 1].flatMap { row in [0, 1].map { row * 3 + $0 } }
    #expect(found.map(\.isNaN) == (0..<16 * 9).map { seen.contains($0 % 9) })
  }

  @Test func theResultDoesNotDependOnTheCores() throws {
    var dice = Dice(10)
    let x = try dice.reals([50, 16, 8, 8]).tensor()
    let w = try dice.reals([32, 16, 3, 3]).tensor()
    func gradients() throws -> [[Float]] {
      try valueWithGradient(at: [x, w]) {
        try square(conv2d($0[0], $0[1], relu: true)).sum()
      }.gradients.map { try $0.elements() }
    }
    let one = try Workers.$wish.withValue(1) { try gradients() }
    let three = try Workers.$wish.withValue(3) { try gradients() }
    #expect(one == three)
  }
}
