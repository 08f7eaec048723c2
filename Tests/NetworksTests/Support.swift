import Datasets
import Networks
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

  mutating func whole(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

  /// Numbers that float32 holds exactly.
  mutating func reals(_ sizes: [Int], in range: ClosedRange<Double> = -1...1) -> Reference {
    Reference(
      sizes,
      (0..<sizes.reduce(1, *)).map { _ in Double(Float(Double.random(in: range, using: &self))) })
  }

  mutating func classes(_ count: Int, below bound: Int) -> [Int] {
    (0..<count).map { _ in whole(0...bound - 1) }
  }
}

extension NDArray<Double> {
  /// The same numbers as a tensor of the library.
  var tensor: Tensor { get throws { try Tensor(elements.map { Float($0) }, shape: sizes) } }

  /// The distance from another array: the largest difference over the largest number.
  func distance(from other: Reference) -> Double {
    guard sizes == other.sizes else { return .infinity }
    let scale = other.elements.reduce(1e-30) { max($0, abs($1)) }
    return zip(elements, other.elements).reduce(0) { worst, pair in
      let difference = abs(pair.0 - pair.1)
      return difference.isNaN ? .infinity : max(worst, difference / scale)
    }
  }
}

extension Tensor {
  var reference: Reference { get throws { Reference(shape.sizes, try reals()) } }
  /// The bit patterns of the elements.
  var bits: [UInt32] { get throws { try elements(as: Float.self).map(\.bitPattern) } }
}

extension Sequential {
  /// The bit patterns of all parameters.
  var bits: [[UInt32]] { get throws { try parameters.map { try $0.tensor.bits } } }
  /// The network with parameters drawn afresh, biases too, so that none of them is 0.
  func randomized(_ dice: inout Dice, in range: ClosedRange<Double> = -0.6...0.6) throws
    -> Sequential
  {
    withParameters(try parameters.map { try dice.reals($0.tensor.shape.sizes, in: range).tensor })
  }
}

func tensor(labels: [Int]) throws -> Tensor {
  try Tensor(labels.map { Int32($0) }, shape: [labels.count])
}

/// Expects the sizes to be equal and the numbers to differ by little, relative to the largest.
func expectEqual(
  _ tensor: Tensor, _ reference: Reference, within tolerance: Double = 3e-6,
  _ comment: @autoclosure () -> String = "", at place: SourceLocation = #_sourceLocation
) throws {
  #expect(tensor.shape.sizes == reference.sizes, "\(comment())", sourceLocation: place)
  let distance = try tensor.reference.distance(from: reference)
  #expect(distance <= tolerance, "\(comment())", sourceLocation: place)
}

/// Expects an error, and that it reads as it should.
func expectError(
  _ message: String, at place: SourceLocation = #_sourceLocation, _ body: () throws -> Any
) {
  do {
    let result = try body()
    Issue.record("no error, but \(result)", sourceLocation: place)
  } catch {
    #expect("\(error)" == message, sourceLocation: place)
  }
}

/// Expects an error of ours, whatever it says.
func expectRefused(at place: SourceLocation = #_sourceLocation, _ body: () throws -> Any) {
  do {
    let result = try body()
    Issue.record("no error, but \(result)", sourceLocation: place)
  } catch {
    #expect(error is NetworkError || error is TensorError, "\(error)", sourceLocation: place)
  }
}

/// Compares output and the slopes of a weighted sum of it with a reference.
func checkLayer(
  _ layer: any Layer, _ x: Reference, inputSlope: Bool = true,
  at place: SourceLocation = #_sourceLocation, _ formula: ([Reference]) -> Reference
) throws {
  var dice = Dice(21)
  let built = try layer.built(for: Shape(Array(x.sizes.dropFirst())), seed: 4)
  let points = [x] + built.parameters.map { dice.reals($0.tensor.shape.sizes) }
  let expected = formula(points)
  #expect(
    try built.outputShape(for: Shape(Array(x.sizes.dropFirst()))).sizes
      == Array(expected.sizes.dropFirst()), sourceLocation: place)
  let weights = dice.reals(expected.sizes, in: 0.25...1.75)
  let (_, gradients) = try valueWithGradient(at: points.map { try $0.tensor }) { tensors in
    var context = Context(.training)
    let own = built.replacingParameters(Array(tensors.dropFirst()))
    let y = try own.forward(tensors[0], &context)
    try expectEqual(y.detached(), expected, within: 1e-5, at: place)
    return try (y * weights.tensor).sum()
  }
  for (which, gradient) in gradients.enumerated() where which > 0 || inputSlope {
    let slopes = try gradient.reals()
    let scale = slopes.reduce(1e-2) { max($0, abs($1)) }
    for position in slopes.indices {
      func loss(_ step: Double) -> Double {
        var moved = points
        moved[which].elements[position] += step
        return (formula(moved) * weights).elements.reduce(0, +)
      }
      let slope = (loss(1e-6) - loss(-1e-6)) / 2e-6
      #expect(
        abs(slope - slopes[position]) < 1e-3 * scale, "input \(which) at \(position)",
        sourceLocation: place)
    }
  }
}

/// Datasets that are small enough for a test.
enum Samples {
  /// Random pixels with random classes.
  static func noise(
    _ count: Int, _ shape: [Int] = [1, 6, 6], classes: Int = 3, seed: UInt64 = 1
  ) throws -> Dataset {
    var dice = Dice(seed)
    let bytes = (0..<count * shape.reduce(1, *)).map { _ in UInt8(dice.whole(0...255)) }
    return try Dataset(
      name: "noise",
      pixels: ImageBytes(
        bytes, count: count, channels: shape[0], height: shape[1], width: shape[2]),
      labels: dice.classes(count, below: classes).map { UInt8($0) }, classCount: classes)
  }

  /// Images of 4 x 4: the left half is bright, or the right half.
  static func halves(_ count: Int, seed: UInt64 = 1) throws -> Dataset {
    var dice = Dice(seed)
    let labels = dice.classes(count, below: 2)
    let bytes = labels.flatMap { label in
      (0..<16).map { place in
        UInt8(((place % 4) / 2 == label ? 160 : 0) + dice.whole(0...60))
      }
    }
    return try Dataset(
      name: "halves", pixels: ImageBytes(bytes, count: count, height: 4, width: 4),
      labels: labels.map { UInt8($0) }, classCount: 2)
  }
}

extension Dataset {
  var referenceImages: Reference { get throws { try images().reference } }
  var classes: [Int] { labels.map { Int($0) } }
}
