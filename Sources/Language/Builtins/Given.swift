/// The arguments of a builtin, by parameter, with checked access.
struct Given {
  let arguments: [Argument]
  private let binding: Binding

  init(_ arguments: [Argument], for parameters: [Parameter], of name: String) throws {
    self.arguments = arguments
    binding = try Binding(of: arguments, to: parameters, signature: name)
    if let position = arguments.firstIndex(where: \.isInout) {
      throw Fault(
        "\(name) does not change its arguments; pass them without '&'", argument: position)
    }
  }

  func has(_ parameter: Int) -> Bool { binding.indices[parameter] != nil }

  /// The value of a parameter; `.void` when it was left out.
  func value(_ parameter: Int) -> Value {
    binding.indices[parameter].map { arguments[$0].value } ?? .void
  }

  /// The arguments of the variadic parameter.
  var rest: [Value] { binding.rest.map { arguments[$0].value } }

  /// Position of the rest's first argument.
  func position(ofRest index: Int) -> Int? {
    binding.rest.indices.contains(index) ? binding.rest[index] : nil
  }

  func fault(_ message: String, _ parameter: Int, help: String? = nil) -> Fault {
    Fault(message, help: help, argument: binding.indices[parameter])
  }

  private func wrong(_ wanted: String, _ parameter: Int) -> Fault {
    fault("expected \(wanted), not \(article(value(parameter).typeName))", parameter)
  }

  func int(_ parameter: Int) throws -> Int {
    guard case .int(let number) = value(parameter) else { throw wrong("an Int", parameter) }
    return number
  }

  func int(_ parameter: Int, in range: ClosedRange<Int>) throws -> Int {
    let number = try int(parameter)
    guard range.contains(number) else {
      throw fault(
        "expected an Int from \(range.lowerBound) to \(range.upperBound), not \(number)",
        parameter)
    }
    return number
  }

  func double(_ parameter: Int) throws -> Double {
    guard let number = value(parameter).number else { throw wrong("a number", parameter) }
    return number
  }

  func string(_ parameter: Int) throws -> String {
    guard case .string(let box) = value(parameter) else { throw wrong("a String", parameter) }
    return box.string
  }

  func function(_ parameter: Int) throws -> Value {
    let value = value(parameter)
    switch value {
    case .function, .host: return value
    default: throw wrong("a function", parameter)
    }
  }

  /// The elements of a list, or of anything that can be gone through.
  func elements(_ parameter: Int, _ machine: Machine) throws -> [Value] {
    do {
      return try machine.elements(of: value(parameter))
    } catch var fault as Fault {
      fault.argument = binding.indices[parameter]
      throw fault
    }
  }
}

extension Parameter {
  /// Reads the parameters of a signature such as `insert(_ element, at index)`,
  /// `split(separator text = )` or `min(values...)`.
  static func list(of signature: String) -> [Parameter] {
    guard let open = signature.firstIndex(of: "("), signature.hasSuffix(")") else { return [] }
    let inner = signature[signature.index(after: open)...].dropLast()
    return inner.split(separator: ",").map { part in
      let isOptional = part.contains("=")
      var words = part.prefix { $0 != "=" }.split(separator: " ").map(String.init)
      let isVariadic = words.last?.hasSuffix("...") ?? false
      if isVariadic, let last = words.popLast() { words.append(String(last.dropLast(3))) }
      let name = words.last ?? ""
      let label = words.first == "_" || isVariadic ? nil : words.first
      return Parameter(name: name, label: label, isOptional: isOptional, isVariadic: isVariadic)
    }
  }
}
