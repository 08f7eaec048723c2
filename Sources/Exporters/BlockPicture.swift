/// A picture made of block characters, drawn as SVG, so that it looks right in any font.
///
/// Half blocks, quarter blocks, full blocks, shades and braille dots are known. A picture in an output
/// is a run of lines that hold nothing but these and blanks.
struct BlockPicture {
  private let lines: [[Unicode.Scalar]]
  private let columns: Int

  /// A part of an output.
  enum Part {
    case text([String])
    case picture(BlockPicture, lines: [String])
  }

  /// The parts of an output, pictures apart from text.
  static func parts(of lines: [String]) -> [Part] {
    var parts: [Part] = []
    var text: [String] = []
    var index = 0
    while index < lines.count {
      var end = index
      var filled = 0
      while end < lines.count, let marks = marks(in: lines[end]) {
        if marks > 0 { filled += 1 }
        end += 1
      }
      // One line of blocks may be a bar, or a word for a colour.
      if filled >= 3 {
        if !text.isEmpty { parts.append(.text(text)) }
        text = []
        let run = Array(lines[index..<end])
        parts.append(.picture(BlockPicture(run), lines: run))
        index = end
      } else {
        text += lines[index..<max(end, index + 1)]
        index = max(end, index + 1)
      }
    }
    if !text.isEmpty { parts.append(.text(text)) }
    return parts
  }

  /// How many block characters a line has; nil where it has any other than these and blanks.
  private static func marks(in line: String) -> Int? {
    var marks = 0
    for scalar in line.unicodeScalars {
      if scalar == " " { continue }
      guard isMark(scalar) else { return nil }
      marks += 1
    }
    return marks
  }

  private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
    quarters[scalar] != nil || shades[scalar] != nil || (0x2800...0x28FF).contains(scalar.value)
  }

  private init(_ lines: [String]) {
    self.lines = lines.map { Array($0.unicodeScalars) }
    columns = self.lines.map(\.count).max() ?? 0
  }

  /// Which quarters a block fills: 1 top left, 2 top right, 4 bottom left, 8 bottom right.
  private static let quarters: [Unicode.Scalar: Int] = {
    let characters = " ▘▝▀▖▌▞▛▗▚▐▜▄▙▟█".unicodeScalars
    return Dictionary(uniqueKeysWithValues: zip(characters, 0...)).filter { $0.value > 0 }
  }()
  private static let shades: [Unicode.Scalar: Double] = ["░": 0.25, "▒": 0.5, "▓": 0.75]

  /// The picture as an element, with a text for those who cannot see it.
  ///
  /// A character is two units wide and four high, as in a terminal. Neighbours in a row are one
  /// rectangle.
  func svg(label: String) -> String {
    let (width, height) = (columns * 2, lines.count * 4)
    var paths = ""
    var faint: [String] = []
    for (row, line) in lines.enumerated() {
      for half in 0..<2 {
        var start: Int?
        for column in 0...columns * 2 {
          let isFull = column < line.count * 2 && isFilled(line[column / 2], column % 2, half)
          if isFull, start == nil { start = column }
          if !isFull, let from = start {
            paths += "M\(from) \(row * 4 + half * 2)h\(column - from)v2h-\(column - from)z"
            start = nil
          }
        }
      }
      for (column, scalar) in line.enumerated() {
        if let shade = Self.shades[scalar] {
          faint.append(
            "<rect x=\"\(column * 2)\" y=\"\(row * 4)\" width=\"2\" height=\"4\" opacity=\"\(shade)\"/>"
          )
        }
        if (0x2801...0x28FF).contains(scalar.value) {
          paths += dots(Int(scalar.value) - 0x2800, x: column * 2, y: row * 4)
        }
      }
    }
    return """
      <svg class=blocks role=img viewBox="0 0 \(width) \(height)" \
      style="width:\(Double(columns) / 2 + 0.5)em" xmlns="http://www.w3.org/2000/svg">\
      <title>\(HTML.escaped(label))</title><path d="\(paths)"/>\(faint.joined())</svg>
      """
  }

  private func isFilled(_ scalar: Unicode.Scalar, _ x: Int, _ y: Int) -> Bool {
    (Self.quarters[scalar] ?? 0) & 1 << (x + 2 * y) != 0
  }

  /// The eight dots of a braille character as squares with a gap.
  private func dots(_ code: Int, x: Int, y: Int) -> String {
    let places = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3)]
    return places.enumerated().map { bit, place in
      code & 1 << bit == 0 ? "" : "M\(x + place.0) \(y + place.1)h1v1h-1z"
    }.joined()
  }
}
