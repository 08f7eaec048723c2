import COneDNN

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A function of one number, applied to every element.
public enum UnaryFunction: String, CaseIterable, Sendable {
  case negate, exp, log, sqrt, tanh, abs, relu, sigmoid, square, floor, ceil, round, sign, erf
  case softplus
  case sin, cos, tan, asin, acos, atan, sinh, cosh
  case log1p, expm1, log2, log10, rsqrt, reciprocal

  /// Whether f(0) = 0, so that the padding of a blocked layout stays zero.
  var keepsZero: Bool {
    switch self {
    case .exp, .log, .sigmoid, .softplus, .cos, .acos, .cosh, .log2, .log10, .rsqrt, .reciprocal:
      false
    default: true
    }
  }

  /// The vectorised form that oneDNN has, where the plain one would call libm for each element.
  ///
  /// Not for the logarithm: oneDNN 2.6 has log(1) = -1.4e-6.
  var engineKind: Int32? {
    switch self {
    case .exp: Int32(NOTCH_EXP.rawValue)
    case .tanh: Int32(NOTCH_TANH.rawValue)
    case .sigmoid: Int32(NOTCH_LOGISTIC.rawValue)
    default: nil
    }
  }
}

/// A function of two numbers, applied element by element with broadcasting.
public enum BinaryFunction: String, CaseIterable, Sendable {
  case add, subtract, multiply, divide, power, maximum, minimum, remainder

  /// Whether f(0, 0) = 0, so that the padding of a blocked layout stays zero.
  var keepsZero: Bool {
    switch self {
    case .divide, .power, .remainder: false
    default: true
    }
  }
}

/// A question about two numbers, answered element by element.
public enum Comparison: String, CaseIterable, Sendable {
  case equal, notEqual, less, lessEqual, greater, greaterEqual
}

/// Plain loops over elements.
///
/// Everything here works on raw buffers and knows no shapes.
enum Elementwise {
  typealias Reals = UnsafeMutablePointer<Float>
  typealias ConstReals = UnsafePointer<Float>

  @inline(__always)
  static func map<A, R>(
    _ count: Int, _ a: UnsafePointer<A>, _ r: UnsafeMutablePointer<R>, _ f: (A) -> R
  ) {
    for i in 0..<count { r[i] = f(a[i]) }
  }

  /// Puts NaN where the source has one.
  static func keepNaN(of source: Storage, in result: Storage, _ range: Range<Int>) {
    withExtendedLifetime((source, result)) {
      let from = source.pointer.assumingMemoryBound(to: Float.self)
      let to = result.pointer.assumingMemoryBound(to: Float.self)
      for i in range { to[i] = from[i] == from[i] ? to[i] : from[i] }
    }
  }

  static func unary(_ function: UnaryFunction, _ count: Int, _ a: ConstReals, _ r: Reals) {
    switch function {
    case .negate: map(count, a, r) { -$0 }
    case .exp: map(count, a, r) { expf($0) }
    case .log: map(count, a, r) { logf($0) }
    case .sqrt: map(count, a, r) { $0.squareRoot() }
    case .tanh: map(count, a, r) { tanhf($0) }
    case .abs: map(count, a, r) { Swift.abs($0) }
    // Keeps NaN: only numbers below 0 are replaced.
    case .relu: map(count, a, r) { $0 < 0 ? 0 : $0 }
    case .sigmoid: map(count, a, r) { 1 / (1 + expf(-$0)) }
    case .square: map(count, a, r) { $0 * $0 }
    case .floor: map(count, a, r) { $0.rounded(.down) }
    case .ceil: map(count, a, r) { $0.rounded(.up) }
    case .round: map(count, a, r) { $0.rounded(.toNearestOrEven) }
    case .sign: map(count, a, r) { $0 > 0 ? 1 : ($0 < 0 ? -1 : $0) }
    case .erf: map(count, a, r) { erff($0) }
    // NaN stays: it is neither above 0 nor not above it.
    case .softplus: map(count, a, r) { ($0 < 0 ? 0 : $0) + log1pf(expf(-Swift.abs($0))) }
    case .sin: map(count, a, r) { sinf($0) }
    case .cos: map(count, a, r) { cosf($0) }
    case .tan: map(count, a, r) { tanf($0) }
    case .asin: map(count, a, r) { asinf($0) }
    case .acos: map(count, a, r) { acosf($0) }
    case .atan: map(count, a, r) { atanf($0) }
    case .sinh: map(count, a, r) { sinhf($0) }
    case .cosh: map(count, a, r) { coshf($0) }
    case .log1p: map(count, a, r) { log1pf($0) }
    case .expm1: map(count, a, r) { expm1f($0) }
    case .log2: map(count, a, r) { log2f($0) }
    case .log10: map(count, a, r) { log10f($0) }
    case .rsqrt: map(count, a, r) { 1 / $0.squareRoot() }
    case .reciprocal: map(count, a, r) { 1 / $0 }
    }
  }

