import Foundation
import Testing

@testable import Language

@Suite struct CheckTests {
  private func check(_ texts: String...) -> [String] {
    let host = StubHost()
    let machine = Machine(host: host)
    let sources = texts.enumerated().map { Source($0.element, name: "cell \($0.offset + 1)") }
    let found = machine.check(sources)
    #expect(machine.globalNames.isEmpty && host.written.isEmpty)
    return found.map { diagnostic in
      let place = diagnostic.primary.map { "\($0.source.name):\($0.range.lower)" } ?? "-"
      return "\(place) \(diagnostic.message)"
    }
  }

  @Test func namesOfEarlierCellsAreKnown() {
    #expect(check("let a = 1", "func f(x) { x + a }", "f(a)").isEmpty)
    #expect(
      check("let a = 1", "b + a", "c") == [
        "cell 2:0 no name 'b' here", "cell 3:0 no name 'c' here",
      ])
    #expect(check("let a = 1", "a = 2") == ["cell 2:0 cannot assign to 'a'; it is not a 'var'"])
  }

  @Test func aBrokenStatementMayHaveDefinedItsNames() {
    #expect(
      check("let a = 3 4", "a + b") == [
        "cell 1:10 expected a new line or ';' between two statements, found a number",
        "cell 2:4 no name 'b' here",
      ])
  }

  /// The message of an expectation that holds never runs.
  @Test func theMessageOfAnExpectationMayNotRun() throws {
    let host = StubHost()
    func strict(_ text: String) throws -> [Diagnostic] {
      try withLargeStack { Machine(host: host).checkHere([Source(text)], isStrict: true) }
    }
    #expect(try strict("expect(1 < 2, 2 ** true)").isEmpty)
    #expect(try !strict("expect(2 ** true, 1)").isEmpty)
    #expect(check("expect(1 < 2, 2 ** true)").count == 1)
  }

  @Test func callsOfOwnFunctions() {
    let function = "func f(x, by step = 1) { x * step }"
    #expect(check(function, "f(1)\nf(1, 2)\nf(1, by: 2)\nf(x: 1, step: 2)").isEmpty)
    #expect(check(function, "f()") == ["cell 2:0 f(x, by step) wants its argument 'x'"])
    #expect(check(function, "f(1, buy: 2)") == ["cell 2:5 f(x, by step) has no parameter 'buy'"])
    #expect(check(function, "f(1, 2, 3)") == ["cell 2:8 f(x, by step) takes 2 arguments, not 3"])
    #expect(check(function, "3.f(4, 5)") == ["cell 2:7 f(x, by step) takes 2 arguments, not 3"])
    #expect(
      check("func g(x: inout) { x = 1 }\nvar n = 0\ng(n)") == [
        "cell 1:39 g(x) changes its argument 'x', which wants '&'"
      ])
  }

  @Test func closuresTakeTuplesApart() {
    #expect(check("let f = { x, y in x }\nf((1, 2))\nf(1, 2)\nlet g = { 3 }\ng(1)").isEmpty)
    #expect(check("let f = { x, y in x }\nf(1, 2, 3)").count == 1)
  }

  @Test func aFunctionMayBeDefinedAnewBeforeItIsCalled() {
    // When `run` is called, `f` takes two arguments.
    #expect(check("func f(x) { x }\nfunc run() { f(1, 2) }", "func f(x, y) { x }\nrun()").isEmpty)
    #expect(check("func f(x) { x }\nfunc run() { f(1, 2) }").count == 1)
  }

  @Test func valuesThatSurelyFail() {
    #expect(check("let n = 0\n10 / n") == ["cell 1:10 cannot divide 10 by 0"])
    #expect(
      check("let (a, b) = (1, 2, 3)") == ["cell 1:0 cannot take a tuple of 3 apart into 2 names"])
    #expect(check("let s = \"a\"\ns.uper()").first?.contains("has no member 'uper'") ?? false)
    #expect(check("[1, 2][5]").count == 1)
    #expect(check("sqrt(\"a\")") == ["cell 1:5 expected a number, not a String"])
    #expect(check("\"a\" + 1").count == 1)
  }

  @Test func whatAConditionMayExcludeIsNoError() {
    #expect(check("let n = 0\nif n != 0 { print(10 / n) }").isEmpty)
    #expect(check("let n = 0\nlet r = n == 0 ? 1 : 10 / n").isEmpty)
    #expect(check("let n = 0\nfunc f() { 10 / n }").isEmpty)
    #expect(check("let n = 0\nfor i in 0..<n { 10 / n }").isEmpty)
    #expect(check("var n = 0\nn = 2\n10 / n").isEmpty)
    #expect(check("var n = 0\nfunc set() { n = 2 }\nset()\n10 / n").isEmpty)
    #expect(check("var xs = []\nxs.append(1)\nxs[0]").isEmpty)
    #expect(check("func set(x: inout) { x = 1 }\nvar n = 0\nset(&n)\n10 / n").isEmpty)
    #expect(check("var t = (1, 2)\nt.0 = 5\n10 / t.0").isEmpty)
  }

  @Test func namesOfTheMachineAreKnown() throws {
    let host = StubHost()
    let machine = Machine(host: host)
    _ = try machine.run(Source("let a = 1\nvar b = 0"))
    #expect(machine.check([Source("b = a / b")]).isEmpty)
    #expect(machine.check([Source("a = 2")]).count == 1)
    #expect(machine.text(of: try machine.run(Source("(a, b)"))) == "(1, 0)")
  }

  /// Whatever the check reports, running reports too; what runs well is not reported.
  @Test(arguments: CorpusTests.cases) func agreesWithRunning(_ name: String) throws {
    let text = try String(
      contentsOf: CorpusTests.folder.appending(path: name), encoding: .utf8)
    let host = StubHost()
    let found = Machine(host: host).check([Source(text)])
    let ran = outcome(of: text)
    if ran.errors.isEmpty { #expect(found.isEmpty, "\(found.map(\.message))") }
  }

  @Test func manyCellsAreCheckedInOrder() {
    let host = StubHost()
    let machine = Machine(host: host)
    let cells = (0..<300).map { number in
      Source(
        number == 0
          ? "let x0 = 1" : "let x\(number) = x\(number - 1) + 1\nfunc f\(number)(a) { a * x0 }",
        name: "cell \(number)")
    }
    #expect(machine.check(cells).isEmpty)
  }
}
