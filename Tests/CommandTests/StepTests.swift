import Foundation
import Testing

/// `notch step`.
@Suite struct StepTests {
  private static let lesson = """
    // ---
    // title: A walk
    // ---
    // %% [markdown]
    // # The beginning
    // Some **prose**.
    // %% Make
    let x = 1000
    x + 234
    //> 1234
    // %% Your turn [exercise]
    let y = x
    // %% [hint]
    // Think of *twice*.
    // %% [solution]
    let y = x * 2
    // %% [check]
    expect(y == 2000, "y is twice x")
    // %% After
    y + 345

    """

  @Test func goesOnByItselfWithoutATerminal() throws {
    let scratch = try Scratch()
    let path = try scratch.write(Self.lesson, to: "a.notch")
    let run = try Run(["step", path])
    #expect(run.code == 0)
    #expect(run.output.contains("The beginning"))
    #expect(run.output.contains("│ x + 234\n1234\n"))
    // The solution ran in the place of the exercise.
    #expect(run.output.hasSuffix("│ y + 345\n2345\n"))
    #expect(run.errors.isEmpty)
  }

  @Test func walksForwardAndBack() throws {
    let scratch = try Scratch()
    let path = try scratch.write(Self.lesson, to: "a.notch")
    let screen = try Screen(["step", path], home: scratch.path)
    try screen.expect("A walk")
    try screen.expect("The beginning")
    try screen.expect("[1/7]")
    try screen.enter("", shows: "x + 234", "[2/7]")
    try screen.enter("n", shows: "1234\n", "[3/7]")
    // Looking around changes nothing for good.
    try screen.enter("let z = x * 9", shows: "[3/7]")
    try screen.enter("z + 1", shows: "9001")
    try screen.enter("b", shows: "[2/7]")
    try screen.enter("x", shows: "no name 'x'")
    try screen.enter("a", shows: "[2/7]")
    try screen.enter("3", shows: "1234\n", "[3/7]")
    try screen.leave(typing: "q\r")
  }

  @Test func helpsWithAnExercise() throws {
    let scratch = try Scratch()
    let path = try scratch.write(Self.lesson, to: "a.notch")
    let screen = try Screen(["step", path], home: scratch.path)
    try screen.expect("[1/7]")
    try screen.enter("7", shows: "stopped at this exercise", "[3/7]")
    try screen.enter("c", shows: "y is twice x", "[3/7]")
    try screen.enter("h", shows: "Think of twice")
    try screen.enter("h", shows: "no further hint")
    try screen.enter("s", shows: "x * 2")
    try screen.enter("e", shows: "edit> let y = x")
    try screen.enter(" + 1000", shows: "right")
    try screen.enter("n", shows: "[6/7]")
    try screen.enter("n", shows: "[7/7]")
    try screen.enter("n", shows: "2345\n", "the end", "[end]")
    try screen.enter("?", shows: "run to cell", "[end]")
    try screen.leave()
  }

  /// Neither keys typed meanwhile nor an open line of print leave a bar on the screen, or lose by it.
  @Test func barsOfSeveralTrainingsLeaveNothing() throws {
    let scratch = try Scratch()
    let path = try scratch.write(
      """
      // %%
      let data = digits(1500)
      let net = Sequential(
        Conv2D(16, kernel: 3, activation: .relu), MaxPool2D(2), Flatten(), Dense(10))
      func work(epochs) { var q = prepare(net); drift(&q, data, epochs: epochs).steps.count > 0 }
      // %%
      let all = (0..<3).map { i in work(2) }
      all
      // %%
      print("before ", terminator: "")
      work(2)
      print("after")

      """, to: "a.notch")
    let screen = try Screen(["step", path], home: scratch.path)
    try screen.expect("[1/3]")
    try screen.enter("")
    try screen.waitUntil("no second cell") { $0.lines.contains("[2/3]") }
    try screen.enter("")
    try screen.waitUntil("no bar") { $0.everything.contains("epoch 1/") }
    try screen.type("\r")
    try screen.waitUntil("no end") { $0.lines.contains("[end]") }
    let lines = screen.lines
    #expect(!lines.contains { $0.contains("epoch 1/") || $0.contains("epoch 2/") }, "\(lines)")
    for (prompt, shown) in [("[2/3]", "[true, true, true]"), ("[3/3]", "before after")] {
      let index = try #require(lines.firstIndex(of: prompt))
      #expect(lines[index + 1] == shown, "\(lines)")
    }
    #expect(screen.isCooked == false)
    try screen.leave()
    #expect(screen.isCooked)
  }

  @Test func survivesCtrlC() throws {
    let scratch = try Scratch()
    let path = try scratch.write("// %%\nprint(\"loop\", 1)\nwhile true {}\n", to: "a.notch")
    let screen = try Screen(["step", path], home: scratch.path)
    try screen.expect("[1/1]")
    try screen.enter("n", shows: "loop 1\n")
    try screen.type("\u{3}")
    try screen.expect("interrupted")
    try screen.expect("[1/1]")
    try screen.leave(typing: "q\r")
  }
}
