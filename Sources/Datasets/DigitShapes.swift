/// The ways in which people write each digit: strokes through points on a sheet 60 wide, 100 high.
///
/// The pen passes through all points, smoothly but for turns, where it changes direction.
struct DigitShape: Sendable {
  let strokes: [[PenPoint]]
  /// How many writers of this class write so, relative to the others.
  let share: Float

  init(_ share: Float, _ strokes: [PenPoint]...) {
    self.share = share
    self.strokes = strokes
  }
}

/// A point that the pen passes, y downwards.
struct PenPoint: Sendable {
  var x: Float
  var y: Float
  var isTurn = false

  static func to(_ x: Float, _ y: Float) -> PenPoint { PenPoint(x: x, y: y) }
  static func turn(_ x: Float, _ y: Float) -> PenPoint { PenPoint(x: x, y: y, isTurn: true) }
}

extension DigitShape {
  /// The shapes of each digit.
  static let all: [[DigitShape]] = [
    zeros, ones, twos, threes, fours, fives, sixes, sevens, eights, nines,
  ]

  private static let zeros = [
    DigitShape(  // an oval that closes at the top
      3,
      [
        .to(34, 2), .to(12, 16), .to(3, 50), .to(12, 84), .to(32, 98), .to(52, 82), .to(58, 48),
        .to(50, 15), .to(30, 2),
      ]),
    DigitShape(  // the end crosses the beginning
      1.5,
      [
        .to(48, 6), .to(24, 4), .to(6, 28), .to(4, 64), .to(22, 96), .to(46, 90), .to(57, 58),
        .to(50, 20), .to(32, 6), .to(22, 12),
      ]),
    DigitShape(  // not quite closed
      1,
      [
        .to(38, 4), .to(14, 14), .to(3, 46), .to(12, 86), .to(34, 97), .to(54, 76), .to(57, 38),
        .to(46, 10),
      ]),
  ]

  private static let ones = [
    DigitShape(3, [.to(31, 2), .to(30, 50), .to(29, 98)]),
    DigitShape(2, [.to(17, 22), .turn(33, 2), .to(32, 50), .to(31, 98)]),
    DigitShape(
      1, [.to(16, 20), .turn(31, 2), .to(31, 50), .to(31, 96)], [.to(10, 97), .to(52, 96)]),
  ]

  private static let twos = [
    DigitShape(  // an angle at the foot
      2,
      [
        .to(5, 24), .to(16, 6), .to(36, 3), .to(51, 20), .to(44, 46), .to(24, 74), .turn(3, 96),
        .to(30, 96), .to(58, 95),
      ]),
    DigitShape(  // a loop at the foot
      2,
      [
        .to(6, 20), .to(22, 3), .to(44, 8), .to(50, 30), .to(36, 62), .to(16, 92), .to(4, 95),
        .to(4, 82), .to(18, 80), .to(36, 92), .to(59, 92),
      ]),
    DigitShape(  // a wave for a base
      1.5,
      [
        .to(8, 18), .to(26, 2), .to(48, 12), .to(46, 40), .to(26, 70), .turn(3, 95), .to(18, 89),
        .to(38, 97), .to(58, 88),
      ]),
  ]

  private static let threes = [
    DigitShape(  // two bows and a point between them
      3,
      [
        .to(6, 14), .to(26, 2), .to(47, 14), .to(42, 36), .turn(20, 47), .to(48, 56), .to(54, 78),
        .to(34, 97), .to(12, 94), .to(3, 82),
      ]),
    DigitShape(  // a small loop in the middle
      1.5,
      [
        .to(6, 12), .to(28, 2), .to(47, 16), .to(38, 38), .to(24, 49), .to(19, 44), .to(28, 43),
        .to(48, 56), .to(54, 78), .to(34, 98), .to(5, 90),
      ]),
    DigitShape(  // a flat top
      0.6,
      [
        .to(7, 5), .turn(50, 4), .turn(24, 40), .to(48, 52), .to(53, 78), .to(32, 97), .to(5, 88),
      ]),
  ]

  private static let fours = [
    DigitShape(  // open
      3, [.to(14, 3), .to(9, 32), .turn(5, 56), .to(32, 56), .to(60, 53)],
      [.to(48, 6), .to(45, 50), .to(42, 98)]),
    DigitShape(  // closed
      2, [.to(42, 3), .to(22, 36), .turn(3, 66), .to(30, 66), .to(60, 65)],
      [.to(43, 2), .to(43, 50), .to(42, 98)]),
    DigitShape(  // in one stroke, open like a y
      1.2,
      [
        .to(8, 5), .to(5, 32), .to(18, 50), .to(38, 46), .turn(51, 28), .to(50, 4), .turn(50, 4),
        .to(46, 52), .to(42, 98),
      ]),
  ]

