import Language

/// A parameter of a builtin: what binding, messages, help and completion know of it.
///
/// A name that begins with `_ ` is passed by position, as in Swift; any other by its label.
public struct Parameter<P: Bridged>: Sendable {
  let info: ParameterInfo
  let fallback: (@Sendable () -> P)?
  let check: (@Sendable (P) -> String?)?

  /// A parameter that must be given.
  init(_ name: String, _ meaning: String, _ rule: Rule<P>? = nil) {
    info = ParameterInfo(name, meaning, P.self, nil)
    fallback = nil
    check = rule?.violation
  }

  /// A parameter that may be left out.
  init(_ name: String, _ meaning: String, default value: P, _ rule: Rule<P>? = nil)
  where P: Sendable {
    info = ParameterInfo(name, meaning, P.self, value.literal)
    fallback = { value }
    check = rule?.violation
  }

  /// A parameter that may be left out and is nil then, of a type that is not sendable.
  init<W: Bridged>(optional name: String, _ meaning: String, _ type: W.Type) where P == W? {
    info = ParameterInfo(name, meaning, P.self, "nil")
    fallback = { nil }
    check = nil
  }

  /// The argument, converted and checked; the default where there is none.
  fileprivate func value(
    _ found: Bound, _ arguments: [Argument], _ session: Session
  ) throws -> P {
    switch found {
    case .missing:
      guard let fallback else { preconditionFailure("the binder lets no required one be missing") }
      return fallback()
    case .one(let position):
      return try checked(arguments[position].value, position, session)
    case .many(let positions):
      // One list stands for its elements: zeros([2, 3]).
      if positions.count == 1, case .list = arguments[positions[0]].value {
        return try checked(arguments[positions[0]].value, positions[0], session)
      }
      let list = Value.list(ListBox(positions.map { arguments[$0].value }))
      return try checked(list, positions.first ?? 0, session)
    }
  }

  /// Converts and checks a value as a call would, and drops the result.
  fileprivate func validate(_ value: Value, _ session: Session) throws {
    _ = try checked(value, 0, session)
  }

  private func checked(_ value: Value, _ position: Int, _ session: Session) throws -> P {
    do {
      let converted = try P.from(value, in: session)
      if let violation = check?(converted) {
        throw Fault("'\(info.name)' \(violation)")
      }
      return converted
    } catch var fault as Fault {
      if fault.argument == nil {
        fault.argument = position
        if !fault.message.contains("'\(info.name)'") {
          fault.message = "'\(info.name)': " + fault.message
        }
      }
      throw fault
    }
  }
}

/// A condition on a parameter's value.
public struct Rule<P>: Sendable {
  let violation: @Sendable (P) -> String?
}

extension Rule where P == Int {
  static var positive: Rule {
    Rule { $0 > 0 ? nil : "must be above 0, not \($0)" }
  }
  static var notNegative: Rule {
    Rule { $0 >= 0 ? nil : "must not be negative, but is \($0)" }
  }
}

/// What is known of a parameter without its type.
public struct ParameterInfo: Sendable {
  public let name: String
  /// The label it is passed by; nil for one passed by position.
  public let label: String?
  public let meaning: String
  public let typeName: String
  /// The default as it would be written; nil for a parameter that must be given.
  public let defaultLiteral: String?
  public let choices: [String]
  public let isInout: Bool
  public let isVariadic: Bool

  init<P: Bridged>(_ name: String, _ meaning: String, _ type: P.Type, _ literal: String?) {
    let isPositional = name.hasPrefix("_ ")
    self.name = isPositional ? String(name.dropFirst(2)) : name
    label = isPositional ? nil : name
    self.meaning = meaning
    typeName = P.typeName
    defaultLiteral = literal
    choices = P.choices
    isInout = P.isInout
    isVariadic = P.typeName.hasSuffix("...")
  }

  var isOptional: Bool { defaultLiteral != nil || isVariadic }

  /// As in a Swift declaration: `bits: Int = 8`, `_ x: Tensor`.
  public var declaration: String {
    (label == nil ? "_ " : "") + "\(name): \(typeName)"
      + (defaultLiteral.map { " = \($0)" } ?? "")
  }
}

