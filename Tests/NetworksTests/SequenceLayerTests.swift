import Networks
import ReferenceKernels
import Tensors
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Layers over steps in time: against loops in Float64, and against numbers of PyTorch.
struct SequenceLayerTests {
  private static func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

  /// The gates of one unit at a step: W x + b, and U h + c, for each gate.
  private static func sums(
    _ p: [Reference], _ n: Int, _ t: Int, _ h: [Double], _ unit: Int, gates: Int
  ) -> [(input: Double, state: Double)] {
    (0..<gates).map { gate in
      let row = gate * h.count + unit
      var (input, state) = (0.0, 0.0)
      for c in 0..<p[0].sizes[2] { input += p[0][[n, t, c]] * p[1][[row, c]] }
      for u in h.indices { state += h[u] * p[2][[row, u]] }
      guard p.count > 3 else { return (input, state) }
      return (input + p[3].elements[row], state + p[4].elements[row])
    }
  }

  private static func gru(_ p: [Reference], units: Int) -> Reference {
    let (samples, steps) = (p[0].sizes[0], p[0].sizes[1])
    var result = Reference([samples, steps, units], repeating: 0)
    for n in 0..<samples {
      var h = [Double](repeating: 0, count: units)
      for t in 0..<steps {
        h = h.indices.map { unit in
          let s = sums(p, n, t, h, unit, gates: 3)
          let r = sigmoid(s[0].input + s[0].state)
          let z = sigmoid(s[1].input + s[1].state)
          return (1 - z) * tanh(s[2].input + r * s[2].state) + z * h[unit]
        }
        for unit in 0..<units { result[[n, t, unit]] = h[unit] }
      }
    }
    return result
  }

  private static func lstm(_ p: [Reference], units: Int) -> Reference {
    let (samples, steps) = (p[0].sizes[0], p[0].sizes[1])
    var result = Reference([samples, steps, units], repeating: 0)
    for n in 0..<samples {
      var h = [Double](repeating: 0, count: units)
      var c = h
      for t in 0..<steps {
        let all = h.indices.map { unit in
          sums(p, n, t, h, unit, gates: 4).map { $0.input + $0.state }
        }
        for unit in 0..<units {
          let s = all[unit]
          c[unit] = sigmoid(s[1]) * c[unit] + sigmoid(s[0]) * tanh(s[2])
          h[unit] = sigmoid(s[3]) * tanh(c[unit])
          result[[n, t, unit]] = h[unit]
        }
      }
    }
    return result
  }

  private static func last(_ states: Reference) -> Reference {
    Reference([states.sizes[0], states.sizes[2]]) { states[[$0[0], states.sizes[1] - 1, $0[1]]] }
  }

  @Test(arguments: [(2, 3, 2, 3), (1, 1, 1, 1), (3, 4, 1, 2)], [true, false])
  func recurrent(_ sizes: (n: Int, t: Int, c: Int, h: Int), _ isWhole: Bool) throws {
    var dice = Dice(41)
    let x = dice.reals([sizes.n, sizes.t, sizes.c])
    for bias in [true, false] {
      try checkLayer(GRU(sizes.h, returnsSequence: isWhole, bias: bias), x) {
        let states = Self.gru($0, units: sizes.h)
        return isWhole ? states : Self.last(states)
      }
      try checkLayer(LSTM(sizes.h, returnsSequence: isWhole, bias: bias), x) {
        let states = Self.lstm($0, units: sizes.h)
        return isWhole ? states : Self.last(states)
      }
    }
  }

  @Test(arguments: [(2, 3, 4, 2), (1, 1, 2, 1), (2, 2, 3, 3)], [true, false])
  func attention(_ sizes: (n: Int, t: Int, c: Int, heads: Int), _ causal: Bool) throws {
    var dice = Dice(42)
    let (t, c) = (sizes.t, sizes.c)
    let size = c / sizes.heads
    let x = dice.reals([sizes.n, t, c])
    for bias in [true, false] {
      let layer = try MultiHeadAttention(heads: sizes.heads, causal: causal, bias: bias)
      try checkLayer(layer, x) { p in
        let (weights, output) = (p[1], p[bias ? 3 : 2])
        func projected(_ n: Int, _ step: Int, _ row: Int) -> Double {
          (0..<c).reduce(bias ? p[2].elements[row] : 0) {
            $0 + p[0][[n, step, $1]] * weights[[row, $1]]
          }
        }
        var mixed = Reference([sizes.n, t, c], repeating: 0)
        for n in 0..<sizes.n {
          for head in 0..<sizes.heads {
            let own = head * size..<(head + 1) * size
            for i in 0..<t {
              let seen = 0..<(causal ? i + 1 : t)
              let powers = seen.map { j -> Double in
                let dot = own.reduce(0) { $0 + projected(n, i, $1) * projected(n, j, c + $1) }
                return exp(dot / Double(size).squareRoot())
              }
              let total = powers.reduce(0, +)
              for k in own {
                mixed[[n, i, k]] = seen.reduce(0) {
                  $0 + powers[$1] / total * projected(n, $1, 2 * c + k)
                }
              }
            }
          }
        }
        return Reference([sizes.n, t, c]) { index in
          (0..<c).reduce(bias ? p[4].elements[index[2]] : 0) {
            $0 + mixed[[index[0], index[1], $1]] * output[[index[2], $1]]
          }
        }
      }
    }
  }

