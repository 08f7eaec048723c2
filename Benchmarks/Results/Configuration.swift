import Quantization

/// One row of the table: how many bits, found by which method.
struct Configuration: Codable, Hashable, CustomStringConvertible {
  /// The grid of the weights: `8`, `6`, `4`, `3`, `2`, `ternary` or `1`.
  let weights: String
  /// Bits of the activations; nil leaves them in float32.
  let activations: Int?
  let method: Method

  /// Where the quantized weights come from.
  enum Method: String, Codable, CaseIterable {
    /// The trained network as it is, for comparison.
    case float
    /// After training: each weight to the nearest number of its grid.
    case nearest
    /// After training: up or down as the outputs of the layer want it.
    case adaRound
    /// While training.
    case straightThrough, lsq, dorefa, binary, ternary

    var isTrained: Bool {
      switch self {
      case .float, .nearest, .adaRound: false
      case .straightThrough, .lsq, .dorefa, .binary, .ternary: true
      }
    }

    /// As a reader of the table knows it.
    var title: String {
      switch self {
      case .float: "float32"
      case .nearest: "nearest"
      case .adaRound: "AdaRound"
      case .straightThrough: "straight-through"
      case .lsq: "LSQ"
      case .dorefa: "DoReFa"
      case .binary: "XNOR"
      case .ternary: "TWN"
      }
    }
  }

  static let float = Configuration(weights: "32", activations: nil, method: .float)

  /// Every row of the table, those of the most bits first.
  static let all: [Configuration] = {
    var all = [float]
    for weights in ["8", "6", "4", "3", "2", "ternary", "1"] {
      // Ternary weights go with 8-bit activations, all others with activations of their own width.
      for activations in [nil, Int(weights) ?? 8] {
        for method in methods(for: weights) {
          all.append(
            Configuration(weights: weights, activations: activations, method: method))
        }
      }
    }
    return all
  }()

  private static func methods(for weights: String) -> [Method] {
    switch weights {
    // The odd codes of DoReFa's 8-bit weights are too many for an int8.
    case "8": [.nearest, .adaRound, .straightThrough, .lsq]
    case "ternary": [.nearest, .ternary]
    case "1": [.nearest, .straightThrough, .lsq, .dorefa, .binary]
    default: [.nearest, .adaRound, .straightThrough, .lsq, .dorefa]
    }
  }

  /// Bits of a weight's code.
  var weightBits: Int { Int(weights) ?? 2 }

  /// The library's method for `prepare`.
  var quantization: QuantizationMethod {
    switch method {
    case .lsq: .lsq
    case .dorefa: .dorefa
    case .binary: .binary
    case .ternary: .ternary
    case .float, .nearest, .adaRound, .straightThrough:
      // What is not trained takes the grid of the method that would train it.
      weights == "ternary" ? .ternary : .straightThrough
    }
  }

  /// `W4A4`, `W2`, `ternary A8`.
  var widths: String {
    let head = Int(weights) == nil ? weights : "W\(weights)"
    guard let activations else { return method == .float ? "float32" : head }
    return Int(weights) == nil ? "\(head) A\(activations)" : "\(head)A\(activations)"
  }

  var description: String { "\(widths) \(method.rawValue)" }
}
