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
    let shapes = try input.map { try network.outputShapes(for: $0) }
    rows = network.layers.enumerated().map { index, layer in
      Row(
        layer: layer.description, output: shapes?[index].description ?? "?",
        parameters: layer.parameters.reduce(0) { $0 + $1.tensor.count })
    }
    parameterCount = network.parameterCount
    byteCount = parameterCount * 4
  }

  public var description: String {
    TextTable(
      head: ["layer", "output", "parameters"],
      rows: rows.map { [$0.layer, $0.output, grouped($0.parameters)] },
      total: ["total", "", grouped(parameterCount)]
    ).text
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
