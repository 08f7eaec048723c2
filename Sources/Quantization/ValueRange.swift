/// The smallest and largest of some values.
public struct ValueRange: Hashable, Sendable, CustomStringConvertible {
  public var min: Float
  public var max: Float

  public init(_ min: Float, _ max: Float) {
    self.min = min
    self.max = max
  }

  /// The range of no values.
  public static let empty = ValueRange(.infinity, -.infinity)

  public var isEmpty: Bool { min > max }
  /// Whether both ends are finite numbers; the range of no values is not, nor one with a NaN.
  public var isFinite: Bool { min.isFinite && max.isFinite }
  /// The largest magnitude.
  public var magnitude: Float { Swift.max(Swift.abs(min), Swift.abs(max)) }

  /// The range widened so that it contains 0, which must be exactly representable.
  public var widenedToZero: ValueRange { ValueRange(Swift.min(min, 0), Swift.max(max, 0)) }

  /// The smallest range that contains both; a NaN in either spoils it.
  public func union(_ other: ValueRange) -> ValueRange {
    if min.isNaN || other.min.isNaN { return ValueRange(.nan, .nan) }
    return ValueRange(Swift.min(min, other.min), Swift.max(max, other.max))
  }

  /// Both ends multiplied by a factor: a tighter clip.
  public func scaled(by factor: Float) -> ValueRange { ValueRange(min * factor, max * factor) }

  public var description: String { isEmpty ? "[]" : "[\(min), \(max)]" }
}
