/// Words that came from a user, made fit for a drawing.
enum PlainText {
  /// The text on one line, without control characters, cut to a number of columns.
  static func fitted(_ text: String, columns: Int, style: FigureStyle) -> String {
    let text = shown(text, style: style)
    guard width(of: text) > columns else { return text }
    let mark = style == .unicode ? "…" : "~"
    var (kept, used) = ("", 1)
    for character in text {
      used += width(of: character)
      if used > columns { break }
      kept.append(character)
    }
    return columns < 1 ? "" : kept + mark
  }

  /// The text with a blank for each control character; in ASCII, `?` for each other one.
  static func shown(_ text: String, style: FigureStyle) -> String {
    var shown = ""
    for character in text.prefix(1000) {
      if character.unicodeScalars.contains(where: isControl) {
        shown.append(" ")
      } else if style == .ascii, !character.isASCII {
        shown.append("?")
      } else {
        shown.append(character)
      }
    }
    return shown
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator, .unassigned, .surrogate: true
    // Marks that turn the direction of what follows.
    case .format: scalar.value != 0x200D
    default: false
    }
  }

  static func width(of text: String) -> Int { text.reduce(0) { $0 + width(of: $1) } }

  /// How many columns a character takes: 0, 1 or 2 (Unicode Standard Annex 11, by blocks).
  static func width(of character: Character) -> Int {
    guard let first = character.unicodeScalars.first else { return 0 }
    switch first.value {
    // Latin, and what drawings are made of.
    case ..<0x300, 0x2500...0x259F, 0x2800...0x28FF: return 1
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3,
      0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F,
      0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
      return 2
    default: break
    }
    switch first.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: return character.unicodeScalars.contains("\u{FE0F}") ? 2 : 1
    }
  }
}
