import Foundation
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Whatever a file holds, every command says what is wrong with it and leaves it as it was.
@Suite struct BadFileTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var bytes: [UInt8]
    /// The exit code of a replay.
    var code: Int32
    /// Part of what is said about it; empty where nothing is wrong.
    var message: String

    var testDescription: String { name }

    init(_ name: String, _ text: String, _ code: Int32, _ message: String) {
      self.init(name, Array(text.utf8), code, message)
    }

    init(_ name: String, _ bytes: [UInt8], _ code: Int32, _ message: String) {
      (self.name, self.bytes, self.code, self.message) = (name, bytes, code, message)
    }
  }

  static let cases: [Case] = [
    Case(
      "Latin-1", Array("// %%\nprint(\"".utf8) + [0xE9] + Array("\")\n".utf8), 2, "is not UTF-8"),
    Case("a cut-off character", Array("// %%\n1 // ".utf8) + [0xE2, 0x82], 2, "is not UTF-8"),
    Case("UTF-16", [0xFF, 0xFE, 0x2F, 0x00, 0x2F, 0x00], 2, "is not UTF-8"),
    Case(
      "NUL", Array("// %%\n1\n".utf8) + [0] + Array("\n2\n".utf8), 2,
      "line 3: the byte at offset 8 is NUL"),
    Case("nothing", "", 0, ""),
    Case("a byte order mark", "\u{FEFF}// %%\n1\n//> 1\n", 0, ""),
    Case("CRLF", "// %%\r\nlet t = \"\"\"\r\n  a\r\n  \"\"\"\r\nt.count\r\n//> 1\r\n", 0, ""),
    Case("lone CR", "// %%\rprint(1)\r", 0, ""),
    Case(
      "a mebibyte on a line",
      "// %%\nprint(\"" + String(repeating: "é", count: 1 << 19) + "\".count)\n//> 524288\n", 0, ""),
    Case(
      "a mebibyte of brackets", "// %%\n" + String(repeating: "(", count: 1 << 20) + "\n", 3,
      "nested too deeply"),
    Case(
      "a mebibyte in a header", "// %% " + String(repeating: "x", count: 1 << 20) + "\n1\n//> 1\n",
      0, ""),
    Case("100,000 cells", String(repeating: "// %%\nlet a = 1\n", count: 100_000), 0, ""),
    Case(
      "100,000 cells of prose", String(repeating: "// %% [markdown]\n// a\n", count: 100_000), 0, ""
    ),
    Case("an open string", "// %%\nlet a = \"b\n", 3, "line 2"),
    Case("an open text", "// %%\nlet a = \"\"\"\n  b\n// %%\n1\n", 3, "line 2"),
    Case("an open comment", "// %%\n1 /* a\n// %%\n2\n", 3, "line 2"),
    Case("a brace too many", "// %%\n}\n", 3, "line 2"),
    Case(
      "the same id twice", "// %% id=a\n1\n// %% id=a\n2\n", 2,
      "line 3: the id a is already that of the cell in line 1"),
    Case("an unknown kind", "// %% [solutoin]\n1\n", 2, "did you mean [solution]?"),
    Case("two kinds", "// %% [code] [check]\n1\n", 2, "a second one"),
    Case("a bad check", "// %% check=exactly\n1\n", 2, "check must be one of"),
    Case("a bad time limit", "// %% timeout=-1\n1\n", 2, "timeout must be"),
    Case("an open quote", "// %% title=\"a\n1\n", 2, "has no closing quote"),
    Case("open settings", "// ---\n// title: a\n// %%\n1\n", 2, "not closed"),
    Case("a bad seed", "// ---\n// seed: -1\n// ---\n", 2, "line 2: seed must be"),
    Case("code behind output", "// %%\n1\n//> 1\n2\n", 2, "line 4: code stands after"),
    Case("output before code", "// %%\n//> 1\n", 2, "line 2: recorded output stands before"),
    Case("code in prose", "// %% [markdown]\nhello\n", 2, "line 2: each line of a [markdown]"),
    Case("missing data", "// ---\n// data: mnist\n// ---\n// %%\nmnist()\n", 3, "mnist"),
  ]

  @Test(arguments: cases) func everyCommandSaysWhatIsWrong(_ bad: Case) throws {
    let scratch = try Scratch()
    let path = try scratch.write(Data(bad.bytes), to: "a.notch")
    try scratch.write("", to: "data/mnist/empty")
    let environment = ["NOTCH_DATA": scratch.path + "/data"]
    // What is large takes its time in a build for tests: one command that runs, one that does not.
    let commands =
      bad.bytes.count > 1_000_000
      ? ["replay", "export"] : ["replay", "run", "test", "step", "export"]
    for command in commands {
      let arguments = [command, path] + (command == "export" ? ["-o", "-"] : [])
      let run = try Run(arguments, home: scratch.path, environment: environment)
      switch bad.code {
      case 0: #expect(run.code == 0, "\(arguments): \(run.errors.prefix(500))")
      case 2: #expect(run.code == 2, "\(arguments): \(run.errors.prefix(500))")
      default:
        // Neither a page nor a test of exercises, where there are none, runs anything.
        let isRun = command != "export" && command != "test"
        #expect(run.code == (isRun ? 3 : 0), "\(arguments)")
      }
      if run.code != 0 { #expect(run.errors.contains(bad.message), "\(run.errors.prefix(500))") }
    }
    if bad.code == 0, bad.bytes.count > 1_000_000 { return }
    _ = try Run(["replay", "--record", path], home: scratch.path, environment: environment)
    let now = try [UInt8](Data(contentsOf: URL(filePath: path)))
    // A recording is added to what ran; a file that is wrong stays as it is.
    if bad.code != 0 { #expect(now == bad.bytes) }
  }

  /// A file that another program changes while it is replayed stays as that program left it.
  @Test func aFileThatChangesWhileItIsRecorded() throws {
    let scratch = try Scratch()
    let path = try scratch.write(
      "// %%\ntime { 1 }\nvar i = 0\nwhile i < 4000000 { i += 1 }\ni\n", to: "a.notch")
    let running = try Running(["replay", "--record", path], home: scratch.path)
    // By then the file was read, and the loop still runs.
    try running.errors.read { $0.contains("took") }
    try scratch.write("// %%\n\"mine\"\n", to: "a.notch")
    #expect(try running.child.exitCode() == 2)
    try running.errors.read { _ in false }
    #expect(running.errors.text.contains("was changed by another program since it was read"))
    #expect(try scratch.read("a.notch") == "// %%\n\"mine\"\n")
  }

  /// A disk that is full: here, files that may not become longer than a few bytes.
  @Test func aFullDiskLeavesTheOldFile() throws {
    let scratch = try Scratch()
    let text = "// %%\nprint(\"\(String(repeating: "long ", count: 2_000))\")\n"
    let path = try scratch.write(text, to: "a.notch")
    let script = "ulimit -f 1; trap '' XFSZ; exec \(Child.notch) replay --record \(path)"
    let wrong = try Pipe()
    let child = try Child(
      "/bin/bash", ["-c", script], environment: Child.environment(home: scratch.path),
      streams: [2: wrong.writing])
    close(wrong.writing)
    let errors = Collector(wrong.reading)
    try errors.read { _ in false }
    #expect(try child.exitCode() == 2)
    #expect(errors.text.contains("cannot write \(path): file too large"), "\(errors.text)")
    #expect(try scratch.read("a.notch") == text)
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["a.notch"])
  }

  /// Standard output on a full disk is an error, not a crash.
  @Test func outputThatCannotBeWritten() throws {
    let full = open("/dev/full", O_WRONLY | O_CLOEXEC)
    guard full >= 0 else { return }
    let scratch = try Scratch()
    let path = try scratch.write("// %%\n1\n//> 1\n", to: "a.notch")
    for arguments in [["replay", path], ["replay", "--json", path], ["run", path]] {
      let child = try Child(
        Child.notch, arguments, environment: Child.environment(home: scratch.path),
        streams: [1: full])
      #expect(try child.exitCode() == 3)
    }
    close(full)
  }

  @Test func placesThatCannotBeWritten() throws {
    let scratch = try Scratch()
    let path = try scratch.write("// %%\n1\n//> 1\n", to: "a.notch")
    let run = try Run(["replay", path, "--junit", scratch.path + "/none/report.xml"])
    #expect(run.code == 2)
    #expect(run.errors.contains("cannot write"))
    for command in ["replay", "run", "step", "test", "watch", "export", "import"] {
      #expect(try Run([command, scratch.path]).code == 2)
      #expect(try Run([command, scratch.path + "/none.notch"]).code == 2)
      #expect(try Run([command, "/dev/null/x"]).errors.contains("not a directory"))
    }
  }
}
