import Foundation
import Testing

/// `notch replay`.
@Suite struct ReplayTests {
  private static let lesson = """
    // ---
    // seed: 7
    // ---

    // %% [markdown]
    // Prose that stays.

    // %% Numbers
    let x = 6   // a comment
    x * 7
    //> 42

    // %% Words
    print("hello")
    //> hello

    """

  @Test func aFileThatHolds() throws {
    let scratch = try Scratch()
    let path = try scratch.write(Self.lesson, to: "a.notch")
    let run = try Run(["replay", path])
    #expect(run.code == 0)
    #expect(run.output.hasPrefix("\(path)  2 cells, ok, "))
    #expect(run.output.hasSuffix(" s\n"))
    #expect(run.errors.isEmpty)
  }

  /// A recording that is compared in part is mentioned where it has another number of lines.
  @Test(arguments: [
    ("ignore", "//> a\n", true), ("ignore", "//> a\n//> b 2\n", false),
    ("ignore", "//> [..]\n", false), ("ignore", "", false), ("number", "//> 1\n", true),
    ("number", "//> x\n//> 1.00001\n", false), ("shape", "//> a\n", true),
  ]) func anOldRecording(check: String, recording: String, isOld: Bool) throws {
    let scratch = try Scratch()
    let text = "// %% Times check=\(check)\nprint(\"a\")\nprint(1.0)\n" + recording
    let path = try scratch.write(text, to: "a.notch")
    let run = try Run(["replay", path])
    #expect(run.code == 0)
    #expect(
      run.output.hasPrefix(
        isOld
          ? "\(path), cell 1, line 4: Times — it shows 2 lines where 1 is recorded"
          : "\(path)  1 cell, ok"), "\(run.output)")
  }

  @Test func aFileThatDiffers() throws {
    let scratch = try Scratch()
    let text = Self.lesson.replacing("//> hello", with: "//> hallo")
    let path = try scratch.write(text, to: "a.notch")
    let run = try Run(["replay", path])
    #expect(run.code == 1)
    #expect(run.output.contains("\(path), cell 3, line 15: Words"))
    #expect(run.output.contains("\n-//> hallo\n+//> hello\n"))
    #expect(run.output.contains("1 of 2 cells agree, 1 differs"))
    #expect(try scratch.read("a.notch") == text)
  }

  /// Recording changes lines of output and nothing else.
  @Test func recordsOutputsOnly() throws {
    let scratch = try Scratch()
    let text = Self.lesson.replacing("//> hello\n", with: "//> hallo\n//> and more\n")
      .replacing("//> 42\n", with: "")
    let path = try scratch.write(text, to: "a.notch")
    let run = try Run(["replay", "--record", path])
    #expect(run.code == 0)
    #expect(run.output.contains("output of 2 cells recorded"))
    #expect(try scratch.read("a.notch") == Self.lesson)
    #expect(try Run(["replay", path]).code == 0)
    let again = try Run(["replay", "--record", path])
    #expect(again.output.contains("its recording holds"))
    #expect(try scratch.read("a.notch") == Self.lesson)
  }

  @Test func aFailureEndsItAndIsNotRecorded() throws {
    let scratch = try Scratch()
    let text = "// %%\n1 / 0\n// %%\nprint(2)\n//> 3\n"
    let path = try scratch.write(text, to: "a.notch")
    let stopped = try Run(["replay", path])
    #expect(stopped.code == 3)
    #expect(stopped.errors.contains("cell 1"))
    #expect(stopped.errors.contains("line 2"))
    #expect(!stopped.output.contains("-//> 3"))
    #expect(stopped.output.contains("1 was not run"))
    let going = try Run(["replay", "--keep-going", path])
    #expect(going.code == 3)
    #expect(going.output.contains("-//> 3"))
    #expect(try Run(["replay", "--record", path]).code == 3)
    #expect(try scratch.read("a.notch") == text)
  }

  @Test func aFalseExpectationAndAnErrorThatDoesNotCome() throws {
    let scratch = try Scratch()
    let check = try scratch.write("// %%\nexpect(false, \"no\")\n", to: "check.notch")
    #expect(try Run(["replay", check]).code == 1)
    let fails = try scratch.write("// %% check=error\n1 + 1\n", to: "error.notch")
    let run = try Run(["replay", fails])
    #expect(run.code == 1)
    #expect(run.output.contains("should fail"))
    #expect(try Run(["replay", "--record", fails]).code == 1)
  }

  @Test func comparesWithinATolerance() throws {
    let scratch = try Scratch()
    let path = try scratch.write("// %%\n0.5\n//> 0.51\n", to: "a.notch")
    #expect(try Run(["replay", path]).code == 1)
    #expect(try Run(["replay", path, "--tolerance", "0.1"]).code == 0)
  }

  @Test func replaysManyFiles() throws {
    let scratch = try Scratch()
    let good = try scratch.write(Self.lesson, to: "good.notch")
    let bad = try scratch.write("// %%\n1\n//> 2\n", to: "bad.notch")
    let both = try Run(["replay", bad, good])
    #expect(both.code == 1)
    #expect(both.output.contains("\(good)  2 cells, ok"))
    #expect(both.output.hasSuffix("1 of 2 files hold\n"))
    let withNone = try Run(["replay", scratch.path + "/none.notch", good])
    #expect(withNone.code == 2)
    #expect(withNone.output.contains("\(good)  2 cells, ok"))
    #expect(try Run(["replay", good, good]).output.hasSuffix("2 of 2 files hold\n"))
  }

  /// Each file has variables of its own.
  @Test func filesShareNothing() throws {
    let scratch = try Scratch()
    let first = try scratch.write("// %%\nlet shared = 1\n", to: "1.notch")
    let second = try scratch.write(
      "// %% check=error\nshared\n//! no name 'shared' here\n", to: "2.notch")
    #expect(try Run(["replay", first, second]).code == 0)
  }

  @Test func isInterrupted() throws {
    let scratch = try Scratch()
    let text = "// %%\nprint(1)\n//> 2\n// %%\nwhile true {}\n//> 3\n"
    let path = try scratch.write(text, to: "a.notch")
    for arguments in [["replay", path, path], ["replay", "--record", path]] {
      let running = try Running(arguments)
      // The diff of the first cell says that the second is on its way; a recording says nothing.
      if arguments.count == 3, arguments[1] == path {
        try running.output.read { $0.contains("+//> 1") }
        running.child.send(SIGINT)
      } else {
        try untilBusy(running.child.process)
        running.child.send(SIGINT)
      }
      #expect(try running.child.exitCode() == 130)
    }
    #expect(try scratch.read("a.notch") == text)
  }

  /// Waits until a process has computed for a while, which it does only in its endless cell.
  private func untilBusy(_ process: pid_t) throws {
    let deadline = Date().addingTimeInterval(60)
    while Date() < deadline {
      let line = (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)) ?? ""
      let fields = (line.split(separator: ")").last ?? "").split(separator: " ")
      if fields.count > 11, let ticks = Int(fields[11]), ticks > 100 { return }
      usleep(20_000)
    }
    throw Trouble("the command never began to compute")
  }
}
