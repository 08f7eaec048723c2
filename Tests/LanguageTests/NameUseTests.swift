import Testing

@testable import Language

/// What is known of a text's reads and writes without running it.
@Suite struct NameUseTests {
  @Test(
    arguments: [
      ("let y = f(x)", ["f", "x"], ["y"]),
      ("let x = 1\nlet y = x", [], ["x", "y"]),
      ("let x = x + 1", ["x"], ["x"]),
      ("x = 2", ["x"], ["x"]),
      ("x[i] += 1", ["x", "i"], ["x"]),
      ("(a, b) = (b, a)", ["a", "b"], ["a", "b"]),
      ("let (a, _) = pair", ["pair"], ["a"]),
      ("fit(&net, data)", ["fit", "net", "data"], ["net"]),
      ("for i in 0..<n { let t = i\n s += t }", ["n", "s"], ["s"]),
      ("if c { let t = 1\n print(t) } else { u = 2 }", ["c", "print", "u"], ["u"]),
      ("func f(a, b = k) { a + b + g }", ["k", "g"], ["f"]),
      ("func f() { counter += 1 }", ["counter"], ["counter", "f"]),
      ("func f(n) { n == 0 ? 1 : f(n - 1) }\nf(3)", ["f"], ["f"]),
      ("let g = { x in x * k }", ["k"], ["g"]),
      ("let k = 2\nlet g = { $0 * k }", [], ["g", "k"]),
      ("\"\\(name), \\(x, digits: d)\"", ["name", "x", "d"], []),
      ("[a: b]\n[c, -d]\n!e && (f < g)\nh ? i : j\nk..<l", "abcdefghijkl".map { "\($0)" }, []),
      ("w.mean(axis: n)", ["w", "mean", "n"], []),
      ("w.shape\n.half", ["w"], []),
      ("while x < 3 { x += 1 }", ["x"], ["x"]),
      ("_ + _3", ["_", "_3"], []),
    ] as [(String, [String], [String])])
  func readsAndWrites(text: String, reads: [String], writes: [String]) {
    let use = NameUse(of: text)
    #expect(use.isProgram)
    #expect(use.effect.reads == Set(reads))
    #expect(use.effect.writes == Set(writes))
  }

  @Test func functionsAreToldApart() {
    let use = NameUse(of: "var n = 1\nfunc bump() { n += step; log.append(n) }\nlet z = n")
    #expect(use.functions.reads == ["n", "step", "log", "append"])
    #expect(use.functions.writes == ["n"])
    #expect(use.functions.methods == [.init(variable: "log", method: "append")])
    #expect(use.variables == ["n"])
    #expect(use.constants == ["bump", "z"])
    #expect(use.effect.reads == ["n", "step", "log", "append"])
  }

  @Test func brokenTextsAreNoPrograms() {
    for text in ["let = 1", "(", "\"open", "let x = 1 }"] {
      #expect(!NameUse(of: text).isProgram)
      #expect(NameUse(of: text).effect == NameUse.Effect())
    }
  }

  @Test func valuesThatHoldFunctions() throws {
    let host = StubHost()
    let machine = Machine(host: host)
    _ = try machine.run(
      Source(
        "func f() { 1 }\nlet a = [1, (2, f)]\nlet b = [\"k\": { 2 }]\nlet c = [1, [2]]\nlet d = 3"))
    #expect(machine.state.functionNames == ["f", "a", "b"])
  }

  /// A part of the state that is taken over leaves the rest alone.
  @Test func takesAPartOfAState() throws {
    let host = StubHost()
    let machine = Machine(host: host)
    _ = try machine.run(Source("let a = 1\nvar b = 2\nlet c = 3"))
    let before = machine.part(["a", "b", "none"])
    _ = try machine.run(Source("let a = 10\nlet none = 5\nlet d = 4\nb = 20"))
    machine.take(["a", "b", "none"], from: before)
    #expect(machine.globalNames == ["a", "b", "c", "d"])
    let text = try machine.run(Source("b += a\n\"\\(a) \\(b) \\(c) \\(d)\""))
    #expect(machine.text(of: text) == "1 3 3 4")
  }

  /// What a program really changes is among its writes, and a program that reads nothing that
  /// changed does the same again.
  @Test func changesAreAmongTheWrites() throws {
    let opening =
      "var v0 = 1\nvar v1 = [1, 2]\nlet c0 = 2\nfunc bump() { v0 += 1 }\nvar s = \"a\"\n"
    let parts = [
      "v0 = c0", "v1.append(v0)", "let n0 = v0", "bump()", "s += \"b\"", "v1[0] = 7",
      "for i in 0..<2 { v0 += i }", "let h = { v1 = [] }", "h()", "var n1 = v1.count", "v1.sort()",
      "let bump = { 3 }", "(v0, v1) = (1, [])", "if v0 > 1 { s = \"c\" }", "func g() { bump() }",
      "g()", "let c0 = 9", "v1.map { $0 + c0 }",
    ]
    var state: UInt64 = 9
    func random(_ count: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % count
    }
    for _ in 0..<300 {
      let host = StubHost()
      let machine = Machine(host: host)
      _ = try machine.run(Source(opening))
      var functionWrites: Set<String> = NameUse(of: opening).functions.writes
      for _ in 0..<6 {
        let text = (0...random(2)).map { _ in parts[random(parts.count)] }.joined(separator: "\n")
        let before = machine.state
        guard (try? machine.run(Source(text))) != nil else {
          machine.state = before
          continue
        }
        let use = NameUse(of: text)
        functionWrites.formUnion(use.functions.writes)
        let methods = use.effect.methods.filter { NameUse.isChanging(method: $0.method) }
        let writes = use.effect.writes.union(functionWrites).union(methods.map(\.variable))
        let after = machine.state
        for name in Set(before.names + after.names) where !writes.contains(name) {
          let old = before.value(of: name).map { machine.text(of: $0) }
          #expect(old == after.value(of: name).map { machine.text(of: $0) }, "\(name): \(text)")
        }
      }
    }
  }
}
