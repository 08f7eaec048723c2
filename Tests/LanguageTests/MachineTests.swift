import Testing

@testable import Language

@Suite struct MachineTests {
  private func run(_ machine: Machine, _ text: String) throws -> String {
    machine.text(of: try machine.run(Source(text)))
  }

  @Test func namesLiveAcrossCells() throws {
    let host = StubHost()
    let machine = Machine(host: host)
    _ = try machine.run(Source("let rate = 2\nfunc f(x) { x * rate }"))
    #expect(try run(machine, "f(3)") == "6")
    _ = try machine.run(Source("var rate = 5"))
    #expect(try run(machine, "f(3)") == "15")
    #expect(try run(machine, "rate += 1; f(1)") == "6")
    #expect(machine.globalNames == ["rate", "f"])
    machine.define("k", as: .int(9))
    #expect(try run(machine, "k + rate") == "15")
  }

  @Test func laterCellsMayRedefine() throws {
    let host = StubHost()
    let machine = Machine(host: host)
    _ = try machine.run(Source("let x = 1"))
    #expect(try run(machine, "let x = x + 1; x") == "2")
    _ = try machine.run(Source("var n = 0; func count() { n += 1; return n }"))
    #expect(try run(machine, "count(); count()") == "2")
    _ = try machine.run(Source("let n = 7"))
    #expect(throws: Diagnostic.self) { try machine.run(Source("count()")) }
  }

  @Test func stateGoesBack() throws {
    let host = StubHost()
    let machine = Machine(host: host)
    _ = try machine.run(Source("var xs = [1, 2]; let c = makeCounter()"))
    let state = machine.state
    _ = try machine.run(Source("xs.append(3); let more = 1"))
    #expect(try run(machine, "(xs, more)") == "([1, 2, 3], 1)")
    machine.state = state
    #expect(try run(machine, "xs") == "[1, 2]")
    #expect(machine.globalNames == ["xs", "c"])
    #expect(state.isMutable("xs") && !state.isMutable("c"))
    #expect(throws: DiagnosticList.self) { try machine.run(Source("more")) }
    #expect(throws: DiagnosticList.self) { try machine.run(Source("c = 1")) }
  }

  @Test func aFailedDefinitionDefinesNothing() throws {
    let host = StubHost()
    let machine = Machine(host: host)
    #expect(throws: Diagnostic.self) { try machine.run(Source("let a = 1 / 0")) }
    #expect(machine.globalNames.isEmpty)
    #expect(throws: DiagnosticList.self) { try machine.run(Source("a")) }
  }

  @Test func hostsCallClosures() throws {
    let host = StubHost()
    let machine = Machine(host: host)
    let function = try machine.run(Source("{ x, y in x - y }"))
    #expect(machine.text(of: try machine.call(function, [.int(5), .int(3)])) == "2")
    #expect(throws: Fault.self) { try machine.call(function, [.int(5)]) }
    #expect(throws: Fault.self) { try machine.call(.int(1), []) }
  }

