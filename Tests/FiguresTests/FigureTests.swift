import Testing

@testable import Figures

@Suite struct FigureTests {
  @Test func whatCannotBeDrawnIsSaid() {
    #expect(throws: FigureError.lengthsDiffer(x: 2, y: 3)) { try Series(x: [1, 2], y: [1, 2, 3]) }
    #expect(throws: FigureError.nothing("numbers")) { try Figure.lines([Series(y: [])]) }
    #expect(throws: FigureError.nothing("numbers")) { try Figure.scatter([]) }
    #expect(throws: FigureError.nothing("bars")) { try Figure.bars([]) }
    #expect(throws: FigureError.labelCount(labels: 1, values: 2, what: "bars")) {
      try Figure.bars([1, 2], labels: ["a"])
    }
    #expect(throws: FigureError.badBinCount(0)) { try Figure.histogram([1], bins: 0) }
    #expect(throws: FigureError.badBinCount(.max)) { try Figure.histogram([1], bins: .max) }
    #expect(throws: FigureError.nothing("finite values")) { try Figure.histogram([.nan]) }
    #expect(throws: FigureError.noPixels(width: 0, height: 3)) {
      try Raster(width: 0, height: 3, bytes: [])
    }
    #expect(throws: FigureError.badPixelCount(got: 1, wanted: 4)) {
      try Raster(width: 2, height: 2, bytes: [0])
    }
    #expect(throws: FigureError.imageTooLarge(width: .max, height: 2)) {
      try Raster(width: .max, height: 2, bytes: [])
    }
    #expect(
      FigureError.labelCount(labels: 1, values: 2, what: "bars").description
        == "2 bars need as many labels, not 1")
  }

  @Test func whatIsLeftOutIsNoted() throws {
    #expect(
      try Figure.lines([Series(y: [1, .nan, 2])]).note == "1 of 3 points are not finite")
    #expect(
      try Figure.lines([Series(y: [1, 0, -2, .infinity])], y: Axis(isLogarithmic: true)).note
        == "1 of 4 points are not finite; 2 of 4 are not above 0, as a logarithm needs")
    #expect(try Figure.histogram([1, .nan]).note == "1 of 2 values are not finite")
    let images = try (0..<66).map { _ in try Gallery.ring(4) }
    #expect(try Figure.images(images).note == "2 more images are not shown")
  }

  /// Every finite value is counted once, in the bin whose edges hold it.
  @Test(arguments: 0..<60) func histogramsCountEverything(seed: UInt64) throws {
    var random = Xorshift(seed)
    let isWhole = seed % 2 == 0
    let values = (0..<500).map { _ -> Double in
      let value = random.normal() * 40
      return isWhole ? value.rounded() : value
    }
    let bins = 1 + Int(random.next() % 40)
    let histogram = try Histogram(values + [.nan, .infinity], bins: bins)
    #expect(histogram.isWhole == isWhole)
    #expect(histogram.counts.count <= bins)
    #expect(histogram.edges.count == histogram.counts.count + 1)
    #expect(histogram.counts.reduce(0, +) == 500)
    for (bin, count) in histogram.counts.enumerated() {
      let (low, high) = (histogram.edges[bin], histogram.edges[bin + 1])
      let isLast = bin == histogram.counts.count - 1
      let slack = isWhole ? 0 : 1e-9
      let surely = values.filter { $0 >= low + slack && $0 < high - slack }.count
      let perhaps = values.filter {
        $0 >= low - slack && ($0 < high + slack || isLast && $0 <= high)
      }.count
      #expect(count >= surely && count <= perhaps, "bin \(bin)")
    }
    if isWhole { #expect(histogram.edges.allSatisfy { $0.rounded() == $0 }) }
  }

  @Test func codesGetABinEach() throws {
    let histogram = try Histogram((-8...7).map(Double.init), bins: 16)
    #expect(histogram.counts == Array(repeating: 1, count: 16))
    #expect(NumberText.edges(histogram).first == "-8")
    #expect(try Histogram([0, 0, 0], bins: 16).counts == [3])
  }

  /// A million points become few, and what a reader sees of them stays.
  @Test func longLinesAreThinnedOut() throws {
    var random = Xorshift(11)
    var y = (0..<1_000_000).map { _ in random.normal() }
    y[123_456] = 99
    y[700_001] = -99
    y[400_000] = .nan
    guard case .lines(let series) = try Figure.lines([Series(y: y)]).content else { return }
    let thin = series[0]
    #expect(thin.y.count <= Thinning.fewPoints)
    #expect(thin.x.first == 0)
    #expect(thin.x.last == 999_999)
    #expect(zip(thin.x, thin.x.dropFirst()).allSatisfy { $0 < $1 })
    #expect(thin.y.filter(\.isFinite).max() == 99)
    #expect(thin.y.filter(\.isFinite).min() == -99)
    #expect(thin.y.contains { $0.isNaN })
    #expect(zip(thin.x, thin.y).allSatisfy { y[Int($0)] == $1 || $1.isNaN })
  }

  @Test func manyPointsAreThinnedOut() throws {
    var random = Xorshift(12)
    let x = (0..<200_000).map { _ in random.normal() }
    let y = (0..<200_000).map { _ in random.normal() }
    guard case .scatter(let series) = try Figure.scatter([Series(x: x, y: y)]).content
    else { return }
    #expect(series[0].y.count <= 192 * 128)
    #expect(series[0].y.count > 1000)
  }

  @Test func panelsOfPanelsAreFlat() throws {
    var figure = try Gallery.one()
    for _ in 0..<1000 { figure = try Figure.panels([figure]) }
    guard case .panels(let figures) = figure.content else { return }
    #expect(figures == [try Gallery.one()])
  }
}
