/// What the language asks of the program around it: the names and operations it does not know.
///
/// The language handles numbers, strings, lists, dictionaries, tuples, ranges and functions itself
/// and turns to the host where an operand is a host object or a name is unknown. Every operation
/// may throw: a `Fault` gets its place from the machine; any other error is put into words by
/// `describe`.
public protocol Host: AnyObject {
  /// The value of a global name that the program did not define: a builtin function, a constant.
  func global(named name: String) -> Value?
  /// All such names, for suggestions and completion.
  var globalNames: [String] { get }
  /// Names that some parameter takes behind a leading dot: `halfEven`.
  var choiceNames: Set<String> { get }

  /// A binary operator where at least one side is a host object; nil when it has no meaning.
  func binary(_ operation: BinaryOperator, _ left: Value, _ right: Value) throws -> Value?
  /// A prefix operator on a host object; nil when it has no meaning.
  func unary(_ operation: UnaryOperator, _ operand: Value) throws -> Value?
  /// Told of an object that is the value of a statement and goes nowhere: a picture may be shown.
  func dropped(_ object: HostObject)

  /// A property `value.name` of a host object (or of a value the language gives no such member).
  func member(_ name: String, of value: Value) throws -> Value?
  /// The properties of a value, for suggestions and completion.
  func memberNames(of value: Value) -> [String]

  /// `value[indices]` on a host object.
  func element(of value: Value, at indices: [Argument]) throws -> Value
  /// `value[indices] = newValue` on a host object, which `value` holds uniquely if nobody else does.
  func setElement(of value: inout Value, at indices: [Argument], to newValue: Value) throws

  /// `value.name = newValue` on a host object; false when it has no such member to set.
  func setMember(_ name: String, of value: inout Value, to newValue: Value) throws -> Bool

  /// Calls a host object: `network(x)`; nil when it cannot be called.
  func call(
    _ callee: Value, _ arguments: [Argument], at range: SourceRange, in machine: Machine
  ) throws -> Value?

  /// The elements that `for` goes through, one a call until nil; nil when it cannot be iterated.
  func iterator(over value: Value) throws -> (() throws -> Value?)?

  /// The text of a host object inside `"\(x)"` and `print`.
  func text(of object: HostObject) -> String
  /// What an object is, in a few words for an error: `a Tensor [3, 4]`; nil for its type alone.
  func brief(_ object: HostObject) -> String?
  /// The text of a host object with so many digits behind the point, as in `"\(x, digits: 3)"`; nil
  /// where that has no meaning.
  func text(of object: HostObject, digits: Int) -> String?
  /// Whether two host objects are equal; nil when they cannot be compared.
  func areEqual(_ left: HostObject, _ right: HostObject) -> Bool?

  /// The interruption that an error of the host's own libraries stands for; nil for a real error.
  func interruption(from error: any Error) -> Interruption?
  /// Prose for an error of the host's own libraries.
  func describe(_ error: any Error) -> Fault
  /// Receives what `print` writes.
  func write(_ text: String)
  /// Receives a line that is no part of the output, such as how long something took.
  func note(_ text: String)
  /// Whether the run should stop; polled once a statement, turn of a loop or call.
  var isInterrupted: Bool { get }
}

extension Host {
  /// Objects whose members cannot be set.
  public func setMember(
    _ name: String, of value: inout Value, to newValue: Value
  ) throws -> Bool { false }

  /// Objects that are described by their type alone.
  public func brief(_ object: HostObject) -> String? { nil }

  /// Objects that hold no numbers.
  public func text(of object: HostObject, digits: Int) -> String? { nil }

  /// A host whose libraries cannot be stopped.
  public func interruption(from error: any Error) -> Interruption? { nil }

  /// A host that has no place for what is no output.
  public func note(_ text: String) {}

  public var choiceNames: Set<String> { [] }
}

/// The binary operators that a host may be asked for.
public enum BinaryOperator: String, CaseIterable, Sendable {
  case add = "+"
  case subtract = "-"
  case multiply = "*"
  case divide = "/"
  case remainder = "%"
  case power = "**"
  case matmul = "@"
  case equal = "=="
  case notEqual = "!="
  case less = "<"
  case lessEqual = "<="
  case greater = ">"
  case greaterEqual = ">="
}

/// The prefix operators.
public enum UnaryOperator: String, CaseIterable, Sendable {
  case negate = "-"
  case not = "!"
}

extension Host {
  /// Objects that nobody misses.
  public func dropped(_ object: HostObject) {}
}
