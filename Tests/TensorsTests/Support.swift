import ReferenceKernels
import Tensors
import Testing

typealias Reference = NDArray<Double>

/// A small generator of its own (SplitMix64, Steele, Lea, Flood 2014), apart from the library's.
struct Dice: RandomNumberGenerator {
  private var state: UInt64
  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Numbers that float32 holds exactly.
  mutating func reals(_ sizes: [Int], in range: ClosedRange<Double> = -2...2) -> Reference {
    Reference(
      sizes,
      (0..<sizes.reduce(1, *)).map { _ in Double(Float(Double.random(in: range, using: &self))) })
  }

  /// Numbers far from each other, from zero, from whole numbers and from halves, in random order.
  ///
  /// Small steps then cross no kink of relu, abs, max, floor or round.
  mutating func apart(_ sizes: [Int]) -> Reference {
    let count = sizes.reduce(1, *)
    let order = (0..<count).shuffled(using: &self)
    return Reference(sizes, order.map { Double(Float((Double($0 - count / 2) + 0.5) * 0.1)) })
  }

  mutating func wholes(_ sizes: [Int], in range: ClosedRange<Int> = -9...9) -> Reference {
    Reference(
      sizes, (0..<sizes.reduce(1, *)).map { _ in Double(Int.random(in: range, using: &self)) })
  }

  /// Sizes of a rank, mostly small, sometimes 1, and 0 if allowed.
  mutating func sizes(rank: Int, allowsZero: Bool = false) -> [Int] {
    (0..<rank).map { _ in
      switch Int.random(in: 0..<8, using: &self) {
      case 0: 1
      case 1: allowsZero ? 0 : 2
      default: Int.random(in: 1...4, using: &self)
      }
    }
  }

  /// Sizes that broadcast to others: axes dropped in front, some set to 1.
  mutating func operand(of sizes: [Int]) -> [Int] {
    let dropped = sizes.isEmpty ? 0 : Int.random(in: 0...min(2, sizes.count), using: &self)
    let kept = Int.random(in: 0...2, using: &self) == 0 ? sizes.dropFirst(dropped) : sizes[...]
    return kept.map { Int.random(in: 0..<3, using: &self) == 0 ? 1 : $0 }
  }
}

extension NDArray<Double> {
  /// The same numbers as a tensor of the library.
  func tensor(_ dtype: DType = .float32) throws -> Tensor {
    try Tensor(elements.map { Float($0) }, shape: sizes).cast(to: dtype)
  }
}

extension Tensor {
  var reference: Reference { get throws { Reference(shape.sizes, try reals()) } }
}

/// Expects the sizes to be equal and the numbers to differ by little, relative to the largest.
func expectEqual(
  _ tensor: Tensor, _ reference: Reference, within tolerance: Double = 2e-6,
  _ comment: @autoclosure () -> String = "", at place: SourceLocation = #_sourceLocation
) throws {
  let values = try tensor.reals()
  #expect(tensor.shape.sizes == reference.sizes, "\(comment())", sourceLocation: place)
  guard values.count == reference.count else { return }
  let scale = reference.elements.reduce(1) { $1.isFinite ? max($0, abs($1)) : $0 }
  var worst = 0.0
  for (a, b) in zip(values, reference.elements) {
    if a == b || (a.isNaN && b.isNaN) { continue }
    let distance = abs(a - b)
    worst = distance.isNaN ? .infinity : max(worst, distance)
  }
  #expect(
    worst <= tolerance * scale, "\(comment()) differs by \(worst) at scale \(scale)",
    sourceLocation: place)
}

/// Expects a certain error, and that it reads as it should.
func expectError(
  _ message: String, at place: SourceLocation = #_sourceLocation, _ body: () throws -> Any
) {
  do {
    let result = try body()
    Issue.record("no error, but \(result)", sourceLocation: place)
  } catch let error as TensorError {
    #expect(error.description == message, sourceLocation: place)
  } catch {
    Issue.record("another error: \(error)", sourceLocation: place)
  }
}