/// Which arguments a parameter got.
enum Bound {
  case missing
  case one(Int)
  case many([Int])
}

/// A line of code that the reference shows, with its output; the tests run it.
///
/// Where the output begins with the line `…`, what was shown before the rest is left out.
public struct Example: Sendable {
  public let code: String
  public let output: String
  /// The files that it reads: paths in the folder where it runs, or in `$NOTCH_DATA`.
  public let files: [String]
  public init(_ code: String, _ output: String, files: [String] = []) {
    self.code = code
    self.output = output
    self.files = files
  }
}

/// A function of the library as the language sees it, declared once.
///
/// From one declaration come the binding of arguments, error messages, `help`, completion, the
/// reference page and the tests of its examples.
public struct Builtin: Sendable {
  public let name: String
  public let summary: String
  public let parameters: [ParameterInfo]
  /// Its type; of a tuple, with the labels: `(values: Tensor, positions: Tensor)`.
  public let resultName: String
  /// The values of the tuple that it gives; empty where it gives one value or none.
  private(set) var results: [(label: String, type: String)] = []
  public let examples: [Example]
  let accepts: @Sendable ([Argument]) -> Bool
  /// For each parameter, what throws where a value cannot be its argument.
  let validations: [@Sendable (Value, Session) throws -> Void]
  let invoke: @Sendable (Session, inout [Argument]) throws -> Value

  /// A function that gives one value.
  init<each P: Bridged, R: Bridged>(
    _ name: String, _ summary: String, _ parameters: repeat Parameter<each P>,
    examples: [Example] = [],
    body: @escaping @Sendable (Session, repeat each P) throws -> R
  ) {
    self.init(
      name, summary, repeat each parameters, resultName: R.typeName, examples: examples
    ) { (session: Session, arguments: repeat each P) in
      try body(session, repeat each arguments).bridged(in: session)
    }
  }

  /// A function that gives a tuple, with a label for each value: `gives: ["values", "positions"]`.
  init<each P: Bridged, each R: Bridged>(
    _ name: String, _ summary: String, _ parameters: repeat Parameter<each P>,
    gives labels: [String], examples: [Example] = [],
    body: @escaping @Sendable (Session, repeat each P) throws -> (repeat each R)
  ) {
    var results: [(label: String, type: String)] = []
    for type in repeat (each R).self { results.append((labels[results.count], type.typeName)) }
    let list = results.map { "\($0.label): \($0.type)" }.joined(separator: ", ")
    self.init(
      name, summary, repeat each parameters, resultName: "(\(list))", examples: examples
    ) { (session: Session, arguments: repeat each P) in
      let result = try body(session, repeat each arguments)
      var values: [Value] = []
      for value in repeat each result { values.append(try value.bridged(in: session)) }
      return .tuple(TupleBox(values, labels: labels))
    }
    self.results = results
  }

  private init<each P: Bridged>(
    _ name: String, _ summary: String, _ parameters: repeat Parameter<each P>,
    resultName: String, examples: [Example],
    body: @escaping @Sendable (Session, repeat each P) throws -> Value
  ) {
    var infos: [ParameterInfo] = []
    var validations: [@Sendable (Value, Session) throws -> Void] = []
    for parameter in repeat each parameters {
      infos.append(parameter.info)
      validations.append(Builtin.validation(of: parameter))
    }
    self.validations = validations
    var firstAccepts: (@Sendable (Value) -> Bool)?
    for parameter in repeat each parameters {
      if firstAccepts == nil { firstAccepts = Builtin.acceptance(of: parameter) }
    }
    self.name = name
    self.summary = summary
    self.parameters = infos
    self.examples = examples
    self.resultName = resultName
    let known = infos
    let binder = Binder(name, known)
    let acceptsFirst = firstAccepts
    accepts = { arguments in
      guard let first = arguments.first(where: { $0.label == nil }) else { return true }
      return acceptsFirst?(first.value) ?? false
    }
    invoke = { session, arguments in
      let bound = try binder.bind(arguments)
      var position = 0
      var changed: [(argument: Int, value: () throws -> Value)] = []
      // The function receives the only reference to what it may change.
      let given = arguments
      if binder.changesArguments {
        for (index, info) in known.enumerated() where info.isInout {
          if case .one(let argument) = bound[index] { arguments[argument].value = .void }
        }
      }
      func take<T: Bridged>(_ parameter: Parameter<T>) throws -> T {
        defer { position += 1 }
        let value = try parameter.value(bound[position], given, session)
        if T.isInout, case .one(let argument) = bound[position] {
          changed.append((argument, { try value.bridged(in: session) }))
        }
        return value
      }
      let result = try body(session, repeat try take(each parameters))
      for change in changed { arguments[change.argument].value = try change.value() }
      return result
    }
  }

