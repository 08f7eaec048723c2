/// The ways in which a word can go on.
struct Completion: Equatable {
  /// The whole words, in the order in which they are shown.
  var candidates: [String] = []
  /// What follows a word that is complete.
  var suffix: Unicode.Scalar?
  /// Whether the names of files are asked for.
  var wantsFiles = false

  static let none = Completion()

  /// What all candidates begin with.
  var sharedPrefix: String {
    guard var shared = candidates.first else { return "" }
    for candidate in candidates.dropFirst() {
      while !candidate.hasPrefix(shared) { shared.removeLast() }
    }
    return shared
  }

  /// Those of some words that begin with another, each once, in order.
  init(_ words: some Sequence<String>, startingWith prefix: String, suffix: Unicode.Scalar? = nil) {
    candidates = Array(Set(words.filter { $0.hasPrefix(prefix) })).sorted()
    self.suffix = suffix
  }

  init(candidates: [String] = [], suffix: Unicode.Scalar? = nil, wantsFiles: Bool = false) {
    self.candidates = candidates
    self.suffix = suffix
    self.wantsFiles = wantsFiles
  }
}
