import Foundation
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// What can be chosen about `notch replay`.
@Suite struct ReplayChoicesTests {
  private static let lesson = """
    // ---
    // seed: 5
    // ---
    // %% [parameters]
    let bits = 8
    // %% Heavy
    let heavy = 1
    print("heavy ran")
    //> heavy ran
    // %% Base id=base
    let base = bits * 2
    // %% Other id=other
    print("other", 7)
    //> other 8
    // %% Result id=result
    base + 5
    //> 21
    // %% Words
    print("done")
    //> gone

    """

  @Test func onlyAndFromRunWhatTheyNeed() throws {
    let scratch = try Scratch()
    let path = try scratch.write(Self.lesson, to: "a.notch")
    let only = try Run(["replay", "--only", "result", path])
    #expect(only.code == 0)
    #expect(only.output.hasPrefix("\(path)  1 cell, ok, "))
    let two = try Run(["replay", "--only", "result", "--only", "4", path])
    #expect(two.code == 1)
    #expect(two.output.contains("1 of 2 cells agree, 1 differs"))
    let from = try Run(["replay", "--from", "result", path])
    #expect(from.code == 1)
    #expect(from.output.contains("-//> gone\n+//> done"))
    #expect(!from.output.contains("other"))
    #expect(from.output.contains("1 of 2 cells agree, 1 differs"))
    let wrong = try Run(["replay", "--only", "resutl", path])
    #expect(wrong.code == 2)
    #expect(wrong.errors.contains("the file has no cell resutl; did you mean result?"))
    #expect(try Run(["replay", "--from", "99", path]).errors.contains("numbered from 1 to 6"))
  }

  /// A cell that is needed fails: its failure is what is reported.
  @Test func aNeededCellThatFails() throws {
    let scratch = try Scratch()
    let path = try scratch.write(
      "// %%\nlet a = 1 / 0\n// %%\nlet b = 2\n// %% id=c\na + b\n", to: "a.notch")
    let run = try Run(["replay", "--only", "c", path])
    #expect(run.code == 3)
    #expect(run.errors.contains("cell 1"))
    #expect(run.output.contains("0 of 1 cell agrees, 1 failed, 1 was not run"))
  }

  @Test func parametersAndTheNearestName() throws {
    let scratch = try Scratch()
    let path = try scratch.write(Self.lesson, to: "a.notch")
    let run = try Run(["replay", "--only", "result", "-p", "bits=4", path])
    #expect(run.code == 1)
    #expect(run.output.contains("-//> 21\n+//> 13"))
    let wrong = try Run(["replay", "-p", "bist=4", path])
    #expect(wrong.code == 2)
    #expect(wrong.errors.contains("no parameter bist; did you mean bits?"))
  }

  @Test func timeLimitsLeaveEveryVariableAsItWas() throws {
    let scratch = try Scratch()
    for (header, settings, arguments) in [
      (" timeout=0.2", "", []), ("", "// ---\n// time-limit: 0.2\n// ---\n", []),
      ("", "", ["--time-limit", "0.2"]),
    ] {
      let path = try scratch.write(
        settings + """
          // %%
          var x = 617
          // %%\(header)
          x = 0
          while true {}
          // %%
          x * 2
          //> 1234

          """, to: "a.notch")
      let run = try Run(["replay", "--keep-going", path] + arguments)
      #expect(run.code == 3)
      #expect(run.errors.contains("stopped at the time limit"))
      #expect(run.output.contains("2 of 3 cells agree, 1 failed"))
    }
  }

