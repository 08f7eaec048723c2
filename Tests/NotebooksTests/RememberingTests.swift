import Foundation
import Language
import Sessions
import TestRandom
import Testing

@testable import Notebooks

/// Cells that do not run again.
@Suite struct RememberingTests {
  /// A file's cells run through a memory, and how many of them really ran.
  private func pass(
    _ text: String, _ memory: RememberingSession, from beginning: RememberingSession.Snapshot
  ) throws -> (ran: Int, shown: [String]) {
    memory.restore(beginning)
    let count = memory.runCount
    var shown: [String] = []
    let file = try CellFile(text)
    try FileRun(file).run(
      with: memory,
      didRun: { entry in
        #expect(entry.outcome.failure == nil, "\(entry.outcome)")
        shown += OutputLine.lines(of: entry.outcome).map(\.text)
        memory.keep()
      })
    return (memory.runCount - count, shown)
  }

  private func fresh(_ text: String) throws -> [String] {
    let memory = RememberingSession(Session(stop: Stop()))
    return try pass(text, memory, from: memory.snapshot()).shown
  }

  static let lesson = """
    // %%
    let x = randn(3)
    // %%
    let k = 2
    func scaled(v) { v * k }
    // %%
    var total = scaled(10)
    total
    // %%
    func bump() { total += k }
    // %%
    bump()
    total
    // %%
    print("apart")
    // %%
    x.sum() > 100

    """

  @Test(arguments: [
    ("", "", 0), ("let k = 2", "let k = 3", 4), ("let k = 2", "let k = 2 // two", 0),
    ("print(\"apart\")", "print(\"other\")", 1), ("v * k", "v * k + 1", 4),
    ("total += k", "total += 1", 2), ("randn(3)", "randn(4)", 2),
    ("bump()\n", "bump()\nbump()\n", 1),
    ("bump()\n", "\n\nbump()  \n", 0),
  ]) func onlyWhatAnEditMadeStaleRuns(old: String, new: String, count: Int) throws {
    let memory = RememberingSession(Session(stop: Stop()))
    let beginning = memory.snapshot()
    #expect(try pass(Self.lesson, memory, from: beginning).ran == 7)
    let text = old.isEmpty ? Self.lesson : Self.lesson.replacing(old, with: new)
    let again = try pass(text, memory, from: beginning)
    #expect(again.ran == count)
    #expect(try again.shown == fresh(text))
    // And back: everything is still known.
    let back = try pass(Self.lesson, memory, from: beginning)
    #expect(back.ran == 0)
    #expect(try back.shown == fresh(Self.lesson))
  }

  @Test func anotherSeedConcernsOnlyWhatDraws() throws {
    let memory = RememberingSession(Session(stop: Stop()))
    let beginning = memory.snapshot()
    #expect(try pass(Self.lesson, memory, from: beginning).ran == 7)
    let seeded = "// ---\n// seed: 5\n// ---\n" + Self.lesson
    let again = try pass(seeded, memory, from: beginning)
    #expect(again.ran == 2)
    #expect(try again.shown == fresh(seeded))
    // A cell in front of the others moves the random streams, and nothing else.
    let moved = try pass("// %%\n1\n" + Self.lesson, memory, from: beginning)
    #expect(moved.ran == 3)
    #expect(try moved.shown == fresh("// %%\n1\n" + Self.lesson))
  }

  @Test func whatWasShownIsAnInput() throws {
    let text = "// %%\n3\n// %%\nlet a = _ + 1\na\n// %%\n_2 + _\n"
    let memory = RememberingSession(Session(stop: Stop()))
    let beginning = memory.snapshot()
    #expect(try pass(text, memory, from: beginning).shown == ["3", "4", "8"])
    #expect(try pass(text, memory, from: beginning).ran == 0)
    let other = text.replacing("3\n", with: "5\n")
    #expect(try pass(other, memory, from: beginning).shown == ["5", "6", "12"])
  }