  private static func acceptance<T: Bridged>(
    of parameter: Parameter<T>
  ) -> @Sendable (Value) -> Bool {
    { T.accepts($0) }
  }

  private static func validation<T: Bridged>(
    of parameter: Parameter<T>
  ) -> @Sendable (Value, Session) throws -> Void {
    { try parameter.validate($0, $1) }
  }

  /// As in a Swift declaration: `quantize(_ x: Tensor, bits: Int = 8) -> QuantizedTensor`.
  public var signature: String {
    let list = parameters.map(\.declaration).joined(separator: ", ")
    let result = resultName == "Any" ? "" : " -> \(resultName)"
    return "\(name)(\(list))\(result)"
  }
}

/// Which arguments the parameters of a call got.
enum Bindings {
  /// The first so many parameters got the arguments in order, the others none.
  case inOrder(Int)
  case each([Bound])

  subscript(parameter: Int) -> Bound {
    switch self {
    case .inOrder(let count): parameter < count ? .one(parameter) : .missing
    case .each(let bound): bound[parameter]
    }
  }
}

/// Matches arguments with parameters, as Swift's labels do.
struct Binder {
  let name: String
  let parameters: [ParameterInfo]
  /// How many parameters in front are passed by position, one argument each.
  private let leading: Int
  /// How many parameters in front there are up to the last that must be given.
  private let needed: Int
  /// Whether an argument may be passed inout.
  let changesArguments: Bool

  init(_ name: String, _ parameters: [ParameterInfo]) {
    self.name = name
    self.parameters = parameters
    leading = parameters.prefix { $0.label == nil && !$0.isVariadic && !$0.isInout }.count
    needed = (parameters.lastIndex { $0.defaultLiteral == nil } ?? -1) + 1
    changesArguments = parameters.contains(where: \.isInout)
  }

  func bind(_ arguments: [Argument]) throws -> Bindings {
    if arguments.count <= leading, arguments.count >= needed,
      arguments.allSatisfy({ $0.label == nil && !$0.isInout && !$0.isTrailing })
    {
      return .inOrder(arguments.count)
    }
    return .each(try bindEach(arguments))
  }

  func bindEach(_ arguments: [Argument]) throws -> [Bound] {
    var bound = [Bound](repeating: .missing, count: parameters.count)
    var free = parameters.indices.filter { parameters[$0].label == nil }[...]
    for (position, argument) in arguments.enumerated() {
      let index: Int
      if let label = argument.label {
        guard let found = parameters.firstIndex(where: { $0.name == label }) else {
          throw unknownLabel(label, position)
        }
        if case .missing = bound[found] {
        } else {
          throw Fault("'\(label)' is given twice", argument: position, atLabel: true)
        }
        index = found
        free.removeAll { $0 == found }
      } else if let next = free.first {
        index = next
        if !parameters[next].isVariadic { free.removeFirst() }
      } else if isTrailingClosure(argument, arguments, position), let open = openFunction(bound) {
        index = open
      } else {
        throw tooMany(argument, position, bound)
      }
      if argument.isInout, !parameters[index].isInout {
        throw Fault(
          "'\(name)' does not change '\(parameters[index].name)'; pass it without '&'",
          argument: position)
      }
      switch bound[index] {
      case .many(let list): bound[index] = .many(list + [position])
      default: bound[index] = parameters[index].isVariadic ? .many([position]) : .one(position)
      }
    }
    for (index, parameter) in parameters.enumerated() {
      guard case .missing = bound[index] else { continue }
      if parameter.isVariadic, parameter.defaultLiteral == nil {
        bound[index] = .many([])
      } else if !parameter.isOptional {
        throw Fault(
          "'\(name)' needs '\(parameter.name)', \(parameter.meaning)",
          help: "\(name)(\(parameters.map(\.declaration).joined(separator: ", ")))")
      }
    }
    return bound
  }

