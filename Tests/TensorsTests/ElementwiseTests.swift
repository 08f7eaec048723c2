import ReferenceKernels
import Tensors
import Testing

private let one = Reference([], repeating: 1)

/// A function of the library beside its definition; a new one does not compile without.
func definition(of function: UnaryFunction) -> (Reference) -> Reference {
  switch function {
  case .negate: { $0.map { -$0 } }
  case .exp: { $0.exp() }
  case .log: { $0.log() }
  case .sqrt: { $0.map { $0.squareRoot() } }
  case .tanh: { $0.tanh() }
  case .abs: { $0.map { $0 < 0 ? -$0 : $0 } }
  case .relu: { $0.relu() }
  case .sigmoid: { $0.sigmoid() }
  case .square: { $0 * $0 }
  case .floor: { $0.map { $0.rounded(.down) } }
  case .ceil: { $0.map { $0.rounded(.up) } }
  case .round: { $0.map { $0.rounded(.toNearestOrEven) } }
  case .sign: { $0.map { $0 > 0 ? 1 : ($0 < 0 ? -1 : 0) } }
  case .erf: { $0.erf() }
  case .softplus: { ($0.exp() + one).log() }
  case .sin: { $0.sin() }
  case .cos: { $0.cos() }
  case .tan: { $0.sin() / $0.cos() }
  case .asin: { $0.asin() }
  case .acos: { $0.acos() }
  case .atan: { $0.atan() }
  case .sinh: { $0.sinh() }
  case .cosh: { $0.cosh() }
  case .log1p: { ($0 + one).log() }
  case .expm1: { $0.exp() - one }
  case .log2: { $0.log().map { $0 / 0.6931471805599453 } }
  case .log10: { $0.log().map { $0 / 2.302585092994046 } }
  case .rsqrt: { $0.map { 1 / $0.squareRoot() } }
  case .reciprocal: { one / $0 }
  }
}

func definition(of function: BinaryFunction) -> (Reference, Reference) -> Reference {
  switch function {
  case .add: { $0 + $1 }
  case .subtract: { $0 - $1 }
  case .multiply: { $0 * $1 }
  case .divide: { $0 / $1 }
  case .power: { $0.power($1) }
  case .maximum: { $0.combined(with: $1) { max($0, $1) } }
  case .minimum: { $0.combined(with: $1) { min($0, $1) } }
  case .remainder: { $0.combined(with: $1) { $0 - $1 * ($0 / $1).rounded(.towardZero) } }
  }
}

func definition(of comparison: Comparison) -> (Double, Double) -> Bool {
  switch comparison {
  case .equal: { $0 == $1 }
  case .notEqual: { $0 != $1 }
  case .less: { $0 < $1 }
  case .lessEqual: { $0 <= $1 }
  case .greater: { $0 > $1 }
  case .greaterEqual: { $0 >= $1 }
  }
}

/// Numbers that a function is defined at, and where it is not steep.
func domain(of function: UnaryFunction) -> ClosedRange<Double> {
  switch function {
  case .log, .log2, .log10, .sqrt, .rsqrt, .reciprocal: 0.1...4
  case .log1p: -0.9...4
  case .asin, .acos: -1...1
  case .tan: -1.4...1.4
  default: -4...4
  }
}

@Suite struct ElementwiseTests {
  @Test(arguments: UnaryFunction.allCases)
  func unaryFunctions(function: UnaryFunction) throws {
    var dice = Dice(1)
    for trial in 0..<24 {
      let sizes = dice.sizes(rank: trial % 6, allowsZero: true)
      let x = dice.reals(sizes, in: domain(of: function))
      try expectEqual(
        x.tensor().unary(function), definition(of: function)(x), within: 4e-6, "\(sizes)")
    }
    // Longer than any vector register, not a multiple of one.
    let x = dice.reals([1027], in: domain(of: function))
    try expectEqual(x.tensor().unary(function), definition(of: function)(x), within: 4e-6)
  }

