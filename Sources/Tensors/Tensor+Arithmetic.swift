extension Tensor {
  /// Applies a function to every element.
  package func unary(_ function: UnaryFunction) throws -> Tensor {
    if trace == nil { return try unaryCore(function) }
    return try unaryCore(function).recorded(.unary(function, x: self), self)
  }

  private func unaryCore(_ function: UnaryFunction) throws -> Tensor {
    if dtype != .float32 {
      if dtype != .bool, [.negate, .abs, .relu, .square, .sign].contains(function) {
        return try integerUnary(function)
      }
      return try cast(to: .float32).unaryCore(function)
    }
    let source = layout == nil || function.keepsZero ? self : try plain()
    let bytes = source.layout?.byteCount ?? count * 4
    let storage = try Storage(byteCount: bytes)
    let operand = source.storage
    if let kind = function.engineKind, count > 0 {
      try Stretches.spread(bytes / 4) { range in
        try Workers.alone { try Engine.elementwise(kind, operand, storage, range) }
        // The engine takes e to the power of NaN for infinite.
        if function == .exp { Elementwise.keepNaN(of: operand, in: storage, range) }
      }
    } else {
      try Stretches.spread(bytes / 4) { range in
        Elementwise.unary(
          function, range.count, operand.reals + range.lowerBound,
          storage.reals + range.lowerBound)
      }
    }
    return Tensor(shape: shape, dtype: .float32, storage: storage, layout: source.layout)
  }

  private func integerUnary(_ function: UnaryFunction) throws -> Tensor {
    let wide = try cast(to: .int32)
    return try wide.withElements(Int32.self) { source in
      try Tensor(shape: shape, writing: Int32.self) { result in
        for i in 0..<source.count {
          let x = source[i]
          switch function {
          case .negate: result[i] = 0 &- x
          case .abs: result[i] = x < 0 ? 0 &- x : x
          case .relu: result[i] = Swift.max(x, 0)
          case .square: result[i] = x &* x
          default: result[i] = x.signum()
          }
        }
      }
    }
  }

  /// Combines two tensors element by element, broadcasting as NumPy does.
  package static func binary(
    _ function: BinaryFunction, _ a: Tensor, _ b: Tensor
  ) throws -> Tensor {
    if let result = try flatBinary(function, a, b) { return result }
    let real = a.dtype.isFloat || b.dtype.isFloat || function == .divide || function == .power
    let left = try a.cast(to: real ? .float32 : .int32)
    let right = try b.cast(to: real ? .float32 : .int32)
    if function == .remainder, !real, try !right.all() { throw TensorError.remainderByZero }
    let result = try binaryCore(function, left, right)
    return result.recorded(.binary(function, a: left, b: right), left, right)
  }

  /// Combines plain float32 tensors that take part in no gradient; nil for all others.
  ///
  /// They have one shape, or one of them is a single number: nothing stands between the call and the
  /// loop.
  @inline(__always)
  private static func flatBinary(
    _ function: BinaryFunction, _ a: Tensor, _ b: Tensor
  ) throws -> Tensor? {
    guard a.dtype == .float32, b.dtype == .float32, a.layout == nil, b.layout == nil,
      a.trace == nil, b.trace == nil
    else { return nil }
    let (countA, countB) = (a.shape.elementCount, b.shape.elementCount)
    let isAlike = countA == countB && a.shape == b.shape
    guard isAlike || (countB == 1 && b.rank <= a.rank) || (countA == 1 && a.rank <= b.rank) else {
      return nil
    }
    let shape = isAlike || countB == 1 && b.rank <= a.rank ? a.shape : b.shape
    let count = shape.elementCount
    let result = try Storage(byteCount: count * 4)
    let (stepA, stepB) = (isAlike || countA == count ? 1 : 0, isAlike || countB == count ? 1 : 0)
    if count <= Stretches.shared {
      try Stop.check()
      Elementwise.flat(
        function, count, a.storage.reals, b.storage.reals, result.reals, stepA: stepA,
        stepB: stepB)
    } else {
      let (left, right) = (a.storage, b.storage)
      try Stretches.spread(count) { range in
        Elementwise.flat(
          function, range.count, left.reals + stepA * range.lowerBound,
          right.reals + stepB * range.lowerBound, result.reals + range.lowerBound, stepA: stepA,
          stepB: stepB)
      }
    }
    return Tensor(shape: shape, dtype: .float32, storage: result)
  }

  private static func binaryCore(
    _ function: BinaryFunction, _ a: Tensor, _ b: Tensor
  ) throws -> Tensor {
    if a.dtype == .float32, function.keepsZero, let layout = a.layout, layout === b.layout,
      a.shape == b.shape
    {
      let storage = try Storage(byteCount: layout.byteCount)
      let flat = Shape(trusted: [layout.byteCount / 4])
      try Elementwise.inStretches(
        (flat, flat, flat), UnsafePointer(a.storage.pointer.assumingMemoryBound(to: Float.self)),
        UnsafePointer(b.storage.pointer.assumingMemoryBound(to: Float.self)),
        storage.pointer.assumingMemoryBound(to: Float.self)
      ) { Elementwise.binary(function, $0, $1, $2, $3) }
      return Tensor(shape: a.shape, dtype: .float32, storage: storage, layout: layout)
    }
    let shape = try Shape.broadcast(a.shape, b.shape, for: function.rawValue)
    func combine<E: Element>(
      _ type: E.Type,
      _ kernel: (
        Elementwise.Shapes, UnsafePointer<E>, UnsafePointer<E>, UnsafeMutablePointer<E>
      ) -> Void
    ) throws -> Tensor {
      try a.withElements(E.self) { left in
        try b.withElements(E.self) { right in
          try Tensor(shape: shape, writing: E.self) { result in
            guard let l = left.baseAddress, let r = right.baseAddress,
              let out = result.baseAddress
            else { return }
            try Elementwise.inStretches((shape, a.shape, b.shape), l, r, out, kernel)
          }
        }
      }
    }
    if a.dtype == .float32 {
      return try combine(Float.self) { Elementwise.binary(function, $0, $1, $2, $3) }
    }
    return try combine(Int32.self) { Elementwise.binary(function, $0, $1, $2, $3) }
  }

  /// Compares two tensors element by element; the result is a bool tensor.
  public static func compare(
    _ comparison: Comparison, _ a: Tensor, _ b: Tensor
  ) throws -> Tensor {
    let shape = try Shape.broadcast(a.shape, b.shape, for: "compare")
    func answer<E: Element & Comparable>(_ type: E.Type) throws -> Tensor {
      let left = try a.cast(to: E.dtype)
      let right = try b.cast(to: E.dtype)
      return try left.withElements(E.self) { l in
        try right.withElements(E.self) { r in
          try Tensor(shape: shape, writing: Bool.self) { result in
            guard let l = l.baseAddress, let r = r.baseAddress, let out = result.baseAddress
            else { return }
            try Elementwise.inStretches((shape, a.shape, b.shape), l, r, out) {
              Elementwise.compare(comparison, $0, $1, $2, $3)
            }
          }
        }
      }
    }
    return a.dtype.isFloat || b.dtype.isFloat ? try answer(Float.self) : try answer(Int32.self)
  }

  public static func + (a: Tensor, b: Tensor) throws -> Tensor { try binary(.add, a, b) }
  public static func - (a: Tensor, b: Tensor) throws -> Tensor { try binary(.subtract, a, b) }
  public static func * (a: Tensor, b: Tensor) throws -> Tensor { try binary(.multiply, a, b) }
  public static func / (a: Tensor, b: Tensor) throws -> Tensor { try binary(.divide, a, b) }

  /// What division leaves, with the sign of `a`, as Swift's % of numbers: -7 % 3 is -1.
  ///
  /// Errors: integers with a 0 in `b`, where float32 gives NaN.
  public static func % (a: Tensor, b: Tensor) throws -> Tensor { try binary(.remainder, a, b) }

  public static func + (a: Tensor, b: Double) throws -> Tensor { try a + Tensor(scalar: b) }
  public static func - (a: Tensor, b: Double) throws -> Tensor { try a - Tensor(scalar: b) }
  public static func * (a: Tensor, b: Double) throws -> Tensor { try a * Tensor(scalar: b) }
  public static func / (a: Tensor, b: Double) throws -> Tensor { try a / Tensor(scalar: b) }
  public static func % (a: Tensor, b: Double) throws -> Tensor { try a % Tensor(scalar: b) }
  public static func + (a: Double, b: Tensor) throws -> Tensor { try Tensor(scalar: a) + b }
  public static func - (a: Double, b: Tensor) throws -> Tensor { try Tensor(scalar: a) - b }
  public static func * (a: Double, b: Tensor) throws -> Tensor { try Tensor(scalar: a) * b }
  public static func / (a: Double, b: Tensor) throws -> Tensor { try Tensor(scalar: a) / b }
  public static func % (a: Double, b: Tensor) throws -> Tensor { try Tensor(scalar: a) % b }
  public static prefix func - (a: Tensor) throws -> Tensor { try a.unary(.negate) }

  /// The element-wise power: `x.power(2)`.
  public func power(_ exponent: Tensor) throws -> Tensor {
    try Tensor.binary(.power, self, exponent)
  }
}

