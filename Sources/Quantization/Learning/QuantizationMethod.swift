/// How a network learns to live with few bits: which numbers quantize its weights and its
/// activations, and how gradients pass them.
///
/// | method           | weights                           | activations                        |
/// |------------------|-----------------------------------|------------------------------------|
/// | `.straightThrough` | scale from the largest weight   | range, a moving average            |
/// | `.lsq`           | learned scale                     | learned scale                      |
/// | `.lsqPlus`       | learned scale                     | learned scale and offset           |
/// | `.pact`          | DoReFa's                          | learned clip                       |
/// | `.dorefa`        | tanh(w) on a fixed grid           | clipped to [0, 1]                  |
/// | `.binary`        | sign(w) times the mean magnitude  | learned scale, as LSQ's            |
/// | `.ternary`       | -s, 0 or s                        | learned scale, as LSQ's            |
///
/// Sources: LSQ arXiv 1902.08153, LSQ+ 2004.09576, PACT 1805.06085, DoReFa 1606.06160, BinaryConnect
/// 1511.00363 and XNOR-Net 1603.05279 for binary weights, ternary weight networks 1605.04711.
public enum QuantizationMethod: String, CaseIterable, Hashable, Sendable {
  case straightThrough, lsq, lsqPlus, pact, dorefa, binary, ternary

  /// The bits of the first and the last layer unless the caller says otherwise.
  ///
  /// 8 for the methods whose authors keep them so or in float32; nil, for the bits of all others,
  /// where the method is the straight-through estimator.
  public var firstAndLast: Int? { self == .straightThrough ? nil : 8 }

  /// Whether the scales of the weights are trained.
  var learnsWeightScale: Bool { self == .lsq || self == .lsqPlus }

  /// What becomes of the activations.
  enum Activations: Hashable, Sendable {
    /// Affine, from a range that is observed.
    case range
    /// A learned scale and a fixed zero point.
    case scale
    /// A learned scale and a learned offset, whose nearest code is the zero point.
    case scaleAndOffset
    /// From 0 to a learned bound.
    case clip
    /// From 0 to 1.
    case unit
  }

  var activations: Activations {
    switch self {
    case .straightThrough: .range
    case .lsq, .binary, .ternary: .scale
    case .lsqPlus: .scaleAndOffset
    case .pact: .clip
    case .dorefa: .unit
    }
  }
}
