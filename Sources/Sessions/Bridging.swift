public import Language

/// A Swift type that crosses between the language and the library.
///
/// One conformance serves binding, messages, help and completion of every builtin that takes or
/// gives the type.
public protocol Bridged: SendableMetatype {
  /// How signatures name it: `Int`, `Tensor`.
  static var typeName: String { get }
  /// How a message asks for it: `a whole number`.
  static var wanted: String { get }
  /// Whether a value can become one, by its kind alone.
  static func accepts(_ value: Value) -> Bool
  /// Converts a value; throws a `Fault` that says what was expected.
  static func from(_ value: Value, in session: Session) throws -> Self
  /// The value for the language.
  func bridged(in session: Session) throws -> Value
  /// The names behind a leading dot, where it is chosen so.
  static var choices: [String] { get }
  /// Whether the function may assign to it, so that its argument is written with `&`.
  static var isInout: Bool { get }
  /// How a default is written in a signature.
  var literal: String { get }
}

extension Bridged {
  public static var choices: [String] { [] }
  public static var isInout: Bool { false }
  public var literal: String { "\(self)" }

  /// The fault of a value of another kind.
  static func mismatch(_ value: Value) -> Fault {
    Fault("expected \(wanted), not \(value.kindInWords)")
  }
}

extension Value {
  /// A value's kind with its article, and the value itself where that is short.
  var kindInWords: String {
    switch self {
    case .void: "nothing"
    case .int(let number): "\(number)"
    case .double(let number): "\(number)"
    case .bool(let flag): "\(flag)"
    case .shortString, .longString: "a String"
    case .choice(let choice): ".\(choice.name)"
    case .host(let object): Self.withArticle(object.typeName)
    case .list: "a list"
    case .dictionary: "a dictionary"
    case .tuple: "a tuple"
    case .range: "a range"
    case .function: "a function"
    }
  }

  private static func withArticle(_ name: String) -> String {
    ("AEIOU".contains(name.first ?? " ") ? "an " : "a ") + name
  }
}

extension Value: Bridged {
  public static var typeName: String { "Any" }
  public static var wanted: String { "a value" }
  public static func accepts(_ value: Value) -> Bool { true }
  public static func from(_ value: Value, in session: Session) throws -> Value { value }
  public func bridged(in session: Session) throws -> Value { self }
}

extension Int: Bridged {
  public static var typeName: String { "Int" }
  public static var wanted: String { "a whole number" }
  public static func accepts(_ value: Value) -> Bool {
    if case .int = value { true } else { false }
  }
  public static func from(_ value: Value, in session: Session) throws -> Int {
    guard case .int(let number) = value else { throw mismatch(value) }
    return number
  }
  public func bridged(in session: Session) -> Value { .int(self) }
}

extension Double: Bridged {
  public static var typeName: String { "Double" }
  public static var wanted: String { "a number" }
  public static func accepts(_ value: Value) -> Bool {
    switch value {
    case .int, .double: true
    default: false
    }
  }
  public static func from(_ value: Value, in session: Session) throws -> Double {
    switch value {
    case .int(let number): return Double(number)
    case .double(let number): return number
    default: throw mismatch(value)
    }
  }
  public func bridged(in session: Session) -> Value { .double(self) }
}

extension Bool: Bridged {
  public static var typeName: String { "Bool" }
  public static var wanted: String { "true or false" }
  public static func accepts(_ value: Value) -> Bool {
    if case .bool = value { true } else { false }
  }
  public static func from(_ value: Value, in session: Session) throws -> Bool {
    guard case .bool(let flag) = value else { throw mismatch(value) }
    return flag
  }
  public func bridged(in session: Session) -> Value { .bool(self) }
}

extension String: Bridged {
  public static var typeName: String { "String" }
  public static var wanted: String { "a String" }
  public static func accepts(_ value: Value) -> Bool {
    value.isString
  }
  public static func from(_ value: Value, in session: Session) throws -> String {
    guard let string = value.string else { throw mismatch(value) }
    return string
  }
  public func bridged(in session: Session) -> Value { .text(self) }
  public var literal: String { "\"\(self)\"" }
}

/// A value that may be left out; where leaving it out means something else, `nil` says so.
extension Optional: Bridged where Wrapped: Bridged {
  public static var typeName: String { Wrapped.typeName + "?" }
  public static var wanted: String { Wrapped.wanted }
  public static func accepts(_ value: Value) -> Bool {
    if case .void = value { true } else { Wrapped.accepts(value) }
  }
  public static func from(_ value: Value, in session: Session) throws -> Wrapped? {
    if case .void = value { return nil }
    return try Wrapped.from(value, in: session)
  }
  public func bridged(in session: Session) throws -> Value {
    try self?.bridged(in: session) ?? .void
  }
  public static var choices: [String] { Wrapped.choices }
  public var literal: String { self?.literal ?? "nil" }
}

