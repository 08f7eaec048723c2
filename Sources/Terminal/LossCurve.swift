/// The course of a number while work goes on, as a small curve of braille dots.
///
/// It shows everything from the beginning on: where there are more numbers than room, neighbours
/// are averaged, so that memory and width stay the same however long the work takes.
struct LossCurve {
  /// Characters of the curve; each shows two numbers side by side.
  static let width = 10

  private var means: [Double] = []
  /// How many numbers one of the means stands for.
  private var stride = 1
  private var sum = 0.0
  private var count = 0

  /// Adds the next number; what is not finite is left out.
  mutating func add(_ value: Double) {
    guard value.isFinite else { return }
    sum += value
    count += 1
    guard count == stride else { return }
    means.append(sum / Double(count))
    (sum, count) = (0, 0)
    guard means.count >= 4 * Self.width else { return }
    means = Swift.stride(from: 0, to: means.count - 1, by: 2).map { ($0 + 1, $0) }
      .map { (means[$0.0] + means[$0.1]) / 2 }
    stride *= 2
  }

  /// The curve; empty while there is nothing to see.
  var text: String {
    let columns = min(means.count, 2 * Self.width)
    guard columns >= 4, let low = means.min(), let high = means.max() else { return "" }
    // A number for each column of dots: the mean of those that fall in it.
    let levels = (0..<columns).map { column -> Int in
      let begin = column * means.count / columns
      let end = max(begin + 1, (column + 1) * means.count / columns)
      let mean = means[begin..<end].reduce(0, +) / Double(end - begin)
      let share = high > low ? (mean - low) / (high - low) : 0.5
      return min(max(Int((share * 3).rounded()), 0), 3)
    }
    var result = String.UnicodeScalarView()
    for index in Swift.stride(from: 0, to: columns, by: 2) {
      let right = index + 1 < columns ? Self.rightDots[levels[index + 1]] : 0
      if let dots = Unicode.Scalar(0x2800 + Self.leftDots[levels[index]] + right) {
        result.append(dots)
      }
    }
    return String(result)
  }

  /// The dots of a braille character from the bottom up: Unicode numbers them 7, 3, 2, 1 and
  /// 8, 6, 5, 4.
  private static let leftDots: [UInt32] = [0x40, 0x04, 0x02, 0x01]
  private static let rightDots: [UInt32] = [0x80, 0x20, 0x10, 0x08]
}
