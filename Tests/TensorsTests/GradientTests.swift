import ReferenceKernels
import Testing

@testable import Tensors

/// A function of the library, the same from definitions, and where to take its gradient.
struct GradientCase: Sendable, CustomTestStringConvertible {
  let name: String
  let inputs: [Reference]
  let library: @Sendable ([Tensor]) throws -> Tensor
  let reference: @Sendable ([Reference]) -> Reference
  /// With many inputs the slope is compared along random directions, not along every axis.
  var directions: Int?

  init(
    _ name: String, _ inputs: [Reference], directions: Int? = nil,
    library: @escaping @Sendable ([Tensor]) throws -> Tensor,
    reference: @escaping @Sendable ([Reference]) -> Reference
  ) {
    self.name = name
    self.inputs = inputs
    self.directions = directions
    self.library = library
    self.reference = reference
  }

  var testDescription: String { name }

  /// Compares value and gradients; returns the kinds of operations that the tape held.
  @discardableResult
  func check(at place: SourceLocation = #_sourceLocation) throws -> Set<OperationKind> {
    var dice = Dice(UInt64(name.utf8.reduce(7) { $0 &* 31 &+ Int($1) }.magnitude))
    let expected = reference(inputs)
    // A random weight for every output, so that no two of them can cancel.
    let weights = dice.reals(expected.sizes, in: 0.25...1.75)
    func loss(_ inputs: [Reference]) -> Double {
      (reference(inputs) * weights).elements.reduce(0, +)
    }

    let tape = Tape()
    defer { tape.close() }
    let watched = try inputs.map { tape.watch(try $0.tensor()) }
    let y = try library(watched)
    try expectEqual(y, expected, within: 2e-5, name, at: place)
    let value = try (y * weights.tensor()).sum()
    let kinds = Set(tape.entries.map { OperationKind($0.operation) })
    let length = tape.entries.count
    let results = try tape.gradients(
      of: value, seed: Tensor(scalar: 1), withRespectTo: watched)
    #expect(tape.entries.count == length, "the way back was recorded", sourceLocation: place)

    let gradients = try zip(inputs, results).map { input, result in
      try result?.reference ?? Reference(input.sizes, repeating: 0)
    }
    for (gradient, input) in zip(gradients, inputs) {
      #expect(gradient.sizes == input.sizes, sourceLocation: place)
    }
    let scale = gradients.flatMap(\.elements).reduce(1e-3) { max($0, abs($1)) }
    if let directions {
      for _ in 0..<directions {
        let ways = inputs.map { dice.reals($0.sizes, in: -1...1) }
        let numeric = slope(loss, ways)
        let analytic = zip(gradients, ways).reduce(0) {
          $0 + ($1.0 * $1.1).elements.reduce(0, +)
        }
        let count = Double(inputs.reduce(0) { $0 + $1.count })
        #expect(
          abs(numeric - analytic) <= 1e-3 * scale * count.squareRoot(),
          "\(name): \(numeric) along a direction, not \(analytic)", sourceLocation: place)
      }
      return kinds
    }
    for (which, gradient) in gradients.enumerated() {
      for position in 0..<gradient.count {
        var ways = inputs.map { Reference($0.sizes, repeating: 0) }
        ways[which].elements[position] = 1
        let numeric = slope(loss, ways)
        #expect(
          abs(numeric - gradient.elements[position]) <= 1e-3 * scale,
          "\(name): input \(which) at \(position): \(numeric), not \(gradient.elements[position])",
          sourceLocation: place)
      }
    }
    return kinds
  }

  /// The central difference along a direction, with a step so short that it crosses no kink.
  private func slope(_ loss: ([Reference]) -> Double, _ ways: [Reference]) -> Double {
    let h = 1e-7
    let ahead = zip(inputs, ways).map { $0 + $1.map { $0 * h } }
    let behind = zip(inputs, ways).map { $0 - $1.map { $0 * h } }
    return (loss(ahead) - loss(behind)) / (2 * h)
  }
}

