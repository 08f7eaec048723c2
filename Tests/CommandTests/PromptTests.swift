import Foundation
import Testing

/// The prompt at a real terminal.
///
/// What is waited for is never what was typed.
@Suite struct PromptTests {
  @Test func computesAndLeaves() throws {
    let scratch = try Scratch()
    let screen = try Screen(home: scratch.path)
    try screen.expect("Notch ")
    try screen.expect("1> ")
    try screen.enter("1 +", shows: ".. ")
    try screen.enter("2 * 617", shows: "1235\n", "2> ")
    try screen.enter("   ")
    try screen.enter("2 * 618", shows: "1236\n", "3> ")
    try screen.leave()
  }

  @Test func isQuietWhenAsked() throws {
    let scratch = try Scratch()
    let screen = try Screen(["--quiet"], home: scratch.path)
    let before = try screen.expect("1> ")
    #expect(!before.contains("Notch"))
    try screen.enter(":quit")
    #expect(try screen.end() == 0)
  }

  @Test func indentsAndTakesABlankLineAsTheEnd() throws {
    let scratch = try Scratch()
    let screen = try Screen(home: scratch.path)
    try screen.expect("1> ")
    try screen.enter("func twice(n) {", shows: "..   ")
    try screen.enter("n * 2", shows: "..   ")
    try screen.enter("}", shows: "2> ")
    try screen.enter("twice(617)", shows: "1234\n")
    try screen.enter("twice(", shows: "..   ")
    try screen.enter("", shows: "error: ", "3> ")
    try screen.leave()
  }

  @Test func completesByTab() throws {
    let scratch = try Scratch()
    let screen = try Screen(home: scratch.path)
    try screen.expect("1> ")
    try screen.enter("let weights = randn(3, 4)", shows: "2> ")
    try screen.type("wei\t")
    try screen.expect("weights")
    try screen.type(".sha\t")
    try screen.expect(".shape")
    try screen.enter("", shows: "[3, 4]\n")
    try screen.type("quantize(weights, bi\t")
    try screen.expect("bits: ")
    try screen.type("4, per: .ch\t")
    try screen.expect("channel")
    try screen.enter(")", shows: "Quantized [3, 4] int4")
    try screen.type(":sa\t")
    try screen.expect(":save ")
    try screen.type("\u{3}")
    try screen.expect("^C")
    try screen.expect("> ")
    try screen.leave()
  }

  @Test func remembersAcrossRuns() throws {
    let scratch = try Scratch()
    let first = try Screen(home: scratch.path)
    try first.expect("1> ")
    try first.enter("print(11 * 11)", shows: "121\n")
    try first.enter("for i in 0..<2 {", shows: ".. ")
    try first.enter("print(i + 500)", shows: ".. ")
    try first.enter("}", shows: "501\n", "> ")
    try first.leave()

    let path = scratch.path + "/.local/state/notch/history"
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    #expect(attributes[.posixPermissions] as? Int == 0o600)

    let second = try Screen(home: scratch.path)
    try second.expect("1> ")
    // Up once is the loop, whole; twice the line before it.
    try second.type("\u{1B}[A")
    try second.expect("print(i + 500)")
    try second.type("\r")
    try second.expect("501\n")
    try second.expect("2> ")
    try second.type("\u{1B}[A\u{1B}[A")
    try second.expect("11 * 11)")
    try second.type("\r")
    try second.expect("121\n")
    try second.expect("> ")
    try second.leave()
  }

  @Test func putsTheHistoryWhereTheSystemSays() throws {
    let scratch = try Scratch()
    let state = scratch.path + "/state"
    let screen = try Screen(home: scratch.path, environment: ["XDG_STATE_HOME": state])
    try screen.expect("1> ")
    try screen.enter("617 + 617", shows: "1234\n")
    // Written at once, not when it ends.
    #expect(try scratch.read("state/notch/history").contains("617 + 617"))
    screen.child.send(SIGKILL)
    #expect(try screen.end() == 128 + SIGKILL)
    #expect(!FileManager.default.fileExists(atPath: scratch.path + "/.local"))
  }

  @Test func ctrlCDropsTheLine() throws {
    let scratch = try Scratch()
    let screen = try Screen(home: scratch.path)
    try screen.expect("1> ")
    try screen.type("nonsense")
    try screen.expect("nonsense")
    try screen.type("\u{3}")
    try screen.expect("^C")
    try screen.expect("1> ")
    try screen.enter("print(", shows: ".. ")
    try screen.type("\u{3}")
    try screen.expect("1> ")
    try screen.enter("1234 * 10", shows: "12340\n", "> ")
    try screen.leave()
  }

