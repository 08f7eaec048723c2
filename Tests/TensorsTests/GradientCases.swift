import ReferenceKernels
import Tensors

extension GradientCase {
  static let unary: [GradientCase] = UnaryFunction.allCases.flatMap { function in
    var dice = Dice(71)
    return [[], [5], [2, 3], [2, 1, 3]].map { (sizes: [Int]) in
      let x =
        switch function {
        case .log, .log1p, .log2, .log10, .sqrt, .rsqrt, .reciprocal:
          dice.reals(sizes, in: 0.5...3)
        case .asin, .acos: dice.reals(sizes, in: -0.95...0.95)
        case .sin, .cos, .tan, .atan, .sinh, .cosh: dice.reals(sizes, in: domain(of: function))
        default: dice.apart(sizes)
        }
      return GradientCase(
        "\(function) of \(sizes)", [x], library: { try $0[0].unary(function) },
        reference: { definition(of: function)($0[0]) })
    }
  }

  static let binary: [GradientCase] = BinaryFunction.allCases.flatMap { function in
    var dice = Dice(72)
    let pairs: [([Int], [Int])] = [
      ([], []), ([3], [3]), ([2, 3], [3]), ([3], [2, 3]), ([2, 1], [1, 3]), ([], [2, 2]),
      ([2, 3, 2], [3, 1]), ([1], [4]),
    ]
    return pairs.map { left, right in
      // Apart from one another: a has odd, b even multiples of a twentieth.
      let a = dice.apart(left)
      let b = dice.apart(right).map { $0 + 0.025 }
      let isPower = function == .power
      // A remainder jumps where b divides a.
      let base =
        isPower ? a.map { abs($0) + 0.5 } : function == .remainder ? a.map { 3 * $0 + 0.011 } : a
      let other =
        [.divide, .remainder].contains(function) ? b.map { $0 < 0 ? $0 - 0.5 : $0 + 0.5 } : b
      return GradientCase(
        "\(function) of \(left) and \(right)", [base, other],
        library: { try Tensor.binary(function, $0[0], $0[1]) },
        reference: { definition(of: function)($0[0], $0[1]) })
    }
  }

  static let shaping: [GradientCase] = {
    var dice = Dice(73)
    let x = dice.reals([2, 3, 4])
    let m = dice.wholes([2, 3], in: 0...1)
    let (a, b) = (dice.reals([2, 3]), dice.reals([2, 2]))
    func all(_ sizes: [Int]) -> [[Int]] { sizes.map { Array(0..<$0) } }
    return [
      GradientCase("reshape", [x]) {
        try $0[0].reshape(4, -1)
      } reference: {
        $0[0].reshaped([4, 6])
      },
      GradientCase("permute", [x]) {
        try $0[0].transposed(2, 0, 1)
      } reference: {
        $0[0].transposed([2, 0, 1])
      },
      GradientCase("broadcast", [a]) {
        try $0[0].reshape(2, 1, 3).broadcast(to: Shape([2, 2, 3]))
      } reference: {
        $0[0].reshaped([2, 1, 3]).broadcast(to: [2, 2, 3])
      },
      GradientCase("concatenate", [a, b]) {
        try concatenate([$0[0], $0[1], $0[0]], axis: 1)
      } reference: {
        Reference.concatenate([$0[0], $0[1], $0[0]], axis: 1)
      },
      GradientCase("stack", [a]) {
        try stack([$0[0], $0[0] * 2])
      } reference: {
        let rows = $0[0].reshaped([1, 2, 3])
        return Reference.concatenate([rows, rows.map { $0 * 2 }], axis: 0)
      },
      GradientCase("slice", [x]) {
        try $0[0][.at(-1), .range(lower: 1, upper: nil), .range(lower: 0, upper: 4, step: 3)]
      } reference: {
        $0[0].taking([[1], [1, 2], [0, 3]]).reshaped([2, 2])
      },
      GradientCase("slice twice", [a]) {
        try $0[0][.at(0)] * $0[0][.at(1)] + $0[0][.at(0)]
      } reference: {
        let (top, bottom) = (
          $0[0].taking([[0], [0, 1, 2]]).reshaped([3]),
          $0[0].taking([[1], [0, 1, 2]]).reshaped([3])
        )
        return top * bottom + top
      },
      GradientCase("assign", [x, dice.reals([2, 1])]) {
        var y = try $0[0] * 3
        try y.setSlice(
          [.range(lower: nil, upper: nil), .at(1), .range(lower: 1, upper: 3)], to: $0[1])
        return y
      } reference: {
        $0[0].map { $0 * 3 }.replacing(
          [[0, 1], [1], [1, 2]], with: $0[1].reshaped([2, 1, 1]).broadcast(to: [2, 1, 2]))
      },
      GradientCase("assign to a constant", [dice.reals([3])]) {
        var y = try ones(2, 3)
        try y.setSlice([.at(0)], to: $0[0])
        return try y * y
      } reference: {
        let y = Reference([2, 3], repeating: 1).replacing(
          [[0], [0, 1, 2]], with: $0[0].reshaped([1, 3]))
        return y * y
      },
      GradientCase("rows", [x]) {
        try $0[0].rows(at: [1, 1, 0])
      } reference: {
        $0[0].taking([[1, 1, 0]] + [Array(0..<3), Array(0..<4)])
      },
      GradientCase("select", [a, dice.reals([3])]) {
        try select(m.tensor(.bool), $0[0], $0[1])
      } reference: { inputs in
        Reference([2, 3]) {
          m[$0] != 0 ? inputs[0][$0] : inputs[1].broadcastElement(at: $0)
        }
      },
      GradientCase("flatten", [x]) {
        try $0[0].flatten(from: 1)
      } reference: {
        $0[0].reshaped([2, 12])
      },
    ]
  }()

