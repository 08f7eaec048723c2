import Datasets
import Language
import Networks
import Quantization
import Tensors

extension RoundingMode: Choice {}

extension Requantization: Choice {}

extension RangeRule: Bridged {
  public static var typeName: String { "RangeRule" }
  public static var wanted: String {
    ".minMax, .movingAverage, .percentile, .meanSquaredError or .entropy"
  }
  public static var choices: [String] {
    ["minMax", "movingAverage", "percentile", "meanSquaredError", "entropy"]
  }
  public static func accepts(_ value: Value) -> Bool {
    if case .choice = value { true } else { false }
  }
  public static func from(_ value: Value, in session: Session) throws -> RangeRule {
    guard case .choice(let choice) = value else { throw mismatch(value) }
    let number = try choice.arguments.first.map { try Double.from($0.value, in: session) }
    let (plain, withNumber): (RangeRule, ((Double) -> RangeRule)?)
    switch choice.name {
    case "minMax": (plain, withNumber) = (.minMax, nil)
    case "movingAverage":
      (plain, withNumber) = (.movingAverage, RangeRule.movingAverage(constant:))
    case "percentile": (plain, withNumber) = (.percentile, RangeRule.percentile(_:))
    case "meanSquaredError": (plain, withNumber) = (.meanSquaredError, nil)
    case "entropy": (plain, withNumber) = (.entropy, nil)
    default: throw unknownChoice(choice.name, choices)
    }
    guard choice.arguments.count < 2, number == nil || withNumber != nil else {
      throw Fault(
        "write .\(choice.name)"
          + (withNumber == nil ? ", which takes no number" : " or .\(choice.name)(\(plain.number))")
      )
    }
    return number.flatMap { withNumber?($0) } ?? plain
  }
  /// The number of a rule that has one, 0 for the others.
  private var number: Double {
    switch self {
    case .movingAverage(let constant): constant
    case .percentile(let percentile): percentile
    case .minMax, .meanSquaredError, .entropy: 0
    }
  }
  /// The name as it is written after a dot.
  private var name: String {
    switch self {
    case .minMax: "minMax"
    case .movingAverage: "movingAverage"
    case .percentile: "percentile"
    case .meanSquaredError: "meanSquaredError"
    case .entropy: "entropy"
    }
  }
  public func bridged(in session: Session) -> Value {
    let arguments = number == 0 ? [] : [Argument(value: .double(number))]
    return .choice(ChoiceBox(name, arguments: arguments))
  }
  public var literal: String { ".\(name)" }
}

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

/// Data to run through a network: a dataset, or a batch as a tensor.
enum Samples: Bridged {
  case dataset(Dataset)
  case batch(Tensor)

  static var typeName: String { "Samples" }
  static var wanted: String { "a dataset or a tensor" }
  static func accepts(_ value: Value) -> Bool {
    Dataset.accepts(value) || Tensor.accepts(value)
  }
  static func from(_ value: Value, in session: Session) throws -> Samples {
    if Dataset.accepts(value) { return .dataset(try Dataset.from(value, in: session)) }
    guard Tensor.accepts(value) else { throw mismatch(value) }
    return .batch(try Tensor.from(value, in: session))
  }
  func bridged(in session: Session) throws -> Value {
    switch self {
    case .dataset(let data): try data.bridged(in: session)
    case .batch(let x): try x.bridged(in: session)
    }
  }
}
