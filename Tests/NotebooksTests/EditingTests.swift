import Sessions
import Testing

@testable import Notebooks

/// Changing a file, and going on with a walk in it.
@Suite struct EditingTests {
  static let text =
    "#!/usr/bin/env notch\nlet a = 1\r\n// %% B [code]\r\nprint b\r\n//> b\r\n// %% C\n"

  @Test func changesTouchOneCell() throws {
    let file = try CellFile(Self.text)
    #expect(file.cells.count == 3)
    #expect(
      try file.replacing(code: [2: "print c\nprint d"]).text
        == Self.text.replacing("print b\r\n", with: "print c\nprint d\n"))
    #expect(
      try file.replacing(code: [3: "// %% not a header"]).text == Self.text
        + " // %% not a header\n")
    #expect(
      try file.inserting("x", before: 2).text
        == Self.text.replacing("// %% B", with: "// %%\nx\n\n// %% B"))
    #expect(
      try file.inserting("x", before: 1).text
        == Self.text.replacing("let a", with: "// %%\nx\n\n// %%\nlet a"))
    #expect(try file.inserting("x", before: 9).text == Self.text + "\n// %%\nx\n")
    #expect(try file.deleting([2]).text == "#!/usr/bin/env notch\nlet a = 1\r\n// %% C\n")
    #expect(try file.deleting([1, 3]).cells.map(\.title) == ["B"])
    #expect(try file.deleting([1, 2, 3]).cells.isEmpty)
    #expect(try CellFile("").inserting("x", before: 1).text == "// %%\nx\n")
  }

  @Test func aWalkGoesOnInTheChangedFile() throws {
    let stepper = try Stepper(CellFile(ReplayTests.text), runner: ScriptedRunner())
    stepper.run(to: 5)
    let exercise = try #require(stepper.current)
    stepper.edit(exercise, "let a = 1")
    _ = stepper.hint()
    stepper.back()
    let cell = try #require(stepper.current)
    try stepper.insert("let extra = 5")
    #expect(stepper.current?.number == cell.number)
    #expect(stepper.current.map(stepper.code) == "let extra = 5")
    #expect(stepper.next()?.failedUnexpectedly == false)
    #expect(stepper.runner.names["extra"] == "5")
    #expect(stepper.file.cells.count == 1 + (try CellFile(ReplayTests.text)).cells.count)
    stepper.run(to: 6)
    #expect(stepper.current.map(stepper.code) == "let a = 1")
    #expect(stepper.hintsLeft == 1)
    stepper.back()
    stepper.back()
    #expect(try stepper.delete() == 1)
    #expect(stepper.file.text == ReplayTests.text)
    stepper.run(to: 5)
    #expect(stepper.current.map(stepper.code) == "let a = 1")
    // An exercise goes with all that belongs to it.
    #expect(try stepper.delete() > 3)
    #expect(!stepper.file.cells.contains { $0.exercise != nil })
    // Answers are not part of the file, other changes are.
    stepper.back()
    stepper.edit(try #require(stepper.current), "print changed")
    let saved = try stepper.changedFile()
    #expect(saved.text.contains("print changed"))
    stepper.take(saved: saved)
    #expect(try stepper.changedFile().text == saved.text)
  }

  @Test func bookmarksBringAWalkBack() throws {
    let stepper = try Stepper(CellFile(ReplayTests.text), runner: ScriptedRunner())
    stepper.run(to: 5)
    let exercise = try #require(stepper.current)
    _ = stepper.hint()
    stepper.edit(exercise, "let a = 1")
    stepper.next()
    let bookmark = try #require(WalkBookmark(text: stepper.bookmark.text))
    #expect(bookmark == stepper.bookmark)
    let other = try Stepper(CellFile(ReplayTests.text), runner: ScriptedRunner())
    other.resume(bookmark)
    #expect(other.position == stepper.position)
    #expect(other.runner.names == stepper.runner.names)
    #expect(other.code(of: exercise) == "let a = 1")
    // A skipped exercise is skipped again, not tried.
    let skipping = try Stepper(CellFile(ReplayTests.text), runner: ScriptedRunner())
    skipping.run(to: 5)
    _ = skipping.skip()
    let third = try Stepper(CellFile(ReplayTests.text), runner: ScriptedRunner())
    third.resume(skipping.bookmark)
    #expect(third.position == skipping.position)
    #expect(third.runner.names["a"] == "1")
    // Where the file has other code by now, its code counts.
    let changed = ReplayTests.text.replacing("[exercise]\n", with: "[exercise]\n// new\n")
    let fourth = try Stepper(CellFile(changed), runner: ScriptedRunner())
    fourth.resume(bookmark)
    #expect(!fourth.isEdited(exercise))
    for text in ["", "x", "99:a", String(bookmark.text.dropLast()), bookmark.text + "1:a"] {
      #expect(WalkBookmark(text: text) == nil)
    }
  }
}
