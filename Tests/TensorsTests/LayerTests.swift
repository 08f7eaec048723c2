import ReferenceKernels
import Tensors
import Testing

@Suite struct LayerTests {
  @Test(arguments: [(1, 1), (3, 5), (16, 16), (17, 20), (32, 64), (5, 16), (16, 3)])
  func convolutions(channels: Int, outputs: Int) throws {
    var dice = Dice(41)
    let x = dice.reals([2, channels, 6, 5])
    for (kernel, stride) in [([3, 3], [1, 1]), ([1, 1], [1, 1]), ([2, 3], [2, 1])] {
      let w = dice.reals([outputs, channels] + kernel, in: -0.5...0.5)
      let b = dice.reals([outputs])
      try check(x, w, b, kernel, stride, groups: 1)
      try check(x, w, nil, kernel, stride, groups: 1)
    }
  }

  @Test(arguments: [(2, 4, 6), (3, 3, 3), (16, 16, 16), (2, 32, 16), (4, 4, 8)])
  func groups(groups: Int, channels: Int, outputs: Int) throws {
    var dice = Dice(42)
    let x = dice.reals([1, channels, 5, 5])
    let w = dice.reals([outputs, channels / groups, 3, 3])
    try check(x, w, dice.reals([outputs]), [3, 3], [1, 1], groups: groups)
    try check(x, w, nil, [3, 3], [2, 2], groups: groups)
  }

  @Test(arguments: [(1, 2, 1), (4, 6, 2), (16, 16, 1), (16, 16, 16), (17, 3, 1), (3, 32, 1)])
  func dilations(channels: Int, outputs: Int, groups: Int) throws {
    var dice = Dice(49)
    let x = dice.reals([2, channels, 9, 8])
    for (kernel, stride, dilation) in [
      ([3, 3], [1, 1], [2, 2]), ([2, 3], [2, 1], [3, 2]), ([3, 2], [3, 2], [1, 4]),
      ([1, 1], [1, 1], [9, 9]),
    ] {
      let w = dice.reals([outputs, channels / groups] + kernel, in: -0.5...0.5)
      try check(
        x, w, dice.reals([outputs]), kernel, stride, dilation: dilation, groups: groups)
    }
  }

  private func check(
    _ x: Reference, _ w: Reference, _ b: Reference?, _ kernel: [Int], _ stride: [Int],
    dilation: [Int] = [1, 1], groups: Int
  ) throws {
    for padding in Padding.allCases {
      let window =
        padding == .same
        ? ReferenceWindow.same(
          [x.sizes[2], x.sizes[3]], kernel: kernel, stride: stride, dilation: dilation)
        : ReferenceWindow(stride: stride, dilation: dilation)
      let expected = x.conv2d(w, b, window, groups: groups)
      for fused in [false, true] {
        let y = try conv2d(
          x.tensor(), w.tensor(), bias: b?.tensor(), stride: stride, padding: padding,
          dilation: dilation, groups: groups, relu: fused)
        try expectEqual(
          y, fused ? expected.relu() : expected, within: 1e-5,
          "\(x.sizes) \(w.sizes) \(stride) \(padding) \(dilation) \(groups)")
      }
    }
  }

  @Test func convolutionSeesIntegersAsNumbers() throws {
    let x = try Tensor([UInt8](repeating: 200, count: 9), shape: [1, 1, 3, 3])
    let w = try Tensor([Int8](repeating: -1, count: 4), shape: [1, 1, 2, 2])
    let b = try Tensor([Int8(3)], shape: [1])
    #expect(try conv2d(x, w, bias: b).reals() == [-797, -797, -797, -797])
    let d = try dense(
      Tensor([UInt8(2), 3], shape: [1, 2]), Tensor([Int32(4), 5], shape: [1, 2]),
      bias: Tensor([Int8(-3)], shape: [1]))
    #expect(try d.reals() == [20])
  }

  @Test func emptyConvolutions() throws {
    try expectEqual(
      conv2d(zeros(0, 3, 4, 4), zeros(2, 3, 3, 3)), Reference([0, 2, 2, 2], []))
    try expectEqual(
      conv2d(zeros(1, 3, 4, 4), zeros(0, 3, 3, 3)), Reference([1, 0, 2, 2], []))
    // A sum of nothing is the bias.
    try expectEqual(
      conv2d(zeros(1, 0, 4, 4), zeros(2, 0, 3, 3), bias: Tensor([1, 2])),
      Reference([1, 2, 2, 2], [1, 1, 1, 1, 2, 2, 2, 2]))
    try expectEqual(
      dense(zeros(2, 0), zeros(3, 0), bias: Tensor([1, 2, -3]), relu: true),
      Reference([2, 3], [1, 2, 0, 1, 2, 0]))
    try expectEqual(dense(zeros(0, 4), zeros(3, 4)), Reference([0, 3], []))
  }

  @Test(arguments: [1, 3, 16, 17, 32])
  func pooling(channels: Int) throws {
    var dice = Dice(43)
    let x = dice.reals([2, channels, 7, 6])
    for (size, stride) in [
      ([2, 2], [2, 2]), ([3, 2], [1, 2]), ([1, 1], [1, 1]), ([3, 3], [2, 2]),
    ] {
      for padding in Padding.allCases {
        let window =
          padding == .same
          ? ReferenceWindow.same([7, 6], kernel: size, stride: stride)
          : ReferenceWindow(stride: stride)
        let t = try x.tensor()
        let note = "\(size) \(stride) \(padding)"
        try expectEqual(
          pool2d(.max, t, size: size, stride: stride, padding: padding),
          x.maxPool2d(size, window), note)
        try expectEqual(
          pool2d(.average, t, size: size, stride: stride, padding: padding),
          x.averagePool2d(size, window), note)
      }
    }
  }

