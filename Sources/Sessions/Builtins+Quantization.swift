import Datasets
import Language
import Networks
import Quantization
import Tensors

extension RoundingMode: Choice {}

extension Scheme: Bridged {
  public static var typeName: String { "Scheme" }
  public static var wanted: String {
    ".symmetric, .affine, .powerOfTwo, .binary, .ternary or .fixedPoint(bits)"
  }
  public static var choices: [String] {
    ["symmetric", "affine", "powerOfTwo", "binary", "ternary", "fixedPoint"]
  }
  public static func accepts(_ value: Value) -> Bool {
    if case .choice = value { true } else { false }
  }
  public static func from(_ value: Value, in session: Session) throws -> Scheme {
    guard case .choice(let choice) = value else { throw mismatch(value) }
    switch (choice.name, choice.arguments.count) {
    case ("symmetric", 0): return .symmetric
    case ("affine", 0): return .affine
    case ("powerOfTwo", 0): return .powerOfTwo
    case ("binary", 0): return .binary
    case ("ternary", 0): return .ternary
    case ("fixedPoint", 1):
      return .fixedPoint(fractionalBits: try Int.from(choice.arguments[0].value, in: session))
    case ("fixedPoint", _): throw Fault("write .fixedPoint(8) for 8 fractional bits")
    default: throw unknownChoice(choice.name, choices)
    }
  }
  public func bridged(in session: Session) -> Value {
    if case .fixedPoint(let bits) = self {
      return .choice(ChoiceBox("fixedPoint", arguments: [Argument(value: .int(bits))]))
    }
    return .choice(ChoiceBox(name))
  }
  public var literal: String { ".\(name)" }
}

extension Granularity: Bridged {
  public static var typeName: String { "Granularity" }
  public static var wanted: String { ".tensor, .channel or .group(size)" }
  public static var choices: [String] { ["tensor", "channel", "group"] }
  public static func accepts(_ value: Value) -> Bool {
    if case .choice = value { true } else { false }
  }
  public static func from(_ value: Value, in session: Session) throws -> Granularity {
    guard case .choice(let choice) = value else { throw mismatch(value) }
    let number = try choice.arguments.first.map { try Int.from($0.value, in: session) }
    switch choice.name {
    case "tensor": return .tensor
    case "channel": return .channel(axis: number ?? 0)
    case "group":
      guard let number else { throw Fault("write .group(32) for groups of 32") }
      return .group(size: number)
    default: throw unknownChoice(choice.name, choices)
    }
  }
  public func bridged(in session: Session) -> Value {
    switch self {
    case .tensor: .choice(ChoiceBox("tensor"))
    case .channel(let axis):
      .choice(ChoiceBox("channel", arguments: axis == 0 ? [] : [Argument(value: .int(axis))]))
    case .group(let size): .choice(ChoiceBox("group", arguments: [Argument(value: .int(size))]))
    }
  }
  public var literal: String {
    switch self {
    case .tensor: ".tensor"
    case .channel: ".channel"
    case .group(let size): ".group(\(size))"
    }
  }
}

extension QuantizedTensor: BridgedPayload {
  static var payloadName: String { "QuantizedTensor" }
  static let properties: [Property<QuantizedTensor>] = [
    Property("codes", "the whole numbers that are stored") { try $0.codes },
    Property("scale", "real size of one step, for each set") { try $0.scale },
    Property("zeroPoint", "the code of 0, for each set") { try $0.zeroPoint },
    Property("shape", "sizes along the axes") { $0.shape.sizes },
    Property("bits", "bits of one code") { $0.bits },
    Property("sqnr", "signal to quantization noise, in dB") { $0.sqnr },
    Property("clipRate", "share of elements outside the range") { $0.clipRate },
    Property("meanError", "mean of what quantization added") { $0.meanError },
    Property("byteCount", "bytes it takes, packed") { $0.byteCount },
  ]

  func shown() throws -> (text: String, reals: [Range<Int>]) { try render() }
}

extension IntegerNetwork: BridgedPayload {
  static var payloadName: String { "IntegerNetwork" }
  static let properties: [Property<IntegerNetwork>] = [
    Property("layers", "its layers") { $0.layers },
    Property("count", "number of layers") { $0.layers.count },
    Property("byteCount", "bytes of packed codes, scales and biases") { $0.byteCount },
  ]
  var callable: ((Tensor) throws -> Tensor)? { { try self($0) } }
}

extension IntegerLayer: BridgedPayload {
  static var payloadName: String { "IntegerLayer" }
  static let properties: [Property<IntegerLayer>] = [
    Property("name", "what it does") { $0.name },
    Property("weights", "its packed codes with their scales") { try $0.required(\.weights) },
    Property("bias", "its int32 bias, in steps of the accumulator") { try $0.required(\.bias) },
    Property("byteCount", "bytes it takes") { $0.byteCount },
  ]
  private func required<T>(_ path: KeyPath<IntegerLayer, T?>) throws -> T {
    guard let value = self[keyPath: path] else { throw Fault("\(name) has none") }
    return value
  }
  func shown() throws -> (text: String, reals: [Range<Int>]) {
    ("\(name) \(output), \(grouped(byteCount)) bytes", [])
  }
}

