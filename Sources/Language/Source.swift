/// A text given to the language: a cell, a line typed at the prompt, a file.
public final class Source: Sendable {
  /// What diagnostics call it: `cell 3`, `lesson.notch`, `input 7`.
  public let name: String
  public let text: String
  /// Number of the text's first line, where it is a part of a larger file; counted from 1.
  public let firstLine: Int
  public init(_ text: String, name: String = "input", firstLine: Int = 1) {
    self.text = text
    self.name = name
    self.firstLine = firstLine
  }
}

/// A half-open range of UTF-8 offsets in one source.
public struct SourceRange: Hashable, Sendable {
  public var lower: Int32
  public var upper: Int32
  public init(_ lower: Int, _ upper: Int) {
    self.lower = Int32(clamping: lower)
    self.upper = Int32(clamping: upper)
  }
  /// No place: something that no text made.
  public static let none = SourceRange(-1, -1)
}
