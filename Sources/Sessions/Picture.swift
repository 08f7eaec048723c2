import Tensors

/// Pictures made of characters: images, histograms, lines.
enum Picture {
  /// An image in half blocks: each character shows two pixels, one above the other.
  static func blocks(_ image: Tensor) throws -> String {
    var images: [Tensor]
    switch image.rank {
    case 2: images = [image]
    case 3 where image.shape[0] == 1: images = [try image.slice([.at(0)])]
    case 3, 4:
      let count = min(image.shape[0], 8)
      images = try (0..<count).map { try image.slice([.at($0)]) }
      images = try images.map { try $0.rank == 3 ? $0.mean(axis: 0) : $0 }
    default:
      throw TensorError.badArgument(
        "an image has 2 axes [height, width] or 3 [channels, height, width], not \(image.shape)")
    }
    guard let first = images.first, first.shape[0] > 0, first.shape[1] > 0 else {
      throw TensorError.badArgument("an image of shape \(image.shape) has no pixels")
    }
    let (height, width) = (first.shape[0], first.shape[1])
    guard height <= 256, width <= 256 else {
      throw TensorError.badArgument("an image of \(height) x \(width) is too large to print")
    }
    let pixels = try images.map { try $0.reals() }
    let low = pixels.joined().min() ?? 0
    let high = pixels.joined().max() ?? 1
    let shades = Array(" ░▒▓█")
    func shade(_ picture: [Double], _ row: Int, _ column: Int) -> Int {
      guard row < height else { return 0 }
      let value = high > low ? (picture[row * width + column] - low) / (high - low) : 0
      return value.isFinite ? min(4, max(0, Int(value * 4.999))) : 0
    }
    return stride(from: 0, to: height, by: 2).map { row in
      pixels.map { picture in
        String(
          (0..<width).map { column -> Character in
            let (top, bottom) = (shade(picture, row, column), shade(picture, row + 1, column))
            switch (top >= 3, bottom >= 3) {
            case (true, true): return "█"
            case (true, false): return "▀"
            case (false, true): return "▄"
            case (false, false): return shades[(top + bottom + 1) / 2]
            }
          })
      }.joined(separator: " ").trimmingRight()
    }.joined(separator: "\n")
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
