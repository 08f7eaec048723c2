extension Operation {
  /// The gradients of the inputs, given the gradient `g` of the output; nil where not wanted.
  ///
  /// The table of all rules: one line each where it fits, a function below where not.
  func derivative(_ g: Tensor, wanted: [Bool]) throws -> [Tensor?] {
    switch self {
    case .leaf, .spent: []
    case .unary(let function, let x): [try function.derivative(g, x)]
    case .relu(let y): [try g.masked(by: y)]
    case .binary(let function, let a, let b): try function.derivative(g, a, b, wanted)
    case .select(let mask): [try g * mask, try g * (1 - mask)]
    case .sum(let input, let axis):
      [try g.reshape(input.restored(axis)).broadcast(to: input)]
    case .extremum(let x, let y, let axis): [try Self.extremum(g, x, y, axis)]
    case .reshape(let input): [try g.reshape(input.sizes)]
    case .permute(let order): [try g.transposed(order.inverted)]
    case .broadcast(let input): [try g.unbroadcast(to: input)]
    case .concatenate(let axis, let sizes): try Self.split(g, axis, sizes, wanted)
    case .slice(let input, let indices): [try g.scattered(into: input, at: indices)]
    case .assign(let indices, let value):
      [
        wanted[0] ? try g.erased(at: indices) : nil,
        wanted[1] ? try g.slice(indices).unbroadcast(to: value) : nil,
      ]
    case .rows(let input, let positions): [try g.scattered(into: input, rows: positions)]
    case .gather(let input, let axis, let positions):
      [try Self.gather(g, input, axis, positions)]
    case .scatter(let axis, let positions, let adding):
      try Self.scatter(g, axis, positions, adding, wanted)
    case .cumulativeSum(let axis): [try g.summing(axis, reversed: true)]
    case .matmul(let a, let b): try Self.matmul(g, a, b, wanted)
    case .convolution(let x, let weights, let y, let hasBias, let sizes):
      try Self.convolution(g, x, weights, y, hasBias, sizes, wanted)
    case .transposedConvolution(let x, let weights, let sizes):
      try Self.transposedConvolution(g, x, weights, sizes, wanted)
    case .inner(let x, let weights, let y, let hasBias, let sizes):
      try Self.inner(g, x, weights, y, hasBias, sizes, wanted)
    case .pool(let kind, let input, let layout, let workspace, let window, let output):
      [
        try Engine.poolBackward(
          kind, g, input: input, inputLayout: layout, workspace: workspace, window: window,
          output: output)
      ]
    case .blockedPool(let pooling, let which): [try pooling.gradient(g, which: which)]
    case .pooledConvolution(let x, let weights, let hasBias, let sizes, let pooling, let which):
      try Self.pooledConvolution(g, x, weights, hasBias, sizes, pooling, which, wanted)
    case .softmax(let y, let axis):
      // dx = y (g - sum(g y))
      [try y * (g - (g * y).sum(axis: axis, keepDimensions: true))]
    case .logSoftmax(let y, let axis):
      // dx = g - exp(y) sum(g)
      [try g - exp(y) * g.sum(axis: axis, keepDimensions: true)]
    case .crossEntropy(let probabilities, let labels):
      [try Self.crossEntropy(g, probabilities, labels)]
    case .batchNorm(let normalized, let scale, let deviation):
      try Self.batchNorm(g, normalized, scale, deviation)
    case .custom(let custom): try custom.derivative(g, wanted)
    }
  }

  /// The gradient goes to the extreme element; equal ones share it.
  private static func extremum(
    _ g: Tensor, _ x: Tensor, _ y: Tensor, _ axis: Int?
  ) throws -> Tensor {
    let kept = x.shape.restored(axis)
    let hit = try Tensor.compare(.equal, x, y.reshape(kept)).cast(to: .float32)
    let ties = try hit.sum(axis: axis).reshape(kept)
    return try hit * (g.reshape(kept) / ties)
  }

  private static func split(
    _ g: Tensor, _ axis: Int, _ sizes: [Int], _ wanted: [Bool]
  ) throws -> [Tensor?] {
    var start = 0
    return try zip(sizes, wanted).map { size, isWanted in
      defer { start += size }
      guard isWanted else { return nil }
      let whole = [TensorIndex](repeating: .range(lower: nil, upper: nil), count: axis)
      return try g.slice(whole + [.range(lower: start, upper: start + size)])
    }
  }

  /// dA = g B^T, dB = A^T g, summed over batch axes that were repeated.
  private static func matmul(
    _ g: Tensor, _ a: Tensor, _ b: Tensor, _ wanted: [Bool]
  ) throws -> [Tensor?] {
    [
      wanted[0] ? try Tensor.product(g, b, transposeB: true).unbroadcast(to: a.shape) : nil,
      wanted[1] ? try Tensor.product(a, g, transposeA: true).unbroadcast(to: b.shape) : nil,
    ]
  }

  private static func convolution(
    _ g: Tensor, _ x: Tensor, _ weights: Tensor, _ y: Tensor?, _ hasBias: Bool,
    _ sizes: ConvolutionSizes, _ wanted: [Bool]
  ) throws -> [Tensor?] {
    if let y, let sparse = try SparseGradient(sizes), sparse.canRead(y) {
      return try list(
        sparse.gradients(
          g.layout === y.layout && g.shape == y.shape ? g : g.aligned(with: y), .rectified(y), x: x,
          weights: weights, wantsInput: wanted[0]), hasBias)
    }
    let g = try y.map { try g.masked(by: $0) } ?? g
    let input =
      wanted[0] ? try Engine.convolveBackwardData(g, weights: weights, sizes: sizes) : nil
    guard wanted[1] || (hasBias && wanted[2]) else { return [input, nil, nil] }
    let (dw, db) = try Engine.convolveBackwardWeights(
      x, g, weightShape: weights.shape, hasBias: hasBias, sizes: sizes)
    return [input, dw, db]
  }

  private static func pooledConvolution(
    _ g: Tensor, _ x: Tensor, _ weights: Tensor, _ hasBias: Bool, _ sizes: ConvolutionSizes,
    _ pooling: BlockedPooling, _ which: Storage, _ wanted: [Bool]
  ) throws -> [Tensor?] {
    if !wanted[0], let first = try FirstConvolution(sizes, pooling: pooling) {
      let (dw, db) = try first.gradients(g, which: which, x: x)
      return [nil, dw, hasBias ? db : nil]
    }
    if pooling.thins, let sparse = try SparseGradient(sizes) {
      return try list(
        sparse.gradients(
          g, .pooled(pooling, which: which), x: x, weights: weights, wantsInput: wanted[0]),
        hasBias)
    }
    return try convolution(
      pooling.gradient(g, which: which), x, weights, nil, hasBias, sizes, wanted)
  }

  private static func list(
    _ gradients: (input: Tensor?, weights: Tensor, bias: Tensor), _ hasBias: Bool
  ) -> [Tensor?] {
    [gradients.input, gradients.weights, hasBias ? gradients.bias : nil]
  }

  private static func inner(
    _ g: Tensor, _ x: Tensor, _ weights: Tensor, _ y: Tensor?, _ hasBias: Bool,
    _ sizes: InnerSizes, _ wanted: [Bool]
  ) throws -> [Tensor?] {
    let g = try y.map { try g.masked(by: $0) } ?? g
    let input =
      wanted[0]
      ? try Engine.innerBackwardData(
        g, weights: weights, input: x.shape, inputLayout: x.layout, sizes: sizes) : nil
    guard wanted[1] || (hasBias && wanted[2]) else { return [input, nil, nil] }
    let (dw, db) = try Engine.innerBackwardWeights(
      x, g, weightShape: weights.shape, hasBias: hasBias, sizes: sizes)
    return [input, dw, db]
  }

  /// dx = (softmax(x) - onehot(label)) g / N.
  private static func crossEntropy(
    _ g: Tensor, _ probabilities: Tensor, _ labels: [Int32]
  ) throws -> Tensor {
    let (rows, classes) = (probabilities.shape[0], probabilities.shape[1])
    let factor = Float(try g.item()) / Float(max(rows, 1))
    return try probabilities.withElements(Float.self) { p in
      try Tensor(shape: probabilities.shape, writing: Float.self) { result in
        for i in 0..<p.count { result[i] = p[i] * factor }
        for row in 0..<rows { result[row * classes + Int(labels[row])] -= factor }
      }
    }
  }
}

