import Language
public import Notebooks

/// Reads a Jupyter notebook as a cell file.
///
/// Cells of code in the language become cells of code. Code in another language is kept as prose, in
/// a fence, since nothing here could run it; so are raw cells. Notebooks that `NotebookExporter`
/// wrote give back the cells they were made from.
///
///     let (file, warnings) = try NotebookImporter().file(from: bytes, name: "lesson.notch")
public struct NotebookImporter: Sendable {
  /// The most bytes that a notebook may have: 256 MiB.
  public static let sizeLimit = 256 << 20

  /// Whether outputs are kept as recorded.
  public var keepsOutputs: Bool

  /// An importer.
  public init(keepsOutputs: Bool = true) { self.keepsOutputs = keepsOutputs }

  /// The cell file that a notebook makes, and what was lost or changed on the way.
  public func file(
    from bytes: [UInt8], name: String = "cells.notch"
  ) throws(NotebookError) -> (file: CellFile, warnings: [NotebookWarning]) {
    let notebook: JSON
    do { notebook = try JSONReader.value(of: bytes) } catch { throw .json(error) }
    guard notebook.members != nil else {
      throw .shape(place: "the notebook", wanted: "an object", found: notebook.kind)
    }
    guard let version = notebook["nbformat"] else {
      throw .shape(place: "'nbformat'", wanted: "the number 4", found: "missing")
    }
    guard version.integer == 4 else {
      if case .number(let text) = version { throw .version(String(text.prefix(20))) }
      throw .shape(place: "'nbformat'", wanted: "the number 4", found: version.kind)
    }
    guard let cells = notebook["cells"]?.array else {
      throw .shape(
        place: "'cells'", wanted: "a list", found: notebook["cells"]?.kind ?? "missing")
    }
    var import_ = NotebookImport(notebook: notebook, keepsOutputs: keepsOutputs)
    for (index, cell) in cells.enumerated() { try import_.add(cell, number: index + 1) }
    do {
      return (try import_.writer.file(name: name), import_.finishedWarnings)
    } catch {
      throw .cellFile(error)
    }
  }
}

/// One notebook on its way into a cell file.
private struct NotebookImport {
  private(set) var writer: CellFileWriter
  private let keepsOutputs: Bool
  private var warnings: [NotebookWarning] = []
  /// The language of the code, where the notebook says one.
  private let language: String?
  private var ids: Set<String> = []
  private var foreign: [String: Int] = [:]

  init(notebook: JSON, keepsOutputs: Bool) {
    self.keepsOutputs = keepsOutputs
    let metadata = notebook["metadata"] ?? .null
    language =
      (metadata["language_info"]?["name"]?.string ?? metadata["kernelspec"]?["language"]?.string)?
      .lowercased()
    var settings: [(key: String, value: String)] = []
    for setting in metadata["notch"]?["settings"]?.array ?? [] {
      guard let pair = setting.array, pair.count == 2, let key = pair[0].string,
        let value = pair[1].string, Self.isName(key), !settings.contains(where: { $0.key == key })
      else {
        warnings.append(.init(cell: nil, reason: "a setting that is no name and text is left out"))
        continue
      }
      settings.append((key, value))
    }
    if settings.isEmpty {
      if let title = metadata["title"]?.string { settings.append(("title", title)) }
      let authors = (metadata["authors"]?.array ?? []).compactMap { $0["name"]?.string }
      if !authors.isEmpty { settings.append(("authors", authors.joined(separator: ", "))) }
    }
    writer = CellFileWriter(settings: settings)
  }

  /// All warnings; code in other languages is counted, not listed.
  var finishedWarnings: [NotebookWarning] {
    warnings
      + foreign.sorted { $0.key < $1.key }.map { language, count in
        let cells = count == 1 ? "1 cell of code is" : "\(count) cells of code are"
        let reason = language.isEmpty ? "not in this language" : "in \(language)"
        return NotebookWarning(cell: nil, reason: "\(cells) \(reason) and kept as prose")
      }
  }

  private mutating func warn(_ number: Int, _ reason: String) {
    warnings.append(.init(cell: number, reason: reason))
  }

