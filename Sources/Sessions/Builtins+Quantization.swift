import Datasets
import Language
import Networks
import Quantization
import Tensors

extension RoundingMode: Choice {}

extension Scheme: Bridged {
  public static var typeName: String { "Scheme" }
  public static var wanted: String { ".symmetric, .affine, .powerOfTwo or .fixedPoint(bits)" }
  public static var choices: [String] { ["symmetric", "affine", "powerOfTwo", "fixedPoint"] }
  public static func accepts(_ value: Value) -> Bool {
    if case .choice = value { true } else { false }
  }
  public static func from(_ value: Value, in session: Session) throws -> Scheme {
    guard case .choice(let choice) = value else { throw mismatch(value) }
    switch (choice.name, choice.arguments.count) {
    case ("symmetric", 0): return .symmetric
    case ("affine", 0): return .affine
    case ("powerOfTwo", 0): return .powerOfTwo
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
    return .choice(ChoiceBox(description))
  }
  public var literal: String { ".\(description)" }
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
  static var properties: [Property<QuantizedTensor>] {
    [
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
  }

  func shown() throws -> (text: String, reals: [Range<Int>]) {
    let head = header
    let body = try TensorFormat().body(codes)
    return (head + "\n" + body.text, RealNumbers.ranges(in: head))
  }
}

extension Library {
  static let quantization: [Builtin] = [
    Builtin(
      "quantize", "Real numbers become codes of a few bits: q = clamp(round(x / s) + z).",
      Parameter("_ x", "a tensor"), Parameter("bits", "bits of one code, 2 to 8 or 16", default: 8),
      Parameter(
        "scheme", "how scale and zero point follow from the range", default: Scheme.symmetric),
      Parameter("per", "what shares one scale", default: Granularity.tensor),
      Parameter("rounding", "how x / s becomes whole", default: RoundingMode.halfEven),
      Parameter("signed", "whether codes may be negative", default: Bool?.none),
      examples: [
        Example("quantize(Tensor([-1.0, 0.5, 1.0]), bits: 8).codes.list()", "[-127, 64, 127]"),
        Example("quantize(linspace(-1, 1, 100), bits: 4).sqnr > 20", "true"),
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
