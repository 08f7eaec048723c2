/// The type of a tensor's elements.
public enum DType: String, Sendable, CaseIterable {
  case float32, int32, int8, uint8, bool

  /// Bytes of one element.
  public var size: Int {
    switch self {
    case .float32, .int32: 4
    case .int8, .uint8, .bool: 1
    }
  }

  public var isFloat: Bool { self == .float32 }
}

/// A Swift type that can be an element of a tensor.
public protocol Element: Sendable, BitwiseCopyable, Equatable {
  static var dtype: DType { get }
  /// The nearest element to a real number: rounded toward zero and saturated; NaN gives 0.
  init(saturating real: Double)
  var real: Double { get }
}

extension Float: Element {
  public static var dtype: DType { .float32 }
  public init(saturating real: Double) { self = Float(real) }
  public var real: Double { Double(self) }
}

extension FixedWidthInteger {
  package init(clampingReal real: Double) {
    if real.isNaN {
      self = 0
    } else if let exact = Self(exactly: real.rounded(.towardZero)) {
      self = exact
    } else {
      self = real < 0 ? Self.min : Self.max
    }
  }
}

extension Int32: Element {
  public static var dtype: DType { .int32 }
  public init(saturating real: Double) { self.init(clampingReal: real) }
  public var real: Double { Double(self) }
}

extension Int8: Element {
  public static var dtype: DType { .int8 }
  public init(saturating real: Double) { self.init(clampingReal: real) }
  public var real: Double { Double(self) }
}

extension UInt8: Element {
  public static var dtype: DType { .uint8 }
  public init(saturating real: Double) { self.init(clampingReal: real) }
  public var real: Double { Double(self) }
}

extension Bool: Element {
  public static var dtype: DType { .bool }
  public init(saturating real: Double) { self = real != 0 }
  public var real: Double { self ? 1 : 0 }
}
