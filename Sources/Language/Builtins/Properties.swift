/// What stands behind a dot without parentheses on the language's own values.
enum Properties {
  typealias Getter = @Sendable (Value) throws -> Value

  static func property(_ name: String, of value: Value) -> Getter? { table(of: value)?[name] }

  static func names(of value: Value) -> [String] { table(of: value).map { Array($0.keys) } ?? [] }

  private static func table(of value: Value) -> [String: Getter]? {
    switch value {
    case .shortString, .longString: strings
    case .list: lists
    case .dictionary: dictionaries
    case .tuple: tuples
    case .range: ranges
    case .int, .double: numbers
    case .function(let function): function.name == "Int" || function.name == "Double" ? types : nil
    case .void, .bool, .choice, .host: nil
    }
  }

  private static func mismatch(_ value: Value) -> Fault {
    Fault("\(article(value.kindName)) has no such member")
  }

  private static func string(
    _ body: @escaping @Sendable (String) -> Value
  ) -> Getter {
    { value in
      guard let string = value.string else { throw mismatch(value) }
      return body(string)
    }
  }

  private static func list(_ body: @escaping @Sendable ([Value]) -> Value) -> Getter {
    { value in
      guard case .list(let box) = value else { throw mismatch(value) }
      return body(box.elements)
    }
  }

  private static func dictionary(
    _ body: @escaping @Sendable (DictionaryBox) -> Value
  ) -> Getter {
    { value in
      guard case .dictionary(let box) = value else { throw mismatch(value) }
      return body(box)
    }
  }

  private static func range(_ body: @escaping @Sendable (RangeBox) throws -> Value) -> Getter {
    { value in
      guard case .range(let box) = value else { throw mismatch(value) }
      return try body(box)
    }
  }

  private static let strings: [String: Getter] = [
    "count": string { .int($0.characterCount) },
    "isEmpty": string { .bool($0.isEmpty) },
    "first": string { $0.first.map { .text(String($0)) } ?? .void },
    "last": string { $0.last.map { .text(String($0)) } ?? .void },
  ]

  private static let lists: [String: Getter] = [
    "count": list { .int($0.count) },
    "isEmpty": list { .bool($0.isEmpty) },
    "indices": list { .range(RangeBox(lower: 0, upper: $0.count, isClosed: false)) },
    "first": list { $0.first ?? .void },
    "last": list { $0.last ?? .void },
  ]

  private static let dictionaries: [String: Getter] = [
    "count": dictionary { .int($0.count) },
    "isEmpty": dictionary { .bool($0.count == 0) },
    "first": dictionary { box in
      box.keys.first.map { key in
        .tuple(TupleBox([key.value, box[key] ?? .void], labels: ["key", "value"]))
      } ?? .void
    },
    "keys": dictionary { .elements($0.keys.map(\.value)) },
    "values": dictionary { box in .elements(box.keys.map { box[$0] ?? .void }) },
  ]

  private static let tuples: [String: Getter] = [
    "count": { value in
      guard case .tuple(let box) = value else { throw mismatch(value) }
      return .int(box.elements.count)
    }
  ]

  private static let ranges: [String: Getter] = [
    "lower": range { $0.lower.map { .int($0) } ?? .void },
    "upper": range { $0.upper.map { .int($0) } ?? .void },
    "lowerBound": range { $0.lower.map { .int($0) } ?? .void },
    "upperBound": range { $0.upper.map { .int($0) } ?? .void },
    "count": range { .int(try counted($0).count) },
    "isEmpty": range { .bool(try counted($0).count == 0) },
    "first": range {
      let extent = try counted($0)
      return extent.count > 0 ? .int(extent.first) : .void
    },
    "last": range {
      let extent = try counted($0)
      return extent.count > 0 ? .int(extent.first &+ (extent.count - 1) &* $0.step) : .void
    },
  ]

  private static func counted(_ range: RangeBox) throws -> (first: Int, count: Int) {
    guard let extent = range.extent else {
      throw Fault("the elements of this range cannot be counted")
    }
    return extent
  }

  private static let numbers: [String: Getter] = [
    "magnitude": { value in try LanguageFunctions.magnitude(value) { Fault($0) } },
    "isNaN": { .bool($0.number?.isNaN ?? false) },
    "isFinite": { .bool($0.number?.isFinite ?? false) },
    "isInfinite": { .bool($0.number?.isInfinite ?? false) },
  ]

  /// `Int.max`, `Double.pi` and their kin.
  private static let types: [String: Getter] = [
    "max": { try ofInt($0, Int.max, "max", or: "greatestFiniteMagnitude") },
    "min": { try ofInt($0, Int.min, "min", or: "leastNonzeroMagnitude") },
    "pi": { try ofDouble($0, .pi, "pi") },
    "infinity": { try ofDouble($0, .infinity, "infinity") },
    "nan": { try ofDouble($0, .nan, "nan") },
    "greatestFiniteMagnitude": {
      try ofDouble($0, .greatestFiniteMagnitude, "greatestFiniteMagnitude")
    },
    "leastNonzeroMagnitude": {
      try ofDouble($0, .leastNonzeroMagnitude, "leastNonzeroMagnitude")
    },
  ]

  private static func isType(_ value: Value, _ name: String) -> Bool {
    if case .function(let function) = value { function.name == name } else { false }
  }

  private static func ofInt(
    _ value: Value, _ number: Int, _ name: String, or other: String
  ) throws -> Value {
    guard isType(value, "Int") else {
      throw Fault("Double has no member '\(name)'", help: "did you mean '\(other)'?")
    }
    return .int(number)
  }

  private static func ofDouble(_ value: Value, _ number: Double, _ name: String) throws -> Value {
    guard isType(value, "Double") else {
      throw Fault("Int has no member '\(name)'", help: "write Double.\(name)")
    }
    return .double(number)
  }
}
