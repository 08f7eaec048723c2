import Language

/// One way in which a word can go on.
struct Candidate: Equatable {
  /// The whole word.
  var text: String
  /// What it is, in one line; empty where nothing is to be said.
  var help = ""
}

/// The ways in which a word can go on.
struct Completion: Equatable {
  /// The whole words, in the order in which they are shown.
  var candidates: [Candidate] = []
  /// What follows a word that is complete.
  var suffix: Unicode.Scalar?
  /// What is told below the input although there is nothing to choose.
  var hint = ""

  static let none = Completion()

  init() {}

  /// What is told where nothing can be completed.
  init(hint: String) { self.hint = hint }

  /// Those of some words that begin with another, each once; where none does, those that do but for
  /// upper and lower case.
  init(_ words: [Candidate], startingWith prefix: String, sorted: Bool = true) {
    var seen: Set<String> = []
    func begun(_ begins: (String) -> Bool) -> [Candidate] {
      words.filter { begins($0.text) && seen.insert($0.text).inserted }
    }
    candidates = begun { $0.hasPrefix(prefix) }
    if candidates.isEmpty, !prefix.isEmpty {
      let folded = prefix.lowercased()
      candidates = begun { $0.lowercased().hasPrefix(folded) }
    }
    if sorted { candidates.sort { $0.text < $1.text } }
  }

  /// The texts of the candidates.
  var texts: [String] { candidates.map(\.text) }

  /// What all candidates begin with; the word itself where they differ in how they write it.
  func shared(with word: String) -> String {
    guard var shared = candidates.first?.text else { return "" }
    for candidate in candidates.dropFirst() {
      while !candidate.text.hasPrefix(shared) { shared.removeLast() }
    }
    return shared.count < word.count ? word : shared
  }

  // MARK: Shown

  /// The candidates as lines of a list: with their help where they are few, else in columns.
  func lines(columns: Int, rows: Int, style: Style) -> [String] {
    guard hint.isEmpty || candidates.isEmpty else {
      var list = self
      list.hint = ""
      return [style.paint(Style.printable(hint), .faint)]
        + list.lines(columns: columns, rows: rows - 1, style: style)
    }
    let width = candidates.map { DisplayWidth.of($0.text) }.max() ?? 0
    guard rows > 0, !candidates.isEmpty else { return [] }
    let hasHelp = candidates.contains { !$0.help.isEmpty }
    if hasHelp, candidates.count <= max(rows, 12), columns >= width + 12 {
      return cut(
        candidates.map { candidate in
          let space = String(repeating: " ", count: width - DisplayWidth.of(candidate.text) + 2)
          let help = candidate.help.isEmpty ? "" : space + style.paint(candidate.help, .faint)
          return candidate.text + help
        }, to: rows)
    }
    let across = max(1, (columns - 1) / (width + 2))
    let down = (candidates.count + across - 1) / across
    let lines = (0..<down).map { row in
      stride(from: row, to: candidates.count, by: down).map { index in
        let text = candidates[index].text
        let isLast = index + down >= candidates.count
        return text
          + (isLast ? "" : String(repeating: " ", count: width - DisplayWidth.of(text) + 2))
      }.joined()
    }
    return cut(lines, to: rows)
  }

  private func cut(_ lines: [String], to rows: Int) -> [String] {
    guard lines.count > rows else { return lines }
    return lines.prefix(rows - 1) + ["… and \(lines.count - rows + 1) more lines"]
  }
}
