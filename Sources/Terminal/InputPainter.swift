/// Draws the line that is edited, in colour, with hints below it: in the place of readline's own
/// drawing, which knows neither.
///
/// It draws everything anew each time, in one piece of text, and remembers only in which row the
/// cursor stands. So it is right whatever happened to the line.
struct InputPainter {
  /// The lines below the input, shown until the next key.
  var hints: [String] = []
  private let style: Style
  /// What is on the screen; nil where the cursor stands at the beginning of a new line.
  private var drawn: Drawing?

  /// What a drawing was made from, to lay it out again where the window has another width.
  private struct Drawing {
    var layout: InputLayout
    /// The row of the layout that is the topmost on the screen.
    var top: Int
    var columns: Int
    var input: Input
  }

  /// What is drawn.
  struct Input {
    var prompt: String
    /// What stands before the further lines of the text.
    var further: String
    var line: String
    /// The cursor's place: a UTF-8 offset.
    var point: Int
    var colored: [InputLayout.Colored]
  }

  init(style: Style) { self.style = style }

  /// Forgets what is on the screen: the cursor stands at the beginning of a new line.
  mutating func reset() {
    drawn = nil
    hints = []
  }

  /// What to write so that the screen shows an input.
  mutating func paint(_ input: Input, columns: Int, height: Int) -> String {
    let columns = max(2, columns)
    let layout = layout(input, columns)
    var text = "\r" + up(rowOfCursor(columns))
    let room = max(1, height)
    // Where there are more rows than the window has, those around the cursor are shown.
    let top = max(0, min(layout.cursorRow - room + 1, layout.rows.count - room))
    let last = min(layout.rows.count, top + room) - 1
    for index in top...last {
      let row = layout.rows[index]
      text += row.text
      if row.width < columns { text += "\u{1B}[K" }
      guard index < last else { continue }
      if !row.wraps {
        text += "\r\n"
      } else if layout.rows[index + 1].width == 0 {
        // Only a character behind a full row makes the terminal wrap.
        text += " \r"
      }
    }
    let below = hints.prefix(max(0, room - (last - top + 1)))
    for hint in below { text += "\r\n" + shortened(hint, columns - 1) + "\u{1B}[K" }
    if layout.rows[last].width < columns || !below.isEmpty { text += "\u{1B}[J" }
    text += "\r" + up(last - layout.cursorRow + below.count)
    if layout.cursorColumn > 0 { text += "\u{1B}[\(layout.cursorColumn)C" }
    drawn = Drawing(layout: layout, top: top, columns: columns, input: input)
    return text
  }

  /// What to write so that an input is left as it is, with the cursor in the line below it.
  mutating func finish(_ line: String, mark: String = "", columns: Int, height: Int) -> String {
    guard var input = drawn?.input else { return "" }
    hints = []
    input.line = line + mark
    input.point = input.line.utf8.count
    let text = paint(input, columns: columns, height: height)
    reset()
    return text + "\r\n"
  }

  // MARK: Pieces

  private func layout(_ input: Input, _ columns: Int) -> InputLayout {
    InputLayout(
      prompt: input.prompt, further: input.further, line: input.line, point: input.point,
      columns: columns, colored: input.colored, style: style)
  }

  /// In which row below the topmost the cursor stands now.
  private func rowOfCursor(_ columns: Int) -> Int {
    guard let drawn else { return 0 }
    // Terminals lay out anew what has wrapped when the window gets another width.
    let layout = drawn.columns == columns ? drawn.layout : layout(drawn.input, columns)
    return max(0, layout.cursorRow - drawn.top)
  }

  private func up(_ count: Int) -> String { count > 0 ? "\u{1B}[\(count)A" : "" }

  /// A line of at most so many columns; escapes in it take none.
  private func shortened(_ text: String, _ columns: Int) -> String {
    var width = 0
    var result = ""
    var isEscape = false
    for scalar in text.unicodeScalars {
      if scalar == "\u{1B}" { isEscape = true }
      if !isEscape {
        width += InputLayout.width(of: scalar)
        if width > columns { break }
      }
      result.unicodeScalars.append(scalar)
      if isEscape, scalar.properties.isAlphabetic { isEscape = false }
    }
    return style.isColored ? result + "\u{1B}[0m" : result
  }
}
