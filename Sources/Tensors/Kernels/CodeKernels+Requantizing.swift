import CKernels

extension CodeKernels {
  /// How sums become codes: q = clamp(round((acc + offset) * M) + z).
  package struct Requantizer: Sendable {
    /// How a sum is multiplied with M and rounded.
    package enum Rounding: Sendable {
      /// Float(acc) * M in Float32, rounded half to even.
      case float
      /// M = m0 2^-places of each channel; a doubling high product, then a rounding shift.
      case twice(m0: [Int32], places: [Int32])
      /// M = m0 2^-places of each channel; one product, one shift that rounds half up.
      case once(m0: [Int32], places: [Int32])
    }

    /// Bias minus zero point times the sum of weights, for each channel.
    package let offsets: [Int32]
    /// M for each channel.
    package let multipliers: [Float]
    package let rounding: Rounding
    /// The lowest and highest code, less the zero point.
    package let low: Int32
    package let high: Int32
    package let zeroPoint: Int32

    package init(
      offsets: [Int32], multipliers: [Float], rounding: Rounding = .float, low: Int32,
      high: Int32, zeroPoint: Int32
    ) {
      precondition(offsets.count == multipliers.count)
      switch rounding {
      case .float: break
      case .twice(let m0, let places), .once(let m0, let places):
        precondition(m0.count == offsets.count && places.count == offsets.count)
      }
      self.offsets = offsets
      self.multipliers = multipliers
      self.rounding = rounding
      self.low = low - zeroPoint
      self.high = high - zeroPoint
      self.zeroPoint = zeroPoint
    }
  }

  /// Requantizes pixels of `offsets.count` channels each.
  package static func requantize(
    _ sums: UnsafePointer<Int32>, pixels: Int, _ rule: Requantizer,
    _ codes: UnsafeMutablePointer<UInt8>
  ) {
    switch rule.rounding {
    case .float: viaFloat(sums, pixels, rule, codes)
    case .twice(let m0, let places):
      viaWhole(sums, pixels, rule, m0, places, codes, twice)
    case .once(let m0, let places):
      viaWhole(sums, pixels, rule, m0, places, codes, once)
    }
  }

  private static func viaFloat(
    _ sums: UnsafePointer<Int32>, _ pixels: Int, _ rule: Requantizer,
    _ codes: UnsafeMutablePointer<UInt8>
  ) {
    rule.offsets.withUnsafeBufferPointer { offsets in
      rule.multipliers.withUnsafeBufferPointer { multipliers in
        notch_requantize(
          sums, pixels, offsets.count, offsets.baseAddress, multipliers.baseAddress,
          Float(rule.low), Float(rule.high), rule.zeroPoint, codes)
      }
    }
  }

  /// acc * m0 / 2^31, rounded half up, then / 2^(places - 31), rounded half away from zero.
  ///
  /// Where places is below 31 the sum is first multiplied, and saturates.
  @inline(__always)
  private static func twice(_ sum: Int32, _ m0: Int32, _ places: Int32) -> Int64 {
    let left = places < 31 ? 31 &- places : 0
    let right = Int64(places > 62 ? 31 : (places > 31 ? places &- 31 : 0))
    let wide = Int64(sum) &<< Int64(left)
    let shifted = min(max(wide, Int64(Int32.min)), Int64(Int32.max))
    let product = shifted &* Int64(m0)
    let nudged = product &+ (product >= 0 ? 1 << 30 : 1 - (1 << 30))
    // Division by 2^31 that rounds toward zero, as it does in C.
    let high = (nudged &+ ((nudged &>> 63) & 0x7FFF_FFFF)) &>> 31
    let mask = (Int64(1) &<< right) &- 1
    let threshold = (mask &>> 1) &+ (high < 0 ? 1 : 0)
    return (high &>> right) &+ ((high & mask) > threshold ? 1 : 0)
  }

  /// (acc * m0 + 2^(places - 1)) >> places.
  @inline(__always)
  private static func once(_ sum: Int32, _ m0: Int32, _ places: Int32) -> Int64 {
    (Int64(sum) &* Int64(m0) &+ (1 &<< Int64(places &- 1))) &>> Int64(places)
  }

  @inline(__always)
  private static func viaWhole(
    _ sums: UnsafePointer<Int32>, _ pixels: Int, _ rule: Requantizer, _ m0: [Int32],
    _ places: [Int32], _ codes: UnsafeMutablePointer<UInt8>,
    _ rounded: (Int32, Int32, Int32) -> Int64
  ) {
    let channels = rule.offsets.count
    let (low, high) = (Int64(rule.low), Int64(rule.high))
    rule.offsets.withUnsafeBufferPointer { offsets in
      m0.withUnsafeBufferPointer { m0 in
        places.withUnsafeBufferPointer { places in
          guard let offset = offsets.baseAddress, let m0 = m0.baseAddress,
            let places = places.baseAddress
          else { return }
          for pixel in 0..<pixels {
            let (source, target) = (sums + pixel &* channels, codes + pixel &* channels)
            for c in 0..<channels {
              let whole = rounded(source[c] &+ offset[c], m0[c], places[c])
              let bounded = whole < low ? low : (whole > high ? high : whole)
              target[c] = UInt8(truncatingIfNeeded: bounded &+ Int64(rule.zeroPoint))
            }
          }
        }
      }
    }
  }
}
