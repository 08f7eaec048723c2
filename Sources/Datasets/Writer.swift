/// The hand that writes one digit: everything random about one image.
///
/// Only `+ - * /` and square roots, so that every machine writes the same.
struct Writer {
  private var generator: HashGenerator

  init(seed: UInt64, index: Int) {
    generator = HashGenerator(seed: seed, index: UInt64(index))
  }

  /// How the pen puts ink on the paper.
  struct Ink {
    /// Brightness of a full stroke, 0 to 1.
    var strength: Float
    /// Pixels over which the edge of a stroke fades.
    var edge: Float
    /// Share by which ink varies from pixel to pixel.
    var grain: Float
    /// Where the grain comes from.
    var generator: HashGenerator
  }

  /// Writes a digit into a path, in pixels of a square of the side given.
  mutating func write(_ digit: Int, on path: inout PenPath, side: Float) -> Ink {
    let shape = choose(DigitShape.all[digit])
    let radius = generator.uniform(0.75, 1.6)
    path.clear()
    let unsteadiness = generator.uniform(0.8, 2.2)
    for stroke in shape.strokes {
      let points = stroke.map { point in
        PenPoint(
          x: point.x + unsteadiness * generator.bell(),
          y: point.y + unsteadiness * generator.bell(), isTurn: point.isTurn)
      }
      let pressure = (generator.uniform(0.75, 1.15), generator.uniform(0.75, 1.15))
      path.draw(points, radius: radius, pressure: pressure)
    }
    bend(&path)
    slant(&path)
    place(&path, side: side, radius: radius)
    return Ink(
      strength: generator.uniform(0.7, 1), edge: generator.uniform(0.8, 1.7),
      grain: generator.uniform(0, 0.2), generator: generator)
  }

  private mutating func choose(_ shapes: [DigitShape]) -> DigitShape {
    var rest = generator.unit() * shapes.reduce(0) { $0 + $1.share }
    for shape in shapes.dropLast() {
      if rest < shape.share { return shape }
      rest -= shape.share
    }
    return shapes[shapes.count - 1]
  }

  /// Elastic distortion: the sheet becomes a bicubic Bézier patch, each of whose 4 x 4 control points
  /// is shifted.
  private mutating func bend(_ path: inout PenPath) {
    let amount = generator.uniform(4, 11)
    let shifts = (0..<16).map { _ in SIMD2(generator.bell(), generator.bell()) * amount }
    path.map { x, y in
      let u = Self.bernstein(min(max(x / 60, 0), 1))
      let v = Self.bernstein(min(max(y / 100, 0), 1))
      var shift = SIMD2<Float>.zero
      for row in 0..<4 {
        var across = SIMD2<Float>.zero
        for column in 0..<4 { across += shifts[4 * row + column] * u[column] }
        shift += across * v[row]
      }
      return (x + shift.x, y + shift.y)
    }
  }

  /// The weights of the four control points of a cubic Bézier.
  private static func bernstein(_ t: Float) -> SIMD4<Float> {
    let s = 1 - t
    return SIMD4(s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t)
  }

  /// Width, slant and rotation.
  private mutating func slant(_ path: inout PenPath) {
    let wide = generator.uniform(0.78, 1.25)
    let lean = 0.08 + 0.18 * generator.bell()
    // A rotation by the angle whose half has this tangent: no sine, no cosine.
    let half = 0.06 * generator.bell()
    let cosine = (1 - half * half) / (1 + half * half)
    let sine = 2 * half / (1 + half * half)
    path.map { x, y in
      let u = (x - 30) * wide - (y - 50) * lean
      let v = y - 50
      return (cosine * u - sine * v, sine * u + cosine * v)
    }
  }

  /// Size and place: about 20 pixels in the middle, with a margin.
  private mutating func place(_ path: inout PenPath, side: Float, radius: Float) {
    let box = path.bounds
    let extent = max(1, box.right - box.left, box.bottom - box.top)
    let size = generator.uniform(15.5, 20)
    let scale = size / extent
    let middle = (x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2)
    // The outermost ring stays free: the widest pen reaches radius + edge beyond its line.
    let reach = 1.15 * radius + 0.85 + 1
    func shifted(_ length: Float, _ bell: Float) -> Float {
      let room = max(0, side / 2 - reach - length * scale / 2)
      return side / 2 + min(max(1.1 * bell, -room), room)
    }
    let x = shifted(box.right - box.left, generator.bell())
    let y = shifted(box.bottom - box.top, generator.bell())
    path.map { (($0 - middle.x) * scale + x, ($1 - middle.y) * scale + y) }
  }
}
