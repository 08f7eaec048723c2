extension SVGChart {
  /// Ticks that do not crowd, upwards.
  var yTicks: Int { min(max(Int(area.height / 44), 2), 12) }

  /// Ticks that do not crowd, to the right.
  var xTicks: Int { min(max(Int(area.width / 70), 2), 12) }

  /// A row of names with a piece of each line; what comes back is where it ends below.
  func legend(_ names: [String], _ joined: Bool, _ writer: inout SVGWriter) -> Double {
    guard !names.isEmpty else { return area.top }
    var (x, y) = (area.left, area.top + 10)
    for (number, name) in names.enumerated() {
      let name = PlainText.fitted(name, columns: 32, style: .unicode)
      let width = 26 + Self.width(of: name) + 18
      if x > area.left, x + width - 18 > area.right {
        x = area.left
        y += 18
        // A legend leaves most of the room to the drawing.
        if y > area.top + area.height / 3 {
          writer.text("and \(names.count - number) more", x: x, y: y, "note")
          break
        }
      }
      if joined {
        writer.line(x, y - 4, x + 20, y - 4, SVGStyle.series("line", number))
      } else {
        writer.circle(x: x + 10, y: y - 4, radius: 4, SVGStyle.series("dot", number))
      }
      writer.text(name, x: x + 26, y: y, "label")
      x += width
    }
    return y + 12
  }

  /// Axes, grid, ticks and labels; what comes back is the area between them.
  ///
  /// Without a scale to the right there are no ticks below.
  func frame(x: Scale?, y: Scale, top: Double, _ writer: inout SVGWriter) -> Area {
    let rows = y.ticks(yTicks)
    let space = rows.map { Self.width(of: $0.label) }.max() ?? 0
    let labelSpace = figure.y.label.isEmpty ? 0.0 : 18
    var inner = Area(
      left: area.left + labelSpace + min(space, area.width / 3) + 8, top: top + 6,
      right: area.right - 14,
      bottom: area.bottom - 22 - (figure.x.label.isEmpty ? 0 : 18))
    inner.bottom = max(inner.bottom, inner.top + 10)
    for tick in rows {
      let place = inner.bottom - tick.place * inner.height
      writer.line(inner.left, place, inner.right, place, "grid")
      writer.text(tick.label, x: inner.left - 7, y: place + 4, "tick", anchor: .end)
    }
    writer.line(inner.left, inner.bottom, inner.right, inner.bottom, "axis")
    writer.line(inner.left, inner.top, inner.left, inner.bottom, "axis")
    if let x { floor(x, inner, &writer) }
    let columns = { (room: Double) in max(4, Int(room / Self.characterWidth)) }
    writer.text(
      PlainText.fitted(figure.x.label, columns: columns(inner.width), style: .unicode),
      x: (inner.left + inner.right) / 2, y: inner.bottom + 35, "label", anchor: .middle)
    writer.text(
      PlainText.fitted(figure.y.label, columns: columns(inner.height), style: .unicode),
      x: area.left + 11, y: (inner.top + inner.bottom) / 2, "label", anchor: .middle,
      isTurned: true)
    return inner
  }

  private func floor(_ x: Scale, _ inner: Area, _ writer: inout SVGWriter) {
    var end = -Double.infinity
    for tick in x.ticks(xTicks) {
      let place = inner.left + tick.place * inner.width
      let half = Self.width(of: tick.label) / 2
      writer.line(place, inner.bottom, place, inner.bottom + 4, "axis")
      // A label at the right end moves in, so that it is not cut off.
      let middle = min(place, area.right + 8 - half)
      guard middle - half > end + 4 else { continue }
      writer.text(tick.label, x: middle, y: inner.bottom + 17, "tick", anchor: .middle)
      end = middle + half
    }
  }
}
