/// The arguments of a builtin, by parameter, with checked access.
struct Given {
  let arguments: [Argument]
  /// Nil where the arguments simply stand in the order of the parameters.
  private let binding: Binding?

  init(_ arguments: [Argument], for parameters: [Parameter], of name: String) throws {
    self.arguments = arguments
    if Given.areInOrder(arguments, parameters) {
      binding = nil
      return
    }
    binding = try Binding(of: arguments, to: parameters, signature: name)
    if let position = arguments.firstIndex(where: \.isInout) {
      throw Fault(
        "\(name) does not change its arguments; pass them without '&'", argument: position)
    }
  }

  /// Whether there is nothing to match: plain arguments, as many as are wanted.
  private static func areInOrder(_ arguments: [Argument], _ parameters: [Parameter]) -> Bool {
    guard arguments.count <= parameters.count else { return false }
    for position in parameters.indices {
      if parameters[position].isVariadic { return false }
      if position >= arguments.count {
        guard parameters[position].isOptional else { return false }
      } else {
        let argument = arguments[position]
        if argument.label != nil || argument.isInout || argument.isTrailing { return false }
      }
    }
    return true
  }

  /// The position of a parameter's argument; nil when it was left out.
  private func position(of parameter: Int) -> Int? {
    if let binding { return binding.indices[parameter] }
    return parameter < arguments.count ? parameter : nil
  }

  func has(_ parameter: Int) -> Bool { position(of: parameter) != nil }

  /// The value of a parameter; `.void` when it was left out.
  func value(_ parameter: Int) -> Value {
    position(of: parameter).map { arguments[$0].value } ?? .void
  }

  /// The arguments of the variadic parameter.
  var rest: [Value] { binding?.rest.map { arguments[$0].value } ?? [] }

  func fault(_ message: String, _ parameter: Int, help: String? = nil) -> Fault {
    Fault(message, help: help, argument: position(of: parameter))
  }

  private func wrong(_ wanted: String, _ parameter: Int) -> Fault {
    fault("expected \(wanted), not \(article(value(parameter).kindName))", parameter)
  }

  func int(_ parameter: Int) throws -> Int {
    guard case .int(let number) = value(parameter) else { throw wrong("an Int", parameter) }
    return number
  }

  func int(_ parameter: Int, in range: ClosedRange<Int>) throws -> Int {
    let number = try int(parameter)
    guard range.contains(number) else {
      if range.upperBound == Int.max {
        throw fault("expected an Int of at least \(range.lowerBound), not \(number)", parameter)
      }
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
    guard let string = value(parameter).string else { throw wrong("a String", parameter) }
    return string
  }

  func function(_ parameter: Int) throws -> Value {
    let value = value(parameter)
    switch value {
    case .function, .host: return value
    default: throw wrong("a function", parameter)
    }
  }

  /// Whether what is looked for is told by a condition, the second parameter, and not by an element.
  func wantsCondition() throws -> Bool {
    guard has(0) != has(1) else {
      throw Fault("expected an element to look for, or a condition 'where:'")
    }
    return has(1)
  }

  /// The elements of a list, or of anything that can be gone through.
  func elements(_ parameter: Int, _ machine: Machine) throws -> [Value] {
    do {
      return try machine.elements(of: value(parameter))
    } catch var fault as Fault {
      fault.argument = position(of: parameter)
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
