import Foundation
import Tensors
import Testing

@testable import Datasets

@Suite struct CSVTests {
  private func table(_ text: String, header: Bool = true, separator: String = ",") throws -> Table {
    try Table.parse(csv: Array(text.utf8), name: "t", separator: separator, header: header)
  }

  private func reason(_ text: String, line: Int, _ reason: String) {
    #expect(throws: DatasetError.badCSV(file: "t", line: line, reason: reason)) {
      try table(text)
    }
  }

  @Test(arguments: ["\n", "\r\n", "\r"]) func readsEveryLineEnd(end: String) throws {
    let lines = ["a,b,c", "1,x,2.5", "-2e1,\"y\",.5", ""]
    let found = try table(lines.joined(separator: end))
    #expect(found.names == ["a", "b", "c"] && found.count == 2)
    #expect(found.columns == [.numbers([1, -20]), .texts(["x", "y"]), .numbers([2.5, 0.5])])
    #expect(try table(lines.dropLast().joined(separator: end)) == found)
  }

  @Test func quotesHoldAnything() throws {
    let found = try table("a,b\n\"x, \"\"y\"\"\r\nz\",1\n\"\",2\n\"\"\"\"\"\"\"\",3\n")
    #expect(found.columns[0] == .texts(["x, \"y\"\r\nz", "", "\"\"\""]))
    #expect(found.columns[1] == .numbers([1, 2, 3]))
  }

  @Test func leavesOutWhatIsNoField() throws {
    let plain = try table("a,b\n1,2\n")
    #expect(try table("\u{FEFF}a,b\n1,2\n") == plain)
    #expect(try table("\n\r\na,b\n\n\n1,2\n\n") == plain)
    #expect(try table(" a , b\n 1,\t2 \n") == plain)
    #expect(try table("\"a\",\"b\"\n\"1\",\"2\"") == plain)
    #expect(try table("a;b\n1;2", separator: ";") == plain)
    #expect(try table("a\tb\n1\t2", separator: "\t") == plain)
  }

  @Test func withoutHeaderColumnsHaveNumbers() throws {
    let found = try table("1,x\n2,y", header: false)
    #expect(found.names == ["0", "1"] && found.count == 2)
    #expect(try table("a,b").count == 0)
  }

  @Test func missingNumbersAreNaN() throws {
    let found = try table("a,b\n1,\nNA,2\n,?\n4,5\n")
    let x = try found.tensor().reals()
    #expect(x[0] == 1 && x[1].isNaN && x[2].isNaN && x[3] == 2 && x[4].isNaN && x[5].isNaN)
    #expect(try found.droppingMissing().tensor().reals() == [4, 5])
    // A last field that is empty is a field.
    #expect(try table("a,b\n1,").count == 1)
    // What no number was ever in is text.
    #expect(try table("a,b\n1,\n2,").columns[1] == .texts(["", ""]))
  }

  @Test(arguments: ["0x10", "inf", "1e999", "1_000", "1 2", "--1", "1.5.", "e5", "٣"])
  func whatIsNoNumberIsText(word: String) throws {
    #expect(try table("a\n1\n\(word)").columns[0] == .texts(["1", word]))
  }

  @Test func saysWhatIsWrongAndWhere() {
    reason("a,b\n1,2\n3\n", line: 3, "the row has 1 field, the first has 2")
    reason("a,b\n\"x\ny\",2\n1,2,3", line: 4, "the row has 3 fields, the first has 2")
    reason("a,b\n1,\"2", line: 2, "a quote that opens here is not closed")
    reason("a,b\n1,\"2\"x\n", line: 2, "something stands behind a closing quote")
    reason("a,b\n1,2\"\n", line: 2, "a quote stands within a field that does not begin with one")
    reason("a,a\n1,2", line: 1, "two columns are called 'a'")
    reason("", line: 1, "there is no row")
    reason("\n\n", line: 1, "there is no row")
    reason("a\n\0\n", line: 2, "it is no text")
    for bytes: [UInt8] in [[0xFF, 0xFE, 0x61, 0], [0xFE, 0xFF, 0, 0x61]] {
      #expect(throws: DatasetError.self) { try Table.parse(csv: bytes, name: "t") }
    }
    #expect(throws: DatasetError.badCSV(file: "t", line: 2, reason: "a field is not UTF-8")) {
      try Table.parse(csv: [0x61, 0x0A, 0xC3, 0x28], name: "t")
    }
    #expect(throws: DatasetError.self) {
      try table(String(repeating: ",", count: CSVReader.mostColumns))
    }
    for separator in ["", ",,", "\"", "\n", "é"] {
      #expect(throws: DatasetError.badSeparator(separator)) { try table("a", separator: separator) }
    }
  }

  /// Whatever the fields hold, writing by the rules and reading gives them back.
  @Test func readsWhatTheRulesWrite() throws {
    var generator = HashGenerator(seed: 5)
    let pieces = ["a", "\"", ",", "\n", "\r\n", " ", "é", "1", "", ";"]
    for _ in 0..<60 {
      let (width, height) = (1 + Int(generator.below(4)), 1 + Int(generator.below(5)))
      let cells = (0..<width * height).map { _ in
        "t" + (0..<generator.below(5)).map { _ in pieces[Int(generator.below(10))] }.joined()
      }
      let text = (0..<height).map { row in
        cells[row * width..<(row + 1) * width]
          .map { "\"" + $0.replacingOccurrences(of: "\"", with: "\"\"") + "\"" }
          .joined(separator: ",")
      }.joined(separator: "\n")
      let found = try table(text, header: false)
      for column in 0..<width {
        let wanted = stride(from: column, to: cells.count, by: width).map { cells[$0] }
        #expect(found.columns[column] == .texts(wanted))
      }
    }
  }

  /// No beginning of a file and no flipped byte ends in anything but a table or an error.
  @Test func survivesDamage() throws {
    let bytes = Array("a,b\n\"x\"\"y\",2\r\n\"z\nz\",é\n".utf8)
    for end in bytes.indices { _ = try? Table.parse(csv: Array(bytes[..<end]), name: "t") }
    for index in bytes.indices {
      for bit in 0..<8 {
        var damaged = bytes
        damaged[index] ^= 1 << bit
        _ = try? Table.parse(csv: damaged, name: "t")
      }
    }
  }

  @Test func aTableBecomesADataset() throws {
    let found = try table("x,kind,y\n1,b,2\n3,a,4\n5,b,6\n")
    let data = try found.dataset(label: "kind")
    #expect(data.classNames == ["a", "b"] && data.labels == [1, 0, 1])
    #expect(try data.samples().reals() == [1, 2, 3, 4, 5, 6])
    let numbered = try found.select(["y", "x"]).dataset(label: "x")
    #expect(numbered.classNames == ["1", "3", "5"] && numbered.labels == [0, 1, 2])
  }

  @Test func refusesWhatIsNoDataset() throws {
    let found = try table("x,kind,y\n1,b,\n3,a,4\n")
    #expect(throws: DatasetError.missingNumber(row: 0, column: "y", table: "t")) {
      try found.dataset(label: "kind")
    }
    #expect(throws: DatasetError.missingNumber(row: 0, column: "y", table: "t")) {
      try found.dataset(label: "y")
    }
    #expect(throws: DatasetError.columnOfTexts("kind", table: "t")) {
      try found.dataset(label: "x")
    }
    #expect(throws: DatasetError.columnOfTexts("kind", table: "t")) { try found.tensor() }
    #expect(throws: DatasetError.noSuchColumn("z", table: "t", names: ["x", "kind", "y"])) {
      try found.dataset(label: "z")
    }
    #expect(throws: DatasetError.columnTwice("x")) { try found.select(["x", "x"]) }
    #expect(throws: DatasetError.noFeatures(table: "t", label: "x")) {
      try found.select(["x"]).dataset(label: "x")
    }
    let many = try table("x,y\n" + (0..<300).map { "\($0),1" }.joined(separator: "\n"))
    #expect(throws: DatasetError.badClassCount(300)) { try many.dataset(label: "x") }
    #expect(throws: DatasetError.badClassCount(0)) { try table("x,y").dataset(label: "x") }
  }

  @Test func readsFiles() throws {
    let folder = try TemporaryFolder()
    try Files.write(Array("a,b\n1,2".utf8), to: folder.path("t.csv"))
    #expect(try Table.read(csv: folder.path("t.csv")).count == 1)
    #expect(throws: DatasetError.missing(file: folder.path("u.csv"))) {
      try Table.read(csv: folder.path("u.csv"))
    }
    #expect(throws: DatasetError.self) { try Table.read(csv: folder.path("")) }
  }
}

/// A folder that is gone with its last user.
final class TemporaryFolder {
  private let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "notch-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String) -> String { url.path + "/" + name }
}
