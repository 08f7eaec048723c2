import Tensors

/// Functions of each element, with broadcasting.
func elementwiseCases() throws -> [LibraryCase] {
  var writer = CaseWriter("element by element")
  let pairs: [(String, @Sendable (Tensor, Tensor) throws -> Tensor)] = [
    ("add", { try $0 + $1 }), ("subtract", { try $0 - $1 }), ("multiply", { try $0 * $1 }),
    ("divide", { try $0 / $1 }), ("maximum", { try maximum($0, $1) }),
    ("minimum", { try minimum($0, $1) }), ("remainder", { try $0 % $1 }),
  ]
  let shapes = [([2, 3], [2, 3]), ([4, 1, 3], [5, 1]), ([2, 3], [3]), ([1], [2, 2])]
  for (seed, (left, right)) in shapes.enumerated() {
    let a = try normal(Shape(left).elementCount, seed: seed).reshape(left)
    let b = try normal(Shape(right).elementCount, seed: seed + 10).reshape(right)
    for (name, function) in pairs {
      try writer.add(name, ["a": a, "b": b]) { try function($0[0], $0[1]) }
    }
    try writer.add("power", ["a": abs(a) + 0.1, "b": b]) { try $0[0].power($0[1]) }
    let mask = try Tensor.compare(.greater, a, b)
    try writer.add("select", ["a": a, "b": b], constants: ["mask": mask]) {
      try select(mask, $0[0], $0[1])
    }
  }
  // Where both are the same the slope is a matter of definition.
  let tied = try Tensor([1, 2, -1, 0] as [Float])
  let other = try Tensor([1, 3, -2, 0] as [Float])
  try writer.add("maximum", ["a": tied, "b": other]) { try maximum($0[0], $0[1]) }
  try writer.add("minimum", ["a": tied, "b": other]) { try minimum($0[0], $0[1]) }
  enum Domain { case real, positive, unit }
  let functions: [(String, Domain, @Sendable (Tensor) throws -> Tensor)] = [
    ("exp", .real, { try exp($0) }), ("log", .positive, { try log($0) }),
    ("log1p", .positive, { try log1p($0) }), ("log2", .positive, { try log2($0) }),
    ("log10", .positive, { try log10($0) }), ("rsqrt", .positive, { try rsqrt($0) }),
    ("reciprocal", .positive, { try reciprocal($0) }), ("expm1", .real, { try expm1($0) }),
    ("sqrt", .positive, { try sqrt($0) }), ("abs", .real, { try abs($0) }),
    ("square", .real, { try square($0) }), ("sign", .real, { try sign($0) }),
    ("negate", .real, { try -$0 }), ("clip", .real, { try $0.clip(-0.51, 1.02) }),
    ("sin", .real, { try sin($0) }), ("cos", .real, { try cos($0) }),
    ("tan", .real, { try tan($0) }), ("asin", .unit, { try asin($0) }),
    ("acos", .unit, { try acos($0) }), ("atan", .real, { try atan($0) }),
    ("sinh", .real, { try sinh($0) }), ("cosh", .real, { try cosh($0) }),
  ]
  for (name, domain, function) in functions {
    for seed in 0..<3 {
      var x = try normal(4, 1 + 7 * seed, seed: seed) * Double(1 + seed)
      switch domain {
      case .positive: x = try abs(x) + 0.01
      case .unit: x = try tanh(x) * 0.999
      case .real where seed == 2:
        // At its kinks, too.
        try x.setSlice([.at(0)], to: Tensor(scalar: 0))
        try x.setSlice([.at(1)], to: Tensor(scalar: 1))
      case .real: break
      }
      try writer.add(name, ["x": x]) { try function($0[0]) }
    }
  }
  let bounds = try Tensor([-0.5, 1, 0, 2] as [Float])
  try writer.add("clip, at its bounds", ["x": bounds]) { try $0[0].clip(-0.5, 1) }
  let halves = try Tensor([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 0.4, -0.6, 7] as [Float])
  for (name, function) in [
    ("round", { @Sendable in try round($0) }), ("floor", { try floor($0) }),
    ("ceil", { try ceil($0) }),
  ] as [(String, @Sendable (Tensor) throws -> Tensor)] {
    try writer.add(name, ["x": halves]) { try function($0[0]) }
  }
  return writer.cases
}

