import Tensors

/// A value in a case: the shape and the elements of a tensor.
struct CaseTensor: Encodable {
  let shape: [Int]
  let values: [Double]

  init(_ tensor: Tensor) throws {
    shape = tensor.shape.sizes
    values = try tensor.reals()
  }
}

/// A setting of a case, in the form of JSON that fits it.
enum Setting: Encodable, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral
{
  case integer(Int)
  case real(Double)
  case text(String)
  case flag(Bool)
  case list([Setting])

  init(integerLiteral value: Int) { self = .integer(value) }
  init(floatLiteral value: Double) { self = .real(value) }
  init(stringLiteral value: String) { self = .text(value) }
  init(booleanLiteral value: Bool) { self = .flag(value) }
  init(arrayLiteral elements: Setting...) { self = .list(elements) }
  init(_ list: [Int]) { self = .list(list.map { .integer($0) }) }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .integer(let value): try container.encode(value)
    case .real(let value): try container.encode(value)
    case .text(let value): try container.encode(value)
    case .flag(let value): try container.encode(value)
    case .list(let value): try container.encode(value)
    }
  }
}

/// One computation with all that another library needs to do it again, and what it gave.
struct LibraryCase: Encodable {
  /// The part of the library: `layers`.
  var group: String
  /// The row of the table, and the function of the script that computes it: `Conv2D`.
  var row: String
  /// Inputs, weights and what else is given, by name.
  var inputs: [String: CaseTensor] = [:]
  var settings: [String: Setting] = [:]
  /// What came out, by name.
  var outputs: [String: CaseTensor] = [:]
  /// The gradient of sum(output * `cotangent`), by name of the input.
  var gradients: [String: CaseTensor] = [:]
}

/// Collects cases of one group.
struct CaseWriter {
  let group: String
  private(set) var cases: [LibraryCase] = []

  init(_ group: String) { self.group = group }

  /// A function of tensors with its gradient; `constants` are given to it but not differentiated.
  mutating func add(
    _ row: String, _ inputs: KeyValuePairs<String, Tensor>,
    constants: [String: Tensor] = [:], _ settings: [String: Setting] = [:], seed: UInt64 = 1,
    _ function: ([Tensor]) throws -> Tensor
  ) throws {
    try add(row, Array(inputs), constants: constants, settings, seed: seed, function)
  }

  mutating func add(
    _ row: String, _ inputs: [(key: String, value: Tensor)],
    constants: [String: Tensor] = [:], _ settings: [String: Setting] = [:], seed: UInt64 = 1,
    _ function: ([Tensor]) throws -> Tensor
  ) throws {
    var result = LibraryCase(group: group, row: row, settings: settings)
    for (name, tensor) in inputs { result.inputs[name] = try CaseTensor(tensor) }
    for (name, tensor) in constants { result.inputs[name] = try CaseTensor(tensor) }
    let points = inputs.map(\.value)
    let value = try function(points)
    result.outputs["y"] = try CaseTensor(value)
    // A random weight for every output, so that no two of them can cancel.
    var stream = RandomStream(seed: seed, stream: 0x636F_7461)
    let weights = try Tensor.normal(value.shape, from: &stream)
    result.inputs["cotangent"] = try CaseTensor(weights)
    let (_, slopes) = try valueWithGradient(at: points) { try (function($0) * weights).sum() }
    for (input, slope) in zip(inputs, slopes) {
      result.gradients[input.key] = try CaseTensor(slope)
    }
    cases.append(result)
  }

  /// A computation without a gradient.
  mutating func addForward(
    _ row: String, _ inputs: [String: Tensor], _ settings: [String: Setting] = [:],
    outputs: [String: Tensor]
  ) throws {
    cases.append(
      LibraryCase(
        group: group, row: row, inputs: try inputs.mapValues { try CaseTensor($0) },
        settings: settings, outputs: try outputs.mapValues { try CaseTensor($0) }))
  }
}

/// A tensor from the normal distribution.
func normal(_ sizes: Int..., seed: Int) throws -> Tensor { try normal(sizes, seed: seed) }

func normal(_ sizes: [Int], seed: Int) throws -> Tensor {
  var stream = RandomStream(seed: UInt64(seed), stream: 0x6361_7365)
  return try Tensor.normal(Shape(sizes), from: &stream)
}

/// Whole numbers from 0 on, below a bound.
func labels(_ sizes: Int..., below bound: Int, seed: Int) throws -> Tensor {
  var stream = RandomStream(seed: UInt64(seed), stream: 0x6C61_6265)
  let shape = try Shape(sizes)
  return try Tensor(
    (0..<shape.elementCount).map { _ in Int32(stream.below(bound)) }, shape: shape)
}
