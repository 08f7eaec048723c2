/// A method of the language's own values.
struct Method: Sendable {
  typealias Body = @Sendable (inout Value, Given, Machine) throws -> Value

  let name: String
  /// As it was declared: `prefix(_ count)`.
  let signature: String
  let parameters: [Parameter]
  let isMutating: Bool
  private let body: Body

  init(_ signature: String, isMutating: Bool = false, _ body: @escaping Body) {
    name = String(signature.prefix { $0 != "(" })
    self.signature = signature
    parameters = Parameter.list(of: signature)
    self.isMutating = isMutating
    self.body = body
  }

  func call(
    _ receiver: inout Value, _ arguments: [Argument], _ machine: Machine, _ site: Site
  ) throws -> Value {
    do {
      let given = try Given(arguments, for: parameters, of: name)
      return try body(&receiver, given, machine)
    } catch {
      throw machine.located(error, site, arguments)
    }
  }
}

/// The methods by type of the receiver.
///
/// A range, a string and a dictionary have the methods of a list that change nothing: they are
/// called on the list of their elements.
enum Methods {
  static func method(_ name: String, of value: Value) -> Method? {
    switch value {
    case .list: return lists[name]
    case .shortString, .longString: return strings[name] ?? listView(name)
    case .dictionary: return dictionaries[name] ?? listView(name)
    case .range: return ranges[name] ?? listView(name)
    case .int, .double: return numbers[name]
    case .void, .bool, .tuple, .choice, .function, .host: return nil
    }
  }

  static func names(of value: Value) -> [String] {
    let shared = lists.values.filter { !$0.isMutating }.map(\.name)
    return switch value {
    case .list: Array(lists.keys)
    case .shortString, .longString: Array(strings.keys) + shared
    case .dictionary: Array(dictionaries.keys) + shared
    case .range: Array(ranges.keys) + shared
    case .int, .double: Array(numbers.keys)
    case .void, .bool, .tuple, .choice, .function, .host: []
    }
  }

  /// Names of methods that change their receiver, which then has to be a variable.
  static let mutatingNames: Set<String> = Set(
    (Array(lists.values) + Array(dictionaries.values)).filter(\.isMutating).map(\.name))

  private static func listView(_ name: String) -> Method? { views[name] }

  /// The methods of a list on the elements of something else.
  private static let views: [String: Method] = lists.filter { !$0.value.isMutating }.mapValues {
    $0.onElements()
  }

  static func table(_ methods: [Method]) -> [String: Method] {
    Dictionary(methods.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  }
}

extension Method {
  /// The method on the list of the receiver's elements.
  fileprivate func onElements() -> Method {
    Method(name: name, signature: signature, parameters: parameters, isMutating: false) {
      receiver, given, machine in
      var list = Value.elements(try machine.elements(of: receiver))
      return try body(&list, given, machine)
    }
  }

  private init(
    name: String, signature: String, parameters: [Parameter], isMutating: Bool,
    body: @escaping Body
  ) {
    self.name = name
    self.signature = signature
    self.parameters = parameters
    self.isMutating = isMutating
    self.body = body
  }
}