  @Test func stops() throws {
    let host = StubHost()
    let machine = Machine(host: host)
    host.isInterrupted = true
    #expect(throws: Interruption(.user)) { try machine.run(Source("while true { }")) }
    host.isInterrupted = false
    machine.stepLimit = 1000
    #expect(throws: Interruption(.stepLimit)) { try machine.run(Source("while true { }")) }
    #expect(throws: Interruption(.stepLimit)) {
      try machine.run(
        Source("func f() { f() ; f() }; func g(n) { n == 0 ? 0 : g(n - 1) + g(n - 1) }; g(40)"))
    }
    #expect(try run(machine, "var s = 0; for i in 0..<500 { s += i }; s") == "124750")
  }

  @Test func depthIsALimitNotACrash() throws {
    let host = StubHost()
    let machine = Machine(host: host)
    let texts = [
      "func f(n) { f(n + 1) }; f(0)",
      "func f(n) { [1].map { f(n + 1) } }; f(0)",
      "func f(n) { let a = 1 + (2 * (3 - f(n + 1))); return a }; f(0)",
      "func f(n) { twice { f($0) } }; f(0)",
      "func f(n, x = f(n + 1)) { x }; f(0)",
    ]
    for text in texts {
      #expect(throws: Diagnostic.self, "\(text)") { try machine.run(Source(text)) }
    }
    // Here it is the native stack that ends, not the count of calls.
    machine.maximumDepth = 10_000_000
    #expect(throws: Diagnostic.self) {
      try machine.run(Source("func f(n) { twice { f($0) } }; f(0)"))
    }
    #expect(try run(machine, "1 + 1") == "2")
  }

  @Test func deepValuesAreFreedAndPrinted() throws {
    for text in [
      "var a = []; for i in 0..<200_000 { a = [a] }; a == [a]",
      "var a = (1, 2); for i in 0..<200_000 { a = (a, 1) }; print(a)",
      "var a = [:]; for i in 0..<200_000 { a = [\"k\": a] }; \"\\(a)\"",
      "var f = { 0 }; func wrap(g) { { g } }; for i in 0..<200_000 { f = wrap(f) }; 1",
      "var c = .a; for i in 0..<200_000 { c = .b(c) }; c == c",
      "var a = [1]; for i in 0..<60 { a = [a, a] }; print(a)",
    ] {
      let result = outcome(of: text)
      #expect(result.errors.isEmpty || result.errors.contains("too deeply"), "\(result.errors)")
    }
  }

  @Test func largeStackIsStartedOnce() throws {
    let outside = NativeStack.isLarge
    let inside = try withLargeStack { try withLargeStack { NativeStack.isLarge } }
    #expect(!outside && inside)
    #expect(throws: StubError.broken) { try withLargeStack { throw StubError.broken } }
  }

  @Test func writesInPlace() throws {
    // Copies at every write would make this quadratic: 200,000 writes to 200,000 elements.
    let text = """
      var xs = List(0..<200_000)
      for i in 0..<200_000 { xs[i] += 1; xs[i] = xs[i] * 2 }
      var grid = [[0], []]
      for i in 0..<100_000 { grid[1].append(i) }
      var d = ["a": []]
      for i in 0..<100_000 { d["a"].append(i) }
      func push(list: inout, x) { list.append(x) }
      for i in 0..<100_000 { push(&grid[0], i) }
      (xs.last, grid[1].count, d["a"].count, grid[0].count)
      """
    let result = outcome(of: text)
    #expect(result.output == "(400000, 100000, 100000, 100001)\n")
  }

  @Test func valuesDoNotAlias() throws {
    let result = outcome(
      of: """
        var a = [[1], [2]]
        let b = a
        a[0].append(9)
        func change(x: inout) { x[1] = 0; return b }
        print(change(&a), a, b)
        """)
    #expect(result.output == "[[1], [2]] [[1, 9], 0] [[1], [2]]\n")
  }

  @Test func namesOfMembers() throws {
    let host = StubHost()
    let machine = Machine(host: host)
    #expect(machine.memberNames(of: .elements([])).contains("append"))
    #expect(machine.memberNames(of: .text("")).contains("uppercased"))
    #expect(LanguageFunctions.all.contains { $0.name == "zip" })
    #expect(LanguageFunctions.function(named: "min")?.signature == "min(values...)")
  }

  @Test func arithmeticAgreesWithSwift() {
    var generator = Generator(state: 99)
    let special = [0, 1, -1, 2, Int.max, Int.min, Int.max - 1, Int.min + 1, 1 << 32]
    for _ in 0..<500 {
      let pick = { (generator: inout Generator) -> Int in
        Bool.random(using: &generator)
          ? special.randomElement(using: &generator) ?? 0
          : Int.random(in: -1000...1000, using: &generator)
      }
      let a = pick(&generator)
      let b = pick(&generator)
      let expected: [(String, Int?)] = [
        ("+", a.addingReportingOverflow(b).overflow ? nil : a &+ b),
        ("-", a.subtractingReportingOverflow(b).overflow ? nil : a &- b),
        ("*", a.multipliedReportingOverflow(by: b).overflow ? nil : a &* b),
        ("/", a.dividedReportingOverflow(by: b).overflow ? nil : a / b),
      ]
      for (sign, result) in expected {
        let actual = outcome(of: "(\(a)) \(sign) (\(b))")
        #expect(actual.output == (result.map { "\($0)\n" } ?? ""), "\(a) \(sign) \(b)")
        #expect(actual.errors.isEmpty == (result != nil))
      }
    }
  }
}
