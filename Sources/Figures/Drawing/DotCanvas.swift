/// A grid of characters on which dots are set: two by four in one character, or one in ASCII.
struct DotCanvas {
  let columns: Int
  let rows: Int
  let style: FigureStyle
  /// Dots of a whole row and column.
  let width: Int
  let height: Int

  private struct Cell {
    var bits: UInt8 = 0
    var mark: Character?
    var series = 0
  }
  private var cells: [Cell]

  init(columns: Int, rows: Int, style: FigureStyle) {
    precondition(columns > 0 && rows > 0, "a canvas has cells")
    self.columns = columns
    self.rows = rows
    self.style = style
    width = style == .unicode ? columns * 2 : columns
    height = style == .unicode ? rows * 4 : rows
    cells = Array(repeating: Cell(), count: columns * rows)
  }

  /// The bit of a dot in a braille character, by column and row.
  private static let bits: [[UInt8]] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]]

  /// Marks of series where they cannot be told apart by colour.
  static func mark(_ series: Int, _ style: FigureStyle) -> Character {
    let marks: [Character] =
      style == .unicode
      ? ["•", "×", "+", "○", "▲", "◇", "■", "*"] : ["*", "x", "+", "o", "#", "@", "%", "="]
    return marks[series % marks.count]
  }

  /// Sets a dot; rows count from the bottom.
  mutating func set(_ x: Int, _ y: Int, series: Int) {
    guard x >= 0, x < width, y >= 0, y < height else { return }
    let row = height - 1 - y
    switch style {
    case .unicode:
      let cell = row / 4 * columns + x / 2
      cells[cell].bits |= Self.bits[x % 2][row % 4]
      cells[cell].series = series
    case .ascii: put(Self.mark(series, .ascii), x, y, series: series)
    }
  }

  /// Sets the mark of a series in the character that holds a dot.
  mutating func put(_ mark: Character, _ x: Int, _ y: Int, series: Int) {
    guard x >= 0, x < width, y >= 0, y < height else { return }
    let row = height - 1 - y
    let cell = style == .unicode ? row / 4 * columns + x / 2 : row * columns + x
    cells[cell].mark = mark
    cells[cell].series = series
  }

  /// Sets the dots of a straight line, but for those that a pattern leaves out.
  mutating func line(
    from start: (x: Int, y: Int), to end: (x: Int, y: Int), series: Int, pattern: inout DashPattern
  ) {
    let (dx, dy) = (abs(end.x - start.x), abs(end.y - start.y))
    let steps = max(dx, dy)
    guard steps > 0 else { return set(start.x, start.y, series: series) }
    for step in 0...steps {
      // Rounded half away from the start, the same in both directions.
      let x = start.x + (end.x - start.x).signum() * ((2 * dx * step + steps) / (2 * steps))
      let y = start.y + (end.y - start.y).signum() * ((2 * dy * step + steps) / (2 * steps))
      if pattern.next() { set(x, y, series: series) }
    }
  }

  /// A row of characters, from the top.
  func row(_ row: Int) -> TextLine {
    var line = TextLine()
    for cell in cells[row * columns..<(row + 1) * columns] {
      if let mark = cell.mark {
        line.add(String(mark), .series(cell.series))
      } else if cell.bits != 0, let scalar = Unicode.Scalar(0x2800 + UInt32(cell.bits)) {
        line.add(String(Character(scalar)), .series(cell.series))
      } else {
        line.add(" ")
      }
    }
    return line
  }
}

/// How a line is broken, so that lines can be told apart without colours.
struct DashPattern {
  private let lengths: [Int]
  private var part = 0
  private var left: Int
  /// What the legend shows of it.
  let sample: String

  private static let patterns: [(lengths: [Int], sample: String)] = [
    ([1], "───"), ([1, 2], "···"), ([5, 4], "╌╌╌"), ([6, 2, 1, 2], "─·─"),
  ]

  /// The pattern of a series; where colours tell them apart, all are solid.
  init(series: Int, isSolid: Bool) {
    let pattern = Self.patterns[isSolid ? 0 : series % Self.patterns.count]
    lengths = pattern.lengths
    sample = pattern.sample
    left = lengths[0]
  }

  /// Whether the next dot is set.
  mutating func next() -> Bool {
    guard lengths.count > 1 else { return true }
    let isOn = part % 2 == 0
    left -= 1
    if left == 0 {
      part = (part + 1) % lengths.count
      left = lengths[part]
    }
    return isOn
  }
}
