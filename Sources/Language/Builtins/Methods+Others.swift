extension Methods {
  private static func text(_ value: Value) -> String { value.string ?? "" }

  static let strings = table([
    Method("uppercased()") { receiver, _, _ in .text(text(receiver).uppercased()) },
    Method("lowercased()") { receiver, _, _ in .text(text(receiver).lowercased()) },
    Method("trimmed()") { receiver, _, _ in
      let tail = text(receiver).drop(while: \.isWhitespace)
      let end = tail.lastIndex { !$0.isWhitespace }
      return .text(end.map { String(tail[...$0]) } ?? "")
    },
    Method("contains(_ part = , where condition = )") { receiver, given, machine in
      if let answer = try satisfies(receiver, given, machine) { return answer }
      let part = try given.string(0)
      return .bool(part.isEmpty || find(Array(part), in: Array(text(receiver)), from: 0) != nil)
    },
    Method("hasPrefix(_ part)") { receiver, given, _ in
      .bool(text(receiver).hasPrefix(try given.string(0)))
    },
    Method("hasSuffix(_ part)") { receiver, given, _ in
      .bool(text(receiver).hasSuffix(try given.string(0)))
    },
    Method("split(separator = )") { receiver, given, _ in
      guard given.has(0) else {
        return .elements(
          text(receiver).split(whereSeparator: \.isWhitespace).map { .text(String($0)) })
      }
      let separator = Array(try given.string(0))
      guard !separator.isEmpty else { throw given.fault("the separator is empty", 0) }
      return .elements(pieces(of: text(receiver), at: separator).map { .text($0) })
    },
    Method("lines()") { receiver, _, _ in
      .elements(
        text(receiver).split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
          .map { .text(String($0)) })
    },
    Method("replacing(_ part, with other)") { receiver, given, _ in
      let part = Array(try given.string(0))
      let other = try given.string(1)
      guard !part.isEmpty else { throw given.fault("the part to replace is empty", 0) }
      let pieces = pieces(of: text(receiver), at: part)
      let (added, overflow) = other.utf8.count.multipliedReportingOverflow(by: pieces.count)
      guard !overflow, added <= Limits.bytes - min(text(receiver).utf8.count, Limits.bytes) else {
        throw Fault("the string would have more than \(Limits.bytes) bytes")
      }
      return .text(pieces.joined(separator: other))
    },
    Method("repeated(_ count)") { receiver, given, _ in
      let count = try given.int(0, in: 0...Int.max)
      let (bytes, overflow) = text(receiver).utf8.count.multipliedReportingOverflow(by: count)
      guard !overflow, bytes <= Limits.bytes else {
        throw given.fault("the string would have more than \(Limits.bytes) bytes", 0)
      }
      return .text(bytes == 0 ? "" : String(repeating: text(receiver), count: count))
    },
    Method("reversed()") { receiver, _, _ in .text(String(text(receiver).reversed())) },
    Method("prefix(_ count)") { receiver, given, _ in
      .text(String(text(receiver).prefix(try given.int(0, in: 0...Int.max))))
    },
    Method("suffix(_ count)") { receiver, given, _ in
      .text(String(text(receiver).suffix(try given.int(0, in: 0...Int.max))))
    },
    Method("padded(to width)") { receiver, given, _ in
      let width = try given.int(0, in: 0...10_000)
      let missing = width - DisplayWidth.of(text(receiver))
      return .text(text(receiver) + String(repeating: " ", count: max(0, missing)))
    },
  ])

  /// Whether a condition, if that is what `contains` was given, holds of an element.
  private static func satisfies(
    _ receiver: Value, _ given: Given, _ machine: Machine
  ) throws -> Value? {
    guard try given.wantsCondition() else { return nil }
    let function = try given.function(1)
    return .bool(
      try machine.elements(of: receiver).contains { try machine.test(function, $0) })
  }

  /// The offset of a part from an offset on; nil when it is not there.
  private static func find(
    _ part: [Character], in text: [Character], from start: Int
  ) -> Int? {
    guard part.count <= text.count - start else { return nil }
    return (start...(text.count - part.count)).first { offset in
      text[offset..<(offset + part.count)].elementsEqual(part)
    }
  }

  private static func pieces(of string: String, at separator: [Character]) -> [String] {
    let text = Array(string)
    var result: [String] = []
    var start = 0
    while let offset = find(separator, in: text, from: start) {
      result.append(String(text[start..<offset]))
      start = offset + separator.count
    }
    result.append(String(text[start...]))
    return result
  }

  static let dictionaries = table([
    Method("contains(_ key = , where condition = )") { receiver, given, machine in
      if let answer = try satisfies(receiver, given, machine) { return answer }
      guard case .dictionary(let box) = receiver, let key = DictionaryKey(given.value(0)) else {
        throw given.fault(
          "the key of a dictionary is an Int, a String or a Bool, "
            + "not \(article(given.value(0).kindName))", 0)
      }
      return .bool(box[key] != nil)
    },
    Method("removeValue(forKey key)", isMutating: true) { receiver, given, _ in
      guard let key = DictionaryKey(given.value(0)) else {
        throw given.fault("expected a key, not \(article(given.value(0).kindName))", 0)
      }
      return receiver.withEntries { box in
        let removed = box[key]
        box[key] = nil
        return removed ?? .void
      }
    },
    Method("mapValues(_ transform)") { receiver, given, machine in
      guard case .dictionary(let box) = receiver else { return .void }
      let function = try given.function(0)
      let result = DictionaryBox()
      for key in box.keys { result[key] = try machine.apply(function, box[key] ?? .void) }
      return .dictionary(result)
    },
    Method("filter(_ isIncluded)") { receiver, given, machine in
      guard case .dictionary(let box) = receiver else { return .void }
      let function = try given.function(0)
      let result = DictionaryBox()
      for key in box.keys {
        guard let value = box[key] else { continue }
        let entry = Value.tuple(TupleBox([key.value, value], labels: ["key", "value"]))
        if try machine.test(function, entry) { result[key] = value }
      }
      return .dictionary(result)
    },
  ])

  static let ranges = table([
    Method("contains(_ number = , where condition = )") { receiver, given, machine in
      if let answer = try satisfies(receiver, given, machine) { return answer }
      guard case .range(let box) = receiver else { return .bool(false) }
      let number = try given.double(0)
      if box.step != 1 {
        guard case .int(let whole) = given.value(0), let extent = box.extent else {
          return .bool(false)
        }
        let (distance, overflow) = whole.subtractingReportingOverflow(extent.first)
        guard !overflow, box.step == -1 || distance % box.step == 0 else { return .bool(false) }
        let position = box.step == -1 ? 0 &- distance : distance / box.step
        return .bool(position >= 0 && position < extent.count)
      }
      if let lower = box.lower, number < Double(lower) { return .bool(false) }
      guard let upper = box.upper else { return .bool(true) }
      return .bool(box.isClosed ? number <= Double(upper) : number < Double(upper))
    }
  ])

  static let numbers = table([
    Method("rounded()") { receiver, _, _ in
      if case .double(let number) = receiver {
        .double(number.rounded(.toNearestOrEven))
      } else {
        receiver
      }
    },
    Method("isMultiple(of divisor)") { receiver, given, _ in
      guard case .int(let number) = receiver else {
        throw Fault("only an Int is a multiple of another")
      }
      let divisor = try given.int(0)
      return .bool(divisor == 0 ? number == 0 : divisor == -1 || number % divisor == 0)
    },
  ])
}
