import Figures
import Foundation
import Language
import Tensors
import Testing

@testable import Sessions

/// Figures as values of the language, and as outputs of a cell.
@Suite struct FigureTests {
  private func outcome(_ code: String) -> Outcome {
    Session(seed: 1, stop: Stop()).run(code)
  }

  @Test func aFigureIsTheResultOfItsCell() throws {
    let outcome = outcome("plot([1, 3, 2], title: \"a\")")
    let output = try #require(outcome.outputs.first)
    #expect(outcome.outputs.count == 1 && output.kind == .result)
    let figure = try #require(output.figure)
    #expect(figure.title == "a")
    #expect(figure.content == .lines([Series(y: [1, 3, 2])]))
    // The text is that of a recording, and tells where its numbers are.
    #expect(output.text == figure.text(width: 80))
    let reals = output.reals.map { String(decoding: Array(output.text.utf8)[$0], as: UTF8.self) }
    #expect(reals.isEmpty && output.text.contains("3 ┤"))
    #expect(!self.outcome("plot([0.5, 3])").outputs[0].reals.isEmpty)
  }

  /// A statement whose value is a figure shows it; one that is kept shows nothing.
  @Test func figuresInTheMiddleOfACellAreShown() {
    let outcome = outcome(
      """
      let kept = plot([1, 2])
      for n in 1...2 { bars([n], title: "turn \\(n)") }
      func look(x) { histogram(x, title: "called") }
      look([1, 2])
      let also = look([3])
      print("between", terminator: "")
      show(zeros(2, 2), title: "image")
      5
      """)
    #expect(outcome.message == "")
    let titles = outcome.outputs.map { $0.figure?.title ?? $0.text }
    #expect(titles == ["turn 1", "turn 2", "called", "between", "image", "5"])
    #expect(outcome.outputs.dropLast().allSatisfy { $0.kind == .printed })
  }