  @Test(arguments: UnaryFunction.allCases)
  func unaryFunctionsOfBlockedTensors(function: UnaryFunction) throws {
    var dice = Dice(2)
    let blocked = try blockedTensor(channels: 20, &dice)
    let moved =
      switch function {
      case .log, .log1p, .log2, .log10, .sqrt, .rsqrt, .reciprocal: try relu(blocked) + 0.5
      case .asin, .acos, .tan: try tanh(blocked)
      default: blocked
      }
    try expectEqual(
      moved.unary(function), definition(of: function)(moved.reference), within: 4e-6)
  }

  @Test(arguments: UnaryFunction.allCases)
  func unaryFunctionsOfIntegers(function: UnaryFunction) throws {
    var dice = Dice(3)
    let range = domain(of: function)
    let x = dice.wholes([3, 5], in: Int(range.lowerBound.rounded(.up))...Int(range.upperBound))
    let y = try x.tensor(.int8).unary(function)
    try expectEqual(y, definition(of: function)(x), within: 4e-6)
    let isExact = [.negate, .abs, .relu, .square, .sign].contains(function)
    #expect(y.dtype == (isExact ? .int32 : .float32))
  }

  @Test func integersWrapAround() throws {
    let x = try Tensor([Int32.min, Int32.max], shape: [2])
    #expect(try (-x).elements(as: Int32.self) == [Int32.min, -Int32.max])
    #expect(try abs(x).elements(as: Int32.self) == [Int32.min, Int32.max])
    #expect(try (x + x).elements(as: Int32.self) == [0, -2])
    #expect(try (x * x).elements(as: Int32.self) == [0, 1])
    #expect(try square(x).elements(as: Int32.self) == [0, 1])
  }

  @Test(arguments: BinaryFunction.allCases)
  func binaryFunctionsBroadcast(function: BinaryFunction) throws {
    var dice = Dice(4)
    for trial in 0..<40 {
      let sizes = dice.sizes(rank: trial % 6, allowsZero: true)
      let (left, right) = (dice.operand(of: sizes), dice.operand(of: sizes))
      let a = dice.reals(left, in: function == .power ? 0.1...3 : -3...3)
      let b = dice.reals(right, in: [.divide, .remainder].contains(function) ? 0.5...3 : -3...3)
      try expectEqual(
        Tensor.binary(function, a.tensor(), b.tensor()), definition(of: function)(a, b),
        within: 4e-6, "\(left) \(right)")
    }
  }

  @Test(arguments: BinaryFunction.allCases)
  func binaryFunctionsOfIntegers(function: BinaryFunction) throws {
    var dice = Dice(5)
    let a = dice.wholes([3, 4], in: function == .power ? 1...4 : -9...9)
    let isBounded = [.divide, .power, .remainder].contains(function)
    let b = dice.wholes([4], in: isBounded ? 1...4 : -9...9)
    let y = try Tensor.binary(function, a.tensor(.int32), b.tensor(.int8))
    try expectEqual(y, definition(of: function)(a, b))
    #expect(y.dtype == (function == .divide || function == .power ? .float32 : .int32))
  }

  @Test(arguments: BinaryFunction.allCases)
  func binaryFunctionsOfBlockedTensors(function: BinaryFunction) throws {
    var dice = Dice(6)
    let a = try abs(blockedTensor(channels: 17, &dice)) + 0.25
    let b = try abs(blockedTensor(channels: 17, &dice)) + 0.5
    // Blocked with blocked, blocked with plain, blocked with a scalar and a row.
    let others = [b, try b.plain(), try Tensor(scalar: 1.5), try uniform(17, 1, 1, seed: 4)]
    for other in others {
      try expectEqual(
        Tensor.binary(function, a, other),
        definition(of: function)(a.reference, other.reference), within: 4e-6)
    }
  }

