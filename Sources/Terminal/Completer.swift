import Language
import Sessions

/// Completes names, members, labels, choices and files, from what the session knows and without
/// running anything.
///
///     "quan"            names: quantize(
///     "w.sh"            members of the value of w
///     "quantize(w, b"   labels: bits:
///     "scheme: .s"      choices of the parameter: .symmetric
///     "load(\"di"       files, where the parameter is a path
struct Completer {
  let session: Session

  private static let keywords = [
    "let", "var", "func", "if", "else", "for", "in", "while", "break", "continue", "return",
    "true", "false", "nil",
  ]
  /// With more candidates than this, none is explained.
  private static let explained = 24

  /// Completes a word behind the text before it.
  func complete(_ word: String, after before: String) -> Completion {
    let text = CodeBefore(before)
    // Behind nothing but blanks Tab indents.
    if word.isEmpty, let last = before.utf8.last, last == UInt8(ascii: " ") || last == 0x0A,
      text.lastLineIsBlank
    {
      return Completion([Candidate(text: "  ")], startingWith: "")
    }
    if text.isInsideText { return files(word, before) }
    if text.endsWithDot {
      guard let path = text.pathBeforeDot else {
        return text.isChoicePosition ? choices(word, text) : .none
      }
      return members(at: path, word)
    }
    return names(word, text)
  }

  // MARK: Names

  private func names(_ word: String, _ text: CodeBefore) -> Completion {
    var found = Completion.none
    if let call = text.openCall, call.isAtArgument || call.currentLabel != nil {
      let isAtValue = !call.isAtArgument
      if word.isEmpty { found = arguments(of: call, isAtValue: isAtValue) }
      if !isAtValue, !word.isEmpty {
        let labels = labels(of: call)
        found = Completion(labels, startingWith: word)
        // A label begun in the wrong case is still a label only where no name fits.
        if !found.candidates.allSatisfy({ $0.text.hasPrefix(word) }) { found = .none }
      }
      if word.isEmpty, !found.candidates.isEmpty || !found.hint.isEmpty { return finished(found) }
    }
    var words = Self.keywords + text.definedNames
    words += Set(
      session.globalNames + LanguageFunctions.all.map(\.name) + session.machine.globalNames
    )
    .map { isFunction($0) ? $0 + "(" : $0 }
    let names = Completion(words.map { Candidate(text: $0) }, startingWith: word)
    if found.candidates.isEmpty {
      found = names
    } else {
      // Where a label fits, functions do not crowd it out.
      found.candidates += names.candidates.filter {
        $0.text.hasPrefix(word) && session.machine.value(of: $0.text) != nil
      }
    }
    if found.candidates.count <= Self.explained {
      for index in found.candidates.indices where found.candidates[index].help.isEmpty {
        found.candidates[index].help = explanation(of: found.candidates[index].text)
      }
    }
    return finished(found)
  }

  private func finished(_ completion: Completion) -> Completion {
    var completion = completion
    if completion.candidates.count == 1, completion.candidates[0].text.hasSuffix(":") {
      completion.suffix = " "
    }
    return completion
  }

  /// What may stand where an argument begins and nothing is typed yet: the program's own values and
  /// the labels that are not yet given.
  private func arguments(of call: CodeBefore.Call, isAtValue: Bool) -> Completion {
    let hint = parameter(of: call).map(describe) ?? session.summary(ofFunction: call.name) ?? ""
    var candidates: [Candidate] = []
    if isAtValue {
      let parameter = parameter(of: call)
      candidates = (parameter?.choices ?? []).map { Candidate(text: ".\($0)") }
      if parameter?.typeName == "Bool" {
        candidates = ["true", "false"].map { Candidate(text: $0) }
      }
    } else {
      candidates = labels(of: call)
    }
    if candidates.isEmpty || (!isAtValue && wantsPosition(call)) {
      let own = session.machine.globalNames.filter { !isFunction($0) }
      candidates =
        own.map { Candidate(text: $0, help: explanation(of: $0)) } + candidates
    }
    // A lone label is not put where a value is wanted.
    if !isAtValue, candidates.count == 1, wantsPosition(call) { return Completion(hint: hint) }
    var found = Completion(candidates, startingWith: "", sorted: false)
    found.hint = hint
    return found
  }

  /// Whether an argument without a label is still missing.
  private func wantsPosition(_ call: CodeBefore.Call) -> Bool {
    let given = call.position + (call.isMethod ? 1 : 0)
    return parameters(of: call.name).contains { list in
      list.filter { $0.label == nil }.count > given
        || list.contains { $0.label == nil && $0.isVariadic }
    }
  }

  private func isFunction(_ name: String) -> Bool {
    if case .function? = global(name) { true } else { false }
  }