/// Sums, means and extremes.
func reductionCases() throws -> [LibraryCase] {
  var writer = CaseWriter("reductions")
  let reductions: [(String, @Sendable (Tensor, Int?, Bool) throws -> Tensor)] = [
    ("sum", { try $0.sum(axis: $1, keepDimensions: $2) }),
    ("mean", { try $0.mean(axis: $1, keepDimensions: $2) }),
    ("variance", { try $0.variance(axis: $1, keepDimensions: $2) }),
    ("standardDeviation", { try $0.standardDeviation(axis: $1, keepDimensions: $2) }),
    ("max", { try $0.max(axis: $1, keepDimensions: $2) }),
    ("min", { try $0.min(axis: $1, keepDimensions: $2) }),
    ("median", { try $0.median(axis: $1, keepDimensions: $2) }),
  ]
  for (seed, sizes) in [[7], [3, 5], [2, 3, 40], [300, 7]].enumerated() {
    let x = try normal(Shape(sizes).elementCount, seed: seed).reshape(sizes)
    for (name, function) in reductions {
      for axis in [nil, 0, sizes.count - 1] as [Int?] {
        for keeps in [false, true] {
          var settings: [String: Setting] = ["keepDimensions": .flag(keeps)]
          if let axis { settings["axis"] = .integer(axis) }
          try writer.add(name, ["x": x], settings) { try function($0[0], axis, keeps) }
        }
      }
    }
    for percent in [0, 12.5, 90, 100] {
      try writer.add("percentile", ["x": x], ["percent": .real(percent), "axis": -1]) {
        try $0[0].percentile(percent, axis: -1)
      }
    }
    for axis in 0..<sizes.count {
      try writer.add("cumulativeSum", ["x": x], ["axis": .integer(axis)]) {
        try $0[0].cumulativeSum(axis: axis)
      }
      try writer.addForward(
        "argmax", ["x": x], ["axis": .integer(axis)], outputs: ["y": x.argmax(axis: axis)])
      try writer.addForward(
        "argmin", ["x": x], ["axis": .integer(axis)], outputs: ["y": x.argmin(axis: axis)])
    }
  }
  // Numbers that a sum in float32 one after the other would lose.
  try writer.add("sum", ["x": normal(100_000, seed: 3) + 100], ["keepDimensions": false]) {
    try $0[0].sum()
  }
  return writer.cases
}

/// Products of matrices and sums over indices.
func productCases() throws -> [LibraryCase] {
  var writer = CaseWriter("products")
  let pairs = [
    ([3, 4], [4, 5]), ([4], [4]), ([4], [4, 3]), ([3, 4], [4]), ([2, 3, 4], [2, 4, 5]),
    ([2, 3, 4], [4, 5]), ([2, 1, 3, 4], [3, 4, 2]), ([65, 300], [300, 33]),
  ]
  for (seed, (left, right)) in pairs.enumerated() {
    let a = try normal(Shape(left).elementCount, seed: seed).reshape(left)
    let b = try normal(Shape(right).elementCount, seed: seed + 10).reshape(right)
    try writer.add("matmul", ["a": a, "b": b]) { try $0[0].matmul($0[1]) }
  }
  let formulas: [(String, [[Int]])] = [
    ("ij,jk->ik", [[3, 4], [4, 2]]), ("bij,bjk->bik", [[2, 3, 4], [2, 4, 5]]),
    ("ij->ji", [[3, 4]]), ("ij->", [[3, 4]]), ("ii->i", [[4, 4]]), ("ii->", [[4, 4]]),
    ("i,j->ij", [[3], [4]]), ("ij,ij->i", [[3, 4], [3, 4]]),
    ("bhqd,bhkd->bhqk", [[2, 3, 4, 5], [2, 3, 6, 5]]),
    ("ij,jk,kl->il", [[2, 3], [3, 4], [4, 5]]),
    ("ij,jk", [[3, 4], [4, 2]]),
  ]
  for (seed, (formula, shapes)) in formulas.enumerated() {
    let operands = try shapes.enumerated().map { index, sizes in
      (
        key: "x\(index)",
        value: try normal(Shape(sizes).elementCount, seed: seed + 20 * index).reshape(sizes)
      )
    }
    try writer.add(
      "einsum", operands, ["formula": .text(formula), "count": .integer(operands.count)]
    ) { try einsum(formula, $0) }
  }
  return writer.cases
}

