import Networks
import Tensors
import Testing

@testable import Quantization

/// The gradient of each method against its definition, element by element.
@Suite struct GradientRuleTests {
  /// d/ds and d/dx of LSQ, from arXiv 1902.08153, equations 3 and 5, in Float64.
  private func lsq(
    _ x: [Float], _ g: [Float], scale: Float, low: Float, high: Float
  ) -> (dx: [Float], ds: Double) {
    var (dx, ds) = ([Float](), 0.0)
    for (x, g) in zip(x, g) {
      let ratio = Double(x / scale)
      let isInside = ratio >= Double(low) && ratio < Double(high)
      dx.append(isInside ? g : 0)
      let slope =
        isInside
        ? ratio.rounded(.toNearestOrEven) - ratio : ratio < Double(low) ? Double(low) : Double(high)
      ds += Double(g) * slope
    }
    return (dx, ds)
  }

  @Test(arguments: [2, 3, 4, 8], [1, 15, 16, 4099, 70_000])
  func stepKernel(_ bits: Int, _ count: Int) throws {
    let type = try CodeType(bits: bits)
    let x: [Float] = try Samples.normal([count], seed: UInt64(count)).elements()
    let g: [Float] = try Samples.normal([count], seed: UInt64(count + bits)).elements()
    let grid = Grid(scale: 0.3, zeroPoint: 0, type: type)
    var dx = [Float](repeating: 7, count: count)
    let sums = StepKernel.backward(x, g, &dx, count, grid)
    let expected = lsq(x, g, scale: 0.3, low: grid.low, high: grid.high)
    #expect(dx == expected.dx)
    let slope = sums.rounding + Double(grid.low) * sums.below + Double(grid.high) * sums.above
    #expect(abs(slope - expected.ds) < 1e-3 * (1 + Double(count).squareRoot()))
  }

  /// A channel that is visited in several stretches is summed over all of them.
  @Test func lsqOfALongChannel() throws {
    let count = (1 << 20) + 77
    let w = try Samples.normal([1, count], seed: 3)
    let policy = try QuantizationPolicy(weights: 4, method: .lsq)
    let (_, gradients) = try valueWithGradient(at: [w, Tensor([0.3] as [Float])]) {
      try QuantizedWeights.fake($0[0], policy, scale: $0[1], isLearned: true).sum()
    }
    let type = try policy.weightType
    let expected = lsq(
      try w.elements(), [Float](repeating: 1, count: count), scale: 0.3, low: Float(type.qmin),
      high: Float(type.qmax))
    let factor = 1 / (Double(count) * Double(type.qmax)).squareRoot()
    #expect(abs(try gradients[1].reals()[0] - expected.ds * factor) < 1e-3)
  }

  /// Weights: each channel has its own step, whose gradient is divided by sqrt(N qmax).
  @Test(arguments: [2, 3, 8])
  func lsqOfWeights(_ bits: Int) throws {
    let w = try Samples.normal([3, 50], seed: 1)
    let scales: [Float] = [0.2, 0.5, 0.05]
    let g = try Samples.normal([3, 50], seed: 2)
    let policy = try QuantizationPolicy(weights: bits, method: .lsq)
    let (_, gradients) = try valueWithGradient(at: [w, Tensor(scales)]) {
      try (QuantizedWeights.fake($0[0], policy, scale: $0[1], isLearned: true) * g).sum()
    }
    let type = try policy.weightType
    let (ds, dx) = try (gradients[1].reals(), gradients[0].elements(as: Float.self))
    let (x, incoming) = try (w.elements(as: Float.self), g.elements(as: Float.self))
    for row in 0..<3 {
      let range = row * 50..<row * 50 + 50
      let expected = lsq(
        Array(x[range]), Array(incoming[range]), scale: scales[row], low: Float(type.qmin),
        high: Float(type.qmax))
      #expect(Array(dx[range]) == expected.dx)
      let factor = 1 / (50 * Double(type.qmax)).squareRoot()
      #expect(abs(ds[row] - expected.ds * factor) < 1e-4)
    }
  }

  /// The derivative of an integral of x^ with respect to the step: central differences.
  ///
  /// Single numbers jump, but an integral is smooth, and LSQ's rule takes the mean effect of the jumps
  /// that move with the step: -x/s. For a linear weight the two differ by 7 s^2 / 24, the error of
  /// the midpoint rule over the 7 jumps.
  @Test func lsqAgainstDifferences() throws {
    let count = 100_001
    let x = try linspace(-3, 3, count).reshape(1, count)
    let g = try x * 0.5 + 1
    let type = try CodeType(bits: 3)
    func parameters(_ scale: Float) throws -> QuantizationParameters {
      try QuantizationParameters(scales: [scale], type: type, granularity: .channel)
    }
    func integral(_ scale: Float) throws -> Double {
      let y = try parameters(scale).fake(x, Rounder(.halfEven)).reals()
      return try zip(y, g.reals()).reduce(0) { $0 + $1.0 * $1.1 } * 6 / Double(count)
    }
    for scale: Float in [0.3, 0.45, 0.7] {
      let gradients = try LearnedStep.weightGradients(g, at: x, parameters(scale))
      let factor = 1 / (Double(count) * Double(type.qmax)).squareRoot()
      let own = try #require(gradients[1]).item() / factor * 6 / Double(count)
      let difference = try (integral(scale + 0.01) - integral(scale - 0.01)) / 0.02
      #expect(abs(own - difference) < 0.01 * abs(own) + 7 * Double(scale * scale) / 24)
    }
  }