  @Test(arguments: Comparison.allCases)
  func comparisons(comparison: Comparison) throws {
    var dice = Dice(7)
    for trial in 0..<20 {
      let sizes = dice.sizes(rank: trial % 5, allowsZero: true)
      let a = dice.wholes(dice.operand(of: sizes), in: -2...2)
      let b = dice.wholes(dice.operand(of: sizes), in: -2...2)
      let expected = a.combined(with: b) { definition(of: comparison)($0, $1) ? 1 : 0 }
      for dtype in [DType.float32, .int32, .int8] {
        let result = try Tensor.compare(comparison, a.tensor(dtype), b.tensor())
        #expect(result.dtype == .bool)
        try expectEqual(result, expected)
      }
    }
  }

  @Test func selectChoosesWithoutSpreadingInfinities() throws {
    let condition = try Tensor([true, false], shape: [2])
    let chosen = try select(condition, Tensor([1, .nan]), Tensor([.infinity, 2]))
    #expect(try chosen.reals() == [1, 2])
    var dice = Dice(8)
    let (a, b) = (dice.reals([2, 1, 3]), dice.reals([4, 1]))
    let m = dice.wholes([4, 3], in: 0...1)
    let expected = Reference([2, 4, 3]) { index in
      m.broadcastElement(at: index) != 0
        ? a.broadcastElement(at: index) : b.broadcastElement(at: index)
    }
    try expectEqual(select(m.tensor(.bool), a.tensor(), b.tensor()), expected)
    expectError("a condition is a bool tensor, not float32") {
      try select(a.tensor(), a.tensor(), a.tensor())
    }
  }

  /// Each element to a few units in its last place, far from 0 and close to it.
  @Test(arguments: [UnaryFunction.sin, .cos, .tan, .asin, .acos, .atan, .sinh, .cosh, .tanh])
  func circularFunctionsToTheLastPlaces(function: UnaryFunction) throws {
    var dice = Dice(9)
    let reach = domain(of: function).upperBound == 1 ? 1.0 : 60
    for scale in [reach, 1, 1e-3, 1e-6] {
      let x = dice.reals([500], in: -scale...scale)
      let values = try x.tensor().unary(function).reals()
      for (x, (y, exact)) in zip(
        x.elements, zip(values, definition(of: function)(x).elements))
      {
        #expect(abs(y - exact) <= 0x1p-21 * abs(exact), "\(function)(\(x)) = \(y), not \(exact)")
      }
    }
  }

  @Test(arguments: UnaryFunction.allCases)
  func nanStaysNaN(function: UnaryFunction) throws {
    let x = try Tensor([Float](repeating: 0.5, count: 40) + [.nan])
    let y = try x.unary(function).reals()
    #expect(y.map(\.isNaN) == [Bool](repeating: false, count: 40) + [true])
  }

  @Test func nanIsNotLost() throws {
    let x = try Tensor([.nan, 1])
    #expect(try relu(x).reals()[0].isNaN)
    #expect(try maximum(x, Tensor(scalar: 0)).reals()[0].isNaN)
    #expect(try minimum(Tensor(scalar: 0), x).reals()[0].isNaN)
    #expect(try x.max().item().isNaN)
    #expect(try x.reshape(1, 2).max(axis: 1).item().isNaN)
    #expect(try x.argmax().item() == 0)
  }

