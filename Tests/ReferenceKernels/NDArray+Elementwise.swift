#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension NDArray {
  public func map(_ function: (T) -> T) -> NDArray {
    NDArray(sizes, elements.map(function))
  }

  /// Sizes that two arrays broadcast to; the arrays must fit.
  public static func broadcast(_ a: [Int], _ b: [Int]) -> [Int] {
    let rank = max(a.count, b.count)
    let left = Array(repeating: 1, count: rank - a.count) + a
    let right = Array(repeating: 1, count: rank - b.count) + b
    return zip(left, right).map { pair in
      precondition(pair.0 == pair.1 || pair.0 == 1 || pair.1 == 1)
      return pair.0 == 1 ? pair.1 : pair.0
    }
  }

  /// The element that broadcasting reads at an index of the larger array.
  public func broadcastElement(at index: [Int]) -> T {
    let own = index.suffix(rank)
    return self[zip(own, sizes).map { $1 == 1 ? 0 : $0 }]
  }

  public func broadcast(to target: [Int]) -> NDArray {
    NDArray(target) { broadcastElement(at: $0) }
  }

  /// Combines two arrays, element by element.
  public func combined(with other: NDArray, _ function: (T, T) -> T) -> NDArray {
    NDArray(NDArray.broadcast(sizes, other.sizes)) {
      function(broadcastElement(at: $0), other.broadcastElement(at: $0))
    }
  }

  public static func + (a: NDArray, b: NDArray) -> NDArray { a.combined(with: b, +) }
  public static func - (a: NDArray, b: NDArray) -> NDArray { a.combined(with: b, -) }
  public static func * (a: NDArray, b: NDArray) -> NDArray { a.combined(with: b, *) }
  public static func / (a: NDArray, b: NDArray) -> NDArray { a.combined(with: b, /) }

  public func exp() -> NDArray { map { T(Self.exp(Double($0))) } }
  public func log() -> NDArray { map { T(Self.log(Double($0))) } }
  public func tanh() -> NDArray { map { T(Self.tanh(Double($0))) } }
  public func erf() -> NDArray { map { T(Self.erf(Double($0))) } }
  public func relu() -> NDArray { map { max($0, 0) } }
  public func sigmoid() -> NDArray { map { 1 / (1 + T(Self.exp(-Double($0)))) } }

  /// `a` to the power `b`.
  public func power(_ exponent: NDArray) -> NDArray {
    combined(with: exponent) { T(Self.power(Double($0), Double($1))) }
  }

  private static func exp(_ x: Double) -> Double {
    #if canImport(Glibc)
      Glibc.exp(x)
    #else
      Darwin.exp(x)
    #endif
  }

  private static func log(_ x: Double) -> Double {
    #if canImport(Glibc)
      Glibc.log(x)
    #else
      Darwin.log(x)
    #endif
  }

  private static func erf(_ x: Double) -> Double {
    #if canImport(Glibc)
      Glibc.erf(x)
    #else
      Darwin.erf(x)
    #endif
  }

  private static func tanh(_ x: Double) -> Double {
    #if canImport(Glibc)
      Glibc.tanh(x)
    #else
      Darwin.tanh(x)
    #endif
  }

  private static func power(_ x: Double, _ y: Double) -> Double {
    #if canImport(Glibc)
      Glibc.pow(x, y)
    #else
      Darwin.pow(x, y)
    #endif
  }
}
