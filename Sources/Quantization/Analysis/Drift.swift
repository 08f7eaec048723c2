public import Datasets
public import Networks
import Tensors

/// How the grids of a network moved while it was trained.
///
///     var recorder = DriftRecorder(every: 10, watching: train.take(32))
///     try fit(&net, train, optimizer: Adam(0.001)) { _ in } beforeStep: { step, net in
///       try recorder.record(net, step: step)
///     }
///     print(recorder.drift)
public struct Drift: Sendable, Equatable, CustomStringConvertible {
  /// One layer at one step.
  public struct Row: Sendable, Equatable {
    /// Steps done.
    public let step: Int
    /// The number of the layer, from 1.
    public let number: Int
    public let layer: String
    /// The mean scale of its weights.
    public let weightScale: Double
    /// The share of its weights that lie outside their grid.
    public let weightClipRate: Double
    /// The scale of its input; NaN where that stays float32.
    public let inputScale: Double
    /// The share of what enters it that lies outside the grid; NaN where nothing is watched.
    public let inputClipRate: Double
    /// The share of the weights' codes that changed, for each step since the row before.
    public let flips: Double
  }

  public private(set) var rows: [Row] = []

  /// The numbers of the layers, in order.
  public var numbers: [Int] { Set(rows.map(\.number)).sorted() }
  /// The rows of one layer.
  public func rows(of number: Int) -> [Row] { rows.filter { $0.number == number } }

  mutating func append(_ row: Row) { rows.append(row) }

  /// For each layer the first and the last row.
  public var description: String {
    var lines: [[String]] = []
    for number in numbers {
      let own = rows(of: number)
      guard let first = own.first, let last = own.last else { continue }
      func course(_ path: KeyPath<Row, Double>, _ text: (Double) -> String) -> String {
        first[keyPath: path].isNaN
          ? "" : text(first[keyPath: path]) + " → " + text(last[keyPath: path])
      }
      lines.append([
        "\(number)  \(first.layer)", course(\.weightScale, Decimal.text),
        course(\.weightClipRate, Decimal.percent), course(\.inputScale, Decimal.text),
        course(\.inputClipRate, Decimal.percent),
        Decimal.percent(own.dropFirst().map(\.flips).reduce(0, +) / Double(max(own.count - 1, 1))),
      ])
    }
    let table = TextTable(
      head: ["layer", "weight scale", "clipped", "input scale", "clipped", "flips a step"],
      rows: lines, numbers: 5, width: 80)
    guard let last = rows.last else { return "no steps were recorded" }
    return table.text + "\nsteps \(rows[0].step) to \(last.step)"
  }
}

/// Looks at a prepared network every few steps of its training.
public struct DriftRecorder: Sendable {
  public private(set) var drift = Drift()
  private let interval: Int
  private let images: Tensor?
  private var last: [Int: (step: Int, codes: Tensor)] = [:]

  /// Looks at every so many steps; with images, also at what enters the layers for them.
  ///
  /// Errors: an interval below 1, empty data.
  public init(every interval: Int = 10, watching data: Dataset? = nil) throws {
    guard interval >= 1 else {
      throw NetworkError.badSize("the steps between two records", interval, minimum: 1)
    }
    self.interval = interval
    images = try data.map { data in
      guard data.count > 0 else { throw NetworkError.emptyData(data.name) }
      return try data.samples(at: 0..<min(data.count, 64))
    }
  }

  /// Looks at the network if it is time: before a step, given the number of steps done.
  public mutating func record(_ network: Sequential, step: Int) throws {
    if step % interval == 0 { try look(network, step: step) }
  }

  /// Looks at the network now, as after the last step; once a step.
  public mutating func look(_ network: Sequential, step: Int) throws {
    try network.checkPrepared("drift")
    guard drift.rows.last?.step != step, !network.needsObservation else { return }
    var x = images
    var context = Context(.observing)
    for (index, layer) in network.layers.enumerated() {
      if let quantized = layer as? QuantizedLayer, quantized.hasWeights {
        drift.append(try row(quantized, index + 1, step, x))
      }
      x = try x.map { try layer.forward($0, &context) }
    }
  }

  private mutating func row(
    _ layer: QuantizedLayer, _ number: Int, _ step: Int, _ x: Tensor?
  ) throws -> Drift.Row {
    guard let weights = try layer.weightCodes(),
      let source = layer.layer.parameters.first?.tensor.detached()
    else { throw NetworkError.notBuilt(layer.layer.description) }
    let scales = weights.parameters.scales
    let target = try QuantizedWeights.Source(
      source.cast(to: .float32).plain(), layer.policy,
      scales: layer.weightScale?.detached().elements(as: Float.self))
    let clipped = try target.parameters.codes(of: target.values).clipped
    let grid = try layer.policy.activations == nil ? nil : layer.inputParameters
    var inputClip = Double.nan
    if let x, let grid {
      inputClip = Double(try grid.codes(of: x).clipped) / Double(max(x.count, 1))
    }
    var flips = 0.0
    if let known = last[number], known.codes.count == weights.codes.count, step > known.step {
      let (a, b) = (
        try known.codes.elements(as: Int8.self), try weights.codes.elements(as: Int8.self)
      )
      let changed = zip(a, b).reduce(0) { $0 + ($1.0 == $1.1 ? 0 : 1) }
      flips = Double(changed) / Double(max(a.count, 1)) / Double(step - known.step)
    }
    last[number] = (step, weights.codes)
    return Drift.Row(
      step: step, number: number, layer: layer.layer.description,
      weightScale: scales.reduce(0) { $0 + Double($1) } / Double(max(scales.count, 1)),
      weightClipRate: Double(clipped) / Double(max(source.count, 1)),
      inputScale: grid.map { Double($0.scales[0]) } ?? .nan, inputClipRate: inputClip, flips: flips)
  }
}
