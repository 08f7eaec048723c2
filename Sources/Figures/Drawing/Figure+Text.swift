extension Figure {
  /// The figure drawn with characters.
  ///
  /// Lines and points are drawn in braille dots, bars in eighths of blocks, an image in half
  /// blocks, several images in quarter blocks. No line is longer than `width`, which is taken as
  /// 20 at least; `height` counts the rows of the drawing itself, without title, labels and
  /// legend. Without colours the same figure gives the same text on every machine.
  public func text(
    width: Int = 80, height: Int? = nil, style: FigureStyle = .unicode, color: ColorDepth = .none
  ) -> String {
    lines(width: width, height: height, style: style, color: color)
      .map { $0.painted(color) }.joined(separator: "\n")
  }

  /// The figure drawn with characters and without colours, and where its numbers stand.
  public func recorded(width: Int = 80, height: Int? = nil) -> FigureText {
    FigureText(lines(width: width, height: height, style: .unicode, color: .none))
  }

  func lines(
    width: Int, height: Int?, style: FigureStyle, color: ColorDepth
  ) -> [TextLine] {
    let paper = Paper(
      width: min(max(width, 20), 1000), height: min(max(height ?? rows, 3), 200), style: style,
      color: color)
    var lines: [TextLine]
    switch content {
    case .lines(let series): lines = paper.chart(of: series, joined: true, in: self)
    case .scatter(let series): lines = paper.chart(of: series, joined: false, in: self)
    case .bars(let bars): lines = paper.bars(bars, in: self)
    case .histogram(let histogram): lines = paper.histogram(histogram, in: self)
    case .images(let images): lines = paper.images(images, in: self)
    case .panels(let figures):
      lines = paper.heading(title)
      for (index, figure) in figures.enumerated() {
        if index > 0 { lines.append(TextLine()) }
        let share = height.map { max(3, $0 / figures.count) }
        lines += figure.lines(width: width, height: share, style: style, color: color)
      }
    }
    if !note.isEmpty {
      lines.append(
        TextLine(PlainText.fitted(note, columns: paper.width, style: style), .faint))
    }
    return lines.map(\.trimmed)
  }
}

/// What a drawing in text is made on.
struct Paper {
  let width: Int
  /// Rows of the drawing itself.
  let height: Int
  let style: FigureStyle
  let color: ColorDepth

  func fitted(_ text: String, _ columns: Int) -> String {
    PlainText.fitted(text, columns: columns, style: style)
  }

  /// A title above the paper, in the middle of what is right of a column where one is given.
  func heading(_ title: String, centeredFrom left: Int? = nil) -> [TextLine] {
    guard !title.isEmpty else { return [] }
    let text = fitted(title, width - (left ?? 0))
    var line = TextLine()
    if let left { line.add(blanks: left + (width - left - PlainText.width(of: text)) / 2) }
    line.add(text, .strong)
    return [line]
  }

  /// The characters of the axes.
  var frame: (side: String, tick: String, corner: String, floor: String, mark: String) {
    style == .unicode ? ("│", "┤", "└", "─", "┬") : ("|", "+", "+", "-", "+")
  }
}
