import CZlib
import Foundation

/// The pixels of a PNG of 8 bits a channel, as browsers write it, as shades of grey.
///
/// Source: Portable Network Graphics, W3C, second edition, sections 9 and 11.
struct Screenshot {
  struct Trouble: Error {
    var reason: String
  }

  let width: Int
  let height: Int
  private var shades: [Int] = []

  init(png: Data) throws {
    let bytes = [UInt8](png)
    func number(_ place: Int) -> Int {
      bytes[place..<(place + 4)].reduce(0) { $0 << 8 | Int($1) }
    }
    guard bytes.count > 33, bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) else {
      throw Trouble(reason: "no PNG")
    }
    (width, height) = (number(16), number(20))
    let channels = [2: 3, 6: 4][bytes[25]]
    guard bytes[24] == 8, let channels, bytes[28] == 0 else {
      throw Trouble(reason: "another kind of PNG")
    }
    var packed: [UInt8] = []
    var place = 8
    while place + 12 <= bytes.count {
      let count = number(place)
      guard place + 12 + count <= bytes.count else { break }
      if bytes[(place + 4)..<(place + 8)].elementsEqual("IDAT".utf8) {
        packed += bytes[(place + 8)..<(place + 8 + count)]
      }
      place += 12 + count
    }
    let stride = width * channels
    var raw = [UInt8](repeating: 0, count: (stride + 1) * height)
    var size = uLongf(raw.count)
    guard uncompress(&raw, &size, packed, uLong(packed.count)) == Z_OK, Int(size) == raw.count
    else {
      throw Trouble(reason: "its pixels cannot be unpacked")
    }
    shades = Self.unfiltered(raw, stride: stride, channels: channels, height: height)
  }

  private static func unfiltered(
    _ raw: [UInt8], stride: Int, channels: Int, height: Int
  ) -> [Int] {
    var above = [UInt8](repeating: 0, count: stride)
    var shades: [Int] = []
    for row in 0..<height {
      let start = row * (stride + 1)
      var line = Array(raw[(start + 1)..<(start + 1 + stride)])
      for index in 0..<stride {
        let left = index >= channels ? Int(line[index - channels]) : 0
        let up = Int(above[index])
        let corner = index >= channels ? Int(above[index - channels]) : 0
        let guess: Int
        switch raw[start] {
        case 1: guess = left
        case 2: guess = up
        case 3: guess = (left + up) / 2
        case 4:
          let estimate = left + up - corner
          let (a, b, c) = (abs(estimate - left), abs(estimate - up), abs(estimate - corner))
          guess = a <= b && a <= c ? left : b <= c ? up : corner
        default: guess = 0
        }
        line[index] = line[index] &+ UInt8(truncatingIfNeeded: guess)
      }
      for pixel in 0..<(stride / channels) {
        let at = pixel * channels
        shades.append((Int(line[at]) + Int(line[at + 1]) + Int(line[at + 2])) / 3)
      }
      above = line
    }
    return shades
  }

  func shade(x: Int, y: Int) -> Int { shades[y * width + x] }

  /// How much of the picture has shades that fulfil a condition, from 0 to 1.
  func share(where holds: (Int) -> Bool) -> Double {
    Double(shades.count(where: holds)) / Double(max(1, shades.count))
  }

  /// How many rows fulfil a condition.
  func rows(where holds: ([Int]) -> Bool) -> Int {
    (0..<height).count { holds(Array(shades[($0 * width)..<(($0 + 1) * width)])) }
  }
}
