import Foundation
import Testing

/// The history of inputs across prompts.
@Suite struct HistoryTests {
  private func history(_ scratch: Scratch) throws -> String {
    try scratch.read(".local/state/notch/history")
  }

  @Test func twoPromptsAtOnceLoseNothing() throws {
    let scratch = try Scratch()
    let first = try Screen(home: scratch.path)
    let second = try Screen(home: scratch.path)
    try first.expect("1> ")
    try second.expect("1> ")
    for number in 1...5 {
      try first.enter("print(\"first\", \(number))", shows: "first \(number)\n")
      try second.enter("print(\"second\", \(number))", shows: "second \(number)\n")
    }
    first.child.send(SIGKILL)
    second.child.send(SIGKILL)
    #expect(try first.end() == 128 + SIGKILL)
    #expect(try second.end() == 128 + SIGKILL)
    let kept = try history(scratch)
    for number in 1...5 {
      #expect(kept.contains("print(\"first\", \(number))\n"))
      #expect(kept.contains("print(\"second\", \(number))\n"))
    }
    // The next prompt has both, the last one first.
    let third = try Screen(home: scratch.path)
    try third.expect("1> ")
    try third.type("\u{1B}[A\u{1B}[A")
    try third.waitForLine("1> print(\"first\", 5)")
    try third.type("\u{3}")
    try third.expect("^C")
    try third.expect("> ")
    try third.leave()
  }

  @Test func aLongHistoryIsThereAtOnce() throws {
    let scratch = try Scratch()
    var text = ""
    for number in 0..<100_000 { text += "#\(1_700_000_000 + number)\nlet x\(number) = \(number)\n" }
    try scratch.write(text, to: ".local/state/notch/history")
    let screen = try Screen(home: scratch.path)
    try screen.expect("1> ")
    try screen.type("\u{1B}[A")
    try screen.waitForLine("1> let x99999 = 99999")
    try screen.type("\u{15}\u{12}x617 ")
    try screen.waitUntil("not found") { $0.lines.joined().contains(": let x617 = 617") }
    try screen.type("\u{7}\u{3}")
    try screen.expect("^C")
    try screen.expect("> ")
    try screen.leave()
  }

  @Test func aHistoryThatCannotBeReadOrWrittenIsNoHindrance() throws {
    let scratch = try Scratch()
    try scratch.write(Data((0...255).map { UInt8($0) } + [10]), to: ".local/state/notch/history")
    let screen = try Screen(home: scratch.path)
    try screen.expect("1> ")
    try screen.type("\u{1B}[A\u{1B}[A\u{3}")
    try screen.expect("1> ")
    try screen.enter("1200 + 34", shows: "1234\n", "> ")
    try screen.leave()
    let nowhere = try Screen(home: "/proc/nowhere")
    try nowhere.expect("1> ")
    try nowhere.enter("1200 + 34", shows: "1234\n", "> ")
    try nowhere.leave()
  }
}
