import Foundation
import Notebooks
import Testing

@testable import Exporters

/// Where the repository is.
let repository = URL(filePath: #filePath)
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

/// The tutorials of the repository.
func tutorials() throws -> [CellFile] {
  let folder = repository.appending(path: "notebooks").path
  return try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    .filter { $0.hasSuffix(".notch") }.map { try StoredCellFile(path: "\(folder)/\($0)").file }
}

/// A lesson with one of everything.
let everything = """
  #!/usr/bin/env notch
  // ---
  // title: One of everything
  // authors: Ada, Grace & Co
  // seed: 42
  // ---
  // %% [markdown]
  // # One of everything
  // Text with `code`, $x^2$ and <b>signs</b>.
  // ## Part one
  // %% [parameters]
  let bits = 4
  // %% A tensor id=w tags="a, b"
  let w = randn(3, 4)
  print("a & b <c>")
  w.shape
  //> a & b <c>
  //> [3, 4]
  // %% It fails   check=error
  w @ w
  //! cannot multiply [3, 4] by [3, 4]; the inner sizes 4 and 3 differ
  //! help: transpose one of them
  // %% [markdown]
  // ## Your turn
  // %% Two bits [exercise]
  let q = w
  // %% [hint]
  // Look at `help(quantize)`.
  // %% [markdown]
  // Between hint and solution.
  // %% [solution]
  let q = quantize(w, bits: 2)
  q.bits
  //> 2
  // %% [check]
  expect(q.bits == 2, "q has 2 bits")
  // %% [markdown]
  // ## The end
  // %% A number
  uniform(2)

  """

/// Tags of HTML that stand alone.
private let void: Set<String> = ["meta", "link", "br", "hr", "img", "!DOCTYPE", "!doctype"]

/// What is wrong with the nesting of a page: an end without a beginning, or the other way round.
///
/// The pages close every element that is not void, so the rule of XML is enough.
func nestingFault(in html: String) -> String? {
  // By bytes: a combining mark behind a `>` would make one character with it.
  let bytes = Array(html.utf8)
  var open: [String] = []
  var place = 0
  while let start = bytes[place...].firstIndex(of: UInt8(ascii: "<")) {
    guard let end = bytes[start...].firstIndex(of: UInt8(ascii: ">")) else { return "an open tag" }
    let tag = String(decoding: bytes[(start + 1)..<end], as: UTF8.self)
    place = end + 1
    let isEnd = tag.hasPrefix("/")
    let name = String(
      (isEnd ? tag.dropFirst() : tag[...]).prefix { $0 != " " && $0 != "/" && $0 != "\n" })
    if name.isEmpty { return "a '<' that is no tag: \(tag.prefix(30))" }
    if void.contains(name) || tag.hasSuffix("/") { continue }
    if name == "style", !isEnd {
      // A style sheet holds no tags.
      guard let close = bytes[place...].firstRange(of: Array("</style>".utf8)) else {
        return "an open style sheet"
      }
      place = close.upperBound
    } else if !isEnd {
      open.append(name)
    } else if open.popLast() != name {
      return "</\(name)> closes what is not open"
    }
  }
  return open.isEmpty ? nil : "<\(open.joined(separator: "> <"))> is not closed"
}

/// The values of an attribute in a page.
func values(of attribute: String, in html: String) -> [String] {
  html.components(separatedBy: " \(attribute)=\"").dropFirst().map {
    String($0.prefix { $0 != "\"" })
  }
}
