import Testing

@testable import Figures

@Suite struct TextTests {
  @Test func aLineInBraille() throws {
    let text = try Figure.lines([Series(y: [0, 1])]).text(width: 20, height: 3)
    #expect(
      text == """
        1 ┤           ⢀⣀⠤⠔⠒⠉
          │     ⢀⣀⠤⠔⠒⠉⠁
        0 ┤⣀⠤⠔⠒⠉⠁
          └┬───────────────┬
           0               1
        """)
  }

  /// A figure is as it was in 80 columns, whatever terminal there is; and its reals are marked.
  @Test func realsAreMarked() throws {
    let drawing = try Gallery.line().recorded()
    #expect(drawing.text == (try Gallery.line().text(width: 80)))
    let bytes = Array(drawing.text.utf8)
    let reals = drawing.reals.map { String(decoding: bytes[$0], as: UTF8.self) }
    #expect(reals == ["1.0", "0.5", "0.0", "-0.5", "-1.0"])
    let bars = try Figure.bars([1, 0.25], labels: ["3.5 bits", "4"]).recorded()
    let marked = bars.reals.map { String(decoding: Array(bars.text.utf8)[$0], as: UTF8.self) }
    #expect(marked == ["0.25"])
  }

  @Test func colorsAreAskedFor() throws {
    let plain = try Gallery.lines().text()
    let painted = try Gallery.lines().text(color: .basic)
    #expect(!plain.contains("\u{1B}"))
    #expect(painted.contains("\u{1B}[36m") && painted.contains("\u{1B}[33m"))
    // Where colours tell lines apart, none is broken.
    #expect(painted.contains("───") && !painted.contains("╌╌╌"))
    #expect(plain.contains("╌╌╌"))
  }

  /// Two colours a character, which are the two pixels of it.
  @Test func halfBlocksShowTheirPixels() throws {
    let image = try Raster(width: 1, height: 2, channels: 3, bytes: [1, 2, 3, 200, 100, 50])
    #expect(
      try Figure.images([image]).text(color: .full)
        == "\u{1B}[38;2;1;2;3;48;2;200;100;50m▀\u{1B}[0m")
    let grey = try Raster(width: 1, height: 2, bytes: [0, 255])
    #expect(
      try Figure.images([grey]).text(color: .palette) == "\u{1B}[38;5;16;48;5;231m▀\u{1B}[0m")
    #expect(try Figure.images([grey]).text(color: .basic) == "▄")
    #expect(try Figure.images([grey]).text(style: .ascii) == "=")
  }

  /// A large image is made smaller, with means of its pixels.
  @Test func imagesFit() throws {
    let stripes = try Raster(
      width: 400, height: 4, bytes: (0..<1600).map { $0 % 2 == 0 ? 0 : 200 })
    let small = stripes.fitted(width: 100, height: 100)
    #expect(small.width == 100 && small.height == 1)
    #expect(small.bytes.allSatisfy { $0 == 100 })
  }

  @Test func quarterBlocksStandSideBySide() throws {
    let image = try Raster(width: 4, height: 2, bytes: [255, 0, 0, 255, 0, 255, 255, 0])
    let text = try Figure.images([image, image]).text()
    #expect(text == "▚▞ ▚▞")
  }

  @Test(arguments: [
    ([1.0, 2, 3, 4, 5, 6, 7, 8], 8, "▁▂▃▄▅▆▇█"), ([3, 3, 3], 8, "▁▁▁"),
    ([1, .nan, 2], 8, "▁ █"), ([0, 0, 9, 9], 2, "▁█"), ([], 5, ""), ([.nan], 5, " "),
    ([1, 2], 0, ""), ([-1e308, 1e308], 9, "▁█"),
  ])
  func sparklines(values: [Double], width: Int, text: String) {
    #expect(Sparkline.text(values, width: width) == text)
  }

  @Test func countsAsBars() {
    #expect(Sparkline.text(counts: [8, 4, 0, 1]) == "█▄ ▁")
    #expect(Sparkline.text(counts: [8, 4, 0, 1], style: .ascii) == "#~ _")
  }

  /// What a user gives as a title cannot break the drawing or reach the terminal.
  @Test func titlesAreMadeHarmless() throws {
    let title = "a\u{1B}[31m\nb\u{202E}c\u{7}"
    let text = try Figure.bars([1], labels: [title], title: title).text()
    #expect(text.split(separator: "\n").count == 2)
    #expect(text.hasPrefix("a [31m b c"))
    #expect(!text.contains("\u{1B}") && !text.contains("\u{202E}") && !text.contains("\u{7}"))
    #expect(try Figure.bars([1], title: "数字").text(style: .ascii).hasPrefix("??"))
  }
}
