import Networks
import Tensors

/// The Embedding that a network of integers begins with: a table of codes.
///
/// The codes are those of the layer behind it, so they go on as they are, and their scale with them.
struct IntegerEmbedding: Sendable {
  let layer: Embedding
  /// The code of each number of each vector: `[count, size]`.
  let table: [Int32]
  let parameters: QuantizationParameters

  /// The vectors of a layer in the codes of the one behind it.
  init(_ layer: Embedding, _ parameters: QuantizationParameters) throws {
    guard let weights = layer.weights else { throw NetworkError.notBuilt(layer.description) }
    self.layer = layer
    self.parameters = parameters
    table = try parameters.codes(of: weights.detached()).codes.elements(as: Int32.self)
  }

  /// The codes as a tensor, for looking at them.
  var weights: QuantizedTensor {
    get throws {
      let codes = try Tensor(table, shape: [layer.count, layer.size])
      return QuantizedTensor(
        shape: codes.shape, parameters: parameters,
        packed: try PackedCodes(codes.cast(to: parameters.type.dtype), type: parameters.type),
        measures: nil)
    }
  }

  /// The vectors of whole numbers: `[N, ...]` to codes `[N, ..., size]`.
  ///
  /// Errors: what is no whole number of the table.
  func codes(of x: Tensor) throws -> CodeBatch {
    let rows = try layer.positions(x)
    let size = layer.size
    let sample = try Shape(x.sampleShape.sizes + [size])
    let bytes = try table.withUnsafeBufferPointer { table in
      try CodeBatch.halves(of: rows.count * size) { table[rows[$0 / size] * size + $0 % size] }
    }
    let samples = x.shape[0]
    return CodeBatch(
      storage: try bytes.low.channelsLast(samples: samples, sample),
      high: parameters.type.bits > 8
        ? try bytes.high.channelsLast(samples: samples, sample) : nil,
      samples: samples, sample: sample)
  }
}
