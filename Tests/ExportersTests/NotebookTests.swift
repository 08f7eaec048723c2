import Foundation
import Notebooks
import Sessions
import TestRandom
import Testing

@testable import Exporters

@Suite struct NotebookTests {
  private func json(_ file: CellFile) throws -> JSON {
    try JSONReader.value(of: Array(NotebookExporter().text(of: Lesson(file)).utf8))
  }

  private func imported(_ text: String) throws -> (file: CellFile, warnings: [String]) {
    let (file, warnings) = try NotebookImporter().file(from: Array(text.utf8))
    return (file, warnings.map(\.description))
  }

  /// Everything about a cell but its place in the text.
  private struct Facts: Equatable, CustomStringConvertible {
    var kind: Cell.Kind
    var title: String
    var attributes: [Cell.Attribute]
    var text: String
    var recorded: [RecordedLine]
    var stream: UInt64

    init(_ cell: Cell, in file: CellFile) {
      kind = cell.kind
      title = cell.title
      attributes = cell.attributes.filter { $0.key != "title" }
      text = cell.kind.isProse ? file.prose(of: cell) : file.code(of: cell)
      recorded = file.recorded(of: cell).map { RecordedLine($0.kind, $0.text) }
      stream = cell.stream
    }

    var description: String { "\(kind) \(title) \(attributes) \(text) \(recorded)" }
  }

  private func facts(_ file: CellFile) -> [Facts] { file.cells.map { Facts($0, in: file) } }

  @Test func aRoundTripKeepsEveryCell() throws {
    for file in try tutorials() + [CellFile(everything)] {
      let text = NotebookExporter().text(of: Lesson(file))
      let (back, warnings) = try NotebookImporter().file(from: Array(text.utf8))
      #expect(warnings.isEmpty)
      #expect(facts(back) == facts(file))
      #expect(back.frontMatter.entries.map(\.key) == file.frontMatter.entries.map(\.key))
      #expect(back.frontMatter.entries.map(\.value) == file.frontMatter.entries.map(\.value))
      #expect(NotebookExporter().text(of: Lesson(back)) == text)
    }
  }

  @Test func aRoundTripKeepsRandomFiles() throws {
    var random = TestRandom(seed: 4)
    let words = ["a", "b c", "[x]", "k=v", "\"q\"", "é", "\\", "=", "t=\"u v\"", "%%", "//"]
    func text(_ count: Int, _ separator: String) -> String {
      (0..<Int.random(in: 0...count, using: &random)).map { _ in random.pick(words) }
        .joined(separator: separator)
    }
    for _ in 0..<1500 {
      var writer = CellFileWriter(
        settings: random.chance(50) ? [("title", "T " + text(2, " ")), ("seed", "7")] : [])
      for number in 0..<Int.random(in: 1...5, using: &random) {
        let kind = random.pick(Cell.Kind.allCases)
        var attributes: [Cell.Attribute] = []
        if random.chance(30) { attributes.append(.init(key: "id", value: "c.\(number)")) }
        if random.chance(30) { attributes.append(.init(key: "tags", value: text(3, ", "))) }
        if random.chance(30) { attributes.append(.init(key: "other", value: text(3, " "))) }
        if random.chance(20) { attributes.append(.init(key: "check", value: "error")) }
        if kind.isProse {
          writer.prose("p" + text(4, "\n"), title: text(3, " "), kind: kind, attributes: attributes)
        } else {
          writer.code(
            "x" + text(4, "\n"), title: text(3, " "), kind: kind, attributes: attributes,
            recording: (0..<Int.random(in: 0...3, using: &random)).map { _ in
              RecordedLine(.output, text(2, " "))
            } + (random.chance(20) ? [RecordedLine(.error, "e")] : []))
        }
      }
      let file = try writer.file()
      let exported = NotebookExporter().text(of: Lesson(file))
      let (back, _) = try NotebookImporter().file(from: Array(exported.utf8))
      #expect(facts(back) == facts(file), "\(file.text)")
    }
  }

