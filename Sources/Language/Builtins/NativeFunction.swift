/// A function that the language brings along, such as `print` and `min`.
public final class NativeFunction: Function {
  typealias Body = @Sendable (Given, Machine) throws -> Value

  let parameters: [Parameter]
  private let body: Body
  private let shown: String
  /// What it does, in one line.
  public let summary: String

  init(_ signature: String, _ summary: String, _ body: @escaping Body) {
    parameters = Parameter.list(of: signature)
    shown = signature
    self.summary = summary
    self.body = body
    super.init(name: String(signature.prefix { $0 != "(" }))
  }

  override public var signature: String { shown }

  /// The names of its parameters, in order.
  public var parameterNames: [String] { parameters.map(\.name) }

  override public func call(
    _ arguments: inout [Argument], at range: SourceRange, in machine: Machine
  ) throws -> Value {
    try body(try Given(arguments, for: parameters, of: name), machine)
  }
}

/// The functions of the language, which know numbers, strings and lists but no host object.
///
/// A host that defines a function of the same name calls these where no object is involved.
public enum LanguageFunctions {
  /// All of them, in alphabetical order.
  // A function never changes once it is made.
  nonisolated(unsafe) public static let all: [Function] =
    (general + numeric + conversions).sorted { $0.name < $1.name }

  /// The function of a name.
  public static func function(named name: String) -> Function? { named[name] }

  nonisolated(unsafe) static let named: [String: Function] =
    Dictionary(all.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })

  static func value(named name: String) -> Value? { named[name].map { .function($0) } }
}
