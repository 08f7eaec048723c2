/// Sixel graphics: six rows at once, one colour after the other (DEC STD 070, VT330/VT340 manual).
enum Sixel {
  /// Codes that show a picture where the cursor stands.
  ///
  /// What is less than half opaque stays as it is. Colours are exact to a percent where there are at most 256.
  static func encode(_ pixels: Pixels) -> String {
    let (palette, indices) = reduced(pixels)
    // The second parameter lets the background through where no colour is set.
    var text: [UInt8] = Array("\u{1B}P0;1;0q\"1;1;\(pixels.width);\(pixels.height)".utf8)
    for (number, color) in palette.enumerated() {
      func percent(_ byte: UInt8) -> Int { (Int(byte) * 100 + 127) / 255 }
      text +=
        "#\(number);2;\(percent(color.red));\(percent(color.green));\(percent(color.blue))"
        .utf8
    }
    for band in stride(from: 0, to: pixels.height, by: 6) {
      write(band, of: pixels, indices, &text)
      text.append(UInt8(ascii: "-"))
    }
    return String(decoding: text, as: UTF8.self) + "\u{1B}\\"
  }

  /// Six rows: for each colour in them the bits of its pixels, then back to the left.
  private static func write(
    _ top: Int, of pixels: Pixels, _ indices: [Int], _ text: inout [UInt8]
  ) {
    let width = pixels.width
    var bits: [Int: [UInt8]] = [:]
    for row in top..<min(top + 6, pixels.height) {
      for column in 0..<width {
        let index = indices[row * width + column]
        guard index >= 0 else { continue }
        bits[index, default: Array(repeating: 0, count: width)][column] |= 1 << UInt8(row - top)
      }
    }
    for (position, index) in bits.keys.sorted().enumerated() {
      if position > 0 { text.append(UInt8(ascii: "$")) }
      text += "#\(index)".utf8
      guard let row = bits[index] else { continue }
      var column = 0
      while column < width {
        let length = row[column...].prefix { $0 == row[column] }.count
        // What is empty up to the end need not be written.
        if row[column] == 0, column + length == width { break }
        let letter = row[column] + 63
        if length > 3 {
          text += "!\(length)".utf8
          text.append(letter)
        } else {
          text += repeatElement(letter, count: length)
        }
        column += length
      }
    }
  }

  /// At most 256 colours, and for each pixel the number of its own; -1 lets the background through.
  private static func reduced(_ pixels: Pixels) -> (palette: [RGB], indices: [Int]) {
    for isExact in [true, false] {
      var numbers: [RGB: Int] = [:]
      var palette: [RGB] = []
      var indices: [Int] = []
      indices.reserveCapacity(pixels.width * pixels.height)
      for start in stride(from: 0, to: pixels.bytes.count, by: 4) {
        guard pixels.bytes[start + 3] >= 128 else {
          indices.append(-1)
          continue
        }
        let own = RGB(pixels.bytes[start], pixels.bytes[start + 1], pixels.bytes[start + 2])
        let color = isExact ? own : coarse(own)
        if let number = numbers[color] {
          indices.append(number)
        } else {
          numbers[color] = palette.count
          indices.append(palette.count)
          palette.append(color)
        }
        if palette.count > 256 { break }
      }
      if palette.count <= 256 { return (palette, indices) }
    }
    preconditionFailure("6 x 7 x 6 steps are 252 colours")
  }

  /// The nearest of 6 x 7 x 6 colours: the eye tells greens apart best.
  private static func coarse(_ color: RGB) -> RGB {
    func step(_ byte: UInt8, of last: Int) -> UInt8 {
      UInt8((Int(byte) * last + 127) / 255 * 255 / last)
    }
    return RGB(step(color.red, of: 5), step(color.green, of: 6), step(color.blue, of: 5))
  }
}
