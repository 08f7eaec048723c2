import Notebooks

/// Formulas in LaTeX's notation as MathML Core, which browsers draw without a script.
///
///     MathML.inline("x_i^2")   // <math><msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup></math>
///
/// Known are sub- and superscripts, `\frac`, `\sqrt`, accents, `\left` and `\right`, matrices, cases
/// and aligned lines, texts, and the symbols that the terminal knows. A command that is not known is
/// shown as it is written.
enum MathML {
  /// A formula inside a line.
  static func inline(_ formula: String) -> String {
    "<math>\(content(of: formula, isDisplay: false))</math>"
  }

  /// A formula on a line of its own.
  static func display(_ formula: String) -> String {
    "<math display=block>\(content(of: formula, isDisplay: true))</math>"
  }

  private static func content(of formula: String, isDisplay: Bool) -> String {
    var reader = MathReader(scalars: Array(formula.unicodeScalars), isDisplay: isDisplay)
    let (row, _) = reader.row(depth: 0, until: [])
    return row.isEmpty ? "<mrow></mrow>" : row
  }
}

/// Reads one formula from left to right.
private struct MathReader {
  private let scalars: [Unicode.Scalar]
  private let isDisplay: Bool
  private var index = 0
  private static let depthLimit = 32

  init(scalars: [Unicode.Scalar], isDisplay: Bool) {
    self.scalars = scalars
    self.isDisplay = isDisplay
  }

  private var next: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

  private func starts(with text: String) -> Bool {
    let wanted = Array(text.unicodeScalars)
    return index + wanted.count <= scalars.count
      && scalars[index..<(index + wanted.count)].elementsEqual(wanted)
  }

  /// A command at this place, with nothing taken.
  private func starts(withCommand name: String) -> Bool {
    guard starts(with: "\\" + name) else { return false }
    let after = index + name.unicodeScalars.count + 1
    return after >= scalars.count || !isLetter(scalars[after])
  }