  @Test func writesJUnit() throws {
    let scratch = try Scratch()
    let text = Self.lesson + "// %% Signs <&> \"q\"\nprint(\"a < b & c\")\n//> no\n// %%\n1 / 0\n"
    let path = try scratch.write(text, to: "a.notch")
    let report = scratch.path + "/report.xml"
    let missing = scratch.path + "/none.notch"
    let run = try Run(["replay", path, missing, "--junit", report])
    #expect(run.code == 2)
    let document = try XMLDocument(data: Data(contentsOf: URL(filePath: report)))
    let root = try #require(document.rootElement())
    #expect(root.name == "testsuites")
    #expect(root.attribute(forName: "tests")?.stringValue == "9")
    #expect(root.attribute(forName: "failures")?.stringValue == "3")
    #expect(root.attribute(forName: "errors")?.stringValue == "2")
    let suites = root.elements(forName: "testsuite")
    #expect(suites.map { $0.attribute(forName: "name")?.stringValue } == [path, missing])
    let cases = suites[0].elements(forName: "testcase")
    #expect(cases.count == 8)
    #expect(cases[6].attribute(forName: "name")?.stringValue == "cell 7: Signs <&> \"q\"")
    let failure = try #require(cases[6].elements(forName: "failure").first)
    #expect(failure.stringValue?.contains("+//> a < b & c") == true)
    #expect(cases[7].elements(forName: "error").count == 1)
    #expect(cases[0].childCount == 0)
  }

  @Test func writesJSONAndNothingElse() throws {
    struct Report: Decodable {
      struct File: Decodable {
        struct Cell: Decodable {
          var number: Int
          var id: String?
          var title: String
          var line: Int
          var result: String
          var detail: String?
        }
        var path: String
        var holds: Bool
        var notRun: Int?
        var error: String?
        var cells: [Cell]
      }
      var format: Int
      var holds: Bool
      var files: [File]
    }
    let scratch = try Scratch()
    let path = try scratch.write(Self.lesson, to: "a.notch")
    let run = try Run(["replay", "--json", path, scratch.path + "/none.notch"])
    #expect(run.code == 2)
    let report = try JSONDecoder().decode(Report.self, from: Data(run.output.utf8))
    #expect(report.format == 1 && !report.holds)
    #expect(report.files.map(\.holds) == [false, false])
    #expect(report.files[0].cells.map(\.number) == [1, 2, 3, 4, 5, 6])
    let results = ["agrees", "agrees", "agrees", "differs", "agrees", "differs"]
    #expect(report.files[0].cells.map(\.result) == results)
    #expect(report.files[0].cells[2].id == "base")
    #expect(report.files[0].cells[3].detail?.contains("-//> other 8\n+//> other 7") == true)
    #expect(report.files[1].error != nil && report.files[1].cells.isEmpty)
  }

  @Test func showsATableOfSeveralFiles() throws {
    let scratch = try Scratch()
    let bad = try scratch.write(Self.lesson, to: "bad.notch")
    let good = try scratch.write("// %%\n1 + 1\n//> 2\n", to: "good.notch")
    let run = try Run(["replay", bad, good])
    let lines = run.output.split(separator: "\n")
    let heading = try #require(lines.firstIndex { $0.hasPrefix("file ") })
    #expect(
      lines[heading].split(separator: " ")
        == ["file", "cells", "agree", "differ", "failed", "not", "run", "time"])
    #expect(
      lines[heading + 1].split(separator: " ").prefix(6) == [bad[...], "6", "4", "2", "0", "0"])
    #expect(
      lines[heading + 2].split(separator: " ").prefix(6) == [good[...], "1", "1", "0", "0", "0"])
    #expect(lines.last == "1 of 2 files hold")
  }

  /// The same file gives the same bits, twice and beside other work.
  @Test func givesTheSameBits() throws {
    let scratch = try Scratch()
    let text = """
      // ---
      // seed: 11
      // tolerance: 0
      // ---
      // %%
      let x = randn(64, 8)
      print(x.sum(), x.list())
      // %%
      var net = Sequential(Dense(4, activation: .relu), Dense(2))
      let y = net(x)
      print(y.list())

      """
    let path = try scratch.write(text, to: "a.notch")
    #expect(try Run(["replay", "--record", path]).code == 0)
    let recorded = try scratch.read("a.notch")
    #expect(recorded.utf8.count > text.utf8.count + 5000)
    for _ in 0..<2 { #expect(try Run(["replay", path]).code == 0) }
    let copy = try scratch.write(text, to: "b.notch")
    #expect(try Run(["replay", "--record", copy]).code == 0)
    #expect(try scratch.read("b.notch") == recorded)
  }
}
