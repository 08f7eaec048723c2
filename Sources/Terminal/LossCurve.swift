import Figures

/// The course of a number while work goes on, as a small curve in the progress bar.
///
/// It shows everything from the beginning on: neighbours are averaged where there are more numbers
/// than it keeps, so that memory stays the same however long the work takes.
struct LossCurve {
  /// Characters of the curve.
  static let width = 12

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
    guard means.count >= 16 * Self.width else { return }
    means = Swift.stride(from: 0, to: means.count - 1, by: 2).map {
      means[$0] / 2 + means[$0 + 1] / 2
    }
    stride *= 2
  }

  /// The curve; empty while there is nothing to see.
  func text(isUnicode: Bool) -> String {
    guard means.count >= 3 else { return "" }
    return Sparkline.text(means, width: Self.width, style: isUnicode ? .unicode : .ascii)
  }
}
