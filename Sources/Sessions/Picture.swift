import Tensors

/// Pictures made of characters: images, histograms, lines.
enum Picture {
  /// The most characters of a line.
  private static let width = 80

  /// An image in half blocks, two pixels a character; several in quarter blocks, side by side.
  static func blocks(_ image: Tensor) throws -> String {
    let images = try split(image)
    guard let first = images.first, first.shape[0] > 0, first.shape[1] > 0 else {
      throw TensorError.badArgument("an image of shape \(image.shape) has no pixels")
    }
    let (height, columns) = (first.shape[0], first.shape[1])
    guard height <= 256, columns <= 256 else {
      throw TensorError.badArgument("an image of \(height) x \(columns) is too large to print")
    }
    let pixels = try images.map { try $0.reals() }
    let low = pixels.joined().filter(\.isFinite).min() ?? 0
    let high = pixels.joined().filter(\.isFinite).max() ?? 1
    let grids = pixels.map { picture in
      Grid(
        height: height, width: columns,
        shades: picture.map { high > low && $0.isFinite ? ($0 - low) / (high - low) : 0 })
    }
    guard grids.count > 1 else { return grids[0].halfBlocks.joined(separator: "\n") }
    let fit = max(1, (width + 1) / ((columns + 1) / 2 + 1))
    return stride(from: 0, to: grids.count, by: fit).map { start in
      let row = grids[start..<min(start + fit, grids.count)].map(\.quarterBlocks)
      return row[0].indices.map { line in
        row.map { $0[line] }.joined(separator: " ").trimmingRight()
      }.joined(separator: "\n")
    }.joined(separator: "\n")
  }

  /// The images of a tensor as matrices; the channels of a colour image are averaged.
  private static func split(_ image: Tensor) throws -> [Tensor] {
    switch image.rank {
    case 2: return [image]
    case 3: return [try image.mean(axis: 0)]
    case 4:
      let count = min(image.shape[0], 64)
      return try (0..<count).map { try image.slice([.at($0)]).mean(axis: 0) }
    default:
      throw TensorError.badArgument(
        "an image has 2 axes [height, width], 3 [channels, height, width] or 4 for a batch, "
          + "not \(image.shape)")
    }
  }

  /// Shades from 0 to 1.
  private struct Grid {
    let height: Int
    let width: Int
    let shades: [Double]

    func shade(_ row: Int, _ column: Int) -> Double {
      row < height && column < width ? shades[row * width + column] : 0
    }

    var halfBlocks: [String] {
      stride(from: 0, to: height, by: 2).map { row in
        String(
          (0..<width).map { column -> Character in
            let (top, bottom) = (shade(row, column), shade(row + 1, column))
            switch (top >= 0.6, bottom >= 0.6) {
            case (true, true): return "█"
            case (true, false): return "▀"
            case (false, true): return "▄"
            case (false, false): return top + bottom >= 0.6 ? "▒" : top + bottom >= 0.2 ? "░" : " "
            }
          }
        ).trimmingRight()
      }
    }

    var quarterBlocks: [String] {
      let characters = Array(" ▘▝▀▖▌▞▛▗▚▐▜▄▙▟█")
      return stride(from: 0, to: height, by: 2).map { row in
        String(
          stride(from: 0, to: width, by: 2).map { column -> Character in
            var bits = 0
            for (bit, place) in [(0, 0), (0, 1), (1, 0), (1, 1)].enumerated()
            where shade(row + place.0, column + place.1) >= 0.4 {
              bits |= 1 << bit
            }
            return characters[bits]
          })
      }
    }
  }

  /// Bars of how often values fall into bins.
  static func histogram(_ x: Tensor, bins: Int) throws -> (String, [Range<Int>]) {
    guard bins <= 200 else { throw TensorError.badArgument("at most 200 bins, not \(bins)") }
    let values = try x.reals().filter(\.isFinite)
    guard let low = values.min(), let high = values.max() else {
      throw TensorError.emptyReduction("histogram", x.shape)
    }
    var counts = [Int](repeating: 0, count: bins)
    let width = high > low ? (high - low) / Double(bins) : 1
    for value in values { counts[min(bins - 1, max(0, Int((value - low) / width)))] += 1 }
    let most = counts.max() ?? 1
    var text = RealText()
    let labels = (0..<bins).map { fixed(low + Double($0) * width, digits: 4) }
    let space = labels.map(\.count).max() ?? 0
    for (bin, count) in counts.enumerated() {
      text.write(String(repeating: " ", count: space - labels[bin].count))
      text.write(label: labels[bin])
      text.write(" │" + bar(Double(count) / Double(max(most, 1)) * 40) + " \(count)")
      if bin < bins - 1 { text.write("\n") }
    }
    return text.result
  }

  /// A bar of a length in characters, to an eighth.
  private static func bar(_ length: Double) -> String {
    let eighths = Int((length * 8).rounded())
    let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
    return String(repeating: "█", count: eighths / 8) + parts[eighths % 8]
  }

  /// A line in braille dots, with its least and largest value beside it.
  static func line(_ y: Tensor, height: Int) throws -> (String, [Range<Int>]) {
    guard height <= 100 else { throw TensorError.badArgument("at most 100 rows, not \(height)") }
    let values = try y.reals()
    let finite = values.filter(\.isFinite)
    guard let low = finite.min(), let high = finite.max() else {
      throw TensorError.emptyReduction("plot", y.shape)
    }
    let columns = 60
    var dots = [[Bool]](
      repeating: Array(repeating: false, count: columns * 2), count: height * 4)
    var previous: Int?
    for column in 0..<columns * 2 {
      let position = Double(column) / Double(columns * 2 - 1) * Double(values.count - 1)
      let left = min(Int(position), values.count - 1)
      let right = min(left + 1, values.count - 1)
      let value = values[left] + (values[right] - values[left]) * (position - Double(left))
      guard value.isFinite else {
        previous = nil
        continue
      }
      let share = high > low ? (value - low) / (high - low) : 0.5
      let row = height * 4 - 1 - Int((share * Double(height * 4 - 1)).rounded())
      for between in min(row, previous ?? row)...max(row, previous ?? row) {
        dots[between][column] = true
      }
      previous = row
    }
    return lineText(dots, low: low, high: high, height: height, columns: columns)
  }

  private static func lineText(
    _ dots: [[Bool]], low: Double, high: Double, height: Int, columns: Int
  ) -> (String, [Range<Int>]) {
    let bits = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]]
    let (top, bottom) = (TensorFormat.number(high), TensorFormat.number(low))
    let space = max(top.count, bottom.count)
    var text = RealText()
    for row in 0..<height {
      let label = row == 0 ? top : row == height - 1 ? bottom : ""
      text.write(String(repeating: " ", count: space - label.count))
      text.write(label: label)
      var cells = ""
      for column in 0..<columns {
        var code: UInt32 = 0x2800
        for y in 0..<4 {
          for x in 0..<2 where dots[row * 4 + y][column * 2 + x] { code |= UInt32(bits[y][x]) }
        }
        cells.unicodeScalars.append(Unicode.Scalar(code) ?? " ")
      }
      text.write(" ┤" + cells)
      if row < height - 1 { text.write("\n") }
    }
    return text.result
  }
}

extension String {
  fileprivate func trimmingRight() -> String {
    var text = self
    while text.last == " " { text.removeLast() }
    return text
  }
}
