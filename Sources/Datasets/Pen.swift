/// The path of the pen over one image: short straight pieces in pixels, each end with a radius.
struct PenPath {
  struct Spot {
    var x: Float
    var y: Float
    var radius: Float
    /// Whether the pen was lifted before this spot.
    var isStart: Bool
  }
  private(set) var spots: [Spot] = []

  /// Forgets the path and keeps its memory.
  mutating func clear() { spots.removeAll(keepingCapacity: true) }

  /// Draws a stroke through points on the sheet.
  ///
  /// Between turns it is a chain of cubic Béziers whose tangents are those of a centripetal
  /// Catmull-Rom spline, which neither loops nor overshoots. Source: Yuksel, Schaefer, Keyser,
  /// "Parameterization and applications of Catmull-Rom curves", 2011.
  mutating func draw(_ points: [PenPoint], radius: Float, pressure: (Float, Float)) {
    guard points.count >= 2 else { return }
    var first = 0
    for last in 1..<points.count where last == points.count - 1 || points[last].isTurn {
      drawSmooth(points, first...last, radius: radius, pressure: pressure)
      first = last
    }
  }

  private mutating func drawSmooth(
    _ points: [PenPoint], _ range: ClosedRange<Int>, radius: Float, pressure: (Float, Float)
  ) {
    let whole = Float(points.count - 1)
    func radiusAt(_ place: Float) -> Float {
      radius * (pressure.0 + (pressure.1 - pressure.0) * place / whole)
    }
    for index in range.lowerBound..<range.upperBound {
      let from = points[index]
      let to = points[index + 1]
      let before = index > range.lowerBound ? points[index - 1] : nil
      let after = index + 1 < range.upperBound ? points[index + 2] : nil
      let (one, two) = Self.handles(before, from, to, after)
      if index == range.lowerBound {
        spots.append(
          Spot(x: from.x, y: from.y, radius: radiusAt(Float(index)), isStart: index == 0))
      }
      let pieces = before == nil && after == nil ? 3 : 7
      for piece in 1...pieces {
        let t = Float(piece) / Float(pieces)
        let s = 1 - t
        let a = s * s * s
        let b = 3 * s * s * t
        let c = 3 * s * t * t
        let d = t * t * t
        spots.append(
          Spot(
            x: a * from.x + b * one.x + c * two.x + d * to.x,
            y: a * from.y + b * one.y + c * two.y + d * to.y,
            radius: radiusAt(Float(index) + t), isStart: false))
      }
    }
  }

  /// The inner control points of the Bézier between two points, given their neighbours.
  private static func handles(
    _ before: PenPoint?, _ from: PenPoint, _ to: PenPoint, _ after: PenPoint?
  ) -> (PenPoint, PenPoint) {
    let chord = (x: to.x - from.x, y: to.y - from.y)
    let span = interval(from, to)
    // Handles a third of the way along the tangent at each end.
    var start = before.map { before -> (x: Float, y: Float) in
      let previous = interval(before, from)
      let weight = span / (3 * (previous + span))
      let slope = span / previous
      return (
        weight * ((from.x - before.x) * slope + chord.x * (previous / span)),
        weight * ((from.y - before.y) * slope + chord.y * (previous / span))
      )
    }
    var end = after.map { after -> (x: Float, y: Float) in
      let next = interval(to, after)
      let weight = span / (3 * (span + next))
      let slope = span / next
      return (
        weight * (chord.x * (next / span) + (after.x - to.x) * slope),
        weight * (chord.y * (next / span) + (after.y - to.y) * slope)
      )
    }
    // At the end of a chain the curve is a parabola.
    if start == nil {
      start = end.map { ((chord.x - $0.x) / 2, (chord.y - $0.y) / 2) }
    } else if end == nil {
      end = start.map { ((chord.x - $0.x) / 2, (chord.y - $0.y) / 2) }
    }
    let one = start ?? (chord.x / 3, chord.y / 3)
    let two = end ?? (chord.x / 3, chord.y / 3)
    return (.to(from.x + one.x, from.y + one.y), .to(to.x - two.x, to.y - two.y))
  }

  /// The square root of a distance, never zero.
  private static func interval(_ a: PenPoint, _ b: PenPoint) -> Float {
    let x = b.x - a.x
    let y = b.y - a.y
    return max(0.1, (x * x + y * y).squareRoot().squareRoot())
  }

  /// Moves every spot.
  mutating func map(_ move: (Float, Float) -> (Float, Float)) {
    for index in spots.indices {
      (spots[index].x, spots[index].y) = move(spots[index].x, spots[index].y)
    }
  }

  /// The box around the middle of the line.
  var bounds: (left: Float, top: Float, right: Float, bottom: Float) {
    var box = (
      left: Float.infinity, top: Float.infinity, right: -Float.infinity, bottom: -Float.infinity
    )
    for spot in spots {
      box.left = min(box.left, spot.x)
      box.right = max(box.right, spot.x)
      box.top = min(box.top, spot.y)
      box.bottom = max(box.bottom, spot.y)
    }
    return box
  }
}
