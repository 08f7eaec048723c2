import Language
import Notebooks
import Sessions

/// Syntax definitions for editors, made from the language's own tables.
///
/// The repository keeps them in `Editors`; `make editors` writes them anew, and a test holds that
/// they are fresh.
public enum EditorFiles {
  /// All files: path below the folder `Editors`, and text.
  public static var all: [(path: String, text: String)] {
    [
      ("vim/syntax/notch.vim", vimSyntax), ("vim/ftdetect/notch.vim", vimDetection),
      ("vscode/package.json", codePackage), ("vscode/language-configuration.json", codeLanguage),
      ("vscode/syntaxes/notch.tmLanguage.json", codeSyntax),
    ]
  }

  /// The names of the library that a program may use without making them.
  private static var builtins: [String] {
    let names = Set(Session().globalNames + LanguageFunctions.all.map(\.name))
    return names.filter { name in
      !name.isEmpty
        && name.utf8.allSatisfy { $0 < 0x80 && Character(Unicode.Scalar($0)).isWordCharacter }
    }.sorted()
  }

  // MARK: Vim

  private static let vimDetection = """
    " Made by `make editors`.
    autocmd BufNewFile,BufRead *.notch setfiletype notch

    """

  private static var vimSyntax: String {
    ##"""
    " Vim syntax file
    " Language: Notch
    " Made by `make editors` from the tables of the language; change it there.

    if exists("b:current_syntax")
      finish
    endif

    syntax case match

    syntax keyword notchFlow \##(Vocabulary.flow.joined(separator: " "))
    syntax keyword notchDeclaration \##(Vocabulary.declarations.joined(separator: " "))
    syntax keyword notchConstant \##(Vocabulary.constants.joined(separator: " "))
    \##(keywordLines(builtins))

    syntax match notchOperator "\V\(\##(Vocabulary.operators.map(vimEscaped).joined(separator: "\\|"))\)"
    syntax match notchType "\<\u\w*\>"
    syntax match notchChoice "\%(\w\|[])}.\"]\)\@1<!\.\h\w*"
    syntax match notchLabel "\<\h\w*\ze:"
    syntax match notchNumber "\<\d[0-9_]*\%(\.\d[0-9_]*\)\=\%([eE][-+]\=\d\+\)\=\>"
    syntax match notchNumber "\<0x[0-9A-Fa-f_]\+\>"
    syntax match notchNumber "\<0b[01_]\+\>"
    syntax match notchNumber "\<0o[0-7_]\+\>"

    syntax match notchEscape "\\\%([ntr0\"'\\]\|u{\x\+}\)" contained
    syntax region notchInterpolation matchgroup=notchEscape start="\\(" end=")" contained contains=TOP
    syntax region notchString start=+"+ skip=+\\\\\|\\"+ end=+"+ oneline contains=notchEscape,notchInterpolation
    syntax region notchString start=+"""+ end=+"""+ contains=notchEscape,notchInterpolation

    syntax region notchComment start="/\*" end="\*/" contains=notchComment
    syntax match notchComment "//.*$"
    syntax match notchOutput "^//>.*$"
    syntax match notchError "^//!.*$"
    syntax match notchCell "^//\s*%%\%(\s.*\)\=$" contains=notchKind
    syntax match notchKind "\[\%(\##(kinds.joined(separator: "\\|"))\)\]" contained
    syntax region notchFrontMatter start="\%<8l\_^//\s*---\s*$" end="^//\s*---\s*$" keepend contains=notchKey
    syntax match notchKey "^//\s*\zs\h[-A-Za-z0-9_]*\ze:" contained
    syntax match notchShebang "\%^#!.*$"

    highlight default link notchFlow Keyword
    highlight default link notchDeclaration Keyword
    highlight default link notchConstant Boolean
    highlight default link notchBuiltin Function
    highlight default link notchOperator Operator
    highlight default link notchType Type
    highlight default link notchChoice Constant
    highlight default link notchLabel Identifier
    highlight default link notchNumber Number
    highlight default link notchString String
    highlight default link notchEscape SpecialChar
    highlight default link notchComment Comment
    highlight default link notchOutput SpecialComment
    highlight default link notchError WarningMsg
    highlight default link notchCell Title
    highlight default link notchKind Type
    highlight default link notchFrontMatter PreProc
    highlight default link notchKey Identifier
    highlight default link notchShebang PreProc

    let b:current_syntax = "notch"

    """##
  }

  private static let kinds = Cell.Kind.allCases.map(\.rawValue)

  /// Some words a line, so that the file can be read.
  private static func keywordLines(_ words: [String]) -> String {
    stride(from: 0, to: words.count, by: 8).map { start in
      "syntax keyword notchBuiltin "
        + words[start..<min(start + 8, words.count)].joined(separator: " ")
    }.joined(separator: "\n")
  }

  /// A sign in Vim's very-nomagic mode, inside double quotes.
  private static func vimEscaped(_ sign: String) -> String {
    sign.replacing("\\", with: "\\\\").replacing("/", with: "\\/")
  }

  // MARK: Visual Studio Code

  private static var codePackage: String {
    JSON.object([
      "name": .string("notch"), "displayName": .string("Notch"),
      "description": .string("Colours and cells for Notch's cell files."),
      "version": .string("0.1.0"), "publisher": .string("notch"),
      "license": .string("GPL-3.0-or-later"),
      "engines": .object(["vscode": .string("^1.75.0")]),
      "categories": .array([.string("Programming Languages")]),
      "contributes": .object([
        "languages": .array([
          .object([
            "id": .string("notch"), "aliases": .array([.string("Notch")]),
            "extensions": .array([.string(".notch")]),
            "firstLine": .string("^#!.*\\bnotch\\b"),
            "configuration": .string("./language-configuration.json"),
          ])
        ]),
        "grammars": .array([
          .object([
            "language": .string("notch"), "scopeName": .string("source.notch"),
            "path": .string("./syntaxes/notch.tmLanguage.json"),
          ])
        ]),
      ]),
    ]).text
  }

  private static var codeLanguage: String {
    func pairs(_ pairs: [(String, String)]) -> JSON {
      .array(pairs.map { .array([.string($0.0), .string($0.1)]) })
    }
    let brackets = [("{", "}"), ("[", "]"), ("(", ")")]
    return JSON.object([
      "comments": .object([
        "lineComment": .string("//"), "blockComment": .array([.string("/*"), .string("*/")]),
      ]),
      "brackets": pairs(brackets), "autoClosingPairs": pairs(brackets + [("\"", "\"")]),
      "surroundingPairs": pairs(brackets + [("\"", "\"")]),
      "folding": .object([
        "markers": .object([
          "start": .string("^//\\s*%%(\\s|$)"), "end": .string("^(?=//\\s*%%(\\s|$))"),
        ])
      ]),
    ]).text
  }

  private static var codeSyntax: String {
    func rule(_ name: String, _ match: String) -> JSON {
      .object(["name": .string(name + ".notch"), "match": .string(match)])
    }
    func region(_ name: String, _ begin: String, _ end: String, _ patterns: [JSON] = []) -> JSON {
      .object([
        "name": .string(name + ".notch"), "begin": .string(begin), "end": .string(end),
        "patterns": .array(patterns),
      ])
    }
    func words(_ words: [String]) -> String { "\\b(?:\(words.joined(separator: "|")))\\b" }
    let escape = rule("constant.character.escape", "\\\\(?:[ntr0\"'\\\\]|u\\{[0-9A-Fa-f]+\\})")
    let interpolation = region(
      "meta.interpolation", "\\\\\\(", "\\)",
      [.object(["include": .string("#group")]), .object(["include": .string("$self")])])
    let number =
      "\\b(?:0x[0-9A-Fa-f_]+|0b[01_]+|0o[0-7_]+|\\d[\\d_]*(?:\\.\\d[\\d_]*)?(?:[eE][-+]?\\d+)?)\\b"
    let operators = Vocabulary.operators.map(regexEscaped).joined(separator: "|")
    return JSON.object([
      "name": .string("Notch"), "scopeName": .string("source.notch"),
      "fileTypes": .array([.string("notch")]),
      "patterns": .array([
        rule("comment.line.shebang", "\\A#!.*$"),
        region("comment.block.front-matter", "^//\\s*---\\s*$", "^//\\s*---\\s*$"),
        rule("markup.heading.cell", "^//\\s*%%(?:\\s.*)?$"),
        rule("markup.inserted.output", "^//>.*$"),
        rule("invalid.deprecated.error", "^//!.*$"),
        rule("comment.line.double-slash", "//.*$"),
        .object(["include": .string("#comment")]),
        region("string.quoted.triple", "\"\"\"", "\"\"\"", [escape, interpolation]),
        region("string.quoted.double", "\"", "\"|$", [escape, interpolation]),
        rule("keyword.control", words(Vocabulary.flow)),
        rule("storage.type", words(Vocabulary.declarations)),
        rule("constant.language", words(Vocabulary.constants)),
        rule("constant.numeric", number),
        rule("support.function", words(builtins) + "(?!\\s*:)"),
        rule("entity.name.type", "\\b[A-Z]\\w*\\b"),
        rule("variable.other.enummember", "(?<![\\w\\])}\".])\\.[A-Za-z_]\\w*"),
        rule("variable.parameter", "\\b[A-Za-z_]\\w*(?=:)"),
        rule("entity.name.function", "\\b[A-Za-z_]\\w*(?=\\()"),
        rule("keyword.operator", operators),
      ]),
      "repository": .object([
        "comment": region(
          "comment.block", "/\\*", "\\*/", [.object(["include": .string("#comment")])]),
        "group": .object([
          "begin": .string("\\("), "end": .string("\\)"),
          "patterns": .array([
            .object(["include": .string("#group")]), .object(["include": .string("$self")]),
          ]),
        ]),
      ]),
    ]).text
  }

  private static func regexEscaped(_ text: String) -> String {
    var result = ""
    for character in text {
      if "\\^$.|?*+()[]{}/".contains(character), character != "/" { result.append("\\") }
      result.append(character)
    }
    return result
  }
}

extension Character {
  fileprivate var isWordCharacter: Bool { isLetter || isNumber || self == "_" }
}