extension Array: Bridged where Element: Bridged {
  public static var typeName: String { "[\(Element.typeName)]" }
  public static var wanted: String { "a list" }
  public static func accepts(_ value: Value) -> Bool {
    switch value {
    case .list, .range, .tuple: true
    default: false
    }
  }
  public static func from(_ value: Value, in session: Session) throws -> [Element] {
    guard accepts(value) else { throw mismatch(value) }
    if case .tuple(let box) = value {
      return try box.elements.map { try Element.from($0, in: session) }
    }
    return try session.machine.elements(of: value).map { try Element.from($0, in: session) }
  }
  public func bridged(in session: Session) throws -> Value {
    .list(ListBox(try map { try $0.bridged(in: session) }))
  }
  public var literal: String { "[" + map(\.literal).joined(separator: ", ") + "]" }
}

/// An enumeration that the language writes with a leading dot: `.halfEven`.
public protocol Choice: Bridged, CaseIterable, RawRepresentable where RawValue == String {}

extension Choice {
  public static var typeName: String {
    String(describing: Self.self)
  }
  public static var wanted: String {
    listed(choices.map { ".\($0)" }, "or")
  }
  public static func accepts(_ value: Value) -> Bool {
    if case .choice = value { true } else { false }
  }
  public static func from(_ value: Value, in session: Session) throws -> Self {
    guard case .choice(let choice) = value else { throw mismatch(value) }
    guard choice.arguments.isEmpty, let found = Self(rawValue: choice.name) else {
      throw unknownChoice(choice.name, choices)
    }
    return found
  }
  public func bridged(in session: Session) -> Value { .choice(ChoiceBox(rawValue)) }
  public static var choices: [String] { allCases.map(\.rawValue) }
  public var literal: String { ".\(rawValue)" }
}

/// The fault of a leading-dot name that does not exist, with the nearest one.
func unknownChoice(_ name: String, _ choices: [String]) -> Fault {
  Fault(
    "no choice '.\(name)'; use \(listed(choices.map { ".\($0)" }, "or"))",
    help: Suggestion.nearest(to: name, among: choices).map { "did you mean '.\($0)'?" })
}

/// `a, b or c`.
func listed(_ words: [String], _ conjunction: String) -> String {
  guard let last = words.last, words.count > 1 else { return words.first ?? "" }
  return words.dropLast().joined(separator: ", ") + " \(conjunction) " + last
}

/// A closure of the language that a builtin may call.
public struct Callback: Bridged {
  let function: Value
  let session: Session

  public static var typeName: String { "Function" }
  public static var wanted: String { "a function" }
  public static func accepts(_ value: Value) -> Bool {
    if case .function = value { true } else { false }
  }
  public static func from(_ value: Value, in session: Session) throws -> Callback {
    guard accepts(value) else { throw mismatch(value) }
    return Callback(function: value, session: session)
  }
  public func bridged(in session: Session) -> Value { function }

  /// How many parameters it has; nil for a function of the library.
  var parameterCount: Int? {
    guard case .function(let function as Closure) = function else { return nil }
    return function.parameterCount
  }

  /// Calls the closure.
  func callAsFunction(_ arguments: Value...) throws -> Value {
    try session.machine.call(function, arguments)
  }
}

/// An argument written with `&`: the builtin assigns `value`, the caller's variable takes it over.
public final class Inout<Wrapped: Bridged>: Bridged {
  public var value: Wrapped
  init(_ value: Wrapped) { self.value = value }

  public static var typeName: String { "inout \(Wrapped.typeName)" }
  public static var wanted: String { Wrapped.wanted }
  public static func accepts(_ value: Value) -> Bool { Wrapped.accepts(value) }
  public static func from(_ value: Value, in session: Session) throws -> Self {
    Self(try Wrapped.from(value, in: session))
  }
  public func bridged(in session: Session) throws -> Value { try value.bridged(in: session) }
  public static var isInout: Bool { true }
}

/// Any number of arguments without label: the sizes in `zeros(2, 3)`, or one list of them.
public struct Variadic<Wrapped: Bridged>: Bridged {
  public let values: [Wrapped]

  public static var typeName: String { "\(Wrapped.typeName)..." }
  public static var wanted: String { Wrapped.wanted }
  public static func accepts(_ value: Value) -> Bool { Wrapped.accepts(value) }
  public static func from(_ value: Value, in session: Session) throws -> Variadic {
    let list = try session.machine.elements(of: value)
    return Variadic(values: try list.map { try Wrapped.from($0, in: session) })
  }
  public func bridged(in session: Session) throws -> Value { try values.bridged(in: session) }
}