  /// dx = dy where y > 0, else 0; in explicit vectors, as a branch would not be vectorised.
  static func reluBackward(_ count: Int, y: ConstReals, gradient: ConstReals, _ r: Reals) {
    typealias Vector = SIMD16<Float>
    let (output, source, target) = (
      UnsafeRawPointer(y), UnsafeRawPointer(gradient), UnsafeMutableRawPointer(r)
    )
    var i = 0
    while i &+ 16 <= count {
      let v = source.loadUnaligned(fromByteOffset: i &* 4, as: Vector.self)
      let passes = output.loadUnaligned(fromByteOffset: i &* 4, as: Vector.self) .> Vector.zero
      target.storeBytes(
        of: Vector.zero.replacing(with: v, where: passes), toByteOffset: i &* 4, as: Vector.self)
      i &+= 16
    }
    while i < count {
      r[i] = y[i] > 0 ? gradient[i] : 0
      i &+= 1
    }
  }

  /// Walks two broadcast operands; `f` sees one run of the last axis at a time with its steps.
  @inline(__always)
  static func broadcast(
    _ result: Shape, _ a: Shape, _ b: Shape,
    _ run: (_ r: Int, _ a: Int, _ b: Int, _ count: Int, _ stepA: Int, _ stepB: Int) -> Void
  ) {
    guard result.elementCount > 0 else { return }
    guard result.rank > 0 else { return run(0, 0, 0, 1, 0, 0) }
    let stepsA = broadcastStrides(a, result)
    let stepsB = broadcastStrides(b, result)
    let inner = result[result.rank - 1]
    let rows = result.elementCount / inner
    var position = [Int](repeating: 0, count: result.rank)
    var (offsetA, offsetB) = (0, 0)
    for row in 0..<rows {
      run(row * inner, offsetA, offsetB, inner, stepsA[result.rank - 1], stepsB[result.rank - 1])
      var axis = result.rank - 2
      while axis >= 0 {
        position[axis] += 1
        offsetA += stepsA[axis]
        offsetB += stepsB[axis]
        if position[axis] < result[axis] { break }
        offsetA -= stepsA[axis] * result[axis]
        offsetB -= stepsB[axis] * result[axis]
        position[axis] = 0
        axis -= 1
      }
    }
  }

  /// Strides of an operand inside the broadcast shape: 0 along axes that are repeated.
  static func broadcastStrides(_ operand: Shape, _ result: Shape) -> [Int] {
    let own = operand.strides
    let lead = result.rank - operand.rank
    return (0..<result.rank).map { axis in
      axis < lead || operand[axis - lead] == 1 ? 0 : own[axis - lead]
    }
  }

  @inline(__always)
  static func zip<A, R>(
    _ shapes: (result: Shape, a: Shape, b: Shape), _ a: UnsafePointer<A>, _ b: UnsafePointer<A>,
    _ r: UnsafeMutablePointer<R>, _ f: (A, A) -> R
  ) {
    let count = shapes.result.elementCount
    if shapes.a == shapes.b {
      for i in 0..<count { r[i] = f(a[i], b[i]) }
    } else if shapes.b.elementCount == 1, shapes.a.elementCount == count {
      let right = b[0]
      for i in 0..<count { r[i] = f(a[i], right) }
    } else if shapes.a.elementCount == 1, shapes.b.elementCount == count {
      let left = a[0]
      for i in 0..<count { r[i] = f(left, b[i]) }
    } else {
      broadcast(shapes.result, shapes.a, shapes.b) { r0, a0, b0, count, stepA, stepB in
        let (left, right, result) = (a + a0, b + b0, r + r0)
        if stepA == 1, stepB == 1 {
          for i in 0..<count { result[i] = f(left[i], right[i]) }
        } else {
          for i in 0..<count { result[i] = f(left[i * stepA], right[i * stepB]) }
        }
      }
    }
  }

