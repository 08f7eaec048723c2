import Foundation
import Testing

/// What a learner and a teacher do in `notch step`, at a real terminal.
@Suite struct StepMoreTests {
  private static let lesson = """
    // ---
    // title: More
    // seed: 4
    // ---
    // %% Data
    let data = digits(64, seed: 1)
    var net = Sequential(Flatten(), Dense(4, activation: .relu), Dense(10))
    // %% Train
    fit(&net, data, epochs: 2, batchSize: 16)
    let total = net.parameters.map { $0.sum() }
    // %% Your turn [exercise]
    func twice(x) { x }
    // %% [hint]
    // A first hint.
    // %% [hint]
    // A second hint.
    // %% [solution]
    func twice(x) { x * 2 }
    // %% [check]
    expect(twice(4) == 8, "twice(4) should be 8, not \\(twice(4))")
    // %% After
    twice(617)

    """

  /// All numbers that a network and the generator give, as one line.
  private static let numbers =
    "print(\"<\", net.parameters.map { $0.list() }, randn(3).list(), \">\")"

  private func numbers(_ screen: Screen) throws -> String {
    try screen.enter(Self.numbers, shows: "< ")
    let text = try screen.expect(" >\n")
    return text
  }

  @Test func backOverATrainingCellBringsEveryNumberBack() throws {
    let scratch = try Scratch()
    let path = try scratch.write(Self.lesson, to: "a.notch")
    let screen = try Screen(["step", path], home: scratch.path)
    try screen.expect("[1/8] ")
    try screen.enter("n", shows: "[2/8] ")
    let before = try numbers(screen)
    try screen.enter("n", shows: "epoch 2/2", "[3/8] ")
    let after = try numbers(screen)
    #expect(before != after && after.utf8.count > 20_000)
    try screen.enter("b", shows: "[2/8] ")
    #expect(try numbers(screen) == before)
    try screen.enter("total", shows: "no name 'total'")
    // The same cell in the same state: nothing runs, and every number is there again.
    try screen.enter("n", shows: "as before; nothing to run", "[3/8] ")
    #expect(try numbers(screen) == after)
    // Again trains again, and gives the same.
    try screen.enter("a", shows: "epoch 2/2", "[3/8] ")
    #expect(try numbers(screen) == after)
    // Another code gives other numbers.
    try screen.enter("b", shows: "[2/8] ")
    try screen.enter("e", shows: "edit> ")
    try screen.type("\u{15}fit(&net, data, epochs: 1, batchSize: 8)\r")
    try screen.expect("epoch 1/1")
    try screen.expect("[3/8] ")
    #expect(try numbers(screen) != after)
    try screen.leave(typing: "q\r")
  }

  @Test func anAnswerIsTypedHintedCheckedAndRemembered() throws {
    let scratch = try Scratch()
    let path = try scratch.write(Self.lesson, to: "a.notch")
    let screen = try Screen(["step", path], home: scratch.path)
    try screen.expect("[1/8] ")
    try screen.enter("3", shows: "e answers, h gives a hint", "[3/8] ")
    try screen.enter("h", shows: "A first hint.\n1 more\n")
    try screen.enter("h", shows: "A second hint.\n")
    try screen.enter("c", shows: "twice(4) should be 8, not 4", "[3/8] ")
    try screen.enter("e", shows: "edit> func twice(x) { x }")
    try screen.type("\u{15}func twice(x) {\r")
    try screen.expect("... ")
    try screen.enter("x + x", shows: "... ")
    try screen.enter("}", shows: "right  Enter goes on", "[3/8] ")
    try screen.enter("n", shows: "[7/8] ")
    try screen.leave(typing: "q\r")
    // Another day.
    let again = try Screen(["step", path], home: scratch.path)
    try again.expect("last time you were at cell 7 of 8; r goes on there")
    try again.expect("[1/8] ")
    try again.enter("r", shows: "[7/8] ")
    try again.enter("n", shows: "[8/8] ")
    try again.enter("n", shows: "1234\n", "[end] ")
    try again.enter("l", shows: "  3  Your turn  [exercise]  changed\n")
    try again.leave(typing: "q\r")
    #expect(try scratch.read("a.notch") == Self.lesson)
  }

  @Test func skippedExercisesAreSolved() throws {
    let scratch = try Scratch()
    let path = try scratch.write(Self.lesson, to: "a.notch")
    let screen = try Screen(["step", path], home: scratch.path)
    try screen.expect("[1/8] ")
    try screen.enter("3", shows: "[3/8] ")
    try screen.enter("s", shows: "│ func twice(x) { x * 2 }", "[3/8] ")
    try screen.enter("k", shows: "[7/8] ")
    try screen.enter("8", shows: "[8/8] ")
    try screen.enter("n", shows: "1234\n", "[end] ")
    try screen.leave(typing: "q\r")
    let again = try Screen(["step", path], home: scratch.path)
    try again.expect("last time you were at the end")
    try again.expect("[1/8] ")
    try again.enter("r", shows: "1234\n", "[end] ")
    try again.leave(typing: "q\r")
  }

