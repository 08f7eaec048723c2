import Networks
import Tensors
import Testing

/// Activations and first weights: values and slopes of PyTorch 2.15, in float64.
struct ActivationTests {
  static let points: [Float] = [-30, -3, -1.5, -0.25, 0, 0.5, 2, 3, 40]

  static let table: [(Activation, values: [Double], slopes: [Double])] = [
    (
      .gelu,
      [
        -0.0, -0.004049694, -0.100210802, -0.100323419, 0.0, 0.345731231, 1.954499736, 2.995950306,
        40.0,
      ],
      [
        -0.0, -0.011945647, -0.127469192, 0.304626645, 0.5, 0.867495125, 1.085231801, 1.011945647,
        1.0,
      ]
    ),
    (
      .silu,
      [
        -0.0, -0.14227762, -0.273638286, -0.109455875, 0.0, 0.311229666, 1.761594156, 2.85772238,
        40.0,
      ],
      [
        -0.0, -0.088104106, -0.041294154, 0.376289978, 0.5, 0.739961187, 1.090784249, 1.088104106,
        1.0,
      ]
    ),
    (
      .mish,
      [
        -0.0, -0.145647461, -0.298099742, -0.129926964, 0.0, 0.375245211, 1.94395896, 2.986535005,
        40.0,
      ],
      [
        -0.0, -0.093393115, -0.064097816, 0.439815602, 0.6, 0.886424375, 1.069317934, 1.021106911,
        1.0,
      ]
    ),
    (
      .softplus,
      [
        0.0, 0.048587352, 0.201413278, 0.57593942, 0.693147181, 0.974076984, 2.126928011,
        3.048587352, 40.0,
      ],
      [0.0, 0.047425873, 0.182425524, 0.437823499, 0.5, 0.622459331, 0.880797078, 0.952574127, 1.0]
    ),
    (
      .leakyRelu, [-0.3, -0.03, -0.015, -0.0025, 0.0, 0.5, 2.0, 3.0, 40.0],
      [0.01, 0.01, 0.01, 0.01, 0.01, 1.0, 1.0, 1.0, 1.0]
    ),
    (
      .elu, [-1.0, -0.950212932, -0.77686984, -0.221199217, 0.0, 0.5, 2.0, 3.0, 40.0],
      [0.0, 0.049787068, 0.22313016, 0.778800783, 1.0, 1.0, 1.0, 1.0, 1.0]
    ),
    (
      .selu,
      [
        -1.758099341, -1.670568729, -1.365814353, -0.388890197, 0.0, 0.525350494, 2.101401975,
        3.152102962, 42.028039494,
      ],
      [
        0.0, 0.087530612, 0.392284987, 1.369209143, 1.758099341, 1.050700987, 1.050700987,
        1.050700987, 1.050700987,
      ]
    ),
    (
      .hardSwish, [-0.0, -0.0, -0.375, -0.114583333, 0.0, 0.291666667, 1.666666667, 3.0, 40.0],
      [0.0, 0.0, 0.0, 0.416666667, 0.5, 0.666666667, 1.166666667, 1.0, 1.0]
    ),
    (
      .hardSigmoid, [0.0, 0.0, 0.25, 0.458333333, 0.5, 0.583333333, 0.833333333, 1.0, 1.0],
      [0.0, 0.0, 0.166666672, 0.166666672, 0.166666672, 0.166666672, 0.166666672, 0.0, 0.0]
    ),
  ]

  @Test(arguments: table.indices) func asInPyTorch(_ index: Int) throws {
    let (activation, values, slopes) = Self.table[index]
    let x = try Tensor(Self.points, shape: [Self.points.count])
    #expect(
      zip(try activation.apply(x).reals(), values).allSatisfy { abs($0 - $1) < 4e-6 },
      "\(activation)")
    let (_, slope) = try valueWithGradient(at: x) { try activation.apply($0).sum() }
    #expect(
      zip(try slope.reals(), slopes).allSatisfy { abs($0 - $1) < 4e-6 },
      "\(activation): \(slope), not \(slopes)")
  }

  @Test(arguments: Activation.allCases) func farOut(_ activation: Activation) throws {
    let x = try Tensor([-1e30, -200, 200, 1e30, .nan] as [Float], shape: [5])
    let (_, slope) = try valueWithGradient(at: x) { try activation.apply($0).sum() }
    #expect(try activation.apply(x).reals().map(\.isNaN) == [false, false, false, false, true])
    #expect(try slope.reals().prefix(4).allSatisfy(\.isFinite), "\(activation): \(slope)")
  }

  @Test func parameters() throws {
    let x = try Tensor([-2, 4] as [Float], shape: [2])
    #expect(try leakyRelu(x, slope: 0.5).reals() == [-1, 4])
    #expect(try abs(elu(x, alpha: 2) - Tensor([2 * -0.8646647, 4])).max().item() < 1e-6)
  }

  /// Mean, deviation and largest magnitude of many first weights.
  @Test(arguments: Initializer.allCases) func initializers(_ initializer: Initializer) throws {
    let fans = (120.0, 240.0)
    let variance: Double =
      switch initializer {
      case .glorotUniform, .glorotNormal: 2 / (fans.0 + fans.1)
      case .heUniform, .heNormal: 2 / fans.0
      case .lecunUniform, .lecunNormal: 1 / fans.0
      }
    let dense = try Sequential(Dense(240, initializer: initializer)).built(for: Shape([120]))
    let conv = try Sequential(
      Conv2D(48, kernel: 2, groups: 2, initializer: initializer), seed: 2
    ).built(for: Shape([60, 5, 5]))
    for weights in [dense.parameters[0].tensor, conv.parameters[0].tensor] {
      // A group of the convolution sums over 30 * 4 numbers, and 24 * 4 filters look at each.
      let own =
        weights.rank == 2 || !"\(initializer)".hasPrefix("glorot")
        ? variance : 2 / (120.0 + 96)
      let count = Double(weights.count)
      #expect(try abs(weights.mean().item()) < 5 * (own / count).squareRoot())
      #expect(try abs(weights.variance().item() / own - 1) < 5 * (2 / count).squareRoot())
      let largest = try abs(weights).max().item() / own.squareRoot()
      let isUniform = "\(initializer)".hasSuffix("Uniform")
      #expect(isUniform ? (1.7...1.7321).contains(largest) : largest > 3)
    }
    #expect(dense.layers[0].description.contains("initializer") == (initializer != .glorotUniform))
    #expect(try Dense(2, initializer: initializer).built(for: Shape([0]), seed: 1).isBuilt)
  }

  @Test func words() throws {
    #expect(
      "\(try ConvTranspose2D(2, activation: .gelu, bias: false, initializer: .heNormal))"
        == "ConvTranspose2D(2, kernel: 3, activation: .gelu, bias: false, initializer: .heNormal)")
  }
}
