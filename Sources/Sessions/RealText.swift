import Networks
import Tensors

/// Text that remembers where its real numbers stand, so that a replay can compare them.
struct RealText {
  private(set) var text = ""
  private(set) var reals: [Range<Int>] = []

  mutating func write(_ words: String) { text += words }

  /// A real number in up to six significant digits.
  mutating func write(real number: Double) { mark(TensorFormat.number(number)) }

  /// A real number that is already text.
  mutating func write(label number: String) { if !number.isEmpty { mark(number) } }

  /// A share as a percentage with two digits.
  mutating func write(percent share: Double) {
    mark(fixed(share * 100, digits: 2))
    text += " %"
  }

  private mutating func mark(_ number: String) {
    let start = text.utf8.count
    text += number
    reals.append(start..<text.utf8.count)
  }

  /// One line of a training's record.
  mutating func write(_ epoch: EpochResult, of count: Int) {
    write("epoch \(epoch.epoch)/\(count): loss ")
    mark(fixed(epoch.loss, digits: 4))
    write(", accuracy ")
    write(percent: epoch.accuracy)
    if let validation = epoch.validation {
      write(", validation loss ")
      mark(fixed(validation.loss, digits: 4))
      write(", accuracy ")
      write(percent: validation.accuracy)
    }
  }

  var result: (text: String, reals: [Range<Int>]) { (text, reals) }

  var withoutLastNewline: (text: String, reals: [Range<Int>]) {
    text.hasSuffix("\n") ? (String(text.dropLast()), reals) : result
  }
}

/// A number with a fixed count of digits behind the point, rounded half away from zero.
func fixed(_ number: Double, digits: Int) -> String {
  guard number.isFinite, number.magnitude < 1e15 else { return "\(number)" }
  var scale = 1.0
  for _ in 0..<digits { scale *= 10 }
  let scaled = (number.magnitude * scale).rounded()
  guard scaled < 9e18 else { return "\(number)" }
  let whole = Int(scaled)
  let unit = Int(scale)
  let fraction = String(whole % unit)
  let sign = number < 0 && whole != 0 ? "-" : ""
  guard digits > 0 else { return sign + String(whole) }
  return sign + String(whole / unit) + "."
    + String(repeating: "0", count: digits - fraction.count) + fraction
}

/// Finds numbers with a point or an exponent in a text.
enum RealNumbers {
  static func ranges(in text: String) -> [Range<Int>] {
    let bytes = Array(text.utf8)
    var ranges: [Range<Int>] = []
    var index = 0
    func isDigit(_ position: Int) -> Bool {
      position < bytes.count && bytes[position] >= 0x30 && bytes[position] <= 0x39
    }
    while index < bytes.count {
      guard isDigit(index) else {
        index += 1
        continue
      }
      let isInWord = index > 0 && isLetter(bytes[index - 1])
      var end = index
      while isDigit(end) { end += 1 }
      var isReal = false
      if end < bytes.count, bytes[end] == 0x2E, isDigit(end + 1) {
        isReal = true
        end += 1
        while isDigit(end) { end += 1 }
      }
      if end < bytes.count, bytes[end] == 0x65 {
        var exponent = end + 1
        if exponent < bytes.count, bytes[exponent] == 0x2D || bytes[exponent] == 0x2B {
          exponent += 1
        }
        if isDigit(exponent) {
          isReal = true
          end = exponent
          while isDigit(end) { end += 1 }
        }
      }
      if isReal, !isInWord {
        let start = index > 0 && bytes[index - 1] == 0x2D ? index - 1 : index
        ranges.append(start..<end)
      }
      index = end
    }
    return ranges
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (byte >= 0x41 && byte <= 0x5A) || (byte >= 0x61 && byte <= 0x7A) || byte == 0x5F
  }
}
