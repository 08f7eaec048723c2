public import Networks
import Tensors

/// The float network with its channels scaled so that weights of neighbouring layers are alike in
/// size.
///
///     let even = try equalize(net)
///     let small = try quantize(even, bits: 4, calibration: train.take(512))
///
/// For two layers joined by ReLU, pooling or flattening only, channel i of the first is divided by
/// s_i and the columns of the second that read it are multiplied by s_i:
///
///     s_i = sqrt(r1_i / r2_i),   W1 /= s, b1 /= s, W2 *= s
///
/// with r1 and r2 the largest magnitudes of the channel in each; then both are sqrt(r1 r2). As
/// max(x / s, 0) = max(x, 0) / s, the network computes what it did. Chains of layers are gone over
/// until nothing moves. Batch norms are folded first. Source: arXiv 1906.04721, section 4.1.
///
/// Errors: a network that is prepared already, one without parameters.
public func equalize(_ network: Sequential) throws -> Sequential {
  guard !network.layers.contains(where: { $0 is QuantizedLayer }) else {
    throw QuantizedNetworkError.alreadyPrepared("equalize")
  }
  guard network.isBuilt, network.inputShape != nil else {
    throw NetworkError.notBuilt("the network")
  }
  var result = try foldBatchNorms(network)
  let pairs = try Equalizer.pairs(of: result)
  for _ in 0..<Equalizer.rounds {
    var change = 0.0
    for pair in pairs { change = max(change, try Equalizer.equalize(&result, pair)) }
    if change < Equalizer.tolerance { break }
  }
  return result
}

/// Scales pairs of layers.
private enum Equalizer {
  static let rounds = 40
  /// The largest change of a scale, as a share, that counts as none.
  static let tolerance = 1e-3

  /// Two layers, by number, and how many columns of the second read each channel of the first.
  struct Pair {
    let first: Int
    let second: Int
    let spread: Int
  }

  /// The pairs with nothing between them that a positive scale would not pass through.
  static func pairs(of network: Sequential) throws -> [Pair] {
    var pairs: [Pair] = []
    var open: Int?
    var openInRows = false
    var spread = 1
    var before = network.inputShape
    let shapes = try before.map { try network.outputShapes(for: $0) }
    for (index, layer) in network.layers.enumerated() {
      defer { before = shapes?[index] }
      switch layer {
      case let layer as any Weighted where layer.hasWeights:
        // The channels of a dense layer are its last axis, those of all else the first.
        let isInRows = layer is Dense && (before?.rank ?? 1) > 1
        if let first = open, isInRows == openInRows {
          pairs.append(Pair(first: first, second: index, spread: spread))
        }
        open = layer.activation == .none || layer.activation == .relu ? index : nil
        (openInRows, spread) = (isInRows, 1)
      case is ReLU, is Dropout, is Identity: break
      case _ where openInRows: open = nil
      case is MaxPool2D, is AveragePool2D, is GlobalAveragePool2D, is GlobalAveragePool1D: break
      case is Flatten:
        if let before, before.rank > 1 { spread = before.dropFirst().reduce(1, *) }
      default: open = nil
      }
    }
    return pairs
  }

  /// Equalises one pair; returns the largest change of a scale.
  static func equalize(_ network: inout Sequential, _ pair: Pair) throws -> Double {
    let (first, second) = (network.layers[pair.first], network.layers[pair.second])
    var parameters = first.parameters.map { $0.tensor.detached() }
    var others = second.parameters.map { $0.tensor.detached() }
    let groups = (second as? any Convolution)?.form.groups ?? 1
    let weights: [Float] = try parameters[0].elements()
    let columns: [Float] = try others[0].elements()
    let channels = parameters[0].shape[0]
    let row = weights.count / max(channels, 1)
    // The second layer's weights as [filters, inputs of a group, the rest].
    let filters = others[0].shape[0]
    let inputs = channels / groups
    let inner = columns.count / max(filters * inputs, 1)
    guard row > 0, inner > 0, inputs * groups == channels, filters * inputs * inner == columns.count
    else { return 0 }
    func forEachReader(_ channel: Int, _ body: (Range<Int>) -> Void) {
      let (group, place) = (channel / inputs, channel % inputs)
      for filter in (group * filters / groups)..<((group + 1) * filters / groups) {
        let start = (filter * inputs + place) * inner
        body(start..<start + inner)
      }
    }
    var scales = [Float](repeating: 1, count: channels)
    var change = 0.0
    for channel in 0..<channels {
      let own = weights[channel * row..<(channel + 1) * row].reduce(0) { max($0, abs($1)) }
      var read: Float = 0
      forEachReader(channel) { range in
        read = columns[range].reduce(read) { max($0, abs($1)) }
      }
      let scale = Float((Double(own) / Double(read)).squareRoot())
      // A channel that is never on, or never read, has no scale to find.
      guard scale.isNormal, (1 / scale).isNormal else { continue }
      scales[channel] = scale
      change = max(change, abs(Double(scale) - 1))
    }
    let factors = try Tensor(scales)
    parameters[0] =
      try parameters[0]
      / factors.reshape(
        [channels] + [Int](repeating: 1, count: parameters[0].rank - 1))
    if parameters.count > 1 { parameters[1] = try parameters[1] / factors }
    try others[0].withMutableElements(Float.self) { target in
      for channel in 0..<channels {
        forEachReader(channel) { range in
          for i in range { target[i] *= scales[channel] }
        }
      }
    }
    network = network.replacingLayer(pair.first, with: first.replacingParameters(parameters))
    network = network.replacingLayer(pair.second, with: second.replacingParameters(others))
    return change
  }
}
