import Notebooks

/// Writes a lesson as Markdown: code and outputs in fences, hints and solutions folded.
///
/// Folding uses the HTML elements `<details>` and `<summary>`, which GitHub and most renderers know.
public struct MarkdownExporter: Exporter {
  /// An exporter.
  public init() {}

  public func text(of lesson: Lesson) -> String {
    var parts: [String] = []
    let file = lesson.file
    if !lesson.beginsWithItsTitle { parts.append("# \(Self.escaped(file.title))") }
    var byline = file.frontMatter.authors.joined(separator: ", ")
    if let description = file.frontMatter["description"] {
      byline = [byline, description].filter { !$0.isEmpty }.joined(separator: ". ")
    }
    if !byline.isEmpty {
      let line = "*\(Self.escaped(byline))*"
      if lesson.beginsWithItsTitle, let first = file.cells.first {
        // The heading stays on top.
        let lines = file.prose(of: first).split(separator: "\n", omittingEmptySubsequences: false)
        parts.append(lines.prefix(1).joined())
        parts.append(line)
        parts.append(lines.dropFirst().joined(separator: "\n"))
      } else {
        parts.append(line)
      }
    }
    for cell in file.cells {
      if cell.number == 1, lesson.beginsWithItsTitle, !byline.isEmpty { continue }
      parts += self.parts(of: cell, in: lesson)
    }
    let trimmed = parts.map(Self.withoutBlankEnds).filter { !$0.isEmpty }
    return trimmed.joined(separator: "\n\n") + "\n"
  }

  private func parts(of cell: Cell, in lesson: Lesson) -> [String] {
    let file = lesson.file
    switch cell.kind {
    case .markdown: return [file.prose(of: cell)]
    case .hint: return folded(cell.label, [file.prose(of: cell)])
    case .solution, .check: return folded(cell.label, code(of: cell, in: lesson))
    case .code, .parameters, .exercise:
      let title = cell.label
      return (title.isEmpty ? [] : ["**\(Self.escaped(title))**"]) + code(of: cell, in: lesson)
    }
  }

  private func code(of cell: Cell, in lesson: Lesson) -> [String] {
    let code = lesson.file.code(of: cell)
    var parts = code.isEmpty ? [] : [Self.fenced(code, "swift")]
    for shown in lesson.shown(by: cell) {
      let text = shown.kind == .error ? "error: \(shown.text)" : shown.text
      parts.append(Self.fenced(text, "text"))
    }
    return parts
  }

  private func folded(_ title: String, _ parts: [String]) -> [String] {
    ["<details>\n<summary>\(HTML.escaped(title))</summary>"] + parts + ["</details>"]
  }

  /// A text between fences that are longer than any inside it.
  static func fenced(_ text: String, _ language: String) -> String {
    var longest = 0
    var run = 0
    for character in text.utf8 {
      run = character == UInt8(ascii: "`") ? run + 1 : 0
      longest = max(longest, run)
    }
    let fence = String(repeating: "`", count: max(3, longest + 1))
    return "\(fence)\(language)\n\(text)\n\(fence)"
  }

  /// A text whose marks are no Markdown.
  static func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      if "\\`*_{}[]<>#|~$".contains(character) { result.append("\\") }
      result.append(character)
    }
    return result
  }

  private static func withoutBlankEnds(_ text: String) -> String {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
    while let first = lines.first, first.allSatisfy(\.isWhitespace) { lines = lines.dropFirst() }
    while let last = lines.last, last.allSatisfy(\.isWhitespace) { lines = lines.dropLast() }
    return lines.joined(separator: "\n")
  }
}

extension Cell {
  /// What stands above it: its title, or a word for what it is; empty for code without a title.
  var label: String {
    let word =
      switch kind {
      case .code, .markdown: ""
      case .parameters: "Parameters"
      case .exercise: "Exercise"
      case .hint: "Hint"
      case .solution: "Solution"
      case .check: "Check"
      }
    return [word, title].filter { !$0.isEmpty }.joined(separator: ": ")
  }
}

extension Lesson {
  /// Whether the first thing in the file is a heading that says the title of the file.
  var beginsWithItsTitle: Bool {
    guard let first = file.cells.first, first.kind == .markdown,
      case .heading(1, let text)? = MarkdownBlock.blocks(of: file.prose(of: first)).first?.content
    else { return false }
    return text == file.title || file.frontMatter.title == nil
  }
}
