import Language
import Sessions

extension Prompt {
  /// `:vars`: a table of what the inputs have defined.
  func showVariables() {
    let machine = session.machine
    let rows: [(name: String, facts: ValueFacts)] = machine.globalNames.compactMap { name in
      machine.value(of: name).map { (name, session.facts(of: $0)) }
    }
    guard !rows.isEmpty else { return console.write("no variables yet\n") }
    var cells = rows.map { row in
      [
        row.name, row.facts.typeName, row.facts.size, row.facts.bytes.map(byteText) ?? "",
        row.facts.firstLine,
      ].map(Style.printable)
    }
    cells.insert(["name", "type", "size", "bytes", "beginning"], at: 0)
    let widths = (0..<4).map { column in cells.map { DisplayWidth.of($0[column]) }.max() ?? 0 }
    let room = console.output.isTerminal ? console.output.columns - 1 : 100
    for (index, row) in cells.enumerated() {
      var line = ""
      for column in 0..<4 where widths[column] > 0 {
        let space = String(repeating: " ", count: widths[column] - DisplayWidth.of(row[column]))
        // Numbers of bytes stand right.
        line += (column == 3 ? space + row[column] : row[column] + space) + "  "
      }
      line = fitted(line + row[4].replacing("\n", with: " "), to: room)
      console.write((index == 0 ? console.output.style.paint(line, .faint) : line) + "\n")
    }
  }

  /// `:type code`.
  func showType(of code: String) {
    guard !code.isEmpty else {
      return console.report(error: "':type' needs code", help: ":type randn(2, 3)")
    }
    let number = timeline.nextNumber
    let (value, failure) = Interrupts.whileRunning {
      session.peek(Source(code, name: ":type"), stream: UInt64(number))
    }
    Interrupts.forget()
    if let failure { return console.report(failure) }
    guard let value, !value.isVoid else { return console.write("nothing\n") }
    console.write(Style.printable(session.brief(of: value)) + "\n")
  }

  /// `:time` and `:time code`.
  func time(_ code: String) {
    guard code.isEmpty else {
      runInput(code, isTimed: true)
      return
    }
    showsTime.toggle()
    console.write("the time of each input is \(showsTime ? "shown" : "not shown any more")\n")
  }

  private func byteText(_ count: Int) -> String {
    let units = ["B", "kB", "MB", "GB", "TB"]
    var (size, unit) = (Double(count), 0)
    while size >= 1000, unit < units.count - 1 {
      size /= 1000
      unit += 1
    }
    let digits = unit == 0 || size >= 100 ? 1.0 : 10.0
    let rounded = (size * digits).rounded() / digits
    return (rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)") + " \(units[unit])"
  }

  /// A line of at most so many columns.
  private func fitted(_ line: String, to columns: Int) -> String {
    guard DisplayWidth.of(line) > columns else { return line }
    var result = ""
    var width = 0
    for character in line {
      width += DisplayWidth.of(character)
      if width >= columns { break }
      result.append(character)
    }
    return result + "…"
  }
}
