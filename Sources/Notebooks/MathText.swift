/// Formulas in LaTeX's notation as Unicode text, as far as one line allows.
///
/// `\frac{a}{b}` becomes `a/b`, `x_1^2` becomes `x₁²`, `\hat{x}` becomes `x̂`, `\alpha` becomes `α`.
/// What is not known stays as it is written.
package enum MathText {
  package static func render(_ formula: String) -> String {
    var reader = Reader(scalars: Array(formula.unicodeScalars))
    let text = reader.sequence(depth: 0, closing: false)
    return String(text.split(whereSeparator: \.isWhitespace).joined(separator: " "))
  }

  private struct Reader {
    let scalars: [Unicode.Scalar]
    var index = 0
    static let depthLimit = 32

    init(scalars: [Unicode.Scalar]) { self.scalars = scalars }

    var next: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

    /// Everything up to the end, or up to the brace that closes the group.
    mutating func sequence(depth: Int, closing: Bool) -> String {
      var text = ""
      var followsName = false
      while let scalar = next {
        if scalar == "}", closing {
          index += 1
          return text
        }
        switch scalar {
        case "^", "_":
          index += 1
          let argument = argument(depth: depth)
          text += scalar == "^" ? MathText.raised(argument) : MathText.lowered(argument)
        default:
          let isName = isAtName
          let part = atom(depth: depth)
          // `20\log_{10} x` is no `20log`.
          if isName || followsName, text.last.map(Self.runsOn) == true,
            part.first.map(Self.runsOn) == true
          {
            text += " "
          }
          text += part
          followsName = isName
        }
      }
      return text
    }

    /// Whether the name of a function comes, as `\log`.
    private var isAtName: Bool {
      guard next == "\\" else { return false }
      let name = scalars[(index + 1)...].prefix { $0.isASCII && $0.properties.isAlphabetic }
      return MathText.functions.contains(String(String.UnicodeScalarView(name)))
    }

    /// Whether a character has no distance of its own from a name beside it.
    private static func runsOn(_ character: Character) -> Bool {
      character.isLetter || character.isNumber
    }

    /// A command, a group or one character.
    mutating func atom(depth: Int) -> String {
      guard let scalar = next else { return "" }
      index += 1
      switch scalar {
      case "{":
        // Beyond the limit braces are characters like any other, so that nothing recurses deeper.
        return depth < Reader.depthLimit ? sequence(depth: depth + 1, closing: true) : "{"
      case "\\": return command(depth: depth)
      case "~": return " "
      case "&": return ""
      case "'": return "′"
      case "-": return "−"
      case "*": return "∗"
      default: return String(Character(scalar))
      }
    }

    mutating func argument(depth: Int) -> String {
      while let scalar = next, scalar == " " { index += 1 }
      return depth < Reader.depthLimit ? atom(depth: depth + 1) : ""
    }

    mutating func command(depth: Int) -> String {
      guard let first = next else { return "\\" }
      guard first.properties.isAlphabetic else {
        index += 1
        switch first {
        case ",", ":", ";", " ": return " "
        case "!": return ""
        case "\\": return " "
        case "|": return "‖"
        default: return String(Character(first))
        }
      }
      var name = ""
      while let scalar = next, scalar.isASCII, scalar.properties.isAlphabetic {
        name.unicodeScalars.append(scalar)
        index += 1
      }
      if name.isEmpty {
        index += 1
        return "\\" + String(Character(first))
      }
      if let symbol = MathText.symbols[name] { return symbol }
      if MathText.functions.contains(name) { return name }
      if let mark = MathText.marks[name] {
        let text = argument(depth: depth)
        return text.count == 1 ? text + mark : "\(name)(\(text))"
      }
      switch name {
      case "frac", "tfrac", "dfrac":
        let numerator = argument(depth: depth)
        let denominator = argument(depth: depth)
        return MathText.grouped(numerator) + "/" + MathText.grouped(denominator)
      case "sqrt": return "√" + MathText.grouped(argument(depth: depth))
      case "text", "mathrm", "mathit", "mathbf", "mathsf", "operatorname", "boldsymbol":
        return argument(depth: depth)
      case "mathbb":
        let text = argument(depth: depth)
        return MathText.doubleStruck[text] ?? text
      case "left", "right", "big", "Big", "bigl", "bigr", "displaystyle", "limits", "nolimits":
        if next == "." { index += 1 }
        return ""
      case "quad", "qquad": return "  "
      default: return "\\" + name
      }
    }
  }

  /// A part of a fraction, in parentheses unless it is one word or number.
  private static func grouped(_ text: String) -> String {
    let isSimple = text.unicodeScalars.allSatisfy { scalar in
      scalar.properties.isAlphabetic || scalar.properties.numericType != nil || scalar == "."
        || scalar.properties.generalCategory == .nonspacingMark
    }
    return isSimple ? text : "(\(text))"
  }

  private static func raised(_ text: String) -> String {
    shifted(text, by: superscripts) ?? "^" + grouped(text)
  }

  private static func lowered(_ text: String) -> String {
    shifted(text, by: subscripts) ?? "_" + grouped(text)
  }

  private static func shifted(_ text: String, by table: [Character: Character]) -> String? {
    var result = ""
    for character in text where character != " " {
      guard let shifted = table[character] else { return nil }
      result.append(shifted)
    }
    return result
  }

  private static let superscripts = Dictionary(
    uniqueKeysWithValues: zip("0123456789+−=()nixyTabcdekmt", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱˣʸᵀᵃᵇᶜᵈᵉᵏᵐᵗ"))
  private static let subscripts = Dictionary(
    uniqueKeysWithValues: zip(
      "0123456789+−=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ"))

  /// Combining marks over one letter.
  private static let marks = [
    "hat": "\u{302}", "bar": "\u{304}", "overline": "\u{304}", "tilde": "\u{303}",
    "dot": "\u{307}", "vec": "\u{20D7}",
  ]
  /// Letters of sets of numbers.
  package static let doubleStruck = ["R": "ℝ", "Z": "ℤ", "N": "ℕ", "Q": "ℚ", "C": "ℂ", "E": "𝔼"]
  /// Names that are written upright.
  package static let functions: Set<String> = [
    "log", "ln", "exp", "min", "max", "sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh",
    "cosh", "tanh", "arg", "argmin", "argmax", "lim", "sup", "inf", "det", "mod", "Pr", "softmax",
    "round", "clip", "sign",
  ]
  /// Commands that stand for one character.
  package static let symbols = [
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε",
    "zeta": "ζ", "eta": "η", "theta": "θ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ",
    "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "φ",
    "varphi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ",
    "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ", "Phi": "Φ", "Psi": "Ψ",
    "Omega": "Ω", "times": "×", "cdot": "·", "div": "÷", "pm": "±", "mp": "∓", "ast": "∗",
    "star": "⋆", "circ": "∘", "odot": "⊙", "oplus": "⊕", "otimes": "⊗", "le": "≤", "leq": "≤",
    "ge": "≥", "geq": "≥", "ne": "≠", "neq": "≠", "approx": "≈", "sim": "∼", "equiv": "≡",
    "propto": "∝", "ll": "≪", "gg": "≫", "to": "→", "rightarrow": "→", "leftarrow": "←",
    "mapsto": "↦", "Rightarrow": "⇒", "iff": "⇔", "in": "∈", "notin": "∉", "subset": "⊂",
    "cup": "∪", "cap": "∩", "forall": "∀", "exists": "∃", "infty": "∞", "partial": "∂",
    "nabla": "∇", "sum": "∑", "prod": "∏", "int": "∫", "lfloor": "⌊", "rfloor": "⌋",
    "lceil": "⌈", "rceil": "⌉", "langle": "⟨", "rangle": "⟩", "lvert": "|", "rvert": "|",
    "lVert": "‖", "rVert": "‖", "ldots": "…", "dots": "…", "cdots": "⋯", "ell": "ℓ",
    "top": "⊤", "bot": "⊥", "mid": "|", "land": "∧", "lor": "∨", "neg": "¬",
  ]
}
