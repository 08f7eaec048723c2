extension Value {
  /// The name of the type as a user reads it: `Int`, `List`, `Tensor`.
  public var kindName: String {
    switch self {
    case .void: "nil"
    case .int: "Int"
    case .double: "Double"
    case .bool: "Bool"
    case .shortString, .longString: "String"
    case .list: "List"
    case .dictionary: "Dictionary"
    case .tuple: "Tuple"
    case .range: "Range"
    case .choice: "Choice"
    case .function: "Function"
    case .host(let object): object.typeName
    }
  }

  /// Whether it is nothing: the value of `nil`, and of a call that yields no value.
  public var isVoid: Bool { if case .void = self { true } else { false } }

  /// A string: within the value where it fits, else in a box.
  public static func text(_ string: String) -> Value {
    ShortString(string).map(Value.shortString) ?? .longString(StringBox(string))
  }

  /// The decimal digits of a number, as a string.
  static func text(_ number: Int) -> Value {
    ShortString(number).map(Value.shortString) ?? .longString(StringBox(String(number)))
  }

  /// The string that it is; nil for everything else.
  public var string: String? {
    switch self {
    case .shortString(let text): text.string
    case .longString(let box): box.string
    default: nil
    }
  }

  /// Whether it is a string.
  public var isString: Bool {
    switch self {
    case .shortString, .longString: true
    default: false
    }
  }

  /// The elements in a new box.
  public static func elements(_ elements: [Value]) -> Value { .list(ListBox(elements)) }

  /// A number as a Double; nil for everything else.
  public var number: Double? {
    switch self {
    case .int(let value): Double(value)
    case .double(let value): value
    default: nil
    }
  }

  /// Takes the value and leaves nothing, so that whoever holds it now holds it alone.
  mutating func take() -> Value {
    var taken = Value.void
    swap(&self, &taken)
    return taken
  }
}

extension String {
  /// How many characters a user sees: `count`, without looking for their borders in plain text.
  var characterCount: Int {
    var copy = self
    return copy.withUTF8 { bytes in
      // Of the ASCII characters only a carriage return joins with another.
      var bits: UInt8 = 0
      var returns = 0
      for byte in bytes {
        bits |= byte
        returns &+= byte == 0x0D ? 1 : 0
      }
      return bits < 0x80 && returns == 0 ? bytes.count : nil
    } ?? count
  }
}

extension RangeBox {
  /// The integers of a range with both bounds as first, step and count; nil when a bound is
  /// missing or there are more than an Int can count.
  var extent: (first: Int, count: Int)? {
    guard let lower, let upper, step != 0 else { return nil }
    if step > 0 ? lower > upper : lower < upper { return (lower, 0) }
    let (distance, overflow) =
      step > 0
      ? upper.subtractingReportingOverflow(lower) : lower.subtractingReportingOverflow(upper)
    guard !overflow else { return nil }
    let magnitude = step.magnitude
    let turns = UInt(distance) / magnitude
    let hitsEnd = UInt(distance) % magnitude == 0
    let (count, tooMany) = turns.addingReportingOverflow(isClosed || !hitsEnd ? 1 : 0)
    guard !tooMany, let exact = Int(exactly: count) else { return nil }
    return (lower, exact)
  }
}
