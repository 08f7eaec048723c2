/// How text is painted where colours are wanted; where not, it stays as it is.
public struct Style: Sendable {
  /// What a piece of text is, of which its colour follows.
  public enum Role: String, Sendable {
    case keyword = "35"
    case number = "36"
    case string = "32"
    case faint = "2"
    case strong = "1"
    case heading = "1;34"
    case prompt = "1;32"
    case error = "1;31"
    case warning = "1;33"
    case removed = "31"
    case added = "38;5;34"
    case good = "1;92"
  }

  /// Whether it paints at all.
  public let isColored: Bool

  /// A style with or without colours.
  public init(isColored: Bool) { self.isColored = isColored }

  /// The text with the escape codes of its role around it.
  public func paint(_ text: String, _ role: Role) -> String {
    guard isColored, !text.isEmpty else { return text }
    return "\u{1B}[\(role.rawValue)m\(text)\u{1B}[0m"
  }
}
