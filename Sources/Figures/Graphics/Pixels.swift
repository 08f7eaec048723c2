/// A picture as a terminal or a file wants it: four bytes a pixel, red, green, blue and opacity.
public struct Pixels: Sendable, Equatable {
  /// Pixels from left to right.
  public let width: Int
  /// Pixels from top to bottom.
  public let height: Int
  /// Bytes: width x height x 4, rows from top to bottom.
  public private(set) var bytes: [UInt8]

  /// A picture without anything on it.
  public init(width: Int, height: Int) {
    precondition(width > 0 && height > 0, "a picture has pixels")
    self.width = width
    self.height = height
    bytes = Array(repeating: 0, count: width * height * 4)
  }

  /// The bytes of a pixel.
  public subscript(x: Int, y: Int) -> (red: UInt8, green: UInt8, blue: UInt8, alpha: UInt8) {
    get {
      let start = (y * width + x) * 4
      return (bytes[start], bytes[start + 1], bytes[start + 2], bytes[start + 3])
    }
    set {
      let start = (y * width + x) * 4
      bytes[start] = newValue.red
      bytes[start + 1] = newValue.green
      bytes[start + 2] = newValue.blue
      bytes[start + 3] = newValue.alpha
    }
  }

  /// The picture as a PNG file, without compression.
  public func png() -> [UInt8] { PNG.encode(self) }

  /// Draws an image, each of its pixels as a square.
  mutating func draw(_ image: Raster, atX left: Int, y top: Int, zoom: Int) {
    for y in 0..<image.height * zoom where top + y < height {
      for x in 0..<image.width * zoom where left + x < width {
        let color = image.color(y / zoom, x / zoom)
        self[left + x, top + y] = (color.red, color.green, color.blue, 255)
      }
    }
  }
}

extension Figure {
  /// The images of a figure as one picture of at most `width` pixels a row; nil for other figures.
  ///
  /// Small images are enlarged by a whole factor, large ones made smaller; between two stands a
  /// gap that lets the background through.
  public func pixels(width: Int = 640) -> Pixels? {
    guard case .images(let images) = content else { return nil }
    let width = min(max(width, 16), 4096)
    let sheet = ContactSheet(images, width: width, zoom: nil)
    var pixels = Pixels(width: sheet.width, height: sheet.height)
    for (image, place) in zip(sheet.images, sheet.places) {
      pixels.draw(image, atX: place.x, y: place.y, zoom: sheet.zoom)
    }
    return pixels
  }
}

/// Where images stand that are laid out in rows.
struct ContactSheet {
  let images: [Raster]
  let zoom: Int
  let gap: Int
  private(set) var places: [(x: Int, y: Int)] = []
  private(set) var width = 1
  private(set) var height = 1

  /// Lays images out in rows of at most a width.
  init(_ images: [Raster], width room: Int, zoom wanted: Int?) {
    let widest = images.map(\.width).max() ?? 1
    let tallest = images.map(\.height).max() ?? 1
    // Alone an image may be large; several should be seen together.
    let side = images.count == 1 ? 280 : 112
    zoom = max(1, wanted ?? min(room / widest, side / max(widest, tallest)))
    gap = images.count > 1 ? max(2, zoom) : 0
    // Pictures of many megabytes help nobody.
    let most = images.count == 1 ? 2048 : 512
    self.images = images.map { $0.fitted(width: min(room, most), height: most) }
    var (x, y, tall) = (0, 0, 0)
    for image in self.images {
      let (w, h) = (image.width * zoom, image.height * zoom)
      if x > 0, x + w > room {
        (x, y) = (0, y + tall + gap)
        tall = 0
      }
      places.append((x, y))
      self.width = max(self.width, min(x + w, room))
      tall = max(tall, h)
      self.height = max(self.height, y + tall)
      x += w + gap
    }
  }
}