  static let reducing: [GradientCase] = {
    var dice = Dice(74)
    let x = dice.apart([2, 3, 2])
    return [nil, 0, 1, 2].flatMap { (axis: Int?) -> [GradientCase] in
      let name = axis.map(String.init) ?? "all"
      return [
        GradientCase("sum \(name)", [x]) {
          try $0[0].sum(axis: axis)
        } reference: {
          $0[0].sum(axis).dropping(axis)
        },
        GradientCase("mean \(name)", [x]) {
          try $0[0].mean(axis: axis, keepDimensions: true)
        } reference: {
          $0[0].mean(axis)
        },
        GradientCase("variance \(name)", [x]) {
          try $0[0].variance(axis: axis)
        } reference: {
          $0[0].variance(axis).dropping(axis)
        },
        GradientCase("deviation \(name)", [x]) {
          try $0[0].standardDeviation(axis: axis)
        } reference: {
          $0[0].variance(axis).dropping(axis).map { $0.squareRoot() }
        },
        GradientCase("max \(name)", [x]) {
          try $0[0].max(axis: axis)
        } reference: {
          $0[0].largest(axis).dropping(axis)
        },
        GradientCase("min \(name)", [x]) {
          try $0[0].min(axis: axis, keepDimensions: true)
        } reference: {
          $0[0].least(axis)
        },
      ]
    }
  }()