/// The larger of two tensors, element by element.
public func maximum(_ a: Tensor, _ b: Tensor) throws -> Tensor {
  try Tensor.binary(.maximum, a, b)
}

/// The smaller of two tensors, element by element.
public func minimum(_ a: Tensor, _ b: Tensor) throws -> Tensor {
  try Tensor.binary(.minimum, a, b)
}

/// e to the power of each element.
public func exp(_ x: Tensor) throws -> Tensor { try x.unary(.exp) }
/// The natural logarithm of each element.
public func log(_ x: Tensor) throws -> Tensor { try x.unary(.log) }
/// log(1 + x) of each element, to the last places of a small one, too.
public func log1p(_ x: Tensor) throws -> Tensor { try x.unary(.log1p) }
/// exp(x) - 1 of each element, to the last places of a small one, too.
public func expm1(_ x: Tensor) throws -> Tensor { try x.unary(.expm1) }
/// The logarithm to the base 2 of each element.
public func log2(_ x: Tensor) throws -> Tensor { try x.unary(.log2) }
/// The logarithm to the base 10 of each element.
public func log10(_ x: Tensor) throws -> Tensor { try x.unary(.log10) }
/// 1 / sqrt(x) of each element.
public func rsqrt(_ x: Tensor) throws -> Tensor { try x.unary(.rsqrt) }
/// 1 / x of each element.
public func reciprocal(_ x: Tensor) throws -> Tensor { try x.unary(.reciprocal) }
/// The square root of each element.
public func sqrt(_ x: Tensor) throws -> Tensor { try x.unary(.sqrt) }
/// The sine of each element, an angle in radians.
public func sin(_ x: Tensor) throws -> Tensor { try x.unary(.sin) }
/// The cosine of each element, an angle in radians.
public func cos(_ x: Tensor) throws -> Tensor { try x.unary(.cos) }
/// The tangent of each element, an angle in radians.
public func tan(_ x: Tensor) throws -> Tensor { try x.unary(.tan) }
/// The angle in [-pi/2, pi/2] whose sine is each element; NaN outside [-1, 1].
public func asin(_ x: Tensor) throws -> Tensor { try x.unary(.asin) }
/// The angle in [0, pi] whose cosine is each element; NaN outside [-1, 1].
public func acos(_ x: Tensor) throws -> Tensor { try x.unary(.acos) }
/// The angle in [-pi/2, pi/2] whose tangent is each element.
public func atan(_ x: Tensor) throws -> Tensor { try x.unary(.atan) }
/// The hyperbolic sine of each element.
public func sinh(_ x: Tensor) throws -> Tensor { try x.unary(.sinh) }
/// The hyperbolic cosine of each element.
public func cosh(_ x: Tensor) throws -> Tensor { try x.unary(.cosh) }
/// The hyperbolic tangent of each element.
public func tanh(_ x: Tensor) throws -> Tensor { try x.unary(.tanh) }
/// The magnitude of each element.
public func abs(_ x: Tensor) throws -> Tensor { try x.unary(.abs) }
/// max(x, 0) of each element.
public func relu(_ x: Tensor) throws -> Tensor { try x.unary(.relu) }
/// 1 / (1 + exp(-x)) of each element.
public func sigmoid(_ x: Tensor) throws -> Tensor { try x.unary(.sigmoid) }
/// The square of each element.
public func square(_ x: Tensor) throws -> Tensor { try x.unary(.square) }
/// The largest whole number not above each element.
public func floor(_ x: Tensor) throws -> Tensor { try x.unary(.floor) }
/// The smallest whole number not below each element.
public func ceil(_ x: Tensor) throws -> Tensor { try x.unary(.ceil) }
/// The nearest whole number to each element, ties to even.
public func round(_ x: Tensor) throws -> Tensor { try x.unary(.round) }
/// -1, 0 or 1: the sign of each element.
public func sign(_ x: Tensor) throws -> Tensor { try x.unary(.sign) }