  /// Activations: N counts the features of a sample, not the batch, and of inputs with both signs
  /// half the codes are above zero.
  @Test(arguments: [(zeroPoint: 0, low: 0, high: 7), (4, -4, 3)])
  func lsqOfActivations(zeroPoint: Int32, low: Int, high: Int) throws {
    let normal = try Samples.normal([4, 30], seed: 3)
    let x = zeroPoint == 0 ? try abs(normal) : normal
    let g = try Samples.normal([4, 30], seed: 4)
    let parameters = try QuantizationParameters(
      scales: [0.2], zeroPoints: [zeroPoint], type: CodeType(bits: 3, isSigned: false))
    let (_, gradients) = try valueWithGradient(at: [x, Tensor([0.2])]) {
      try (LearnedStep.fake($0[0], with: parameters, kind: .scale, scale: $0[1], offset: nil) * g)
        .sum()
    }
    let expected = try lsq(
      x.elements(), g.elements(), scale: 0.2, low: Float(low), high: Float(high))
    #expect(try gradients[0].elements() == expected.dx)
    #expect(
      abs(try gradients[1].item() - expected.ds / (30.0 * Double(high)).squareRoot()) < 1e-4)
  }

  /// LSQ+ (arXiv 2004.09576, equation 4): the offset's gradient is 0 inside and 1 outside.
  @Test func lsqPlusOfActivations() throws {
    let x = try Samples.normal([4, 30], seed: 5, mean: 0.5)
    let g = try Samples.normal([4, 30], seed: 6)
    let layer = try QuantizedLayer(
      Dense(weights: eye(30), bias: nil), activations: 3, method: .lsqPlus,
      inputRange: ValueRange(-0.6, 2))
    #expect(
      layer.parameters.map(\.name) == ["weights", "weightScale", "inputScale", "inputOffset"])
    let parameters = try #require(try layer.inputParameters)
    let (scale, zeroPoint) = (parameters.scales[0], parameters.zeroPoints[0])
    #expect(zeroPoint == Int32((0.6 / scale).rounded(.toNearestOrEven)) && zeroPoint > 0)
    let (_, gradients) = try valueWithGradient(at: [x, Tensor([scale]), Tensor([-0.6])]) {
      try
        (LearnedStep.fake(
          $0[0], with: parameters, kind: .scaleAndOffset, scale: $0[1], offset: $0[2]) * g).sum()
    }
    let (low, high) = (Float(-zeroPoint), Float(7 - zeroPoint))
    let (values, incoming) = try (x.elements(as: Float.self), g.elements(as: Float.self))
    let expected = lsq(values, incoming, scale: scale, low: low, high: high)
    #expect(try gradients[0].elements() == expected.dx)
    #expect(abs(try gradients[1].item() - expected.ds / (30.0 * 7).squareRoot()) < 1e-4)
    let outside = zip(zip(values, incoming), expected.dx).reduce(0.0) { total, element in
      let ((x, g), _) = element
      let isInside = x / scale >= low && x / scale < high
      return isInside ? total : total + Double(g)
    }
    #expect(abs(try gradients[2].item() - outside) < 1e-4)
  }

  /// PACT (arXiv 1805.06085, equations 1 to 3): y = 0.5 (|x| - |x - a| + a) on 2^k - 1 steps.
  @Test func pact() throws {
    let x = try Samples.normal([5, 20], seed: 7, mean: 0.5)
    let g = try Samples.normal([5, 20], seed: 8)
    let a: Float = 0.9
    var layer = try QuantizedLayer(
      Dense(weights: eye(20), bias: nil), weights: 4, activations: 2, method: .pact,
      inputRange: ValueRange(0, a))
    #expect(layer.parameters.last?.name == "inputClip" && (layer.parameters.last?.decay ?? 0) > 0)
    let parameters = try #require(try layer.inputParameters)
    #expect(parameters.scales == [a / 3] && parameters.zeroPoints == [0])
    let y = try layer.fakeInput(x, parameters)
    let definition = try x.elements(as: Float.self).map { x -> Float in
      let clipped = 0.5 * (abs(x) - abs(x - a) + a)
      return (clipped * 3 / a).rounded(.toNearestOrEven) * a / 3
    }
    #expect(try abs(y - Tensor(definition, shape: y.shape)).max().item() < 1e-6)
    let (_, gradients) = try valueWithGradient(at: [x, Tensor([a])]) {
      layer.inputScale = $0[1]
      return try (layer.fakeInput($0[0], parameters) * g).sum()
    }
    let (values, incoming) = try (x.elements(as: Float.self), g.elements(as: Float.self))
    for (index, dx) in try gradients[0].elements(as: Float.self).enumerated() {
      #expect(dx == (values[index] >= 0 && values[index] < a ? incoming[index] : 0))
    }
    let above = zip(values, incoming).reduce(0.0) { $1.0 >= a ? $0 + Double($1.1) : $0 }
    #expect(abs(try gradients[1].item() - above) < 1e-5)
  }

  /// Two equal sums over elements of a blocked layout and of plain order.
  @Test func blockedActivations() throws {
    let images = try Samples.normal([2, 3, 9, 9], seed: 1)
    let parameters = try QuantizationParameters(
      scales: [0.5], zeroPoints: [2], type: CodeType(bits: 3, isSigned: false))
    func gradients(_ change: (Tensor) throws -> Tensor) throws -> [Tensor] {
      try valueWithGradient(at: [Samples.normal([5, 3, 3, 3], seed: 2), Tensor([0.5])]) {
        let y = try change(conv2d(images, $0[0]))
        return try square(
          LearnedStep.fake(y, with: parameters, kind: .scale, scale: $0[1], offset: nil)
        ).sum()
      }.gradients
    }
    let (a, b) = (try gradients { $0 }, try gradients { try $0.plain() })
    for (a, b) in zip(a, b) {
      #expect(try abs(a - b).max().item() < 1e-3 * (1 + abs(b).max().item()))
    }
  }
}
