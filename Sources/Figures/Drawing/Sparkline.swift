/// A curve in one line of characters: `█▆▅▃▂▂▁▁`.
public enum Sparkline {
  /// The values as blocks from the least to the largest.
  ///
  /// Of more values than `width` each character shows the mean of several; fewer take one
  /// character each. What is not finite is a blank; where all are the same, all are low.
  public static func text(
    _ values: [Double], width: Int = 40, style: FigureStyle = .unicode
  ) -> String {
    guard !values.isEmpty, width > 0 else { return "" }
    let width = min(width, values.count)
    let means = (0..<width).map { column -> Double in
      let start = values.count / width * column + min(column, values.count % width)
      let end = start + values.count / width + (column < values.count % width ? 1 : 0)
      let finite = values[start..<end].filter(\.isFinite)
      guard !finite.isEmpty else { return .nan }
      return finite.reduce(0) { $0 + $1 / Double(finite.count) }
    }
    let finite = means.filter(\.isFinite)
    guard let low = finite.min(), let high = finite.max() else {
      return String(repeating: " ", count: width)
    }
    let blocks = Array(style == .unicode ? "▁▂▃▄▅▆▇█" : "_.-~=+*#")
    let half = high / 2 - low / 2
    return String(
      means.map { mean -> Character in
        guard mean.isFinite else { return " " }
        let share = half > 0 ? (mean / 2 - low / 2) / half : 0
        return blocks[min(max(Int((share * Double(blocks.count - 1)).rounded()), 0), 7)]
      })
  }

  /// Counts as blocks that stand on zero: the share of each in the largest.
  public static func text(counts: [Int], style: FigureStyle = .unicode) -> String {
    let blocks = Array(style == .unicode ? " ▁▂▃▄▅▆▇█" : " _.-~=+*#")
    let most = Double(max(1, counts.max() ?? 1))
    return String(
      counts.prefix(200).map { count in
        let share = Double(max(0, count)) / most
        return blocks[count > 0 ? min(max(Int((share * 8).rounded()), 1), 8) : 0]
      })
  }
}
