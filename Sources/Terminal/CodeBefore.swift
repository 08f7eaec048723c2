import Language

/// What the text before the cursor tells about the place of the cursor.
struct CodeBefore {
  /// A call whose parentheses are open.
  struct Call: Equatable {
    var name: String
    var usedLabels: Set<String> = []
    /// The label behind which the cursor stands.
    var currentLabel: String?
    /// Whether an argument begins here, so that a label may stand.
    var isAtArgument = false
  }

  private struct Word {
    var kind: SyntaxPiece.Kind
    var text: String
    var range: Range<Int>
  }

  private let words: [Word]
  private let length: Int
  /// Whether the cursor stands in a string or a comment.
  let isInsideText: Bool
  /// Whether nothing stands before the cursor on its line.
  let lastLineIsBlank: Bool

  init(_ text: String) {
    let bytes = Array(text.utf8)
    let pieces = SyntaxPiece.pieces(of: text)
    length = bytes.count
    isInsideText = pieces.last?.isOpen ?? false
    words = pieces.filter { $0.kind != .comment }.map {
      Word(
        kind: $0.kind, text: String(decoding: bytes[$0.range], as: UTF8.self), range: $0.range)
    }
    let lineStart = bytes.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    lastLineIsBlank = bytes[lineStart...].allSatisfy { $0 == 0x20 || $0 == 0x09 }
  }

  /// How many brackets are open: how far the next line is indented.
  var depth: Int {
    var depth = 0
    for word in words where word.kind == .symbol {
      if "([{".contains(word.text) { depth += 1 }
      if ")]}".contains(word.text) { depth = max(0, depth - 1) }
    }
    return depth
  }

  // MARK: Dots

  /// Whether a dot stands right before the cursor.
  var endsWithDot: Bool {
    guard let last = words.last else { return false }
    return last.text == "." && last.range.upperBound == length
  }

  /// The names of `a.b.` before the cursor; nil where the value is not a chain of names.
  var chainBeforeDot: [String]? {
    var names: [String] = []
    var index = words.count - 1
    while index >= 1, words[index].text == ".",
      words[index - 1].kind == .name
        || words[index - 1].kind == .number,
      words[index - 1].range.upperBound == words[index].range.lowerBound
    {
      names.insert(words[index - 1].text, at: 0)
      index -= 2
    }
    guard !names.isEmpty else { return nil }
    // What comes before the first name must not belong to the chain.
    if index >= 0, words[index].text == "." { return nil }
    return names
  }

  /// Whether a dot before the cursor begins a choice: nothing that has members stands before it.
  var isChoicePosition: Bool {
    guard words.count >= 2 else { return true }
    let before = words[words.count - 2]
    switch before.kind {
    case .name, .number, .string: return false
    case .symbol: return !")]}".contains(before.text)
    case .keyword, .comment, .unknown: return true
    }
  }

  // MARK: Calls

  /// The innermost call that is open before the cursor.
  var openCall: Call? {
    var closed = 0
    var index = words.count - 1
    while index >= 0 {
      let word = words[index]
      if word.kind == .symbol {
        if ")]}".contains(word.text) { closed += 1 }
        if "([{".contains(word.text) {
          if closed > 0 {
            closed -= 1
          } else {
            guard word.text == "(", index > 0, words[index - 1].kind == .name else { return nil }
            return call(words[index - 1].text, from: index + 1)
          }
        }
      }
      index -= 1
    }
    return nil
  }

  private func call(_ name: String, from start: Int) -> Call {
    var call = Call(name: name)
    var depth = 0
    var index = start
    while index < words.count {
      let word = words[index]
      if word.kind == .symbol {
        if "([{".contains(word.text) { depth += 1 }
        if ")]}".contains(word.text) { depth -= 1 }
        if depth == 0, word.text == "," { call.currentLabel = nil }
        if depth == 0, word.text == ":", index > start, words[index - 1].kind == .name {
          call.usedLabels.insert(words[index - 1].text)
          call.currentLabel = words[index - 1].text
        }
      }
      index += 1
    }
    let last = words[words.count - 1]
    call.isAtArgument = last.kind == .symbol && (last.text == "(" || last.text == ",")
    return call
  }

  /// The names that the text itself defines.
  var definedNames: [String] {
    words.indices.dropFirst().compactMap { index in
      words[index].kind == .name && ["let", "var", "func"].contains(words[index - 1].text)
        ? words[index].text : nil
    }
  }
}
