import TestRandom
import Testing

@testable import Notebooks

@Suite struct RoundTripTests {
  /// A random text out of the pieces that the format knows, in any order.
  static func randomText(_ random: inout TestRandom) -> [UInt8] {
    let pieces = [
      "// %% A", "// %%", "//%% B id=q", "// %% [markdown]", "// %% [exercise] check=number",
      "// %% [hint]", "// %% [solution]", "// %% [check]", "// %% [parameters]", "let a = 1",
      "  print(\"é\") ", "// a comment", "//> 1.5", "//>", "//>  two", "//! bad", "//! ", "", "  ",
      "\t", "// # Prose", "//", "// ---", "// seed: 3", "x\ry", "// %%%", "//  %%\ttitle\t",
    ]
    var bytes: [UInt8] = []
    if random.chance(10) { bytes += [0xEF, 0xBB, 0xBF] }
    if random.chance(20) { bytes += "#!/usr/bin/env notch\n".utf8 }
    if random.chance(30) { bytes += "// ---\n// title: T\n\n// ---\r\n".utf8 }
    let endings = random.chance(50) ? ["\n"] : ["\n", "\r\n", "\r\n", "\r\r\n"]
    for _ in 0..<Int.random(in: 0...14, using: &random) {
      bytes += random.pick(pieces).utf8
      bytes += random.pick(endings).utf8
    }
    if random.chance(50) { bytes += random.pick(pieces).utf8 }
    return bytes
  }

  @Test func whatIsAcceptedIsWrittenAsItWas() {
    var random = TestRandom(seed: 1)
    var accepted = 0
    for _ in 0..<20_000 {
      let bytes = Self.randomText(&random)
      guard let file = try? CellFile(bytes) else { continue }
      accepted += 1
      #expect(file.bytes == bytes)
      // The spans tile the file: every line belongs to one thing at most, in order.
      var line = 0
      for cell in file.cells {
        #expect(cell.body.lowerBound >= line)
        #expect(cell.recording.lowerBound >= cell.body.upperBound)
        line = cell.recording.upperBound
      }
      #expect(line <= file.lines.count)
    }
    #expect(accepted > 2000)
  }

  @Test func recordingChangesOutputLinesOnly() throws {
    var random = TestRandom(seed: 2)
    var recorded = 0
    for _ in 0..<20_000 {
      let bytes = Self.randomText(&random)
      guard let file = try? CellFile(bytes), !file.cells.isEmpty else { continue }
      var outputs: [Int: [RecordedLine]] = [:]
      for cell in file.cells where random.chance(60) {
        outputs[cell.number] = (0..<Int.random(in: 0...3, using: &random)).map { _ in
          RecordedLine(
            random.chance(80) ? .output : .error, random.pick(["", "a", "  1.5", "// %%"]))
        }
      }
      let new = try file.recording(outputs)
      recorded += 1
      #expect(new.cells.count == file.cells.count)
      for (old, cell) in zip(file.cells, new.cells) {
        #expect(new.code(of: cell) == file.code(of: old))
        #expect(new.prose(of: cell) == file.prose(of: old))
        #expect(cell.title == old.title)
        let wanted = cell.kind.isProse || cell.isEmpty ? nil : outputs[cell.number]
        #expect(
          new.recorded(of: cell).map(\.written)
            == (wanted ?? file.recorded(of: old)).map(\.written))
      }
      // Recording the same again changes nothing, and taking all recordings out of both leaves
      // the same lines.
      #expect(try new.recording(outputs).bytes == new.bytes)
      #expect(Self.othersThanRecorded(new.bytes) == Self.othersThanRecorded(bytes))
    }
    #expect(recorded > 1500)
  }

  /// The text without the lines `//>` and `//!` that stand outside prose, and without a line end
  /// at the very end, which a recording may need; found by an own reading of the format.
  static func othersThanRecorded(_ bytes: [UInt8]) -> [String] {
    var lines: [String] = []
    var isProse = false
    var isFirst = true
    for part in bytes.split(separator: 10, omittingEmptySubsequences: false) {
      var line = String(decoding: part, as: UTF8.self)
      if isFirst, line.unicodeScalars.first == "\u{FEFF}" { line.unicodeScalars.removeFirst() }
      isFirst = false
      if NaiveSplitter.isHeader(line) {
        isProse = line.contains("[markdown]") || line.contains("[hint]")
      }
      let isRecorded = line.hasPrefix("//>") || line.hasPrefix("//!")
      if isProse || !isRecorded { lines.append(line) }
    }
    while let last = lines.last, last.unicodeScalars.allSatisfy({ $0 == "\r" }) {
      lines.removeLast()
    }
    if let last = lines.popLast() {
      var scalars = last.unicodeScalars
      while scalars.last == "\r" { scalars.removeLast() }
      lines.append(String(scalars))
    }
    return lines
  }

  @Test func agreesWithANaiveSplitter() {
    var random = TestRandom(seed: 3)
    for _ in 0..<10_000 {
      let bytes = Self.randomText(&random)
      guard let file = try? CellFile(bytes) else { continue }
      let naive = NaiveSplitter.cells(String(decoding: bytes, as: UTF8.self))
      #expect(file.cells.count == naive.count)
      for (cell, other) in zip(file.cells, naive) {
        let text = cell.kind.isProse ? file.prose(of: cell) : file.code(of: cell)
        #expect(text == other.text)
        #expect(file.recorded(of: cell).map(\.text) == other.recorded)
      }
    }
  }
}

