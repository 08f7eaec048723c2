/// Elements of an SVG picture, written one after the other.
///
/// Numbers are rounded to hundredths of a unit, text is escaped, and every class is that of the one
/// style sheet in `SVGStyle`.
struct SVGWriter {
  private(set) var body = ""

  /// Where text begins or ends.
  enum Anchor: String { case start, middle, end }

  mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ style: String) {
    body +=
      "<line class=\"\(style)\" x1=\"\(number(x1))\" y1=\"\(number(y1))\" "
      + "x2=\"\(number(x2))\" y2=\"\(number(y2))\"/>\n"
  }

  mutating func rectangle(
    x: Double, y: Double, width: Double, height: Double, _ style: String, title: String? = nil
  ) {
    let shape =
      "<rect class=\"\(style)\" x=\"\(number(x))\" y=\"\(number(y))\" "
      + "width=\"\(number(max(0, width)))\" height=\"\(number(max(0, height)))\""
    body += title.map { "\(shape)><title>\(escaped($0))</title></rect>\n" } ?? "\(shape)/>\n"
  }

  mutating func circle(x: Double, y: Double, radius: Double, _ style: String) {
    body +=
      "<circle class=\"\(style)\" cx=\"\(number(x))\" cy=\"\(number(y))\" r=\"\(number(radius))\"/>\n"
  }

  /// A path through points, which may be in several pieces.
  mutating func path(_ pieces: [[(x: Double, y: Double)]], _ style: String) {
    let commands = pieces.filter { $0.count > 1 }.map { piece in
      "M" + piece.map { "\(number($0.x)),\(number($0.y))" }.joined(separator: " ")
    }
    guard !commands.isEmpty else { return }
    body += "<path class=\"\(style)\" d=\"\(commands.joined(separator: " "))\"/>\n"
  }

  mutating func text(
    _ text: String, x: Double, y: Double, _ style: String, anchor: Anchor = .start,
    isTurned: Bool = false
  ) {
    guard !text.isEmpty else { return }
    let turn = isTurned ? " transform=\"rotate(-90 \(number(x)) \(number(y)))\"" : ""
    body +=
      "<text class=\"\(style)\" x=\"\(number(x))\" y=\"\(number(y))\" "
      + "text-anchor=\"\(anchor.rawValue)\"\(turn)>\(escaped(text))</text>\n"
  }

  mutating func image(_ png: [UInt8], x: Double, y: Double, width: Double, height: Double) {
    body +=
      "<image class=\"pixels\" x=\"\(number(x))\" y=\"\(number(y))\" width=\"\(number(width))\" "
      + "height=\"\(number(height))\" href=\"data:image/png;base64,\(Base64.text(png))\"/>\n"
  }

  /// A coordinate: `12`, `12.5`, `-0.25`.
  func number(_ value: Double) -> String {
    guard value.isFinite, let hundredths = Int(exactly: (value * 100).rounded()) else { return "0" }
    let (whole, part) = hundredths.magnitude.quotientAndRemainder(dividingBy: 100)
    var text = "\(hundredths < 0 ? "-" : "")\(whole)"
    if part > 0 {
      text += part % 10 == 0 ? ".\(part / 10)" : part < 10 ? ".0\(part)" : ".\(part)"
    }
    return text
  }
}

/// Text as XML 1.0 allows it.
func escaped(_ text: String) -> String {
  var result = ""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "\"": result += "&quot;"
    case "\n", "\t", "\r": result += " "
    default:
      switch scalar.value {
      case ..<0x20, 0x7F...0x9F, 0xFFFE, 0xFFFF: result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
  }
  return result
}

/// The look of every picture, light and dark.
enum SVGStyle {
  /// Colours that differ also for those who do not tell red from green.
  private static let light = [
    "#0969da", "#d1570a", "#1a7f4b", "#b5479b", "#8a6a00", "#3f7f93", "#7a4fd0", "#57606a",
  ]
  private static let dark = [
    "#58a6ff", "#ff9d57", "#4ac68a", "#ee8fd5", "#e0bd4a", "#7fc4d8", "#b69aff", "#9aa4af",
  ]

  /// The class of a series' line, area or dot.
  static func series(_ kind: String, _ number: Int) -> String {
    "\(kind) s\(number % light.count)"
  }

  /// One sheet for all figures, so that several in one page agree.
  static let sheet: String = {
    func colors(_ list: [String]) -> String {
      list.enumerated().map { number, color in
        ".notch .line.s\(number){stroke:\(color)}"
          + ".notch .area.s\(number),.notch .dot.s\(number){fill:\(color)}"
      }.joined(separator: "\n")
    }
    return """
      .notch text{font-family:system-ui,-apple-system,"Segoe UI","DejaVu Sans",sans-serif;\
      font-size:12px;fill:#1f2328}
      .notch .heading{font-size:15px;font-weight:600}
      .notch .tick{font-size:11px;fill:#59636e}
      .notch .note{font-size:11px;fill:#59636e;font-style:italic}
      .notch .paper{fill:#ffffff}
      .notch .grid{stroke:#e4e8ec;stroke-width:1}
      .notch .axis{stroke:#848d97;stroke-width:1}
      .notch .line{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}
      .notch .pixels{image-rendering:optimizeSpeed;image-rendering:pixelated}
      \(colors(light))
      @media (prefers-color-scheme:dark){
      .notch text{fill:#e6edf3}
      .notch .tick,.notch .note{fill:#9aa4af}
      .notch .paper{fill:#0d1117}
      .notch .grid{stroke:#262c36}
      .notch .axis{stroke:#6e7681}
      \(colors(dark))
      }
      """
  }()
}
