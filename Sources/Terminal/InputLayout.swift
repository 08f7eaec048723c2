import Language

/// How a prompt and the line behind it lie in the rows of a terminal.
///
/// A line that is too long goes on in the next row by the terminal's own wrapping; a line end in the
/// text begins a row with a prompt of its own. The cursor is always left of the last column, since
/// a row that is just full is followed by an empty one.
struct InputLayout {
  /// One row of the screen.
  struct Row: Equatable {
    /// What is written, with the codes of its colours.
    var text = ""
    /// How many columns that takes.
    var width = 0
    /// Whether the text goes on in the next row by wrapping.
    var wraps = false
  }

  /// A stretch of the text in one colour: UTF-8 offsets.
  typealias Colored = (range: Range<Int>, role: Style.Role)

  private(set) var rows = [Row()]
  private(set) var cursorRow = 0
  private(set) var cursorColumn = 0

  private let columns: Int
  private let style: Style
  private var role: Style.Role?

  /// Lays out a line with the cursor before one of its bytes.
  ///
  /// The prompt may hold escapes between `\u{1}` and `\u{2}`, as readline marks what takes no room.
  init(
    prompt: String, further: String = "", line: String, point: Int, columns: Int,
    colored: [Colored] = [], style: Style = Style(isColored: false)
  ) {
    self.columns = max(2, columns)
    self.style = style
    put(prompt: prompt)
    var offset = 0
    var next = colored[...]
    for scalar in line.unicodeScalars {
      if offset == point { placeCursor() }
      while let first = next.first, first.range.upperBound <= offset { next = next.dropFirst() }
      let role = next.first.flatMap { $0.range.lowerBound <= offset ? $0.role : nil }
      put(scalar, role, further: further)
      offset += UTF8.width(scalar)
    }
    if offset <= point { placeCursor() }
    endColor()
    if rows[rows.count - 1].width == self.columns {
      rows[rows.count - 1].wraps = true
      rows.append(Row())
    }
    // A cursor behind a full row stands at the beginning of the next.
    if cursorColumn >= self.columns {
      cursorRow += 1
      cursorColumn = 0
    }
  }

  /// The columns of one scalar: terminals count them one by one, whatever they join to.
  static func width(of scalar: Unicode.Scalar) -> Int { DisplayWidth.of(Character(scalar)) }

  private mutating func placeCursor() {
    cursorRow = rows.count - 1
    cursorColumn = rows[cursorRow].width
  }

  // MARK: Rows

  private mutating func put(prompt: String) {
    var isInvisible = false
    for scalar in prompt.unicodeScalars {
      switch scalar {
      case "\u{1}": isInvisible = true
      case "\u{2}": isInvisible = false
      case _ where isInvisible: rows[rows.count - 1].text.unicodeScalars.append(scalar)
      default: put(String(scalar), width: Self.width(of: scalar), nil)
      }
    }
  }

  private mutating func put(_ scalar: Unicode.Scalar, _ role: Style.Role?, further: String) {
    switch scalar {
    case "\n":
      endColor()
      if rows[rows.count - 1].width == columns {
        // The line end finds the cursor in the row it has wrapped to.
        rows[rows.count - 1].wraps = true
        rows.append(Row())
      }
      rows.append(Row())
      put(prompt: further)
    case "\t": for _ in 0..<2 { put(" ", width: 1, role) }
    case _ where scalar.value < 0x20:
      let letter = Unicode.Scalar(UInt8(scalar.value) + 0x40)
      put("^", width: 1, .faint)
      put(String(letter), width: 1, .faint)
    case _ where (0x7F..<0xA0).contains(scalar.value): put("\u{FFFD}", width: 1, .faint)
    default: put(String(scalar), width: Self.width(of: scalar), role)
    }
  }

  private mutating func put(_ text: String, width: Int, _ role: Style.Role?) {
    if rows[rows.count - 1].width + width > columns {
      endColor()
      rows[rows.count - 1].wraps = true
      rows.append(Row())
    }
    if role != self.role {
      endColor()
      if let role, style.isColored { rows[rows.count - 1].text += "\u{1B}[\(role.rawValue)m" }
      self.role = role
    }
    rows[rows.count - 1].text += text
    rows[rows.count - 1].width += width
  }

  private mutating func endColor() {
    if role != nil, style.isColored { rows[rows.count - 1].text += "\u{1B}[0m" }
    role = nil
  }
}

extension InputLayout {
  /// The colours of a line of the language, whose earlier lines are `context`.
  static func colors(of line: String, after context: String) -> [Colored] {
    let text = context.isEmpty ? line : context + "\n" + line
    let start = text.utf8.count - line.utf8.count
    return SyntaxPiece.pieces(of: text).compactMap { piece in
      guard let role = Style.role(of: piece.kind), piece.range.upperBound > start else {
        return nil
      }
      return (max(0, piece.range.lowerBound - start)..<(piece.range.upperBound - start), role)
    }
  }
}
