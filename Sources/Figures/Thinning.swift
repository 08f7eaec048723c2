/// Takes points away that nobody would see.
enum Thinning {
  /// Pieces that a long line is cut into: more than a wide screen has columns of dots.
  private static let pieces = 1024
  /// The number of points up to which nothing is taken away.
  static let fewPoints = 8192

  /// A line that looks the same: of each piece the first and last point, and the extremes.
  static func line(_ series: Series) -> Series {
    let count = series.y.count
    guard count > fewPoints else { return series }
    var kept: [Int] = []
    kept.reserveCapacity(pieces * 6)
    for piece in 0..<pieces {
      let start = count / pieces * piece + min(piece, count % pieces)
      let end = start + count / pieces + (piece < count % pieces ? 1 : 0)
      kept += extremes(series, start..<end)
    }
    return series.picking(kept)
  }

  private static func extremes(_ series: Series, _ range: Range<Int>) -> [Int] {
    var chosen: Set<Int> = [range.lowerBound, range.upperBound - 1]
    var (lowX, highX, lowY, highY, gap): (Int?, Int?, Int?, Int?, Int?)
    for index in range {
      let (x, y) = (series.x[index], series.y[index])
      guard x.isFinite, y.isFinite else {
        gap = gap ?? index
        continue
      }
      if lowX.map({ x < series.x[$0] }) ?? true { lowX = index }
      if highX.map({ x > series.x[$0] }) ?? true { highX = index }
      if lowY.map({ y < series.y[$0] }) ?? true { lowY = index }
      if highY.map({ y > series.y[$0] }) ?? true { highY = index }
    }
    for index in [lowX, highX, lowY, highY, gap] {
      if let index { chosen.insert(index) }
    }
    return chosen.sorted()
  }

  /// Points of which no two share a cell of a fine grid, where there are many.
  static func points(_ series: Series, _ x: Scale, _ y: Scale) -> Series {
    guard series.y.count > fewPoints else { return series }
    let (columns, rows) = (192, 128)
    var isTaken = [Bool](repeating: false, count: columns * rows)
    var kept: [Int] = []
    for index in series.y.indices {
      guard let a = x.place(series.x[index]), let b = y.place(series.y[index]) else { continue }
      let cell = Int(b * Double(rows - 1)) * columns + Int(a * Double(columns - 1))
      if !isTaken[cell] {
        isTaken[cell] = true
        kept.append(index)
      }
    }
    return series.picking(kept)
  }
}