  @Test func figuresAreValues() {
    #expect(outcome("let f = plot([1, 2])\nf.title").text == "\"\"")
    #expect(outcome("bars([1, 2, 3]).summary").text == "\"3 bars\"")
    #expect(
      outcome("plot([1, 2], title: \"t\").svg().contains(\"<title>t</title>\")").text == "true")
    #expect(outcome("let f = bars([1])\n\"\\(f)\".count").text == "45")
  }

  @Test func dataComesInManyForms() throws {
    func series(_ code: String) throws -> [Series] {
      let figure = try #require(outcome(code).outputs.last?.figure)
      switch figure.content {
      case .lines(let series), .scatter(let series): return series
      default: return []
      }
    }
    #expect(try series("plot(1...3)") == [Series(y: [1, 2, 3])])
    #expect(try series("plot(Tensor([1.5, 2]))") == [Series(y: [1.5, 2])])
    #expect(
      try series("plot(Tensor([[1, 2], [3, 4]]))") == [Series(y: [1, 2]), Series(y: [3, 4])])
    #expect(
      try series("plot([[1, 2], [3]], labels: [\"a\", \"b\"])")
        == [Series("a", y: [1, 2]), Series("b", y: [3])])
    #expect(
      try series("plot([\"a\": [1, 2], \"b\": [3, 0.1]])")
        == [Series("a", y: [1, 2]), Series("b", y: [3, 0.1])])
    #expect(
      try series("plot([10, 20], [[1, 2], Tensor([3.0, 4])])")
        == [Series(x: [10, 20], y: [1, 2]), Series(x: [10, 20], y: [3, 4])])
    #expect(try series("scatter([1, 2], [3, 4])") == [Series(x: [1, 2], y: [3, 4])])
    let bars = outcome("bars([\"a\": 1, \"b\": 2.5])").outputs.last?.figure
    #expect(try bars == Figure.bars([1, 2.5], labels: ["a", "b"]))
  }

  @Test(arguments: [
    ("plot([])", "there are no numbers to draw"),
    ("plot([1, 2], [1, 2, 3])", "as many numbers are needed along x as along y, not 2 and 3"),
    ("plot([1, 2], labels: [\"a\", \"b\"])", "1 lines need as many labels, not 2"),
    ("plot(zeros(30, 2))", "a figure has at most 20 lines, not 30"),
    (
      "plot(zeros(2, 2, 2))",
      "'x': a line is a vector, or a row of a matrix, not a Tensor [2, 2, 2]"
    ),
    ("plot([[1], 2])", "'x': expected numbers, or a list of lists of them, not 2"),
    ("plot([[[1]]])", "'x': expected a number, not a list"),
    ("plot([\"a\"])", "'x': expected a number, not a String"),
    ("bars([[1], [2]])", "bars are drawn of one list of numbers, not of 2"),
    ("bars([1, 2], labels: [\"a\"])", "2 bars need as many labels, not 1"),
    ("histogram([nan])", "there are no finite values to draw"),
    ("histogram([1], bins: 999)", "a histogram has 1 to 200 bins, not 999"),
    ("show(zeros(0, 3))", "an image of shape [0, 3] has no pixels"),
    ("show(zeros(5000, 2))", "an image has at most 4096 pixels a side, not 5000 x 2"),
    (
      "show([1, 2])",
      "an image has 2 axes [height, width], 3 [channels, height, width] or 4 for a batch, not [2]"
    ),
    (
      "save(plot([1]), \"a.jpg\")", "a figure is written as .svg, .txt or .png, not as 'a.jpg'"
    ),
    (
      "save(plot([1]), \"a.png\")",
      "only images can be written as .png; use .svg for a drawing"
    ),
    (
      "save(plot([1]), \"/nowhere/a.svg\")",
      "cannot write '/nowhere/a.svg': no such file or directory"
    ),
  ])
  func mistakesAreNamed(code: String, message: String) {
    #expect(outcome(code).message == message)
  }

  @Test func colorsAreKept() throws {
    let code = "show(Tensor([[[1, 0]], [[0, 0]], [[0, 1]]]))"
    guard case .images(let images) = outcome(code).outputs.last?.figure?.content else {
      Issue.record("no images")
      return
    }
    #expect(
      images == [try Raster(width: 2, height: 1, channels: 3, bytes: [255, 0, 0, 0, 0, 255])])
  }

  @Test func aBatchOfManyImagesIsCut() throws {
    let figure = try #require(outcome("show(zeros(70, 1, 2, 2))").outputs.last?.figure)
    guard case .images(let images) = figure.content else { return }
    #expect(images.count == 64)
    #expect(figure.note == "6 more of 70 images are not shown")
  }

  @Test func figuresAreSaved() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let outcome = outcome(
      """
      let f = bars([1, 2])
      save(f, "\(folder.path)/a.svg")
      f.save("\(folder.path)/a.txt")
      show(eye(3)).save("\(folder.path)/a.png")
      """)
    #expect(outcome.message == "" && outcome.outputs.isEmpty)
    func read(_ name: String) throws -> Data { try Data(contentsOf: folder.appending(path: name)) }
    let figure = try Figure.bars([1, 2])
    #expect(try read("a.svg") == Data(figure.svg().utf8))
    #expect(try read("a.txt") == Data((figure.text() + "\n").utf8))
    #expect(try read("a.png").prefix(4) == Data([0x89, 0x50, 0x4E, 0x47]))
  }

  @Test func aTrainingIsDrawn() throws {
    let session = Session(seed: 1, stop: Stop())
    _ = session.run("var net = Sequential(Flatten(), Dense(10))\nlet data = digits(64)")
    _ = session.run("let h = fit(&net, data, epochs: 3, batchSize: 32)")
    let figure = try #require(session.run("plot(h, title: \"t\")").outputs.last?.figure)
    guard case .panels(let panels) = figure.content else {
      Issue.record("no panels")
      return
    }
    #expect(panels.map(\.y.label) == ["loss", "accuracy"])
    guard case .lines(let series) = panels[0].content else { return }
    #expect(series.map(\.name) == ["training"] && series[0].x == [1, 2, 3])
    // The table is recorded; the curve is only for those who look.
    let shown = try #require(session.run("h").outputs.last)
    #expect(shown.text.split(separator: "\n").count == 3)
    #expect(shown.aside?.hasPrefix("loss █") == true)
    #expect(
      session.run("data").outputs.last?.aside?.hasSuffix("images of the classes 0 to 9") == true)
  }
}
