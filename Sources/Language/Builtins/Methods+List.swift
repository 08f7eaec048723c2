extension Methods {
  static let lists = table(reading + searching + changing)

  private static func elements(_ value: Value) -> [Value] {
    if case .list(let box) = value { box.elements } else { [] }
  }

  private static let reading: [Method] = [
    Method("map(_ transform)") { receiver, given, machine in
      let function = try given.function(0)
      return .elements(try elements(receiver).map { try machine.apply(function, $0) })
    },
    Method("filter(_ isIncluded)") { receiver, given, machine in
      let function = try given.function(0)
      return .elements(try elements(receiver).filter { try machine.test(function, $0) })
    },
    Method("flatMap(_ transform)") { receiver, given, machine in
      let function = try given.function(0)
      var result: [Value] = []
      for element in elements(receiver) {
        result += try machine.elements(of: try machine.apply(function, element))
        guard result.count <= Limits.elements else {
          throw Fault("the list would have more than \(Limits.elements) elements")
        }
      }
      return .elements(result)
    },
    Method("compactMap(_ transform)") { receiver, given, machine in
      let function = try given.function(0)
      let values = try elements(receiver).map { try machine.apply(function, $0) }
      return .elements(values.filter { !$0.isVoid })
    },
    Method("reduce(_ initial, _ combine)") { receiver, given, machine in
      let function = try given.function(1)
      return try elements(receiver).reduce(given.value(0)) {
        try machine.apply(function, $0, $1)
      }
    },
    Method("forEach(_ body)") { receiver, given, machine in
      let function = try given.function(0)
      for element in elements(receiver) { _ = try machine.apply(function, element) }
      return .void
    },
    Method("sorted(by areInOrder = )") { receiver, given, machine in
      .elements(try sorted(elements(receiver), given, machine))
    },
    Method("reversed()") { receiver, _, _ in .elements(elements(receiver).reversed()) },
    Method("enumerated()") { receiver, _, _ in
      .elements(
        elements(receiver).enumerated().map {
          .tuple(TupleBox([.int($0.offset), $0.element], labels: ["offset", "element"]))
        })
    },
    Method("prefix(_ count)") { receiver, given, _ in
      let count = try given.int(0, in: 0...Int.max)
      return .elements(Array(elements(receiver).prefix(count)))
    },
    Method("suffix(_ count)") { receiver, given, _ in
      let count = try given.int(0, in: 0...Int.max)
      return .elements(Array(elements(receiver).suffix(count)))
    },
    Method("dropFirst(_ count = )") { receiver, given, _ in
      let count = try given.has(0) ? given.int(0, in: 0...Int.max) : 1
      return .elements(Array(elements(receiver).dropFirst(count)))
    },
    Method("dropLast(_ count = )") { receiver, given, _ in
      let count = try given.has(0) ? given.int(0, in: 0...Int.max) : 1
      return .elements(Array(elements(receiver).dropLast(count)))
    },
    Method("joined(separator = )") { receiver, given, machine in
      try joined(elements(receiver), try given.has(0) ? given.string(0) : "", machine)
    },
  ]

  private static let searching: [Method] = [
    Method("contains(_ element = , where condition = )") { receiver, given, machine in
      .bool(try position(in: elements(receiver), given, machine) != nil)
    },
    Method("firstIndex(of element = , where condition = )") { receiver, given, machine in
      try position(in: elements(receiver), given, machine).map { .int($0) } ?? .void
    },
    Method("first(where condition)") { receiver, given, machine in
      let function = try given.function(0)
      return try elements(receiver).first { try machine.test(function, $0) } ?? .void
    },
    Method("last(where condition)") { receiver, given, machine in
      let function = try given.function(0)
      return try elements(receiver).last { try machine.test(function, $0) } ?? .void
    },
    Method("count(where condition = )") { receiver, given, machine in
      guard given.has(0) else { return .int(elements(receiver).count) }
      let function = try given.function(0)
      return .int(try elements(receiver).count { try machine.test(function, $0) })
    },
    Method("allSatisfy(_ condition)") { receiver, given, machine in
      let function = try given.function(0)
      return .bool(try elements(receiver).allSatisfy { try machine.test(function, $0) })
    },
    Method("min(by areInOrder = )") { receiver, given, machine in
      guard given.has(0) else { return try machine.extreme(elements(receiver), .less) }
      let function = try given.function(0)
      return try elements(receiver).min { try machine.test(function, $0, $1) } ?? .void
    },
    Method("max(by areInOrder = )") { receiver, given, machine in
      guard given.has(0) else { return try machine.extreme(elements(receiver), .greater) }
      let function = try given.function(0)
      return try elements(receiver).max { try machine.test(function, $0, $1) } ?? .void
    },
    Method("sum()") { receiver, _, machine in try sum(elements(receiver), machine) },
  ]

  private static let changing: [Method] = [
    Method("append(_ element = , contentsOf elements = )", isMutating: true) {
      receiver, given, machine in
      guard given.has(0) != given.has(1) else {
        throw Fault("'append' wants an element, or the list 'contentsOf:'")
      }
      let added = try given.has(0) ? [given.value(0)] : given.elements(1, machine)
      try receiver.withElements { elements in
        guard elements.count + added.count <= Limits.elements else {
          throw Fault("a list holds at most \(Limits.elements) elements")
        }
        elements.append(contentsOf: added)
      }
      return .void
    },
    Method("insert(_ element, at position)", isMutating: true) { receiver, given, _ in
      let count = receiver.listCount ?? 0
      let position = try given.int(1)
      let offset = position < 0 ? position + count : position
      guard offset >= 0, offset <= count, count < Limits.elements else {
        throw given.fault("cannot insert at \(position) in a list of \(count)", 1)
      }
      receiver.withElements { $0.insert(given.value(0), at: offset) }
      return .void
    },
    Method("remove(at position)", isMutating: true) { receiver, given, _ in
      let count = receiver.listCount ?? 0
      let position = try given.int(0)
      let offset = position < 0 ? position + count : position
      guard offset >= 0, offset < count else {
        throw given.fault("cannot remove at \(position) in a list of \(count)", 0)
      }
      return receiver.withElements { $0.remove(at: offset) }
    },
    Method("removeLast()", isMutating: true) { receiver, _, _ in
      guard let last = receiver.withElements({ $0.popLast() }) else {
        throw Fault("an empty list has no last element")
      }
      return last
    },
    Method("removeFirst()", isMutating: true) { receiver, _, _ in
      guard receiver.listCount ?? 0 > 0 else {
        throw Fault("an empty list has no first element")
      }
      return receiver.withElements { $0.removeFirst() }
    },
    Method("removeAll(where condition = )", isMutating: true) { receiver, given, machine in
      guard given.has(0) else {
        receiver = .elements([])
        return .void
      }
      let function = try given.function(0)
      let kept = try elements(receiver).filter { !(try machine.test(function, $0)) }
      receiver = .elements(kept)
      return .void
    },
    Method("swapAt(_ first, _ second)", isMutating: true) { receiver, given, _ in
      let count = receiver.listCount ?? 0
      let offsets = try [0, 1].map { parameter in
        let position = try given.int(parameter)
        let offset = position < 0 ? position + count : position
        guard offset >= 0, offset < count else {
          throw given.fault("the list of \(count) has no position \(position)", parameter)
        }
        return offset
      }
      receiver.withElements { $0.swapAt(offsets[0], offsets[1]) }
      return .void
    },
    Method("reverse()", isMutating: true) { receiver, _, _ in
      receiver.withElements { $0.reverse() }
      return .void
    },
    Method("sort(by areInOrder = )", isMutating: true) { receiver, given, machine in
      receiver = .elements(try sorted(elements(receiver), given, machine))
      return .void
    },
  ]

  private static func sorted(
    _ elements: [Value], _ given: Given, _ machine: Machine
  ) throws -> [Value] {
    guard given.has(0) else {
      return try elements.sorted {
        try machine.turn()
        return try machine.isOrdered($0, .less, $1)
      }
    }
    let function = try given.function(0)
    return try elements.sorted { try machine.test(function, $0, $1) }
  }

  private static func position(
    in elements: [Value], _ given: Given, _ machine: Machine
  ) throws -> Int? {
    if try given.wantsCondition() {
      let function = try given.function(1)
      return try elements.firstIndex { try machine.test(function, $0) }
    }
    let element = given.value(0)
    return try elements.firstIndex { try machine.areEqual($0, element) }
  }

  private static func joined(
    _ elements: [Value], _ separator: String, _ machine: Machine
  ) throws -> Value {
    // Gathered as bytes: a string would look at its own form at each of many short pieces.
    var bytes: [UInt8] = []
    let gap = Array(separator.utf8)
    for position in elements.indices {
      if position > 0 { bytes += gap }
      switch elements[position] {
      case .shortString(let text): text.withBytes { bytes += $0 }
      case .longString(let box): bytes += box.string.utf8
      case .int(let number): bytes += String(number).utf8
      case let element: bytes += machine.text(of: element).utf8
      }
      guard bytes.count <= Limits.bytes else {
        throw Fault("the string would have more than \(Limits.bytes) bytes")
      }
    }
    let text = String(decoding: bytes, as: UTF8.self)
    return .text(text)
  }

  private static func sum(_ elements: [Value], _ machine: Machine) throws -> Value {
    var whole = 0
    var real = 0.0
    var isReal = false
    for element in elements {
      switch element {
      case .int(let number):
        let (sum, overflow) = whole.addingReportingOverflow(number)
        guard !overflow else { throw Fault("the sum is too large for an Int") }
        whole = sum
      case .double(let number):
        isReal = true
        real += number
      default:
        throw Fault("sum() adds numbers, not \(article(element.kindName))")
      }
    }
    return isReal ? .double(real + Double(whole)) : .int(whole)
  }
}
