/// What is known of a value before the program runs.
///
/// Whatever is not certain is `unknown`: the check reports only what would surely go wrong.
public indirect enum StaticValue {
  case unknown
  /// A value of the language that is known as a whole: a literal, or what follows from literals.
  case known(Value)
  /// A list some of whose elements may be unknown.
  case list([StaticValue])
  case tuple([StaticValue], labels: [String?])
  case function(StaticFunction)
  /// A value of the host, by its type and what the host knows of it.
  case object(StaticObject)
}

/// A function of the program, as far as calling it goes.
public struct StaticFunction {
  let parameters: [Parameter]
  let isAnonymous: Bool
  let signature: String
  let definition: Diagnostic.Mark
  /// Whether it is a closure, which takes a tuple apart.
  let isClosure: Bool
}

/// A value of the host that does not exist yet.
public struct StaticObject {
  /// The name of its type as a user reads it: `Tensor`, `Sequential`.
  public var typeName: String
  /// The sizes along its axes, where they are known: of a tensor, or of one sample of a dataset.
  public var shape: [Int]?
  /// How many samples it has, where that is known.
  public var count: Int?
  /// How many classes its samples have, where that is known.
  public var classes: Int?
  /// The object itself, where the host could make it without running anything.
  public var value: Value?

  public init(_ typeName: String, shape: [Int]? = nil, count: Int? = nil, value: Value? = nil) {
    self.typeName = typeName
    self.shape = shape
    self.count = count
    self.value = value
  }
}

/// An argument of a call that has not run.
public struct StaticArgument {
  public var label: String?
  public var value: StaticValue
  public var isInout: Bool
  public var isTrailing: Bool
}

/// What is known of an operation before it runs: its value, or why it fails.
public struct StaticResult {
  public var value: StaticValue
  /// The error that it surely ends with.
  public var fault: Fault?
  public init(_ value: StaticValue = .unknown, fault: Fault? = nil) {
    self.value = value
    self.fault = fault
  }
}

/// A host that can judge calls of its functions without running them.
///
/// It must report a fault only where the call, if it runs, surely fails.
public protocol StaticHost: Host {
  /// Judges a call of one of its functions.
  func check(call name: String, _ arguments: [StaticArgument]) -> StaticResult
  /// Judges a binary operator where a side is an object or a list.
  func check(
    _ operation: BinaryOperator, _ left: StaticValue, _ right: StaticValue
  ) -> StaticResult
  /// Judges calling an object: `network(x)`.
  func check(calling object: StaticObject, _ arguments: [StaticArgument]) -> StaticResult
  /// A property of an object; nil when it surely has none of the name.
  func check(member name: String, of object: StaticObject) -> StaticResult?
  /// The properties of an object, for suggestions.
  func memberNames(of object: StaticObject) -> [String]
}

extension StaticValue {
  /// The value as a whole, where it is known.
  var value: Value? {
    switch self {
    case .known(let value): value
    case .list(let elements):
      elements.reduce([Value]?.some([])) { list, element in
        guard let list, let value = element.value else { return nil }
        return list + [value]
      }.map { .elements($0) }
    default: nil
    }
  }

  /// A value of the same type, where its type is one of the language's own.
  var sample: Value? {
    switch self {
    case .known(let value): value
    case .list: .elements([])
    case .tuple(let elements, let labels):
      .tuple(TupleBox(elements.map { _ in .void }, labels: labels))
    case .unknown, .function, .object: nil
    }
  }
}
