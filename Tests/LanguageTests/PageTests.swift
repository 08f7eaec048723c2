import Foundation
import Testing

/// Every example of the language's page is run: what stands behind `//>` is what it shows.
@Suite struct PageTests {
  static let examples: [(line: Int, code: String)] = {
    let url = CorpusTests.folder.deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Docs/language.md")
    let lines = (try? String(contentsOf: url, encoding: .utf8))?.components(separatedBy: "\n") ?? []
    var result: [(line: Int, code: String)] = []
    var code: [String]?
    for (number, line) in lines.enumerated() {
      if line == "```swift" {
        code = []
      } else if line == "```", let block = code {
        result.append((number + 1 - block.count, block.joined(separator: "\n")))
        code = nil
      } else {
        code?.append(line)
      }
    }
    return result
  }()

  @Test func thePageHasExamples() { #expect(Self.examples.count >= 15) }

  @Test(arguments: examples.indices) func showsWhatItSays(_ index: Int) {
    let (line, code) = Self.examples[index]
    let lines = code.components(separatedBy: "\n")
    let program = lines.filter { !$0.hasPrefix("//>") && !$0.hasPrefix("//!") }
    let result = outcome(of: program.joined(separator: "\n"))
    let expected = lines.filter { $0.hasPrefix("//> ") }.map { String($0.dropFirst(4)) }
    let errors = lines.filter { $0.hasPrefix("//! ") }.map { String($0.dropFirst(4)) }
    var shown = result.output.components(separatedBy: "\n")
    if shown.last?.isEmpty == true { shown.removeLast() }
    #expect(shown == expected, "line \(line)")
    let first = result.errors.components(separatedBy: "\n").first ?? ""
    #expect(first == (errors.first ?? ""), "line \(line): \(result.errors)")
  }
}