  private func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    scalar.isASCII && scalar.properties.isAlphabetic
  }

  /// Everything up to one of some stops, which is left behind; nil is the end of the text.
  mutating func row(depth: Int, until stops: [String]) -> (String, String?) {
    var parts: [String] = []
    var followsName = false
    while let scalar = next {
      if let stop = stops.first(where: { isAt($0) }) {
        return (joined(parts), stop)
      }
      if scalar.properties.isWhitespace || scalar == "&" {
        index += 1
        continue
      }
      let base: String
      var isLarge = false
      if scalar == "^" || scalar == "_" {
        base = "<mrow></mrow>"
      } else {
        isLarge = isDisplay && isAtLargeOperator
        base = atom(depth: depth)
      }
      let part = scripts(of: base, isLarge: isLarge, depth: depth)
      let isName = base.hasPrefix(Self.nameStart)
      if isName || followsName, let last = parts.last, Self.needsSpace(last, part) {
        parts.append(Self.thinSpace)
      }
      followsName = isName
      parts.append(part == Self.minus && isSign(after: parts.last) ? Self.sign : part)
    }
    return (joined(parts), nil)
  }

  private static let minus = "<mo>−</mo>"
  private static let sign = "<mo form=prefix>−</mo>"

  private static let thinSpace = "<mspace width=\"0.17em\"></mspace>"
  /// How the name of a function begins, `log` for instance.
  private static let nameStart = "<mi mathvariant=normal>"

  /// Whether a name and what is beside it would run together, as `20` and `log`; operators and
  /// parentheses keep their own distance.
  private static func needsSpace(_ left: String, _ right: String) -> Bool {
    let closes = [")", "]", "⌋", "⌉", "⟩"].contains { left.hasSuffix("\($0)</mo>") }
    let isApart = left.hasPrefix("<mspace") || right.hasPrefix("<mspace") || left.isEmpty
    let opens = right.isEmpty || right.hasPrefix("<mo") || right.hasPrefix("<mrow><mo")
    return !isApart && !opens && (closes || !left.hasPrefix("<mo"))
  }

  /// Whether a minus behind a part is the sign of a number and no subtraction.
  private func isSign(after part: String?) -> Bool {
    guard let part else { return true }
    let closes = [")", "]", "|", "⌋", "⌉", "⟩", "!", "′"].contains { part.hasSuffix("\($0)</mo>") }
    return part.hasPrefix("<mo") && part.hasSuffix("</mo>") && !closes
  }

  private func isAt(_ stop: String) -> Bool {
    stop.hasPrefix("\\") && stop != "\\\\"
      ? starts(withCommand: String(stop.dropFirst())) : starts(with: stop)
  }

  private var isAtLargeOperator: Bool {
    ["sum", "prod", "max", "min", "lim", "argmin", "argmax", "sup", "inf"].contains {
      starts(withCommand: $0)
    }
  }

  private func joined(_ parts: [String]) -> String {
    parts.count == 1 ? parts[0] : "<mrow>\(parts.joined())</mrow>"
  }

  /// A base with the scripts that stand behind it.
  private mutating func scripts(of base: String, isLarge: Bool, depth: Int) -> String {
    var lower: String?
    var upper: String?
    var primes = ""
    while true {
      while let scalar = next, scalar.properties.isWhitespace { index += 1 }
      if next == "'" {
        index += 1
        primes += "′"
      } else if next == "_", lower == nil {
        index += 1
        lower = argument(depth: depth)
      } else if next == "^", upper == nil {
        index += 1
        upper = argument(depth: depth)
      } else {
        break
      }
    }
    if !primes.isEmpty { upper = "<mrow><mo>\(primes)</mo>\(upper ?? "")</mrow>" }
    let (under, over, both) =
      isLarge ? ("munder", "mover", "munderover") : ("msub", "msup", "msubsup")
    switch (lower, upper) {
    case (nil, nil): return base
    case (let lower?, nil): return "<\(under)>\(base)\(lower)</\(under)>"
    case (nil, let upper?): return "<\(over)>\(base)\(upper)</\(over)>"
    case (let lower?, let upper?): return "<\(both)>\(base)\(lower)\(upper)</\(both)>"
    }
  }

  /// One atom, or a group in braces: what a script or a command takes.
  private mutating func argument(depth: Int) -> String {
    while let scalar = next, scalar.properties.isWhitespace { index += 1 }
    guard next != nil, depth < Self.depthLimit else { return "<mrow></mrow>" }
    return atom(depth: depth + 1, isArgument: true)
  }

  private mutating func atom(depth: Int, isArgument: Bool = false) -> String {
    guard let scalar = next else { return "<mrow></mrow>" }
    switch scalar {
    case "{":
      index += 1
      // Beyond the limit braces are characters like any other, so that nothing recurses deeper.
      guard depth < Self.depthLimit else { return "<mo>{</mo>" }
      let (row, stop) = row(depth: depth + 1, until: ["}"])
      if stop != nil { index += 1 }
      return row
    case "}":
      index += 1
      return "<mo>}</mo>"
    case "\\":
      index += 1
      return command(depth: depth)
    case "0"..."9", ".":
      // `x^12` raises the 1 alone, as LaTeX does.
      var number = ""
      while let digit = next, ("0"..."9").contains(digit) || digit == "." {
        number.unicodeScalars.append(digit)
        index += 1
        if isArgument { break }
      }
      return number == "." ? "<mo>.</mo>" : "<mn>\(number)</mn>"
    default:
      index += 1
      let text = HTML.escaped(String(Character(scalar)))
      if scalar.properties.isAlphabetic { return "<mi>\(text)</mi>" }
      switch scalar {
      case "-": return Self.minus
      case "*": return "<mo>∗</mo>"
      case "~": return "<mspace width=\"0.33em\"></mspace>"
      case "|": return "<mo stretchy=false lspace=0 rspace=0>|</mo>"
      case "(", ")", "[", "]": return "<mo stretchy=false>\(text)</mo>"
      default: return "<mo>\(text)</mo>"
      }
    }
  }

  // MARK: Commands

  private mutating func command(depth: Int) -> String {
    guard let first = next else { return "<mo>\\</mo>" }
    guard isLetter(first) else {
      index += 1
      switch first {
      case ",", ":": return Self.thinSpace
      case ";", " ": return "<mspace width=\"0.28em\"></mspace>"
      case "!": return "<mspace width=\"-0.17em\"></mspace>"
      case "\\": return "<mspace width=\"1em\"></mspace>"
      case "|": return "<mo stretchy=false>‖</mo>"
      case "{", "}": return "<mo stretchy=false>\(Character(first))</mo>"
      default: return "<mo>\(HTML.escaped(String(Character(first))))</mo>"
      }
    }
    let name = word()
    if let known = structure(name, depth: depth) { return known }
    if MathText.functions.contains(name) { return "\(Self.nameStart)\(name)</mi>" }
    if let symbol = MathText.symbols[name] {
      let isName = symbol.unicodeScalars.allSatisfy {
        $0.properties.isAlphabetic || "∞∂∇ℓ⊤⊥".unicodeScalars.contains($0)
      }
      if isName { return "<mi>\(symbol)</mi>" }
      return Self.fences.contains(symbol)
        ? "<mo stretchy=false>\(symbol)</mo>" : "<mo>\(HTML.escaped(symbol))</mo>"
    }
    return "<mtext>\\\(name)</mtext>"
  }

  private static let fences: Set<String> = ["⌊", "⌋", "⌈", "⌉", "⟨", "⟩", "|", "‖"]
  private static let accents = [
    "hat": "^", "widehat": "^", "bar": "¯", "overline": "¯", "tilde": "~", "dot": "˙", "vec": "→",
  ]

  /// The letters of a command.
  private mutating func word() -> String {
    var name = ""
    while let scalar = next, isLetter(scalar) {
      name.unicodeScalars.append(scalar)
      index += 1
    }
    return name
  }

  /// A command that takes arguments or sets what follows; nil for any other.
  private mutating func structure(_ name: String, depth: Int) -> String? {
    if let accent = Self.accents[name] {
      let base = argument(depth: depth)
      return "<mover accent=true>\(base)<mo>\(accent)</mo></mover>"
    }
    switch name {
    case "frac", "tfrac", "dfrac":
      let numerator = argument(depth: depth)
      return "<mfrac>\(numerator)\(argument(depth: depth))</mfrac>"
    case "sqrt":
      guard next == "[", depth < Self.depthLimit else {
        return "<msqrt>\(argument(depth: depth))</msqrt>"
      }
      index += 1
      let (degree, stop) = row(depth: depth + 1, until: ["]"])
      if stop != nil { index += 1 }
      return "<mroot>\(argument(depth: depth))\(degree)</mroot>"
    case "underbrace", "overbrace":
      let tag = name == "overbrace" ? "mover" : "munder"
      let brace = name == "overbrace" ? "⏞" : "⏟"
      return "<\(tag)>\(argument(depth: depth))<mo>\(brace)</mo></\(tag)>"
    case "text", "mathrm", "operatorname", "textbf", "textit", "mathsf", "mathtt":
      return "<mtext>\(HTML.escaped(rawArgument()))</mtext>"
    case "mathbf", "boldsymbol":
      return "<mrow class=b>\(argument(depth: depth))</mrow>"
    case "mathit", "mathcal": return argument(depth: depth)
    case "mathbb":
      let letter = rawArgument()
      return "<mi>\(HTML.escaped(MathText.doubleStruck[letter] ?? letter))</mi>"
    case "left": return fenced(depth: depth)
    case "right", "limits", "nolimits", "displaystyle", "textstyle", "big", "Big", "bigl", "bigr",
      "bigg", "Bigg":
      return ""
    case "quad": return "<mspace width=\"1em\"></mspace>"
    case "qquad": return "<mspace width=\"2em\"></mspace>"
    case "begin": return environment(depth: depth)
    case "end":
      _ = rawArgument()
      return ""
    default: return nil
    }
  }

  /// The text of a group in braces, as it stands.
  private mutating func rawArgument() -> String {
    while let scalar = next, scalar.properties.isWhitespace { index += 1 }
    guard let first = next else { return "" }
    index += 1
    guard first == "{" else { return String(Character(first)) }
    var text = ""
    while let scalar = next {
      index += 1
      if scalar == "}" { break }
      text.unicodeScalars.append(scalar)
    }
    return text
  }

  /// A fence behind `\left` or `\right`; empty for a point.
  private mutating func fence() -> String {
    while let scalar = next, scalar.properties.isWhitespace { index += 1 }
    guard let scalar = next else { return "" }
    index += 1
    switch scalar {
    case ".": return ""
    case "\\":
      guard let first = next else { return "" }
      if isLetter(first) { return MathText.symbols[word()] ?? "" }
      index += 1
      return first == "|" ? "‖" : HTML.escaped(String(Character(first)))
    default: return HTML.escaped(String(Character(scalar)))
    }
  }

  private mutating func fenced(depth: Int) -> String {
    let open = fence()
    guard depth < Self.depthLimit else { return "<mo>\(open)</mo>" }
    let (row, stop) = row(depth: depth + 1, until: ["\\right", "}"])
    var close = ""
    if stop == "\\right" {
      index += "\\right".count
      close = fence()
    }
    func mark(_ fence: String) -> String {
      fence.isEmpty ? "" : "<mo stretchy=true>\(fence)</mo>"
    }
    return "<mrow>\(mark(open))\(row)\(mark(close))</mrow>"
  }

  /// `\begin{cases} … & … \\ … \end{cases}` and its kin.
  private mutating func environment(depth: Int) -> String {
    let name = rawArgument()
    guard depth < Self.depthLimit else { return "" }
    var rows: [[String]] = [[]]
    reading: while next != nil {
      let (cell, stop) = row(depth: depth + 1, until: ["&", "\\\\", "\\end", "}"])
      rows[rows.count - 1].append(cell)
      switch stop {
      case "&": index += 1
      case "\\\\":
        index += 2
        rows.append([])
      case "\\end":
        index += "\\end".count
        _ = rawArgument()
        break reading
      default: break reading
      }
    }
    if rows.last.map({ $0 == ["<mrow></mrow>"] || $0.isEmpty }) == true { rows.removeLast() }
    let (open, close) =
      switch name {
      case "pmatrix": ("(", ")")
      case "bmatrix": ("[", "]")
      case "vmatrix": ("|", "|")
      case "cases": ("{", "")
      default: ("", "")
      }
    let kind = ["cases", "aligned", "align"].contains(name) ? " class=\(name)" : ""
    let body = rows.map { row in "<mtr>" + row.map { "<mtd>\($0)</mtd>" }.joined() + "</mtr>" }
    let table = "<mtable\(kind)>\(body.joined())</mtable>"
    func mark(_ fence: String) -> String { fence.isEmpty ? "" : "<mo stretchy=true>\(fence)</mo>" }
    return "<mrow>\(mark(open))\(table)\(mark(close))</mrow>"
  }
}