  private static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, first < 0x80, Character(Unicode.Scalar(first)).isLetter
    else {
      return false
    }
    return text.utf8.allSatisfy { byte in
      let character = Character(Unicode.Scalar(byte))
      return byte < 0x80 && (character.isLetter || character.isNumber || character == "-")
    }
  }

  // MARK: Cells

  mutating func add(_ cell: JSON, number: Int) throws(NotebookError) {
    guard cell.members != nil else {
      throw .shape(place: "cell \(number)", wanted: "an object", found: cell.kind)
    }
    guard let type = cell["cell_type"]?.string else {
      throw .shape(
        place: "'cell_type' of cell \(number)", wanted: "a string",
        found: cell["cell_type"]?.kind ?? "missing")
    }
    let source = try text(cell["source"], "'source' of cell \(number)")
    if let attachments = cell["attachments"]?.members, !attachments.isEmpty {
      warn(
        number, "its attachments are left out: " + attachments.map(\.name).joined(separator: ", "))
    }
    let notch = cell["metadata"]?["notch"] ?? .null
    switch type {
    case "markdown":
      let kind = notch["kind"]?.string.flatMap(Cell.Kind.init) ?? .markdown
      writer.prose(
        source, title: notch["title"]?.string ?? "", kind: kind.isProse ? kind : .markdown,
        attributes: attributes(of: cell, number: number))
    case "raw":
      warn(number, "a raw cell is kept as prose")
      writer.prose(MarkdownExporter.fenced(source, ""))
    case "code": try addCode(source, of: cell, number: number)
    default:
      warn(number, "a cell of the unknown type '\(type.prefix(40))' is kept as prose")
      writer.prose(MarkdownExporter.fenced(source, ""))
    }
  }

  private mutating func addCode(
    _ source: String, of cell: JSON, number: Int
  ) throws(NotebookError) {
    if let other = foreignLanguage(of: source, in: cell) {
      foreign[other, default: 0] += 1
      writer.prose(MarkdownExporter.fenced(source, other))
      return
    }
    let notch = cell["metadata"]?["notch"] ?? .null
    var kind = notch["kind"]?.string.flatMap(Cell.Kind.init) ?? .code
    if kind.isProse { kind = .code }
    let tags = (cell["metadata"]?["tags"]?.array ?? []).compactMap(\.string)
    if notch == .null, tags.contains("parameters") { kind = .parameters }
    writer.code(
      source, title: notch["title"]?.string ?? "", kind: kind,
      attributes: attributes(of: cell, number: number),
      recording: keepsOutputs ? try recording(of: cell, number: number) : [])
  }

  /// The language of a cell of code, where it is not ours; empty if nobody says which it is.
  private func foreignLanguage(of source: String, in cell: JSON) -> String? {
    if source.hasPrefix("%%") {
      let name = source.dropFirst(2).prefix { $0.isLetter || $0.isNumber }
      if !name.isEmpty { return String(name) }
    }
    switch language {
    case "notch": return nil
    case "swift", nil:
      // What our own parser reads is taken as ours; a notebook of our own says that it is one.
      if cell["metadata"]?["notch"] != nil { return nil }
      if case .invalid = completeness(of: source) { return language ?? "" }
      if case .incomplete = completeness(of: source) { return language ?? "" }
      return nil
    case .some(let other):
      let word = other.filter { $0.isLetter || $0.isNumber || "+-#_.".contains($0) }
      return String(word.prefix(40))
    }
  }

  private mutating func attributes(of cell: JSON, number: Int) -> [Cell.Attribute] {
    var attributes: [Cell.Attribute] = []
    guard let notch = cell["metadata"]?["notch"] else {
      var tags = (cell["metadata"]?["tags"]?.array ?? []).compactMap(\.string)
      if tags.contains("raises-exception"), cell["cell_type"]?.string == "code" {
        attributes.append(.init(key: "check", value: "error"))
      }
      tags.removeAll { $0 == "raises-exception" || $0 == "parameters" }
      if !tags.isEmpty {
        attributes.append(.init(key: "tags", value: tags.joined(separator: ", ")))
      }
      return attributes
    }
    for attribute in notch["attributes"]?.array ?? [] {
      guard let pair = attribute.array, pair.count == 2, let key = pair[0].string,
        let value = pair[1].string, Self.isName(key),
        !attributes.contains(where: { $0.key == key })
      else {
        warn(number, "an attribute that is no name and text is left out")
        continue
      }
      // The title is written from the title.
      if key == "title" { continue }
      // A cell that was copied in Jupyter has the id of the other.
      if key == "id", !ids.insert(value).inserted {
        warn(number, "the id '\(value.prefix(40))' is already taken and left out")
        continue
      }
      attributes.append(.init(key: key, value: value))
    }
    return attributes
  }

  // MARK: Outputs

  private mutating func recording(
    of cell: JSON, number: Int
  ) throws(NotebookError) -> [RecordedLine] {
    var lines: [RecordedLine] = []
    for output in cell["outputs"]?.array ?? [] {
      switch output["output_type"]?.string {
      case "stream":
        lines += Self.lines(
          try text(output["text"], "'text' of an output of cell \(number)"), .output)
      case "execute_result", "display_data":
        let data = output["data"]?.members ?? []
        guard let plain = output["data"]?["text/plain"] else {
          let types = data.map(\.name).joined(separator: ", ")
          warn(number, "an output without text is left out" + (types.isEmpty ? "" : ": \(types)"))
          continue
        }
        lines += Self.lines(try text(plain, "'text/plain' of cell \(number)"), .output)
      case "error":
        let name = output["ename"]?.string ?? "error"
        let value = output["evalue"]?.string ?? ""
        let isOurs = name == "error" && !value.isEmpty
        lines += Self.lines(isOurs ? value : value.isEmpty ? name : "\(name): \(value)", .error)
      default: warn(number, "an output of an unknown type is left out")
      }
    }
    return lines
  }

  private static func lines(_ text: String, _ kind: RecordedLine.Kind) -> [RecordedLine] {
    guard !text.isEmpty else { return [] }
    var parts = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false)
    if parts.last?.isEmpty == true { parts.removeLast() }
    return parts.map { RecordedLine(kind, String(Substring($0))) }
  }

  /// A text of several lines, which the format also allows as a list of them.
  private func text(_ value: JSON?, _ place: String) throws(NotebookError) -> String {
    switch value {
    case .string(let text): return text
    case .array(let parts):
      var text = ""
      for part in parts {
        guard let line = part.string else {
          throw .shape(place: "each line of \(place)", wanted: "a string", found: part.kind)
        }
        text += line
      }
      return text
    case nil: throw .shape(place: place, wanted: "a text", found: "missing")
    case .some(let other): throw .shape(place: place, wanted: "a text", found: other.kind)
    }
  }
}
