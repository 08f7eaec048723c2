import Language
import Sessions
import Testing

@testable import Notebooks

@Suite struct ReplayTests {
  static let text = """
    // ---
    // seed: 9
    // tolerance: 1e-2
    // time-limit: 30
    // ---
    // %% [parameters]
    let epochs = 3
    // %% Show timeout=5
    show epochs
    //> 3.0
    // %% Fails check=error
    show b
    //! unknown name 'b'
    //! help: did you mean 'a'?
    // %% Draw id=draw
    draw
    //> [..]
    // %% Turn [exercise]
    fail not yet
    // %% [hint]
    // Think.
    // %% [hint]
    // Set a to 1.
    // %% [solution]
    let a = 1
    // %% [check]
    expect a 1
    // %% Last
    print done
    //> done
    """

  @Test func passesAndDrawsFromTheCellsStreams() throws {
    let file = try CellFile(Self.text)
    let runner = ScriptedRunner()
    var seen: [Int] = []
    let report = try Replay(file).run(with: runner, progress: { seen.append($0.number) })
    #expect(report.hasPassed)
    #expect(seen == [1, 2, 3, 4, 8, 9, 10])
    #expect(report.summary == "7 of 7 cells agree")
    #expect(report.entries[3].lines.map(\.text) == ["9:\(CellStream.of(id: "draw"))"])
    #expect(report.seconds == 1.75)
    #expect(runner.limits == [30, 5, 30, 30, 30, 30, 30])
    #expect(try report.recording(of: file).bytes == file.bytes)
  }