/// Whether each element is NaN, no number: a bool tensor.
public func isNaN(_ x: Tensor) throws -> Tensor { try Tensor.compare(.notEqual, x, x) }
/// Whether each element is neither infinite nor NaN: a bool tensor.
public func isFinite(_ x: Tensor) throws -> Tensor {
  try Tensor.compare(.less, abs(x.detached()), Tensor(scalar: .infinity))
}
/// Whether each element is infinite, of either sign: a bool tensor.
public func isInfinite(_ x: Tensor) throws -> Tensor {
  try Tensor.compare(.equal, abs(x.detached()), Tensor(scalar: .infinity))
}

/// `a` where the condition is true, else `b`, broadcast together.
public func select(_ condition: Tensor, _ a: Tensor, _ b: Tensor) throws -> Tensor {
  guard condition.dtype == .bool else {
    throw TensorError.needsDType("a condition is a bool tensor", condition.dtype)
  }
  let mask = try condition.cast(to: .float32)
  // Multiplying by the mask would turn an infinity on the other side into NaN: choose instead.
  let (left, right) = (try a.cast(to: .float32), try b.cast(to: .float32))
  let shape = try Shape.broadcast(
    Shape.broadcast(left.shape, right.shape, for: "select"), mask.shape, for: "select")
  let (x, y, m) = (
    try left.broadcast(to: shape), try right.broadcast(to: shape), try mask.broadcast(to: shape)
  )
  let result = try m.withElements(Float.self) { m in
    try x.withElements(Float.self) { x in
      try y.withElements(Float.self) { y in
        try Tensor(shape: shape, writing: Float.self) { result in
          try Stretches.run(result.count) { range in
            for i in range { result[i] = m[i] != 0 ? x[i] : y[i] }
          }
        }
      }
    }
  }
  return result.recorded(.select(mask: m), x, y)
}
