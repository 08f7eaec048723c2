import Language
import Tensors

extension Library {
  static let choosing: [Builtin] = [
    Builtin(
      "masked", "The elements where a mask is true, also written x[mask].",
      Parameter("_ x", "a tensor"), Parameter("_ mask", "bool, with the sizes of the first axes"),
      examples: [
        Example("masked(Tensor([3, -1, 2]), [true, false, true]).list()", "[3.0, 2.0]"),
        Example("let x = Tensor([3, -1, 2])\nx[x > 0].sum()", "5.0"),
      ]
    ) { (_: Session, x: Tensor, mask: Tensor) -> Tensor in try x.masked(mask) },
    Builtin(
      "both", "Whether two bool tensors are both true, element by element.",
      Parameter("_ a", "a bool tensor"), Parameter("_ b", "a bool tensor"),
      examples: [
        Example("let x = Tensor([1, 2, 3])\nboth(x > 1, x < 3).list()", "[false, true, false]")
      ]
    ) { (_: Session, a: Tensor, b: Tensor) -> Tensor in try Tensor.both(a, b) },
    Builtin(
      "either", "Whether at least one of two bool tensors is true, element by element.",
      Parameter("_ a", "a bool tensor"), Parameter("_ b", "a bool tensor"),
      examples: [
        Example("let x = Tensor([1, 2, 3])\neither(x < 2, x > 2).list()", "[true, false, true]")
      ]
    ) { (_: Session, a: Tensor, b: Tensor) -> Tensor in try Tensor.either(a, b) },
    Builtin(
      "gather", "The elements at positions along an axis, one for each position.",
      Parameter("_ x", "a tensor"),
      Parameter("_ positions", "whole numbers, with the shape of x but for the axis"),
      Parameter("axis", "the axis they count along", default: -1),
      examples: [
        Example("gather(Tensor([[1, 2], [3, 4]]), [[1], [0]]).list()", "[[2.0], [3.0]]")
      ]
    ) { (_: Session, x: Tensor, positions: Tensor, axis: Int) -> Tensor in
      try x.gather(positions, axis: axis)
    },
    Builtin(
      "scatterAlong", "A copy with other elements at positions along an axis.",
      Parameter("_ x", "a tensor"),
      Parameter("_ positions", "whole numbers, with the shape of x but for the axis"),
      Parameter("_ values", "what is written there"),
      Parameter("axis", "the axis they count along", default: -1),
      Parameter("adding", "add to what is there", default: false),
      examples: [
        Example("scatterAlong(zeros(4), [1, 3], [5, 7]).list()", "[0.0, 5.0, 0.0, 7.0]"),
        Example("scatterAlong(zeros(2), [0, 0, 1], 1, adding: true).list()", "[2.0, 1.0]"),
      ]
    ) {
      (_: Session, x: Tensor, positions: Tensor, values: Tensor, axis: Int, adding: Bool)
        -> Tensor in
      try x.scatter(values, at: positions, axis: axis, adding: adding)
    },
    Builtin(
      "oneHot", "A row of zeros with a 1 at its label, for each label.",
      Parameter("_ labels", "whole numbers"), Parameter("classes", "number of classes", .positive),
      examples: [Example("oneHot([2, 0], classes: 3).list()", "[[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]")]
    ) { (_: Session, labels: Tensor, classes: Int) -> Tensor in
      try oneHot(labels, classes: classes)
    },
    Builtin(
      "clip", "Each element, or the nearer bound where it is outside of them.",
      Parameter("_ x", "a tensor"), Parameter("_ low", "least number"),
      Parameter("_ high", "greatest number"),
      examples: [Example("clip(Tensor([-3, 0.5, 8]), 0, 1).list()", "[0.0, 0.5, 1.0]")]
    ) { (_: Session, x: Tensor, low: Double, high: Double) -> Tensor in try x.clip(low, high) },
  ]

