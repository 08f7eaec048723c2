/// Characters of ASCII in the place of others, for a terminal whose locale has no others.
enum PlainCharacters {
  /// The text with lines, blocks and signs drawn in ASCII; what has no likeness becomes `?`.
  static func text(of text: String) -> String {
    guard !text.utf8.allSatisfy({ $0 < 0x80 }) else { return text }
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if scalar.isASCII {
        result.append(scalar)
      } else {
        result.append(contentsOf: likeness(of: scalar).unicodeScalars)
      }
    }
    return String(result)
  }

  private static func likeness(of scalar: Unicode.Scalar) -> String {
    switch scalar.value {
    case 0x2500...0x2501, 0x2504...0x2505, 0x2508...0x2509, 0x2550, 0x2574, 0x2576: "-"
    case 0x2502...0x2503, 0x2506...0x2507, 0x250A...0x250B, 0x2551, 0x2575, 0x2577: "|"
    case 0x250C...0x254B, 0x2552...0x256C: "+"
    case 0x256D...0x2570: "+"
    case 0x2580: "\""
    case 0x2581...0x2583: "_"
    case 0x2584...0x2587: "="
    case 0x2588...0x258F, 0x2590: "#"
    case 0x2591: "."
    case 0x2592: ":"
    case 0x2593, 0x2596...0x259F: "#"
    case 0x2800: " "
    case 0x2801...0x28FF: "*"
    case 0x2026: "..."
    case 0x2010...0x2015, 0x2212: "-"
    case 0x2018, 0x2019: "'"
    case 0x201C, 0x201D: "\""
    case 0x2022, 0x00B7, 0x25CF, 0x2217: "*"
    case 0x00D7: "x"
    case 0x2190: "<-"
    case 0x2192: "->"
    case 0x2264: "<="
    case 0x2265: ">="
    case 0x2260: "!="
    case 0x2248: "~"
    case 0x00B1: "+-"
    case 0x00A0: " "
    case 0x00B2: "^2"
    case 0x00B3: "^3"
    default: "?"
    }
  }
}