  static let layers: [GradientCase] = {
    var dice = Dice(75)
    let (x, w, b) = (dice.reals([3, 4]), dice.reals([2, 4]), dice.reals([2]))
    let image = dice.apart([2, 3, 5, 4])
    let labels = [1, 3, 0]
    let (scale, shift) = (dice.reals([3], in: 0.5...2), dice.reals([3]))
    var cases: [GradientCase] = [
      GradientCase("dense", [x, w, b]) {
        try dense($0[0], $0[1], bias: $0[2])
      } reference: {
        $0[0].dense($0[1], $0[2])
      },
      GradientCase("dense without bias", [x, w]) {
        try dense($0[0], $0[1])
      } reference: {
        $0[0].dense($0[1], nil)
      },
      GradientCase("dense with relu", [x, w, b]) {
        try dense($0[0], $0[1], bias: $0[2], relu: true)
      } reference: {
        $0[0].dense($0[1], $0[2]).relu()
      },
      GradientCase("rectify", [dice.apart([2, 3])]) {
        try rectify($0[0])
      } reference: {
        $0[0].relu()
      },
      GradientCase("cross entropy", [x]) {
        try crossEntropy($0[0], Tensor(labels.map(Int32.init), shape: [3]))
      } reference: {
        $0[0].crossEntropy(labels)
      },
      GradientCase("batch norm", [dice.reals([3, 3, 2]), scale, shift]) {
        try batchNorm($0[0], scale: $0[1], shift: $0[2]).y
      } reference: {
        $0[0].batchNorm($0[1], $0[2], epsilon: 1e-5)
      },
      GradientCase("affine", [dice.reals([2, 3, 2]), scale, shift]) {
        try affine($0[0], $0[1], $0[2])
      } reference: {
        $0[0] * $0[1].reshaped([3, 1]) + $0[2].reshaped([3, 1])
      },
      // A derivative of the caller's: a cube whose slope is given by hand.
      GradientCase("custom", [x]) { inputs in
        let x = inputs[0].detached()
        return try (x * x * x).recorded(
          .custom(CustomDerivative("cube") { g, _ in [try g * x * x * 3] }), inputs[0])
      } reference: {
        $0[0] * $0[0] * $0[0]
      },
    ]
    for axis in 0...1 {
      cases += [
        GradientCase("softmax \(axis)", [x]) {
          try softmax($0[0], axis: axis)
        } reference: {
          $0[0].softmax(axis)
        },
        GradientCase("log softmax \(axis)", [x]) {
          try logSoftmax($0[0], axis: axis)
        } reference: {
          $0[0].logSoftmax(axis)
        },
      ]
    }
    for (left, right) in [
      ([2, 3], [3, 2]), ([2, 2, 3], [3, 2]), ([2, 3], [2, 3, 2]), ([2, 1, 2, 3], [3, 3, 1]),
      ([3], [3]),
      ([3], [2, 3, 2]), ([2, 2, 3], [3]),
    ] as [([Int], [Int])] {
      cases.append(
        GradientCase("matmul \(left) \(right)", [dice.reals(left), dice.reals(right)]) {
          try $0[0].matmul($0[1])
        } reference: { inputs in
          let a = left.count == 1 ? inputs[0].reshaped([1] + left) : inputs[0]
          let b = right.count == 1 ? inputs[1].reshaped(right + [1]) : inputs[1]
          let product = a.matmul(b)
          var sizes = product.sizes
          if right.count == 1 { sizes.removeLast() }
          if left.count == 1 { sizes.remove(at: sizes.count - (right.count == 1 ? 1 : 2)) }
          return product.reshaped(sizes)
        })
    }
    cases.append(
      GradientCase("max pool in blocks, with a ReLU", [image], directions: 6) {
        try pool2d(
          .max, inBlocks($0[0]), size: [2, 2], stride: [2, 3], padding: .valid, rectifying: true)
      } reference: {
        $0[0].maxPool2d([2, 2], ReferenceWindow(stride: [2, 3])).relu()
      })
    for channels in [1, 16] {
      let inputs = [
        dice.reals([1, channels, 7, 6]), dice.reals([16, channels, 3, 3], in: -0.5...0.5),
        dice.reals([16]),
      ]
      cases.append(
        GradientCase("a max pool of a convolution of \(channels)", inputs, directions: 6) {
          // The convolution lies in blocks where the machine is wide enough.
          try pool2d(
            .max, conv2d($0[0], $0[1], bias: $0[2]), size: [2, 2], stride: [2, 2], padding: .valid,
            rectifying: true)
        } reference: {
          $0[0].conv2d($0[1], $0[2]).maxPool2d([2, 2], ReferenceWindow(stride: [2, 2])).relu()
        })
    }
    for (size, stride) in [([2, 2], [2, 2]), ([3, 2], [1, 2])] {
      for padding in Padding.allCases {
        let window =
          padding == .same
          ? ReferenceWindow.same([5, 4], kernel: size, stride: stride)
          : ReferenceWindow(stride: stride)
        cases += [
          GradientCase("max pool \(size) \(padding)", [image]) {
            try pool2d(.max, $0[0], size: size, stride: stride, padding: padding)
          } reference: {
            $0[0].maxPool2d(size, window)
          },
          GradientCase("average pool \(size) \(padding)", [image], directions: 6) {
            try pool2d(.average, $0[0], size: size, stride: stride, padding: padding)
          } reference: {
            $0[0].averagePool2d(size, window)
          },
        ]
      }
    }
    return cases
  }()
}
