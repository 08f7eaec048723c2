import Testing

@testable import Figures

/// Any numbers, any words, any size: a figure is drawn, no line is too long, the SVG is sound.
@Suite struct HostileTests {
  static let odd: [Double] = [
    .nan, .infinity, -.infinity, 0, -0.0, 1, -1, 1e308, -1e308, .greatestFiniteMagnitude,
    -.greatestFiniteMagnitude, .leastNonzeroMagnitude, .leastNormalMagnitude, 1e-300, 1e300,
    0.1, 1 + .ulpOfOne, 1e15, 123_456_789, -.leastNonzeroMagnitude,
  ]
  static let words = [
    "", "a", "x & <y>", "\u{1B}[2J", String(repeating: "long ", count: 80), "数字の分布", "👩‍👩‍👧‍👦",
    "e\u{301}",
    "\u{0}", "]]>", "\"quoted\"", "-->", "\u{FFFE}",
  ]

  static func numbers(_ random: inout Xorshift, _ count: Int) -> [Double] {
    (0..<count).map { _ in
      random.next() % 4 == 0 ? random.normal() : odd.randomElement(using: &random) ?? 0
    }
  }

  static func figure(_ random: inout Xorshift) throws -> Figure {
    func word() -> String { words.randomElement(using: &random) ?? "" }
    func axis() -> Axis { Axis(word(), isLogarithmic: random.next() % 3 == 0) }
    let count = 1 + Int(random.next() % 30)
    switch random.next() % 5 {
    case 0, 1:
      let series = try (0...Int(random.next() % 4)).map { _ in
        try Series(word(), x: numbers(&random, count), y: numbers(&random, count))
      }
      return random.next() % 2 == 0
        ? try Figure.lines(series, title: word(), x: axis(), y: axis(), rows: Int.max)
        : try Figure.scatter(series, title: word(), x: axis(), y: axis(), rows: Int.min)
    case 2:
      return try Figure.bars(
        numbers(&random, count), labels: (0..<count).map { _ in word() }, title: word(), y: axis())
    case 3:
      return try Figure.histogram(
        numbers(&random, count) + [2], bins: 1 + Int(random.next() % 200), title: word(),
        x: axis())
    default:
      let images = try (0...Int(random.next() % 5)).map { _ in
        let (width, height) = (1 + Int(random.next() % 60), 1 + Int(random.next() % 60))
        let channels = random.next() % 2 == 0 ? 1 : 3
        return try Raster(
          width: width, height: height, channels: channels,
          bytes: (0..<width * height * channels).map { _ in UInt8(random.next() % 256) })
      }
      return try Figure.images(images, title: word())
    }
  }

  @Test(arguments: 0..<100) func anyFigureIsDrawn(seed: UInt64) throws {
    var random = Xorshift(seed)
    var figure = try Self.figure(&random)
    if seed % 10 == 0 { figure = try Figure.panels([figure, Self.figure(&random)]) }
    figure.rows = min(max(figure.rows, 3), 30)
    for width in [Int.min, 20, 21, 33, 80, 131] {
      for style in [FigureStyle.unicode, .ascii] {
        let text = figure.text(width: width, style: style)
        for line in text.split(separator: "\n") {
          #expect(
            PlainText.width(of: String(line)) <= max(20, width), "\(width): \(line)")
        }
        #expect(!text.unicodeScalars.contains { $0.value < 32 && $0 != "\n" })
        if style == .ascii { #expect(text.utf8.allSatisfy { $0 < 128 }) }
      }
    }
    try SVGCheck(figure.svg()).check()
    try SVGCheck(figure.svg(width: Int(random.next() % 2000), height: -3)).check()
  }

  @Test func anyHeightIsTaken() throws {
    let figure = try Gallery.line()
    for height in [Int.min, 0, 1, 3, 200, Int.max] {
      let rows = figure.text(height: height).split(separator: "\n").count
      #expect(rows >= 6 && rows <= 206)
    }
  }
}
