import Notebooks
import Sessions
import Testing

@testable import Exporters

@Suite struct ScriptTests {
  /// What the code cells of a file show, in order, without those that show nothing.
  private func shown(_ file: CellFile) throws -> [[Lesson.Shown]] {
    let lesson = try Lesson(running: file, with: Session())
    #expect(lesson.failures.isEmpty)
    return file.cells.map(lesson.shown(by:)).filter { !$0.isEmpty }
  }

  /// The script draws the numbers of the lesson, though prose and exercises are gone.
  @Test func showsWhatTheLessonShows() throws {
    let first = try #require(try tutorials().first)
    for file in [first, try CellFile(everything)] {
      let script = try CellFile(ScriptExporter().text(of: Lesson(file)))
      #expect(try shown(script) == shown(file))
      #expect(script.cells.allSatisfy { !$0.kind.isProse && $0.exercise == nil })
      #expect(script.cells.allSatisfy { !$0.hasRecording })
    }
  }

  @Test func proseIsComments() throws {
    let text = ScriptExporter().text(of: Lesson(try CellFile(everything)))
    #expect(text.hasPrefix("#!/usr/bin/env notch\n// ---\n// title: One of everything\n"))
    #expect(text.contains("// %% [parameters]\n// # One of everything\n// Text with `code`"))
    #expect(text.contains("// %% Two bits\n// ## Your turn\nlet q = quantize(w, bits: 2)\n"))
    #expect(text.contains("// %% It fails check=error\nw @ w\n"))
  }

  /// An exercise that nothing solves keeps its place among the cells, so that the streams do.
  @Test func unsolvedExercisesAreComments() throws {
    let file = try CellFile(
      "// %% [exercise]\nfail()\n// %% [check]\nfail()\n// %%\nuniform(2)\n")
    let script = try CellFile(ScriptExporter().text(of: Lesson(file)))
    #expect(script.code(of: script.cells[0]) == "// fail()")
    #expect(try shown(script) == shown(file))
    #expect(script.cells.last?.stream == file.cells.last?.stream)
  }
}
