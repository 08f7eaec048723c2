extension Figure {
  /// The figure as a picture for a browser: one self-contained SVG element.
  ///
  /// It brings its own background and colours, for light and for dark pages, needs no script and
  /// no font, and has its title and a description for those who listen. A page may hold several.
  /// It is at least 240 units wide and 200 high; images and panels take the height they need.
  public func svg(width: Int = 640, height: Int = 400) -> String {
    var size = (
      width: Double(min(max(width, 240), 10_000)), height: Double(min(max(height, 200), 10_000))
    )
    if case .images(let images) = content {
      // Images are as wide as they are.
      let sheet = ContactSheet(images, width: Int(size.width) - 24, zoom: nil)
      let words = max(
        Double(PlainText.width(of: title)) * 9, Double(PlainText.width(of: note)) * 6)
      size.width = min(size.width, max(160, Double(sheet.width), words) + 24)
    }
    var writer = SVGWriter()
    let bottom = drawSVG(
      &writer, Area(left: 0, top: 0, right: size.width, bottom: size.height))
    let (w, h) = (writer.number(size.width), writer.number(bottom))
    let name = title.isEmpty ? summary : title
    return """
      <svg xmlns="http://www.w3.org/2000/svg" class="notch" viewBox="0 0 \(w) \(h)" \
      width="\(w)" height="\(h)" role="img" aria-label="\(escaped(name))">
      <title>\(escaped(name))</title>
      <desc>\(escaped(summary))</desc>
      <style>\(SVGStyle.sheet)</style>
      <rect class="paper" x="0" y="0" width="\(w)" height="\(h)" rx="4"/>
      \(writer.body)</svg>

      """
  }

  /// Draws into an area; what comes back is where the drawing ends below.
  private func drawSVG(_ writer: inout SVGWriter, _ area: Area) -> Double {
    var area = area.inset(12)
    if !title.isEmpty {
      let text = fitted(title, in: area.width, characterWidth: 8)
      writer.text(text, x: area.left, y: area.top + 14, "heading")
      area.top += 26
    }
    var end = area.bottom
    if !note.isEmpty { area.bottom -= 18 }
    switch content {
    case .lines(let series):
      SVGChart(self, area).draw(series, joined: true, &writer)
    case .scatter(let series):
      SVGChart(self, area).draw(series, joined: false, &writer)
    case .bars(let bars): SVGChart(self, area).draw(bars, &writer)
    case .histogram(let histogram): SVGChart(self, area).draw(histogram, &writer)
    case .images(let images):
      end = SVGImages.draw(images, area, &writer)
      area.bottom = end
      if !note.isEmpty { end += 18 }
    case .panels(let figures):
      end = area.top
      for figure in figures {
        // The margin of a panel is that of the whole.
        let panel = Area(
          left: area.left - 12, top: end - 12, right: area.right + 12,
          bottom: end - 12 + max(200, area.height * 0.7))
        end = figure.drawSVG(&writer, panel)
      }
      area.bottom = end
      if !note.isEmpty { end += 18 }
    }
    if !note.isEmpty {
      writer.text(
        fitted(note, in: area.width, characterWidth: 5.8), x: area.left, y: end - 3, "note")
    }
    return end + 12
  }

  private func fitted(_ text: String, in width: Double, characterWidth: Double) -> String {
    PlainText.fitted(text, columns: max(4, Int(width / characterWidth)), style: .unicode)
  }

  /// What a listener hears of it.
  public var summary: String {
    func points(_ series: [Series]) -> String {
      let names = series.map(\.name).filter { !$0.isEmpty }
      let values = series.flatMap(\.y).filter(\.isFinite)
      let named = names.isEmpty ? "" : " of " + names.prefix(8).joined(separator: ", ")
      guard let low = values.min(), let high = values.max() else { return named }
      return named + ", from \(NumberText.short(low)) to \(NumberText.short(high))"
    }
    switch content {
    case .lines(let series):
      return (series.count == 1 ? "a line" : "\(series.count) lines") + points(series)
    case .scatter(let series): return "points" + points(series)
    case .bars(let bars): return bars.values.count == 1 ? "a bar" : "\(bars.values.count) bars"
    case .histogram(let histogram):
      let marks = histogram.marks.count
      return "a histogram of \(histogram.counts.reduce(0, +)) values"
        + (marks == 0 ? "" : ", with \(marks) mark\(marks == 1 ? "" : "s")")
    case .images(let images): return images.count == 1 ? "an image" : "\(images.count) images"
    case .panels(let figures): return figures.map(\.summary).joined(separator: "; ")
    }
  }
}

/// A rectangle of a picture; y grows downwards.
struct Area {
  var left: Double
  var top: Double
  var right: Double
  var bottom: Double

  var width: Double { right - left }
  var height: Double { bottom - top }

  func inset(_ margin: Double) -> Area {
    Area(
      left: left + margin, top: top + margin, right: right - margin, bottom: bottom - margin)
  }
}

/// Images in rows.
enum SVGImages {
  /// Draws images; what comes back is where they end below.
  static func draw(_ images: [Raster], _ area: Area, _ writer: inout SVGWriter) -> Double {
    let sheet = ContactSheet(images, width: max(16, Int(area.width)), zoom: nil)
    for (image, place) in zip(sheet.images, sheet.places) {
      let width = min(Double(image.width * sheet.zoom), area.width - Double(place.x))
      writer.image(
        PNG.encode(image), x: area.left + Double(place.x), y: area.top + Double(place.y),
        width: width, height: width * Double(image.height) / Double(image.width))
    }
    return area.top + Double(sheet.height)
  }
}