  /// Elements side by side; an operand of which there is only one has step 0.
  static func flat(
    _ function: BinaryFunction, _ count: Int, _ a: ConstReals, _ b: ConstReals, _ r: Reals,
    stepA: Int, stepB: Int
  ) {
    @inline(__always) func run(_ f: (Float, Float) -> Float) {
      if stepA == 0 {
        let left = a[0]
        for i in 0..<count { r[i] = f(left, b[i]) }
      } else if stepB == 0 {
        let right = b[0]
        for i in 0..<count { r[i] = f(a[i], right) }
      } else {
        for i in 0..<count { r[i] = f(a[i], b[i]) }
      }
    }
    switch function {
    case .add: run { $0 + $1 }
    case .subtract: run { $0 - $1 }
    case .multiply: run { $0 * $1 }
    case .divide: run { $0 / $1 }
    case .power: run { powf($0, $1) }
    case .maximum: run { $0 > $1 || $0.isNaN ? $0 : $1 }
    case .minimum: run { $0 < $1 || $0.isNaN ? $0 : $1 }
    case .remainder: run { fmodf($0, $1) }
    }
  }

  static func binary(
    _ function: BinaryFunction, _ shapes: (result: Shape, a: Shape, b: Shape),
    _ a: ConstReals, _ b: ConstReals, _ r: Reals
  ) {
    switch function {
    case .add: zip(shapes, a, b, r) { $0 + $1 }
    case .subtract: zip(shapes, a, b, r) { $0 - $1 }
    case .multiply: zip(shapes, a, b, r) { $0 * $1 }
    case .divide: zip(shapes, a, b, r) { $0 / $1 }
    case .power: zip(shapes, a, b, r) { powf($0, $1) }
    case .maximum: zip(shapes, a, b, r) { $0 > $1 || $0.isNaN ? $0 : $1 }
    case .minimum: zip(shapes, a, b, r) { $0 < $1 || $0.isNaN ? $0 : $1 }
    case .remainder: zip(shapes, a, b, r) { fmodf($0, $1) }
    }
  }

  /// Integers wrap around at the ends of int32, as NumPy's do.
  static func binary(
    _ function: BinaryFunction, _ shapes: (result: Shape, a: Shape, b: Shape),
    _ a: UnsafePointer<Int32>, _ b: UnsafePointer<Int32>, _ r: UnsafeMutablePointer<Int32>
  ) {
    switch function {
    case .add: zip(shapes, a, b, r) { $0 &+ $1 }
    case .subtract: zip(shapes, a, b, r) { $0 &- $1 }
    case .multiply: zip(shapes, a, b, r) { $0 &* $1 }
    case .maximum: zip(shapes, a, b, r) { max($0, $1) }
    case .minimum: zip(shapes, a, b, r) { min($0, $1) }
    // The remainder by -1 is 0, also of Int32.min, which Swift would not divide.
    case .remainder: zip(shapes, a, b, r) { $1 == -1 ? 0 : $0 % $1 }
    case .divide, .power: preconditionFailure("\(function) of integers is done in float32")
    }
  }

  static func compare<E: Comparable>(
    _ comparison: Comparison, _ shapes: (result: Shape, a: Shape, b: Shape),
    _ a: UnsafePointer<E>, _ b: UnsafePointer<E>, _ r: UnsafeMutablePointer<Bool>
  ) {
    switch comparison {
    case .equal: zip(shapes, a, b, r) { $0 == $1 }
    case .notEqual: zip(shapes, a, b, r) { $0 != $1 }
    case .less: zip(shapes, a, b, r) { $0 < $1 }
    case .lessEqual: zip(shapes, a, b, r) { $0 <= $1 }
    case .greater: zip(shapes, a, b, r) { $0 > $1 }
    case .greaterEqual: zip(shapes, a, b, r) { $0 >= $1 }
    }
  }
}
