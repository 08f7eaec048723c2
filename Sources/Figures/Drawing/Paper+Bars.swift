extension Paper {
  /// A bar a row, from the line of zero to the right or to the left.
  func bars(_ bars: Bars, in figure: Figure) -> [TextLine] {
    let labels = bars.labels.map { fitted($0, width / 3) }
    return rows(
      labels: labels.map { (text: $0, isNumber: false) },
      values: bars.values, texts: bars.values.map(NumberText.short), in: figure)
  }

  /// How often values fall into bins: a row a bin or, where there are many, a column a bin.
  func histogram(_ histogram: Histogram, in figure: Figure) -> [TextLine] {
    if histogram.counts.count > 32 || !histogram.marks.isEmpty {
      return columns(histogram, in: figure)
    }
    return rows(
      labels: NumberText.edges(histogram).map { (text: $0, isNumber: true) },
      values: histogram.counts.map(Double.init), texts: histogram.counts.map(String.init),
      in: figure)
  }

  private func rows(
    labels: [(text: String, isNumber: Bool)], values: [Double], texts: [String],
    in figure: Figure
  ) -> [TextLine] {
    let number = texts.map(\.count).max() ?? 0
    // On narrow paper there is a character of a bar at least.
    let labels = labels.map {
      (text: fitted($0.text, max(1, width - number - 5)), isNumber: $0.isNumber)
    }
    let space = labels.map { PlainText.width(of: $0.text) }.max() ?? 0
    // A longer bar than 40 says no more: half of a usual line is enough.
    let finite = values.filter(\.isFinite)
    let low = min(finite.min() ?? 0, 0)
    let room = max(1, min(40, width - space - (low < 0 ? 4 : 3) - number))
    let high = max(finite.max() ?? 0, 0)
    let half = max(high / 2 - low / 2, .leastNonzeroMagnitude)
    func length(_ value: Double) -> Double {
      value.isFinite ? min(value.magnitude / 2 / half, 1) * Double(room) : 0
    }
    // Whole characters to the left of zero, so that it stands between two of them.
    let leftRoom = low < 0 ? min(max(1, room - 1), max(1, Int(length(low).rounded(.up)))) : 0
    var lines = heading(figure.title)
    if !figure.x.label.isEmpty, labels.first?.isNumber == true {
      lines.append(TextLine(fitted(figure.x.label, width), .faint))
    }
    for (index, value) in values.enumerated() {
      var line = TextLine()
      line.add(blanks: space - PlainText.width(of: labels[index].text))
      if labels[index].isNumber {
        line.add(number: labels[index].text)
      } else {
        line.add(labels[index].text)
      }
      line.add(" ")
      if leftRoom > 0 { line.add(leftBar(value < 0 ? length(value) : 0, leftRoom), .series(0)) }
      line.add(frame.side, .faint)
      if value > 0 { line.add(bar(length(value)), .series(0)) }
      line.add(" ")
      line.add(number: texts[index])
      lines.append(line)
    }
    return lines
  }

  /// A bar of a length in characters, to an eighth.
  private func bar(_ length: Double) -> String {
    let length = min(max(length.isFinite ? length : 0, 0), 1000)
    guard style == .unicode else {
      return String(repeating: "#", count: Int(length.rounded()))
    }
    let eighths = Int((length * 8).rounded())
    let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
    return String(repeating: "█", count: eighths / 8) + parts[eighths % 8]
  }

  /// A bar that ends at the right, to a half: there are no other blocks.
  private func leftBar(_ length: Double, _ room: Int) -> String {
    let halves = Int((min(max(length.isFinite ? length : 0, 0), Double(room)) * 2).rounded())
    let full = style == .unicode ? "█" : "#"
    let part = halves % 2 == 0 ? "" : style == .unicode ? "▐" : " "
    let bar = part + String(repeating: full, count: halves / 2)
    return String(repeating: " ", count: max(0, room - bar.count)) + bar
  }

  /// A histogram with its bins beside each other, between two axes.
  private func columns(_ histogram: Histogram, in figure: Figure) -> [TextLine] {
    let tickCount = max(3, height / 2)
    let counts = histogram.counts.map(Double.init)
    let y = Scale(of: counts + [0]).rounded(ticks: tickCount)
    let x = histogram.scale
    return framed(figure, x: x, y: y, tickCount: tickCount, legend: []) { columns in
      let heights = (0..<columns).map { column -> Double in
        // The fullest of the bins that share a column; the bin of its middle where there are few.
        let first = column * counts.count / columns
        let last = max(first, (column + 1) * counts.count / columns - 1)
        return (y.place(counts[first...min(last, counts.count - 1)].max() ?? 0) ?? 0)
          * Double(height)
      }
      let drawing = (0..<height).map { row in
        let floor = Double(height - 1 - row)
        return TextLine(heights.map { block($0 - floor) }.joined(), .series(0))
      }
      guard !histogram.marks.isEmpty else { return drawing }
      let marked = Set(
        histogram.marks.compactMap { mark in
          x.place(mark).map { min(Int($0 * Double(columns)), columns - 1) }
        })
      let sign = style == .unicode ? "▴" : "^"
      return drawing + [
        TextLine((0..<columns).map { marked.contains($0) ? sign : " " }.joined(), .series(1))
      ]
    }
  }

  /// A character filled from below.
  private func block(_ share: Double) -> String {
    guard style == .unicode else { return share >= 0.5 ? "#" : " " }
    let blocks = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
    return blocks[min(max(Int((share * 8).rounded()), 0), 8)]
  }
}
