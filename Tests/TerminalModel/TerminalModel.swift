/// What a terminal would show of the bytes that are written to it: the part of ECMA-48 that line
/// editors use, with the pending wrap of a VT100.
///
/// Written for tests, and on its own: it shares no code with what it judges.
public struct TerminalModel {
  /// One place on the screen.
  public struct Cell: Equatable {
    /// The character; empty for the right half of a wide one.
    public var text = " "
    /// The parameters of its colours as they were sent: `1;32`; empty for none.
    public var colors = ""
  }

  public let columns: Int
  public let rows: Int
  public private(set) var cells: [[Cell]]
  /// Lines that have left the screen at the top.
  public private(set) var scrolledOff: [String] = []
  public private(set) var cursorRow = 0
  public private(set) var cursorColumn = 0
  private var wrapIsPending = false
  private var colors = ""
  private var escape: String?

  public init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
    cells = Array(repeating: Array(repeating: Cell(), count: columns), count: rows)
  }

  /// The lines of the screen without blanks at their ends.
  public var lines: [String] { cells.map(Self.text) }

  /// Everything that was ever shown and not wiped out, with what has scrolled away.
  public var everything: String { (scrolledOff + lines).joined(separator: "\n") }

  private static func text(_ row: [Cell]) -> String {
    var text = row.map(\.text).joined()
    while text.last == " " { text.removeLast() }
    return text
  }

  /// Takes what is written.
  public mutating func write(_ text: String) {
    for scalar in text.unicodeScalars { take(scalar) }
  }

  private mutating func take(_ scalar: Unicode.Scalar) {
    if let open = escape { return takeEscape(open, scalar) }
    switch scalar {
    case "\u{1B}": escape = ""
    case "\r":
      cursorColumn = 0
      wrapIsPending = false
    case "\n": lineFeed()
    case "\u{8}":
      cursorColumn = max(0, cursorColumn - 1)
      wrapIsPending = false
    case "\t": cursorColumn = min(columns - 1, (cursorColumn / 8 + 1) * 8)
    case _ where scalar.value < 0x20 || scalar.value == 0x7F: break
    default: put(scalar)
    }
  }

  private mutating func takeEscape(_ open: String, _ scalar: Unicode.Scalar) {
    var open = open
    open.unicodeScalars.append(scalar)
    if open.hasPrefix("]") {
      // A title or a colour that is set; it ends with a bell or ESC \.
      escape = scalar == "\u{7}" || scalar == "\\" ? nil : open
      return
    }
    guard open.hasPrefix("[") else {
      escape = nil
      return
    }
    guard open.unicodeScalars.count > 1, (0x40...0x7E).contains(scalar.value) else {
      escape = open
      return
    }
    escape = nil
    obey(String(scalar), String(open.dropFirst().dropLast()))
  }

  private mutating func obey(_ final: String, _ parameters: String) {
    let numbers = parameters.split(separator: ";").map { Int($0) ?? 0 }
    let count = max(1, numbers.first ?? 1)
    if final != "m" { wrapIsPending = false }
    switch final {
    case "A": cursorRow = max(0, cursorRow - count)
    case "B": cursorRow = min(rows - 1, cursorRow + count)
    case "C": cursorColumn = min(columns - 1, cursorColumn + count)
    case "D": cursorColumn = max(0, cursorColumn - count)
    case "G": cursorColumn = min(columns - 1, count - 1)
    case "H":
      cursorRow = min(rows - 1, max(0, (numbers.first ?? 1) - 1))
      cursorColumn = min(columns - 1, max(0, (numbers.dropFirst().first ?? 1) - 1))
    case "K": clear(row: cursorRow, from: numbers.first == 2 ? 0 : cursorColumn)
    case "J":
      if numbers.first == 2 || numbers.first == 3 {
        for row in 0..<rows { clear(row: row, from: 0) }
      } else {
        clear(row: cursorRow, from: cursorColumn)
        for row in (cursorRow + 1)..<max(rows, cursorRow + 1) { clear(row: row, from: 0) }
      }
    case "m": colors = parameters == "0" || parameters.isEmpty ? "" : parameters
    default: break
    }
  }

  private mutating func clear(row: Int, from column: Int) {
    for index in column..<columns { cells[row][index] = Cell() }
  }

  private mutating func lineFeed() {
    wrapIsPending = false
    if cursorRow < rows - 1 {
      cursorRow += 1
    } else {
      scrolledOff.append(Self.text(cells[0]))
      cells.removeFirst()
      cells.append(Array(repeating: Cell(), count: columns))
    }
  }

  private mutating func put(_ scalar: Unicode.Scalar) {
    let width = Self.width(of: scalar)
    if width == 0 {
      let column = wrapIsPending ? cursorColumn : max(0, cursorColumn - 1)
      cells[cursorRow][column].text.unicodeScalars.append(scalar)
      return
    }
    if wrapIsPending || cursorColumn + width > columns {
      cursorColumn = 0
      lineFeed()
    }
    cells[cursorRow][cursorColumn] = Cell(text: String(scalar), colors: colors)
    if width == 2 { cells[cursorRow][cursorColumn + 1] = Cell(text: "", colors: colors) }
    cursorColumn += width
    if cursorColumn == columns {
      cursorColumn = columns - 1
      wrapIsPending = true
    }
  }

  /// The columns of a character, for those that the tests use.
  public static func width(of scalar: Unicode.Scalar) -> Int {
    switch scalar.value {
    case 0x300...0x36F, 0x200B...0x200F, 0xFE00...0xFE0F: 0
    case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFF00...0xFF60,
      0x1F300...0x1F64F, 0x1F900...0x1F9FF:
      2
    default: 1
    }
  }
}
