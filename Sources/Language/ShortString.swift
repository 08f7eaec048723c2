/// Up to eight bytes of UTF-8 with no zero among them, the first in the lowest byte of a word.
///
/// Strings that a program makes by the thousand are short for the most part (digits, names, single
/// characters); lying in the value itself, they cost no allocation.
public struct ShortString {
  static let capacity = MemoryLayout<UInt64>.size
  private let word: UInt64

  private init(word: UInt64) { self.word = word }

  /// A string that is short enough; else nil.
  init?(_ string: String) {
    guard string.utf8.count <= ShortString.capacity else { return nil }
    var word: UInt64 = 0
    var shift: UInt64 = 0
    for byte in string.utf8 {
      guard byte != 0 else { return nil }
      word |= UInt64(byte) << shift
      shift += 8
    }
    self.word = word
  }

  /// The decimal digits of a number that has few enough; else nil.
  init?(_ number: Int) {
    guard -9_999_999...99_999_999 ~= number else { return nil }
    var rest = UInt32(truncatingIfNeeded: number.magnitude)
    var word: UInt64 = 0
    repeat {
      let (tens, digit) = rest.quotientAndRemainder(dividingBy: 10)
      word = word << 8 | UInt64(UInt8(ascii: "0")) | UInt64(digit)
      rest = tens
    } while rest > 0
    self.word = number < 0 ? word << 8 | UInt64(UInt8(ascii: "-")) : word
  }

  /// The size in bytes of UTF-8.
  var count: Int { ShortString.capacity - word.leadingZeroBitCount / 8 }

  public var string: String {
    String(unsafeUninitializedCapacity: ShortString.capacity) { bytes in
      UnsafeMutableRawBufferPointer(bytes).storeBytes(of: word.littleEndian, as: UInt64.self)
      return count
    }
  }

  /// Lets a body read the bytes.
  func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    withUnsafeBytes(of: word.littleEndian) { body(.init(rebasing: $0[..<count])) }
  }
}
