import Tensors

/// What follows from a layer's weights alone, made once for all parts of a batch.
///
/// It is kept with the storage of the weights and forgotten when the optimizer writes them.
enum QuantizedWeights {
  /// Weights on their way to a grid: what is rounded, and the scales it is rounded with.
  ///
  /// The values are the weights themselves but for DoReFa, which squeezes them into [-1, 1] first.
  struct Source: Sendable {
    let values: Tensor
    let parameters: QuantizationParameters

    /// `scales` are given where they are learned or held, one for each output channel.
    init(_ weights: Tensor, _ policy: QuantizationPolicy, scales: [Float]?) throws {
      let channels = weights.shape.first ?? 0
      let type = try policy.weightType
      if let scales {
        values = weights
        parameters = try QuantizationParameters(
          scales: scales.map(\.asScale), type: type, scheme: type.isOdd ? .binary : .symmetric,
          granularity: .channel)
        return
      }
      switch policy.method {
      case .straightThrough, .lsq, .lsqPlus, .binary:
        values = weights
        let chosen = try QuantizationParameters(
          for: weights, bits: policy.weights, scheme: .symmetric,
          per: policy.sharesScale ? .tensor : .channel)
        parameters = policy.sharesScale ? try chosen.spread(over: channels) : chosen
      case .ternary:
        values = weights
        parameters = try QuantizationParameters(for: weights, scheme: .ternary, per: .channel)
      case .pact, .dorefa:
        let isBinary = policy.weights == 1
        values = isBinary ? weights : try DoReFa.squeezed(weights)
        let scale =
          isBinary
          ? try QuantizationParameters(for: weights, scheme: .binary).scales[0]
          : 1 / Float(type.qmax)
        parameters = try QuantizationParameters(
          scales: Array(repeating: scale, count: channels), type: type,
          scheme: isBinary ? .binary : .symmetric, granularity: .channel)
      }
    }
  }

  /// Weights as the training sees them: quantized and dequantized.
  struct Fake: Sendable {
    let shape: Shape
    let scales: [Float]?
    let tensor: Tensor
    let parameters: QuantizationParameters
  }

  /// Weights as the integer layers see them.
  struct Codes: Sendable {
    let shape: Shape
    /// The scales that were given; nil where they follow from the weights.
    let scales: [Float]?
    let parameters: QuantizationParameters
    /// int8, in the shape of the weights.
    let codes: Tensor
    /// The sum of the codes of each output channel, and the sum of their magnitudes.
    let sums: [Int]
    let magnitudes: [Int]

    /// Quantizes values with parameters for each of their output channels.
    init(_ values: Tensor, _ parameters: QuantizationParameters, given scales: [Float]? = nil)
      throws
    {
      shape = values.shape
      self.scales = scales
      self.parameters = parameters
      codes = try parameters.codes(of: values).codes
      let channels = values.shape[0]
      let row = values.count / max(channels, 1)
      (sums, magnitudes) = try codes.withElements(Int8.self) { codes in
        var (sums, magnitudes) = ([Int](), [Int]())
        for channel in 0..<channels {
          var (sum, magnitude) = (0, 0)
          for code in codes[channel * row..<(channel + 1) * row] {
            sum += Int(code)
            magnitude += Int(code.magnitude)
          }
          sums.append(sum)
          magnitudes.append(magnitude)
        }
        return (sums, magnitudes)
      }
    }
  }

  /// Weights in order, without a tape.
  private static func plain(_ weights: Tensor) throws -> Tensor {
    try weights.detached().cast(to: .float32).plain()
  }

  private static func key(_ name: StaticString, _ policy: QuantizationPolicy)
    -> Storage.Derivation
  {
    let method = QuantizationMethod.allCases.firstIndex(of: policy.method) ?? 0
    return .init(name, (method * 2 + (policy.sharesScale ? 1 : 0)) * 16 + policy.weights)
  }

