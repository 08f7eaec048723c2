import Foundation
import Language
import Sessions
import Testing

@testable import Exporters

@Suite struct ReferenceTests {
  /// `make reference` writes it.
  @Test func thePageInTheRepositoryIsFresh() throws {
    let file = repository.appending(path: "Docs/reference.md")
    let text = try String(contentsOf: file, encoding: .utf8)
    #expect(text == ReferencePage.text, "run make reference")
  }

  /// Every function and type is a heading, and every link leads to one.
  @Test func linksLeadToHeadings() {
    var used: [String: Int] = [:]
    var anchors: Set<String> = []
    var isCode = false
    for line in ReferencePage.text.split(separator: "\n") {
      if line.hasPrefix("```") { isCode.toggle() }
      guard !isCode, line.hasPrefix("#") else { continue }
      let plain = ReferencePage.anchor(String(line.drop { $0 == "#" }.dropFirst()))
      anchors.insert(used[plain].map { "\(plain)-\($0)" } ?? plain)
      used[plain, default: 0] += 1
    }
    let links = ReferencePage.text.matches(of: /\]\(#([^)]*)\)/).map { String($0.1) }
    #expect(links.count > 200)
    for link in links { #expect(anchors.contains(link), "\(link)") }
    for builtin in Library.all {
      #expect(anchors.contains(ReferencePage.anchor(builtin.name)), "\(builtin.name)")
    }
  }
}