  @Test func ctrlCStopsACellAndKeepsVariables() throws {
    let scratch = try Scratch()
    let screen = try Screen(home: scratch.path)
    try screen.expect("1> ")
    try screen.enter("var k = 1234", shows: "2> ")
    try screen.enter("k = 5; print(\"loop\", k); while true {}", shows: "loop 5\n")
    try screen.type("\u{3}")
    try screen.expect("interrupted")
    try screen.expect("2> ")
    try screen.enter("k * 10", shows: "12340\n")
    try screen.enter(
      "var net = Sequential(Flatten(), Dense(10)); let data = digits(500)", shows: "4> ")
    try screen.enter("fit(&net, data, epochs: 100000)", shows: "epoch 1/100000")
    try screen.type("\u{3}")
    try screen.expect("interrupted")
    try screen.expect("4> ")
    try screen.enter("data.count * 7", shows: "3500\n", "> ")
    try screen.leave()
  }

  /// A paste of several lines is one input, which Enter ends.
  @Test func takesAPasteAsOneInput() throws {
    let scratch = try Scratch()
    let screen = try Screen(home: scratch.path)
    try screen.expect("1> ")
    #expect(screen.everything.contains("\u{1B}[?2004h"))
    try screen.type("\u{1B}[200~let a = 600\nlet b = 34\n(a + b) * 2\u{1B}[201~")
    try screen.expect("(a + b) * 2")
    try screen.type("\r")
    try screen.expect("1268\n")
    try screen.expect("2> ")
    try screen.leave()
  }

  @Test func takesLinesTypedAhead() throws {
    let scratch = try Scratch()
    let screen = try Screen(home: scratch.path)
    try screen.expect("1> ")
    try screen.type("let a = 600\rlet b = 34\r(a + b) * 2\r")
    try screen.expect("1268\n")
    try screen.expect("> ")
    try screen.leave()
  }

  /// While a cell runs the terminal gathers lines without echo; afterwards it is as it was.
  @Test func givesTheTerminalBack() throws {
    let scratch = try Scratch()
    let screen = try Screen(home: scratch.path)
    try screen.expect("1> ")
    #expect(!screen.isCooked)
    try screen.enter("print(\"loop\", 1); while true {}", shows: "loop 1\n")
    #expect(screen.isSilent)
    try screen.type("\u{3}")
    try screen.expect("1> ")
    #expect(!screen.isCooked)
    screen.child.send(SIGTERM)
    #expect(try screen.child.exitCode() == 128 + SIGTERM)
    #expect(screen.isCooked)
  }

  @Test func obeysItsCommands() throws {
    let scratch = try Scratch()
    let screen = try Screen(home: scratch.path)
    try screen.expect("1> ")
    try screen.enter("let total = 1230 + 4", shows: "2> ")
    try screen.enter("randn(2, 2)", shows: "3> ")
    try screen.enter("nothing", shows: "3> ")
    try screen.enter(":vars", shows: "total  Int")
    try screen.enter(":save \(scratch.path)/kept", shows: "2 cells written to", "3> ")
    try screen.enter(":save \(scratch.path)/kept", shows: "file exists")
    try screen.enter(":time", shows: "is shown")
    try screen.enter("5", shows: " s\n")
    try screen.enter(":help zeros", shows: "zeros(")
    try screen.enter(":sav", shows: "needs the name")
    try screen.enter(":vras", shows: "did you mean ':vars'?")
    try screen.enter(":reset", shows: "1> ")
    try screen.enter("total", shows: "no name 'total'")
    try screen.enter("exit")
    #expect(try screen.end() == 0)
    // What was saved draws the same numbers when it is replayed.
    #expect(try Run(["replay", scratch.path + "/kept.notch"]).code == 0)
  }

  @Test func showsProgressOnlyAtATerminal() throws {
    let scratch = try Scratch()
    let code = """
      var net = Sequential(Flatten(), Dense(10))
      let data = digits(3000)
      while true { fit(&net, data, epochs: 1, batchSize: 1) }
      """
    let screen = try Screen(["-e", code], home: scratch.path)
    try screen.expect("epoch 1/1 [")
    try screen.expect("%")
    try screen.expect("images/s")
    try screen.type("\u{3}")
    try screen.expect("interrupted")
    #expect(try screen.end() == 130)
    let short = "var net = Sequential(Flatten(), Dense(10)); fit(&net, digits(2000), batchSize: 1)"
    let run = try Run(["-e", short])
    #expect(run.code == 0)
    #expect(run.errors.isEmpty)
    #expect(!run.output.contains("["))
  }

  @Test func coloursOnlyWhereTheyAreWanted() throws {
    let scratch = try Scratch()
    let path = try scratch.write("// %%\nlet x = 1\n", to: "a.notch")
    func escapes(_ arguments: [String], _ environment: [String: String]) throws -> Bool {
      let screen = try Screen(arguments + [path], home: scratch.path, environment: environment)
      try screen.expect("[1/1]")
      try screen.enter("q")
      _ = try screen.end()
      return screen.everything.contains("\u{1B}[35mlet\u{1B}[0m")
    }
    #expect(try escapes(["step"], ["NO_COLOR": ""]))
    #expect(try !escapes(["step"], ["NO_COLOR": "1"]))
    #expect(try !escapes(["step", "--no-color"], ["NO_COLOR": ""]))
    #expect(try !escapes(["step"], ["NO_COLOR": "", "TERM": "dumb"]))
  }
}
