/// Builds a cell file from cells: what a prompt saves, what another format is turned into.
///
///     var writer = CellFileWriter(settings: [("title", "My session"), ("seed", "7")])
///     writer.prose("# A first look")
///     writer.code("1 + 1", recording: [RecordedLine(.output, "2")])
///     let file = try writer.file()
///
/// Whatever the texts hold, the file reads back as the cells that were written: a line of code that
/// would be a mark of the format gets a blank before it.
public struct CellFileWriter: Sendable {
  private var text = ""

  /// Begins a file; a setting of several lines becomes one.
  public init(settings: [(key: String, value: String)] = []) {
    guard !settings.isEmpty else { return }
    text = "// ---\n"
    for (key, value) in settings {
      let line = trimmed(Self.oneLine(value))
      text += "// \(key): " + (line.hasPrefix("\"") ? "\"\(line)\"" : line) + "\n"
    }
    text += "// ---\n"
  }

  /// Adds a cell of prose, given as Markdown.
  public mutating func prose(
    _ markdown: String, title: String = "", kind: Cell.Kind = .markdown,
    attributes: [Cell.Attribute] = []
  ) {
    precondition(kind.isProse)
    begin(title: title, kind: kind, attributes: attributes)
    for line in lines(of: markdown) {
      let written = line.utf8.allSatisfy(Ascii.isBlank) ? "//" : "// \(line)"
      // Two percent signs that begin a line would begin a cell; Markdown lets them be escaped.
      let isHeader = CellFileParser.isHeader(Array(written.utf8)[...])
      text +=
        (isHeader ? "// " + line.replacing("%%", with: "\\%%", maxReplacements: 1) : written) + "\n"
    }
  }

  /// Adds a cell of code with its recorded output.
  public mutating func code(
    _ code: String, title: String = "", kind: Cell.Kind = .code,
    attributes: [Cell.Attribute] = [], recording: [RecordedLine] = []
  ) {
    precondition(!kind.isProse)
    begin(title: title, kind: kind, attributes: attributes)
    let lines = lines(of: code)
    for line in lines {
      let bytes = Array(line.utf8)[...]
      let isMark = CellFileParser.isHeader(bytes) || CellFileParser.recordedKind(bytes) != nil
      text += (isMark ? " " : "") + line + "\n"
    }
    guard lines.contains(where: { !$0.utf8.allSatisfy(Ascii.isBlank) }) else { return }
    for line in recording {
      text += RecordedLine(line.kind, Self.oneLine(line.text)).written + "\n"
    }
  }

  /// The file; throws a `CellFileError` where a setting or an attribute is wrong.
  public func file(name: String = "cells.notch") throws(CellFileError) -> CellFile {
    try CellFile(text, name: name)
  }

  private mutating func begin(title: String, kind: Cell.Kind, attributes: [Cell.Attribute]) {
    if !text.isEmpty { text += "\n" }
    text += Self.header(title: title, kind: kind, attributes: attributes) + "\n"
  }

  /// The line that begins a cell.
  package static func header(
    title: String, kind: Cell.Kind, attributes: [Cell.Attribute]
  ) -> String {
    var text = "// %%"
    let title = trimmed(oneLine(title))
    var attributes = attributes
    if readsBack(title) {
      if !title.isEmpty { text += " \(title)" }
    } else {
      attributes.insert(Cell.Attribute(key: "title", value: title), at: 0)
    }
    if kind != .code { text += " [\(kind.rawValue)]" }
    for attribute in attributes { text += " \(attribute.key)=" + written(oneLine(attribute.value)) }
    return text
  }

  /// A value of an attribute, in quotes where it needs them.
  private static func written(_ value: String) -> String {
    let isWord =
      !value.isEmpty && value.utf8.allSatisfy { !Ascii.isBlank($0) && $0 != UInt8(ascii: "\"") }
    return isWord
      ? value : "\"\(value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
  }

  /// Whether a header of this text alone has it as its title.
  private static func readsBack(_ title: String) -> Bool {
    guard let header = try? CellHeader(Array(title.utf8)[...], line: 1) else { return false }
    return header.title == title && header.kind == .code && header.attributes.isEmpty
  }

  private func lines(of text: String) -> [String] {
    text.utf8.split(separator: Ascii.newline, omittingEmptySubsequences: false).map { line in
      Self.oneLine(String(Substring(line)))
    }
  }

  /// A text as one line without NUL.
  private static func oneLine(_ text: String) -> String {
    var scalars = String.UnicodeScalarView()
    for scalar in text.unicodeScalars where scalar != "\r" && scalar != "\0" {
      scalars.append(scalar == "\n" ? " " : scalar)
    }
    return String(scalars)
  }
}