  private static let fives = [
    DigitShape(  // the hat last
      2.5,
      [
        .to(13, 4), .turn(9, 44), .to(32, 38), .to(53, 56), .to(48, 84), .to(26, 98), .to(3, 88),
      ], [.to(13, 4), .to(34, 4), .to(56, 3)]),
    DigitShape(  // in one stroke
      2,
      [
        .to(54, 4), .turn(15, 6), .turn(9, 44), .to(34, 38), .to(53, 58), .to(45, 88), .to(22, 98),
        .to(3, 86),
      ]),
    DigitShape(  // almost an s
      1,
      [
        .to(55, 6), .to(32, 4), .to(14, 14), .to(13, 36), .to(36, 46), .to(52, 66), .to(42, 92),
        .to(20, 98), .to(3, 90),
      ]),
  ]

  private static let sixes = [
    DigitShape(  // round
      2.5,
      [
        .to(42, 2), .to(20, 20), .to(5, 56), .to(9, 86), .to(30, 98), .to(51, 84), .to(46, 60),
        .to(26, 54), .to(8, 74),
      ]),
    DigitShape(  // a straight back
      2,
      [
        .to(32, 1), .to(14, 38), .to(5, 74), .to(18, 97), .to(44, 93), .to(53, 70), .to(36, 55),
        .to(16, 64), .to(6, 82),
      ]),
    DigitShape(  // a curl at the top
      1,
      [
        .to(52, 12), .to(38, 2), .to(16, 20), .to(5, 58), .to(13, 92), .to(34, 98), .to(52, 78),
        .to(40, 56), .to(18, 62), .to(7, 80),
      ]),
  ]

  private static let sevens = [
    DigitShape(3, [.to(4, 6), .to(28, 6), .turn(56, 4), .to(36, 48), .to(24, 98)]),
    DigitShape(  // with a bar
      2, [.to(4, 7), .to(28, 6), .turn(56, 4), .to(36, 48), .to(25, 98)],
      [.to(16, 50), .to(34, 49), .to(54, 48)]),
    DigitShape(  // with a serif
      1.2, [.to(5, 24), .turn(7, 5), .to(32, 6), .turn(56, 5), .to(36, 50), .to(28, 98)]),
    DigitShape(  // a wave on top
      1.2, [.to(4, 14), .to(14, 3), .to(36, 9), .turn(57, 3), .to(38, 46), .to(26, 98)]),
  ]

  private static let eights = [
    DigitShape(  // begins at the upper right, as an s does
      3,
      [
        .to(50, 12), .to(30, 2), .to(11, 16), .to(18, 38), .to(44, 58), .to(52, 82), .to(30, 98),
        .to(8, 84), .to(14, 62), .to(40, 42), .to(50, 22), .to(44, 6),
      ]),
    DigitShape(  // two rings
      1.2,
      [
        .to(30, 46), .to(12, 34), .to(12, 12), .to(30, 2), .to(48, 12), .to(48, 34), .to(28, 47),
      ],
      [
        .to(31, 46), .to(10, 58), .to(5, 78), .to(30, 98), .to(55, 78), .to(50, 58), .to(29, 46),
      ]),
    DigitShape(  // begins at the top
      2,
      [
        .to(34, 3), .to(13, 12), .to(13, 32), .to(34, 50), .to(53, 72), .to(44, 94), .to(22, 97),
        .to(7, 78), .to(24, 54), .to(47, 30), .to(46, 8), .to(30, 3),
      ]),
  ]

  private static let nines = [
    DigitShape(  // a straight tail
      2.5,
      [
        .to(49, 14), .to(30, 2), .to(9, 14), .to(6, 38), .to(24, 50), .to(43, 38), .turn(51, 10),
        .to(48, 52), .to(45, 98),
      ]),
    DigitShape(  // a curved tail
      1.5,
      [
        .to(48, 14), .to(28, 2), .to(8, 16), .to(8, 40), .to(26, 49), .to(44, 36), .turn(51, 10),
        .to(53, 54), .to(42, 88), .to(24, 98), .to(8, 90),
      ]),
    DigitShape(  // in one sweep
      1.5,
      [
        .to(50, 28), .to(36, 46), .to(14, 46), .to(8, 22), .to(28, 2), .to(48, 14), .to(48, 50),
        .to(36, 80), .to(26, 98),
      ]),
  ]
}
