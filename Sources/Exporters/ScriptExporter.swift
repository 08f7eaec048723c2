import Notebooks

/// Writes a lesson as plain code that `notch run` runs, with the prose as comments.
///
/// Exercises are solved by their solutions and nothing is recorded. The marks `// %%` stay, since
/// each cell draws its random numbers from a stream of its own: so the script shows the very
/// numbers that the lesson shows.
public struct ScriptExporter: Exporter {
  /// An exporter.
  public init() {}

  public func text(of lesson: Lesson) -> String {
    let file = lesson.file
    var lines = ["#!/usr/bin/env notch"]
    if !file.frontMatter.entries.isEmpty {
      lines.append("// ---")
      lines += file.frontMatter.entries.map { entry in
        "// \(entry.key): " + (entry.value.hasPrefix("\"") ? "\"\(entry.value)\"" : entry.value)
      }
      lines.append("// ---")
    }
    // Prose goes into the cell below it, so that it makes no cell of its own.
    var prose: [String] = []
    var text = lines.joined(separator: "\n") + "\n"
    for cell in file.cells {
      switch cell.kind {
      case .markdown:
        if !prose.isEmpty { prose.append("//") }
        prose += comment(file.prose(of: cell))
      case .hint: break
      case .solution where cell.exercise != nil: break
      case .code, .parameters, .solution, .check, .exercise:
        text += "\n" + self.text(of: cell, under: prose, in: file)
        prose = []
      }
    }
    if !prose.isEmpty { text += "\n// %%\n" + prose.joined(separator: "\n") + "\n" }
    return text
  }

  private func text(of cell: Cell, under prose: [String], in file: CellFile) -> String {
    var cells = [cell]
    if cell.kind == .exercise {
      let solutions = file.cells(.solution, ofExercise: cell.number)
      if !solutions.isEmpty { cells = solutions }
    }
    var text = ""
    for (index, part) in cells.enumerated() {
      // A solution has the stream of its exercise: its id, or its place among the cells.
      var header = Header(part)
      if header.id == nil, index == 0 { header.id = cell.id }
      if header.title.isEmpty { header.title = cell.title }
      text += header.text + "\n"
      if index == 0, !prose.isEmpty { text += prose.joined(separator: "\n") + "\n" }
      let code = file.code(of: part)
      // An exercise that nothing solves and its checks do not run in the lesson either.
      let lines = part.isRun ? [code] : comment(code)
      if !code.isEmpty { text += lines.joined(separator: "\n") + "\n" }
    }
    return text
  }

  /// The lines of a text behind `//`, none of which is a mark of the format.
  private func comment(_ text: String) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      guard !line.allSatisfy(\.isWhitespace) else { return "//" }
      let isMark = line.drop(while: \.isWhitespace).hasPrefix("%%")
      return (isMark ? "// \\" : "// ") + line
    }
  }

  /// The header of a cell, without what concerns recordings.
  private struct Header {
    var title: String
    var id: String?
    var attributes: [Cell.Attribute]
    var isParameters: Bool

    init(_ cell: Cell) {
      title = cell.title
      id = cell.id
      isParameters = cell.kind == .parameters
      attributes = cell.attributes.filter { attribute in
        attribute.key == "timeout" || attribute.key == "check" && attribute.value == "error"
      }
    }

    var text: String {
      var attributes = attributes
      if let id { attributes.insert(Cell.Attribute(key: "id", value: id), at: 0) }
      return CellFileWriter.header(
        title: title, kind: isParameters ? .parameters : .code, attributes: attributes)
    }
  }
}