  /// A closure behind the parentheses comes last and has no label.
  private func isTrailingClosure(
    _ argument: Argument, _ arguments: [Argument], _ position: Int
  ) -> Bool {
    position == arguments.count - 1 && Callback.accepts(argument.value)
  }

  private func openFunction(_ bound: [Bound]) -> Int? {
    parameters.indices.last { index in
      if case .missing = bound[index] { return parameters[index].typeName.hasPrefix("Function") }
      return false
    }
  }

  private func unknownLabel(_ label: String, _ position: Int) -> Fault {
    let labels = parameters.compactMap(\.label)
    let nearest = Suggestion.nearest(to: label, among: labels)
    let known =
      labels.isEmpty
      ? "it has no labels" : "it has \(listed(labels.map { "'\($0)'" }, "and"))"
    return Fault(
      "'\(name)' has no label '\(label)'; \(known)",
      help: nearest.map { "did you mean '\($0)'?" }, argument: position, atLabel: true)
  }

  private func tooMany(_ argument: Argument, _ position: Int, _ bound: [Bound]) -> Fault {
    let open = parameters.indices.first { index in
      if case .missing = bound[index] { return parameters[index].label != nil }
      return false
    }
    if let open {
      let label = parameters[open].name
      return Fault(
        "'\(name)' takes '\(label)' and what follows by label", help: "write '\(label): …'",
        argument: position)
    }
    let count = parameters.count
    return Fault(
      "'\(name)' takes \(count == 0 ? "no arguments" : count == 1 ? "one argument" : "at most \(count) arguments")",
      argument: position)
  }
}

/// The builtins of one name as a function of the language; the first argument picks among them.
final class BuiltinFunction: Function {
  let overloads: [Builtin]
  private unowned let session: Session
  /// The language's own function of the name.
  private let own: Function?
  // Of each overload what a call needs: reading all of it would count a dozen references.
  private let accepts: [@Sendable ([Argument]) -> Bool]
  private let invoke: [@Sendable (Session, inout [Argument]) throws -> Value]

  init(_ name: String, _ overloads: [Builtin], _ session: Session) {
    self.overloads = overloads
    self.session = session
    own = LanguageFunctions.function(named: name)
    accepts = overloads.map(\.accepts)
    invoke = overloads.map(\.invoke)
    super.init(name: name)
  }

  override var signature: String { overloads.map(\.signature).joined(separator: "\n") }

  override func isInout(at position: Int) -> Bool {
    overloads.contains { builtin in
      position < builtin.parameters.count && builtin.parameters[position].isInout
    }
  }

  override func call(
    _ arguments: inout [Argument], at range: SourceRange, in machine: Machine
  ) throws -> Value {
    // Plain numbers, strings and lists are the language's own where it has the function.
    if let own, !arguments.contains(where: { $0.value.involvesHost }) {
      return try own.call(&arguments, at: range, in: machine)
    }
    let index = accepts.count == 1 ? 0 : accepts.firstIndex { $0(arguments) } ?? 0
    let session = session
    // The machine looks every few hundred turns; a call may take as long as all of them.
    if session.isInterrupted { throw Interruption(.user) }
    return try invoke[index](session, &arguments)
  }
}

extension Value {
  /// Whether it is a host object or a list with one in front.
  var involvesHost: Bool {
    switch self {
    case .host: true
    case .list(let box): box.elements.contains(where: \.involvesHost)
    default: false
    }
  }
}
