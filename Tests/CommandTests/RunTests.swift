import Foundation
import Testing

/// Running files and code without a terminal.
@Suite struct RunTests {
  @Test func runsAFile() throws {
    let scratch = try Scratch()
    let path = try scratch.write(
      "// %%\nprint(\"a\", terminator: \"\")\nprint(\"b\")\n6 * 7\n// %%\nprint(\"c\")\n",
      to: "lesson.notch")
    for arguments in [["run", path], [path]] {
      let run = try Run(arguments)
      #expect(run.code == 0)
      #expect(run.output == "ab\n42\nc\n")
      #expect(run.errors.isEmpty)
    }
  }

  @Test func endsAnOpenLineBeforeAResult() throws {
    let run = try Run(["-e", "print(1, terminator: \"\")\n2"])
    #expect(run.output == "1\n2\n")
  }

  @Test func runsAsAScript() throws {
    let scratch = try Scratch()
    let path = try scratch.write("#!/usr/bin/env notch\nprint(\"run\")\n", to: "script.notch")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    let pipe = try Pipe()
    let child = try Child(
      path, [], environment: Child.environment(home: scratch.path), streams: [1: pipe.writing])
    close(pipe.writing)
    let output = Collector(pipe.reading)
    try output.read { _ in false }
    #expect(try child.exitCode() == 0)
    #expect(output.text == "run\n")
  }

  @Test(arguments: [[], ["run", "-"]])
  func runsStandardInput(arguments: [String]) throws {
    let run = try Run(arguments, input: "let x = 20\nx + 1\n")
    #expect(run.code == 0)
    #expect(run.output == "21\n")
  }

  @Test func runsCodeOfTheCommandLine() throws {
    let run = try Run(["-e", "let x = 20", "-e", "x + 1"])
    #expect(run.code == 0)
    #expect(run.output == "21\n")
    #expect(try Run(["-e", "-1 + 2"]).output == "1\n")
  }

  @Test func aFailingCellIsShownWithItsPlace() throws {
    let scratch = try Scratch()
    let path = try scratch.write(
      "// %%\nprint(1)\n// %%\n\nlet y = 1 / 0\n// %%\nprint(2)\n", to: "bad.notch")
    let run = try Run(["run", path])
    #expect(run.code == 3)
    #expect(run.output == "1\n")
    #expect(run.errors.hasPrefix("error: "))
    #expect(run.errors.contains("bad.notch, line 5"))
    #expect(run.errors.contains("^"))
  }

  /// Both streams on one pipe come in the order of what happened.
  @Test func keepsOrderBetweenStreams() throws {
    let run = try Run(["-e", "print(\"before\", terminator: \"\")\n[1][2]"], merged: true)
    #expect(run.output.hasPrefix("before\nerror: "))
  }

  @Test func aFalseExpectationIsADifference() throws {
    let run = try Run(["-e", "expect(1 == 2, \"one is two\")"])
    #expect(run.code == 1)
    #expect(run.errors.contains("one is two"))
  }

  @Test func anErrorThatIsAskedForIsNoFailure() throws {
    let run = try Run([], input: "// %% Fails check=error\n[1][2]\n// %%\nprint(\"on\")\n")
    #expect(run.code == 0)
    #expect(run.output == "on\n")
  }

  @Test func setsParametersAndSeed() throws {
    let scratch = try Scratch()
    let path = try scratch.write(
      "// %% [parameters]\nlet bits = 8\n// %%\nprint(bits)\nrandn(2)\n", to: "p.notch")
    let plain = try Run(["run", path])
    let set = try Run(["run", path, "-p", "bits=4", "--seed", "9"])
    #expect(plain.output.hasPrefix("8\n"))
    #expect(set.output.hasPrefix("4\n"))
    #expect(plain.output.dropFirst(2) != set.output.dropFirst(2))
    #expect(try Run(["run", path, "-p", "bits=4", "--seed", "9"]).output == set.output)
    let wrong = try Run(["run", path, "-p", "bitz=4"])
    #expect(wrong.code == 2)
    #expect(wrong.errors.contains("bits"))
    #expect(try Run(["run", path, "-p", "bits"]).code == 2)
    #expect(try Run(["run", path, "-p", "bits=many"]).code == 2)
  }

