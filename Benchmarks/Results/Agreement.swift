import Datasets
import Networks
import Quantization
import Tensors

/// Counts, on all test images, the codes in which simulated and integer networks differ.
struct Agreement {
  /// The grids of the table, by weights, activations and method.
  private static let widths: [(weights: Int, activations: Int, method: QuantizationMethod)] = [
    (8, 8, .straightThrough), (6, 6, .straightThrough), (4, 4, .lsq), (3, 3, .lsq),
    (2, 2, .lsq), (2, 8, .ternary), (1, 1, .binary),
  ]

  /// A table in Markdown, and how many codes differ in all.
  ///
  /// The network is trained for an epoch, so that its codes are not those of noise, and then
  /// quantized in each family of requantization and at each width.
  static func measure(_ train: Dataset, _ test: Dataset) throws -> (table: String, different: Int) {
    var net = try articleNetwork(seed: 1)
    var schedule = Schedule(for: .float)
    schedule.epochs = 1
    try schedule.train(&net, on: train, seed: 1)
    let calibration = try train.take(min(512, train.count))
    var text = """
      # Simulated and integer networks, code for code

      The article's network after one epoch, quantized in each family of requantization and at each
      width, on the \(grouped(test.count)) test images: how many codes of all layers were compared,
      and in how many the simulated and the integer network differ. Written by `make agreement`.

      | weights | activations | family | codes and outputs | differ | accuracy |
      |---|---:|---|---:|---:|---:|

      """
    var different = 0
    for width in widths {
      for family in Requantization.allCases {
        let simulated = try prepare(
          net, weights: width.weights, activations: width.activations, method: width.method,
          firstAndLast: width.weights, inputBits: 8, calibration: calibration,
          requantization: family)
        let result = try parity(net, simulated, convert(simulated), test)
        different += result.different
        let codes = result.rows.reduce(0) { $0 + $1.codes }
        let name = width.method == .ternary ? "ternary" : "\(width.weights) bits"
        text +=
          "| \(name) | \(width.activations) bits | \(family) | \(grouped(codes)) "
          + "| \(result.different) | \(Table.percent(result.integerAccuracy)) % |\n"
      }
    }
    return (text, different)
  }
}
