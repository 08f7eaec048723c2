import ReferenceKernels
import Tensors
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension GradientCase {
  static let transposedConvolutions: [GradientCase] = {
    var dice = Dice(79)
    // Channels, filters of a group, groups, kernel, stride, padding, output padding, dilation.
    let grid: [(Int, Int, Int, [Int], [Int], [Int], [Int], [Int], Int?)] = [
      (1, 2, 1, [3, 2], [1, 1], [0, 0], [0, 0], [1, 1], nil),
      (2, 1, 1, [2, 2], [2, 2], [0, 0], [0, 0], [1, 1], nil),
      (4, 1, 2, [3, 3], [2, 3], [1, 0], [1, 2], [1, 1], 4),
      (2, 3, 1, [3, 2], [2, 1], [2, 1], [0, 0], [2, 3], 4),
      (16, 16, 1, [3, 3], [2, 2], [1, 1], [1, 1], [1, 1], 3),
      (16, 3, 1, [4, 4], [2, 2], [1, 1], [0, 0], [1, 1], 3),
      (3, 20, 1, [3, 3], [1, 1], [2, 2], [0, 0], [2, 2], 3),
      (8, 1, 8, [3, 3], [2, 2], [1, 1], [1, 1], [1, 1], 3),
    ]
    return grid.map { channels, filters, groups, kernel, stride, padding, extra, dilation, ways in
      let x = dice.reals([2, channels, 3, 4])
      let w = dice.reals([channels, filters] + kernel, in: -0.5...0.5)
      let b = dice.reals([filters * groups])
      let window = ReferenceWindow(
        stride: stride, low: padding, high: padding, dilation: dilation)
      return GradientCase(
        "transposed convolution \(channels) to \(filters) in \(groups), \(kernel) \(stride) "
          + "\(padding) \(extra) \(dilation)", [x, w, b], directions: ways
      ) {
        try convTranspose2d(
          $0[0], $0[1], bias: $0[2], stride: stride, padding: padding, outputPadding: extra,
          dilation: dilation, groups: groups)
      } reference: {
        $0[0].convTranspose2d(
          $0[1], $0[2], window, outputPadding: extra, groups: groups)
      }
    }
  }()
}

struct TransposedConvolutionTests {
  /// It undoes the shape of a convolution, and is its transpose: sum(conv(x) y) = sum(x convT(y)).
  @Test(arguments: 0..<16) func isTheTransposeOfAConvolution(seed: Int) throws {
    var dice = Dice(UInt64(seed))
    let groups = Int.random(in: 1...3, using: &dice)
    let (channels, filters) = (groups * 2, groups * Int.random(in: 1...3, using: &dice))
    let kernel = [1, 3].map { Int.random(in: 1...$0, using: &dice) }
    let stride = Int.random(in: 1...3, using: &dice)
    let dilation = Int.random(in: 1...2, using: &dice)
    let x = dice.reals([2, channels, 8, 9])
    let w = dice.reals([filters, channels / groups] + kernel)
    let image = try x.tensor()
    let y = try conv2d(
      image, w.tensor(), stride: [stride, stride], dilation: [dilation, dilation], groups: groups)
    let other = try dice.reals(y.shape.sizes).tensor()
    let extra = (0..<2).map { axis in
      let reach = dilation * (kernel[axis] - 1) + 1
      return x.sizes[2 + axis] - reach - (y.shape[2 + axis] - 1) * stride
    }
    let back = try convTranspose2d(
      other, w.tensor(), stride: [stride, stride], outputPadding: extra,
      dilation: [dilation, dilation], groups: groups)
    #expect(back.shape == image.shape)
    let (left, right) = (try (y * other).sum().item(), try (image * back).sum().item())
    #expect(abs(left - right) <= 1e-4 * max(1, abs(left)))
  }