  @Test func filesThatCannotBeRun() throws {
    let scratch = try Scratch()
    let notText = try scratch.write(Data([0x61, 0x0A, 0xFF, 0xFE]), to: "not-utf8.notch")
    let broken = try scratch.write("// %% [excercise]\n1\n", to: "kind.notch")
    for (path, words) in [
      (scratch.path + "/none.notch", "no such file"), (scratch.path, "folder"),
      (notText, "line 2: the byte at offset 2 is not UTF-8"), (broken, "[exercise]"),
    ] {
      for command in ["run", "replay", "step"] {
        let run = try Run([command, path])
        #expect(run.code == 2, "\(command) \(path)")
        #expect(run.errors.hasPrefix("error: ") && run.errors.contains(words), "\(run.errors)")
        #expect(run.output.isEmpty)
      }
    }
    #expect(try Run([], input: "\0").code == 2)
  }

  @Test(arguments: [
    ["--bad"], ["run"], ["replay"], ["step"], ["run", "a", "b"], ["--seed", "x"], ["--seed", "-1"],
    ["replay", "a", "--tolerance", "-1"], ["replay", "a", "--tolerance", "nan"], ["-e"],
    ["-e", "1", "a.notch"], ["-e", "1", "-p", "a=1"],
  ])
  func wrongCommandLines(arguments: [String]) throws {
    let run = try Run(arguments)
    #expect(run.code == 2)
    #expect(run.errors.hasPrefix("error: "))
    #expect(run.output.isEmpty)
  }

  @Test(arguments: [["--help"], ["run", "--help"], ["help", "replay"], ["-h"], ["step", "-h"]])
  func givesHelp(arguments: [String]) throws {
    let run = try Run(arguments)
    #expect(run.code == 0)
    #expect(run.output.contains("USAGE: notch"))
    #expect(run.errors.isEmpty)
  }

  @Test func givesItsVersion() throws {
    let run = try Run(["--version"])
    #expect(run.code == 0)
    #expect(run.output.split(separator: ".").count == 3)
  }

  @Test func writesNoEscapesWhereThereIsNoTerminal() throws {
    let run = try Run(["-e", "let x = [1]\nx[5]"], environment: ["TERM": "xterm-256color"])
    #expect(run.code == 3)
    #expect(!(run.output + run.errors).contains("\u{1B}"))
  }

  /// As in `notch run … | head -1`.
  @Test func endsQuietlyWhenItsReaderHasGone() throws {
    let running = try Running(["-e", "while true { print(\"line\") }"])
    try running.output.read { $0.contains("line") }
    running.output.stop()
    #expect(try running.child.exitCode() == 128 + SIGPIPE)
    try running.errors.read { _ in false }
    #expect(running.errors.text.isEmpty)
  }

  @Test(arguments: [
    "while true {}",
    "var net = Sequential(Flatten(), Dense(10))\nfit(&net, digits(500), epochs: 100000)",
  ])
  func isInterrupted(code: String) throws {
    let running = try Running(["-e", "print(\"ready\")\n" + code])
    try running.output.read { $0.contains("ready") }
    running.child.send(SIGINT)
    #expect(try running.child.exitCode() == 130)
    try running.errors.read { _ in false }
    #expect(running.errors.text.contains("interrupted"))
  }

  @Test func saysThatItCannotWrite() throws {
    guard FileManager.default.fileExists(atPath: "/dev/full") else { return }
    let full = open("/dev/full", O_WRONLY | O_CLOEXEC)
    let wrong = try Pipe()
    let child = try Child(
      Child.notch, ["-e", "1"], environment: Child.environment(home: "/nonexistent"),
      streams: [1: full, 2: wrong.writing])
    close(full)
    close(wrong.writing)
    let errors = Collector(wrong.reading)
    try errors.read { _ in false }
    #expect(try child.exitCode() == 3)
    #expect(errors.text == "error: cannot write to standard output: no space left on device\n")
  }

  @Test func checksWithoutRunning() throws {
    let scratch = try Scratch()
    let good = try scratch.write(
      "// %%\nprint(\"ran\")\nlet w = zeros(2)\n// %% check=error\nnothing\n", to: "good.notch")
    let bad = try scratch.write(
      "// %%\nprint(\"ran\")\nlet w = zeros(2)\n// %%\nqantize(w)\nquantize(w, bitz: 4)\n",
      to: "bad.notch")
    let well = try Run(["check", good])
    #expect(well.code == 0)
    #expect(well.output == "\(good)  1 cell, ok\n")
    let both = try Run(["check", bad, good])
    #expect(both.code == 2)
    #expect(both.output == "\(bad)  2 cells, 2 errors\n\(good)  1 cell, ok\n")
    #expect(both.errors.contains("did you mean 'quantize'?"))
    #expect(both.errors.contains("did you mean 'bits'?"))
    #expect(try Run(["check", scratch.path + "/nowhere.notch"]).code == 2)
  }
}
