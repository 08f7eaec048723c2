/// What an expression of the language yields.
///
/// Values are values: assigning one never aliases, even where a box class carries the payload.
/// A box is immutable, or is copied before a write unless it is uniquely referenced. Payloads are
/// one word each, so that a value is nine bytes and a slot sixteen.
public enum Value {
  case void
  case int(Int)
  case double(Double)
  case bool(Bool)
  case string(StringBox)
  case list(ListBox)
  case dictionary(DictionaryBox)
  case tuple(TupleBox)
  case range(RangeBox)
  case choice(ChoiceBox)
  case function(Function)
  case host(HostObject)
}

/// An immutable string.
public final class StringBox {
  public let string: String
  public init(_ string: String) { self.string = string }
}

/// The elements of a list; written in place only when uniquely referenced.
public final class ListBox {
  public var elements: [Value]
  public init(_ elements: [Value]) { self.elements = elements }
}

/// The entries of a dictionary in insertion order; written in place only when uniquely referenced.
public final class DictionaryBox {
  public private(set) var keys: [DictionaryKey]
  public private(set) var values: [DictionaryKey: Value]

  public init() {
    keys = []
    values = [:]
  }

  public init(copying other: DictionaryBox) {
    keys = other.keys
    values = other.values
  }

  public var count: Int { keys.count }

  /// The value of a key; setting nil removes the entry.
  public subscript(key: DictionaryKey) -> Value? {
    get { values[key] }
    set {
      if values[key] == nil, newValue != nil { keys.append(key) }
      if newValue == nil { keys.removeAll { $0 == key } }
      values[key] = newValue
    }
  }
}

/// What may be a key of a dictionary.
public enum DictionaryKey: Hashable, Sendable {
  case int(Int)
  case string(String)
  case bool(Bool)
}

/// The elements of a tuple with their labels, which may be absent.
public final class TupleBox {
  public let elements: [Value]
  public let labels: [String?]
  public init(_ elements: [Value], labels: [String?] = []) {
    self.elements = elements
    self.labels = labels.isEmpty ? Array(repeating: nil, count: elements.count) : labels
  }
}

/// A range or stride of integers; a missing bound means "from the start" or "to the end".
public final class RangeBox: Sendable {
  public let lower: Int?
  public let upper: Int?
  public let isClosed: Bool
  public let step: Int
  public init(lower: Int?, upper: Int?, isClosed: Bool, step: Int = 1) {
    self.lower = lower
    self.upper = upper
    self.isClosed = isClosed
    self.step = step
  }
}

/// A leading-dot choice such as `.halfEven`, or with arguments `.percentile(99.9)`.
public final class ChoiceBox {
  public let name: String
  public let arguments: [Argument]
  public init(_ name: String, arguments: [Argument] = []) {
    self.name = name
    self.arguments = arguments
  }
}

/// A value of the host that the language carries without knowing it: a tensor, a network.
///
/// The subclass holds the payload. The language treats the object as immutable; a host that writes
/// in place (`setSubscript`, inout arguments) first checks that the reference is unique.
open class HostObject {
  public init() {}
  /// The name of its type as a user reads it: `Tensor`, `Sequential`.
  open var typeName: String { "Object" }
}

/// One argument of a call, with the place of its expression.
public struct Argument {
  public var label: String?
  public var value: Value
  /// Whether it was written with `&`: the callee may assign `value`, the caller stores it back.
  public var isInout: Bool
  public var range: SourceRange
  public init(
    label: String? = nil, value: Value, isInout: Bool = false, range: SourceRange = .none
  ) {
    self.label = label
    self.value = value
    self.isInout = isInout
    self.range = range
  }
}

/// Something that can be called: a closure of the language or a function of the host.
open class Function {
  public let name: String
  public init(name: String) { self.name = name }

  /// Whether the parameter at a position is written through, so that its argument wants `&`.
  ///
  /// A receiver in `x.f(y)` is passed inout when this is true for position 0.
  open func isInout(at position: Int) -> Bool { false }

  /// The signature as a user reads it, for messages and `help`.
  open var signature: String { name }

  /// Runs the function. Inout arguments are written back by the caller after it returns.
  open func call(
    _ arguments: inout [Argument], at range: SourceRange, in machine: Machine
  ) throws -> Value {
    .void
  }
}