  @Test func methodsThatChangeTheirVariable() throws {
    let text = """
      // %%
      var list = [3, 1]
      let fixed = [2]
      // %%
      list.append(2)
      // %%
      fixed.map { $0 + 1 }
      // %%
      list.sort()
      list

      """
    let memory = RememberingSession(Session(stop: Stop()))
    let beginning = memory.snapshot()
    #expect(try pass(text, memory, from: beginning).shown == ["[3]", "[1, 2, 3]"])
    let other = try pass(
      text.replacing("list.append(2)", with: "list.append(0)"), memory, from: beginning)
    #expect(other.shown == ["[3]", "[0, 1, 3]"])
    #expect(other.ran == 2)
  }

  /// What a function in a network reads, whoever uses the network reads.
  @Test(arguments: ["Sequential(scaled)", "Residual(scaled)", "Lambda(scaled)"])
  func functionsInNetworks(made: String) throws {
    let text = """
      // %%
      var k = 2
      func scaled(x) { x * k }
      let net = \(made)
      // %%
      k = 3
      // %%
      net(ones(1, 2)).sum()

      """
    let memory = RememberingSession(Session(stop: Stop()))
    let beginning = memory.snapshot()
    let first = try pass(text, memory, from: beginning)
    let other = text.replacing("k = 3", with: "k = 4")
    let again = try pass(other, memory, from: beginning)
    #expect(again.ran == 2 && again.shown != first.shown)
    #expect(try again.shown == fresh(other))
  }

