import Datasets
import Networks
import Tensors

/// The matrix that a layer multiplies its weights with: a row for each sample, for each place
/// under a window of a convolution, or for each place before the last axis of a dense layer's input.
///
/// With the weights of a group as a matrix W `[filters, columns]` and X `[rows, columns]`, the layer
/// computes X W^T.
struct LayerInputs: Sendable {
  /// X of each group of channels: float32 `[rows, columns]`.
  let groups: [Tensor]

  /// The most rows, and the most numbers of a matrix, that a repair looks at.
  static let rowLimit = 16_384
  static let sizeLimit = 16_777_216
  /// The most samples that run through a network at once.
  static let sampleLimit = 1024

  /// Takes what enters a layer apart; where there is more than the limits, evenly spread places.
  init(_ x: Tensor, of layer: any Layer) throws {
    let x = try x.detached().cast(to: .float32).plain()
    guard let conv = (layer as? any Convolution)?.form else {
      let columns = x.shape[x.rank - 1]
      let places = x.shape.dropLast().reduce(1, *)
      let rows = min(places, Self.rows(columns: columns))
      groups = [
        try x.reshape([places, columns]).rows(at: (0..<rows).map { $0 * places / rows })
      ]
      return
    }
    let image = x.sampleShape.asImage
    let (samples, channels, height, width) = (x.shape[0], image[0], image[1], image[2])
    let window = conv.window(height: height, width: width)
    let output = try layer.outputShape(for: x.sampleShape).asImage
    let places = samples * output[1] * output[2]
    let perGroup = channels / conv.groups
    let columns = perGroup * conv.kernel[0] * conv.kernel[1]
    let rows = min(places, Self.rows(columns: columns))
    groups = try (0..<conv.groups).map { group in
      try x.withElements(Float.self) { source in
        try Tensor(shape: Shape([rows, columns]), writing: Float.self) { target in
          for row in 0..<rows {
            let place = row * places / rows
            let (sample, pixel) = (
              place / (output[1] * output[2]), place % (output[1] * output[2])
            )
            let top = pixel / output[2] * window.stride[0] - window.paddingLow[0]
            let left = pixel % output[2] * window.stride[1] - window.paddingLow[1]
            var column = row * columns
            for channel in group * perGroup..<(group + 1) * perGroup {
              let plane = (sample * channels + channel) * height
              for u in 0..<window.kernel[0] {
                for v in 0..<window.kernel[1] {
                  let (y, x) = (top + u * window.dilation[0], left + v * window.dilation[1])
                  let isInside = y >= 0 && y < height && x >= 0 && x < width
                  target[column] = isInside ? source[(plane + y) * width + x] : 0
                  column += 1
                }
              }
            }
          }
        }
      }
    }
  }

  private static func rows(columns: Int) -> Int {
    max(1, min(rowLimit, sizeLimit / max(columns, 1)))
  }
}

extension Sequential {
  /// The network in float32 that a prepared one was made from, as it is now.
  var inFloat: Sequential {
    layers.enumerated().reduce(self) { network, step in
      guard let quantized = step.element as? any Wrapping else { return network }
      return network.replacingLayer(step.offset, with: quantized.wrapped)
    }
  }

  /// Calls a closure with each layer with weights that is quantized, and what enters it in float32 when
  /// the first samples of some data run through the network; the layer it returns takes its place.
  func repaired(
    _ data: Dataset, _ body: (QuantizedLayer, Tensor) throws -> QuantizedLayer
  ) throws -> Sequential {
    guard data.count > 0 else { throw NetworkError.emptyData(data.name) }
    let built = try built(for: Shape(data.sampleShape))
    var result = built
    var context = Context(.inference)
    var x = try data.samples(at: 0..<min(data.count, LayerInputs.sampleLimit))
    for (index, layer) in built.inFloat.layers.enumerated() {
      try Stop.check()
      if let quantized = built.layers[index] as? QuantizedLayer, quantized.hasWeights {
        result = result.replacingLayer(index, with: try body(quantized, x))
      }
      x = try layer.forward(x, &context)
    }
    return result
  }
}

/// The part of a layer's weights that belongs to a group of channels, as a matrix.
struct WeightRows {
  /// Row by row.
  var values: [Float]
  /// The scale of each row.
  let scales: [Float]
  let columns: Int
  var rows: Int { scales.count }

  /// The rows of each group of a layer.
  static func groups(of layer: any Layer, scales: [Float]) throws -> [WeightRows] {
    guard let weights = layer.parameters.first?.tensor else {
      throw NetworkError.notBuilt(layer.description)
    }
    let count = (layer as? any Convolution)?.form.groups ?? 1
    let filters = weights.shape[0] / count
    let columns = weights.count / max(weights.shape[0], 1)
    let values: [Float] = try weights.detached().elements()
    return (0..<count).map { group in
      let rows = group * filters..<(group + 1) * filters
      return WeightRows(
        values: Array(values[rows.lowerBound * columns..<rows.upperBound * columns]),
        scales: Array(scales[rows]), columns: columns)
    }
  }

  /// The nearest numbers on the grid of each row.
  func rounded(to type: CodeType) -> [Float] {
    var result = values
    for row in 0..<rows {
      let grid = Grid(scale: scales[row], zeroPoint: 0, type: type)
      for i in row * columns..<(row + 1) * columns { result[i] = grid.nearest(values[i]) }
    }
    return result
  }

  /// The mean over X of the squared differences of each output, given other weights.
  ///
  /// `rectified` compares what is left of both behind a ReLU, with a bias added.
  func errors(
    of other: [Float], on x: Tensor, bias: [Float], rectified: Bool
  ) throws -> [Double] {
    let shape = try Shape([rows, columns])
    let offset = try Tensor(bias)
    let wanted = try dense(x, Tensor(values, shape: shape), bias: offset, relu: rectified)
    let got = try dense(x, Tensor(other, shape: shape), bias: offset, relu: rectified)
    return try square(wanted - got).mean(axis: 0).reals()
  }
}

extension Grid {
  /// The number on the grid that is nearest to another, ties to even.
  func nearest(_ x: Float) -> Float {
    scale * min(max((x / scale).rounded(.toNearestOrEven), low), high)
  }
}
