package import Tensors

/// A layer that goes through a course of steps with a state: what GRU and LSTM have in common.
package protocol Recurrent: Layer {
  var units: Int { get }
  var returnsSequence: Bool { get }
  var usesBias: Bool { get }
  var seed: UInt64? { get }
  /// Weights, recurrent weights, bias, recurrent bias; none before it is built.
  var tensors: [Tensor] { get set }
  static var cell: RecurrentCell { get }
  /// The states after each step, `[N, T, C] -> [N, T, units]`.
  func states(_ x: Tensor) throws -> Tensor
}

extension Recurrent {
  public var typeName: String { Self.cell.rawValue }

  public var description: String {
    var text = "\(typeName)(\(units)"
    if returnsSequence { text += ", returnsSequence: true" }
    if !usesBias { text += ", bias: false" }
    return text + ")"
  }

  public func outputShape(for input: Shape) throws -> Shape {
    guard input.rank == 2 else {
      throw NetworkError.inputRank(layer: typeName, needs: "steps [time, channels]", got: input)
    }
    guard input[0] > 0 else {
      throw NetworkError.badSize("the number of steps", input[0], minimum: 1)
    }
    if let weights = tensors.first, weights.shape[1] != input[1] {
      throw TensorError.badArgument(
        "the input \(input) has \(input[1]) channels, but the weights \(weights.shape) take "
          + "\(weights.shape[1])")
    }
    return try Shape(returnsSequence ? [input[0], units] : [units])
  }

  public func built(for input: Shape, seed: UInt64) throws -> any Layer {
    guard tensors.isEmpty else { return self }
    _ = try outputShape(for: input)
    let (width, overflow) = units.multipliedReportingOverflow(by: Self.cell.gates)
    guard !overflow else { throw TensorError.tooLarge([units, Self.cell.gates]) }
    let limit = 1 / Double(units).squareRoot()
    var stream = RandomStream(seed: self.seed ?? seed, stream: 0x7765_6967_6874)
    var shapes = [[width, input[1]], [width, units]]
    if usesBias { shapes += [[width], [width]] }
    var layer = self
    layer.tensors = try shapes.map {
      try Tensor.uniform(Shape($0), low: -limit, high: limit, from: &stream)
    }
    return layer
  }

  public var isBuilt: Bool { !tensors.isEmpty }

  public var parameters: [Parameter] {
    zip(["weights", "recurrentWeights", "bias", "recurrentBias"], tensors).map {
      Parameter($0, $1)
    }
  }

  public func replacingParameters(_ tensors: [Tensor]) -> any Layer {
    var layer = self
    layer.tensors = tensors
    return layer
  }

  public var state: [Parameter] { storedParameters(naming: recurrentNames) }

  public func restoring(_ stored: StoredState) throws -> any Layer {
    try restoringParameters(stored, naming: recurrentNames)
  }

  public func forward(_ x: Tensor, _ context: inout Context) throws -> Tensor {
    guard isBuilt else { throw NetworkError.notBuilt(description) }
    let states = try states(x)
    guard !returnsSequence else { return states }
    return try states.slice([.range(lower: nil, upper: nil), .at(-1)])
  }

  static func check(units: Int) throws {
    guard units > 0 else { throw NetworkError.badSize("the number of units", units, minimum: 1) }
    _ = try Shape([units, units])
  }
}

/// The names that PyTorch has for the parameters.
private let recurrentNames = [
  "weights": "weight_ih_l0", "recurrentWeights": "weight_hh_l0", "bias": "bias_ih_l0",
  "recurrentBias": "bias_hh_l0",
]

/// Gated recurrent units: `[N, T, C] -> [N, units]`, or `[N, T, units]` with `returnsSequence`.
///
///     GRU(32)
///
///     r = sigmoid(Wir x + bir + Whr h + bhr)
///     z = sigmoid(Wiz x + biz + Whz h + bhz)
///     n = tanh(Win x + bin + r (Whn h + bhn))
///     h' = (1 - z) n + z h,   h = 0 before the first step
///
/// Weights `[3 units, C]`, recurrent weights `[3 units, units]` and two biases `[3 units]`, with the
/// gates in the order r, z, n, all uniform on ±1/sqrt(units) at the start: as PyTorch's
/// `torch.nn.GRU` has them. Source: arXiv 1406.1078.
public struct GRU: Layer, Recurrent {
  public let units: Int
  /// Whether the states after all steps are given, and not the last one alone.
  public let returnsSequence: Bool
  public let usesBias: Bool
  public let seed: UInt64?
  package var tensors: [Tensor] = []

  public init(
    _ units: Int, returnsSequence: Bool = false, bias: Bool = true, seed: UInt64? = nil
  ) throws {
    try Self.check(units: units)
    self.units = units
    self.returnsSequence = returnsSequence
    usesBias = bias
    self.seed = seed
  }

  package static var cell: RecurrentCell { .gru }

  package func states(_ x: Tensor) throws -> Tensor {
    try gru(
      x, weights: tensors[0], recurrentWeights: tensors[1],
      bias: usesBias ? tensors[2] : nil, recurrentBias: usesBias ? tensors[3] : nil)
  }
}

/// Long short-term memory: `[N, T, C] -> [N, units]`, or `[N, T, units]` with `returnsSequence`.
///
///     LSTM(32, returnsSequence: true)
///
///     i = sigmoid(Wii x + bii + Whi h + bhi),   f = sigmoid(Wif x + bif + Whf h + bhf)
///     g = tanh(Wig x + big + Whg h + bhg),      o = sigmoid(Wio x + bio + Who h + bho)
///     c' = f c + i g,   h' = o tanh(c'),   h = c = 0 before the first step
///
/// Weights `[4 units, C]`, recurrent weights `[4 units, units]` and two biases `[4 units]`, with the
/// gates in the order i, f, g, o, all uniform on ±1/sqrt(units) at the start: as PyTorch's
/// `torch.nn.LSTM` has them. Source: Hochreiter, Schmidhuber, Neural Computation 9 (1997).
public struct LSTM: Layer, Recurrent {
  public let units: Int
  /// Whether the states after all steps are given, and not the last one alone.
  public let returnsSequence: Bool
  public let usesBias: Bool
  public let seed: UInt64?
  package var tensors: [Tensor] = []

  public init(
    _ units: Int, returnsSequence: Bool = false, bias: Bool = true, seed: UInt64? = nil
  ) throws {
    try Self.check(units: units)
    self.units = units
    self.returnsSequence = returnsSequence
    usesBias = bias
    self.seed = seed
  }

  package static var cell: RecurrentCell { .lstm }

  package func states(_ x: Tensor) throws -> Tensor {
    try lstm(
      x, weights: tensors[0], recurrentWeights: tensors[1],
      bias: usesBias ? tensors[2] : nil, recurrentBias: usesBias ? tensors[3] : nil)
  }
}
