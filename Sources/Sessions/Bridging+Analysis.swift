import Datasets
import Figures
import Language
import Networks
import Quantization
import Tensors

extension RoundingRepair: Choice {}

extension Parity: BridgedPayload {
  static var payloadName: String { "Parity" }
  static let properties: [Property<Parity>] = [
    Property("different", "codes and outputs that differ, in all") { $0.different },
    Property("differences", "codes that differ, layer by layer") { $0.rows.map(\.different) },
    Property("sqnr", "nearness to float, layer by layer, in dB") { $0.rows.map(\.sqnr) },
    Property("floatAccuracy", "share the float network classifies right") { $0.floatAccuracy },
    Property("simulatedAccuracy", "share the prepared network classifies right") {
      $0.simulatedAccuracy
    },
    Property("integerAccuracy", "share the network of integers classifies right") {
      $0.integerAccuracy
    },
  ]
}

extension Sensitivity: BridgedPayload {
  static var payloadName: String { "Sensitivity" }
  static let properties: [Property<Sensitivity>] = [
    Property("accuracies", "accuracy with each layer quantized alone") {
      $0.rows.map(\.accuracy)
    },
    Property("lossChanges", "what each layer adds to the loss") { $0.rows.map(\.lossChange) },
    Property("sqnr", "nearness of the outputs to float, in dB") { $0.rows.map(\.outputSQNR) },
    Property("floatAccuracy", "accuracy of the float network") { $0.floatAccuracy },
  ]
}

extension Sweep: BridgedPayload {
  static var payloadName: String { "Sweep" }
  static let properties: [Property<Sweep>] = [
    Property("names", "what each way is") { $0.points.map(\.name) },
    Property("accuracies", "accuracy of each way") { $0.points.map(\.accuracy) },
    Property("bytes", "size of each way") { $0.points.map(\.bytes) },
    Property("bitProducts", "multiplications of each way, in bits") {
      $0.points.map(\.bitProducts)
    },
    Property("milliseconds", "time each way took for the data") {
      $0.points.map(\.milliseconds)
    },
    Property("front", "positions of the ways that no other beats") { $0.front },
  ]
}

extension MixedPrecision: BridgedPayload {
  static var payloadName: String { "MixedPrecision" }
  static let properties: [Property<MixedPrecision>] = [
    Property("network", "the prepared network") { $0.network },
    Property("bits", "bits of each layer with weights") { $0.bits },
    Property("byteCount", "bytes of codes, scales and biases") { $0.byteCount },
  ]
}

extension Drift: BridgedPayload {
  static var payloadName: String { "Drift" }
  static let properties: [Property<Drift>] = [
    Property("steps", "the steps that were looked at") { Set($0.rows.map(\.step)).sorted() },
    Property("weightScales", "mean weight scale, a list for each layer") {
      $0.courses(\.weightScale)
    },
    Property("inputScales", "scale of the input, a list for each layer") {
      $0.courses(\.inputScale)
    },
    Property("clipRates", "share of weights outside their grid, a list for each layer") {
      $0.courses(\.weightClipRate)
    },
    Property("inputClipRates", "share of inputs outside their grid, a list for each layer") {
      $0.courses(\.inputClipRate)
    },
    Property("flips", "share of codes that change in a step, a list for each layer") {
      $0.courses(\.flips)
    },
  ]

  /// One number of each layer, step by step.
  func courses(_ path: KeyPath<Row, Double>) -> [[Double]] {
    numbers.map { number in rows(of: number).map { $0[keyPath: path] } }
  }
}

extension Explanation: BridgedPayload {
  static var payloadName: String { "Explanation" }
  static let properties: [Property<Explanation>] = [
    Property("codes", "codes of the activations that are summed") { $0.terms.map(\.code) },
    Property("weights", "codes of the weights they are multiplied with") {
      $0.terms.map(\.weight)
    },
    Property("bias", "the bias, in steps of the accumulator") { $0.bias },
    Property("accumulator", "the sum") { $0.accumulator },
    Property("code", "the code that comes out; none in the last layer") { $0.code },
    Property("real", "the real number that comes out") { $0.real },
  ]
}

/// Figures of analyses.
extension Picture {
  /// Bytes and accuracy of a sweep, with the ways that no other beats.
  static func sweep(_ sweep: Sweep, title: String) throws -> Figure {
    let front = sweep.front
    func series(_ name: String, _ positions: [Int]) throws -> Series {
      try Series(
        name, x: positions.map { Double(sweep.points[$0].bytes) },
        y: positions.map { sweep.points[$0].accuracy * 100 })
    }
    let others = sweep.points.indices.filter { !front.contains($0) }
    return try Figure.scatter(
      [try series("Pareto front", front), try series("others", others)]
        .filter { !$0.y.isEmpty },
      title: title.isEmpty ? "accuracy by size" : title, x: Axis("bytes", isLogarithmic: true),
      y: Axis("accuracy, %"))
  }

  /// Scales, clip rates and flips of a training, a panel each and a line for each layer.
  static func drift(_ drift: Drift, title: String) throws -> Figure {
    let names = drift.numbers.map { "layer \($0)" }
    let steps = Set(drift.rows.map(\.step)).sorted().map(Double.init)
    func panel(_ name: String, _ path: KeyPath<Drift.Row, Double>) throws -> Figure? {
      let lines = try zip(names, drift.courses(path)).compactMap { name, course in
        course.allSatisfy(\.isNaN) ? nil : try Series(name, x: steps, y: course)
      }
      return lines.isEmpty
        ? nil : try Figure.lines(lines, title: name, x: Axis("steps"), rows: 6)
    }
    let panels = try [
      panel("mean scale of the weights", \.weightScale),
      panel("scale of the input", \.inputScale),
      panel("share of inputs clipped", \.inputClipRate),
      panel("share of codes that flip in a step", \.flips),
    ].compactMap { $0 }
    return try Figure.panels(panels, title: title)
  }

  /// A histogram of numbers with the numbers of a grid marked below it.
  static func histogram(
    _ values: [Double], grid: QuantizedTensor, bins: Int, title: String, label: String
  ) throws -> Figure {
    guard grid.parameters.scales.count == 1 else {
      throw Fault(
        "a grid to draw has one scale, but this one has \(grid.parameters.scales.count); "
          + "quantize per: .tensor, or one channel")
    }
    let type = grid.type
    let codes = (type.qmin...type.qmax).filter { type.contains($0) }
    let (scale, zeroPoint) = (grid.parameters.scales[0], grid.parameters.zeroPoints[0])
    return try Figure.histogram(
      values, bins: bins, title: title, x: Axis(label),
      marks: codes.map { Double(scale) * Double($0 - zeroPoint) })
  }
}