  @Test(arguments: [(1, 1, 1), (2, 5, 3), (7, 16, 10), (4, 33, 16)])
  func denseLayers(rows: Int, features: Int, outputs: Int) throws {
    var dice = Dice(44)
    let (x, w, b) = (
      dice.reals([rows, features]), dice.reals([outputs, features]), dice.reals([outputs])
    )
    try expectEqual(dense(x.tensor(), w.tensor()), x.dense(w, nil), within: 4e-6)
    try expectEqual(
      dense(x.tensor(), w.tensor(), bias: b.tensor()), x.dense(w, b), within: 4e-6)
    try expectEqual(
      dense(x.tensor(), w.tensor(), bias: b.tensor(), relu: true), x.dense(w, b).relu(),
      within: 4e-6)
  }

  /// What a network does: nothing is reordered between the layers, and the numbers are right.
  @Test(arguments: [(1, 16), (3, 32), (1, 20)])
  func chainsStayBlocked(channels: Int, width: Int) throws {
    var dice = Dice(45)
    let x = dice.reals([2, channels, 12, 11])
    let w1 = dice.reals([width, channels, 3, 3], in: -0.5...0.5)
    let b1 = dice.reals([width])
    let w2 = dice.reals([width, width, 3, 3], in: -0.2...0.2)
    let w3 = dice.reals([10, width * 3 * 2], in: -0.2...0.2)
    let first = try conv2d(x.tensor(), w1.tensor(), bias: b1.tensor(), relu: true)
    let pooled = try pool2d(.max, first, size: [2, 2])
    let second = try relu(conv2d(pooled, w2.tensor()))
    let y = try dense(second.flatten(from: 1), w3.tensor())
    if width % 16 == 0, first.layout != nil {
      #expect(pooled.layout != nil)
      #expect(second.layout != nil)
      #expect(try second.flatten(from: 1).layout != nil)
    }
    let expected = x.conv2d(w1, b1).relu().maxPool2d([2, 2], ReferenceWindow(stride: [2, 2]))
      .conv2d(w2, nil).relu()
    try expectEqual(second, expected, within: 1e-5)
    try expectEqual(
      y, expected.reshaped([2, width * 3 * 2]).dense(w3, nil), within: 1e-5)
  }

  @Test func softmaxes() throws {
    var dice = Dice(46)
    for sizes in [[4], [3, 5], [2, 3, 4], [1, 1], [2, 1, 3]] {
      let x = dice.reals(sizes, in: -5...5)
      for axis in sizes.indices {
        try expectEqual(softmax(x.tensor(), axis: axis), x.softmax(axis))
        try expectEqual(logSoftmax(x.tensor(), axis: axis - sizes.count), x.logSoftmax(axis))
      }
    }
    // No overflow where exp alone would have one.
    #expect(try softmax(Tensor([1000, 1000])).reals() == [0.5, 0.5])
    #expect(try logSoftmax(Tensor([0, -1000])).reals() == [0, -1000])
    #expect(try softmax(zeros(0, 3)).shape.sizes == [0, 3])
  }

  @Test func crossEntropies() throws {
    var dice = Dice(47)
    let x = dice.reals([5, 4], in: -6...6)
    let labels = [0, 3, 1, 1, 2]
    for dtype in [DType.int32, .uint8, .float32] {
      let t = try Reference([5], labels.map(Double.init)).tensor(dtype)
      try expectEqual(crossEntropy(x.tensor(), t), x.crossEntropy(labels))
    }
  }

  @Test(arguments: [[4, 3], [2, 3, 4], [3, 2, 4, 3], [2, 16, 3, 3]])
  func batchNorms(sizes: [Int]) throws {
    var dice = Dice(48)
    let x = dice.reals(sizes)
    let (scale, shift) = (dice.reals([sizes[1]]), dice.reals([sizes[1]]))
    let (y, mean, variance) = try batchNorm(
      x.tensor(), scale: scale.tensor(), shift: shift.tensor())
    try expectEqual(y, x.batchNorm(scale, shift, epsilon: 1e-5), within: 1e-5)
    let channelFirst = x.transposed([1, 0] + Array(2..<sizes.count)).reshaped(
      [sizes[1], x.count / sizes[1]])
    try expectEqual(mean, channelFirst.mean(1).dropping(1))
    try expectEqual(variance, channelFirst.variance(1).dropping(1))
    let ones = [Int](repeating: 1, count: sizes.count - 2)
    try expectEqual(
      affine(x.tensor(), scale.tensor(), shift.tensor()),
      x * scale.reshaped([sizes[1]] + ones) + shift.reshaped([sizes[1]] + ones))
  }

  /// One example by hand: the cross-correlation of a ramp with a corner detector.
  @Test func convolutionByHand() throws {
    let x = try arange(0, 9).reshape(1, 1, 3, 3)
    let w = try Tensor([Float(1), 0, 0, -1], shape: [1, 1, 2, 2])
    #expect(try conv2d(x, w).reals() == [-4, -4, -4, -4])
    // Same: x is padded behind only; the last row and column see zeros.
    #expect(
      try conv2d(x, w, padding: .same).reals() == [-4, -4, 2, -4, -4, 5, 6, 7, 8])
    // Dilated: the corners alone.
    #expect(try conv2d(x, w, dilation: [2, 2]).reals() == [-8])
    #expect(try pool2d(.max, x, size: [2, 2], stride: [1, 1]).reals() == [4, 5, 7, 8])
    #expect(try pool2d(.average, x, size: [2, 2], stride: [1, 1]).reals() == [2, 3, 5, 6])
  }
}
