/// A picture of numbers: lines, points, bars, a histogram, images, or several of these.
///
///     let figure = try Figure.lines([Series("loss", y: losses)], title: "Training")
///     print(figure.text(width: 80))       // braille and block characters
///     let page = figure.svg()             // a file for a browser
///
/// It is a value that holds what is to be drawn and not how: the same figure is drawn as text of
/// any width, with or without colours, and as SVG. Long series are thinned out when it is made, so
/// that a figure of ten million points is small; what a reader would see stays.
public struct Figure: Sendable, Equatable {
  /// What is drawn.
  public enum Content: Sendable, Equatable {
    case lines([Series])
    case scatter([Series])
    case bars(Bars)
    case histogram(Histogram)
    /// Images, side by side.
    case images([Raster])
    /// Figures, one below the other.
    case panels([Figure])
  }

  /// What is drawn.
  public var content: Content
  /// What stands above it; empty for none.
  public var title: String
  /// The axis to the right.
  public var x: Axis
  /// The axis upwards.
  public var y: Axis
  /// What stands below it: what was left out, for instance.
  public var note: String
  /// Rows of characters for the drawing itself, where a caller of `text` names none.
  public var rows: Int

  /// A figure of a content that is known to be sound; see `lines`, `scatter`, `bars` and so on.
  init(
    _ content: Content, title: String = "", x: Axis = Axis(), y: Axis = Axis(), note: String = "",
    rows: Int = Figure.defaultRows
  ) {
    self.content = content
    self.title = title
    self.x = x
    self.y = y
    self.note = note
    self.rows = rows
  }

  /// Rows of characters for a drawing that nobody gave a height.
  public static let defaultRows = 12
}

/// One of the two directions of a figure.
public struct Axis: Sendable, Equatable {
  /// What is measured along it; empty for none.
  public var label: String
  /// Whether equal steps are equal factors; numbers that are not above 0 have no place then.
  public var isLogarithmic: Bool

  /// An axis.
  public init(_ label: String = "", isLogarithmic: Bool = false) {
    self.label = label
    self.isLogarithmic = isLogarithmic
  }
}

/// Points with a name.
public struct Series: Sendable, Equatable {
  /// What the legend calls it; empty for none.
  public var name: String
  /// Places along x, as many as along y.
  public private(set) var x: [Double]
  /// Places along y; a number that is not finite leaves a gap.
  public private(set) var y: [Double]

  /// Points at 0, 1, 2 and so on.
  public init(_ name: String = "", y: [Double]) {
    self.name = name
    x = y.indices.map(Double.init)
    self.y = y
  }

  /// Points at given places; throws where the two lists differ in length.
  public init(_ name: String = "", x: [Double], y: [Double]) throws(FigureError) {
    guard x.count == y.count else { throw .lengthsDiffer(x: x.count, y: y.count) }
    self.name = name
    self.x = x
    self.y = y
  }

  /// The points at some positions only.
  func picking(_ positions: [Int]) -> Series {
    var picked = self
    picked.x = positions.map { x[$0] }
    picked.y = positions.map { y[$0] }
    return picked
  }
}

/// Values with a word for each.
public struct Bars: Sendable, Equatable {
  /// What each bar is called.
  public let labels: [String]
  /// How long each bar is.
  public let values: [Double]
}

/// How often values fall into bins of equal width.
public struct Histogram: Sendable, Equatable {
  /// The bounds of the bins, one more than there are bins; a bin holds its lower bound.
  public let edges: [Double]
  /// How many values fall into each bin.
  public let counts: [Int]
  /// Whether the values are whole numbers, and so the edges too.
  public let isWhole: Bool
  /// Places that are marked below the bins: the numbers of a grid, for instance.
  public internal(set) var marks: [Double] = []
}

/// An image: shades of grey or colours, one byte a channel, rows from top to bottom.
public struct Raster: Sendable, Equatable {
  /// Pixels from left to right.
  public let width: Int
  /// Pixels from top to bottom.
  public let height: Int
  /// 1 for grey, 3 for red, green and blue, side by side in each pixel.
  public let channels: Int
  /// Bytes: height x width x channels.
  public let bytes: [UInt8]

  /// An image; throws where the bytes are not as many as the sizes say, or the sizes are none.
  public init(width: Int, height: Int, channels: Int = 1, bytes: [UInt8]) throws(FigureError) {
    guard width > 0, height > 0 else { throw .noPixels(width: width, height: height) }
    guard width <= Raster.largestSide, height <= Raster.largestSide else {
      throw .imageTooLarge(width: width, height: height)
    }
    guard channels == 1 || channels == 3 else { throw .badChannels(channels) }
    guard bytes.count == width * height * channels else {
      throw .badPixelCount(got: bytes.count, wanted: width * height * channels)
    }
    self.width = width
    self.height = height
    self.channels = channels
    self.bytes = bytes
  }

  /// The longest side of an image.
  public static let largestSide = 4096
}
