/// A small seeded generator (SplitMix64): the same numbers on every machine.
///
/// The state steps by a constant and each state is mixed to a number, so that a stream may start
/// from any hash. Source: Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators",
/// OOPSLA 2014.
struct HashGenerator: RandomNumberGenerator {
  private var state: UInt64

  /// The stream that a state begins.
  init(state: UInt64) { self.state = state }

  /// The stream of a seed.
  init(seed: UInt64) { state = Self.mix(seed &+ Self.step) }

  /// A stream of its own for every pair of seed and index.
  init(seed: UInt64, index: UInt64) {
    state = Self.mix(Self.mix(seed &+ Self.step) ^ Self.mix(index &* Self.step &+ 1))
  }

  private static let step: UInt64 = 0x9E37_79B9_7F4A_7C15

  private static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func next() -> UInt64 {
    state &+= Self.step
    return Self.mix(state)
  }

  /// A number from 0 to `bound - 1`, every one equally likely.
  ///
  /// Source: Lemire, "Fast Random Integer Generation in an Interval", 2019.
  mutating func below(_ bound: UInt64) -> UInt64 {
    precondition(bound > 0, "an empty interval")
    var product = next().multipliedFullWidth(by: bound)
    if product.low < bound {
      let threshold = (0 &- bound) % bound
      while product.low < threshold { product = next().multipliedFullWidth(by: bound) }
    }
    return product.high
  }

  /// A number in [0, 1), a multiple of 2^-24.
  mutating func unit() -> Float { Float(next() >> 40) * 0x1p-24 }

  /// A number in [low, high).
  mutating func uniform(_ low: Float, _ high: Float) -> Float { low + (high - low) * unit() }

  /// A number that is nearly normal: mean 0, deviation 1, never beyond 3.5.
  ///
  /// The sum of four uniform ones. It needs no logarithm, whose last bit differs between machines.
  mutating func bell() -> Float {
    let bits = next()
    let sum =
      Float(bits & 0xFFFF) + Float(bits >> 16 & 0xFFFF) + Float(bits >> 32 & 0xFFFF)
      + Float(bits >> 48)
    return (sum * 0x1p-16 - 2) * 1.7320508
  }
}
