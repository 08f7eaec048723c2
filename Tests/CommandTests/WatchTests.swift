import Foundation
import Testing

/// `notch watch`.
@Suite struct WatchTests {
  private static let lesson = """
    // ---
    // seed: 2
    // ---
    // %% Draw
    let x = randn(4)
    print("drawn")
    //> drawn
    // %% Scale
    let k = 3
    // %% Use
    print("k is", k)
    //> k is 3
    // %% End
    print("end")
    //> end

    """

  /// Saves as editors do that write into the file.
  private func saveInPlace(_ text: String, _ path: String) throws {
    let handle = try #require(FileHandle(forWritingAtPath: path))
    try handle.truncate(atOffset: 0)
    try handle.write(contentsOf: Data(text.utf8))
    try handle.close()
  }

  /// Saves as editors do that write another file and rename it.
  private func saveByRenaming(_ text: String, _ path: String) throws {
    let new = path + ".swp"
    try Data(text.utf8).write(to: URL(filePath: new))
    guard rename(new, path) == 0 else { throw Trouble("cannot rename") }
  }

  @Test(arguments: [false, true]) func runsWhatAnEditMadeStale(renames: Bool) throws {
    let scratch = try Scratch()
    let path = try scratch.write(Self.lesson, to: "a.notch")
    let save = renames ? saveByRenaming : saveInPlace
    let running = try Running(["watch", path], home: scratch.path)
    var seen = 0
    func until(_ text: String) throws -> String {
      let start = seen
      var found = ""
      try running.output.read { all in
        found = String(decoding: Array(all.utf8).dropFirst(start), as: UTF8.self)
        return found.contains(text)
      }
      seen += found.utf8.count
      return found
    }
    #expect(try until("4 of 4 cells run, ok").contains("drawn"))
    // A cell and what depends on it, and nothing else.
    try save(Self.lesson.replacing("let k = 3", with: "let k = 4"), path)
    let first = try until("2 of 4 cells run")
    #expect(first.contains("-//> k is 3\n+//> k is 4"))
    #expect(first.contains("3 of 4 cells agree, 1 differs"))
    #expect(!first.contains("drawn") && !first.contains("end\n"))
    // Comments and prose are no change.
    try save(
      Self.lesson.replacing("let k = 3", with: "let k = 4  // four")
        .replacing("k is 3", with: "k is 4"), path)
    #expect(try until("cells run").contains("0 of 4 cells run, ok"))
    // Back to what was: nothing to compute but what was forgotten.
    try save("// %%\nlet oops = (\n" + Self.lesson, path)
    #expect(try until("cells run").contains("0 of 5 cells agree, 1 failed"))
    try save(Self.lesson + "// %% New\nprint(\"sum\", k + 614)\n", path)
    #expect(try until("cells run").contains("sum 617"))
    running.child.send(SIGINT)
    #expect(try running.child.exitCode() == 130)
  }

  /// A cell that runs when the file changes is given up for the new text.
  @Test func anEditStopsACellThatRuns() throws {
    let scratch = try Scratch()
    let path = try scratch.write("// %%\nprint(1)\n// %%\nwhile true {}\n", to: "a.notch")
    let running = try Running(["watch", path], home: scratch.path)
    try running.output.read { $0.contains("cell 1, line 1\n1\n") }
    try saveInPlace("// %%\nprint(1)\n// %%\nprint(600 + 17)\n", path)
    try running.output.read { $0.contains("617\na.notch  1 of 2 cells run, ok") }
    running.child.send(SIGINT)
    #expect(try running.child.exitCode() == 130)
    #expect(!running.output.text.contains("interrupted"))
  }

  /// A file that goes away and comes back, or is no cell file for a while.
  @Test func badFilesAreReportedAndWaitedFor() throws {
    let scratch = try Scratch()
    let path = try scratch.write("// %%\nprint(1)\n", to: "a.notch")
    #expect(try Run(["watch", scratch.path + "/none.notch"]).code == 2)
    let running = try Running(["watch", path], home: scratch.path)
    try running.output.read { $0.contains("1 of 1 cells run, ok") }
    try saveInPlace("// %% [excercise]\nprint(1)\n", path)
    try running.errors.read { $0.contains("did you mean [exercise]?") }
    try FileManager.default.removeItem(atPath: path)
    usleep(60_000)
    try Data("// %%\nprint(617)\n".utf8).write(to: URL(filePath: path))
    try running.output.read { $0.contains("617\n") }
    running.child.send(SIGINT)
    #expect(try running.child.exitCode() == 130)
  }
}
