import Networks

extension IntegerNetwork: CustomStringConvertible {
  /// A table: layer, output shape, codes of weights and output, bytes.
  ///
  ///     layer                                  output        weights  codes   bytes
  ///     Conv2D(32, kernel: 3, activation: .…   [32, 26, 26]  int8     uint8     544
  public var description: String {
    let head = ["layer", "output", "weights", "codes", "bytes"]
    let rows = layers.map { layer in
      [
        layer.name, layer.output.description, layer.weights?.type.description ?? "",
        layer.codes?.type.description ?? (layer.input == nil ? "" : "float32"),
        layer.byteCount == 0 ? "" : grouped(layer.byteCount),
      ]
    }
    let cells = [head] + rows + [["total", "", "", "", grouped(byteCount)]]
    let widths = head.indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
    func line(_ row: [String]) -> String {
      let padded = row.indices.map { column in
        let space = String(repeating: " ", count: widths[column] - row[column].count)
        return column == 4 ? space + row[column] : row[column] + space
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
