extension Figure {
  /// The most series, bars and images of one figure.
  public static let mostSeries = 20
  /// The most bars of one figure.
  public static let mostBars = 200
  /// The most marks below a histogram.
  public static let mostMarks = 1024
  /// The most images of one figure; a note tells of the others.
  public static let mostImages = 64

  /// Lines through points, in the order of the points; a number that is not finite leaves a gap.
  ///
  /// Throws where there is no series, or are more than `mostSeries`.
  public static func lines(
    _ series: [Series], title: String = "", x: Axis = Axis(), y: Axis = Axis(),
    rows: Int = defaultRows
  ) throws(FigureError) -> Figure {
    try check(series)
    return Figure(
      .lines(series.map { Thinning.line($0) }), title: title, x: x, y: y,
      note: gaps(series, x, y), rows: rows)
  }

  /// Points; those with a number that is not finite are left out.
  ///
  /// Throws where there is no series, or are more than `mostSeries`.
  public static func scatter(
    _ series: [Series], title: String = "", x: Axis = Axis(), y: Axis = Axis(),
    rows: Int = defaultRows
  ) throws(FigureError) -> Figure {
    try check(series)
    let scales = (
      Scale(of: series.flatMap(\.x), isLogarithmic: x.isLogarithmic),
      Scale(of: series.flatMap(\.y), isLogarithmic: y.isLogarithmic)
    )
    return Figure(
      .scatter(series.map { Thinning.points($0, scales.0, scales.1) }), title: title, x: x, y: y,
      note: gaps(series, x, y), rows: rows)
  }

  /// A bar for each value, with a word beside it; without words they are numbered from 0.
  public static func bars(
    _ values: [Double], labels: [String]? = nil, title: String = "", y: Axis = Axis()
  ) throws(FigureError) -> Figure {
    guard !values.isEmpty else { throw .nothing("bars") }
    guard values.count <= mostBars else {
      throw .tooMany("bars", count: values.count, most: mostBars)
    }
    let labels = labels ?? values.indices.map(String.init)
    guard labels.count == values.count else {
      throw .labelCount(labels: labels.count, values: values.count, what: "bars")
    }
    return Figure(.bars(Bars(labels: labels, values: values)), title: title, y: y)
  }

  /// How often values fall into bins of equal width; those that are not finite are left out.
  ///
  /// Whole numbers get bins of a whole width, and so perhaps fewer of them. Marks show below the
  /// bins, those outside of them not; of more than `mostMarks` none.
  public static func histogram(
    _ values: [Double], bins: Int = 16, title: String = "", x: Axis = Axis(),
    marks: [Double] = []
  ) throws(FigureError) -> Figure {
    var histogram = try Histogram(values, bins: bins)
    if let low = histogram.edges.first, let high = histogram.edges.last {
      // A mark less than half a bin outside is one at the edge: rounding takes it there.
      let room = (high / 2 - low / 2) / Double(histogram.counts.count)
      // A whole number has its place in the middle of a bar and not at its edge.
      let inside = marks.filter {
        histogram.isWhole
          ? $0 >= low - 0.5 && $0 <= high - 0.5 : $0 >= low - room && $0 <= high + room
      }
      if inside.count <= mostMarks {
        histogram.marks = histogram.isWhole ? inside : inside.map { min(max($0, low), high) }
      }
    }
    let finite = histogram.counts.reduce(0, +)
    let note =
      finite == values.count
      ? "" : "\(values.count - finite) of \(values.count) values are not finite"
    return Figure(.histogram(histogram), title: title, x: x, y: Axis("count"), note: note)
  }

  /// Images side by side; of more than `mostImages` the first.
  public static func images(_ images: [Raster], title: String = "") throws(FigureError) -> Figure {
    guard !images.isEmpty else { throw .nothing("images") }
    let hidden = images.count - mostImages
    return Figure(
      .images(Array(images.prefix(mostImages))), title: title,
      note: hidden > 0 ? "\(hidden) more \(hidden == 1 ? "image is" : "images are") not shown" : "")
  }

