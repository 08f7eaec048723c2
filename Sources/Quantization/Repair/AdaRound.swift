public import Datasets
public import Networks
import Tensors

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The prepared network with weights that were rounded up or down as its outputs want it.
///
///     let net = try adaRound(net, bits: 4, calibration: train.take(512))
///     let small = try convert(net)
///
/// For each layer the rounding of every weight is learned from what enters the layer:
///
///     w~ = s clip(floor(w / s) + h(V), qmin, qmax),
///     h(V) = clip(1.2 sigmoid(V) - 0.1, 0, 1)
///
/// V minimises |f(W x) - f(W~ x)|^2 + 0.01 sum(1 - |2 h(V) - 1|^beta), where f is the layer's ReLU, if
/// it has one, and beta falls from 20 to 2; the second term, left out in the first fifth of the
/// steps, drives h to 0 or 1. Source: arXiv 2004.10568, equations 21 to 25.
///
/// `steps` of Adam with rate 0.01 are taken a layer, each on 256 rows. `activations: nil` leaves the
/// activations in float32; `inputBits` and `range` are those of `prepare`. What is returned has its weights on the grid, with scales that are held.
///
/// Errors: widths that are not 2 to 8 bits, empty calibration data, no layer to quantize.
public func adaRound(
  _ network: Sequential, bits: Int = 8, activations: Int? = 8, inputBits: Int? = nil,
  calibration: Dataset, range: RangeRule = .minMax, steps: Int = 500, seed: UInt64 = 0
) throws -> Sequential {
  guard steps >= 0 else { throw NetworkError.badSize("the number of steps", steps, minimum: 0) }
  var stream = RandomStream(seed: seed, stream: 0x6164_6172)
  return try Repair.reround(
    network, bits: bits, activations: activations, inputBits: inputBits, calibration, range
  ) { rows, x, target, type in
    var rounding = AdaRound(rows, type)
    try rounding.learn(on: x, target, steps: steps, from: &stream)
    return rounding.rounded()
  }
}

/// The rounding of some rows of weights as it is learned.
struct AdaRound {
  static let (zeta, gamma): (Float, Float) = (1.1, -0.1)
  static let (lambda, rate): (Float, Float) = (0.01, 0.01)
  static let (firstBeta, lastBeta) = (20.0, 2.0)
  /// The share of the steps without the term that drives h to its ends.
  static let warmUp = 0.2
  static let batch = 256

  let rows: WeightRows
  let type: CodeType
  /// floor(w / s).
  private let below: [Float]
  private(set) var v: [Float]

  init(_ rows: WeightRows, _ type: CodeType) {
    self.rows = rows
    self.type = type
    var (below, v) = (rows.values, rows.values)
    for row in 0..<rows.rows {
      for i in row * rows.columns..<(row + 1) * rows.columns {
        let ratio = rows.values[i] / rows.scales[row]
        below[i] = ratio.rounded(.down)
        // h(V) starts at the fraction that rounding down leaves.
        let sigmoid = (ratio - below[i] - Self.gamma) / (Self.zeta - Self.gamma)
        v[i] = logf(sigmoid / (1 - sigmoid))
      }
    }
    self.below = below
    self.v = v
  }

  /// h(V), and dh/dV, of one number.
  static func h(_ v: Float) -> (value: Float, slope: Float) {
    let sigmoid = 1 / (1 + expf(-v))
    let stretched = sigmoid * (zeta - gamma) + gamma
    if stretched <= 0 { return (0, 0) }
    if stretched >= 1 { return (1, 0) }
    return (stretched, (zeta - gamma) * sigmoid * (1 - sigmoid))
  }

  /// The weights for some h: s clip(floor(w / s) + h, qmin, qmax), with d w~ / dh.
  private func soft(
    _ h: (Int) -> (value: Float, slope: Float)
  ) -> (weights: [Float], slopes: [Float]) {
    var weights = [Float](repeating: 0, count: below.count)
    var slopes = weights
    let (low, high) = (Float(type.qmin), Float(type.qmax))
    for row in 0..<rows.rows {
      let scale = rows.scales[row]
      for i in row * rows.columns..<(row + 1) * rows.columns {
        let up = h(i)
        let code = below[i] + up.value
        weights[i] = scale * min(max(code, low), high)
        slopes[i] = code < low || code > high ? 0 : scale * up.slope
      }
    }
    return (weights, slopes)
  }

  /// The weights on the grid: up where h(V) is at least 1/2.
  func rounded() -> [Float] {
    soft { (v[$0] >= 0 ? 1 : 0, 0) }.weights
  }

  /// Learns V by Adam.
  mutating func learn(
    on x: Tensor, _ target: Repair.Target, steps: Int, from stream: inout RandomStream
  ) throws {
    let shape = try Shape([rows.rows, rows.columns])
    let bias = try Tensor(target.bias)
    let weights = try Tensor(rows.values, shape: shape)
    let count = x.shape[0]
    let answers = try dense(x, weights, bias: bias, relu: target.rectified).plain()
    var optimizer = try Adam(Double(Self.rate))
    var moving = [try Tensor(v, shape: shape)]
    for step in 0..<steps {
      try Stop.check()
      let start = count > Self.batch ? stream.below(count - Self.batch + 1) : 0
      let range = TensorIndex.range(lower: start, upper: min(start + Self.batch, count))
      let (part, wanted) = (try x.slice([range]), try answers.slice([range]))
      let (soft, slopes) = soft { Self.h(v[$0]) }
      let got = try dense(
        part, Tensor(soft, shape: shape), bias: bias, relu: target.rectified)
      var error = try (got - wanted) * (2 / Double(part.shape[0]))
      if target.rectified { error = try error * sign(got) }
      let pull = try error.transposed().matmul(part)
      let penalty = Self.penalty(step, of: steps)
      let gradient = try pull.withElements(Float.self) { pull in
        try Tensor(shape: shape, writing: Float.self) { result in
          for i in 0..<result.count {
            result[i] = pull[i] * slopes[i] + (penalty.map { Self.slope(v[i], beta: $0) } ?? 0)
          }
        }
      }
      try optimizer.step(&moving, along: [gradient])
      v = try moving[0].elements()
    }
  }

  /// beta at a step; nil while there is no penalty.
  static func penalty(_ step: Int, of steps: Int) -> Float? {
    let progress = Double(step) / Double(max(steps, 1))
    guard progress >= warmUp else { return nil }
    let share = (progress - warmUp) / (1 - warmUp)
    return Float(firstBeta + (lastBeta - firstBeta) * share)
  }

  /// d/dV of lambda (1 - |2h - 1|^beta).
  static func slope(_ v: Float, beta: Float) -> Float {
    let (value, slope) = h(v)
    let distance = 2 * value - 1
    guard slope > 0, distance != 0 else { return 0 }
    return -lambda * beta * powf(Swift.abs(distance), beta - 1) * 2
      * (distance < 0 ? -1 : 1) * slope
  }
}
