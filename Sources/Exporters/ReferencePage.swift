import Language
import Sessions

/// The reference: every function with its parameters and examples, every type with its members.
///
/// It is made from the declarations that the language itself works with. The repository keeps it as
/// `Docs/reference.md`; `make reference` writes it anew, and a test holds that it is fresh.
public enum ReferencePage {
  public static var text: String {
    let parts =
      [introduction, contents] + Library.chapters.map(chapter) + [
        language, types, own, choices,
      ]
    return parts.joined(separator: "\n\n") + "\n"
  }

  private static let introduction = """
    # Reference

    Made by `make reference` from the declarations of the functions; change it there. How to read and
    write programs is on the page [The language](language.md). At the prompt, `help(name)` shows what
    stands here.

    A parameter with `_` is passed by its place, any other by its label; one with `=` may be left out,
    and `inout` is written with `&`. What takes a value first may be called behind a dot:
    `x.reshape(2, 3)` is `reshape(x, 2, 3)`. A line behind `//>` is what the example shows; the tests
    run every example, with the files that are named above it.
    """

  // MARK: Contents

  private static let closing = ["The language's functions", "Types", "Own values", "Choices"]

  private static var contents: String {
    let chapters = Library.chapters.map { chapter in
      let names = names(of: chapter).map { "[\($0)](#\(anchors["\(chapter.title)/\($0)"] ?? ""))" }
      let own = "[\(chapter.title)](#\(anchors[chapter.title] ?? ""))"
      return "- \(own): \(names.joined(separator: ", "))"
    }
    let rest = closing.map { "- [\($0)](#\(anchors[$0] ?? ""))" }
    return (["## Contents", ""] + chapters + rest).joined(separator: "\n")
  }

  /// What leads to each heading, by the chapter and the name: `Shapes/flatten`.
  ///
  /// As common readers of Markdown make them: in small letters, the second of a name with `-1`.
  private static let anchors: [String: String] = {
    var headings = ["Reference", "Contents"].map { ($0, $0) }
    for chapter in Library.chapters {
      headings.append((chapter.title, chapter.title))
      headings += names(of: chapter).map { ("\(chapter.title)/\($0)", $0) }
    }
    headings.append((closing[0], closing[0]))
    headings += languageHeadings.map { ("\(closing[0])/\($0)", $0) }
    headings.append((closing[1], closing[1]))
    headings += Library.valueTypes.map { ("\(closing[1])/\($0.name)", $0.name) }
    headings += closing.dropFirst(2).map { ($0, $0) }
    var used: [String: Int] = [:]
    var anchors: [String: String] = [:]
    for (key, heading) in headings {
      let plain = anchor(heading)
      let count = used[plain, default: 0]
      used[plain] = count + 1
      anchors[key] = count == 0 ? plain : "\(plain)-\(count)"
    }
    return anchors
  }()

  /// The anchor of a function of the library, in the first chapter that has it.
  private static func place(of name: String) -> String {
    let chapter = Library.chapters.first { $0.builtins.contains { $0.name == name } }
    return chapter.flatMap { anchors["\($0.title)/\(name)"] } ?? ""
  }

