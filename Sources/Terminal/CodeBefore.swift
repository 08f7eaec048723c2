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
    /// Whether the call stands behind a dot: the receiver is its first argument.
    var isMethod = false
    /// How many arguments without a label stand before the cursor's.
    var position = 0
  }

  /// How a value before a dot is reached.
  struct Path: Equatable {
    /// Where it begins.
    enum Base: Equatable {
      case name(String)
      /// What a function gives; it is not called.
      case result(of: String)
      case string
    }
    /// What follows.
    enum Step: Equatable {
      case member(String)
      case position(Int)
      case key(String)
    }
    var base: Base
    var steps: [Step] = []
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

  /// How the value before the last dot is reached: `net.layers[0].`; nil where it is none that can
  /// be known without running code.
  var pathBeforeDot: Path? {
    endsWithDot ? path(endingAt: words.count - 2) : nil
  }

  /// The path of the whole text, for `w.shape?`.
  static func path(of text: String) -> Path? {
    let code = CodeBefore(text)
    guard code.words.last?.text != "." else { return nil }
    return code.path(endingAt: code.words.count - 1, isWhole: true)
  }

  private func path(endingAt end: Int, isWhole: Bool = false) -> Path? {
    var steps: [Path.Step] = []
    var index = end
    while index >= 0 {
      let word = words[index]
      let isMember = index >= 2 && words[index - 1].text == "." && touch(index - 1, index)
      switch word.kind {
      case .name, .keyword, .number:
        if isMember {
          let position = Int(word.text).map { Path.Step.position($0) }
          steps.insert(position ?? .member(word.text), at: 0)
          index -= 2
          continue
        }
        guard word.kind == .name, !isWhole || index == 0 else { return nil }
        return Path(base: .name(word.text), steps: steps)
      case .string: return isWhole ? nil : Path(base: .string, steps: steps)
      case .symbol where word.text == "]":
        guard let open = opening(of: index), open > 0, let step = self.step(open + 1..<index)
        else { return nil }
        steps.insert(step, at: 0)
        index = open - 1
      case .symbol where word.text == ")":
        guard !isWhole, let open = opening(of: index), open > 0, words[open - 1].kind == .name
        else { return nil }
        return Path(base: .result(of: words[open - 1].text), steps: steps)
      case .symbol, .comment, .unknown: return nil
      }
    }
    return nil
  }

  private func touch(_ left: Int, _ right: Int) -> Bool {
    words[left].range.upperBound == words[right].range.lowerBound
      && (left == 0 || words[left - 1].range.upperBound == words[left].range.lowerBound)
  }

  /// The bracket that one closes.
  private func opening(of close: Int) -> Int? {
    var depth = 0
    for index in stride(from: close, through: 0, by: -1) where words[index].kind == .symbol {
      if ")]}".contains(words[index].text) { depth += 1 }
      if "([{".contains(words[index].text) {
        depth -= 1
        if depth == 0 { return index }
      }
    }
    return nil
  }

  /// What stands between brackets, where that is a number or a string.
  private func step(_ range: Range<Int>) -> Path.Step? {
    let parts = words[range]
    guard let last = parts.last else { return nil }
    if last.kind == .string, parts.count == 1, last.text.count >= 2, !last.text.contains("\\") {
      return .key(String(last.text.dropFirst().dropLast()))
    }
    let isNegative = parts.count == 2 && parts.first?.text == "-"
    guard last.kind == .number, parts.count == 1 || isNegative, let number = Int(last.text) else {
      return nil
    }
    return .position(isNegative ? 0 - number : number)
  }

  /// What stands in the string that is open at the cursor.
  var openString: String? {
    guard isInsideText, let last = words.last, last.kind == .string,
      last.range.upperBound == length,
      last.text.hasPrefix("\""), !last.text.hasPrefix("\"\"\"")
    else { return nil }
    return String(last.text.dropFirst())
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
            var call = call(words[index - 1].text, from: index + 1)
            call.isMethod = index >= 2 && words[index - 2].text == "."
            return call
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
        if depth == 0, word.text == "," {
          if call.currentLabel == nil { call.position += 1 }
          call.currentLabel = nil
        }
        if depth == 0, word.text == ":", index > start, words[index - 1].kind == .name {
          call.usedLabels.insert(words[index - 1].text)
          call.currentLabel = words[index - 1].text
        }
      }
      index += 1
    }
    let last = words[words.count - 1]
    call.isAtArgument = depth == 0 && last.kind == .symbol && (last.text == "(" || last.text == ",")
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
