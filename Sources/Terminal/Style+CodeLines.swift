import Language

extension Style {
  /// The lines of a text of the language, coloured, none wider than a width.
  ///
  /// A longer line is broken at a blank, where there is one, and goes on four columns deeper than it
  /// begins; what continues it keeps its colour.
  func codeLines(_ text: String, width: Int) -> [String] {
    code(text).split(separator: "\n", omittingEmptySubsequences: false).flatMap { line in
      Style.wrapped(Array(line), width: max(8, width))
    }
  }

  /// One line in pieces; escapes take no room and are said again behind a break.
  private static func wrapped(_ line: [Character], width: Int) -> [String] {
    let marks = marks(of: line)
    let depth = marks.prefix { $0.character == " " }.count
    let indent = String(repeating: " ", count: min(depth + 4, width / 2))
    var pieces: [String] = []
    var start = 0
    while start < marks.count {
      let margin = pieces.isEmpty ? "" : indent
      let end = self.end(
        of: marks, from: start, room: width - margin.count, isFirst: pieces.isEmpty)
      pieces.append(margin + painted(marks[start..<end]))
      start = end
      while start < marks.count, marks[start].character == " " { start += 1 }
    }
    return pieces.isEmpty ? [""] : pieces
  }

  /// Where a piece ends: behind the last character that fits, or better at the last blank.
  private static func end(of marks: [Mark], from start: Int, room: Int, isFirst: Bool) -> Int {
    var end = start
    var used = 0
    while end < marks.count {
      used += DisplayWidth.of(String(marks[end].character))
      if used > room, end > start { break }
      end += 1
    }
    guard end < marks.count else { return end }
    // Blanks at the beginning are no place to break.
    let first = isFirst ? marks[start...].firstIndex { $0.character != " " } ?? start : start
    guard first < end else { return end }
    var blank = marks[first...end].lastIndex { $0.character == " " } ?? end
    while blank > first, marks[blank - 1].character == " " { blank -= 1 }
    return blank > first ? blank : end
  }

  /// A character with the escape that paints it; empty for none.
  private struct Mark {
    var character: Character
    var escape: String
  }

  private static func marks(of line: [Character]) -> [Mark] {
    var marks: [Mark] = []
    var escape = ""
    var index = 0
    while index < line.count {
      guard line[index] == "\u{1B}" else {
        marks.append(Mark(character: line[index], escape: escape))
        index += 1
        continue
      }
      let end = line[index...].firstIndex(of: "m") ?? line.count - 1
      escape = String(line[index...end])
      if escape == "\u{1B}[0m" { escape = "" }
      index = end + 1
    }
    return marks
  }

  private static func painted(_ marks: ArraySlice<Mark>) -> String {
    var text = ""
    var escape = ""
    for mark in marks {
      if mark.escape != escape {
        text += (escape.isEmpty ? "" : "\u{1B}[0m") + mark.escape
        escape = mark.escape
      }
      text.append(mark.character)
    }
    return text + (escape.isEmpty ? "" : "\u{1B}[0m")
  }
}
