import Sessions
import TestRandom
import Testing

@testable import Notebooks

@Suite struct StepperTests {
  static func stepper() throws -> Stepper<ScriptedRunner> {
    try Stepper(CellFile(ReplayTests.text), runner: ScriptedRunner())
  }

  @Test func goesForwardAndBack() throws {
    let stepper = try Self.stepper()
    #expect(stepper.current?.number == 1)
    #expect(stepper.runner.ran.isEmpty)
    #expect(!stepper.back())
    #expect(stepper.next()?.failedUnexpectedly == false)
    #expect(stepper.runner.names == ["epochs": "3"])
    #expect(stepper.next()?.outcome?.outputs.map(\.text) == ["3.0"])
    #expect(stepper.back())
    #expect(stepper.back())
    #expect(stepper.runner.names.isEmpty)
    #expect(stepper.current?.number == 1)
    #expect(!stepper.canGoBack)
  }

  @Test func runsToACellAndBack() throws {
    let stepper = try Self.stepper()
    #expect(stepper.run(to: 4).count == 3)
    #expect(stepper.current?.number == 4)
    #expect(stepper.run(to: 2).isEmpty)
    #expect(stepper.runner.names == ["epochs": "3"])
    #expect(stepper.current?.number == 2)
    // The walk stops at the exercise and does not run it as it stands.
    #expect(stepper.run(to: 99).count == 3)
    #expect(stepper.current?.number == 5)
    #expect(stepper.isAtOpenExercise)
    #expect(stepper.run(to: 99).isEmpty)
    #expect(stepper.run(to: Int.min).isEmpty)
    #expect(stepper.current?.number == 1)
    #expect(stepper.run(to: Int.max).count == 4)
    // One that was skipped is skipped again, one with an answer runs.
    #expect(stepper.skip()?.cell.kind == .solution)
    stepper.run(to: 1)
    #expect(stepper.run(to: 99).last?.failedUnexpectedly == false)
    #expect(stepper.isAtEnd)
    stepper.run(to: 5)
    stepper.edit(try #require(stepper.current), "let a = 2")
    #expect(!stepper.isAtOpenExercise)
    #expect(stepper.run(to: 99).last?.cell.kind == .check)
  }

  @Test func exercisesAreTriedHintedCheckedAndSolved() throws {
    let stepper = try Self.stepper()
    stepper.run(to: 5)
    let exercise = try #require(stepper.current)
    #expect(stepper.hintsLeft == 2)
    #expect(stepper.hint() == "Think.")
    #expect(stepper.hint() == "Set a to 1.")
    #expect(stepper.hint() == nil)
    #expect(stepper.solution() == "let a = 1")
    #expect(stepper.check().map(\.failedUnexpectedly) == [true])
    stepper.edit(exercise, "let a = 2")
    #expect(stepper.isEdited(exercise))
    #expect(stepper.check().map(\.failedUnexpectedly) == [false, true])
    #expect(stepper.runner.names["a"] == nil)
    stepper.edit(exercise, "let a = 1")
    #expect(stepper.check().map(\.failedUnexpectedly) == [false, false])
    #expect(stepper.next()?.failedUnexpectedly == false)
    #expect(stepper.current?.kind == .check)
    #expect(stepper.back())
    stepper.edit(exercise, nil)
    #expect(stepper.skip()?.cell.kind == .solution)
    #expect(stepper.runner.names["a"] == "1")
    #expect(stepper.run(to: 99).count == 2)
    #expect(stepper.isAtEnd)
    #expect(stepper.next() == nil)
    #expect(stepper.again()?.outcome?.outputs.map(\.text) == ["done\n"])
  }

  @Test func editsAreRunAndNotCompared() throws {
    let stepper = try Self.stepper()
    stepper.run(to: 2)
    let cell = try #require(stepper.current)
    stepper.edit(cell, "print other")
    let step = try #require(stepper.next())
    #expect(step.difference == nil)
    #expect(step.outcome?.outputs.map(\.text) == ["other\n"])
    stepper.back()
    stepper.edit(cell, nil)
    stepper.runner.drift = 1
    #expect(stepper.next()?.difference?.kind == .changed)
  }

  /// Any walk leaves the state that running the passed cells in order leaves.
  @Test func anyWalkIsTheStraightOne() throws {
    var text = ""
    for number in 0..<8 { text += "// %%\nlet n\(number) = \(number)\nlet last = \(number)\n" }
    let file = try CellFile(text)
    var random = TestRandom(seed: 8)
    let stepper = try Stepper(file, runner: ScriptedRunner())
    for _ in 0..<2000 {
      switch Int.random(in: 0..<4, using: &random) {
      case 0: _ = stepper.back()
      case 1: _ = stepper.again()
      case 2: stepper.run(to: Int.random(in: 0...10, using: &random))
      default: _ = stepper.next()
      }
      let straight = try Stepper(file, runner: ScriptedRunner())
      straight.run(to: stepper.position + 1)
      #expect(stepper.runner.names == straight.runner.names)
    }
  }
}