extension Library {
  static let quantization: [Builtin] = [
    Builtin(
      "quantize", "Real numbers become codes of a few bits: q = clamp(round(x / s) + z).",
      Parameter("_ x", "a tensor"), Parameter("bits", "bits of one code, 1 to 8 or 16", default: 8),
      Parameter(
        "scheme", "how scale and zero point follow from the range", default: Scheme.symmetric),
      Parameter("per", "what shares one scale", default: Granularity.tensor),
      Parameter("rounding", "how x / s becomes whole", default: RoundingMode.halfEven),
      Parameter("signed", "whether codes may be negative", default: Bool?.none),
      examples: [
        Example("quantize(Tensor([-1.0, 0.5, 1.0]), bits: 8).codes.list()", "[-127, 64, 127]"),
        Example("quantize(linspace(-1, 1, 100), bits: 4).sqnr > 20", "true"),
        Example(
          "quantize(Tensor([-2.0, 0.5, 0.5]), bits: 1).dequantized().list()", "[-1.0, 1.0, 1.0]"),
        Example(
          "quantize(Tensor([-2.0, 0.1, 1.0]), scheme: .ternary).codes.list()", "[-1, 0, 1]"),
      ]
    ) {
      (
        session: Session, x: Tensor, bits: Int, scheme: Scheme, per: Granularity,
        rounding: RoundingMode, signed: Bool?
      ) -> QuantizedTensor in
      let seed = rounding == .stochastic ? session.drawSeed() : 0
      return try quantize(
        x, bits: bits, scheme: scheme, per: per, rounding: rounding, signed: signed, seed: seed)
    },
    Builtin(
      "quantize",
      "A trained network becomes one of integers; some data shows the ranges between its layers.",
      Parameter("_ net", "a network"),
      Parameter("bits", "bits of weights and activations", default: 8),
      Parameter("weights", "bits of the weights, if others", default: Int?.none),
      Parameter("activations", "bits of the activations, if others", default: Int?.none),
      Parameter("calibration", "data such as the network will see"),
      examples: [
        Example(
          "let net = Sequential(Flatten(), Dense(10))\nquantize(net, calibration: digits(16)).byteCount",
          "7920")
      ]
    ) {
      (
        _: Session, net: Sequential, bits: Int, weights: Int?, activations: Int?,
        calibration: Dataset
      ) -> IntegerNetwork in
      try quantize(
        net, bits: bits, weights: weights, activations: activations, calibration: calibration)
    },
    Builtin(
      "prepare",
      "A network that simulates quantization in floats, to be trained or measured.",
      Parameter("_ net", "a network"), Parameter("weights", "bits of the weights", default: 8),
      Parameter(
        "activations", "bits of the activations; nil leaves them in float", default: Int?.some(8)),
      Parameter(
        "method", "how it learns to live with few bits", default: QuantizationMethod.straightThrough
      ),
      Parameter(
        "firstAndLast", "bits of the first and last layer; 8 for all methods but straightThrough",
        default: Int?.none),
      Parameter(
        "calibration", "data that shows the ranges; else training does", default: Dataset?.none),
      examples: [
        Example("prepare(Sequential(Flatten(), Dense(10)), weights: 4).count", "2")
      ]
    ) {
      (
        _: Session, net: Sequential, weights: Int, activations: Int?, method: QuantizationMethod,
        firstAndLast: Int?, calibration: Dataset?
      ) -> Sequential in
      try prepare(
        net, weights: weights, activations: activations, method: method,
        firstAndLast: firstAndLast, calibration: calibration)
    },
    Builtin(
      "convert", "The network of integers that a prepared network simulates.",
      Parameter("_ net", "a network from prepare(), calibrated or trained"),
      examples: [
        Example(
          "let net = prepare(Sequential(Flatten(), Dense(10)), calibration: digits(16))\nconvert(net).count",
          "2")
      ]
    ) { (_: Session, net: Sequential) -> IntegerNetwork in try convert(net) },
    Builtin(
      "foldBatchNorms", "Puts each batch norm into the layer before it.",
      Parameter("_ net", "a network that was trained"),
      examples: [
        Example(
          "var net = Sequential(Conv2D(4), BatchNorm(), Flatten(), Dense(10))\nbuild(&net, [1, 8, 8])\nfoldBatchNorms(net).count",
          "3")
      ]
    ) { (_: Session, net: Sequential) -> Sequential in try foldBatchNorms(net) },
    Builtin(
      "dequantized", "The real numbers that codes stand for: s (q - z).",
      Parameter("_ q", "a quantized tensor"),
      examples: [Example("quantize(Tensor([0.0, 1.0])).dequantized()[1]", "1.0")]
    ) { (_: Session, q: QuantizedTensor) -> Tensor in try q.dequantized() },
    Builtin(
      "fakeQuantize",
      "Quantizes and dequantizes; its gradient passes where nothing was clipped.",
      Parameter("_ x", "a tensor"), Parameter("bits", "bits of one code", default: 8),
      Parameter(
        "scheme", "how scale and zero point follow from the range", default: Scheme.symmetric),
      Parameter("per", "what shares one scale", default: Granularity.tensor),
      examples: [
        Example("fakeQuantize(Tensor([-1.0, 0.3, 1.0]), bits: 2).list()", "[-1.0, 0.0, 1.0]")
      ]
    ) { (_: Session, x: Tensor, bits: Int, scheme: Scheme, per: Granularity) -> Tensor in
      try fakeQuantize(x, bits: bits, scheme: scheme, per: per)
    },
    Builtin(
      "sqnr", "Signal to quantization noise of an approximation, in dB.",
      Parameter("_ original", "what it was"), Parameter("_ approximation", "what became of it"),
      examples: [Example("sqnr(Tensor([1.0, 2.0]), Tensor([1.1, 2.0])) > 20", "true")]
    ) { (_: Session, original: Tensor, approximation: Tensor) -> Double in
      try sqnr(original, approximation)
    },
  ]
}
