public import Language

/// A cell file: prose, code and recorded output in one plain text.
///
/// The lines of the text are kept as they are, and the structure lies over them, so that writing
/// what was read gives the same bytes. The format is described in `Docs/cell-files.md`. Reading a
/// file never runs it.
public struct CellFile: Sendable {
  /// The most bytes that a file may have: 64 MiB.
  public static let sizeLimit = 64 << 20
  /// The most cells that a file may have.
  public static let cellLimit = 1_000_000

  /// What messages call the file: its name without folders.
  public let name: String
  /// The settings of the file.
  public let frontMatter: FrontMatter
  /// The cells in order; `cells[n - 1].number == n`.
  public let cells: [Cell]
  /// What was accepted but looks wrong, in order of lines.
  public let warnings: [CellFileWarning]
  let lines: SourceLines

  /// Reads a cell file.
  ///
  /// Throws a `CellFileError` with the line and the reason if the bytes are not UTF-8 text or the
  /// text breaks a rule of the format.
  public init(_ bytes: [UInt8], name: String = "cells.notch") throws(CellFileError) {
    guard bytes.count <= Self.sizeLimit else {
      throw .tooLarge(bytes: bytes.count, limit: Self.sizeLimit)
    }
    if let offset = firstInvalidOffset(in: bytes) {
      throw .notUTF8(line: SourceLines.number(at: offset, in: bytes), offset: offset)
    }
    if let offset = bytes.firstIndex(of: 0) {
      throw .holdsNUL(line: SourceLines.number(at: offset, in: bytes), offset: offset)
    }
    var parser = CellFileParser(SourceLines(bytes))
    try parser.parse()
    self.name = name
    lines = parser.lines
    frontMatter = parser.frontMatter
    cells = parser.cells
    warnings = parser.warnings
  }

  /// Reads a cell file from a text.
  public init(_ text: String, name: String = "cells.notch") throws(CellFileError) {
    try self.init(Array(text.utf8), name: name)
  }

  /// The file as it is written: the very bytes it was read from.
  public var bytes: [UInt8] { lines.bytes }

  /// The file as text.
  public var text: String { String(decoding: lines.bytes, as: UTF8.self) }

  /// The title of the front matter, or else the name of the file.
  public var title: String { frontMatter.title ?? name }

  /// The code of a cell, its lines joined by `\n`; empty for a cell of prose.
  public func code(of cell: Cell) -> String {
    cell.kind.isProse ? "" : cell.body.map(lines.text).joined(separator: "\n")
  }

  /// The prose of a markdown or hint cell without its `//`; empty for a cell of code.
  public func prose(of cell: Cell) -> String {
    guard cell.kind.isProse else { return "" }
    return cell.body.map { line in
      var rest = lines.slice(line).dropFirst(2)
      if rest.first == Ascii.space { rest = rest.dropFirst() }
      return String(decoding: rest, as: UTF8.self)
    }.joined(separator: "\n")
  }

  /// The recorded output and error of a cell.
  public func recorded(of cell: Cell) -> [RecordedLine] {
    cell.recording.compactMap { line in
      let slice = lines.slice(line)
      guard let kind = CellFileParser.recordedKind(slice) else { return nil }
      var rest = slice.dropFirst(3)
      if rest.first == Ascii.space { rest = rest.dropFirst() }
      return RecordedLine(kind, String(decoding: rest, as: UTF8.self))
    }
  }

  /// The code of a cell as the language reads it, which knows the line in the file.
  ///
  /// `code` stands in for the cell's own, where a learner or a parameter changed it.
  public func source(of cell: Cell, code: String? = nil) -> Source {
    Source(
      code ?? self.code(of: cell), name: name, firstLine: cell.body.lowerBound + 1)
  }

  /// The cells of one kind that belong to an exercise.
  public func cells(_ kind: Cell.Kind, ofExercise number: Int) -> [Cell] {
    guard number >= 1, number <= cells.count else { return [] }
    var found: [Cell] = []
    for cell in cells[(number - 1)...] {
      if let exercise = cell.exercise {
        if exercise != number { break }
        if cell.kind == kind { found.append(cell) }
      } else if cell.kind != .markdown {
        break
      }
    }
    return found
  }
}
