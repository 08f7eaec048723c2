import Language

/// What `help` prints.
enum Help {
  static func text(for value: Value, in session: Session) throws -> String {
    switch value {
    case .function(let function as BuiltinFunction):
      return function.overloads.map(text).joined(separator: "\n\n")
    case .function(let function as NativeFunction):
      return "\(function.signature)\n\(function.summary)"
    case .function(let function): return function.signature
    case .string(let box): return try text(named: box.string, in: session)
    case .host(let object):
      guard let box = object as? any PayloadBox else { return object.typeName }
      return "\(object.typeName) with \(listed(box.memberNames, "and"))"
    default: return value.kindInWords
    }
  }

  private static func text(named name: String, in session: Session) throws -> String {
    if let overloads = Library.byName[name] { return overloads.map(text).joined(separator: "\n\n") }
    if let own = LanguageFunctions.function(named: name) {
      return try text(for: .function(own), in: session)
    }
    let word = name.lowercased()
    let found = Library.all.filter {
      $0.name.lowercased().contains(word) || $0.summary.lowercased().contains(word)
    }
    guard !found.isEmpty else {
      let nearest = Suggestion.nearest(to: name, among: session.globalNames)
      throw Fault("no help on '\(name)'", help: nearest.map { "did you mean '\($0)'?" })
    }
    return found.map { "\($0.name): \($0.summary)" }.joined(separator: "\n")
  }

  static func text(_ builtin: Builtin) -> String {
    var lines = [builtin.signature, builtin.summary]
    let width = builtin.parameters.map { $0.name.count }.max() ?? 0
    for parameter in builtin.parameters {
      let space = String(repeating: " ", count: width - parameter.name.count)
      let choices =
        parameter.choices.isEmpty
        ? "" : ": " + parameter.choices.map { ".\($0)" }.joined(separator: ", ")
      lines.append("  \(parameter.name)\(space)  \(parameter.meaning)\(choices)")
    }
    for example in builtin.examples {
      lines.append("example:")
      lines += example.code.split(separator: "\n").map { "  \($0)" }
      lines += example.output.split(separator: "\n").map { "  //> \($0)" }
    }
    return lines.joined(separator: "\n")
  }
}
