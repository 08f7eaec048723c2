import ReferenceKernels
import Tensors

extension GradientCase {
  static let positions: [GradientCase] = {
    var dice = Dice(78)
    var cases: [GradientCase] = []
    for (sizes, axis) in [([4], 0), ([3, 4], 0), ([3, 4], 1), ([2, 3, 2], 1)] as [([Int], Int)] {
      let x = dice.apart(sizes)
      var target = sizes
      target[axis] = 5
      let places = dice.wholes(target, in: 0...sizes[axis] - 1)
      let values = dice.reals(target)
      let (count, wide) = (sizes[axis], target)
      cases += [
        GradientCase("gather \(sizes) \(axis)", [x]) {
          try $0[0].gather(places.tensor(), axis: axis)
        } reference: {
          $0[0].gathered(places, axis)
        },
        GradientCase("scatter \(sizes) \(axis)", [x, values]) {
          try $0[0].scatter($0[1], at: places.tensor(), axis: axis)
        } reference: {
          $0[0].scattered($0[1], places, axis, adding: false)
        },
        GradientCase("scatter adding \(sizes) \(axis)", [x, values]) {
          try $0[0].scatter($0[1], at: places.tensor(), axis: axis, adding: true)
        } reference: {
          $0[0].scattered($0[1], places, axis, adding: true)
        },
        GradientCase("scatter of one number \(sizes) \(axis)", [x, dice.reals([])]) {
          try $0[0].scatter($0[1], at: places.tensor(), axis: axis, adding: true)
        } reference: {
          $0[0].scattered($0[1].broadcast(to: wide), places, axis, adding: true)
        },
        GradientCase("cumulative sum \(sizes) \(axis)", [x]) {
          try $0[0].cumulativeSum(axis: axis)
        } reference: {
          $0[0].lines(axis) { line in line.indices.map { line[...$0].reduce(0, +) } }
        },
        GradientCase("sort \(sizes) \(axis)", [x]) {
          try $0[0].sort(axis: axis).values
        } reference: {
          $0[0].lines(axis) { $0.sorted() }
        },
        GradientCase("topK \(sizes) \(axis)", [x]) {
          try $0[0].topK(2, axis: axis).values
        } reference: {
          $0[0].lines(axis) { Array($0.sorted(by: >).prefix(2)) }
        },
        GradientCase("split \(sizes) \(axis)", [x]) {
          let parts = try $0[0].split(sizes: [1, count - 1], axis: axis)
          return try concatenate([parts[1], parts[0]], axis: axis)
        } reference: {
          $0[0].lines(axis) { Array($0.dropFirst()) + [$0[0]] }
        },
      ]
      for share in [0, 0.3, 0.5, 1] {
        cases.append(
          GradientCase("percentile \(share) \(sizes) \(axis)", [x]) {
            try $0[0].percentile(share * 100, axis: axis, keepDimensions: true)
          } reference: {
            $0[0].lines(axis) { line in
              let place = share * Double(line.count - 1)
              let low = Int(place)
              let high = min(low + 1, line.count - 1)
              let sorted = line.sorted()
              return [sorted[low] + (sorted[high] - sorted[low]) * (place - Double(low))]
            }
          })
      }
    }
    return cases + rearranging(&dice)
  }()

  private static func rearranging(_ dice: inout Dice) -> [GradientCase] {
    let x = dice.apart([2, 3])
    let mask = Reference([2, 3], [1, 0, 1, 0, 0, 1])
    return [
      GradientCase("pad", [x]) {
        try $0[0].pad([[1, 0], [0, 2]], with: 0.5)
      } reference: { inputs in
        Reference([3, 5]) { $0[0] > 0 && $0[1] < 3 ? inputs[0][[$0[0] - 1, $0[1]]] : 0.5 }
      },
      GradientCase("tile", [x]) {
        try $0[0].tile([2, 1, 3])
      } reference: { inputs in
        Reference([2, 2, 9]) { inputs[0][[$0[1], $0[2] % 3]] }
      },
      GradientCase("clip", [x]) {
        try $0[0].clip(-0.12, 0.08)
      } reference: {
        $0[0].map { min(max($0, -0.12), 0.08) }
      },
      GradientCase("masked", [x]) {
        try $0[0].masked(mask.tensor(.bool))
      } reference: {
        Reference([3], [$0[0][[0, 0]], $0[0][[0, 2]], $0[0][[1, 2]]])
      },
      GradientCase("set masked", [x, dice.reals([])]) {
        var y = $0[0]
        try y.setMasked(mask.tensor(.bool), to: $0[1])
        return y
      } reference: { inputs in
        Reference([2, 3]) { mask[$0] != 0 ? inputs[1][[]] : inputs[0][$0] }
      },
    ]
      + [
        (["ij", "jk"], "ik", [[2, 3], [3, 4]]), (["ij", "kj"], "ki", [[2, 3], [4, 3]]),
        (["bij", "bjk"], "bik", [[2, 2, 3], [2, 3, 2]]), (["i", "j"], "ij", [[3], [2]]),
        (["ii"], "", [[3, 3]]), (["iij"], "ji", [[2, 2, 3]]), (["ij"], "j", [[2, 3]]),
        (["ij", "ij"], "", [[2, 3], [2, 3]]),
        (["ij", "jk", "kl"], "il", [[2, 3], [3, 2], [2, 2]]),
        (["bhid", "bhjd"], "bhij", [[2, 2, 3, 2], [2, 2, 2, 2]]),
        (["ij", "i", "j"], "i", [[2, 3], [2], [3]]), (["ij", "k"], "k", [[2, 3], [2]]),
      ].map { (inputs: [String], output: String, sizes: [[Int]]) in
        let formula = inputs.joined(separator: ",") + "->" + output
        return GradientCase("einsum \(formula)", sizes.map { dice.reals($0) }) {
          try einsum(formula, $0)
        } reference: {
          Reference.einsum(inputs, output, $0)
        }
      }
  }
}
