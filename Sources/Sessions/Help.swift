import Datasets
import Figures
public import Language
import Networks
import Quantization
import Tensors

/// What `help` prints.
enum Help {
  static func text(for value: Value, in session: Session) throws -> String {
    switch value {
    case .function(let function as BuiltinFunction):
      return function.overloads.map(text).joined(separator: "\n\n")
    case .function(let function as NativeFunction):
      return "\(function.signature)\n\(function.summary)"
    case .function(let function): return function.signature
    case .shortString, .longString: return try text(named: value.string ?? "", in: session)
    case .host(let object):
      guard let box = object as? PayloadBox else { return object.typeName }
      return members(of: value, box, in: session)
    default:
      let names = session.machine.memberNames(of: value)
      return names.isEmpty ? value.kindInWords : "\(value.kindName) with \(listed(names, "and"))"
    }
  }

  /// Its properties with their meaning, then the functions that take it first.
  private static func members(
    of value: Value, _ box: PayloadBox, in session: Session
  ) -> String {
    let width = box.memberNames.map(\.count).max() ?? 0
    var lines = [box.typeName]
    for name in box.memberNames {
      let space = String(repeating: " ", count: width - name.count)
      lines.append("  .\(name)\(space)  \(box.memberSummary(name) ?? "")")
    }
    let methods = Library.methodNames(accepting: value)
    if !methods.isEmpty {
      let unique = methods.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
      lines.append("functions that take it: " + unique.joined(separator: ", "))
    }
    return lines.joined(separator: "\n")
  }

  private static func text(named name: String, in session: Session) throws -> String {
    if let overloads = Library.byName[name] { return overloads.map(text).joined(separator: "\n\n") }
    if let own = LanguageFunctions.function(named: name) {
      return try text(for: .function(own), in: session)
    }
    let found = search(name)
    guard !found.isEmpty else {
      let nearest = Suggestion.nearest(to: name, among: session.globalNames)
      throw Fault("no help on '\(name)'", help: nearest.map { "did you mean '\($0)'?" })
    }
    let width = found.map(\.name.count).max() ?? 0
    return found.map { name, summary in
      name + String(repeating: " ", count: width - name.count) + "  " + summary
    }.joined(separator: "\n")
  }

  /// The functions in whose name, summary, parameters or choices every word stands; those with a
  /// word in their name come first.
  static func search(_ text: String) -> [(name: String, summary: String)] {
    let words = text.lowercased().split(whereSeparator: \.isWhitespace).map(String.init)
    guard !words.isEmpty else { return [] }
    var found: [(name: String, summary: String, isNamed: Bool)] = []
    func look(_ name: String, _ summary: String, _ rest: [String]) {
      let place = ([name, summary] + rest).joined(separator: "\n").lowercased()
      guard words.allSatisfy({ place.contains($0) }) else { return }
      let isNamed = words.contains { name.lowercased().contains($0) }
      guard !found.contains(where: { $0.name == name && $0.summary == summary }) else { return }
      found.append((name, summary, isNamed))
    }
    for builtin in Library.all {
      let parameters = builtin.parameters
      look(
        builtin.name, builtin.summary, parameters.flatMap { [$0.name, $0.meaning] + $0.choices })
    }
    for case let function as NativeFunction in LanguageFunctions.all {
      look(function.name, function.summary, function.parameterNames)
    }
    let ordered = found.filter(\.isNamed) + found.filter { !$0.isNamed }
    return ordered.map { ($0.name, $0.summary) }
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
      if !example.files.isEmpty {
        lines += ["with these files:"] + example.files.map { "  \($0)" }
      }
      lines.append("example:")
      lines += example.code.split(separator: "\n").map { "  \($0)" }
      lines += example.output.split(separator: "\n").map { "  //> \($0)" }
    }
    return lines.joined(separator: "\n")
  }
}

extension Session {
  /// What `help` prints of a value, or of a name or word where it is a string.
  public func helpText(on value: Value) throws -> String { try Help.text(for: value, in: self) }

  /// The names of all functions of the library and the language.
  public var functionNames: [String] {
    Array(Set(Library.byName.keys).union(LanguageFunctions.all.map(\.name)))
  }

