/// Draws what stands between two axes.
struct SVGChart {
  let figure: Figure
  /// What is left for the chart with its labels.
  let area: Area

  /// About as wide as a character of a label.
  static let characterWidth = 6.7

  init(_ figure: Figure, _ area: Area) {
    self.figure = figure
    self.area = area
  }

  static func width(of text: String) -> Double {
    Double(PlainText.width(of: text)) * characterWidth
  }

  // MARK: Kinds

  /// Lines or points.
  func draw(_ series: [Series], joined: Bool, _ writer: inout SVGWriter) {
    let y = Scale(of: series.lazy.flatMap(\.y), isLogarithmic: figure.y.isLogarithmic)
      .rounded(ticks: yTicks)
    var x = Scale(of: series.lazy.flatMap(\.x), isLogarithmic: figure.x.isLogarithmic)
    if !joined { x = x.rounded(ticks: xTicks) }
    let names =
      series.count > 1 || series.contains { !$0.name.isEmpty }
      ? series.enumerated().map { $1.name.isEmpty ? "\($0 + 1)" : $1.name } : []
    let top = legend(names, joined, &writer)
    let inner = frame(x: x, y: y, top: top, &writer)
    for (number, one) in series.enumerated() {
      let pieces = places(one, x, y, inner)
      if joined {
        writer.path(pieces, SVGStyle.series("line", number))
        // Few points are marked, and one alone would not be seen.
        let marksAll = pieces.reduce(0) { $0 + $1.count } <= 30
        for piece in pieces where marksAll || piece.count == 1 {
          for point in piece {
            writer.circle(x: point.x, y: point.y, radius: 3, SVGStyle.series("dot", number))
          }
        }
      } else {
        let radius = one.y.count > 500 ? 1.5 : 3
        for point in pieces.joined() {
          writer.circle(x: point.x, y: point.y, radius: radius, SVGStyle.series("dot", number))
        }
      }
    }
  }

  /// Where points stand, in pieces between the gaps.
  private func places(
    _ series: Series, _ x: Scale, _ y: Scale, _ inner: Area
  ) -> [[(x: Double, y: Double)]] {
    var pieces: [[(x: Double, y: Double)]] = []
    var piece: [(x: Double, y: Double)] = []
    for (a, b) in zip(series.x, series.y) {
      guard let right = x.place(a), let up = y.place(b) else {
        if !piece.isEmpty { pieces.append(piece) }
        piece = []
        continue
      }
      piece.append((inner.left + right * inner.width, inner.bottom - up * inner.height))
    }
    return piece.isEmpty ? pieces : pieces + [piece]
  }

  /// A histogram: areas side by side that stand on zero.
  func draw(_ histogram: Histogram, _ writer: inout SVGWriter) {
    let y = Scale(of: histogram.counts.map(Double.init) + [0]).rounded(ticks: yTicks)
    let x = histogram.scale
    let inner = frame(x: x, y: y, top: area.top, &writer)
    let width = inner.width / Double(histogram.counts.count)
    let gap = width > 4 ? 1.0 : 0
    let edges = NumberText.edges(histogram)
    for (bin, count) in histogram.counts.enumerated() where count > 0 {
      let height = (y.place(Double(count)) ?? 0) * inner.height
      writer.rectangle(
        x: inner.left + Double(bin) * width + gap / 2, y: inner.bottom - height,
        width: width - gap, height: height, SVGStyle.series("area", 0),
        title: "from \(edges[bin]): \(count)")
    }
    for mark in histogram.marks {
      guard let place = x.place(mark) else { continue }
      writer.rectangle(
        x: inner.left + place * inner.width - 0.5, y: inner.top, width: 1,
        height: inner.bottom - inner.top, SVGStyle.series("area", 1), title: NumberText.short(mark))
    }
  }

  /// Bars: upright where their words fit below them, else lying.
  func draw(_ bars: Bars, _ writer: inout SVGWriter) {
    let y = Scale(of: bars.values + [0]).rounded(ticks: yTicks).including(0)
    let labels = bars.labels.map { PlainText.fitted($0, columns: 24, style: .unicode) }
    let widest = labels.map(Self.width).max() ?? 0
    let room = (area.width - 60) / Double(bars.values.count)
    if widest + 6 > room, bars.values.count > 1 {
      drawLying(bars, labels, &writer)
      return
    }
    let inner = frame(x: nil, y: y, top: area.top + 8, &writer)
    let step = inner.width / Double(bars.values.count)
    let thickness = min(step * 0.72, 90)
    let zero = inner.bottom - (y.place(0) ?? 0) * inner.height
    for (index, value) in bars.values.enumerated() {
      let middle = inner.left + (Double(index) + 0.5) * step
      writer.text(labels[index], x: middle, y: inner.bottom + 16, "tick", anchor: .middle)
      let end = inner.bottom - (y.place(value) ?? y.place(0) ?? 0) * inner.height
      let text = NumberText.short(value)
      writer.rectangle(
        x: middle - thickness / 2, y: min(zero, end), width: thickness, height: abs(zero - end),
        SVGStyle.series("area", 0), title: "\(labels[index]): \(text)")
      // The value of a bar that hangs stands above the line that it hangs from.
      if Self.width(of: text) <= step {
        writer.text(text, x: middle, y: min(zero, end) - 4, "tick", anchor: .middle)
      }
    }
    writer.line(inner.left, zero, inner.right, zero, "axis")
  }

  private func drawLying(_ bars: Bars, _ labels: [String], _ writer: inout SVGWriter) {
    let x = Scale(of: bars.values + [0]).rounded(ticks: xTicks).including(0)
    let space = min((labels.map(Self.width).max() ?? 0) + 8, area.width / 2)
    let inner = Area(
      left: area.left + space, top: area.top, right: area.right - 34, bottom: area.bottom - 22)
    let step = inner.height / Double(bars.values.count)
    let thickness = min(step * 0.72, 40)
    for tick in x.ticks(xTicks) {
      let place = inner.left + tick.place * inner.width
      writer.line(place, inner.top, place, inner.bottom, "grid")
      writer.text(tick.label, x: place, y: inner.bottom + 15, "tick", anchor: .middle)
    }
    let zero = inner.left + (x.place(0) ?? 0) * inner.width
    // Rows that are lower than their words show every second word, or fewer.
    let skip = max(1, Int((12 / max(step, 0.1)).rounded(.up)))
    for (index, value) in bars.values.enumerated() {
      let middle = inner.top + (Double(index) + 0.5) * step
      if index % skip == 0 {
        writer.text(labels[index], x: inner.left - 6, y: middle + 4, "tick", anchor: .end)
      }
      guard let place = x.place(value) else { continue }
      let end = inner.left + place * inner.width
      let text = NumberText.short(value)
      writer.rectangle(
        x: min(zero, end), y: middle - thickness / 2, width: abs(end - zero), height: thickness,
        SVGStyle.series("area", 0), title: "\(labels[index]): \(text)")
      if skip == 1, value >= 0, Self.width(of: text) < area.right - end {
        writer.text(text, x: end + 5, y: middle + 4, "tick")
      }
    }
    writer.line(zero, inner.top, zero, inner.bottom, "axis")
  }
}
