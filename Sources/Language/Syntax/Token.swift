/// A word, number, string or sign of the text.
struct Token {
  enum Kind {
    case identifier(String)
    case keyword(Keyword)
    /// An integer literal; its sign is an operator, so that `-9223372036854775808` can be written.
    case int(UInt)
    case double(Double)
    case string([StringSegment])
    /// `$0`, an argument of a closure without names.
    case anonymous(Int)
    case symbol(Symbol)
    /// What the lexer could not read and has reported.
    case broken
    case end
  }

  var kind: Kind
  var range: SourceRange
  /// Whether it is the first token of its line.
  var startsLine: Bool
  /// Whether white space (or the end) follows, which tells `a - b` from `-b` on a new line.
  var spaceAfter: Bool
}

/// A piece of a string literal.
enum StringSegment {
  case text(String)
  /// The tokens between `\(` and its `)`, closed by an `end` token.
  case interpolation([Token])
}

enum Keyword: String, CaseIterable {
  case `let`, `var`, `func`, `if`, `else`, `for`, `in`, `while`, `break`, `continue`, `return`
  case `true`, `false`, `nil`
}

/// The signs of the language, longest first where one begins another.
enum Symbol: String, CaseIterable {
  case powerAssign = "**="
  case halfOpen = "..<"
  case closed = "..."
  case arrow = "->"
  case equal = "=="
  case notEqual = "!="
  case lessEqual = "<="
  case greaterEqual = ">="
  case and = "&&"
  case or = "||"
  case addAssign = "+="
  case subtractAssign = "-="
  case multiplyAssign = "*="
  case divideAssign = "/="
  case remainderAssign = "%="
  case matmulAssign = "@="
  case power = "**"
  case assign = "="
  case less = "<"
  case greater = ">"
  case plus = "+"
  case minus = "-"
  case times = "*"
  case slash = "/"
  case percent = "%"
  case at = "@"
  case not = "!"
  case ampersand = "&"
  case question = "?"
  case leftParenthesis = "("
  case rightParenthesis = ")"
  case leftBracket = "["
  case rightBracket = "]"
  case leftBrace = "{"
  case rightBrace = "}"
  case comma = ","
  case colon = ":"
  case semicolon = ";"
  case dot = "."

  /// The operator of `+=` and its kin.
  var compound: BinaryOperator? {
    switch self {
    case .addAssign: .add
    case .subtractAssign: .subtract
    case .multiplyAssign: .multiply
    case .divideAssign: .divide
    case .remainderAssign: .remainder
    case .powerAssign: .power
    case .matmulAssign: .matmul
    default: nil
    }
  }
}

/// Why a text is not a program.
struct SyntaxError: Error {
  var message: String
  var range: SourceRange
  var label = ""
  var help: String?
  /// Whether more text could make it right: the input ended inside something.
  var isIncomplete = false
  /// Whether the cause was reported already.
  var isSilent = false
  /// The bracket that is not closed.
  var opening = SourceRange.none

  func diagnostic(in source: Source) -> Diagnostic {
    let secondary: [Diagnostic.Mark] =
      opening == .none ? [] : [.init(source: source, range: opening, label: "opened here")]
    return Diagnostic(
      message, kind: .syntax, primary: .init(source: source, range: range, label: label),
      secondary: secondary, help: help)
  }
}
