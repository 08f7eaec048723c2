import Testing

/// Figures at a real terminal: what is drawn follows from what the terminal can show.
@Suite struct FigureTests {
  private func screen(
    _ environment: [String: String], columns: UInt16 = 120, code: String
  ) throws -> String {
    let scratch = try Scratch()
    let screen = try Screen(
      ["-e", code], home: scratch.path, environment: environment, columns: columns)
    #expect(try screen.end() == 0)
    return screen.everything
  }

  private let image = "show(eye(4))"

  @Test func pixelsGoToTerminalsThatHaveThem() throws {
    #expect(
      try screen(["TERM": "xterm-kitty"], code: image).contains("\u{1B}_Ga=T,f=32,s=280,v=280"))
    #expect(
      try screen(["NOTCH_GRAPHICS": "sixel"], code: image).contains("\u{1B}P0;1;0q\"1;1;280;280"))
    #expect(
      try screen(["NOTCH_GRAPHICS": "inline"], code: image).contains("\u{1B}]1337;File=inline=1"))
  }

  @Test func othersGetBlocks() throws {
    let plain = try screen([:], code: image)
    #expect(plain.contains("▀▄") && !plain.contains("\u{1B}["))
    let painted = try screen(["COLORTERM": "truecolor", "NO_COLOR": ""], code: image)
    #expect(painted.contains("\u{1B}[38;2;255;255;255;48;2;0;0;0m▀"))
  }

  @Test func aCLocaleGetsASCII() throws {
    let text = try screen(["LC_ALL": "C"], code: "plot([1, 2, 4])\n\(image)")
    #expect(text.contains("***") && text.contains("==\r\n  =="))
    #expect(text.utf8.allSatisfy { $0 < 128 })
  }

  @Test func plotsFitTheTerminal() throws {
    let code = "plot([1, 2, 4], labels: [\"a long name of a line\"])"
    for columns: UInt16 in [20, 47, 100] {
      let lines = try screen([:], columns: columns, code: code).split(separator: "\r\n")
      #expect(lines.count > 8)
      #expect(lines.allSatisfy { $0.count <= Int(columns) }, "\(columns)")
    }
  }

  /// A file gets what a recording holds, whatever the terminal.
  @Test func aPipeGetsTheRecording() throws {
    let result = try Run(
      ["-e", image], environment: ["TERM": "xterm-kitty", "NOTCH_GRAPHICS": "kitty"])
    #expect(result.output == "▀▄\n  ▀▄\n")
  }
}
