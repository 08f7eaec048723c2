/// The words and signs of the language, for what is made from them: definitions for editors.
public enum Vocabulary {
  /// All keywords, in order of the alphabet.
  public static let keywords: [String] = Keyword.allCases.map(\.rawValue).sorted()

  /// The keywords that are values: `true`, `false`, `nil`.
  public static let constants = ["false", "nil", "true"]

  /// The keywords that begin a declaration.
  public static let declarations = ["func", "let", "var"]

  /// All other keywords: those of flow.
  public static var flow: [String] {
    keywords.filter { !constants.contains($0) && !declarations.contains($0) }
  }

  /// The signs that compute, compare and assign, longest first.
  public static let operators: [String] = Symbol.allCases.map(\.rawValue)
    .filter { !"()[]{},:;.?".contains($0) }
    .sorted { ($1.utf8.count, $0) < ($0.utf8.count, $1) }
}