  private static func wave(_ sizes: [Int], _ step: Double = 1.7) -> Reference {
    Reference(sizes, (0..<sizes.reduce(1, *)).map { sin(step * Double($0)) / 2 })
  }

  /// Output and slopes of PyTorch 2.15 in float64, weights and input sin(1.7 i) / 2: of each tensor
  /// the first six numbers and the sum.
  private func compare(
    _ layer: any Layer, on sizes: [Int], _ expected: [[Double]],
    at place: SourceLocation = #_sourceLocation
  ) throws {
    let x = Self.wave(sizes)
    let built = try layer.built(for: Shape(Array(sizes.dropFirst())), seed: 1)
    let points =
      try [x.tensor] + built.parameters.map { try Self.wave($0.tensor.shape.sizes).tensor }
    func near(_ tensor: Tensor, _ numbers: [Double]) throws {
      let all = try tensor.reals()
      let found = all.prefix(6) + [all.reduce(0, +)]
      #expect(
        zip(found, numbers).allSatisfy { abs($0 - $1) < 4e-6 }, "\(found), not \(numbers)",
        sourceLocation: place)
    }
    let (_, slopes) = try valueWithGradient(at: points) {
      var context = Context(.training)
      let y = try built.replacingParameters(Array($0.dropFirst())).forward($0[0], &context)
      try near(y.detached(), expected[0])
      return try (y * Self.wave(y.shape.sizes, 0.9).tensor).sum()
    }
    for (slope, numbers) in zip(slopes, expected.dropFirst()) { try near(slope, numbers) }
  }

  @Test func gruOfPyTorch() throws {
    try compare(
      GRU(4, returnsSequence: true), on: [2, 5, 3],
      [
        [
          0.144512922, 0.071669356, -0.267657436, 0.088543499, 0.27225259, -0.027903344,
          -3.769374766,
        ],
        [
          0.04089215, 0.117331391, -0.071127158, -0.051135366, -0.026839114, 0.05805151,
          -0.108772632,
        ],
        [
          -0.005933397, -0.00135933, 0.006283682, -0.001764404, -0.000664729, 0.001935698,
          0.063602141,
        ],
        [
          -0.001699665, 0.000537424, 0.003246418, 0.002302902, -0.002347357, -0.000396405,
          -0.003588592,
        ],
        [
          -0.007905267, -0.005118958, -0.004374686, 0.003153021, -0.005765879, -0.025964847,
          0.449379061,
        ],
        [
          -0.007905267, -0.005118958, -0.004374686, 0.003153021, -0.005765879, -0.025964847,
          0.181792439,
        ],
      ])
  }

  @Test func lstmOfPyTorch() throws {
    let bias = [
      0.045074119, 0.013768041, 0.003312322, 0.024327961, 0.058437394, 0.007382202, 0.427468739,
    ]
    try compare(
      LSTM(4, returnsSequence: true), on: [2, 5, 3],
      [
        [
          0.212212036, 0.096608607, -0.058937619, 0.011077826, 0.349707399, 0.010315243,
          2.375134972,
        ],
        [
          0.00509541, 0.012592583, -0.00834038, -0.045835188, 0.017401677, 0.041350967,
          -0.076142038,
        ],
        [
          0.000585952, -0.018594481, 0.004205641, 0.012963399, 0.00534591, -0.014340981,
          -0.026272176,
        ],
        [
          0.025894792, 0.004887459, -0.011129446, -0.00487909, 0.005214313, 0.002638286,
          0.08063398,
        ], bias, bias,
      ])
  }

  @Test func attentionOfPyTorch() throws {
    try compare(
      MultiHeadAttention(heads: 2), on: [2, 4, 6],
      [
        [
          0.149421529, -0.093534018, 0.564736305, -0.862808641, 0.125821344, 0.972333322,
          6.162579081,
        ],
        [
          0.042460981, -0.04917355, -0.029789498, 0.056849976, 0.015139886, -0.060751358,
          -0.101786045,
        ],
        [
          -0.006802136, -0.019351304, 0.011788754, 0.016313472, -0.015992556, -0.012192366,
          -0.110206273,
        ],
        [
          0.043707245, -0.037872308, 0.010394532, 0.015152338, 0.014400966, -0.035724569,
          -0.181424407,
        ],
        [
          0.440124132, -0.221329284, -0.125378654, 0.373165422, -0.402743121, 0.213742427,
          -0.101201723,
        ],
        [
          0.022490149, 0.362924797, 0.428705194, 0.170050047, -0.217295585, -0.440196251,
          0.326678351,
        ],
      ])
    try compare(
      MultiHeadAttention(heads: 2, causal: true), on: [2, 4, 6],
      [
        [
          0.378976703, -0.339884669, 0.687100749, -0.791259427, -0.098753391, 1.221596147,
          6.013370403,
        ],
        [
          -0.016667195, -0.162582973, 0.058563037, 0.147491924, -0.096570082, -0.122606877,
          -0.127955708,
        ],
      ])
  }

  /// A course that is learned: which of two channels was larger in the first step.
  @Test func remembersTheFirstStep() throws {
    var dice = Dice(43)
    let x = dice.reals([64, 6, 2])
    let labels = (0..<64).map { x[[$0, 0, 0]] > x[[$0, 0, 1]] ? 1 : 0 }
    for layer in [try GRU(8) as any Layer, try LSTM(8)] {
      var net = try Sequential([layer, Dense(2)], seed: 3).built(for: Shape([6, 2]))
      var optimizer = try Adam(0.03)
      var losses: [Double] = []
      for _ in 0..<60 {
        let (loss, gradient) = try valueWithGradient(at: net) {
          try crossEntropy($0(x.tensor), tensor(labels: labels))
        }
        try optimizer.update(&net, along: gradient)
        losses.append(try loss.item())
      }
      #expect(losses[59] < 0.3 * losses[0], "\(layer)")
    }
  }

  @Test func rearranging() throws {
    var dice = Dice(44)
    let x = dice.reals([2, 3, 4])
    try checkLayer(Transpose(), x) { $0[0].transposed([0, 2, 1]) }
    try checkLayer(Reshape(2, 1, 6), x) { $0[0].reshaped([2, 2, 1, 6]) }
    try checkLayer(GlobalAveragePool1D(), x) { $0[0].mean(2).reshaped([2, 3]) }
    #expect("\(try Reshape(2, 6))" == "Reshape(2, 6)")
    expectError("layer 1, Reshape(5): cannot reshape [3, 4] (12 elements) to [5]") {
      try Sequential(Reshape(5))(x.tensor)
    }
    expectError("a size of a sample must be at least 1, not 0") { try Reshape(2, 0) }
    expectRefused { try Reshape([]) }
    expectRefused { try Reshape(.max, .max) }
    expectRefused { try Sequential(Transpose())(zeros(2, 3)) }
    expectRefused { try Sequential(GlobalAveragePool1D())(zeros(2, 3, 0)) }
  }

  @Test func wordsAndErrors() throws {
    #expect(
      "\(try GRU(3, returnsSequence: true, bias: false))"
        == "GRU(3, returnsSequence: true, bias: false)")
    #expect(
      "\(try MultiHeadAttention(heads: 2, causal: true))"
        == "MultiHeadAttention(heads: 2, causal: true)")
    expectError("the number of units must be at least 1, not 0") { try LSTM(0) }
    expectError("the number of heads must be at least 1, not -1") {
      try MultiHeadAttention(heads: -1)
    }
    expectError("layer 1, GRU(2): GRU takes steps [time, channels], not [4]") {
      try Sequential(GRU(2))(zeros(1, 4))
    }
    expectError("layer 1, LSTM(2): the number of steps must be at least 1, not 0") {
      try Sequential(LSTM(2))(zeros(1, 0, 4))
    }
    expectError("layer 1, MultiHeadAttention(heads: 3): 4 channels do not divide into 3 heads") {
      try Sequential(MultiHeadAttention(heads: 3))(zeros(1, 5, 4))
    }
    expectRefused { try Sequential(MultiHeadAttention(heads: 1))(zeros(1, 5, 0)) }
    expectRefused { try LSTM(.max) }
    let built = try Sequential(GRU(2)).built(for: Shape([3, 4]))
    #expect(try built(zeros(0, 3, 4)).shape.sizes == [0, 2])
    #expect(try built(zeros(2, 7, 4)).shape.sizes == [2, 2], "any number of steps will do")
    expectRefused { try built(zeros(2, 7, 5)) }
    expectRefused { try built.outputShape(for: Shape([7, 5])) }
    let attention = try Sequential(MultiHeadAttention(heads: 2)).built(for: Shape([3, 4]))
    #expect(try attention(zeros(0, 3, 4)).shape.sizes == [0, 3, 4])
    expectRefused { try attention(zeros(2, 3, 6)) }
  }
}
