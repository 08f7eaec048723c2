import Foundation
import Testing

@testable import Figures

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct SVGTests {
  @Test(arguments: 0..<16) func theGalleryIsSound(index: Int) throws {
    let all = try Gallery.all()
    #expect(all.count == 16)
    for size in [(640, 400), (200, 150), (1600, 300)] {
      try SVGCheck(all[index].figure.svg(width: size.0, height: size.1)).check()
    }
  }

  @Test func wordsAreText() throws {
    let check = SVGCheck(try Gallery.lines().svg())
    try check.check()
    #expect(check.words.contains("Loss by bits"))
    #expect(check.words.contains("int8"))
    #expect(check.words.contains("epoch"))
    #expect(check.words.contains("2.5"))
    #expect(check.title == "Loss by bits")
    #expect(check.description == "3 lines of float, int8, int4, from 0.06684 to 2.7")
  }

  /// The middle of a bar, and where the number below it stands.
  private func middles(_ svg: String, of number: String) throws -> (bar: Double, tick: Double) {
    let bar = try #require(
      svg.firstMatch(
        of: try Regex(
          #"<rect class="area s0" x="([0-9.]+)" y="[0-9.]+" width="([0-9.]+)" height="[0-9.]+">"#
            + "<title>from \(number): ")))
    let tick = try #require(
      svg.firstMatch(of: try Regex(#"x="([0-9.]+)" y="[0-9.]+" text-anchor="middle">\#(number)<"#)))
    func real(_ match: Regex<AnyRegexOutput>.Match, _ group: Int) throws -> Double {
      try #require(match[group].substring.flatMap { Double($0) })
    }
    return (try real(bar, 1) + real(bar, 2) / 2, try real(tick, 1))
  }

  @Test func barsOfWholeNumbersStandOverTheirNumber() throws {
    let svg = try Gallery.codes().svg()
    for number in ["0", "-5"] {
      let (bar, tick) = try middles(svg, of: number)
      #expect(abs(bar - tick) < 0.1, "\(number)")
    }
    // Wider bins stand over the middle of their numbers: 0 and 1.
    let pairs = try Figure.histogram((0..<20).map(Double.init), bins: 10).svg()
    let (bar, tick) = try middles(pairs, of: "10")
    #expect(bar > tick + 5)
  }

  @Test func marksOfWholeNumbersStandInTheMiddleOfTheirBars() throws {
    let figure = try Figure.histogram((-4..<4).map(Double.init), bins: 8, marks: [-4, 0, 3, 4])
    guard case .histogram(let histogram) = figure.content else { return }
    // 4 is outside of the bar of 3.
    #expect(histogram.marks == [-4, 0, 3])
    let svg = figure.svg()
    let mark = try #require(
      svg.firstMatch(
        of: /class="area s1" x="([0-9.]+)" y="[0-9.]+" width="1" height="[0-9.]+"><title>0</))
    let (bar, _) = try middles(svg, of: "0")
    #expect(abs(try #require(Double(mark.1)) + 0.5 - bar) < 0.1)
    // In characters too: 8 bars of 4 columns with their mark in the third.
    let rows = figure.text(width: 36).split(separator: "\n").map(String.init)
    let marks = try #require(rows.first { $0.contains("▴") })
    let places = marks.enumerated().filter { $0.element == "▴" }.map(\.offset)
    #expect(places.count == 3)
    #expect(places.map { $0 - places[0] } == [0, 16, 28])
  }

  @Test func signsAreEscaped() throws {
    let title = "a < b && \"c\" > d\u{1}"
    let check = SVGCheck(try Figure.bars([1], labels: [title], title: title).svg())
    try check.check()
    #expect(check.title == "a < b && \"c\" > d\u{FFFD}")
  }

  /// Light and dark are two sets of the same rules.
  @Test func bothModesPaintEverything() throws {
    let parts = SVGStyle.sheet.components(separatedBy: "@media (prefers-color-scheme:dark){")
    #expect(parts.count == 2)
    for number in 0..<8 {
      for part in parts {
        #expect(part.contains(".line.s\(number){stroke:#"))
        #expect(part.contains(".area.s\(number)"))
      }
    }
  }
}

/// Reads an SVG picture and looks whether everything stands inside of it.
final class SVGCheck: NSObject, XMLParserDelegate {
  private let text: String
  private var box = (width: 0.0, height: 0.0)
  private var problems: [String] = []
  private var path: [String] = []
  private var shapes = 0
  private(set) var words: [String] = []
  private(set) var title = ""
  private(set) var description_ = ""

  override var description: String { description_ }

  init(_ text: String) { self.text = text }

  func check(sourceLocation: SourceLocation = #_sourceLocation) throws {
    let parser = XMLParser(data: Data(text.utf8))
    parser.delegate = self
    let isSound = parser.parse()
    #expect(isSound, "\(String(describing: parser.parserError))", sourceLocation: sourceLocation)
    #expect(problems.isEmpty, "\(problems.prefix(3))", sourceLocation: sourceLocation)
    #expect(shapes > 0, sourceLocation: sourceLocation)
    #expect(!title.isEmpty, sourceLocation: sourceLocation)
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    path.append(name)
    if name == "text" { words.append("") }
    func number(_ key: String) -> Double? { attributes[key].flatMap(Double.init) }
    if name == "svg" {
      let parts = (attributes["viewBox"] ?? "").split(separator: " ").compactMap { Double($0) }
      if parts.count == 4 { box = (parts[2], parts[3]) }
      return
    }
    var points: [(Double, Double)] = []
    switch name {
    case "line":
      points = [
        (number("x1") ?? -1, number("y1") ?? -1), (number("x2") ?? -1, number("y2") ?? -1),
      ]
    case "rect", "image":
      let (x, y) = (number("x") ?? -1, number("y") ?? -1)
      points = [(x, y), (x + (number("width") ?? -1e9), y + (number("height") ?? -1e9))]
    case "circle": points = [(number("cx") ?? -1, number("cy") ?? -1)]
    case "text": points = [(number("x") ?? -1, number("y") ?? -1)]
    case "path":
      for pair in (attributes["d"] ?? "").split(whereSeparator: { "M ".contains($0) }) {
        let parts = pair.split(separator: ",").compactMap { Double($0) }
        points.append(parts.count == 2 ? (parts[0], parts[1]) : (-1, -1))
      }
    default: return
    }
    shapes += 1
    for (x, y) in points
    where !(x >= -0.01 && y >= -0.01 && x <= box.width + 0.01 && y <= box.height + 0.01) {
      problems.append("\(name) at \(x), \(y) outside \(box)")
    }
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) {
    if path.last == "text" { words[words.count - 1] += string }
    if path == ["svg", "title"] { title += string }
    if path == ["svg", "desc"] { description_ += string }
  }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) { path.removeLast() }
}
