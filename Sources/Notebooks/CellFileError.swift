/// Why a text is not a cell file: facts, with the number of the line counted from 1.
public enum CellFileError: Error, Equatable, Sendable {
  case tooLarge(bytes: Int, limit: Int)
  case tooManyCells(line: Int, limit: Int)
  case notUTF8(line: Int, offset: Int)
  case holdsNUL(line: Int, offset: Int)
  case unclosedFrontMatter(line: Int)
  case badFrontMatter(line: Int, text: String)
  case repeatedKey(line: Int, key: String)
  case badSetting(line: Int, key: String, value: String, wanted: String)
  case unknownKind(line: Int, kind: String, nearest: String?)
  case secondKind(line: Int, kind: String)
  case unclosedQuote(line: Int, key: String)
  case repeatedAttribute(line: Int, key: String)
  case badAttribute(line: Int, key: String, value: String, wanted: String)
  case repeatedID(line: Int, id: String, first: Int)
  case outputBeforeCode(line: Int)
  case codeAfterOutput(line: Int)
  case codeInProse(line: Int, kind: Cell.Kind)

  /// The number of the line at fault; nil where the whole file is.
  public var line: Int? {
    switch self {
    case .tooLarge: nil
    case .tooManyCells(let line, _), .notUTF8(let line, _), .holdsNUL(let line, _),
      .unclosedFrontMatter(let line), .badFrontMatter(let line, _), .repeatedKey(let line, _),
      .badSetting(let line, _, _, _), .unknownKind(let line, _, _), .secondKind(let line, _),
      .unclosedQuote(let line, _), .repeatedAttribute(let line, _),
      .badAttribute(let line, _, _, _), .repeatedID(let line, _, _), .outputBeforeCode(let line),
      .codeAfterOutput(let line), .codeInProse(let line, _):
      line
    }
  }
}

extension CellFileError: CustomStringConvertible {
  /// The error as one line: `line 4: unknown cell kind [excercise]; did you mean [exercise]?`.
  public var description: String {
    guard let line else { return reason }
    return "line \(line): \(reason)"
  }

  /// The error without its line.
  public var reason: String {
    switch self {
    case .tooLarge(let bytes, let limit):
      "the file has \(bytes) bytes; a cell file has at most \(limit)"
    case .tooManyCells(_, let limit):
      "a cell file has at most \(limit) cells"
    case .notUTF8(_, let offset):
      "the byte at offset \(offset) is not UTF-8"
    case .holdsNUL(_, let offset):
      "the byte at offset \(offset) is NUL; a cell file is text"
    case .unclosedFrontMatter:
      "the front matter that begins here is not closed by a line // ---"
    case .badFrontMatter(_, let text):
      "front matter holds lines such as // title: My lesson, not \(excerpt(text))"
    case .repeatedKey(_, let key):
      "the front matter sets \(key) twice"
    case .badSetting(_, let key, let value, let wanted):
      "\(key) must be \(wanted), not \(excerpt(value))"
    case .unknownKind(_, let kind, let nearest):
      if let nearest {
        "unknown cell kind [\(excerpt(kind))]; did you mean [\(nearest)]?"
      } else {
        "unknown cell kind [\(excerpt(kind))]; the kinds are "
          + Cell.Kind.allCases.map { "[\($0.rawValue)]" }.joined(separator: " ")
      }
    case .secondKind(_, let kind):
      "a cell has one kind; [\(kind)] is a second one"
    case .unclosedQuote(_, let key):
      "the value of \(excerpt(key)) has no closing quote"
    case .repeatedAttribute(_, let key):
      "the header sets \(excerpt(key)) twice"
    case .badAttribute(_, let key, let value, let wanted):
      "\(key) must be \(wanted), not \(excerpt(value))"
    case .repeatedID(_, let id, let first):
      "the id \(excerpt(id)) is already that of the cell in line \(first)"
    case .outputBeforeCode:
      "recorded output stands before any code of its cell"
    case .codeAfterOutput:
      "code stands after the recorded output of its cell; move it above, or begin a cell with // %%"
    case .codeInProse(_, let kind):
      "each line of a [\(kind.rawValue)] cell begins with //"
    }
  }
}

/// A user's text cut to a length that fits a message.
func excerpt(_ text: String) -> String {
  let limit = 60
  guard text.utf8.count > limit else { return text.isEmpty ? "nothing" : text }
  return String(text.prefix(limit)) + "…"
}

/// Something in a cell file that is accepted but looks wrong.
public struct CellFileWarning: Sendable, Equatable, CustomStringConvertible {
  /// What looks wrong.
  public enum Kind: Sendable, Equatable {
    case unknownKey(String, nearest: String?)
    case unknownAttribute(String, nearest: String?)
    case exerciseWithoutSolution
    case withoutExercise(Cell.Kind)
    case recordedExercise
    case almostHeader
  }

  /// The number of the line, counted from 1.
  public var line: Int
  /// What looks wrong there.
  public var kind: Kind

  /// The warning as one line with its place.
  public var description: String { "line \(line): \(reason)" }

  /// The warning without its line.
  public var reason: String {
    switch kind {
    case .unknownKey(let key, let nearest):
      "unknown key \(excerpt(key)) in the front matter" + suggestion(nearest)
    case .unknownAttribute(let key, let nearest):
      "unknown attribute \(excerpt(key))" + suggestion(nearest)
    case .exerciseWithoutSolution:
      "the exercise has no [solution]; a replay runs neither it nor its check"
    case .withoutExercise(let kind):
      "the [\(kind.rawValue)] has no [exercise] above it"
    case .recordedExercise:
      "an exercise is not run by a replay; its recorded output is never compared"
    case .almostHeader:
      "a cell header needs a space after // %%; this line is taken as a comment"
    }
  }

  private func suggestion(_ nearest: String?) -> String {
    nearest.map { "; did you mean \($0)?" } ?? ""
  }
}