  /// A walk back and forth gives what a straight run gives, and runs each cell once.
  @Test func aWalkRunsNothingTwice() throws {
    let file = try CellFile(Self.lesson)
    let memory = RememberingSession(Session(stop: Stop()))
    let stepper = try Stepper(file, runner: memory)
    stepper.run(to: 99)
    let state = memory.session.machine.state
    let text = memory.session.machine.text(of: try #require(state.value(of: "x")))
    while stepper.back() {}
    #expect(memory.session.machine.globalNames.isEmpty)
    stepper.run(to: 99)
    #expect(memory.runCount == 7)
    #expect(
      memory.session.machine.text(of: try #require(memory.session.machine.value(of: "x"))) == text)
    // Again means again.
    _ = stepper.again()
    #expect(memory.runCount == 8)
  }

  /// Random edits: memory and cache never show anything else than a run from the beginning.
  @Test func neverShowsAnythingElse() throws {
    let folder = FileManager.default.temporaryDirectory.path + "/notch-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let parts = [
      "var a = 1", "a += 1", "let b = a * 2", "func f(x) { x + a }", "f(2)", "let g = { f(a) }",
      "g()",
      "var l = [a]", "l.append(a)", "l", "let b = l.count", "b", "func h() { a = a * 3 }", "h()",
      "uniform(2).sum()", "let r = randn(2)", "r.list()", "a", "let f = { x in x }", "l = []",
      "print(a, b)", "for i in 0..<2 { a += i }", "let t = (f, l)", "t.0(3)", "l.sort()", "a + 100",
      "_", "_ + 1", "let b = _", "print(_)", "_2", "let g = { _ }", "_3", "7", "let a = _",
    ]
    var random = TestRandom(seed: 77)
    let memory = RememberingSession(Session(stop: Stop()))
    let beginning = memory.snapshot()
    for round in 0..<80 {
      var text = "// %%\nvar a = 1\nlet b = 2\nlet f = { $0 }\nlet g = f\nlet h = { 1 }\n"
      text += "var l = [2]\nlet r = zeros(2)\nlet t = (f, 1)\n"
      for _ in 0..<12 {
        text += "// %%\n\(parts[Int.random(in: 0..<parts.count, using: &random)])\n"
      }
      func shown(_ runner: some CellRunner, _ keep: () -> Void = {}) throws -> [String] {
        var lines: [String] = []
        var options = RunOptions()
        options.keepsGoing = true
        try FileRun(try CellFile(text), options: options).run(
          with: runner,
          didRun: {
            lines += OutputLine.lines(of: $0.outcome).map(\.text)
            keep()
          })
        return lines
      }
      let truth = try shown(Session(stop: Stop()))
      memory.restore(beginning)
      #expect(try shown(memory) == truth, "round \(round):\n\(text)")
      for _ in 0..<2 {
        let cached = RememberingSession(
          Session(stop: Stop()), cache: CellCache(folder: folder, program: "test"))
        #expect(try shown(cached, cached.keep) == truth, "round \(round), cached:\n\(text)")
      }
    }
  }

  // MARK: The cache

  @Test func aSecondProcessRunsNothing() throws {
    let folder = FileManager.default.temporaryDirectory.path + "/notch-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    func run(_ text: String, program: String = "p") throws -> (ran: Int, shown: [String]) {
      let memory = RememberingSession(
        Session(stop: Stop()), cache: CellCache(folder: folder, program: program))
      return try pass(text, memory, from: memory.snapshot())
    }
    #expect(try run(Self.lesson).ran == 7)
    let again = try run(Self.lesson)
    #expect(again.ran == 0)
    #expect(try again.shown == fresh(Self.lesson))
    // The cell that runs has what it needs made first: x, and nothing else.
    let edited = Self.lesson.replacing("x.sum() > 100", with: "x.sum() < 100")
    let other = try run(edited)
    #expect(other.ran == 2)
    #expect(try other.shown == fresh(edited))
    // Another program shares nothing.
    #expect(try run(Self.lesson, program: "q").ran == 7)
    // What is cut off, damaged or empty is no entry.
    for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
      let url = URL(filePath: "\(folder)/\(name)")
      var data = try Data(contentsOf: url)
      switch name.utf8.first.map({ $0 % 3 }) {
      case 0: data = data.dropLast(3)
      case 1: data[data.count / 2] ^= 1
      default: data = Data()
      }
      try data.write(to: url)
    }
    #expect(try run(Self.lesson).ran == 7)
    #expect(try run(Self.lesson).ran == 0)
  }

  /// A cell that was put off runs before one that changes what it reads, or writes what it writes.
  @Test(arguments: [
    ("var a = 1|let b = a + 1|print(a)", "a = 5|b * 10 + a", "25"),
    ("var a = 1|let b = a + 1|print(a)", "let b = 7|b * 10 + a", "71"),
    ("var a = 1|a += 1|let c = a * 100|a += 1", "a += 10|c + a", "213"),
    ("var l = [1]|l.append(2)|let n = l.count", "l = []|n * 10 + l.count", "20"),
    ("var a = 1|func f() { a += 1 }|f()|let b = a", "a = 50|f()|b * 100 + a", "251"),
    ("3|let a = _ + 1|a|_1 + _", "20|a * 100 + _", "420"),
    ("3|var a = 1|let b = _ + a", "20|b * 100 + _", "420"),
  ]) func cellsThatWerePutOffRunInTime(known: String, new: String, result: String) throws {
    let folder = FileManager.default.temporaryDirectory.path + "/notch-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    func run(_ cells: String) throws -> (ran: Int, shown: [String]) {
      let memory = RememberingSession(
        Session(stop: Stop()), cache: CellCache(folder: folder, program: "p"))
      let text = cells.split(separator: "|").map { "// %%\n\($0)\n" }.joined()
      return try pass(text, memory, from: memory.snapshot())
    }
    let count = known.split(separator: "|").count
    #expect(try run(known).ran == count)
    #expect(try run(known).ran == 0)
    let whole = try run(known + "|" + new)
    #expect(whole.shown.last == result)
    // And one whose every cell is known.
    #expect(try run(known + "|" + new).ran == 0)
  }

  @Test func theCacheIsLimited() throws {
    let folder = FileManager.default.temporaryDirectory.path + "/notch-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for number in 0..<200 {
      let memory = RememberingSession(
        Session(stop: Stop()), cache: CellCache(folder: folder, limit: 20_000, program: "p"))
      _ = try pass("// %%\nprint(\(number))\n", memory, from: memory.snapshot())
    }
    let files = try FileManager.default.contentsOfDirectory(atPath: folder)
    let sizes = try files.map {
      try FileManager.default.attributesOfItem(atPath: "\(folder)/\($0)")[.size] as? Int ?? 0
    }
    #expect(sizes.reduce(0, +) <= 20_000)
    #expect(files.count > 20)
  }

  /// FIPS 180-4's own examples.
  @Test func fingerprintsAreSHA256() {
    #expect(
      Fingerprint(Array("abc".utf8)).text
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      Fingerprint([UInt8]()).text
        == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(
      Fingerprint(Array("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".utf8)).text
        == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
    #expect(Fingerprint(["a", "b"]) != Fingerprint(["ab"]))
  }
}