  /// Figures, one below the other.
  public static func panels(_ figures: [Figure], title: String = "") throws(FigureError) -> Figure {
    guard !figures.isEmpty else { throw .nothing("figures") }
    guard figures.count <= mostSeries else {
      throw .tooMany("panels", count: figures.count, most: mostSeries)
    }
    // Panels of panels are laid out as one row of panels, so that nothing recurses deeply.
    let flat = figures.flatMap { figure -> [Figure] in
      if case .panels(let inner) = figure.content { inner } else { [figure] }
    }
    return Figure(.panels(flat), title: title)
  }

  private static func check(_ series: [Series]) throws(FigureError) {
    guard series.contains(where: { !$0.y.isEmpty }) else { throw .nothing("numbers") }
    guard series.count <= mostSeries else {
      throw .tooMany("series", count: series.count, most: mostSeries)
    }
  }

  /// What is to be said of points that have no place.
  private static func gaps(_ series: [Series], _ x: Axis, _ y: Axis) -> String {
    var (odd, low, count) = (0, 0, 0)
    for one in series {
      count += one.y.count
      for (a, b) in zip(one.x, one.y) {
        if !a.isFinite || !b.isFinite {
          odd += 1
        } else if (x.isLogarithmic && a <= 0) || (y.isLogarithmic && b <= 0) {
          low += 1
        }
      }
    }
    var parts: [String] = []
    if odd > 0 { parts.append("\(odd) of \(count) points are not finite") }
    if low > 0 { parts.append("\(low) of \(count) are not above 0, as a logarithm needs") }
    return parts.joined(separator: "; ")
  }
}

extension Histogram {
  /// The most bins.
  public static let mostBins = 200

  /// The numbers from the left end of the first bar to the right end of the last.
  ///
  /// A bar of whole numbers stands over them: that of 3 alone from 2.5 to 3.5.
  var scale: Scale {
    let scale = Scale(of: edges)
    return isWhole ? scale.loweredByHalf : scale
  }

  /// Counts values; throws where none is finite or the number of bins is none.
  public init(_ values: [Double], bins: Int) throws(FigureError) {
    guard bins >= 1, bins <= Histogram.mostBins else { throw .badBinCount(bins) }
    var (low, high) = (Double.infinity, -Double.infinity)
    var isWhole = true
    for value in values where value.isFinite {
      low = min(low, value)
      high = max(high, value)
      if isWhole { isWhole = value.rounded() == value }
    }
    guard low <= high else { throw .nothing("finite values") }
    if isWhole, low.magnitude < 1e9, high.magnitude < 1e9 {
      let step = ((high - low + 1) / Double(bins)).rounded(.up)
      let count = Int(((high - low + 1) / step).rounded(.up))
      var counts = [Int](repeating: 0, count: count)
      for value in values where value.isFinite { counts[Int((value - low) / step)] += 1 }
      self.counts = counts
      edges = (0...count).map { low + Double($0) * step }
      self.isWhole = true
      return
    }
    if low == high {
      let room = max(0.5, low.magnitude * 1e-3)
      low = max(low - room, -Double.greatestFiniteMagnitude)
      high = min(high + room, Double.greatestFiniteMagnitude)
    }
    // Halves, since the difference of two large numbers may be none.
    let half = max(high / 2 - low / 2, .leastNonzeroMagnitude)
    var counts = [Int](repeating: 0, count: bins)
    for value in values where value.isFinite {
      let share = min(max((value / 2 - low / 2) / half, 0), 1)
      counts[min(bins - 1, Int(share * Double(bins)))] += 1
    }
    self.counts = counts
    self.isWhole = false
    edges = (0...bins).map { bin in
      let share = Double(bin) / Double(bins)
      return low * (1 - share) + high * share
    }
  }
}