  /// One line on a function of the library or the language: signature and summary.
  public func summary(ofFunction name: String) -> String? {
    if let builtin = Library.byName[name]?.first {
      return "\(builtin.signature)  \(builtin.summary)"
    }
    guard let own = LanguageFunctions.function(named: name) as? NativeFunction else { return nil }
    return "\(own.signature)  \(own.summary)"
  }

  /// One line on a member of a value: its type and meaning, or the method that it is.
  public func summary(ofMember name: String, of value: Value) -> String? {
    if case .host(let object) = value, let box = object as? PayloadBox,
      let summary = box.memberSummary(name)
    {
      return summary
    }
    if case .host = value,
      let builtin = Library.byName[name]?.first(where: {
        $0.accepts([Argument(value: value)])
      })
    {
      return "\(builtin.signature)  \(builtin.summary)"
    }
    guard let member = machine.property(name, of: value) else { return nil }
    return member.kindName
  }

  /// What `help` prints of a member of a value; nil where there is no such member.
  public func helpText(onMember name: String, of value: Value) -> String? {
    if case .host(let object) = value, let box = object as? PayloadBox,
      let summary = box.memberSummary(name)
    {
      return "\(box.typeName).\(name): \(summary)"
    }
    if case .host = value {
      let builtins = (Library.byName[name] ?? []).filter { $0.accepts([Argument(value: value)]) }
      if !builtins.isEmpty { return builtins.map(Help.text).joined(separator: "\n\n") }
    }
    guard machine.memberNames(of: value).contains(name) else { return nil }
    let type = machine.property(name, of: value)?.kindName
    let summary = OwnMembers.summary(name, of: value).map { ", \($0)" } ?? ""
    return "\(value.kindName).\(name): \(type ?? "a method")\(summary)"
  }
}

extension Session {
  /// Type and size of a value, told at once whatever its size.
  public func brief(of value: Value) -> String {
    if case .function(let function) = value { return function.signature }
    let size = size(of: value)
    return size.isEmpty ? value.kindName : "\(value.kindName) \(size)"
  }

  /// Whether a name behind a value's dot has to be called.
  public func isMethod(_ name: String, of value: Value) -> Bool {
    if case .tuple(let box) = value, box.labels.contains(name) { return false }
    if case .host(let object) = value, let box = object as? PayloadBox {
      return box.memberSummary(name) == nil && Library.byName[name] != nil
    }
    return machine.property(name, of: value) == nil && machine.memberNames(of: value).contains(name)
  }

  /// The properties of what a function of the library gives, which need not be called for that.
  public func members(ofResultOf function: String) -> [(name: String, summary: String)] {
    guard let builtin = Library.byName[function]?.first else { return [] }
    guard builtin.results.isEmpty else { return builtin.results.map { ($0.label, $0.type) } }
    return Library.properties(ofType: builtin.resultName)
  }
}

extension Library {
  /// The properties of a type, by the name that signatures have for it.
  static func properties(ofType name: String) -> [(name: String, summary: String)] {
    for type in types where type.payloadName == name { return type.propertySummaries }
    return []
  }

  static var types: [any BridgedPayload.Type] {
    [
      Tensor.self, Dataset.self, Table.self, Augmentation.self, BatchList.self, Sequential.self,
      LayerValue.self,
      OptimizerValue.self, Schedule.self, Gradient.self, History.self, EpochResult.self,
      Evaluation.self, ConfusionMatrix.self, QuantizedTensor.self, IntegerNetwork.self,
      IntegerLayer.self, Parity.self, Sensitivity.self, Sweep.self, MixedPrecision.self,
      Drift.self, Explanation.self, Figure.self,
    ]
  }
}

extension Payload {
  /// Names of its properties with type and meaning.
  static var propertySummaries: [(name: String, summary: String)] {
    properties.map { ($0.name, "\($0.typeName), \($0.summary)") }
  }
}

extension ParameterInfo {
  /// Whether it names a file or a folder.
  public var isPath: Bool {
    guard typeName.hasPrefix("String") else { return false }
    let words = (name + " " + meaning).lowercased().split { !$0.isLetter }
    return words.contains { ["path", "file", "folder", "directory"].contains($0) }
  }
}
