/// Which characters a drawing in text may use.
public enum FigureStyle: Sendable, Equatable {
  /// Braille dots, blocks and lines.
  case unicode
  /// The 95 characters of ASCII, for a C locale.
  case ascii
}

/// Which colours a terminal shows.
public enum ColorDepth: Sendable, Equatable {
  case none
  /// The sixteen of every terminal, in the theme of its user.
  case basic
  /// 256, of which 24 are greys.
  case palette
  /// Red, green and blue, one byte each.
  case full
}

/// What a piece of a drawing is, of which its colour follows.
enum Ink: Equatable {
  case plain
  case strong
  case faint
  /// One of the series, counted from 0.
  case series(Int)
  /// Colours of the character and behind it.
  case pixels(RGB, RGB)
}

/// A colour.
struct RGB: Equatable, Hashable {
  var red: UInt8
  var green: UInt8
  var blue: UInt8

  init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
    (self.red, self.green, self.blue) = (red, green, blue)
  }
  init(grey: UInt8) { self.init(grey, grey, grey) }

  /// The weight of a colour in a drawing without colours.
  var shade: UInt8 { UInt8((Int(red) + Int(green) + Int(blue)) / 3) }
}

extension ColorDepth {
  /// The escape code of an ink; nil where it is not painted.
  func code(_ ink: Ink) -> String? {
    guard self != .none else { return nil }
    switch ink {
    case .plain: return nil
    case .strong: return "1"
    case .faint: return "2"
    case .series(let number): return ["36", "33", "32", "35", "34", "31"][number % 6]
    case .pixels(let front, let back):
      switch self {
      case .none, .basic: return nil
      case .palette: return "38;5;\(index(front));48;5;\(index(back))"
      case .full:
        return "38;2;\(front.red);\(front.green);\(front.blue);"
          + "48;2;\(back.red);\(back.green);\(back.blue)"
      }
    }
  }

  /// Whether it has greys between black and white.
  var hasShades: Bool { self == .palette || self == .full }

  /// The nearest of 256 colours: the ramp of greys, or the cube of six steps a channel.
  private func index(_ color: RGB) -> Int {
    if color.red == color.green, color.green == color.blue {
      let grey = Int(color.red)
      if grey < 4 { return 16 }
      if grey > 246 { return 231 }
      return 232 + min(max((grey - 3) / 10, 0), 23)
    }
    func step(_ byte: UInt8) -> Int { byte < 48 ? 0 : byte < 115 ? 1 : (Int(byte) - 35) / 40 }
    return 16 + 36 * step(color.red) + 6 * step(color.green) + step(color.blue)
  }
}