/// A second reading of the format, written for clarity over characters and for tests only.
enum NaiveSplitter {
  struct Found {
    var text: String
    var recorded: [String]
  }

  static func isHeader(_ line: String) -> Bool {
    guard line.hasPrefix("//") else { return false }
    let rest = line.dropFirst(2).drop { " \t\r".contains($0) }
    guard rest.hasPrefix("%%") else { return false }
    return rest.count == 2 || " \t\r".contains(rest.dropFirst(2).first ?? "x")
  }

  static func isBlank(_ line: String) -> Bool {
    line.unicodeScalars.allSatisfy { " \t\r".unicodeScalars.contains($0) }
  }

  static func cells(_ text: String) -> [Found] {
    var lines: [String] = []
    var scalars = Array(text.unicodeScalars)
    if scalars.first == "\u{FEFF}" { scalars.removeFirst() }
    for part in scalars.split(separator: "\n", omittingEmptySubsequences: false) {
      // A \r before the \n is part of the line end, but not one at the end of the file.
      var line = String(String.UnicodeScalarView(part))
      let isLast = part.endIndex == scalars.endIndex
      if !isLast, part.last == "\r" { line = String(String.UnicodeScalarView(part.dropLast())) }
      lines.append(line)
    }
    if lines.first?.hasPrefix("#!") == true { lines.removeFirst() }
    if let first = lines.firstIndex(where: { !isBlank($0) }), lines[first].hasPrefix("//"),
      String(lines[first].dropFirst(2)).split(whereSeparator: \.isWhitespace) == ["---"]
    {
      let close = lines[(first + 1)...].firstIndex {
        String($0.dropFirst(2)).split(whereSeparator: \.isWhitespace) == ["---"]
      }
      if let close { lines.removeFirst(close + 1) }
    }
    var groups: [(header: String?, lines: [String])] = [(nil, [])]
    for line in lines {
      if isHeader(line) {
        groups.append((line, []))
      } else {
        groups[groups.count - 1].lines.append(line)
      }
    }
    if groups[0].lines.allSatisfy(isBlank) { groups.removeFirst() }
    return groups.map { group in
      let isProse =
        group.header.map { $0.contains("[markdown]") || $0.contains("[hint]") } ?? false
      var body = group.lines
      var recorded: [String] = []
      if !isProse {
        recorded = body.filter { $0.hasPrefix("//>") || $0.hasPrefix("//!") }.map {
          let rest = $0.dropFirst(3)
          return String(rest.first == " " ? rest.dropFirst() : rest)
        }
        body.removeAll { $0.hasPrefix("//>") || $0.hasPrefix("//!") }
      }
      while let last = body.last, isBlank(last) { body.removeLast() }
      while let first = body.first, isBlank(first) { body.removeFirst() }
      if isProse {
        body = body.map { line in
          let rest = line.dropFirst(2)
          return String(rest.first == " " ? rest.dropFirst() : rest)
        }
      }
      return Found(text: body.joined(separator: "\n"), recorded: recorded)
    }
  }
}