  /// The names of a chapter, each once, in their order.
  private static func names(of chapter: Library.Chapter) -> [String] {
    chapter.builtins.map(\.name).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// The name that a heading has in a link, as common readers of Markdown make it.
  static func anchor(_ heading: String) -> String {
    let kept = heading.lowercased().filter { $0.isLetter || $0.isNumber || $0 == " " || $0 == "-" }
    return String(kept.map { $0 == " " ? "-" : $0 })
  }

  // MARK: Functions

  private static func chapter(_ chapter: Library.Chapter) -> String {
    let entries = names(of: chapter).map { name in
      let overloads = chapter.builtins.filter { $0.name == name }
      return (["### \(name)"] + overloads.map(entry)).joined(separator: "\n\n")
    }
    return (["## \(chapter.title)"] + entries).joined(separator: "\n\n")
  }

  private static func entry(_ builtin: Builtin) -> String {
    var parts = ["```swift\n\(builtin.signature)\n```", builtin.summary]
    if !builtin.parameters.isEmpty {
      parts.append(builtin.parameters.map(line).joined(separator: "\n"))
    }
    parts += builtin.examples.map(example)
    return parts.joined(separator: "\n\n")
  }

  private static func line(_ parameter: ParameterInfo) -> String {
    var text = "- `\(parameter.name)`: \(escaped(parameter.meaning))"
    if !parameter.choices.isEmpty {
      text += "; one of " + parameter.choices.map { "`.\($0)`" }.joined(separator: ", ")
    }
    if let literal = parameter.defaultLiteral { text += " (default: `\(literal)`)" }
    return text
  }

  private static func example(_ example: Example) -> String {
    let shown = example.output.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.isEmpty ? "//>" : "//> \($0)" }
    let files = example.files.map { "`\($0)`" }.joined(separator: ", ")
    return (files.isEmpty ? "" : "With these files: \(files).\n\n")
      + "```swift\n\(example.code)\n\(shown.joined(separator: "\n"))\n```"
  }

  /// The functions that the language has without the library.
  private static var language: String {
    let entries = LanguageFunctions.all.compactMap { function -> String? in
      guard let native = function as? NativeFunction else { return nil }
      let parts = [
        "### \(heading(of: native))",
        "```swift\n\(OwnMembers.written(native.signature))\n```", native.summary,
      ]
      let uses = Library.languageExamples[native.name].map { [example($0)] } ?? []
      return (parts + uses).joined(separator: "\n\n")
    }
    return (["## \(closing[0])", "A parameter with a question mark may be left out."] + entries)
      .joined(separator: "\n\n")
  }

  private static var languageHeadings: [String] {
    LanguageFunctions.all.compactMap { $0 as? NativeFunction }.map(heading)
  }

  private static func heading(of function: NativeFunction) -> String {
    function.name + (Library.has(function.name) ? " of numbers" : "")
  }

  // MARK: Types

  private static var types: String {
    let entries = Library.valueTypes.map { type -> String in
      var parts = ["### \(type.name)"]
      if !type.properties.isEmpty {
        parts.append(
          table(
            ["Property", "Type", "Meaning"],
            type.properties.map { ["`.\($0.name)`", "`\($0.type)`", escaped($0.summary)] }))
      }
      if !type.methods.isEmpty {
        let links = type.methods.map { "[\($0)](#\(place(of: $0)))" }
        parts.append("Functions that take it first: \(links.joined(separator: ", ")).")
      }
      return parts.joined(separator: "\n\n")
    }
    return (["## \(closing[1])", "What the library's values have behind a dot."] + entries)
      .joined(separator: "\n\n")
  }

  private static var own: String {
    let entries = OwnMembers.all.map { type, members in
      "### \(type)\n\n"
        + table(
          ["Member", "Meaning"], members.map { ["`.\($0.signature)`", escaped($0.summary)] })
    }
    let note = """
      What the language's own values have behind a dot. A range, a string and a dictionary also have
      the methods of a list that change nothing: they are called on the list of their elements.
      """
    return (["## \(closing[2])", note] + entries).joined(separator: "\n\n")
  }

  private static var choices: String {
    let rows = Library.choices.map { type, names in
      ["`\(type)`", names.map { "`.\($0)`" }.joined(separator: ", ")]
    }
    return "## \(closing[3])\n\n" + table(["Type", "Choices"], rows)
  }

  private static func table(_ head: [String], _ rows: [[String]]) -> String {
    let lines = [head, head.map { _ in "---" }] + rows
    return lines.map { "| \($0.joined(separator: " | ")) |" }.joined(separator: "\n")
  }

  /// Text in which no character means something to Markdown.
  private static func escaped(_ text: String) -> String {
    text.replacing("|", with: "\\|").replacing("*", with: "\\*").replacing("<", with: "\\<")
  }
}

extension Library {
  /// Whether the library has a function of the name, too.
  fileprivate static func has(_ name: String) -> Bool { all.contains { $0.name == name } }
}
