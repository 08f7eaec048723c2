public import Language

/// What cells have shown, for the names `_` (the last result), `_1`, `_2` and so on.
///
/// The number is that of the cell's random stream, which is the number of an input at the prompt
/// and the place of a cell in a file: so a session that was saved finds the same results when it is
/// replayed.
public struct Results {
  /// The last value that was shown.
  public private(set) var last: Value?
  private var byNumber: [UInt64: Value] = [:]
  /// How often a cell has shown a value.
  private(set) var count = 0

  /// No results.
  public init() {}

  /// The names that have a value, the last one first.
  public var names: [String] {
    guard last != nil else { return [] }
    return ["_"] + byNumber.keys.sorted(by: >).map { "_\($0)" }
  }

  /// The value of `_` or `_3`; nil for any other name.
  public func value(of name: String) -> Value? {
    guard name.utf8.first == UInt8(ascii: "_") else { return nil }
    if name.utf8.count == 1 { return last }
    let digits = name.dropFirst()
    guard digits.utf8.first != UInt8(ascii: "0"), let number = UInt64(digits) else { return nil }
    return byNumber[number]
  }

  mutating func note(_ value: Value, of number: UInt64) {
    last = value
    count += 1
    // Cells with an id have streams that are no numbers of inputs.
    if number < 1 << 32 { byNumber[number] = value }
  }

  /// Makes `_` what it was before, where a cell ran later than its place.
  mutating func keepLast(of before: Results) { last = before.last }
}

extension Value {
  /// Whether it is the result whose news was printed already.
  func isTold(_ told: HostObject?) -> Bool {
    if case .host(let object) = self { object === told } else { false }
  }
}