  /// The values of PyTorch's conv_transpose2d(arange(4), ones, stride=2, padding=1, ...) by hand.
  @Test func byHand() throws {
    let x = try arange(0, 4).reshape(1, 1, 2, 2)
    let w = try ones(1, 1, 2, 2)
    #expect(
      try convTranspose2d(x, w, stride: [2, 2]).reals()
        == [0, 0, 1, 1, 0, 0, 1, 1, 2, 2, 3, 3, 2, 2, 3, 3])
    #expect(
      try convTranspose2d(x, w, bias: Tensor([1]), stride: [2, 2], padding: [1, 1]).reals()
        == [1, 2, 3, 4])
    #expect(
      try convTranspose2d(x, w, stride: [2, 2], padding: [1, 1], outputPadding: [1, 0]).reals()
        == [0, 1, 2, 3, 2, 3])
  }

  /// Values and slopes of PyTorch 2.15 in float64, at numbers sin(1.7 i) / 2.
  @Test func asInPyTorch() throws {
    func wave(_ sizes: [Int]) -> Reference {
      Reference(sizes, (0..<sizes.reduce(1, *)).map { sin(1.7 * Double($0)) / 2 })
    }
    func near(_ tensor: Tensor, _ expected: [Double]) throws -> Bool {
      zip(try tensor.reals(), expected).allSatisfy { abs($0 - $1) < 2e-6 }
    }
    let points = try [[1, 4, 3, 2], [4, 3, 3, 3], [6]].map { try wave($0).tensor() }
    let (_, slopes) = try valueWithGradient(at: points) {
      let y = try convTranspose2d(
        $0[0], $0[1], bias: $0[2], stride: [2, 3], padding: [1, 0], outputPadding: [1, 2],
        groups: 2)
      #expect(y.shape.sizes == [1, 6, 6, 8])
      #expect(
        try near(
          y.detached(),
          [-0.1172691088, -0.1136618997, 0.1465585287, -0.3330978422, 0.0221112511, 0.3274000163]))
      return try (y * wave(y.shape.sizes).tensor()).sum()
    }
    #expect(try near(slopes[0], [-0.2737066912, 0.1993575392, -0.1491558803, -0.1792611797]))
    #expect(try near(slopes[1], [0.1723554544, -0.4712882696, -0.0509096569, -0.5304059467]))
    #expect(
      try near(
        slopes[2],
        [0.0210571291, 0.0223723591, 0.0235394000, 0.0245505214, 0.0253990259, 0.0260792932]))
  }

  @Test func errors() throws {
    let (x, w) = (try zeros(1, 2, 3, 3), try zeros(2, 1, 2, 2))
    expectError("a transposed convolution needs 4 axes, not [3]") {
      try convTranspose2d(zeros(3), w)
    }
    expectError("an output padding is below the stride, but [1, 0] is not below [1, 1]") {
      try convTranspose2d(x, w, outputPadding: [1, 0])
    }
    expectError(
      "a padding of [2, 2] leaves nothing of the transposed convolution of [1, 2, 3, 3] with "
        + "[2, 1, 2, 2]"
    ) { try convTranspose2d(x, w, padding: [2, 2]) }
    #expect(throws: TensorError.self) { try convTranspose2d(x, zeros(3, 1, 2, 2)) }
    #expect(throws: TensorError.self) { try convTranspose2d(x, w, bias: zeros(2)) }
    #expect(throws: TensorError.self) { try convTranspose2d(zeros(1, 2, 0, 3), w) }
    for wrong in [[Int.max, 1], [.min, 1], [-1, 0], [], [1]] {
      #expect(throws: TensorError.self) { try convTranspose2d(x, w, padding: wrong) }
      #expect(throws: TensorError.self) { try convTranspose2d(x, w, outputPadding: wrong) }
      #expect(throws: TensorError.self) { try convTranspose2d(x, w, stride: wrong) }
      #expect(throws: TensorError.self) { try convTranspose2d(x, w, dilation: wrong) }
    }
    for groups in [Int.min, -1, 0, 3, .max] {
      #expect(throws: TensorError.self) { try convTranspose2d(x, w, groups: groups) }
    }
    #expect(try convTranspose2d(zeros(0, 2, 3, 3), w).shape.sizes == [0, 1, 4, 4])
  }
}