  /// The rules of nbformat's schema for version 4.5; `make check-ipynb` asks nbformat itself.
  @Test func keepsToTheSchema() throws {
    for file in try tutorials() + [CellFile(everything)] {
      let notebook = try json(file)
      #expect(notebook["nbformat"] == .integer(4) && notebook["nbformat_minor"] == .integer(5))
      #expect(notebook["metadata"]?["language_info"]?["name"] == .string("notch"))
      var ids: Set<String> = []
      for cell in try #require(notebook["cells"]?.array) {
        let id = try #require(cell["id"]?.string)
        #expect(ids.insert(id).inserted)
        #expect((1...64).contains(id.utf8.count))
        #expect(
          id.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") })
        let names = Set(try #require(cell.members).map(\.name))
        switch cell["cell_type"]?.string {
        case "markdown": #expect(names == ["cell_type", "id", "metadata", "source"])
        case "code":
          #expect(
            names == ["cell_type", "execution_count", "id", "metadata", "outputs", "source"])
        default: Issue.record("a cell of another type")
        }
        for output in cell["outputs"]?.array ?? [] {
          let names = Set(try #require(output.members).map(\.name))
          switch output["output_type"]?.string {
          case "stream": #expect(names == ["output_type", "name", "text"])
          case "error": #expect(names == ["output_type", "ename", "evalue", "traceback"])
          case "execute_result":
            #expect(names == ["output_type", "data", "execution_count", "metadata"])
          default: Issue.record("an output of another type")
          }
        }
        for tag in cell["metadata"]?["tags"]?.array ?? [] {
          #expect(tag.string.map { !$0.isEmpty && !$0.contains(",") } == true)
        }
      }
    }
  }

  @Test func marksWhatJupyterKnows() throws {
    let cells = try #require(try json(CellFile(everything))["cells"]?.array)
    #expect(cells[1]["metadata"]?["tags"] == .array([.string("parameters")]))
    #expect(cells[2]["id"] == .string("w"))
    #expect(cells[2]["metadata"]?["tags"] == .array([.string("a"), .string("b")]))
    #expect(cells[3]["metadata"]?["tags"] == .array([.string("raises-exception")]))
    #expect(cells[3]["outputs"]?.array?.first?["output_type"] == .string("error"))
  }

