public import Datasets
public import Networks
import Tensors

/// Bits for each layer that fit a size, and the network that has them.
public struct MixedPrecision: Sendable, CustomStringConvertible {
  /// What one layer got.
  public struct Row: Sendable, Equatable {
    /// The number of the layer, from 1.
    public let number: Int
    public let layer: String
    public let bits: Int
    public let bytes: Int
    /// The loss with this layer alone at these bits, less that of the float network.
    public let lossChange: Double
  }

  public let rows: [Row]
  /// The size that was asked for.
  public let limit: Int
  /// The prepared network, to be trained on or converted.
  public let network: Sequential

  /// The bits of each layer with weights.
  public var bits: [Int] { rows.map(\.bits) }
  public var byteCount: Int { rows.reduce(0) { $0 + $1.bytes } }

  public var description: String {
    TextTable(
      head: ["layer", "loss +", "bits", "bytes"],
      rows: rows.map {
        [
          "\($0.number)  \($0.layer)", Decimal.fixed($0.lossChange, 4), "\($0.bits)",
          grouped($0.bytes),
        ]
      },
      total: ["total, of at most \(grouped(limit))", "", "", grouped(byteCount)], numbers: 3
    ).text
  }
}

/// Chooses the bits of each layer so that the network fits into some bytes and loses least.
///
///     let mixed = try mixedPrecision(net, train.take(1024), within: 40_000)
///     var net = mixed.network
///
/// The loss of each layer at each width is measured with the others in float32; their sum stands for
/// the loss of the whole, which holds while the changes are small. Of all choices that fit, the one
/// with the least sum is found by dynamic programming.
///
/// Errors: a prepared network, empty data, no widths, a size that not even the least bits fit into.
public func mixedPrecision(
  _ network: Sequential, _ data: Dataset, within limit: Int, choices: [Int] = [8, 6, 4, 3, 2],
  activations: Int? = 8, range: RangeRule = .minMax
) throws -> MixedPrecision {
  let float = try Analysed(network, "mixedPrecision", on: data)
  let widths = Set(choices).sorted(by: >)
  guard let least = widths.last else { throw QuantizedNetworkError.noChoice("mixedPrecision") }
  let smallest = float.weighted.reduce(0) { $0 + float.bytes($1, bits: least) }
  guard smallest <= limit else {
    throw QuantizedNetworkError.budget(limit, least: smallest, bits: least)
  }
  let tables = try widths.map {
    try sensitivity(network, data, bits: $0, activations: activations, range: range)
  }
  let costs = float.weighted.indices.map { row in tables.map { $0.rows[row].lossChange } }
  let sizes = float.weighted.map { index in widths.map { float.bytes(index, bits: $0) } }
  let chosen = MixedChoice.best(costs: costs, sizes: sizes, limit: limit)
  let rows = float.weighted.enumerated().map { row, index in
    MixedPrecision.Row(
      number: index + 1, layer: float.network.layers[index].description,
      bits: widths[chosen[row]], bytes: sizes[row][chosen[row]],
      lossChange: costs[row][chosen[row]])
  }
  var mixed = try prepare(float.network, weights: 8, activations: activations)
  for row in rows {
    guard let layer = mixed.layers[row.number - 1] as? QuantizedLayer else { continue }
    mixed = mixed.replacingLayer(
      row.number - 1, with: try layer.adopting(layer.policy.with(weights: row.bits)))
  }
  if activations != nil { mixed = try calibrate(mixed, data, range: range) }
  return MixedPrecision(rows: rows, limit: limit, network: mixed)
}

/// One way of giving bits to the layers so far.
enum MixedChoice {
  private struct State {
    let bytes: Int
    let cost: Double
    let picks: [Int]
  }

  /// For each layer the position of its width, so that the sizes fit and the costs sum to least.
  ///
  /// Layer by layer all ways are kept that are not both larger and dearer than another. There are
  /// few layers and few widths; where there are many, the list is thinned out by size.
  static func best(costs: [[Double]], sizes: [[Int]], limit: Int) -> [Int] {
    // What the layers that are left take at least.
    var rest = [0]
    for layer in sizes.reversed() { rest.append((rest.last ?? 0) + (layer.min() ?? 0)) }
    rest.reverse()
    var states = [State(bytes: 0, cost: 0, picks: [])]
    for layer in costs.indices {
      var next: [State] = []
      for state in states {
        for choice in costs[layer].indices {
          let bytes = state.bytes + sizes[layer][choice]
          guard bytes + rest[layer + 1] <= limit else { continue }
          next.append(
            State(
              bytes: bytes, cost: state.cost + costs[layer][choice], picks: state.picks + [choice]))
        }
      }
      states = thinned(next)
    }
    return states.min { ($0.cost, $0.bytes) < ($1.cost, $1.bytes) }?.picks ?? []
  }

  private static func thinned(_ states: [State]) -> [State] {
    var kept: [State] = []
    for state in states.sorted(by: { ($0.bytes, $0.cost) < ($1.bytes, $1.cost) })
    where state.cost < kept.last?.cost ?? .infinity {
      kept.append(state)
    }
    guard kept.count > 4096 else { return kept }
    // The smallest is among those that stay, so that there is always one that fits.
    return (0..<4096).map { kept[$0 * kept.count / 4096] }
  }
}
