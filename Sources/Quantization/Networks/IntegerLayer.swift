public import Tensors

/// A layer of an integer network: its codes and scales, for looking at them.
public struct IntegerLayer: Sendable {
  /// The layer as it was written: `Conv2D(32, kernel: 3, activation: .relu)`.
  public let name: String
  /// The shape of its output for one sample.
  public let output: Shape
  /// The weights: signed codes with a scale for each output channel.
  public let weights: QuantizedTensor?
  /// The bias in whole numbers, int32, in units of the input's scale times the channel's.
  public let bias: Tensor?
  /// Scale and zero point of its input, where it has weights or averages.
  public let input: QuantizationParameters?
  /// Scale and zero point of its output codes; nil where they are those of its input, or where its
  /// output is float32.
  public let codes: QuantizationParameters?

  /// Whether it adds what a fork kept.
  let isSum: Bool

  /// A layer without weights; a sum has an input and codes of its own.
  init(
    name: String, output: Shape, input: QuantizationParameters? = nil,
    codes: QuantizationParameters? = nil
  ) {
    self.name = name
    self.output = output
    self.input = input
    self.codes = codes
    isSum = input != nil
    weights = nil
    bias = nil
  }

  /// A table of codes.
  init(name: String, output: Shape, table: QuantizedTensor) {
    self.name = name
    self.output = output
    input = nil
    codes = table.parameters
    isSum = false
    weights = table
    bias = nil
  }

  init(
    name: String, output: Shape, product: IntegerProduct, codes: QuantizationParameters?
  ) throws {
    self.name = name
    self.output = output
    weights = try product.weights.map {
      QuantizedTensor(
        shape: $0.shape,
        parameters: product.sharesScale ? try $0.parameters.gathered : $0.parameters,
        packed: try PackedCodes($0.codes, type: $0.parameters.type), measures: nil)
    }
    bias = try product.bias.map { try Tensor($0, shape: [$0.count]) }
    input = product.input
    self.codes = codes
    isSum = false
  }

  /// The bytes it takes: packed weight codes, and 4 bytes for each scale and each bias.
  public var byteCount: Int { (weights?.byteCount ?? 0) + (bias?.count ?? 0) * 4 }
}
