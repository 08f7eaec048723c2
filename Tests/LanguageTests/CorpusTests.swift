import Foundation
import Language
import Testing

/// Programs with their expected output and errors, a file a case.
///
/// `//> ` lines hold what the program prints and its last value, `//! ` lines its rendered errors.
/// With NOTCH_RECORD=1 in the environment the lines are written anew instead of compared.
@Suite struct CorpusTests {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Corpus")

  static var cases: [String] {
    let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    let urls = (files?.allObjects ?? []).compactMap { $0 as? URL }
    return urls.filter { $0.pathExtension == "notch" }
      .map { $0.pathComponents.suffix(2).joined(separator: "/") }.sorted()
  }

  @Test func corpusIsLarge() {
    let errors = Self.cases.filter { name in
      let text = try? String(contentsOf: Self.folder.appending(path: name), encoding: .utf8)
      return text?.contains("\n//! ") ?? false
    }
    #expect(Self.cases.count >= 300)
    #expect(errors.count * 3 >= Self.cases.count)
  }

  @Test(arguments: cases) func runsAsWritten(_ name: String) throws {
    let url = Self.folder.appending(path: name)
    let lines = try String(contentsOf: url, encoding: .utf8).components(separatedBy: "\n")
    let isExpectation = { (line: String) in line.hasPrefix("//> ") || line.hasPrefix("//! ") }
    var program = lines.filter { !isExpectation($0) && $0 != "//>" && $0 != "//!" }
    while program.last?.isEmpty == true { program.removeLast() }
    let source = program.joined(separator: "\n") + "\n"
    let outcome = outcome(of: source, named: name)
    let actual = marked(outcome.output, "//>") + marked(outcome.errors, "//!")
    if ProcessInfo.processInfo.environment["NOTCH_RECORD"] == "1" {
      let text = source + actual.map { $0 + "\n" }.joined()
      try text.write(to: url, atomically: true, encoding: .utf8)
      return
    }
    let expected = lines.filter { isExpectation($0) || $0 == "//>" || $0 == "//!" }
    #expect(actual == expected)
  }

  private func marked(_ text: String, _ sign: String) -> [String] {
    guard !text.isEmpty else { return [] }
    var lines = text.components(separatedBy: "\n")
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines.map { $0.isEmpty ? sign : "\(sign) \($0)" }
  }
}
