import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The terminal's signals beside one Ctrl-C.
@Suite struct SignalTests {
  /// What cannot be stopped in the middle is left at the second Ctrl-C, the terminal as it was.
  @Test func aSecondCtrlCEndsTheProgram() throws {
    let scratch = try Scratch()
    let screen = try Screen(home: scratch.path)
    try screen.expect("1> ")
    try screen.enter("let x = ones(1, 512, 128, 128); let w = ones(512, 512, 7, 7)", shows: "2> ")
    // One sample is one call of the engine, which takes seconds.
    try screen.enter("print(\"g\" + \"o\"); for i in 0..<1000 { conv2d(x, w) }", shows: "go\n")
    usleep(500_000)
    try screen.type("\u{3}")
    // Two signals at once would be one.
    usleep(200_000)
    try screen.type("\u{3}")
    try screen.expect("the cell did not stop")
    #expect(try screen.end() == 130)
    #expect(screen.isCooked)
  }

  @Test func ctrlZStopsAndGoesOnWithTheLine() throws {
    let scratch = try Scratch()
    let screen = try Screen(home: scratch.path)
    try screen.expect("1> ")
    try screen.type("600 + ")
    try screen.waitForLine("1> 600 +")
    try screen.type("\u{1A}")
    try screen.child.waitForStop()
    #expect(screen.isCooked)
    screen.child.send(SIGCONT)
    try screen.type("17")
    try screen.waitForLine("1> 600 + 17")
    #expect(!screen.isCooked)
    try screen.type("\r")
    try screen.expect("617\n")
    try screen.expect("2> ")
    try screen.leave()
  }

  @Test func fitsAWindowOfAnotherWidth() throws {
    let scratch = try Scratch()
    let screen = try Screen(home: scratch.path)
    try screen.expect("1> ")
    try screen.resize(columns: 20)
    // Clears the screen, which has another width now.
    try screen.type("\u{C}let text = \"0123456789 0123456789\"")
    try screen.waitUntil("not wrapped") {
      $0.lines.starts(with: ["1> let text = \"01234", "56789 0123456789\""])
    }
    try screen.type("\r")
    try screen.expect("2> ")
    try screen.leave()
  }

  /// Keys typed right before and behind Ctrl-C: the line before it is dropped, the one behind it runs.
  @Test func keysKeepTheirOrderAroundCtrlC() throws {
    let scratch = try Scratch()
    let screen = try Screen(home: scratch.path)
    try screen.expect("1> ")
    for number in 2...20 {
      try screen.type("x + \u{3}\(number) * 617\r")
      try screen.expect("\n\(number * 617)\n")
      try screen.expect("\(number)> ")
    }
    try screen.leave()
    #expect(!screen.everything.contains("error"))
  }
}
