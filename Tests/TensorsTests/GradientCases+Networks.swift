import ReferenceKernels
import Tensors

extension GradientCase {
  static let convolutions: [GradientCase] = {
    var dice = Dice(76)
    var cases: [GradientCase] = []
    let dense = [1, 1]
    let grid:
      [(
        channels: Int, outputs: Int, groups: Int, stride: [Int], dilation: [Int], directions: Int?
      )] = [
        (1, 2, 1, [1, 1], dense, nil), (2, 2, 2, [1, 1], dense, nil),
        (2, 1, 1, [2, 1], dense, nil),
        (16, 16, 1, [1, 1], dense, 3), (17, 3, 1, [1, 1], dense, 3), (3, 32, 1, [2, 2], dense, 3),
        (16, 32, 16, [1, 1], dense, 3), (1, 2, 1, [1, 1], [2, 3], nil),
        (2, 2, 2, [2, 1], [2, 1], nil), (3, 32, 1, [1, 2], [2, 2], 3),
        (16, 16, 1, [1, 1], [1, 2], 3),
        (16, 16, 16, [1, 1], [2, 2], 3),
      ]
    for (channels, outputs, groups, stride, dilation, directions) in grid {
      let x = dice.reals([2, channels, 5, 4])
      let w = dice.reals([outputs, channels / groups, 3, 2], in: -0.5...0.5)
      let b = dice.reals([outputs])
      for padding in Padding.allCases {
        let window =
          padding == .same
          ? ReferenceWindow.same([5, 4], kernel: [3, 2], stride: stride, dilation: dilation)
          : ReferenceWindow(stride: stride, dilation: dilation)
        let name =
          "\(channels) to \(outputs) in \(groups) groups, \(stride), \(dilation), \(padding)"
        cases += [
          GradientCase("convolution \(name)", [x, w, b], directions: directions) {
            try conv2d(
              $0[0], $0[1], bias: $0[2], stride: stride, padding: padding, dilation: dilation,
              groups: groups)
          } reference: {
            $0[0].conv2d($0[1], $0[2], window, groups: groups)
          },
          GradientCase("convolution with relu \(name)", [x, w], directions: directions) {
            try conv2d(
              $0[0], $0[1], stride: stride, padding: padding, dilation: dilation, groups: groups,
              relu: true)
          } reference: {
            $0[0].conv2d($0[1], nil, window, groups: groups).relu()
          },
        ]
      }
    }
    return cases
  }()

