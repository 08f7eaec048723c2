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
  case shortString(ShortString)
  case longString(StringBox)
  case list(ListBox)
  case dictionary(DictionaryBox)
  case tuple(TupleBox)
  case range(RangeBox)
  case choice(ChoiceBox)
  case function(Function)
  case host(HostObject)
}

/// A box that holds values, and so may hold itself a million deep.
///
/// Freeing such a chain one inside the other would exhaust the native stack. So a box hands the
/// boxes it holds to a list before it goes, and the list is worked off without recursion.
open class NestedBox {
  init() {}

  /// Moves the boxes among the values held to a list, and leaves none behind.
  func surrender(to pending: inout [NestedBox]) {}

  /// Frees what a box holds; every subclass calls it in its `deinit`.
  func flatten() {
    var pending: [NestedBox] = []
    surrender(to: &pending)
    while var box = pending.popLast() {
      if isKnownUniquelyReferenced(&box) { box.surrender(to: &pending) }
    }
  }
}

extension [Value] {
  mutating func surrender(to pending: inout [NestedBox]) {
    guard contains(where: { $0.nested != nil }) else { return }
    let taken = self
    self = []
    for value in taken {
      if let box = value.nested { pending.append(box) }
    }
  }
}

extension Value {
  /// The box of a value that holds others.
  var nested: NestedBox? {
    switch self {
    case .list(let box): box
    case .dictionary(let box): box
    case .tuple(let box): box
    case .choice(let box): box
    case .function(let function): function
    case .void, .int, .double, .bool, .shortString, .longString, .range, .host: nil
    }
  }
}

/// A string that does not fit a value; written in place only when uniquely referenced.
public final class StringBox {
  // Whoever writes holds the only reference, so there is nothing to check while running.
  @exclusivity(unchecked) public internal(set) var string: String
  public init(_ string: String) { self.string = string }
}

/// The elements of a list; written in place only when uniquely referenced.
public final class ListBox: NestedBox {
  // Whoever writes holds the only reference, so there is nothing to check while running.
  @exclusivity(unchecked) public var elements: [Value]
  public init(_ elements: [Value]) { self.elements = elements }
  deinit { flatten() }
  override func surrender(to pending: inout [NestedBox]) { elements.surrender(to: &pending) }
}

/// The entries of a dictionary in insertion order; written in place only when uniquely referenced.
public final class DictionaryBox: NestedBox {
  @exclusivity(unchecked) public private(set) var keys: [DictionaryKey]
  @exclusivity(unchecked) public private(set) var values: [DictionaryKey: Value]

  deinit { flatten() }
  override func surrender(to pending: inout [NestedBox]) {
    guard values.values.contains(where: { $0.nested != nil }) else { return }
    let taken = values
    values = [:]
    for value in taken.values {
      if let box = value.nested { pending.append(box) }
    }
  }

  override public init() {
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
public final class TupleBox: NestedBox {
  public private(set) var elements: [Value]
  public let labels: [String?]
  public init(_ elements: [Value], labels: [String?] = []) {
    precondition(labels.isEmpty || labels.count == elements.count, "a label for every element")
    self.elements = elements
    self.labels = labels.isEmpty ? Array(repeating: nil, count: elements.count) : labels
  }
  deinit { flatten() }
  override func surrender(to pending: inout [NestedBox]) { elements.surrender(to: &pending) }
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
public final class ChoiceBox: NestedBox {
  public let name: String
  public private(set) var arguments: [Argument]
  public init(_ name: String, arguments: [Argument] = []) {
    self.name = name
    self.arguments = arguments
  }
  deinit { flatten() }
  override func surrender(to pending: inout [NestedBox]) {
    var values = arguments.map(\.value)
    arguments = []
    values.surrender(to: &pending)
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
  /// Whether it holds a function of the program, which who uses it may call.
  open var holdsFunction: Bool { false }
}

/// One argument of a call, with the place of its expression.
public struct Argument {
  public var label: String?
  public var value: Value
  /// Whether it was written with `&`: the callee may assign `value`, the caller stores it back.
  public var isInout: Bool
  /// Whether it is a closure behind the parentheses; then it has no label and comes last.
  public var isTrailing: Bool
  public var range: SourceRange
  /// The place of the label, where there is one.
  public var labelRange: SourceRange
  public init(
    label: String? = nil, value: Value, isInout: Bool = false, isTrailing: Bool = false,
    range: SourceRange = .none, labelRange: SourceRange = .none
  ) {
    self.label = label
    self.value = value
    self.isInout = isInout
    self.isTrailing = isTrailing
    self.range = range
    self.labelRange = labelRange
  }
}

/// Something that can be called: a closure of the language or a function of the host.
open class Function: NestedBox {
  public let name: String
  /// The resolved body where it is a closure whose frame can be filled straight from arguments.
  ///
  /// The closure itself holds the code.
  final let quickCode: Unmanaged<FunctionCode>?
  public init(name: String) {
    self.name = name
    quickCode = nil
  }
  init(name: String, quickCode: Unmanaged<FunctionCode>?) {
    self.name = name
    self.quickCode = quickCode
  }

  /// Whether the parameter at a position is written through, so that its argument wants `&`.
  ///
  /// A receiver in `x.f(y)` is passed inout when this is true for position 0.
  open func isInout(at position: Int) -> Bool { false }

  /// The signature as a user reads it, for messages and `help`.
  open var signature: String { name }

  /// Runs the function.
  ///
  /// Inout arguments are written back by the caller after it returns or throws.
  open func call(
    _ arguments: inout [Argument], at range: SourceRange, in machine: Machine
  ) throws -> Value {
    .void
  }
}
