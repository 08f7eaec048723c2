import Notebooks

/// Writes a lesson as a Jupyter notebook, version 4.5 of its format.
///
/// What Jupyter does not know (kinds of cells, attributes, settings of the file) goes into the
/// metadata under `notch`, so that `NotebookImporter` gives the same cells back. Parameters have the
/// tag `parameters`, and cells that are to fail `raises-exception`, as papermill and Jupyter have
/// it. Source: nbformat's JSON schema, `nbformat.v4.5.schema.json`.
public struct NotebookExporter: Exporter {
  /// An exporter.
  public init() {}

  public func text(of lesson: Lesson) -> String {
    let file = lesson.file
    var ids = IdentifierList()
    var count = 0
    let cells = file.cells.map { cell in
      if !cell.kind.isProse { count += 1 }
      return self.cell(cell, in: lesson, id: ids.identifier(of: cell), count: count)
    }
    return JSON.object([
      "cells": .array(cells), "metadata": metadata(of: file), "nbformat": .integer(4),
      "nbformat_minor": .integer(5),
    ]).text
  }

  private func metadata(of file: CellFile) -> JSON {
    let settings = file.frontMatter.entries.map {
      JSON.array([.string($0.key), .string($0.value)])
    }
    var members: [JSON.Member] = [
      .init(
        name: "kernelspec",
        value: .object([
          "display_name": .string("Notch"), "language": .string("notch"), "name": .string("notch"),
        ])),
      .init(
        name: "language_info",
        value: .object([
          "codemirror_mode": .string("swift"), "file_extension": .string(".notch"),
          "mimetype": .string("text/x-notch"), "name": .string("notch"),
          "pygments_lexer": .string("swift"),
        ])),
      .init(name: "notch", value: .object(["settings": .array(settings)])),
    ]
    if let title = file.frontMatter.title {
      members.append(.init(name: "title", value: .string(title)))
    }
    if !file.frontMatter.authors.isEmpty {
      let authors = file.frontMatter.authors.map { JSON.object(["name": .string($0)]) }
      members.append(.init(name: "authors", value: .array(authors)))
    }
    return .object(members)
  }

  private func cell(_ cell: Cell, in lesson: Lesson, id: String, count: Int) -> JSON {
    var members: [JSON.Member] = [
      .init(name: "id", value: .string(id)), .init(name: "metadata", value: metadata(of: cell)),
    ]
    if cell.kind.isProse {
      members.append(.init(name: "cell_type", value: .string("markdown")))
      members.append(.init(name: "source", value: Self.lines(lesson.file.prose(of: cell))))
    } else {
      let shown = lesson.shown(by: cell)
      let number = shown.isEmpty ? JSON.null : .integer(count)
      members.append(.init(name: "cell_type", value: .string("code")))
      members.append(.init(name: "execution_count", value: number))
      members.append(
        .init(name: "outputs", value: .array(shown.map { output($0, number: number) })))
      members.append(.init(name: "source", value: Self.lines(lesson.file.code(of: cell))))
    }
    return .object(members)
  }

  private func metadata(of cell: Cell) -> JSON {
    let attributes = cell.attributes.map { JSON.array([.string($0.key), .string($0.value)]) }
    var tags: [String] = []
    for tag in cell.tags where !tags.contains(tag) { tags.append(tag) }
    if cell.kind == .parameters, !tags.contains("parameters") { tags.append("parameters") }
    if cell.check == .error, !tags.contains("raises-exception") { tags.append("raises-exception") }
    var members = [
      JSON.Member(
        name: "notch",
        value: .object([
          "attributes": .array(attributes), "kind": .string(cell.kind.rawValue),
          "title": .string(cell.title),
        ]))
    ]
    if !tags.isEmpty {
      members.append(.init(name: "tags", value: .array(tags.map { .string($0) })))
    }
    return .object(members)
  }

  private func output(_ shown: Lesson.Shown, number: JSON) -> JSON {
    switch shown.kind {
    case .error:
      let lines = shown.text.split(separator: "\n", omittingEmptySubsequences: false)
      return .object([
        "ename": .string("error"), "evalue": .string(shown.text),
        "output_type": .string("error"),
        "traceback": .array(lines.map { .string(String($0)) }),
      ])
    case .recorded, .printed:
      guard let svg = shown.svg else {
        return .object([
          "name": .string("stdout"), "output_type": .string("stream"),
          "text": Self.lines(shown.text + "\n"),
        ])
      }
      return .object([
        "data": data(shown.text, svg), "metadata": .object([]),
        "output_type": .string("display_data"),
      ])
    case .result:
      return .object([
        "data": data(shown.text, shown.svg), "execution_count": number, "metadata": .object([]),
        "output_type": .string("execute_result"),
      ])
    }
  }

  private func data(_ text: String, _ svg: String?) -> JSON {
    var members = [JSON.Member(name: "text/plain", value: Self.lines(text))]
    if let svg { members.append(.init(name: "image/svg+xml", value: Self.lines(svg))) }
    return .object(members)
  }

  /// A text as the list of its lines, each with its line end.
  static func lines(_ text: String) -> JSON {
    var lines: [JSON] = []
    var line: [UInt8] = []
    for byte in text.utf8 {
      line.append(byte)
      if byte == 0x0A {
        lines.append(.string(String(decoding: line, as: UTF8.self)))
        line.removeAll(keepingCapacity: true)
      }
    }
    if !line.isEmpty { lines.append(.string(String(decoding: line, as: UTF8.self))) }
    return .array(lines)
  }

  /// Gives each cell an identifier that the format allows: up to 64 letters, digits, `-` and `_`.
  private struct IdentifierList {
    private var used: Set<String> = []

    mutating func identifier(of cell: Cell) -> String {
      var wanted = "cell-\(cell.number)"
      if let id = cell.id, (1...48).contains(id.utf8.count), id.utf8.allSatisfy(Self.isAllowed) {
        wanted = id
      }
      var identifier = wanted
      var count = 1
      while !used.insert(identifier).inserted {
        count += 1
        identifier = "\(wanted)-\(count)"
      }
      return identifier
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"), UInt8(ascii: "_"):
        true
      default: false
      }
    }
  }
}
