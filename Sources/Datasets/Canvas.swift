/// One image while it is drawn; used again for the next.
struct Canvas {
  private static let side = Digits.side
  private var path = PenPath()
  /// Ink on each pixel, 0 to 1.
  private var ink = [Float](repeating: 0, count: side * side)
  private var finish = Writer.Ink(
    strength: 1, edge: 1, grain: 0, generator: HashGenerator(seed: 0))

  /// Draws the image of a seed and a position.
  mutating func draw(digit: Int, seed: UInt64, index: Int) {
    var writer = Writer(seed: seed, index: index)
    finish = writer.write(digit, on: &path, side: Float(Self.side))
    let edge = finish.edge
    ink.withUnsafeMutableBufferPointer { ink in
      ink.update(repeating: 0)
      path.spots.withUnsafeBufferPointer { spots in
        for index in 1..<max(1, spots.count) where !spots[index].isStart {
          Self.cover(ink, from: spots[index - 1], to: spots[index], edge: edge)
        }
      }
    }
  }

  /// Inks the pixels near one straight piece; a pixel keeps the most ink it got.
  ///
  /// A pixel at distance d from a line of radius r gets (r - d) / edge + 1/2, cut to 0...1.
  private static func cover(
    _ ink: UnsafeMutableBufferPointer<Float>, from: PenPath.Spot, to: PenPath.Spot, edge: Float
  ) {
    let reach = max(from.radius, to.radius) + edge / 2
    let columns = pixels(min(from.x, to.x) - reach, max(from.x, to.x) + reach)
    let rows = pixels(min(from.y, to.y) - reach, max(from.y, to.y) + reach)
    let dx = to.x - from.x
    let dy = to.y - from.y
    let scale = 1 / max(1e-6, dx * dx + dy * dy)
    let widening = to.radius - from.radius
    let sharpness = 1 / edge
    for row in rows {
      let y = Float(row) + 0.5 - from.y
      for column in columns {
        let x = Float(column) + 0.5 - from.x
        let t = min(max((x * dx + y * dy) * scale, 0), 1)
        let u = x - t * dx
        let v = y - t * dy
        let depth = from.radius + t * widening - (u * u + v * v).squareRoot()
        let cover = depth * sharpness + 0.5
        let place = row &* side &+ column
        if cover > ink[place] { ink[place] = min(cover, 1) }
      }
    }
  }

  /// The pixels whose centres lie between two places, within the image.
  private static func pixels(_ low: Float, _ high: Float) -> Range<Int> {
    let first = Int(min(max((low - 0.5).rounded(.up), 0), Float(side)))
    let end = Int(min(max((high + 0.5).rounded(.down), 0), Float(side)))
    return first..<max(first, end)
  }

  /// The bytes of the image, with the strength and grain of its ink.
  mutating func copy(to pixels: UnsafeMutableBufferPointer<UInt8>) {
    let strength = 255 * finish.strength
    for index in ink.indices {
      guard ink[index] > 0 else {
        pixels[index] = 0
        continue
      }
      let grain = 1 - finish.grain * finish.generator.unit()
      pixels[index] = UInt8((ink[index] * strength * grain).rounded())
    }
  }
}