extension UnaryFunction {
  /// g f'(x).
  fileprivate func derivative(_ g: Tensor, _ x: Tensor) throws -> Tensor {
    switch self {
    case .negate: try -g
    case .exp: try g * Tensors.exp(x)
    case .log: try g / x
    case .sqrt: try g * 0.5 / Tensors.sqrt(x)
    case .tanh: try g * (1 - Tensors.square(Tensors.tanh(x)))
    case .abs: try g * Tensors.sign(x)
    case .relu: try g.masked(by: x)
    case .sigmoid:
      try { s in try g * s * (1 - s) }(Tensors.sigmoid(x))
    case .square: try g * x * 2
    case .floor, .ceil, .round, .sign: try g * 0
    // 2 / sqrt(pi) exp(-x^2)
    case .erf: try g * Tensors.exp(-Tensors.square(x)) * (2 / Double.pi.squareRoot())
    case .softplus: try g * Tensors.sigmoid(x)
    case .sin: try g * Tensors.cos(x)
    case .cos: try -(g * Tensors.sin(x))
    case .tan: try g * (1 + Tensors.square(Tensors.tan(x)))
    case .asin: try g / Self.cosineOfArcsine(x)
    case .acos: try -(g / Self.cosineOfArcsine(x))
    case .atan: try g / (1 + Tensors.square(x))
    case .sinh: try g * Tensors.cosh(x)
    case .cosh: try g * Tensors.sinh(x)
    case .log1p: try g / (1 + x)
    case .expm1: try g * Tensors.exp(x)
    case .log2: try g / (x * Self.ln2)
    case .log10: try g / (x * Self.ln10)
    case .rsqrt: try g * -0.5 * Tensors.rsqrt(x) / x
    case .reciprocal: try -(g / Tensors.square(x))
    }
  }

