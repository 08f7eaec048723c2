import Language
import Sessions

/// Completes names, members, labels and choices, from what the session knows and without running
/// anything.
///
///     "quan"            names: quantize(
///     "w.sh"            members of the value of w
///     "quantize(w, b"   labels: bits:
///     "scheme: .s"      choices of the parameter: .symmetric
struct Completer {
  let session: Session

  private static let keywords = [
    "let", "var", "func", "if", "else", "for", "in", "while", "break", "continue", "return",
    "true", "false", "nil",
  ]

  /// Completes a word behind the text before it.
  func complete(_ word: String, after before: String) -> Completion {
    let text = CodeBefore(before)
    // Behind nothing but blanks Tab indents.
    if word.isEmpty, let last = before.utf8.last, last == UInt8(ascii: " ") || last == 0x0A,
      text.lastLineIsBlank
    {
      return Completion(candidates: ["  "])
    }
    guard !text.isInsideText else { return .none }
    if text.endsWithDot {
      if let chain = text.chainBeforeDot {
        return value(of: chain).map { members(of: $0, word) } ?? .none
      }
      return text.isChoicePosition ? choices(word, text) : .none
    }
    return names(word, text)
  }

  // MARK: Names

  private func names(_ word: String, _ text: CodeBefore) -> Completion {
    var words = Self.keywords + text.definedNames
    words += (session.globalNames + LanguageFunctions.all.map(\.name) + session.machine.globalNames)
      .map { isFunction($0) ? $0 + "(" : $0 }
    var labels: [String] = []
    if let call = text.openCall, call.isAtArgument {
      labels = self.labels(of: call).filter { !call.usedLabels.contains($0) }.map { $0 + ":" }
    }
    var found = Completion(words + labels, startingWith: word)
    if found.candidates.count == 1, found.candidates[0].hasSuffix(":") { found.suffix = " " }
    return found
  }

  private func isFunction(_ name: String) -> Bool {
    if case .function? = global(name) { true } else { false }
  }

  private func global(_ name: String) -> Value? {
    session.machine.value(of: name) ?? session.global(named: name)
      ?? LanguageFunctions.function(named: name).map { .function($0) }
  }

  // MARK: Members

  private func value(of chain: [String]) -> Value? {
    guard let first = chain.first, var value = global(first) else { return nil }
    for name in chain.dropFirst() {
      if let position = Int(name) {
        guard case .tuple(let box) = value, box.elements.indices.contains(position) else {
          return nil
        }
        value = box.elements[position]
      } else {
        guard let member = session.machine.property(name, of: value) else { return nil }
        value = member
      }
    }
    return value
  }

  private func members(of value: Value, _ word: String) -> Completion {
    Completion(session.machine.memberNames(of: value), startingWith: word)
  }

  // MARK: Labels and choices

  private func parameters(of name: String) -> [[ParameterInfo]] {
    Library.all.filter { $0.name == name }.map(\.parameters)
  }

  private func labels(of call: CodeBefore.Call) -> [String] {
    let builtins = parameters(of: call.name).flatMap { $0.compactMap(\.label) }
    if !builtins.isEmpty { return builtins.filter { $0 != "unused" } }
    if case .function(let function)? = global(call.name) { return function.labels }
    return []
  }

  private func choices(_ word: String, _ text: CodeBefore) -> Completion {
    guard let call = text.openCall else { return .none }
    let known = parameters(of: call.name).flatMap { parameters in
      parameters.filter { parameter in
        if let label = call.currentLabel { return parameter.name == label }
        return parameter.label == nil
      }
    }
    return Completion(known.flatMap(\.choices), startingWith: word)
  }
}