/// The cases of `Operation` without their payload.
enum OperationKind: CaseIterable, Hashable {
  case leaf, spent, unary, binary, select, sum, extremum, reshape, permute, broadcast, concatenate
  case slice, assign, rows, matmul, convolution, transposedConvolution, inner, relu, pool
  case blockedPool, pooledConvolution, softmax, logSoftmax
  case crossEntropy, batchNorm, custom, gather, scatter, cumulativeSum

  /// Exhaustive: a new operation does not compile here, and then wants a case with its gradient.
  init(_ operation: Operation) {
    self =
      switch operation {
      case .leaf: .leaf
      case .spent: .spent
      case .unary: .unary
      case .binary: .binary
      case .select: .select
      case .sum: .sum
      case .extremum: .extremum
      case .reshape: .reshape
      case .permute: .permute
      case .broadcast: .broadcast
      case .concatenate: .concatenate
      case .slice: .slice
      case .assign: .assign
      case .rows: .rows
      case .gather: .gather
      case .scatter: .scatter
      case .cumulativeSum: .cumulativeSum
      case .matmul: .matmul
      case .convolution: .convolution
      case .transposedConvolution: .transposedConvolution
      case .inner: .inner
      case .relu: .relu
      case .pool: .pool
      case .blockedPool: .blockedPool
      case .pooledConvolution: .pooledConvolution
      case .softmax: .softmax
      case .logSoftmax: .logSoftmax
      case .crossEntropy: .crossEntropy
      case .batchNorm: .batchNorm
      case .custom: .custom
      }
  }
}

@Suite struct GradientTests {
  @Test(arguments: GradientCase.unary + GradientCase.binary)
  func elementwise(_ example: GradientCase) throws { try example.check() }

  @Test(arguments: GradientCase.shaping)
  func shaping(_ example: GradientCase) throws { try example.check() }

  @Test(arguments: GradientCase.reducing)
  func reducing(_ example: GradientCase) throws { try example.check() }

  @Test(arguments: GradientCase.layers)
  func layers(_ example: GradientCase) throws { try example.check() }

  @Test(arguments: GradientCase.convolutions)
  func convolutions(_ example: GradientCase) throws { try example.check() }

  @Test(arguments: GradientCase.transposedConvolutions)
  func transposedConvolutions(_ example: GradientCase) throws { try example.check() }

  @Test(arguments: GradientCase.compositions)
  func compositions(_ example: GradientCase) throws { try example.check() }

  @Test(arguments: GradientCase.positions)
  func positions(_ example: GradientCase) throws { try example.check() }

  /// 1 / sqrt(1 - x^2), where 1 - x^2 of rounded numbers has lost its digits.
  @Test(arguments: [0.9999, -0.99997, 0.999997] as [Float])
  func arcsineNearOne(x: Float) throws {
    let slope = 1 / (1 - Double(x) * Double(x)).squareRoot()
    let (_, gradients) = try valueWithGradient(at: [Tensor([x]), Tensor([x])]) {
      try (asin($0[0]) + 2 * acos($0[1])).sum()
    }
    #expect(abs(try gradients[0].item() / slope - 1) < 1e-6)
    #expect(abs(try gradients[1].item() / slope + 2) < 1e-6)
  }

  @Test func everyOperationIsChecked() throws {
    var all = GradientCase.shaping + GradientCase.reducing + GradientCase.layers
    all += GradientCase.positions
    all += [
      GradientCase.unary, GradientCase.binary, GradientCase.convolutions,
      GradientCase.transposedConvolutions,
    ].compactMap(\.first)
    let seen = try all.reduce(into: Set<OperationKind>()) { $0.formUnion(try $1.check()) }
    // `spent` stands for what the way back has already used.
    var unseen: Set<OperationKind> = [.spent]
    // Without wide registers the engine's convolutions lie in smaller blocks.
    if !SparseGradient.isAtHand { unseen.insert(.pooledConvolution) }
    #expect(Set(OperationKind.allCases).subtracting(seen).subtracting(unseen).isEmpty)
  }
}