  private func global(_ name: String) -> Value? {
    session.machine.value(of: name) ?? session.global(named: name)
      ?? LanguageFunctions.function(named: name).map { .function($0) }
  }

  private func explanation(of candidate: String) -> String {
    let name = candidate.hasSuffix("(") ? String(candidate.dropLast()) : candidate
    if let own = session.machine.value(of: name) { return session.brief(of: own) }
    if let summary = session.summary(ofFunction: name) { return summary }
    return session.global(named: name).map { session.brief(of: $0) } ?? ""
  }

  // MARK: Members

  /// The value at a path, as far as it is known without running code of the program.
  func value(at path: CodeBefore.Path) -> Value? {
    var value: Value
    switch path.base {
    case .name(let name):
      guard let found = global(name) else { return nil }
      value = found
    case .string: value = .text("")
    case .result: return nil
    }
    for step in path.steps {
      guard let next = self.step(step, into: value) else { return nil }
      value = next
    }
    return value
  }

  private func step(_ step: CodeBefore.Path.Step, into value: Value) -> Value? {
    switch (step, value) {
    case (.member(let name), _): return session.machine.property(name, of: value)
    case (.position(let given), .tuple(let box)):
      return box.elements.indices.contains(given) ? box.elements[given] : nil
    case (.position(let given), .list(let box)):
      let position = given < 0 ? given &+ box.elements.count : given
      return box.elements.indices.contains(position) ? box.elements[position] : nil
    case (.key(let key), .dictionary(let box)): return box[.string(key)]
    case (.position(let given), .dictionary(let box)): return box[.int(given)]
    case (.position(let given), .host):
      return try? session.element(of: value, at: [Argument(value: .int(given))])
    default: return nil
    }
  }

  private func members(at path: CodeBefore.Path, _ word: String) -> Completion {
    if case .result(let function) = path.base, path.steps.isEmpty {
      let members = session.members(ofResultOf: function)
      return Completion(
        members.map { Candidate(text: $0.name, help: $0.summary) }, startingWith: word)
    }
    guard let value = value(at: path) else { return .none }
    let names = session.machine.memberNames(of: value)
    var found = Completion(names.map { Candidate(text: $0) }, startingWith: word)
    if found.candidates.count <= Self.explained {
      for index in found.candidates.indices {
        let name = found.candidates[index].text
        found.candidates[index].help = session.summary(ofMember: name, of: value) ?? ""
      }
    }
    // A method is called.
    for index in found.candidates.indices
    where session.isMethod(found.candidates[index].text, of: value) {
      found.candidates[index].text += "("
    }
    return found
  }

  // MARK: Labels and choices

  private func parameters(of name: String) -> [[ParameterInfo]] {
    Library.all.filter { $0.name == name }.map(\.parameters)
  }

  /// The parameter that the argument at the cursor is for.
  private func parameter(of call: CodeBefore.Call) -> ParameterInfo? {
    for list in parameters(of: call.name) {
      if let label = call.currentLabel {
        if let found = list.first(where: { $0.name == label }) { return found }
      } else {
        let free = list.filter { $0.label == nil }
        let position = call.position + (call.isMethod ? 1 : 0)
        if free.indices.contains(position) { return free[position] }
        if let last = free.last, last.isVariadic { return last }
      }
    }
    return nil
  }

  /// The labels of a call that are not yet given, with type, default and meaning.
  private func labels(of call: CodeBefore.Call) -> [Candidate] {
    let known = parameters(of: call.name)
    var found: [Candidate] = []
    for parameter in known.joined() {
      guard let label = parameter.label else { continue }
      found.append(Candidate(text: label + ":", help: describe(parameter)))
    }
    if known.isEmpty, case .function(let function)? = global(call.name) {
      found = function.labels.map { Candidate(text: $0 + ":", help: function.signature) }
    }
    return found.filter { !call.usedLabels.contains(String($0.text.dropLast())) }
  }

  private func describe(_ parameter: ParameterInfo) -> String {
    let value = parameter.defaultLiteral.map { " = \($0)" } ?? ""
    return "\(parameter.name): \(parameter.typeName)\(value)  \(parameter.meaning)"
  }

  private func choices(_ word: String, _ text: CodeBefore) -> Completion {
    guard let call = text.openCall, let parameter = parameter(of: call) else { return .none }
    return Completion(
      parameter.choices.map { Candidate(text: $0) }, startingWith: word, sorted: false)
  }

  // MARK: Files

  /// The files that a string may name, in a call whose parameter is a path.
  private func files(_ word: String, _ before: String) -> Completion {
    let text = CodeBefore(before + word)
    guard let path = text.openString, let call = text.openCall, let parameter = parameter(of: call),
      parameter.isPath
    else { return .none }
    return FileNames.complete(path, word: word)
  }
}
