import Foundation
import Testing

/// `notch export` and `notch import`.
@Suite struct ExportTests {
  private static let lesson = """
    // ---
    // title: A lesson
    // ---
    // %% [markdown]
    // Prose.
    // %% A number id=n
    6 * 7
    //> 41

    """

  @Test func writesEveryFormatBesideTheFile() throws {
    let scratch = try Scratch()
    let path = try scratch.write(Self.lesson, to: "a.notch")
    for (arguments, name, part) in [
      ([], "a.html", "<pre class=shown tabindex=0>41</pre>"),
      (["--html"], "a.html", "<title>A lesson</title>"), (["--markdown"], "a.md", "# A lesson"),
      (["--ipynb"], "a.ipynb", "\"nbformat\": 4"),
      (["--script"], "a-script.notch", "// %% A number id=n\n// Prose.\n6 * 7\n"),
    ] {
      let run = try Run(["export", path] + arguments)
      #expect(run.code == 0 && run.errors.isEmpty)
      #expect(run.output == "\(scratch.path)/\(name)\n")
      #expect(try scratch.read(name).contains(part))
    }
    #expect(try scratch.read("a.notch") == Self.lesson)
    #expect(try Run(["run", scratch.path + "/a-script.notch"]).output == "42\n")
  }

  @Test func showsWhatIsRecordedOrWhatItShowsNow() throws {
    let scratch = try Scratch()
    let path = try scratch.write(Self.lesson, to: "a.notch")
    #expect(try Run(["export", path, "--markdown", "-o", "-"]).output.contains("```text\n41\n```"))
    let run = try Run(["export", path, "--markdown", "--run", "-o", "-"])
    #expect(run.code == 0 && run.output.contains("```text\n42\n```"))
    let input = try Run(["export", "-", "--markdown"], input: Self.lesson)
    #expect(input.code == 0 && input.output.contains("6 * 7"))
  }

  @Test func aFailureWritesNothing() throws {
    let scratch = try Scratch()
    let path = try scratch.write("// %%\n1 / 0\n", to: "a.notch")
    let run = try Run(["export", path, "--run"])
    #expect(run.code == 3)
    #expect(run.errors.contains("cell 1 failed, so nothing was written"))
    #expect(!FileManager.default.fileExists(atPath: scratch.path + "/a.html"))
    let unwritable = try Run(["export", path, "-o", scratch.path + "/none/a.html"])
    #expect(unwritable.code == 2 && unwritable.errors.contains("cannot write"))
    #expect(try Run(["export", scratch.path + "/none.notch"]).code == 2)
    #expect(try Run(["export", path, "--html", "--ipynb"]).code == 2)
  }

  @Test func importsWhatItExported() throws {
    let scratch = try Scratch()
    let path = try scratch.write(Self.lesson, to: "a.notch")
    let notebook = scratch.path + "/b.ipynb"
    #expect(try Run(["export", path, "--ipynb", "-o", notebook]).code == 0)
    let run = try Run(["import", notebook])
    #expect(run.code == 0 && run.errors.isEmpty)
    #expect(run.output == "\(scratch.path)/b.notch\n")
    let text = try scratch.read("b.notch")
    #expect(text.contains("// %% A number id=n\n6 * 7\n//> 41\n"))
    // A lesson that is there already is not written over.
    let again = try Run(["import", notebook])
    #expect(again.code == 2 && again.errors.contains("cannot write"))
    #expect(try scratch.read("b.notch") == text)
    let dropped = try Run(["import", notebook, "--drop-outputs", "-o", "-"])
    #expect(dropped.code == 0 && !dropped.output.contains("//>"))
  }

  @Test func badNotebooksHaveAPlace() throws {
    let scratch = try Scratch()
    let path = try scratch.write("{\n  \"nbformat\": 4,\n  oops\n}", to: "a.ipynb")
    let run = try Run(["import", path])
    #expect(run.code == 2 && run.output.isEmpty)
    #expect(
      run.errors
        == "error: \(path), line 3, column 3: the name of a member should stand here, in quotes\n")
    #expect(try Run(["import", scratch.path + "/none.ipynb"]).code == 2)
  }

  /// A Python that has nbformat: one that `NOTCH_PYTHON` names, the system's, or that of
  /// `make check-ipynb`.
  static let python: String? = {
    let own = repository + "/.build-peers/bin/python"
    let named = ProcessInfo.processInfo.environment["NOTCH_PYTHON"]
    return [named, "/usr/bin/python3", own].compactMap { $0 }.first { path in
      guard FileManager.default.isExecutableFile(atPath: path) else { return false }
      let child = try? Child(
        path, ["-c", "import nbformat"], environment: Child.environment(home: "/nonexistent"))
      return (try? child?.exitCode()) == 0
    }
  }()

  private static let repository = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

  @Test(.enabled(if: python != nil, "nbformat is not installed; make test-deps installs it"))
  func jupyterTakesWhatIsExportedAndItsOwnFilesAreImported() throws {
    let folder = Self.repository + "/notebooks"
    let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      .filter { $0.hasSuffix(".notch") }.map { "\(folder)/\($0)" }
    let child = try Child(
      try #require(Self.python),
      [Self.repository + "/Tests/peers/check_ipynb.py", Child.notch] + files,
      environment: Child.environment(home: "/nonexistent"))
    #expect(try child.exitCode(within: 120) == 0)
  }
}