  static let arranging: [Builtin] = [
    Builtin(
      "split", "Parts along an axis, of equal size or of the sizes given.",
      Parameter("_ x", "a tensor"),
      Parameter("_ parts", "how many parts, or a list of their sizes"),
      Parameter("axis", "the axis that is divided", default: 0),
      examples: [
        Example("split(zeros(6, 2), 3)[0].shape", "[2, 2]"),
        Example("split(arange(0, 5), [2, 3])[1].list()", "[2.0, 3.0, 4.0]"),
      ]
    ) { (session: Session, x: Tensor, parts: Value, axis: Int) -> [Tensor] in
      if case .int(let count) = parts { return try x.split(count, axis: axis) }
      return try x.split(sizes: [Int].from(parts, in: session), axis: axis)
    },
    Builtin(
      "pad", "A tensor with a border of one number around it.", Parameter("_ x", "a tensor"),
      Parameter("_ widths", "a pair [before, behind] for each axis"),
      Parameter("with", "the number", default: 0.0),
      examples: [
        Example("pad(Tensor([1, 2]), [[1, 2]]).list()", "[0.0, 1.0, 2.0, 0.0, 0.0]")
      ]
    ) { (_: Session, x: Tensor, widths: [[Int]], value: Double) -> Tensor in
      try x.pad(widths, with: value)
    },
    Builtin(
      "tile", "A tensor repeated along its axes.", Parameter("_ x", "a tensor"),
      Parameter("_ repeats", "how often, for each axis"),
      examples: [
        Example("tile(Tensor([1, 2]), 2).list()", "[1.0, 2.0, 1.0, 2.0]"),
        Example("tile(zeros(2, 3), 2, 1).shape", "[4, 3]"),
      ]
    ) { (_: Session, x: Tensor, repeats: Variadic<Int>) -> Tensor in try x.tile(repeats.values) },
    Builtin(
      "sort", "The elements along an axis in order, and the positions where they stood.",
      Parameter("_ x", "a tensor"), Parameter("axis", "the axis", default: -1),
      Parameter("descending", "the largest first", default: false),
      gives: ["values", "positions"],
      examples: [
        Example("let (values, places) = sort(Tensor([3, 1, 2]))\nvalues.list()", "[1.0, 2.0, 3.0]"),
        Example("sort(Tensor([3, 1, 2])).positions.list()", "[1, 2, 0]"),
      ]
    ) { (_: Session, x: Tensor, axis: Int, descending: Bool) -> (Tensor, Tensor) in
      try x.sort(axis: axis, descending: descending)
    },
    Builtin(
      "argsort", "The positions that put the elements along an axis in order.",
      Parameter("_ x", "a tensor"), Parameter("axis", "the axis", default: -1),
      Parameter("descending", "the largest first", default: false),
      examples: [Example("argsort(Tensor([3, 1, 2]), descending: true).list()", "[0, 2, 1]")]
    ) { (_: Session, x: Tensor, axis: Int, descending: Bool) -> Tensor in
      try x.argsort(axis: axis, descending: descending)
    },
    Builtin(
      "topK", "The k largest elements along an axis, and the positions where they stand.",
      Parameter("_ x", "a tensor"), Parameter("_ k", "how many", .notNegative),
      Parameter("axis", "the axis", default: -1),
      Parameter("largest", "false for the smallest ones", default: true),
      gives: ["values", "positions"],
      examples: [
        Example("let (values, places) = topK(Tensor([3, 9, 5]), 2)\nplaces.list()", "[1, 2]")
      ]
    ) { (_: Session, x: Tensor, k: Int, axis: Int, largest: Bool) -> (Tensor, Tensor) in
      try x.topK(k, axis: axis, largest: largest)
    },
    Builtin(
      "einsum", "A sum of products of elements, with a letter for each axis.",
      Parameter("_ formula", "letters of the operands, then those of the result"),
      Parameter("_ operands", "the tensors"),
      examples: [
        Example("einsum(\"ij,jk->ik\", ones(2, 3), ones(3, 4)).shape", "[2, 4]"),
        Example("einsum(\"ii->\", Tensor([[1, 2], [3, 4]]))", "5.0"),
      ]
    ) { (_: Session, formula: String, operands: Variadic<Tensor>) -> Tensor in
      try einsum(formula, operands.values)
    },
  ]

  static let statistics: [Builtin] = [
    Builtin(
      "cumulativeSum", "Along an axis, the sum of the elements up to and with each one.",
      Parameter("_ x", "a tensor"), Parameter("axis", "the axis", default: -1),
      examples: [Example("cumulativeSum(Tensor([1, 2, 3])).list()", "[1.0, 3.0, 6.0]")]
    ) { (_: Session, x: Tensor, axis: Int) -> Tensor in try x.cumulativeSum(axis: axis) },
    Builtin(
      "percentile", "The number below which a percentage of the elements lies, interpolated.",
      Parameter("_ x", "a tensor"), Parameter("_ percent", "from 0 to 100"),
      Parameter("axis", "along this axis only", default: Int?.none),
      Parameter("keepDimensions", "keep the axis with size 1", default: false),
      examples: [Example("percentile(Tensor([1, 2, 3, 4]), 25)", "1.75")]
    ) { (_: Session, x: Tensor, percent: Double, axis: Int?, keep: Bool) -> Tensor in
      try x.percentile(percent, axis: axis, keepDimensions: keep)
    },
    Builtin(
      "median", "The number in the middle of the elements; the mean of two if even.",
      Parameter("_ x", "a tensor"),
      Parameter("axis", "along this axis only", default: Int?.none),
      Parameter("keepDimensions", "keep the axis with size 1", default: false),
      examples: [Example("median(Tensor([5, 1, 3]))", "3.0")]
    ) { (_: Session, x: Tensor, axis: Int?, keep: Bool) -> Tensor in
      try x.median(axis: axis, keepDimensions: keep)
    },
    Builtin(
      "histogramCounts", "How many elements fall into bins of equal width, and their edges.",
      Parameter("_ x", "a tensor"), Parameter("bins", "number of bins", default: 10, .positive),
      Parameter("low", "lower end; else the least element", default: Double?.none),
      Parameter("high", "upper end; else the greatest element", default: Double?.none),
      gives: ["counts", "edges"],
      examples: [
        Example(
          "let (counts, edges) = histogramCounts(Tensor([0, 1, 1, 4]), bins: 2)\ncounts.list()",
          "[3, 1]")
      ]
    ) {
      (_: Session, x: Tensor, bins: Int, low: Double?, high: Double?) -> (Tensor, Tensor) in
      try x.histogramCounts(bins: bins, low: low, high: high)
    },
  ]
}
