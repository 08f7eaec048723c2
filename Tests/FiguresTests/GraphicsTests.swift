import CZlib
import Foundation
import Testing

@testable import Figures

/// What was encoded for a terminal is decoded here, and must be the same pixels.
@Suite struct GraphicsTests {
  /// The test vectors of RFC 4648, section 10.
  @Test(arguments: [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
    ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
  ])
  func base64(bytes: String, text: String) { #expect(Base64.text(Array(bytes.utf8)) == text) }

  static func picture(_ width: Int, _ height: Int, colors: Int, seed: UInt64) -> Pixels {
    var random = Xorshift(seed)
    let palette = (0..<colors).map { _ in (0..<3).map { _ in UInt8(random.next() % 256) } }
    var pixels = Pixels(width: width, height: height)
    for y in 0..<height {
      for x in 0..<width {
        // Runs, so that their lengths are tried as well.
        let color = palette[(x / 5 + y * 3 + Int(random.next() % 2)) % colors]
        pixels[x, y] = (color[0], color[1], color[2], random.next() % 9 == 0 ? 0 : 255)
      }
    }
    return pixels
  }

  @Test(arguments: [(1, 1), (3, 2), (64, 17), (100, 31)])
  func kitty(width: Int, height: Int) throws {
    let pixels = Self.picture(width, height, colors: 300, seed: 1)
    var letters = ""
    var keys: [String: String] = [:]
    let codes = try #require(TerminalGraphics.kitty.encode(pixels))
    let pieces = codes.components(separatedBy: "\u{1B}\\").dropLast()
    for (index, piece) in pieces.enumerated() {
      #expect(piece.hasPrefix("\u{1B}_G"))
      let parts = piece.dropFirst(3).split(separator: ";", maxSplits: 1)
      #expect(parts.count == 2)
      #expect(parts[1].count <= 4096)
      if index < pieces.count - 1 { #expect(parts[1].count % 4 == 0) }
      letters += parts[1]
      var own: [String: String] = [:]
      for pair in parts[0].split(separator: ",") {
        let sides = pair.split(separator: "=")
        own[String(sides[0])] = String(sides[1])
      }
      #expect(own["m"] == (index == pieces.count - 1 ? "0" : "1"))
      if index == 0 { keys = own }
    }
    #expect(keys["a"] == "T" && keys["f"] == "32" && keys["q"] == "2")
    #expect(keys["s"] == "\(width)" && keys["v"] == "\(height)")
    #expect(Data(base64Encoded: letters).map(Array.init) == pixels.bytes)
  }

  @Test(arguments: [(1, 1, 1), (7, 6, 2), (50, 13, 40), (64, 64, 256)])
  func sixelIsExactWithFewColors(width: Int, height: Int, colors: Int) throws {
    let pixels = Self.picture(width, height, colors: colors, seed: 2)
    let decoded = try SixelReader.read(try #require(TerminalGraphics.sixel.encode(pixels)))
    try compare(decoded, pixels, within: 2)
  }

  @Test func sixelIsNearWithManyColors() throws {
    let pixels = Self.picture(80, 50, colors: 2000, seed: 3)
    try compare(try SixelReader.read(Sixel.encode(pixels)), pixels, within: 27)
  }

  private func compare(_ decoded: Pixels, _ pixels: Pixels, within most: Int) throws {
    #expect(decoded.width == pixels.width && decoded.height == pixels.height)
    for y in 0..<pixels.height {
      for x in 0..<pixels.width {
        let (a, b) = (decoded[x, y], pixels[x, y])
        #expect(a.alpha == b.alpha)
        guard b.alpha > 0 else { continue }
        let far = [(a.red, b.red), (a.green, b.green), (a.blue, b.blue)].contains {
          abs(Int($0.0) - Int($0.1)) > most
        }
        #expect(!far, "\(x), \(y): \(a) is not \(b)")
      }
    }
  }

  /// zlib reads the pixels back, and its check sums agree with ours.
  @Test(arguments: [(1, 1), (200, 120)]) func png(width: Int, height: Int) throws {
    let pixels = Self.picture(width, height, colors: 90, seed: 4)
    let file = pixels.png()
    #expect(Array(file.prefix(8)) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    var position = 8
    var chunks: [String: [UInt8]] = [:]
    func number(_ at: Int) -> Int { file[at..<at + 4].reduce(0) { $0 << 8 | Int($1) } }
    while position < file.count {
      let count = number(position)
      let body = Array(file[position + 4..<position + 8 + count])
      let sum = body.withUnsafeBufferPointer { crc32(0, $0.baseAddress, UInt32($0.count)) }
      #expect(Int(sum) == number(position + 8 + count))
      chunks[String(decoding: body.prefix(4), as: UTF8.self)] = Array(body.dropFirst(4))
      position += 12 + count
    }
    #expect(chunks["IEND"] == [])
    let header = try #require(chunks["IHDR"])
    #expect(Array(header.suffix(5)) == [8, 6, 0, 0, 0])
    let packed = try #require(chunks["IDAT"])
    var rows = [UInt8](repeating: 0, count: height * (width * 4 + 1))
    var length = UInt(rows.count)
    #expect(uncompress(&rows, &length, packed, UInt(packed.count)) == Z_OK)
    #expect(length == UInt(rows.count))
    var bytes: [UInt8] = []
    for row in 0..<height {
      let start = row * (width * 4 + 1)
      #expect(rows[start] == 0)
      bytes += rows[start + 1..<start + 1 + width * 4]
    }
    #expect(bytes == pixels.bytes)
  }

  @Test func inlineImagesAreFiles() throws {
    let pixels = Self.picture(9, 4, colors: 5, seed: 5)
    let code = try #require(TerminalGraphics.inline.encode(pixels))
    #expect(code.hasPrefix("\u{1B}]1337;File=inline=1;") && code.hasSuffix("\u{07}"))
    let letters = code.dropLast().split(separator: ":").last.map(String.init) ?? ""
    #expect(Data(base64Encoded: letters).map(Array.init) == pixels.png())
  }

  @Test func imagesBecomeOnePicture() throws {
    let black = try Raster(width: 2, height: 2, bytes: [0, 0, 0, 0])
    let white = try Raster(width: 2, height: 2, bytes: [255, 255, 255, 255])
    let pixels = try #require(try Figure.images([black, white]).pixels(width: 1000))
    #expect(pixels.width == 56 * 2 * 2 + 56 && pixels.height == 112)
    #expect(pixels[0, 0] == (0, 0, 0, 255))
    #expect(pixels[120, 5].alpha == 0)
    #expect(pixels[168, 111] == (255, 255, 255, 255))
    #expect(try Gallery.line().pixels() == nil)
  }

  @Test(arguments: [
    (["TERM": "xterm-kitty", "LANG": "C.UTF-8"], TerminalGraphics.kitty, ColorDepth.full),
    (["TERM": "xterm-256color", "KITTY_WINDOW_ID": "1", "LANG": "C.UTF-8"], .kitty, .palette),
    (["TERM": "foot", "COLORTERM": "truecolor", "LANG": "C.UTF-8"], .sixel, .full),
    (
      ["TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app", "LANG": "en_US.UTF-8"], .inline,
      .palette
    ),
    (["TERM": "xterm-256color", "LANG": "en_US.UTF-8"], .blocks, .palette),
    (["TERM": "xterm", "LANG": "en_US.utf8"], .blocks, .basic),
    (["TERM": "xterm-kitty", "TMUX": "/tmp/x", "LANG": "C.UTF-8"], .blocks, .full),
    (["TERM": "xterm-256color", "NO_COLOR": "1", "LANG": "C.UTF-8"], .blocks, .none),
    (["TERM": "xterm", "NOTCH_GRAPHICS": "sixel", "LANG": "C.UTF-8"], .sixel, .basic),
    (["TERM": "xterm-kitty", "NOTCH_GRAPHICS": "blocks", "LANG": "C.UTF-8"], .blocks, .full),
    (["TERM": "xterm-kitty", "NOTCH_GRAPHICS": "none", "LANG": "C.UTF-8"], .blocks, .none),
  ])
  func theEnvironmentDecides(
    variables: [String: String], graphics: TerminalGraphics, color: ColorDepth
  ) {
    let screen = FigureScreen { variables[$0] }
    #expect(screen == FigureScreen(graphics: graphics, color: color, style: .unicode))
  }

  @Test(arguments: [
    ["TERM": "xterm", "LC_ALL": "C", "LANG": "C.UTF-8"], ["TERM": "dumb", "LANG": "C.UTF-8"], [:],
    ["TERM": "xterm", "LANG": "C.UTF-8", "NOTCH_GRAPHICS": "ascii"],
  ])
  func someScreensHaveASCIIOnly(variables: [String: String]) {
    let screen = FigureScreen { variables[$0] }
    #expect(screen.style == .ascii && screen.graphics == .blocks)
  }

  @Test func aScreenWithPixelsGetsThem() throws {
    let image = try Gallery.image()
    var screen = FigureScreen(graphics: .kitty, color: .full, style: .unicode)
    #expect(image.drawn(on: screen).hasPrefix("A ring\n\u{1B}_Ga=T,f=32,"))
    #expect(try Gallery.line().drawn(on: screen).contains("⠤"))
    screen.graphics = .blocks
    #expect(image.drawn(on: screen).contains("▀"))
    #expect(image.drawn(on: .file) == image.text())
  }
}

/// Reads sixel graphics, as a terminal does.
enum SixelReader {
  struct Bad: Error { let what: String }

  static func read(_ text: String) throws -> Pixels {
    guard text.hasPrefix("\u{1B}P0;1;0q\"1;1;"), text.hasSuffix("\u{1B}\\") else {
      throw Bad(what: "frame")
    }
    let bytes = Array(text.utf8.dropFirst("\u{1B}P0;1;0q\"1;1;".utf8.count).dropLast(2))
    var index = 0
    func number() -> Int {
      var value = 0
      while index < bytes.count, bytes[index] >= 48, bytes[index] <= 57 {
        value = value * 10 + Int(bytes[index] - 48)
        index += 1
      }
      return value
    }
    func skip(_ letter: Character) throws {
      guard index < bytes.count, bytes[index] == letter.asciiValue else {
        throw Bad(what: "\(letter)")
      }
      index += 1
    }
    let width = number()
    try skip(";")
    var pixels = Pixels(width: width, height: number())
    var palette: [Int: (Int, Int, Int)] = [:]
    var (color, x, y) = (0, 0, 0)
    while index < bytes.count {
      let byte = bytes[index]
      switch byte {
      case UInt8(ascii: "#"):
        index += 1
        color = number()
        if index < bytes.count, bytes[index] == UInt8(ascii: ";") {
          try skip(";")
          guard number() == 2 else { throw Bad(what: "RGB") }
          try skip(";")
          let red = number()
          try skip(";")
          let green = number()
          try skip(";")
          palette[color] = (red, green, number())
        }
      case UInt8(ascii: "$"):
        index += 1
        x = 0
      case UInt8(ascii: "-"):
        index += 1
        (x, y) = (0, y + 6)
      default:
        var count = 1
        if byte == UInt8(ascii: "!") {
          index += 1
          count = number()
        }
        guard index < bytes.count, bytes[index] >= 63, bytes[index] <= 126 else {
          throw Bad(what: "data")
        }
        let bits = bytes[index] - 63
        index += 1
        guard let (red, green, blue) = palette[color] else { throw Bad(what: "color \(color)") }
        for column in x..<x + count {
          for row in 0..<6 where bits >> UInt8(row) & 1 == 1 {
            guard column < width, y + row < pixels.height else { throw Bad(what: "outside") }
            pixels[column, y + row] = (
              UInt8(red * 255 / 100), UInt8(green * 255 / 100), UInt8(blue * 255 / 100), 255
            )
          }
        }
        x += count
      }
    }
    return pixels
  }
}
