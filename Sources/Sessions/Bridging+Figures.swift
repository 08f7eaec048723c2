public import Figures
import Language
import Tensors

extension Figure: BridgedPayload {
  static var payloadName: String { "Figure" }
  public static var wanted: String { "a figure, as plot(…) gives" }
  static let properties: [Property<Figure>] = [
    Property("title", "what stands above it") { $0.title },
    Property("summary", "what it shows, in words") { $0.summary },
  ]

  /// Its text is as wide as a recording, not as the terminal.
  func shown() throws -> (text: String, reals: [Range<Int>]) {
    let drawing = recorded()
    return (drawing.text, drawing.reals)
  }

  var figure: Figure? { self }
}

/// Numbers for one or several lines: a vector, a matrix of rows, a list of either, a dictionary.
struct PlotData: Bridged {
  var series: [[Double]]
  /// The keys of a dictionary.
  var names: [String]?

  static var typeName: String { "Numbers" }
  static var wanted: String { "numbers, or a list of lists of them" }
  static func accepts(_ value: Value) -> Bool {
    switch value {
    case .host(let object): object is Box<Tensor>
    case .int, .double, .bool, .list, .range, .dictionary: true
    default: false
    }
  }

  static func from(_ value: Value, in session: Session) throws -> PlotData {
    switch value {
    case .host, .int, .double, .bool: return PlotData(series: try rows(of: value, in: session))
    case .list, .range:
      let elements = try session.machine.elements(of: value)
      if elements.isEmpty { return PlotData(series: [[]]) }
      if elements.contains(where: isNested) {
        return PlotData(
          series: try elements.map {
            // Nothing nests deeper than a list of lists.
            guard isNested($0) else { throw mismatch($0) }
            return try vector($0, in: session)
          })
      }
      return PlotData(series: [try elements.map { try Double.from($0, in: session) }])
    case .dictionary(let box):
      let names = box.keys.map { key in
        switch key {
        case .int(let number): "\(number)"
        case .string(let string): string
        case .bool(let flag): "\(flag)"
        }
      }
      let values = box.keys.compactMap { box[$0] }
      if values.contains(where: isNested) {
        return PlotData(series: try values.map { try vector($0, in: session) }, names: names)
      }
      return PlotData(
        series: [try values.map { try Double.from($0, in: session) }], names: names)
    default: throw mismatch(value)
    }
  }

  func bridged(in session: Session) throws -> Value { try series.bridged(in: session) }

  private static func isNested(_ value: Value) -> Bool {
    switch value {
    case .list, .range: true
    case .host: true
    default: false
    }
  }

  private static func rows(of value: Value, in session: Session) throws -> [[Double]] {
    let tensor = try Tensor.from(value, in: session)
    guard tensor.rank <= 2 else {
      throw Fault("a line is a vector, or a row of a matrix, not a Tensor \(tensor.shape)")
    }
    let numbers = try tensor.reals()
    guard tensor.rank == 2 else { return [numbers] }
    let (count, length) = (tensor.shape[0], tensor.shape[1])
    guard count <= Figure.mostSeries else {
      throw FigureError.tooMany("lines", count: count, most: Figure.mostSeries)
    }
    return (0..<count).map { Array(numbers[$0 * length..<($0 + 1) * length]) }
  }

  /// The numbers of one line.
  private static func vector(_ value: Value, in session: Session) throws -> [Double] {
    if case .host = value {
      let tensor = try Tensor.from(value, in: session)
      guard tensor.rank <= 1 else {
        throw Fault("each line is a vector, not a Tensor \(tensor.shape)")
      }
      return try tensor.reals()
    }
    guard accepts(value) else { throw mismatch(value) }
    if case .list = value {
    } else if case .range = value {
    } else {
      return [try Double.from(value, in: session)]
    }
    return try session.machine.elements(of: value).map { try Double.from($0, in: session) }
  }

  /// The series of a plot: `y` alone over 0, 1, 2 …, or `y` over `x`.
  static func series(
    _ first: PlotData, _ second: PlotData?, labels: [String]?
  ) throws -> [Series] {
    let y = (second ?? first).series
    let names = labels ?? second?.names ?? first.names
    // The keys of a dictionary of numbers name its numbers and no line.
    let usable = labels != nil || y.count > 1 ? names : nil
    if let usable, usable.count != y.count {
      throw FigureError.labelCount(labels: usable.count, values: y.count, what: "lines")
    }
    guard second != nil else {
      return y.enumerated().map { Series(usable?[$0] ?? "", y: $1) }
    }
    guard first.series.count == 1 || first.series.count == y.count else {
      throw FigureError.lengthsDiffer(x: first.series.count, y: y.count)
    }
    return try y.enumerated().map {
      try Series(
        usable?[$0] ?? "", x: first.series[first.series.count == 1 ? 0 : $0], y: $1)
    }
  }
}

/// The elements of a tensor of any shape, or of a list.
struct Numbers: Bridged {
  let values: [Double]

  static var typeName: String { "Numbers" }
  static var wanted: String { "a Tensor or numbers" }
  static func accepts(_ value: Value) -> Bool { PlotData.accepts(value) }
  static func from(_ value: Value, in session: Session) throws -> Numbers {
    if case .host(let object) = value, let box = object as? Box<Tensor> {
      return Numbers(values: try box.value.reals())
    }
    return Numbers(values: try PlotData.from(value, in: session).series.flatMap { $0 })
  }
  func bridged(in session: Session) throws -> Value { try values.bridged(in: session) }
}

/// Which axes have equal steps for equal factors.
enum LogarithmicAxes: String, Choice {
  case none, x, y, both

  var x: Bool { self == .x || self == .both }
  var y: Bool { self == .y || self == .both }
}