/// Elements picked, ordered and written by position.
func positionCases() throws -> [LibraryCase] {
  var writer = CaseWriter("positions")
  for (seed, sizes) in [[6], [3, 5], [2, 4, 3]].enumerated() {
    let x = try normal(Shape(sizes).elementCount, seed: seed).reshape(sizes)
    for axis in 0..<sizes.count {
      let positions = try labels(x.count, below: sizes[axis], seed: seed).reshape(sizes)
      let place: Setting = .integer(axis)
      try writer.add("gather", ["x": x], constants: ["positions": positions], ["axis": place]) {
        try $0[0].gather(positions, axis: axis)
      }
      try writer.add(
        "scatter, adding", ["x": x, "values": x * 0.5 + 1], constants: ["positions": positions],
        ["axis": place]
      ) { try $0[0].scatter($0[1], at: positions, axis: axis, adding: true) }
      // Each place is written once: PyTorch does not say which of several values stays.
      let order = try x.argsort(axis: axis)
      try writer.add(
        "scatter", ["x": x, "values": x * 0.5 + 1], constants: ["positions": order],
        ["axis": place]
      ) { try $0[0].scatter($0[1], at: order, axis: axis) }
      for falling in [false, true] {
        let settings: [String: Setting] = ["axis": place, "descending": .flag(falling)]
        try writer.add("sort", ["x": x], settings) {
          try $0[0].sort(axis: axis, descending: falling).values
        }
        try writer.addForward(
          "argsort", ["x": x], settings,
          outputs: ["y": x.argsort(axis: axis, descending: falling)])
        try writer.add(
          "topK", ["x": x], ["axis": place, "largest": .flag(falling), "count": 2]
        ) { try $0[0].topK(2, axis: axis, largest: falling).values }
      }
    }
    let mask = try Tensor.compare(.greater, x, Tensor(scalar: 0.1))
    try writer.add("masked", ["x": x], constants: ["mask": mask]) { try $0[0].masked(mask) }
    try writer.addForward(
      "oneHot", ["x": labels(7, below: 5, seed: seed)], ["classes": 5],
      outputs: ["y": oneHot(labels(7, below: 5, seed: seed), classes: 5)])
  }
  return writer.cases
}

/// Shapes changed, parts cut out and put together.
func shapeCases() throws -> [LibraryCase] {
  var writer = CaseWriter("shapes")
  for seed in 0..<3 {
    let x = try normal(2, 3, 4, seed: seed)
    let other = try normal(2, 5, 4, seed: seed + 10)
    try writer.add("reshape", ["x": x], ["sizes": [4, 6]]) { try $0[0].reshape([4, 6]) }
    try writer.add("transposed", ["x": x], ["axes": [2, 0, 1]]) {
      try $0[0].transposed([2, 0, 1])
    }
    try writer.add("broadcast", ["x": x], ["sizes": [5, 2, 3, 4]]) {
      try $0[0].broadcast(to: Shape([5, 2, 3, 4]))
    }
    try writer.add("concatenate", ["a": x, "b": other], ["axis": 1]) {
      try concatenate($0, axis: 1)
    }
    try writer.add("stack", ["a": x, "b": x * 2], ["axis": 1]) { try stack($0, axis: 1) }
    try writer.add("slice", ["x": x]) {
      try $0[0].slice([
        .at(1), .range(lower: 1, upper: nil), .range(lower: 0, upper: 4, step: 2),
      ])
    }
    try writer.add("split", ["x": x], ["sizes": [1, 3], "axis": 2]) {
      let parts = try $0[0].split(sizes: [1, 3], axis: 2)
      return try parts[0] + parts[1] * 2
    }
    try writer.add("pad", ["x": x], ["value": 0.5]) {
      try $0[0].pad([[1, 0], [0, 2], [1, 1]], with: 0.5)
    }
    try writer.add("tile", ["x": x], ["repeats": [3, 1, 2]]) { try $0[0].tile([3, 1, 2]) }
    try writer.add("flatten", ["x": x], ["axis": 1]) { try $0[0].flatten(from: 1) }
  }
  return writer.cases
}