  @Test func aRunTellsWhatWasPrintedFromWhatIsAResult() throws {
    let file = try CellFile("// %%\nprint(1)\nprint(2)\n3\n")
    let lesson = try Lesson(running: file, with: Session())
    #expect(lesson.shown(by: file.cells[0]) == [.init(.printed, "1\n2"), .init(.result, "3")])
    let text = NotebookExporter().text(of: lesson)
    let cell = try JSONReader.value(of: Array(text.utf8))["cells"]?.array?.first
    #expect(
      cell?["outputs"]?.array?.map { $0["output_type"] }
        == [.string("stream"), .string("execute_result")])
    #expect(cell?["execution_count"] == .integer(1))
    // What was run is recorded when it comes back.
    let (back, _) = try NotebookImporter().file(from: Array(text.utf8))
    #expect(back.recorded(of: back.cells[0]).map(\.text) == ["1", "2", "3"])
  }

  @Test func aRunKnowsWhatFailed() throws {
    let file = try CellFile("// %%\n1 / 0\n// %%\n2\n")
    let lesson = try Lesson(running: file, with: Session())
    #expect(lesson.failures.map(\.cell.number) == [1])
    #expect(lesson.shown(by: file.cells[0]).map(\.kind) == [.error])
  }

  // MARK: Importing

  private func notebook(_ cells: String, metadata: String = "{}") -> String {
    #"{"nbformat": 4, "nbformat_minor": 5, "metadata": \#(metadata), "cells": [\#(cells)]}"#
  }

  @Test func importsCodeProseAndOutputs() throws {
    let (file, warnings) = try imported(
      notebook(
        #"""
        {"cell_type": "markdown", "metadata": {}, "source": ["# T\n", "%% not a cell"]},
        {"cell_type": "code", "metadata": {}, "source": "let a = 1\na", "execution_count": 1,
         "outputs": [{"output_type": "stream", "name": "stdout", "text": ["x\n", "y\n"]},
          {"output_type": "execute_result", "data": {"text/plain": "1"}, "metadata": {}},
          {"output_type": "display_data", "data": {"image/png": "iVBO"}, "metadata": {}},
          {"output_type": "error", "ename": "E", "evalue": "bad", "traceback": []}]}
        """#))
    #expect(file.cells.map(\.kind) == [.markdown, .code])
    #expect(file.prose(of: file.cells[0]) == "# T\n\\%% not a cell")
    #expect(
      file.recorded(of: file.cells[1])
        == [.init(.output, "x"), .init(.output, "y"), .init(.output, "1"), .init(.error, "E: bad")])
    #expect(warnings == ["cell 2: an output without text is left out: image/png"])
  }

  @Test func otherLanguagesBecomeProse() throws {
    let code =
      #"{"cell_type": "code", "metadata": {}, "source": "import numpy\n```", "outputs": []}"#
    let (file, warnings) = try imported(
      notebook(code + "," + code, metadata: #"{"kernelspec": {"language": "Python"}}"#))
    #expect(file.cells.map(\.kind) == [.markdown, .markdown])
    #expect(file.prose(of: file.cells[0]) == "````python\nimport numpy\n```\n````")
    #expect(warnings == ["2 cells of code are in python and kept as prose"])
    // Without a word about the language, our own parser decides.
    let plain = #"{"cell_type": "code", "metadata": {}, "source": "let a = 1", "outputs": []}"#
    let magic = #"{"cell_type": "code", "metadata": {}, "source": "%%bash\nls", "outputs": []}"#
    let mixed = try imported(notebook([code, plain, magic].joined(separator: ",")))
    #expect(mixed.file.cells.map(\.kind) == [.markdown, .code, .markdown])
    #expect(
      mixed.warnings == [
        "1 cell of code is not in this language and kept as prose",
        "1 cell of code is in bash and kept as prose",
      ])
  }

  @Test func warnsOfWhatIsLost() throws {
    let (file, warnings) = try imported(
      notebook(
        #"""
        {"cell_type": "raw", "metadata": {}, "source": "r"},
        {"cell_type": "markdown", "metadata": {}, "source": "![](attachment:p.png)",
         "attachments": {"p.png": {"image/png": "iVBO"}}},
        {"cell_type": "heading", "source": "old"},
        {"cell_type": "code", "source": "1", "metadata": {"notch": {"kind": "code",
          "attributes": [["id", "a"], ["id", "b"], ["bad key", "x"], 3]}}},
        {"cell_type": "code", "source": "2", "metadata": {"notch": {"attributes": [["id", "a"]]}}}
        """#))
    #expect(file.cells.count == 5)
    #expect(file.cells.map(\.id) == [nil, nil, nil, "a", nil])
    #expect(
      warnings == [
        "cell 1: a raw cell is kept as prose", "cell 2: its attachments are left out: p.png",
        "cell 3: a cell of the unknown type 'heading' is kept as prose",
        "cell 4: an attribute that is no name and text is left out",
        "cell 4: an attribute that is no name and text is left out",
        "cell 4: an attribute that is no name and text is left out",
        "cell 5: the id 'a' is already taken and left out",
      ])
  }

  @Test(arguments: [
    ("", "line 1, column 1: the text ends where a value should stand"),
    ("[]", "the notebook should be an object, not a list"),
    ("{}", "'nbformat' should be the number 4, not missing"),
    (
      #"{"nbformat": 3}"#,
      "only notebooks of format 4 can be read, not 3; open it in Jupyter and save it again"
    ),
    (#"{"nbformat": 4}"#, "'cells' should be a list, not missing"),
    (#"{"nbformat": 4, "cells": [3]}"#, "cell 1 should be an object, not a number"),
    (
      #"{"nbformat": 4, "cells": [{"source": ""}]}"#,
      "'cell_type' of cell 1 should be a string, not missing"
    ),
    (
      #"{"nbformat": 4, "cells": [{"cell_type": "code"}]}"#,
      "'source' of cell 1 should be a text, not missing"
    ),
    (
      #"{"nbformat": 4, "cells": [{"cell_type": "code", "source": [1]}]}"#,
      "each line of 'source' of cell 1 should be a string, not a number"
    ),
    (
      #"{"nbformat": 4, "cells": [], "metadata": {"notch": {"settings": [["seed", "x"]]}}}"#,
      "its cells make no cell file: seed must be a whole number from 0 to 2^64 - 1, not x"
    ),
  ])
  func badNotebooks(text: String, message: String) {
    #expect {
      try NotebookImporter().file(from: Array(text.utf8))
    } throws: { "\($0)" == message }
  }

  /// Notebooks with bytes changed, taken out and put in: an error or a cell file, never a crash.
  @Test func bearsMutatedNotebooks() throws {
    let original = Array(NotebookExporter().text(of: Lesson(try CellFile(everything))).utf8)
    var random = TestRandom(seed: 6)
    let pieces = ["\"", "{", "}", "[", "]", ",", ":", "\\u", "\\", "null", "-1e", "\u{FFFD}", "3"]
    var read = 0
    for _ in 0..<2500 {
      var bytes = original
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0...3, using: &random) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.removeSubrange(place..<min(bytes.count, place + 9))
        case 2: bytes.insert(contentsOf: random.pick(pieces).utf8, at: place)
        default: bytes.removeSubrange(place...)
        }
        if bytes.isEmpty { bytes = [0x20] }
      }
      do {
        let (file, _) = try NotebookImporter().file(from: bytes)
        #expect(try CellFile(file.bytes).cells.count == file.cells.count)
        read += 1
      } catch {
        #expect(!"\(error)".isEmpty)
      }
    }
    #expect(read > 100)
  }
}
