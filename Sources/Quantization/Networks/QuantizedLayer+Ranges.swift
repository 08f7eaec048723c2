import Networks
import Tensors

/// How the grid of the input comes about: observed, learned or fixed.
extension QuantizedLayer {
  public var needsObservation: Bool {
    guard policy.activations != nil else { return false }
    return switch policy.inputGrid {
    case .range: inputRange == nil
    case .scale, .scaleAndOffset, .clip: inputScale == nil
    case .unit: false
    }
  }

  /// Whether training moves the range.
  var tracksRange: Bool {
    policy.activations != nil && policy.inputGrid == .range && !isFrozen
  }

  /// Scale and zero point of the input; nil where activations stay float32.
  ///
  /// `subject` names the input in the error for a range that was never observed or is not finite.
  package func inputParameters(subject: String) throws -> QuantizationParameters? {
    guard let type = try policy.activationType else { return nil }
    let kind = policy.inputGrid
    if kind == .range {
      return try QuantizationParameters(
        ranges: [inputRange ?? .empty], type: type, scheme: .affine, subject: subject)
    }
    if kind == .unit {
      return try QuantizationParameters(scales: [1 / Float(type.qmax)], type: type)
    }
    guard let number = try inputScale?.detached().elements(as: Float.self).first else {
      if let inputRange, !inputRange.isFinite {
        throw QuantizationError.rangeNotFinite(subject: subject, inputRange)
      }
      throw QuantizationError.neverObserved(subject: subject)
    }
    let scale = kind == .clip ? (number / Float(type.qmax)).asScale : number.asScale
    return try QuantizationParameters(
      scales: [scale], zeroPoints: [zeroPoint(scale, type)], type: type)
  }

  /// The code of 0: that nearest to LSQ+'s offset, the middle for LSQ where there were numbers below
  /// 0, else 0.
  private func zeroPoint(_ scale: Float, _ type: CodeType) throws -> Int32 {
    if let offset = try inputOffset?.detached().elements(as: Float.self).first {
      let code = (-offset / scale).rounded(.toNearestOrEven)
      guard !code.isNaN else { throw QuantizationError.scale(offset) }
      return Int32(min(max(code, 0), Float(type.qmax)))
    }
    let isSigned = policy.inputGrid == .scale && (inputRange?.min ?? 0) < 0
    return isSigned ? type.middle : 0
  }

  /// Scale and zero point of the input; nil where activations stay float32.
  public var inputParameters: QuantizationParameters? {
    get throws { try inputParameters(subject: "the input of \(layer)") }
  }

  /// The input on its grid, with the gradient of the method.
  func fakeInput(_ x: Tensor, _ parameters: QuantizationParameters) throws -> Tensor {
    let kind = policy.inputGrid
    guard kind != .range else { return try fakeQuantize(x, with: parameters) }
    return try LearnedStep.fake(
      x, with: parameters, kind: kind, scale: isFrozen ? inputScale?.detached() : inputScale,
      offset: inputOffset)
  }

  /// Learned scales of the weights get their start when there are weights.
  mutating func startWeightScale() throws {
    guard learnsWeightScale, weightScale == nil, let weights = layer.parameters.first?.tensor
    else { return }
    weightScale = try LearnedStep.start(weights: weights, type: policy.weightType)
  }

  /// What is learned of the input's grid gets its start from what was observed.
  ///
  /// LSQ: 2 mean|x| / sqrt(qmax), where half the codes count if they stand for both signs. LSQ+: from the
  /// smallest input on, in that step or one that reaches the largest, whichever is smaller. PACT: the
  /// largest input. Inputs that are not finite give no start.
  mutating func startInput(mean: Float) throws {
    guard inputScale == nil, let range = inputRange, let type = try policy.activationType,
      range.isFinite, mean.isFinite
    else { return }
    switch policy.inputGrid {
    case .range, .unit: return
    case .clip: inputScale = try Tensor([max(range.max, .leastStep)])
    case .scale:
      let half: Int32 = range.min < 0 && type.middle > 0 ? type.qmax - type.middle : type.qmax
      inputScale = try Tensor([(2 * mean / Float(half).squareRoot()).asScale])
    case .scaleAndOffset:
      inputOffset = try Tensor([range.min])
      let spread = (range.max - range.min) / Float(type.qmax)
      let step = 2 * (mean - range.min) / Float(type.qmax).squareRoot()
      inputScale = try Tensor([min(spread, step).asScale])
    }
  }

  // What it observes: range and mean magnitude, and in training the step of the moving average.

  func statistic(_ x: Tensor, isTraining: Bool) throws -> Statistic {
    let range = try x.rangeWithZero()
    if isTraining {
      return Statistic(
        sampleCount: x.shape.first ?? 0,
        tensors: [
          try Tensor([range.min, range.max]), try Tensor([Self.averagingConstant]),
        ])
    }
    let mean = x.count == 0 ? 0 : try Float(abs(x.detached()).mean().item())
    return Statistic(
      sampleCount: x.shape.first ?? 0, tensors: [try Tensor([range.min, range.max, mean])])
  }

  public func absorbing(_ statistics: [Statistic]) throws -> any Layer {
    // The parts of one batch together make one step.
    var batch = ValueRange.empty
    var step: Float?
    var (total, count) = (0.0, 0)
    for statistic in statistics {
      let numbers: [Float] = try statistic.tensors[0].elements()
      batch = batch.union(ValueRange(numbers[0], numbers[1]))
      if statistic.tensors.count > 1 { step = try Float(statistic.tensors[1].item()) }
      guard numbers.count > 2 else { continue }
      total += Double(numbers[2]) * Double(statistic.sampleCount)
      count += statistic.sampleCount
    }
    guard !batch.isEmpty, !isFrozen else { return self }
    var range = batch
    if let known = inputRange {
      range = known.union(batch)
      if let step {
        range = ValueRange(
          known.min + step * (batch.min - known.min), known.max + step * (batch.max - known.max))
      }
    }
    var copy = self
    copy.inputRange = range
    if count > 0 {
      try copy.startInput(mean: Float(total / Double(count)))
    }
    return copy
  }

  /// The layer with its ranges and learned scales as they are from now on.
  func frozen() -> QuantizedLayer {
    var copy = self
    copy.isFrozen = true
    return copy
  }

  /// The same layer with another way from its sums to codes.
  func requantizing(by requantization: Requantization) throws -> QuantizedLayer {
    var copy = self
    copy.policy = try policy.with(requantization: requantization)
    return copy
  }

  /// The layer with other widths or another method; what it learned goes on where it fits.
  ///
  /// Learned steps grow as the square root of the number of codes shrinks, as their starts do.
  func adopting(_ policy: QuantizationPolicy) throws -> QuantizedLayer {
    var copy = try QuantizedLayer(layer, policy: policy)
    copy.inputRange = inputRange
    copy.isFrozen = isFrozen
    if policy.method == self.policy.method, policy.weights == self.policy.weights {
      copy.weightScale = weightScale
    }
    guard policy.inputGrid == self.policy.inputGrid,
      let old = try self.policy.activationType, let new = try policy.activationType
    else { return copy }
    let factor = (Double(old.qmax) / Double(new.qmax)).squareRoot()
    copy.inputOffset = inputOffset
    copy.inputScale =
      policy.inputGrid == .clip ? inputScale : try inputScale.map { try $0 * factor }
    return copy
  }
}
