import Sessions

extension Prompt {
  /// `:undo` and `:undo 3`.
  func undo(_ text: String) {
    guard let count = count(text, of: "undo") else { return }
    guard let first = timeline.undo(count, in: session) else {
      let there = timeline.entries.count
      return console.report(
        error: there == 0 ? "there is no input to undo" : "there are only \(there) inputs to undo")
    }
    let what = count == 1 ? "undone" : "\(count) inputs undone, back to"
    console.write("\(what): \(summary(of: first))\n")
  }

  /// `:redo` and `:redo 3`.
  func redo(_ text: String) {
    guard let count = count(text, of: "redo") else { return }
    guard let entries = timeline.redo(count, in: session), let last = entries.last else {
      let there = timeline.undoneCount
      return console.report(
        error: there == 0 ? "there is nothing to redo" : "there are only \(there) inputs to redo")
    }
    let what = count == 1 ? "redone" : "\(count) inputs redone, up to"
    console.write("\(what): \(summary(of: last))\n")
  }

  private func count(_ text: String, of command: String) -> Int? {
    if text.isEmpty { return 1 }
    if let number = Int(text), number > 0 { return number }
    console.report(error: "':\(command)' takes how many inputs, not '\(text)'")
    return nil
  }

  /// The first line of an input.
  private func summary(of entry: Timeline.Entry) -> String {
    let lines = entry.code.split(separator: "\n", omittingEmptySubsequences: true)
    let first = Style.printable(String((lines.first ?? "").prefix(60)))
    let isCut = lines.count > 1 || (lines.first?.count ?? 0) > 60
    return console.output.style.code(first) + (isCut ? " …" : "")
  }

  /// `:seed` and `:seed 7`.
  func seed(_ text: String) {
    guard !text.isEmpty else { return console.write("\(session.seed)\n") }
    guard let seed = UInt64(text) else {
      return console.report(error: "the seed is a whole number from 0 on, not '\(text)'")
    }
    session.use(seed: seed)
  }
}
