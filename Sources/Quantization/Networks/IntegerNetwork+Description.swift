import Networks

extension IntegerNetwork: CustomStringConvertible {
  /// A table: layer, output shape, codes of weights and output, bytes.
  ///
  ///     layer                                  output        weights  codes   bytes
  ///     Conv2D(32, kernel: 3, activation: .…   [32, 26, 26]  int8     uint8     544
  public var description: String {
    TextTable(
      head: ["layer", "output", "weights", "codes", "bytes"],
      rows: layers.map { layer in
        [
          layer.name, layer.output.description, layer.weights?.type.description ?? "",
          layer.codes?.type.description ?? (layer.input == nil ? "" : "float32"),
          layer.byteCount == 0 ? "" : grouped(layer.byteCount),
        ]
      },
      total: ["total", "", "", "", grouped(byteCount)]
    ).text
  }
}
