import Foundation
import Testing

/// `notch replay --cache`.
@Suite struct CacheTests {
  private static let lesson = """
    // ---
    // seed: 3
    // ---
    // %%
    let data = digits(64, seed: 1)
    var net = Sequential(Flatten(), Dense(10))
    // %% Train
    fit(&net, data, epochs: 1)
    //> [..]
    // %% Error check=error
    data.take(-1)
    //! [..]
    // %% Use
    print(net.parameterCount - 7233)
    //> 617

    """

  private func replay(_ path: String, _ scratch: Scratch, _ more: [String] = []) throws -> Run {
    try Run(
      ["replay", "--cache", path] + more, home: scratch.path,
      environment: ["XDG_CACHE_HOME": scratch.path + "/cache"])
  }

  @Test func takesOutputsFromEarlierReplays() throws {
    let scratch = try Scratch()
    let path = try scratch.write(Self.lesson, to: "a.notch")
    let first = try replay(path, scratch)
    #expect(first.code == 0, "\(first.output)\(first.errors)")
    #expect(!first.output.contains("from the cache"))
    let second = try replay(path, scratch)
    #expect(second.code == 0)
    #expect(second.output.hasPrefix("\(path)  4 cells, ok, 4 from the cache, "))
    // A file with the same beginning uses it; the rest is run on top of what it needs.
    let other = Self.lesson.replacing("- 7233)", with: "- 7234)")
    let copy = try scratch.write(other.replacing("//> 617", with: "//> 616"), to: "b.notch")
    let third = try replay(copy, scratch)
    #expect(third.code == 0)
    #expect(third.output.contains("4 cells, ok, 3 from the cache"))
    // What differs from its recording is not kept.
    let wrong = try scratch.write(other, to: "c.notch")
    for _ in 0..<2 {
      let run = try replay(wrong, scratch)
      #expect(run.code == 1)
      #expect(run.output.contains("-//> 617\n+//> 616"))
    }
    // Another seed is another training.
    #expect(try !replay(path, scratch, ["--seed", "9"]).output.contains("from the cache"))
    // Without the flag the cache is not asked.
    let plain = try Run(
      ["replay", path], home: scratch.path,
      environment: ["XDG_CACHE_HOME": scratch.path + "/cache"])
    #expect(plain.output.hasPrefix("\(path)  4 cells, ok, 0."))
  }

  @Test func takesCellsThatUseWhatWasShown() throws {
    let scratch = try Scratch()
    let path = try scratch.write("// %%\n3\n//> 3\n// %%\n_ + _1\n//> 6\n", to: "a.notch")
    #expect(try replay(path, scratch).code == 0)
    #expect(try replay(path, scratch).output.contains("2 cells, ok, 2 from the cache"))
    // Another value is another cell.
    let other = try scratch.write("// %%\n4\n//> 4\n// %%\n_ + _1\n//> 8\n", to: "b.notch")
    let run = try replay(other, scratch)
    #expect(run.code == 0 && !run.output.contains("from the cache"))
  }

  @Test func twoProcessesShareIt() throws {
    let scratch = try Scratch()
    var text = ""
    for number in 0..<60 {
      text += "// %%\nlet v\(number) = \(number)\nv\(number) + 1\n//> \(number + 1)\n"
    }
    let path = try scratch.write(text, to: "a.notch")
    let environment = Child.environment(
      home: scratch.path, ["XDG_CACHE_HOME": scratch.path + "/cache"])
    for _ in 0..<2 {
      let children = try (0..<4).map { _ in
        try Child(Child.notch, ["replay", "--cache", path], environment: environment)
      }
      for child in children { #expect(try child.exitCode() == 0) }
    }
    #expect(try replay(path, scratch).output.contains("60 from the cache"))
    let names = try FileManager.default.contentsOfDirectory(
      atPath: scratch.path + "/cache/notch/cells")
    #expect(names.count == 60 && !names.contains { $0.hasSuffix(".new") })
  }

  /// Where no cache can be written, a replay is a replay.
  @Test func aFolderThatCannotBe() throws {
    let scratch = try Scratch()
    let path = try scratch.write(Self.lesson, to: "a.notch")
    try scratch.write("a file", to: "cache")
    for _ in 0..<2 { #expect(try replay(path, scratch).code == 0) }
    #expect(try scratch.read("cache") == "a file")
  }
}
