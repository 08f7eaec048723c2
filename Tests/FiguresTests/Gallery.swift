@testable import Figures

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Figures that the tests draw, one of each kind.
enum Gallery {
  static func all() throws -> [(name: String, figure: Figure)] {
    [
      ("line", try line()), ("lines", try lines()), ("gap", try gap()), ("log", try log()),
      ("scatter", try scatter()), ("groups", try groups()), ("bars", try bars()),
      ("signed", try signed()), ("lying", try lying()), ("histogram", try histogram()),
      ("fine", try fine()), ("codes", try codes()), ("image", try image()),
      ("batch", try batch()), ("panels", try panels()), ("one", try one()),
    ]
  }

  static func line() throws -> Figure {
    try Figure.lines(
      [Series(y: (0..<200).map { sin(Double($0) / 15) })], title: "A wave", x: Axis("step"),
      y: Axis("height"))
  }

  static func lines() throws -> Figure {
    let steps = (0..<60).map(Double.init)
    return try Figure.lines(
      [
        Series("float", y: steps.map { 2.3 * exp(-$0 / 12) + 0.05 }),
        Series("int8", y: steps.map { 2.3 * exp(-$0 / 14) + 0.12 }),
        Series("int4", y: steps.map { 2.3 * exp(-$0 / 25) + 0.4 }),
      ], title: "Loss by bits", x: Axis("epoch"), y: Axis("loss"))
  }

  static func gap() throws -> Figure {
    try Figure.lines([Series(y: [1, 2, .nan, 3, .infinity, 5, 4, 4.5])])
  }

  static func log() throws -> Figure {
    try Figure.lines(
      [Series("error", x: (1...16).map(Double.init), y: (1...16).map { pow(2, -Double($0)) })],
      title: "Rounding error", x: Axis("bits"), y: Axis(isLogarithmic: true))
  }

  static func scatter() throws -> Figure {
    var random = Xorshift(7)
    let x = (0..<300).map { _ in random.normal() }
    return try Figure.scatter(
      [Series(x: x, y: x.map { 0.5 * $0 + 0.3 * random.normal() })], title: "Weights",
      x: Axis("before"), y: Axis("after"))
  }

  static func groups() throws -> Figure {
    var random = Xorshift(9)
    func cloud(_ name: String, _ x: Double, _ y: Double) throws -> Series {
      try Series(
        name, x: (0..<25).map { _ in x + random.normal() },
        y: (0..<25).map { _ in y + random.normal() })
    }
    return try Figure.scatter([cloud("cats", 0, 0), cloud("dogs", 4, 3), cloud("birds", 0, 5)])
  }

  static func bars() throws -> Figure {
    try Figure.bars(
      [0.981, 0.979, 0.962, 0.91, 0.33], labels: ["float", "8 bits", "6", "4", "2"],
      title: "Accuracy by bits", y: Axis("accuracy"))
  }

  static func signed() throws -> Figure {
    try Figure.bars([3, -1.5, 0, 2.25, -4, .nan], labels: ["a", "b", "c", "d", "e", "odd"])
  }

  static func lying() throws -> Figure {
    try Figure.bars(
      (0..<12).map { Double($0 * $0) }, labels: (0..<12).map { "conv2d_\($0) weights" },
      title: "Bytes a layer")
  }

  static func histogram() throws -> Figure {
    var random = Xorshift(3)
    return try Figure.histogram(
      (0..<2000).map { _ in random.normal() }, bins: 12, title: "Where the numbers are")
  }

  static func fine() throws -> Figure {
    var random = Xorshift(4)
    return try Figure.histogram(
      (0..<20000).map { _ in random.normal() * 1e-6 }, bins: 60, title: "Many bins",
      x: Axis("weight"))
  }

  static func codes() throws -> Figure {
    var random = Xorshift(5)
    return try Figure.histogram(
      (0..<500).map { _ in min(max((random.normal() * 3).rounded(), -8), 7) }, bins: 16)
  }

  /// A ring of soft shades.
  static func ring(_ side: Int, channels: Int = 1, radius: Double = 0.35) throws -> Raster {
    var bytes: [UInt8] = []
    for y in 0..<side {
      for x in 0..<side {
        let (a, b) = (Double(x) / Double(side - 1) - 0.5, Double(y) / Double(side - 1) - 0.5)
        let distance = ((a * a + b * b).squareRoot() - radius).magnitude
        let shade = UInt8(max(0, 255 * (1 - distance * 9)))
        bytes.append(shade)
        if channels == 3 { bytes += [UInt8(x * 255 / side), 255 - shade] }
      }
    }
    return try Raster(width: side, height: side, channels: channels, bytes: bytes)
  }

  static func image() throws -> Figure { try Figure.images([ring(28)], title: "A ring") }

  static func batch() throws -> Figure {
    try Figure.images((0..<7).map { try ring(28, radius: 0.1 + Double($0) * 0.05) })
  }

  static func panels() throws -> Figure {
    try Figure.panels(
      [
        Figure.lines(
          [Series("training", y: [2.1, 0.9, 0.5]), Series("validation", y: [1.2, 0.8, 0.7])],
          x: Axis("epoch"), y: Axis("loss"), rows: 6),
        Figure.lines(
          [Series("training", y: [0.4, 0.8, 0.9]), Series("validation", y: [0.7, 0.8, 0.84])],
          x: Axis("epoch"), y: Axis("accuracy"), rows: 6),
      ], title: "Training")
  }

  static func one() throws -> Figure { try Figure.lines([Series(y: [0.25])]) }
}

/// Random numbers that are the same on every machine.
struct Xorshift: RandomNumberGenerator {
  private var state: UInt64
  init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }

  /// About normal: the sum of twelve uniform numbers, which needs no library function.
  mutating func normal() -> Double {
    (0..<12).reduce(-6) { sum, _ in sum + Double(next() >> 11) / 9_007_199_254_740_992 }
  }
}
