/// Philox 4x32-10: a counter-based generator, a pure function of key and counter.
///
/// Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011).
public enum Philox {
  /// Four 32-bit words for a counter under a key.
  public static func block(
    _ counter: SIMD4<UInt32>, key: SIMD2<UInt32>
  ) -> SIMD4<UInt32> {
    var c = counter
    var k = key
    for round in 0..<10 {
      if round > 0 { k = SIMD2(k.x &+ 0x9E37_79B9, k.y &+ 0xBB67_AE85) }
      let p0 = UInt64(0xD251_1F53) * UInt64(c.x)
      let p1 = UInt64(0xCD9E_8D57) * UInt64(c.z)
      c = SIMD4(
        UInt32(truncatingIfNeeded: p1 >> 32) ^ c.y ^ k.x, UInt32(truncatingIfNeeded: p1),
        UInt32(truncatingIfNeeded: p0 >> 32) ^ c.w ^ k.y, UInt32(truncatingIfNeeded: p0))
    }
    return c
  }
}

/// A stream of random numbers: a value that is copied with its position.
///
/// Streams of one seed and different `stream` numbers are independent, so each cell, layer or
/// batch has its own and nothing depends on what was drawn before.
public struct RandomStream: Sendable, RandomNumberGenerator {
  public let seed: UInt64
  public let stream: UInt64
  /// Blocks of four words used so far.
  public private(set) var position: UInt64

  public init(seed: UInt64, stream: UInt64 = 0, position: UInt64 = 0) {
    self.seed = seed
    self.stream = stream
    self.position = position
  }

  /// The block at a distance from the current position; does not move.
  package func block(at offset: UInt64) -> SIMD4<UInt32> {
    let counter = position &+ offset
    return Philox.block(
      SIMD4(
        UInt32(truncatingIfNeeded: counter), UInt32(truncatingIfNeeded: counter >> 32),
        UInt32(truncatingIfNeeded: stream), UInt32(truncatingIfNeeded: stream >> 32)),
      key: SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32)))
  }

  package mutating func skip(_ blocks: UInt64) { position &+= blocks }

  /// 64 random bits, one block each.
  public mutating func next() -> UInt64 {
    let words = block(at: 0)
    skip(1)
    return UInt64(words.x) | UInt64(words.y) << 32
  }

  /// A seed for something that will draw on its own: a layer, a shuffle.
  public mutating func split() -> UInt64 { next() }

  /// A real number in [0, 1) with 53 random bits.
  public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A whole number in 0..<bound, without bias that matters (bound is far below 2^64).
  public mutating func below(_ bound: Int) -> Int {
    precondition(bound > 0)
    return Int(next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// A random order of 0..<count (Fisher-Yates).
  public mutating func permutation(_ count: Int) -> [Int] {
    var order = Array(0..<count)
    for i in stride(from: count - 1, through: 1, by: -1) { order.swapAt(i, below(i + 1)) }
    return order
  }
}
