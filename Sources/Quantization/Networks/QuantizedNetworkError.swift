import Tensors

/// What can be wrong with the quantization of a network: the facts; `description` is the prose.
public enum QuantizedNetworkError: Error, Equatable, CustomStringConvertible, Sendable {
  /// A width that integer layers do not have.
  case width(of: String, Int)
  /// A width of weights that PACT and DoReFa do not have.
  case oddWeights(Int)
  /// A width for which weights are not rounded anew.
  case repairWidth(Int)
  /// A network without a quantized layer, where one is needed.
  case notPrepared(String)
  /// A network that is prepared already, where one in float32 is needed.
  case alreadyPrepared(String)
  /// A network without a layer to quantize.
  case nothingToQuantize
  /// A layer that cannot be wrapped.
  case notQuantizable(String)
  /// A layer that has no form in whole numbers where it stands, and what to do.
  case noIntegerForm(layer: Int, String, reason: String)
  /// A layer whose int32 accumulator could overflow.
  case accumulator(layer: Int, String, bound: Int)
  /// A scale so large that sums would not be finite.
  case scale(layer: Int, String)
  /// A bias that is not a finite number.
  case bias(layer: Int, String)
  /// A sample of another shape than the network was converted for.
  case inputShape(got: Shape, expected: Shape)
  /// A network with another number of layers than the one it is compared with.
  case notOfOneKind(String, layers: Int, expected: Int)
  /// A granularity that the weights of a network do not have.
  case weightGranularity(Granularity)
  /// A list of widths or methods without any.
  case noChoice(String)
  /// A size that a network cannot be brought down to.
  case budget(Int, least: Int, bits: Int)
  /// A layer that is not there, or whose arithmetic cannot be written out.
  case notExplained(layer: Int, String)
  /// A place that an output does not have.
  case noPlace([Int], Shape)
  /// Calibration data of another shape than the network takes.
  case calibrationShape(String, got: Shape, expected: Shape)
  /// A batch norm that does not fit the layer before it.
  case batchNorm(channels: Int, filters: Int)

  public var description: String {
    switch self {
    case .width(let what, let bits):
      "\(what) of an integer network have 1 to 8 bits"
        + (what == "activations" ? ", or 16" : "") + ", not \(bits)"
    case .oddWeights(let bits):
      "the weights of PACT and DoReFa have 1 to 7 bits, not \(bits): their codes are the odd numbers "
        + "to 2^bits - 1, of which an int8 holds those of 7 bits"
    case .repairWidth(let bits):
      "weights are rounded anew at 2 to 8 bits, not \(bits); with 1 bit there is only the sign"
    case .notPrepared(let what):
      "\(what) needs a network with quantized layers; call prepare(net) first"
    case .alreadyPrepared(let what):
      "\(what) takes a network in float32; call it before prepare(net)"
    case .nothingToQuantize:
      "the network has no layer to quantize; quantization is for Conv1D, Conv2D and Dense"
    case .notQuantizable(let layer):
      "\(layer) cannot be quantized; use Conv1D, Conv2D, Dense or an average pooling"
    case .noIntegerForm(let layer, let name, let reason): "layer \(layer), \(name): \(reason)"
    case .accumulator(let layer, let name, let bound):
      "layer \(layer), \(name): a sum of up to \(bound) would overflow its int32 accumulator; "
        + "use fewer bits or fewer inputs"
    case .scale(let layer, let name):
      "layer \(layer), \(name): its scales are too far apart for float32; "
        + "look for very large or very small numbers in weights and data"
    case .bias(let layer, let name):
      "layer \(layer), \(name): its bias holds a number that is not finite"
    case .inputShape(let got, let expected):
      "the integer network takes samples \(expected), not \(got)"
    case .notOfOneKind(let what, let layers, let expected):
      "\(what) has \(layers) layers, but the network it is compared with has \(expected); "
        + "compare a network with what prepare and convert made of it"
    case .weightGranularity(let granularity):
      "the weights of a network have a scale per channel or per tensor, not \(granularity)"
    case .noChoice(let what): "\(what) has nothing to try; give widths and methods that go together"
    case .budget(let bytes, let least, let bits):
      "the network does not fit into \(bytes) bytes: with \(bits) bits a weight it takes \(least); "
        + "allow fewer bits or more bytes"
    case .notExplained(let number, let reason): "layer \(number): \(reason)"
    case .noPlace(let position, let shape):
      "there is no output at \(position) in \(shape); give one index for each axis"
    case .calibrationShape(let name, let got, let expected):
      "the network takes samples \(expected), but the calibration data, \(name), has \(got); "
        + "calibrate with data such as it was trained on"
    case .batchNorm(let channels, let filters):
      "a batch norm of \(channels) channels does not fit the \(filters) filters before it"
    }
  }
}
