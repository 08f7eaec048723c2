extension Paper {
  /// Lines or points between two axes.
  func chart(of series: [Series], joined: Bool, in figure: Figure) -> [TextLine] {
    let tickCount = max(3, height / 2)
    let y = Scale(of: series.lazy.flatMap(\.y), isLogarithmic: figure.y.isLogarithmic)
      .rounded(ticks: tickCount)
    var x = Scale(of: series.lazy.flatMap(\.x), isLogarithmic: figure.x.isLogarithmic)
    if !joined { x = x.rounded(ticks: max(2, width / 12)) }
    return framed(figure, x: x, y: y, tickCount: tickCount, legend: legend(series, joined)) {
      columns in
      draw(series, joined, x, y, columns: columns)
    }
  }

  private func draw(
    _ series: [Series], _ joined: Bool, _ x: Scale, _ y: Scale, columns: Int
  ) -> [TextLine] {
    var canvas = DotCanvas(columns: columns, rows: height, style: style)
    for (number, one) in series.enumerated() {
      for piece in places(one, x, y, canvas) {
        if joined, piece.count > 1 {
          var pattern = DashPattern(series: number, isSolid: color != .none || style == .ascii)
          for (start, end) in zip(piece, piece.dropFirst()) {
            canvas.line(from: start, to: end, series: number, pattern: &pattern)
          }
        } else if joined || series.count > 1 {
          for point in piece {
            canvas.put(DotCanvas.mark(number, style), point.x, point.y, series: number)
          }
        } else {
          for point in piece { canvas.set(point.x, point.y, series: number) }
        }
      }
    }
    return (0..<height).map { canvas.row($0) }
  }

  /// Where points stand, in pieces between the gaps.
  private func places(
    _ series: Series, _ x: Scale, _ y: Scale, _ canvas: DotCanvas
  ) -> [[(x: Int, y: Int)]] {
    var pieces: [[(x: Int, y: Int)]] = []
    var piece: [(x: Int, y: Int)] = []
    for (a, b) in zip(series.x, series.y) {
      guard let right = x.place(a), let up = y.place(b) else {
        if !piece.isEmpty { pieces.append(piece) }
        piece = []
        continue
      }
      piece.append(
        (
          Int((right * Double(canvas.width - 1)).rounded()),
          Int((up * Double(canvas.height - 1)).rounded())
        ))
    }
    return piece.isEmpty ? pieces : pieces + [piece]
  }

  /// What stands for which series; nothing where there is one without a name.
  private func legend(_ series: [Series], _ joined: Bool) -> [TextLine] {
    guard series.count > 1 || series.contains(where: { !$0.name.isEmpty }) else { return [] }
    let entries = series.enumerated().map { number, one in
      var entry = TextLine()
      let sample: String =
        if style == .ascii || (!joined && series.count > 1) {
          String(DotCanvas.mark(number, style))
        } else if joined {
          DashPattern(series: number, isSolid: color != .none).sample
        } else {
          "•"
        }
      entry.add(sample, .series(number))
      let name = one.name.isEmpty ? "\(number + 1)" : one.name
      entry.add(" " + fitted(name, max(8, width / 2)))
      return entry
    }
    return wrapped(entries, gap: 3)
  }

  /// Pieces in rows, as many as fit.
  private func wrapped(_ pieces: [TextLine], gap: Int) -> [TextLine] {
    var lines: [TextLine] = []
    var line = TextLine()
    for piece in pieces {
      if line.width > 0, line.width + gap + piece.width > width {
        lines.append(line)
        line = TextLine()
      }
      if line.width > 0 { line.add(blanks: gap) }
      line.add(piece)
    }
    return lines + [line]
  }

  // MARK: The frame

  /// A drawing with axes, ticks, title, labels and legend around it.
  func framed(
    _ figure: Figure, x: Scale, y: Scale, tickCount: Int, legend: [TextLine],
    drawing: (_ columns: Int) -> [TextLine]
  ) -> [TextLine] {
    let ticks = rowTicks(y, count: tickCount)
    let space = ticks.values.map(\.count).max() ?? 0
    let left = space + 2
    let columns = max(4, width - left)
    var lines = heading(figure.title, centeredFrom: left)
    if !figure.y.label.isEmpty { lines.append(TextLine(fitted(figure.y.label, width), .faint)) }
    for (row, drawn) in drawing(columns).enumerated() {
      let label = ticks[row] ?? ""
      var line = TextLine()
      line.add(blanks: space - label.count)
      line.add(number: label)
      line.add(" " + (ticks[row] == nil ? frame.side : frame.tick), .faint)
      line.add(drawn)
      lines.append(line)
    }
    lines += floor(x, left: left, columns: columns)
    if !figure.x.label.isEmpty {
      let label = fitted(figure.x.label, columns)
      var line = TextLine()
      line.add(blanks: left + (columns - PlainText.width(of: label)) / 2)
      line.add(label, .faint)
      lines.append(line)
    }
    guard !legend.isEmpty else { return lines }
    return lines
      + legend.map { entry in
        var line = TextLine()
        line.add(blanks: min(left, width - entry.width))
        line.add(entry)
        return line
      }
  }

  /// The labels of the rows, counted from the top.
  private func rowTicks(_ y: Scale, count: Int) -> [Int: String] {
    let dots = style == .unicode ? 4 : 1
    var ticks: [Int: String] = [:]
    var all = y.ticks(count)
    let longest = max(6, width / 3)
    if all.contains(where: { $0.label.count > longest }) {
      // On narrow paper the ends say enough.
      all = [all.first, all.last].compactMap { $0 }.map {
        Scale.Tick(place: $0.place, label: String($0.label.prefix(longest)))
      }
    }
    for tick in all {
      let dot = Int((tick.place * Double(height * dots - 1)).rounded())
      let row = height - 1 - dot / dots
      if ticks[row] == nil { ticks[row] = tick.label }
    }
    return ticks
  }

  /// The axis below a drawing and its labels, of which those are left out that would touch.
  private func floor(_ x: Scale, left: Int, columns: Int) -> [TextLine] {
    var ticks = x.ticks(min(max(2, columns / 10), 10))
    let longest = ticks.map(\.label.count).max() ?? 0
    if longest * ticks.count > columns { ticks = x.ticks(max(2, columns / (longest + 2))) }
    var axis = Array(repeating: frame.floor, count: columns)
    var labels = TextLine()
    var end = 0
    for tick in ticks {
      let column = Int((tick.place * Double(columns - 1)).rounded())
      let start = min(
        max(left + column - (tick.label.count - 1) / 2, 0), max(0, width - tick.label.count))
      guard start >= end + (end > 0 ? 1 : 0), start + tick.label.count <= width else { continue }
      axis[column] = frame.mark
      labels.add(blanks: start - end)
      labels.add(number: tick.label)
      end = start + tick.label.count
    }
    var line = TextLine()
    line.add(blanks: left - 1)
    line.add(frame.corner + axis.joined(), .faint)
    return [line, labels]
  }
}
