import Tensors

/// Grids whose numbers are trained: the step of LSQ, the offset of LSQ+, the clip of PACT.
///
/// With low = qmin - z and high = qmax - z, and x^ = s clamp(round(x / s), low, high):
///
/// - LSQ: dx^/ds = round(x/s) - x/s inside, low below, high above, times 1 / sqrt(N high), where N
///   counts the weights that share the step, or the features of a sample. Source: arXiv 1902.08153.
/// - LSQ+: dx^/d offset = 0 inside, 1 outside; z = round(-offset / s). Source: arXiv 2004.09576.
/// - PACT: x^ on [0, a] with the step a / qmax, dx^/da = [x >= a]. Source: arXiv 1805.06085.
///
/// To x the gradient passes inside. In all of them the rounding counts as the identity.
enum LearnedStep {
  /// The step that LSQ starts from: 2 mean|x| / sqrt(qmax), and the mean itself for 1 bit.
  static func start(mean: Float, type: CodeType) -> Float {
    guard !type.isOdd else { return mean.asScale }
    return (2 * mean / Float(type.qmax).squareRoot()).asScale
  }

  /// The start of each output channel of some weights.
  static func start(weights: Tensor, type: CodeType) throws -> Tensor {
    let real = try weights.detached().cast(to: .float32)
    let partition = try Granularity.channel.partition(of: real.shape)
    let steps = try real.withElements(Float.self) { x in
      let (sums, counts) = try partition.magnitudes(x, above: nil)
      return zip(sums, counts).map { start(mean: Float($0 / Double(max($1, 1))), type: type) }
    }
    return try Tensor(steps)
  }

  private static func gradientScale(_ count: Int, high: Float) -> Double {
    1 / (Double(max(count, 1)) * Double(max(high, 1))).squareRoot()
  }

  /// The gradients of weights and of their steps, one for each output channel.
  static func weightGradients(
    _ gradient: Tensor, at weights: Tensor, _ parameters: QuantizationParameters
  ) throws -> [Tensor?] {
    let gradient = try gradient.reshape(weights.shape.sizes)
    let partition = try parameters.partition(of: weights.shape)
    let type = parameters.type
    let factor = gradientScale(partition.count / max(partition.setCount, 1), high: Float(type.qmax))
    // A set may come in several runs.
    var steps = [Double](repeating: 0, count: parameters.scales.count)
    let dw = try weights.withElements(Float.self) { source in
      try gradient.withElements(Float.self) { incoming in
        try Tensor(shape: weights.shape, writing: Float.self) { target in
          guard let x = source.baseAddress, let g = incoming.baseAddress,
            let result = target.baseAddress
          else { return }
          try partition.forEachRun { start, count, set in
            let grid = parameters.grid(set)
            if type.isOdd {
              // x^ = s sign(x): the step's derivative is the code, and x passes where |x| <= 1.
              var sum = 0.0
              for i in start..<(start + count) {
                sum += Double(x[i] < 0 ? -g[i] : g[i])
                result[i] = Swift.abs(x[i]) <= 1 ? g[i] : 0
              }
              steps[set] += sum * factor
              return
            }
            let sums = StepKernel.backward(x + start, g + start, result + start, count, grid)
            let slope =
              sums.rounding + Double(grid.low) * sums.below + Double(grid.high) * sums.above
            steps[set] += slope * factor
          }
        }
      }
    }
    return [dw, try Tensor(steps.map { Float($0) })]
  }

  /// Activations on their grid, with the gradients of what is learned of it.
  static func fake(
    _ x: Tensor, with parameters: QuantizationParameters, kind: QuantizationMethod.Activations,
    scale: Tensor?, offset: Tensor?
  ) throws -> Tensor {
    let input = try x.cast(to: .float32)
    let source = input.detached()
    let result = try parameters.fake(source, Rounder(.halfEven))
    let features = x.count / max(x.shape.first ?? 1, 1)
    let derivative = CustomDerivative("learned step size") { gradient, _ in
      let grid = parameters.grid(0)
      let (dx, sums) = try backward(gradient, at: source, grid)
      guard scale != nil else { return [dx] }
      let slope =
        kind == .clip
        ? sums.above
        : (sums.rounding + Double(grid.low) * sums.below + Double(grid.high) * sums.above)
          * gradientScale(features, high: offset == nil ? grid.high : Float(parameters.type.qmax))
      let gradients: [Tensor?] = [dx, try Tensor([Float(slope)])]
      guard offset != nil else { return gradients }
      return gradients + [try Tensor([Float(sums.below + sums.above)])]
    }
    return result.recorded(
      .custom(derivative), [input] + [scale, offset].compactMap { $0 })
  }

  /// The gradient of x with the sums, on the elements where they lie if both lie alike.
  private static func backward(
    _ gradient: Tensor, at x: Tensor, _ grid: Grid
  ) throws -> (dx: Tensor, sums: StepKernel.Sums) {
    if let layout = x.layout, layout === gradient.layout, gradient.shape == x.shape {
      let storage = try Storage(byteCount: layout.byteCount)
      let count = layout.byteCount / 4
      let sums = withExtendedLifetime((x.storage, gradient.storage, storage)) {
        StepKernel.backward(
          x.storage.pointer.assumingMemoryBound(to: Float.self),
          gradient.storage.pointer.assumingMemoryBound(to: Float.self),
          storage.pointer.bindMemory(to: Float.self, capacity: count), count, grid)
      }
      return (Tensor(shape: x.shape, dtype: .float32, storage: storage, layout: layout), sums)
    }
    let gradient = try gradient.reshape(x.shape.sizes)
    var sums = StepKernel.Sums()
    let dx = try x.withElements(Float.self) { source in
      try gradient.withElements(Float.self) { incoming in
        try Tensor(shape: x.shape, writing: Float.self) { target in
          guard let x = source.baseAddress, let g = incoming.baseAddress,
            let result = target.baseAddress
          else { return }
          sums = StepKernel.backward(x, g, result, source.count, grid)
        }
      }
    }
    return (dx, sums)
  }
}
