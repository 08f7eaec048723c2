public import Tensors

/// A network as a table: layer, output shape, parameters.
public struct Summary: Sendable, CustomStringConvertible {
  public struct Row: Sendable, Equatable {
    public let layer: String
    public let output: String
    public let parameters: Int
  }

  public let rows: [Row]
  public let parameterCount: Int
  public let byteCount: Int

  /// The table for a network; `input` is the shape of one sample, if the network has not seen any.
  public init(_ network: Sequential, input: Shape? = nil) throws {
    let input = input ?? network.inputShape
    let network = try input.map { try network.built(for: $0) } ?? network
    var shape = input
    var rows: [Row] = []
    for layer in network.layers {
      shape = try shape.map { try layer.outputShape(for: $0) }
      rows.append(
        Row(
          layer: layer.description, output: shape?.description ?? "?",
          parameters: layer.parameters.reduce(0) { $0 + $1.tensor.count }))
    }
    self.rows = rows
    parameterCount = network.parameterCount
    byteCount = parameterCount * 4
  }

  public var description: String {
    let cells =
      [["layer", "output", "parameters"]]
      + rows.map { [$0.layer, $0.output, grouped($0.parameters)] }
      + [["total", "", grouped(parameterCount)]]
    let widths = (0..<3).map { column in cells.map { $0[column].count }.max() ?? 0 }
    func line(_ row: [String]) -> String {
      let padded = zip(row, widths).enumerated().map { column, cell in
        let space = String(repeating: " ", count: cell.1 - cell.0.count)
        return column == 2 ? space + cell.0 : cell.0 + space
      }
      return padded.joined(separator: "  ")
    }
    let rule = widths.map { String(repeating: "─", count: $0) }.joined(separator: "  ")
    var lines = cells.map(line)
    lines.insert(rule, at: lines.count - 1)
    lines.insert(rule, at: 1)
    return lines.joined(separator: "\n")
  }
}

/// A whole number with commas between its thousands: `96,266`.
public func grouped(_ number: Int) -> String {
  let digits = Array(String(number.magnitude))
  var text = ""
  for (index, digit) in digits.enumerated() {
    if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
    text.append(digit)
  }
  return (number < 0 ? "-" : "") + text
}
