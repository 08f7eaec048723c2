import Networks
import ReferenceKernels
import Tensors
import Testing

/// Layers against formulas in Float64, with slopes by central differences.
struct MoreLayerTests {
  @Test(arguments: [
    (2, 3, 3, 1, 1, Padding.valid), (2, 3, 3, 2, 1, .same), (4, 4, 2, 1, 4, .same),
    (1, 2, 1, 1, 1, .valid), (4, 2, 5, 3, 2, .same),
  ]) func conv1D(
    channels: Int, filters: Int, kernel: Int, stride: Int, groups: Int, padding: Padding
  ) throws {
    var dice = Dice(22)
    let x = dice.reals([2, channels, 7])
    let layer = try Conv1D(
      filters, kernel: kernel, stride: stride, padding: padding, groups: groups)
    try checkLayer(layer, x) { points in
      let length = padding == .same ? (7 + stride - 1) / stride : (7 - kernel) / stride + 1
      let missing = padding == .same ? max(0, (length - 1) * stride + kernel - 7) : 0
      let each = channels / groups
      return Reference([2, filters, length]) { index in
        var sum = points[2].elements[index[1]]
        for c in 0..<each {
          for u in 0..<kernel {
            let place = index[2] * stride + u - missing / 2
            guard place >= 0, place < 7 else { continue }
            let channel = index[1] / (filters / groups) * each + c
            sum += points[0][[index[0], channel, place]] * points[1][[index[1], c, u]]
          }
        }
        return sum
      }
    }
  }

  @Test(arguments: [(2, 3, 1, 0, 0, 1, 1), (4, 2, 2, 1, 1, 1, 2), (2, 4, 3, 2, 2, 2, 1)])
  func convTranspose2D(
    channels: Int, kernel: Int, stride: Int, padding: Int, extra: Int, dilation: Int, groups: Int
  ) throws {
    var dice = Dice(25)
    let layer = try ConvTranspose2D(
      groups * 2, kernel: kernel, stride: stride, padding: padding, outputPadding: extra,
      dilation: dilation, groups: groups, activation: .tanh)
    let window = ReferenceWindow(
      stride: [stride, stride], low: [padding, padding], high: [padding, padding],
      dilation: [dilation, dilation])
    try checkLayer(layer, dice.reals([2, channels, 3, 2])) {
      $0[0].convTranspose2d(
        $0[1], $0[2], window, outputPadding: [extra, extra], groups: groups
      ).tanh()
    }
    #expect(try layer.built(for: Shape([channels, 3, 2]), seed: 1).parameters.count == 2)
  }

  @Test(arguments: [[3, 4], [2, 3, 2], [2, 2, 2, 5]]) func layerNorm(sizes: [Int]) throws {
    var dice = Dice(23)
    try checkLayer(LayerNorm(), dice.reals(sizes)) { points in
      let axis = sizes.count - 1
      let mean = points[0].mean(axis)
      let variance = points[0].variance(axis)
      return Reference(sizes) { index in
        var line = index
        line[axis] = 0
        let normal = (points[0][index] - mean[line]) / (variance[line] + 1e-5).squareRoot()
        return normal * points[1].elements[index[axis]] + points[2].elements[index[axis]]
      }
    }
  }

  @Test(arguments: [[3], [2, 4], [2, 1, 3]]) func embedding(sizes: [Int]) throws {
    var dice = Dice(24)
    let x = Reference(sizes, dice.classes(sizes.reduce(1, *), below: 5).map(Double.init))
    try checkLayer(Embedding(5, size: 2), x, inputSlope: false) { points in
      Reference(sizes + [2]) { index in
        points[1][[Int(points[0][Array(index.dropLast())]), index[index.count - 1]]]
      }
    }
  }

  @Test func words() throws {
    #expect(
      "\(try Conv1D(2, kernel: 5, stride: 2, padding: .same, groups: 2, activation: .relu))"
        == "Conv1D(2, kernel: 5, stride: 2, padding: .same, groups: 2, activation: .relu)")
    let net = try Sequential(
      Embedding(9, size: 4), LayerNorm(), Conv1D(2, kernel: 2, activation: .relu), Flatten(),
      Dense(3))
    #expect(try net(zeros(2, 6)).shape.sizes == [2, 3])
    #expect(try net.outputShape(for: Shape([6])).sizes == [3])
  }

  @Test func errors() throws {
    expectError("layer 1, Conv1D(2, kernel: 3): Conv1D takes courses [channels, length], not [4]") {
      try Sequential(Conv1D(2))(zeros(2, 4))
    }
    expectError("3 channels and 2 filters do not both divide into 2 groups") {
      try Conv1D(2, groups: 2).outputShape(for: Shape([3, 8]))
    }
    expectError("a kernel must be at least 1, not 0") { try Conv1D(2, kernel: 0) }
    expectRefused { try Sequential(Conv1D(2, kernel: 9))(zeros(1, 1, 4)) }
    expectError("layer 1, Embedding(4, size: 2): 4.0 has no vector: an embedding of 4 takes 0 to 3")
    {
      try Sequential(Embedding(4, size: 2))(full([2, 3], 4))
    }
    expectError("layer 1, Embedding(4, size: 2): an embedding takes whole numbers, not 0.5") {
      try Sequential(Embedding(4, size: 2))(full([2, 3], 0.5))
    }
    expectError("an output padding beside a stride of 1 must be at most 0, not 1") {
      try ConvTranspose2D(2, outputPadding: 1)
    }
    expectError(
      "layer 1, ConvTranspose2D(4, kernel: 3): ConvTranspose2D takes images "
        + "[channels, height, width], not [8]"
    ) { try Sequential(ConvTranspose2D(4))(zeros(2, 8)) }
    expectError("3 channels and 4 filters do not both divide into 2 groups") {
      try ConvTranspose2D(4, groups: 2).outputShape(for: Shape([3, 8, 8]))
    }
    expectError("the size of a vector must be at least 1, not 0") { try Embedding(4, size: 0) }
    expectRefused { try Embedding(.max, size: 2) }
    expectError("epsilon is a number above 0, not 0.0") { try LayerNorm(epsilon: 0) }
    expectRefused { try LayerNorm().outputShape(for: Shape([2, 0])) }
  }
}