  /// w^ of a layer, with the gradient of its method to the weights and to their scales.
  ///
  /// `isLearned` says whether the scales are trained.
  static func fake(
    _ weights: Tensor, _ policy: QuantizationPolicy, scale: Tensor? = nil, isLearned: Bool = false
  ) throws -> Tensor {
    let source = try plain(weights)
    let scales = try scale?.detached().elements(as: Float.self)
    func make() throws -> Fake {
      let target = try Source(source, policy, scales: scales)
      return Fake(
        shape: source.shape, scales: scales,
        tensor: try target.parameters.fake(target.values, Rounder(.halfEven)),
        parameters: target.parameters)
    }
    var known = try source.storage.derived(key("fake weights", policy), make: make)
    if known.shape != source.shape || known.scales != scales { known = try make() }
    let (parameters, type) = (known.parameters, known.parameters.type)
    if let scale, isLearned {
      return known.tensor.recorded(
        .custom(
          CustomDerivative("learned step size") { gradient, _ in
            try LearnedStep.weightGradients(gradient, at: source, parameters)
          }), weights, scale)
    }
    let derivative = CustomDerivative("fake quantization of weights") { gradient, _ in
      if type.isOdd, type.bits > 1 { return [try DoReFa.gradient(gradient, at: source)] }
      // Scaled by the largest weight, none lies out of range.
      guard scales != nil || type.isOdd else { return [gradient] }
      return [try parameters.straightThrough(gradient, at: source, Rounder(.halfEven))]
    }
    return known.tensor.recorded(.custom(derivative), weights)
  }

  /// The codes of weights.
  ///
  /// Where a scale is below that of `least` it is raised to it.
  static func codes(
    _ weights: Tensor, _ policy: QuantizationPolicy, scale: Tensor? = nil,
    scalesAtLeast least: [Float] = []
  ) throws -> Codes {
    let source = try plain(weights)
    let scales = try scale?.detached().elements(as: Float.self)
    func make() throws -> Codes {
      let target = try Source(source, policy, scales: scales)
      return try Codes(target.values, target.parameters, given: scales)
    }
    var known = try source.storage.derived(key("weight codes", policy), make: make)
    if known.shape != source.shape || known.scales != scales { known = try make() }
    guard zip(known.parameters.scales, least).contains(where: { $0 < $1 }) else { return known }
    let wider = try QuantizationParameters(
      scales: zip(known.parameters.scales, least).map { max($0, $1) },
      type: known.parameters.type, scheme: known.parameters.scheme, granularity: .channel,
      thresholds: known.parameters.thresholds)
    return try Codes(Source(source, policy, scales: scales).values, wider)
  }

  /// w^ of a layer whose scales follow from the largest weight of each channel.
  static func fake(_ weights: Tensor, bits: Int) throws -> Tensor {
    try fake(weights, QuantizationPolicy(weights: bits))
  }

  /// The codes of weights, each channel scaled by its largest magnitude.
  static func codes(_ weights: Tensor, bits: Int) throws -> Codes {
    try codes(weights, QuantizationPolicy(weights: bits))
  }
}

extension QuantizationParameters {
  /// The one scale of a tensor for each of its channels.
  fileprivate func spread(over channels: Int) throws -> QuantizationParameters {
    try QuantizationParameters(
      scales: Array(repeating: scales[0], count: channels),
      zeroPoints: Array(repeating: zeroPoints[0], count: channels), type: type, scheme: scheme,
      granularity: .channel)
  }

  /// One scale for the tensor where all channels have the same.
  var gathered: QuantizationParameters {
    get throws {
      guard granularity == .channel, let scale = scales.first, thresholds == nil,
        scales.allSatisfy({ $0 == scale }), let zeroPoint = zeroPoints.first
      else { return self }
      return try QuantizationParameters(
        scales: [scale], zeroPoints: [zeroPoint], type: type, scheme: scheme)
    }
  }
}

extension Float {
  /// The smallest step that a learned scale may have.
  static let leastStep: Float = 1e-8

  /// A learned number as a scale: an optimizer may take it to 0 or below, where no grid is.
  var asScale: Float { self < .leastStep ? .leastStep : self }
}