  @Test func aFailedCheckSaysHowToAnswerAgain() throws {
    let scratch = try Scratch()
    let path = try scratch.write(Self.lesson, to: "a.notch")
    let screen = try Screen(["step", path], home: scratch.path)
    try screen.expect("[1/8] ")
    try screen.enter("3", shows: "[3/8] ")
    // Where the exercise is shown, going back would leave it.
    try screen.enter("c", shows: "twice(4) should be 8, not 4")
    let there = try screen.expect("[3/8] ")
    #expect(there.contains("the state is as before it; e answers again, h gives a hint, k skips"))
    #expect(!there.contains("b goes back"))
    try screen.enter("n", shows: "[7/8] ")
    try screen.enter("n", shows: "b goes back to your answer, k skips", "[7/8] ")
    try screen.leave()
  }

  @Test func aSkippedExerciseShowsItsSolution() throws {
    let scratch = try Scratch()
    let path = try scratch.write(Self.lesson, to: "a.notch")
    let screen = try Screen(["step", path], home: scratch.path)
    try screen.expect("[1/8] ")
    try screen.enter("3", shows: "[3/8] ")
    try screen.enter("k")
    #expect(try screen.expect("[7/8] ").contains("│ func twice(x) { x * 2 }\n"))
    try screen.leave()
    // So does a walk without anybody.
    let run = try Run(["step", path])
    #expect(run.output.contains("│ func twice(x) { x * 2 }\n"))
  }

  @Test func longCodeIsWrappedBesideItsBar() throws {
    let scratch = try Scratch()
    let path = try scratch.write(
      "// %%\nfunc f() {\n  return [\"alpha\", \"beta gamma\", \"delta\", \"epsilon\", 12345]\n}\n",
      to: "a.notch")
    let screen = try Screen(["step", path], home: scratch.path, columns: 40)
    try screen.expect("[1/1] ")
    let lines = screen.lines
    let start = try #require(lines.firstIndex { $0.hasPrefix("│ func f") })
    #expect(
      lines[start...].prefix(4) == [
        "│ func f() {", "│   return [\"alpha\", \"beta gamma\",",
        "│       \"delta\", \"epsilon\", 12345]", "│ }",
      ])
    try screen.leave()
  }

  @Test func aListIsPlainTextAndKeepsItsTags() throws {
    let scratch = try Scratch()
    let path = try scratch.write(
      """
      // %% [markdown]
      // ## The share $\\alpha b$ of **all** `codes`
      // %% Your turn with a long title [exercise]
      let y = 1
      // %% [check]
      expect(y == 2, "a long sentence that says what is wrong with y")

      """, to: "a.notch")
    let screen = try Screen(["step", path], home: scratch.path, columns: 40)
    try screen.expect("[1/3] ")
    try screen.enter("l")
    try screen.waitForLine("> 1  The share α b of all codes")
    try screen.waitForLine("  2  Your turn with a long…  [exercise]")
    try screen.waitForLine("  3  expect(y == 2, \"a long s…  [check]")
    try screen.waitForLine("[1/3]")
    try screen.leave()
  }

  @Test func listsVariablesAndSearches() throws {
    let scratch = try Scratch()
    let path = try scratch.write(Self.lesson, to: "a.notch")
    let screen = try Screen(["step", path], home: scratch.path)
    try screen.expect("[1/8] ")
    try screen.enter("v", shows: "no variables yet")
    try screen.enter("n", shows: "[2/8] ")
    try screen.enter("v", shows: "data  Dataset", "net   Sequential")
    try screen.enter("l", shows: "  1  Data\n> 2  Train\n  3  Your turn  [exercise]\n")
    try screen.enter("/TWICE(6", shows: "  8  twice(617)\n")
    try screen.enter("/absent", shows: "no cell holds 'absent'")
    try screen.enter("/", shows: "no cell holds ''")
    try screen.leave(typing: "q\r")
  }

  @Test func insertsDeletesAndSaves() throws {
    let scratch = try Scratch()
    let path = try scratch.write("// %% A\nlet a = 600\n// %% B\na + 1\n//> 601\n", to: "a.notch")
    let screen = try Screen(["step", path], home: scratch.path)
    try screen.expect("[1/2] ")
    try screen.enter("n", shows: "[2/2] ")
    try screen.enter("i", shows: "insert> ")
    try screen.enter("let b = a + 17", shows: "[2/3] ")
    try screen.enter("n", shows: "[3/3] ")
    try screen.enter("e", shows: "edit> a + 1")
    try screen.type("\u{15}b * 2\r")
    try screen.expect("1234\n")
    try screen.expect("[end] ")
    try screen.enter("save", shows: "a.notch written")
    #expect(
      try scratch.read("a.notch")
        == "// %% A\nlet a = 600\n// %%\nlet b = a + 17\n\n// %% B\nb * 2\n//> 601\n")
    try screen.enter("1", shows: "[1/3] ")
    try screen.enter("d", shows: "1 cell deleted", "[1/2] ")
    try screen.enter("save \(scratch.path)/b.notch", shows: "b.notch written")
    #expect(try scratch.read("b.notch") == "// %%\nlet b = a + 17\n\n// %% B\nb * 2\n//> 601\n")
    // Another program's change is not overwritten.
    try scratch.write("// %%\n1\n", to: "a.notch")
    try screen.enter("save", shows: "was changed by another program")
    #expect(try scratch.read("a.notch") == "// %%\n1\n")
    try screen.leave(typing: "q\r")
  }
}