  /// Saturated casts, from the definition: toward zero, then to the nearest end; NaN gives 0.
  @Test func castsSaturate() throws {
    let x = try Tensor([.nan, .infinity, -.infinity, 3.9, -3.9, 1e20, -1e20, 200, -200])
    #expect(
      try x.elements(as: Int32.self) == [0, .max, .min, 3, -3, .max, .min, 200, -200])
    #expect(try x.elements(as: Int8.self) == [0, 127, -128, 3, -3, 127, -128, 127, -128])
    #expect(try x.elements(as: UInt8.self) == [0, 255, 0, 3, 0, 255, 0, 200, 0])
    let back = try Tensor([Int8(-128), 127], shape: [2]).elements(as: Float.self)
    #expect(back == [-128, 127])
  }

  @Test func mathematicalEdges() throws {
    #expect(try exp(Tensor([1000, -1000])).reals() == [.infinity, 0])
    #expect(try log(Tensor([0])).reals() == [-.infinity])
    #expect(try log(Tensor([-1])).reals()[0].isNaN)
    #expect(try sqrt(Tensor([-1])).reals()[0].isNaN)
    #expect(try tanh(Tensor([100, -100])).reals() == [1, -1])
    #expect(try sinh(Tensor([100, -100])).reals() == [.infinity, -.infinity])
    #expect(try cosh(Tensor([100, -100])).reals() == [.infinity, .infinity])
    #expect(try sigmoid(Tensor([200, -200, 0])).reals() == [1, 0, 0.5])
    #expect(try round(Tensor([0.5, 1.5, 2.5, -0.5])).reals() == [0, 2, 2, 0])
  }

  /// What 1 + x and exp(x) - 1 would have lost.
  @Test(arguments: [1e-30, 1e-7, -1e-7, 3e-5, -3e-5] as [Float])
  func nearZero(x: Float) throws {
    let half = x * x / 2
    #expect(try log1p(Tensor([x])).elements(as: Float.self) == [x - half])
    #expect(try expm1(Tensor([x])).elements(as: Float.self) == [x + half])
  }

  @Test func remaindersHaveTheSignOfTheDividend() throws {
    let (a, b) = (
      try Tensor([7.5, -7.5, 7.5, -7.5, 1, .infinity]), try Tensor([2, 2, -2, -2, 0, 1])
    )
    let real = try (a % b).reals()
    #expect(real[..<4] == [1.5, -1.5, 1.5, -1.5] && real[4...].allSatisfy(\.isNaN))
    #expect(try (5.5 % Tensor([2])).item() == 1.5)
    let whole = try Tensor([7, -7, 7, -7, Int32.min], shape: [5])
    let divisors = try Tensor([Int32(3), 3, -3, -3, -1], shape: [5])
    #expect(try (whole % divisors).elements(as: Int32.self) == [1, -1, 1, -1, 0])
    expectError("the remainder of integers by 0 is undefined") {
      try whole % Tensor([Int32(0)], shape: [1])
    }
  }

  @Test func questionsAboutNumbers() throws {
    let x = try Tensor([1, .infinity, -.infinity, .nan, .greatestFiniteMagnitude])
    #expect(try isNaN(x).reals() == [0, 0, 0, 1, 0])
    #expect(try isFinite(x).reals() == [1, 0, 0, 0, 1])
    #expect(try isInfinite(x).reals() == [0, 1, 1, 0, 0])
    let whole = try Tensor([Int32.min, 0], shape: [2])
    #expect(try isFinite(whole).dtype == .bool && isFinite(whole).all())
    #expect(try !isNaN(whole).any() && !isInfinite(whole).any())
  }

  @Test func circularEdges() throws {
    let zero = try Tensor([0, -0.0])
    for odd in [sin, tan, asin, atan, sinh] as [(Tensor) throws -> Tensor] {
      #expect(try odd(zero).reals().map { 1 / $0 } == [.infinity, -.infinity])
    }
    #expect(try cos(zero).reals() == [1, 1])
    #expect(try cosh(zero).reals() == [1, 1])
    // Float.pi is the number below pi, not the nearest.
    let (half, whole) = (Double(Float(Double.pi / 2)), Double(Float(Double.pi)))
    #expect(try asin(Tensor([1, -1])).reals() == [half, -half])
    #expect(try acos(Tensor([1, 0, -1])).reals() == [0, half, whole])
    #expect(try atan(Tensor([.infinity, -.infinity])).reals() == [half, -half])
    let outside = try Tensor([2, -2, 1.0000001, .infinity])
    #expect(try asin(outside).reals().allSatisfy(\.isNaN))
    #expect(try acos(outside).reals().allSatisfy(\.isNaN))
    for periodic in [sin, cos, tan] as [(Tensor) throws -> Tensor] {
      #expect(try periodic(Tensor([.infinity, -.infinity])).reals().allSatisfy(\.isNaN))
    }
  }
}