  private static let (ln2, ln10) = (0.693147180559945309, 2.302585092994045684)

  /// sqrt(1 - x^2), whose factors lose nothing near 1, where the square would.
  private static func cosineOfArcsine(_ x: Tensor) throws -> Tensor {
    try Tensors.sqrt((1 - x) * (1 + x))
  }
}

extension BinaryFunction {
  /// g df/da and g df/db, summed over the axes that were broadcast.
  fileprivate func derivative(
    _ g: Tensor, _ a: Tensor, _ b: Tensor, _ wanted: [Bool]
  ) throws -> [Tensor?] {
    func left(_ make: () throws -> Tensor) throws -> Tensor? {
      wanted[0] ? try make().unbroadcast(to: a.shape) : nil
    }
    func right(_ make: () throws -> Tensor) throws -> Tensor? {
      wanted[1] ? try make().unbroadcast(to: b.shape) : nil
    }
    switch self {
    case .add: return [try left { g }, try right { g }]
    case .subtract: return [try left { g }, try right { try -g }]
    case .multiply: return [try left { try g * b }, try right { try g * a }]
    case .divide: return [try left { try g / b }, try right { try -(g * a / (b * b)) }]
    case .power:
      return [
        // b a^(b - 1), which is 0 where b is 0, even at a = 0
        try left {
          let isZero = try Tensor.compare(.equal, b, Tensor(scalar: 0))
          return try g * select(isZero, b, b * a.power(b - 1))
        },
        // a^b ln a, which is 0 where a is 0
        try right {
          let safe = try Tensors.select(
            Tensor.compare(.greater, a, Tensor(scalar: 0)), a, Tensor(scalar: 1))
          return try g * a.power(b) * Tensors.log(safe)
        },
      ]
    case .remainder:
      // a - b trunc(a / b); what the remainder leaves is a multiple of b but for rounding.
      return [try left { g }, try right { try -(g * Tensors.round((a - a % b) / b)) }]
    case .maximum, .minimum:
      // Equal elements share the gradient.
      let comparison: Comparison = self == .maximum ? .greater : .less
      let wins = try Tensor.compare(comparison, a, b).cast(to: .float32)
      let ties = try Tensor.compare(.equal, a, b).cast(to: .float32)
      let share = try wins + ties * 0.5
      return [try left { try g * share }, try right { try g * (1 - share) }]
    }
  }
}

extension Tensor {
  /// The gradient of a ReLU: passes where `y > 0`.
  fileprivate func masked(by y: Tensor) throws -> Tensor {
    guard layout === y.layout, shape == y.shape else {
      return try aligned(with: y).masked(by: y)
    }
    let bytes = storage.byteCount
    let result = try Storage(byteCount: bytes)
    Elementwise.reluBackward(
      (layout?.byteCount ?? count * 4) / 4,
      y: y.storage.pointer.assumingMemoryBound(to: Float.self),
      gradient: storage.pointer.assumingMemoryBound(to: Float.self),
      result.pointer.assumingMemoryBound(to: Float.self))
    return Tensor(shape: shape, dtype: .float32, storage: result, layout: layout)
  }

  /// The same numbers in the layout and shape of another tensor.
  fileprivate func aligned(with other: Tensor) throws -> Tensor {
    let reshaped = try reshape(other.shape.sizes)
    let target = try other.engineLayout(as: reshaped.layout?.sizes)
    return Tensor(
      shape: other.shape, dtype: .float32, storage: try reshaped.storage(in: target),
      layout: other.layout)
  }

  /// Zeros with this tensor written at some indices.
  fileprivate func scattered(into shape: Shape, at indices: [TensorIndex]) throws -> Tensor {
    var result = try Tensor(repeating: 0, shape: shape)
    try result.setSlice(indices, to: self)
    return result
  }

  /// This tensor with zeros written at some indices.
  fileprivate func erased(at indices: [TensorIndex]) throws -> Tensor {
    var result = self
    try result.setSlice(indices, to: Tensor(scalar: 0))
    return result
  }

  /// Zeros with this tensor's rows added at some positions.
  fileprivate func scattered(into shape: Shape, rows positions: [Int]) throws -> Tensor {
    var result = try Tensor(repeating: 0, shape: shape)
    let width = shape.elementCount / Swift.max(shape[0], 1)
    try withElements(Float.self) { source in
      try result.withMutableElements(Float.self) { target in
        for (row, position) in positions.enumerated() {
          for i in 0..<width { target[position * width + i] += source[row * width + i] }
        }
      }
    }
    return result
  }
}

extension Shape {
  /// The sizes with the reduced axis kept as 1 (all of them for nil).
  fileprivate func restored(_ axis: Int?) -> [Int] {
    guard let axis else { return [Int](repeating: 1, count: rank) }
    return replacing(axis: axis, with: 1).sizes
  }
}

extension Array where Element == Int {
  /// The permutation that undoes this one.
  fileprivate var inverted: [Int] {
    var inverse = self
    for (position, axis) in enumerated() { inverse[axis] = position }
    return inverse
  }
}
