import Foundation
import Testing

/// Tab at a real terminal.
@Suite struct CompletionTests {
  private func screen(_ scratch: Scratch) throws -> Screen {
    let screen = try Screen(
      ["--quiet"], home: scratch.path, environment: ["NO_COLOR": "", "TERM": "xterm-256color"])
    try screen.expect("1> ")
    try screen.enter(
      "let weights = randn(3, 4); let net = Sequential(Flatten(), Dense(10))", shows: "2> ")
    return screen
  }

  /// What is typed, the line that Tab makes of it, and what is told below.
  private static let cases: [(typed: String, line: String, told: String)] = [
    ("weig", "weights", "Tensor [3, 4] float32"),
    ("weights.sha", "weights.shape", "sizes along the axes"),
    ("weights.quant", "weights.quantize(", "quantize(_ x: Tensor"),
    ("net.layers[1].wei", "net.layers[1].weights", "its weights"),
    ("randn(2).dty", "randn(2).dtype", "type of the elements"),
    ("quantize(weights, sch", "quantize(weights, scheme:", "scheme: Scheme = .symmetric"),
    ("print(quantize(weights, bi", "print(quantize(weights, bits:", "bits: Int = 8"),
    ("quantize(weights, per: .ch", "quantize(weights, per: .channel", ""),
    ("maxpool", "MaxPool2D(", "MaxPool2D(_ size: Int = 2"),
    (":und", ":undo", "take back the last input"),
    (":set dig", ":set digits", "0 to 17"),
    (":help fakeQ", ":help fakeQuantize", "fakeQuantize(_ x: Tensor"),
  ]

  @Test(arguments: cases.indices) func completes(_ index: Int) throws {
    let (typed, line, told) = Self.cases[index]
    let scratch = try Scratch()
    let screen = try screen(scratch)
    try screen.type(typed + "\t")
    try screen.waitUntil("'\(typed)' is not '\(line)'") { model in
      model.lines.contains("2> \(line)")
        && (told.isEmpty || model.lines.contains { $0.contains(told) && !$0.hasPrefix("2> ") })
    }
    // What is told goes with the next key.
    try screen.type("x")
    try screen.waitUntil("still told") { model in
      !model.lines.contains { !told.isEmpty && $0.contains(told) && !$0.hasPrefix("2> ") }
    }
    try screen.type("\u{3}")
    try screen.expect("^C")
    try screen.expect("2> ")
    try screen.leave()
  }

  @Test func listsWhatThereIs() throws {
    let scratch = try Scratch()
    let screen = try screen(scratch)
    try screen.type("quantize(weights, \t")
    try screen.waitUntil("no labels") { model in
      model.lines.contains { $0.hasPrefix("bits:") && $0.contains("bits: Int = 8") }
        && model.lines.contains { $0.hasPrefix("per:") }
    }
    try screen.type("bits: 4, \t")
    try screen.waitUntil("a label twice") { model in
      model.lines.contains { $0.hasPrefix("per:") }
        && !model.lines.contains { $0.hasPrefix("bits:") }
    }
    try screen.type("per: \t")
    try screen.waitUntil("no choices") { $0.lines.contains { $0.hasPrefix(".tensor") } }
    try screen.type("\u{3}")
    try screen.expect("^C")
    try screen.type(":\t")
    try screen.waitUntil("no commands") { model in
      ["help", "undo", "save"].allSatisfy { name in
        model.lines.contains { $0.hasPrefix(name) }
      }
    }
    try screen.type("\u{3}")
    try screen.expect("^C")
    try screen.expect("> ")
    try screen.leave()
  }

  @Test func namesOfFiles() throws {
    let scratch = try Scratch()
    try scratch.write("// %%\nlet loaded = 1230 + 4\nloaded\n", to: "my-lesson.notch")
    try scratch.write("", to: "deep folder/inner.notch")
    let screen = try screen(scratch)
    try screen.type(":load ~/my\t")
    try screen.waitForLine("2> :load ~/my-lesson.notch")
    try screen.type("\r")
    try screen.expect("1234\n")
    try screen.expect("3> ")
    try screen.type(":load \(scratch.path)/my-le\t")
    try screen.waitUntil("no file") { model in
      model.lines.joined().contains("/my-lesson.notch")
        && !model.lines.joined().hasSuffix("/my-le")
    }
    try screen.type("\u{3}")
    try screen.type(":load ~/deep\t")
    try screen.waitUntil("no folder") { $0.lines.contains { $0.hasSuffix("~/deep folder/") } }
    try screen.type("\u{3}")
    try screen.expect("^C")
    try screen.expect("> ")
    try screen.leave()
  }
}
