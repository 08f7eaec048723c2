#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Writes values as `print` shows them.
///
/// Depth and length are bounded: a value may be nested a million deep, or share its parts so that
/// its text would not fit the memory.
struct TextWriter {
  let host: (any Host)?
  var text = ""
  /// Whether a value was written that takes several lines.
  var hasLines = false
  static let maximumDepth = 100
  static let maximumLength = 1 << 24

  /// Adds a value; a string in a container stands in quotes.
  mutating func write(_ value: Value, quoted: Bool = false, depth: Int = 0) {
    guard depth < TextWriter.maximumDepth, text.utf8.count < TextWriter.maximumLength else {
      text += "…"
      return
    }
    switch value {
    case .void: text += "nil"
    case .int(let number): text += String(number)
    case .double(let number): text += TextWriter.text(of: number)
    case .bool(let flag): text += flag ? "true" : "false"
    case .shortString(let short): write(short.string, quoted: quoted)
    case .longString(let box): write(box.string, quoted: quoted)
    case .list(let box):
      writeItems(box.elements.count, "[", "]") { writer, position in
        writer.write(box.elements[position], quoted: true, depth: depth + 1)
      }
    case .dictionary(let box): write(box, depth)
    case .tuple(let box):
      writeItems(box.elements.count, "(", ")") { writer, position in
        if let label = box.labels[position] { writer.text += "\(label): " }
        writer.write(box.elements[position], quoted: true, depth: depth + 1)
      }
    case .range(let box): write(box)
    case .choice(let box): write(box, depth)
    case .function(let function): text += function.signature
    case .host(let object):
      let lines = host?.text(of: object) ?? object.typeName
      hasLines = hasLines || lines.utf8.contains(UInt8(ascii: "\n"))
      text += lines
    }
  }

  private mutating func write(_ box: DictionaryBox, _ depth: Int) {
    guard box.count > 0 else {
      text += "[:]"
      return
    }
    writeItems(box.count, "[", "]") { writer, position in
      let key = box.keys[position]
      writer.write(key.value, quoted: true, depth: depth + 1)
      writer.text += ": "
      writer.write(box[key] ?? .void, quoted: true, depth: depth + 1)
    }
  }

  private mutating func write(_ box: RangeBox) {
    guard box.step == 1 else {
      let label = box.isClosed ? "through" : "to"
      text += "stride(from: \(box.lower ?? 0), \(label): \(box.upper ?? 0), by: \(box.step))"
      return
    }
    text += box.lower.map(String.init) ?? ""
    text += box.isClosed || box.upper == nil ? "..." : "..<"
    text += box.upper.map(String.init) ?? ""
  }

  private mutating func write(_ box: ChoiceBox, _ depth: Int) {
    text += ".\(box.name)"
    guard !box.arguments.isEmpty else { return }
    writeItems(box.arguments.count, "(", ")") { writer, position in
      if let label = box.arguments[position].label { writer.text += "\(label): " }
      writer.write(box.arguments[position].value, quoted: true, depth: depth + 1)
    }
  }

  /// Writes items in brackets: side by side, or each on lines of its own if one takes several.
  private mutating func writeItems(
    _ count: Int, _ opening: String, _ closing: String, _ item: (inout TextWriter, Int) -> Void
  ) {
    let hadLines = hasLines
    hasLines = false
    text += opening
    let start = text.utf8.count
    var ends: [Int] = []
    for position in 0..<count {
      if position > 0 { text += ", " }
      guard text.utf8.count < TextWriter.maximumLength else {
        text += "…"
        break
      }
      item(&self, position)
      ends.append(text.utf8.count)
    }
    if hasLines, text.utf8.count < TextWriter.maximumLength { breakLines(from: start, at: ends) }
    text += closing
    hasLines = hasLines || hadLines
  }

  /// Gives each item lines of its own, indented.
  private mutating func breakLines(from start: Int, at ends: [Int]) {
    let bytes = Array(text.utf8.dropFirst(start))
    var lines: [UInt8] = []
    var first = 0
    for (item, end) in ends.enumerated() {
      lines += (item == 0 ? "\n  " : ",\n  ").utf8
      for byte in bytes[first..<(end - start)] {
        lines.append(byte)
        if byte == UInt8(ascii: "\n") { lines += "  ".utf8 }
      }
      // Behind an item stand a comma and a space.
      first = min(end - start + 2, bytes.count)
    }
    text = String(decoding: text.utf8.prefix(start), as: UTF8.self)
    text += String(decoding: lines, as: UTF8.self) + "\n"
  }

  private mutating func write(_ string: String, quoted: Bool) {
    if quoted { writeQuoted(string) } else { text += string }
  }

  private mutating func writeQuoted(_ string: String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\n": text += "\\n"
      case "\t": text += "\\t"
      case "\r": text += "\\r"
      case "\0": text += "\\0"
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }

  /// A Double in the fewest digits that read back as the same number.
  static func text(of number: Double) -> String {
    number.isNaN ? "nan" : number.description
  }

  /// A duration in the unit that suits it: `1.25 ms`, `3.40 s`.
  static func text(of duration: Duration) -> String {
    let seconds = duration / .seconds(1)
    switch seconds {
    case ..<1e-6: return "\(fixed(seconds * 1e9, digits: 0)) ns"
    case ..<1e-3: return "\(fixed(seconds * 1e6, digits: 1)) µs"
    case ..<1: return "\(fixed(seconds * 1e3, digits: 2)) ms"
    default: return "\(fixed(seconds, digits: 2)) s"
    }
  }

  /// A number with a fixed count of digits behind the point, at most 100.
  static func fixed(_ number: Double, digits: Int) -> String {
    guard number.isFinite else { return text(of: number) }
    // The greatest Double has 309 digits before the point.
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { buffer in
      let written = withVaList([Int32(digits), number]) { list in
        vsnprintf(buffer.baseAddress, buffer.count, "%.*f", list)
      }
      let bytes = buffer.prefix(max(0, Int(written))).map { UInt8(bitPattern: $0) }
      return String(decoding: bytes, as: UTF8.self)
    }
  }
}

extension DictionaryKey {
  /// The key as a value of the language.
  public var value: Value {
    switch self {
    case .int(let number): .int(number)
    case .string(let string): .text(string)
    case .bool(let flag): .bool(flag)
    }
  }

  /// The key that a value makes; nil when it cannot be one.
  public init?(_ value: Value) {
    switch value {
    case .int(let number): self = .int(number)
    case .bool(let flag): self = .bool(flag)
    case .shortString, .longString: self = .string(value.string ?? "")
    default: return nil
    }
  }
}