  /// Values used more than once, and blocked tensors on their way through many operations.
  static let compositions: [GradientCase] = {
    var dice = Dice(77)
    let (a, b) = (dice.reals([2, 3], in: 0.5...2), dice.reals([2, 3], in: 0.5...2))
    let image = dice.reals([2, 16, 6, 6])
    let w1 = dice.reals([16, 16, 3, 3], in: -0.3...0.3)
    let b1 = dice.reals([16])
    let w2 = dice.reals([3, 16, 2, 2], in: -0.3...0.3)
    let w3 = dice.reals([4, 3], in: -0.5...0.5)
    return [
      GradientCase("x + x", [a]) {
        try $0[0] + $0[0]
      } reference: {
        $0[0] + $0[0]
      },
      GradientCase("x x + x", [a]) {
        try $0[0] * $0[0] + $0[0]
      } reference: {
        $0[0] * $0[0] + $0[0]
      },
      // The sum hands one gradient to both sides; adding to the one must leave the other alone.
      GradientCase("a shared gradient", [a, b]) {
        let sum = try $0[0] + $0[1]
        return try sum + $0[0] * 3 + $0[1] * 5 + $0[0]
      } reference: {
        $0[0] + $0[1] + $0[0].map { $0 * 3 } + $0[1].map { $0 * 5 } + $0[0]
      },
      GradientCase("a shared gradient behind views", [a, b]) {
        let sum = try $0[0].reshape(6) + $0[1].reshape(6)
        return try sum + ($0[0] * $0[1]).reshape(6) + $0[1].reshape(6) - $0[0].reshape(6) * 2
      } reference: {
        ($0[0] + $0[1] + $0[0] * $0[1] + $0[1] - $0[0].map { $0 * 2 }).reshaped([6])
      },
      GradientCase("a diamond", [a]) {
        let y = try exp($0[0])
        return try y * y + y / $0[0] - log(y)
      } reference: {
        let y = $0[0].exp()
        return y * y + y / $0[0] - y.log()
      },
      GradientCase("an unused input", [a, b]) {
        try $0[0] * 2
      } reference: {
        $0[0].map { $0 * 2 }
      },
      GradientCase("a constant in between", [a]) {
        try $0[0] * $0[0].detached()
      } reference: {
        // The constant is the point itself.
        $0[0] * a
      },
      GradientCase("a network", [image, w1, b1, w2, w3], directions: 4) {
        let first = try conv2d($0[0], $0[1], bias: $0[2])
        let pooled = try relu(pool2d(.max, first, size: [2, 2]))
        let second = try conv2d(pooled, $0[3], relu: true)
        let logits = try dense(second.flatten(from: 1), $0[4])
        return try crossEntropy(logits, Tensor([Int32(1), 3], shape: [2]))
      } reference: {
        $0[0].conv2d($0[1], $0[2]).maxPool2d([2, 2], ReferenceWindow(stride: [2, 2])).relu()
          .conv2d($0[3], nil).relu().reshaped([2, 3]).dense($0[4], nil).crossEntropy([1, 3])
      },
      // Blocked tensors that are sliced, reshaped, added and reduced.
      GradientCase("blocked ways", [image, w1], directions: 4) {
        let y = try conv2d($0[0], $0[1])
        let part = try y[.at(0), .range(lower: 2, upper: 5)]
        let flat = try y.reshape(4, -1).mean(axis: 1)
        return try part.sum() + (y * y).mean() * flat + rectify(y + y).reshape(-1).max()
      } reference: {
        let y = $0[0].conv2d($0[1], nil)
        let part = y.taking([[0], [2, 3, 4], Array(0..<4), Array(0..<4)])
        let flat = y.reshaped([4, y.count / 4]).mean(1).reshaped([4])
        let scalar = { (x: Reference) in x.reshaped([]) }
        return scalar(part.sum(nil)) + scalar((y * y).mean(nil)) * flat
          + scalar((y + y).relu().largest(nil))
      },
      // The rows of a dense layer's input are not those of the image that it was.
      GradientCase(
        "a dense layer of a reshaped image", [image, w1, dice.reals([2, 128])], directions: 4
      ) {
        try dense(conv2d($0[0], $0[1]).reshape(4, 128), $0[2])
      } reference: {
        $0[0].conv2d($0[1], nil).reshaped([4, 128]).dense($0[2], nil)
      },
      GradientCase("a residual block", [image, w1], directions: 4) {
        let y = try conv2d($0[0], $0[1], padding: .same, relu: true)
        let z = try conv2d(y, $0[1], padding: .same) + y + $0[0]
        return try pool2d(.average, z, size: [3, 3]).flatten(from: 1)
      } reference: {
        let window = ReferenceWindow.same([6, 6], kernel: [3, 3], stride: [1, 1])
        let y = $0[0].conv2d($0[1], nil, window).relu()
        let z = y.conv2d($0[1], nil, window) + y + $0[0]
        return z.averagePool2d([3, 3], ReferenceWindow(stride: [3, 3])).reshaped([2, 64])
      },
      GradientCase(
        "blocked batch norm", [image, w1, dice.reals([16]), dice.reals([16])], directions: 4
      ) {
        try batchNorm(conv2d($0[0], $0[1]), scale: $0[2], shift: $0[3]).y
      } reference: {
        $0[0].conv2d($0[1], nil).batchNorm($0[2], $0[3], epsilon: 1e-5)
      },
    ]
  }()
}
