import ArgumentParser
import Foundation

/// A piece of work that is timed.
enum Work: String, CaseIterable, ExpressibleByArgument {
  case epoch
  case epochFakeQuantized = "epoch-fake-quantized"
  case floor
  case floatImages = "float-images"
  case integerImages = "integer-images"
  case integerImage = "integer-image"
  case product, add, chain, call

  var words: String {
    switch self {
    case .epoch: "one epoch of the article's network"
    case .epochFakeQuantized: "the same epoch, 8-bit fake quantization"
    case .floor: "oneDNN's convolutions of that epoch alone"
    case .floatImages: "10,000 images, float32, batch 1000"
    case .integerImages: "10,000 images, int8, batch 1000"
    case .integerImage: "one image, int8"
    case .product: "matrix product 1024 x 1024"
    case .add: "`a + b`, 4 x 4, from Swift"
    case .chain: "`(exp(-x * x) * 0.5 + x).sum()`, 10 million"
    case .call: "a call from the language, beside its work"
    }
  }
}

/// The seconds that the runs of one piece of work took.
struct Times: Encodable {
  let work: String
  let words: String
  let seconds: [Double]
  let median: Double

  init(_ work: Work, _ seconds: [Double]) {
    self.work = work.rawValue
    words = work.words
    self.seconds = seconds
    median = seconds.sorted()[seconds.count / 2]
  }
}

/// All times as a table and as JSON.
struct TimesTable {
  let times: [Times]

  static let head = """
    | work | median | least to most |
    |---|---:|---:|
    """

  static func row(_ times: Times) -> String {
    let (least, most) = (times.seconds.min() ?? 0, times.seconds.max() ?? 0)
    return "| \(times.words) | \(text(times.median)) | \(text(least)) to \(text(most)) |"
  }

  /// Three digits with a unit.
  private static func text(_ seconds: Double) -> String {
    let units = [("s", 1.0), ("ms", 1e-3), ("us", 1e-6), ("ns", 1e-9)]
    let (name, scale) = units.first { seconds >= $0.1 } ?? ("ns", 1e-9)
    let number = seconds / scale
    return String(format: "%.\(number < 10 ? 2 : number < 100 ? 1 : 0)f \(name)", number)
  }

  func write(to name: String) throws {
    let introduction = """
      # Speed

      Written by `make bench` on \(ProcessInfo.processInfo.activeProcessorCount) cores: medians of several
      runs after one to warm up, with the least and the most. `speed.md` has the same beside the peers.
      """
    let text = ([introduction, "", Self.head] + times.map(Self.row)).joined(separator: "\n") + "\n"
    try text.write(toFile: name + ".md", atomically: true, encoding: .utf8)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    try (encoder.encode(times) + Data("\n".utf8)).write(to: URL(fileURLWithPath: name + ".json"))
  }
}
