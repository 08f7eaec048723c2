import Tensors

/// What follows from a layer's weights alone, made once for all parts of a batch.
///
/// It is kept with the storage of the weights and forgotten when the optimizer writes them.
enum QuantizedWeights {
  /// Weights as the training sees them: quantized and dequantized per output channel.
  struct Fake: Sendable {
    let shape: Shape
    let tensor: Tensor
  }

  /// Weights as the integer layers see them.
  struct Codes: Sendable {
    let shape: Shape
    let parameters: QuantizationParameters
    /// int8, in the shape of the weights.
    let codes: Tensor
    /// The sum of the codes of each output channel, and the sum of their magnitudes.
    let sums: [Int]
    let magnitudes: [Int]

    /// Quantizes weights with parameters for each of their output channels.
    init(_ weights: Tensor, _ parameters: QuantizationParameters) throws {
      shape = weights.shape
      self.parameters = parameters
      codes = try parameters.codes(of: weights).codes
      let channels = weights.shape[0]
      let row = weights.count / max(channels, 1)
      (sums, magnitudes) = try codes.withElements(Int8.self) { codes in
        var (sums, magnitudes) = ([Int](), [Int]())
        for channel in 0..<channels {
          var (sum, magnitude) = (0, 0)
          for code in codes[channel * row..<(channel + 1) * row] {
            sum += Int(code)
            magnitude += Int(code.magnitude)
          }
          sums.append(sum)
          magnitudes.append(magnitude)
        }
        return (sums, magnitudes)
      }
    }
  }

  private static func parameters(_ weights: Tensor, _ bits: Int) throws -> QuantizationParameters {
    try QuantizationParameters(for: weights, bits: bits, scheme: .symmetric, per: .channel)
  }

  /// Weights in order, without a tape.
  private static func plain(_ weights: Tensor) throws -> Tensor {
    try weights.detached().cast(to: .float32).plain()
  }

  /// w^ = s round(w / s) per output channel, with the straight-through gradient.
  ///
  /// The scale follows from the largest weight of a channel, so none lies out of range and the
  /// gradient passes unchanged.
  static func fake(_ weights: Tensor, bits: Int) throws -> Tensor {
    let source = try plain(weights)
    func make() throws -> Fake {
      let parameters = try parameters(source, bits)
      return Fake(
        shape: source.shape, tensor: try parameters.fake(source, Rounder(.halfEven)))
    }
    var known = try source.storage.derived(.init("fake weights", bits), make: make)
    if known.shape != source.shape { known = try make() }
    return known.tensor.recorded(
      .custom(CustomDerivative("fake quantization of weights") { gradient, _ in [gradient] }),
      weights)
  }

  /// The codes of weights, each channel scaled by its largest magnitude.
  static func codes(_ weights: Tensor, bits: Int) throws -> Codes {
    let source = try plain(weights)
    func make() throws -> Codes { try Codes(source, parameters(source, bits)) }
    let known = try source.storage.derived(.init("weight codes", bits), make: make)
    return known.shape == source.shape ? known : try make()
  }

  /// The codes of weights with scales that are at least as large as some others.
  static func codes(_ weights: Tensor, bits: Int, scalesAtLeast least: [Float]) throws -> Codes {
    let known = try codes(weights, bits: bits)
    guard zip(known.parameters.scales, least).contains(where: { $0 < $1 }) else { return known }
    let wider = try QuantizationParameters(
      scales: zip(known.parameters.scales, least).map { max($0, $1) },
      type: known.parameters.type, scheme: .symmetric, granularity: .channel)
    return try Codes(plain(weights), wider)
  }
}