  @Test func reportsDifferencesAndGoesOn() throws {
    let file = try CellFile(
      "print a\n//> b\n// %% M\n1\n//> x\n// %% U\nprint u\n// %% E check=error\nprint fine\n//! bad\n"
    )
    let report = try Replay(file).run(with: ScriptedRunner())
    #expect(report.differences.map(\.kind) == [.changed, .missing, .unexpected, .missingError])
    #expect(report.differences.map(\.line) == [2, 5, 6, 10])
    #expect(report.differences.map(\.cell) == [1, 2, 3, 4])
    #expect(!report.hasPassed)
    #expect(report.summary == "0 of 4 cells agree, 4 differ")
    let new = try report.recording(of: file)
    #expect(
      new.text
        == "print a\n//> a\n// %% M\n1\n// %% U\nprint u\n//> u\n// %% E check=error\nprint fine\n//! bad\n"
    )
  }

  @Test func stopsAtAnUnexpectedFailureUnlessItShallGoOn() throws {
    let file = try CellFile("fail bad\n// %% Next\nprint a\n")
    var report = try Replay(file).run(with: ScriptedRunner())
    #expect(report.failures.map(\.cell.number) == [1])
    #expect(report.notRun == 1)
    #expect(report.summary == "0 of 2 cells agree, 1 failed, 1 was not run")
    // A failure is never recorded.
    #expect(try report.recording(of: file).bytes == file.bytes)
    var options = RunOptions()
    options.keepsGoing = true
    report = try Replay(file, options: options).run(with: ScriptedRunner())
    #expect(report.entries.count == 2)
    #expect(!report.hasPassed)
    #expect(try report.recording(of: file).text == "fail bad\n// %% Next\nprint a\n//> a\n")
  }

  @Test func interruptionsAreNeverExpected() throws {
    var options = RunOptions()
    options.keepsGoing = true
    let slow = try CellFile(
      "// %% A check=error\nslow\n//! stopped at the time limit\n// %% B\nprint 1")
    var report = try Replay(slow, options: options).run(with: ScriptedRunner())
    #expect(report.failures.count == 1)
    #expect(report.entries.count == 2)
    let stopped = try CellFile("// %% A check=ignore\nstop\n// %% B\nprint 1\n")
    report = try Replay(stopped, options: options).run(with: ScriptedRunner())
    #expect(report.entries.count == 1)
    #expect(!report.hasPassed)
  }

  @Test func toleratesWhatTheFileAllowsAndKeepsSuchARecording() throws {
    let file = try CellFile(Self.text)
    let runner = ScriptedRunner()
    runner.drift = 0.02
    var report = try Replay(file).run(with: runner)
    #expect(report.hasPassed)
    #expect(try report.recording(of: file).bytes == file.bytes)
    #expect(
      try report.recording(of: file, allDigits: true).text
        == Self.text.replacing("//> 3.0", with: "//> 3.02"))
    runner.drift = 0.04
    report = try Replay(file).run(with: runner)
    #expect(report.differences.map(\.cell) == [2])
    #expect(try report.recording(of: file).text == Self.text.replacing("//> 3.0", with: "//> 3.04"))
    var options = RunOptions()
    options.tolerance = 0.1
    #expect(try Replay(file, options: options).run(with: runner).hasPassed)
  }

  @Test func aMessageByHandNeedsNoHelp() throws {
    let file = try CellFile("// %% A check=error\nshow b\n//! unknown name [..]\n")
    #expect(try Replay(file).run(with: ScriptedRunner()).hasPassed)
  }

  @Test func parametersReplaceLiterals() throws {
    let file = try CellFile(
      """
      // %% [parameters]
      let epochs = 3  // how long
      let rate = 0.1
      let isFast = false
      let name = "mnist // x"
      let twice = epochs * 2
      // %% [markdown]
      // let prose = 1
      """)
    #expect(file.parameters.map(\.name) == ["epochs", "rate", "isFast", "name"])
    #expect(file.parameters.map(\.kind) == [.int, .double, .bool, .string])
    #expect(file.parameters.map(\.line) == [2, 3, 4, 5])
    let code = try file.code(overriding: [
      ParameterOverride("epochs=-1"), ParameterOverride("rate=2"),
      ParameterOverride("isFast=true"), ParameterOverride("name=a\"\\(b)=c"),
    ])
    #expect(
      code[1] == """
        let epochs = -1  // how long
        let rate = 2.0
        let isFast = true
        let name = "a\\"\\\\(b)=c"
        let twice = epochs * 2
        """)
    #expect(
      try file.code(overriding: [.init(name: "name", value: "\"x\"")])[1]?.contains("= \"x\"\n")
        == true)
    #expect(throws: ParameterError.malformed("epochs")) { try ParameterOverride("epochs") }
    #expect(
      throws: ParameterError.unknown(
        name: "epoch", nearest: "epochs", known: ["epochs", "rate", "isFast", "name"])
    ) { try file.code(overriding: [.init(name: "epoch", value: "1")]) }
    for (name, kind, value) in [
      ("epochs", Parameter.Kind.int, "1.5"), ("epochs", .int, "99999999999999999999"),
      ("isFast", .bool, "1"), ("rate", .double, "inf"), ("rate", .double, "1e999"),
    ] {
      #expect(throws: ParameterError.wrongKind(name: name, kind: kind, value: value)) {
        try file.code(overriding: [.init(name: name, value: value)])
      }
    }
  }

  @Test(arguments: [
    "let a = \"x\\\"", "let a = \"\\(b)\"", "let a = 1 + 2", "let = 1", "let a", "a = 1",
    "let a = ", "let a =", "let", "func a", "let a = \"\"\"", "let a = 1/2", "let 1 = 1", "",
  ])
  func linesThatAreNoParameters(line: String) {
    #expect(ParameterLine.parse(Array(line.utf8)[...]) == nil)
  }

  @Test func parametersReachTheRun() throws {
    let file = try CellFile(Self.text)
    var options = RunOptions()
    options.parameters = [.init(name: "epochs", value: "5")]
    options.seed = 77
    let runner = ScriptedRunner()
    let report = try Replay(file, options: options).run(with: runner)
    #expect(runner.names["epochs"] == "5")
    #expect(runner.seed == 77)
    #expect(report.differences.map(\.cell) == [2])
  }
}
