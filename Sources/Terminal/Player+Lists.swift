import Language
import Notebooks
import Sessions

extension Player {
  // MARK: Lists

  /// `l`: the cells, with the one that is shown marked.
  func list(_ stepper: Walk) {
    let style = console.output.style
    let room = console.output.isTerminal ? console.output.columns - 1 : 100
    let width = String(stepper.file.cells.count).count
    var text = ""
    for (index, cell) in stepper.file.cells.enumerated() {
      let number = String(cell.number)
      let mark = index == stepper.position ? ">" : " "
      let space = String(repeating: " ", count: width - number.count)
      var line = "\(mark) \(space)\(number)  \(Self.summary(of: cell, in: stepper))"
      var tag = ""
      if cell.kind != .code, cell.kind != .markdown { tag += "  [\(cell.kind.rawValue)]" }
      if stepper.isEdited(cell) { tag += "  changed" }
      line = Style.printable(line.replacing("\n", with: " "))
      if DisplayWidth.of(line + tag) > room {
        while DisplayWidth.of(line + tag) >= room, !line.isEmpty { line.removeLast() }
        line += "…"
      }
      line += tag
      let role: Style.Role? =
        index == stepper.position ? .strong : index < stepper.position ? .faint : nil
      text += (role.map { style.paint(line, $0) } ?? line) + "\n"
    }
    console.write(text.isEmpty ? "the file has no cells\n" : text)
  }

  /// What a cell is about, in one line: its title, or else its first words.
  private static func summary(of cell: Cell, in stepper: Walk) -> String {
    if !cell.title.isEmpty { return cell.title }
    let text = cell.kind.isProse ? stepper.file.prose(of: cell) : stepper.code(of: cell)
    let line = text.split(separator: "\n").first.map(String.init) ?? "(empty)"
    return cell.kind.isProse ? MarkdownSpan.words(of: line.drop { $0 == "#" || $0 == " " }) : line
  }

  /// `v`: the variables with their types and sizes.
  func showVariables() {
    let machine = session.machine
    let rows = machine.globalNames.compactMap { name in
      machine.value(of: name).map { value in
        let facts = session.facts(of: value)
        return [name, facts.typeName, facts.size, facts.firstLine].map {
          Style.printable($0.replacing("\n", with: " "))
        }
      }
    }
    guard !rows.isEmpty else { return console.write("no variables yet\n") }
    let widths = (0..<3).map { column in rows.map { DisplayWidth.of($0[column]) }.max() ?? 0 }
    let room = console.output.isTerminal ? console.output.columns - 1 : 100
    for row in rows {
      var line = ""
      for column in 0..<3 {
        let space = String(repeating: " ", count: widths[column] - DisplayWidth.of(row[column]))
        line += row[column] + space + "  "
      }
      line += row[3]
      while DisplayWidth.of(line) > room || line.last == " " { line.removeLast() }
      console.write(line + "\n")
    }
  }

  /// `/text`: the cells that hold a text, without regard to case; `/` alone repeats the search.
  func search(_ text: String, _ stepper: Walk) {
    let wanted = (text.isEmpty ? sought : text).lowercased()
    guard !wanted.isEmpty else { return console.report("write what to search for behind '/'") }
    sought = wanted
    let found = stepper.file.cells.filter { cell in
      let body = cell.kind.isProse ? stepper.file.prose(of: cell) : stepper.code(of: cell)
      return cell.title.lowercased().contains(wanted) || body.lowercased().contains(wanted)
    }
    guard !found.isEmpty else { return console.report("no cell holds '\(Style.printable(text))'") }
    for cell in found.prefix(20) {
      let body = cell.kind.isProse ? stepper.file.prose(of: cell) : stepper.code(of: cell)
      let line = body.split(separator: "\n").first { $0.lowercased().contains(wanted) }
      let shown = line.map { $0.prefix(60) } ?? cell.title.prefix(60)
      console.write("  \(cell.number)  \(Style.printable(String(shown)))\n")
    }
    if found.count > 20 { console.write("  and \(found.count - 20) more\n") }
    console.write("a number goes to its cell\n")
  }

  // MARK: Changing the file

  /// `i`: asks for code and puts it in front of the cell that is shown.
  func insert(_ stepper: Walk) {
    guard case .line(let code) = input("insert> "), !code.allSatisfy(\.isWhitespace) else { return }
    do {
      try stepper.insert(code)
      presentCurrent(of: stepper)
    } catch {
      console.report(error: "\(error)")
    }
  }

  /// `d`: takes the cell that is shown out of the walk.
  func delete(_ stepper: Walk) {
    do {
      let count = try stepper.delete()
      guard count > 0 else { return console.report("there is no cell here") }
      console.write(
        "\(count == 1 ? "1 cell" : "\(count) cells") deleted; 'save' writes the file\n")
      presentCurrent(of: stepper)
    } catch {
      console.report(error: "\(error)")
    }
  }

  /// `save`: writes the walk's file, to its place or another.
  func save(to path: String?, _ stepper: Walk) {
    do {
      let new = try stepper.changedFile()
      if let path {
        try StoredCellFile.create(new, path: path)
        console.write("\(path) written\n")
        return
      }
      guard let stored else { return console.report("write where to: save lesson.notch") }
      guard new.bytes != stored.file.bytes else { return console.write("nothing was changed\n") }
      self.stored = try stored.replace(with: new)
      stepper.take(saved: new)
      console.write("\(stored.path) written\n")
    } catch {
      console.report(error: "\(error)")
    }
  }

  // MARK: Another day

  /// Says where the last walk ended.
  func tellOfBookmark(_ stepper: Walk) {
    guard let stored, let found = BookmarkShelf.standard?.bookmark(of: stored.path),
      found.position > 0 || !found.edits.isEmpty
    else { return }
    bookmark = found
    let count = stepper.file.cells.count
    let place =
      found.position >= count ? "at the end" : "at cell \(found.position + 1) of \(count)"
    console.write(
      console.output.style.paint("last time you were \(place); r goes on there", .good) + "\n")
  }

  /// Remembers how far the walk has come.
  func leaveBookmark(_ stepper: Walk) {
    guard let stored, let shelf = BookmarkShelf.standard else { return }
    let mark = stepper.bookmark
    // Who only looks at the beginning keeps what was done before.
    guard !mark.isAtBeginning || bookmark == nil else { return }
    shelf.leave(mark, in: stored.path)
  }

  /// `r`: goes on where the last walk ended.
  func resume(_ stepper: Walk) {
    guard let bookmark else { return console.report("there is nothing to go on with") }
    move(stepper) {
      while stepper.back() {}
      return stepper.resume(bookmark)
    }
  }
}
