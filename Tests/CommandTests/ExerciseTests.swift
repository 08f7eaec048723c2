import Foundation
import Testing

/// `notch test`.
@Suite struct ExerciseTests {
  private static let lesson = """
    // ---
    // seed: 3
    // ---
    // %%
    let w = randn(8)
    // %% Two bits [exercise]
    let q = w
    // %% [hint]
    // Look at quantize.
    // %% [solution]
    let q = quantize(w, bits: 2)
    // %% [check]
    expect(type(q) == "QuantizedTensor" && q.bits == 2, "q should have 2 bits")
    // %%
    q.bits
    // %% Nothing yet [exercise]
    // define y
    // %% [solution]
    let y = q.bits + 1
    // %% [check]
    expect(y == 3, "y is one more than the bits")
    // %%
    y

    """

  @Test func soundExercisesPass() throws {
    let scratch = try Scratch()
    let path = try scratch.write(Self.lesson, to: "a.notch")
    let run = try Run(["test", path])
    #expect(run.code == 0, "\(run.output)\(run.errors)")
    #expect(run.output == "\(path)  2 exercises, ok\n")
    let plain = try scratch.write("// %%\n1\n", to: "plain.notch")
    #expect(try Run(["test", plain]).output == "\(plain)  no exercises, ok\n")
    #expect(try Run(["test", path, plain]).output.hasSuffix("2 of 2 files pass\n"))
  }

  @Test func aWrongSolutionFails() throws {
    let scratch = try Scratch()
    let text = Self.lesson.replacing(
      "let q = quantize(w, bits: 2)", with: "let q = quantize(w, bits: 3)")
    let path = try scratch.write(text, to: "a.notch")
    let run = try Run(["test", path])
    #expect(run.code == 1)
    #expect(run.output.contains("\(path), exercise in line 6: Two bits\n"))
    #expect(run.output.contains("the solution fails the check in line 12"))
    #expect(run.errors.contains("q should have 2 bits"))
    let broken = try scratch.write(
      Self.lesson.replacing("let y = q.bits + 1", with: "let y = q.bist + 1"), to: "b.notch")
    let other = try Run(["test", broken])
    #expect(other.code == 1)
    #expect(other.output.contains("exercise in line 16: Nothing yet"))
    #expect(other.output.contains("the solution in line 18 fails"))
    #expect(other.errors.contains("bist"))
  }

  @Test func aCheckThatAcceptsTheStartingPointFails() throws {
    let scratch = try Scratch()
    let text = Self.lesson.replacing(
      "expect(type(q) == \"QuantizedTensor\" && q.bits == 2, \"q should have 2 bits\")",
      with: "expect(q.count == 8, \"q has 8 elements\")")
    let path = try scratch.write(text, to: "a.notch")
    let run = try Run(["test", path])
    #expect(run.code == 1, "\(run.output)\(run.errors)")
    #expect(run.output.contains("exercise in line 6: Two bits"))
    #expect(run.output.contains("the starting point passes the checks"))
    #expect(run.output.contains("2 exercises, 1 of them wrong"))
  }

  @Test func exercisesWithoutTheirParts() throws {
    let scratch = try Scratch()
    let path = try scratch.write(
      "// %% [exercise]\nlet a = 1\n// %% [solution]\nlet a = 2\n"
        + "// %% [exercise]\nlet b = 1\n// %% [check]\nexpect(b == 2, \"b\")\n", to: "a.notch")
    let run = try Run(["test", path])
    #expect(run.code == 1)
    #expect(run.output.contains("it has no [check]"))
    #expect(run.output.contains("it has no [solution]"))
  }

  @Test func otherCellsThatFailAndStartingPointsThatNeverEnd() throws {
    let scratch = try Scratch()
    let failing = try scratch.write("// %%\n1 / 0\n" + Self.lesson, to: "a.notch")
    let run = try Run(["test", failing])
    #expect(run.code == 3)
    #expect(run.output.contains("not all were reached"))
    let endless = Self.lesson.replacing("let q = w\n", with: "while true {}\n")
    let path = try scratch.write(endless, to: "b.notch")
    #expect(try Run(["test", "--time-limit", "0.3", path]).code == 0)
  }

  /// One of the course's; `make test` proves them all with the built command.
  @Test func theFirstLessonHoldsItsExercises() throws {
    let path = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "notebooks/01-one-number.notch").path
    let run = try Run(["test", path])
    #expect(run.code == 0, "\(run.output)\(run.errors)")
  }
}
