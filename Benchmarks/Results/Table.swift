/// The measurements as a table in Markdown: means over the seeds, and how far the seeds are apart.
struct Table {
  private let measurements: [Measurement]

  init(_ measurements: [Measurement]) { self.measurements = measurements }

  var markdown: String {
    var text = """
      # The article's network on MNIST, quantized

      Accuracy on the 10,000 test images in %: the mean of the seeds, ± the standard deviation of one
      seed, and the mean difference from the float network of the same seed in points. The weights
      of every layer have the bits of their row, the first and the last among them, and so have all
      activations; the pixels, which are 8-bit numbers, stay so. Bytes count packed codes, scales and
      biases. Milliseconds are for 10,000 images on two cores, the least of all runs: of the
      network of integers where activations are quantized, of the simulation in float32 where only
      weights are.

      Written by `make results`.


      """
    text += "| bits | method | epochs | accuracy | ± | to float | bytes | ms | ran as | seeds |\n"
    text += "|---|---|---:|---:|---:|---:|---:|---:|---|---:|\n"
    for configuration in Configuration.all { text += row(configuration) }
    return text
  }

  /// A row for each width and a column for each method, accuracies alone: for README.
  var summary: String {
    let methods: [(title: String, methods: [Configuration.Method])] = [
      ("nearest", [.nearest]), ("AdaRound", [.adaRound]),
      ("straight-through", [.straightThrough, .ternary]), ("LSQ", [.lsq]), ("DoReFa", [.dorefa]),
      ("XNOR", [.binary]),
    ]
    var text = "| bits | bytes | ms | \(methods.map(\.title).joined(separator: " | ")) |\n"
    text += "|---|---:|---:|" + String(repeating: "---:|", count: methods.count) + "\n"
    var widths: [String] = []
    for configuration in Configuration.all where configuration.method != .float {
      if !widths.contains(configuration.widths) { widths.append(configuration.widths) }
    }
    for width in widths {
      let own = measurements.filter { $0.configuration.widths == width }
      guard let first = own.first else { continue }
      let cells = methods.map { entry -> String in
        let accuracies = own.filter { entry.methods.contains($0.configuration.method) }
          .map(\.accuracy)
        guard !accuracies.isEmpty else { return "" }
        let spread = Self.fixed(Self.deviation(accuracies) * 100, 2)
        return Self.percent(Self.mean(accuracies)) + (accuracies.count < 2 ? "" : " ± \(spread)")
      }
      let milliseconds = Self.fixed(own.map(\.milliseconds).min() ?? 0, 0)
      text +=
        "| \(width) | \(first.bytes) | \(milliseconds) | \(cells.joined(separator: " | ")) |\n"
    }
    return text
  }

  /// A text with the summary between the two marks, if it has them.
  func inserted(into text: String) -> String {
    let (start, end) = ("<!-- results -->\n", "<!-- /results -->")
    guard let head = text.firstRange(of: start), let tail = text.firstRange(of: end),
      head.upperBound <= tail.lowerBound
    else { return text }
    return text[..<head.upperBound] + summary + text[tail.lowerBound...]
  }

  private func row(_ configuration: Configuration) -> String {
    let own = measurements.filter { $0.configuration == configuration }
    guard let first = own.first else { return "" }
    let accuracies = own.map(\.accuracy)
    let change = Self.mean(own.map { $0.accuracy - $0.floatAccuracy }) * 100
    let cells = [
      configuration.widths, configuration.method.title,
      first.epochs == 0 ? "" : "\(first.epochs)", Self.percent(Self.mean(accuracies)),
      own.count < 2 ? "" : Self.fixed(Self.deviation(accuracies) * 100, 2),
      configuration.method == .float ? "" : (change < 0 ? "" : "+") + Self.fixed(change, 2),
      "\(first.bytes)", Self.fixed(own.map(\.milliseconds).min() ?? 0, 0),
      first.isInteger ? "integers" : "float32", "\(own.count)",
    ]
    return "| " + cells.joined(separator: " | ") + " |\n"
  }

  static func mean(_ numbers: [Double]) -> Double {
    numbers.reduce(0, +) / Double(max(numbers.count, 1))
  }

  /// The standard deviation of a sample; 0 for a single number.
  static func deviation(_ numbers: [Double]) -> Double {
    let mean = mean(numbers)
    let squares = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(max(numbers.count - 1, 1))).squareRoot()
  }

  static func percent(_ share: Double) -> String { fixed(share * 100, 2) }

  /// A number with some places behind the point.
  static func fixed(_ number: Double, _ places: Int) -> String {
    guard number.isFinite else { return "\(number)" }
    var factor = 1.0
    for _ in 0..<places { factor *= 10 }
    let whole = Int((abs(number) * factor).rounded())
    let sign = number < 0 && whole > 0 ? "-" : ""
    guard places > 0 else { return sign + "\(whole)" }
    let digits = String(whole)
    let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
    return sign + padded.dropLast(places) + "." + padded.suffix(places)
  }
}
