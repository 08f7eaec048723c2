extension LanguageFunctions {
  static var general: [NativeFunction] {
    [
      NativeFunction(
        "print(values..., separator = \" \", terminator = \"\\n\")",
        "Writes values, with a space between them, and ends the line."
      ) { given, machine in
        let separator = try given.has(1) ? given.string(1) : " "
        let end = try given.has(2) ? given.string(2) : "\n"
        let text = given.rest.map { machine.text(of: $0) }.joined(separator: separator)
        machine.host?.write(text + end)
        return .void
      },
      NativeFunction(
        "expect(_ condition, _ message = )",
        "Stops with an error when the condition is false."
      ) { given, machine in
        guard case .bool(let holds) = given.value(0) else {
          throw given.fault(
            "'expect' wants a Bool, not \(article(given.value(0).kindName))", 0)
        }
        if holds { return .void }
        let text = given.has(1) ? machine.text(of: given.value(1)) : "the condition is false"
        throw Diagnostic(text, kind: .expectation)
      },
      NativeFunction("error(_ message)", "Stops with an error of your own.") { given, machine in
        throw Fault(machine.text(of: given.value(0)))
      },
      NativeFunction(
        "time(_ body)", "Runs a closure, tells how long it took, and gives its value."
      ) { given, machine in
        let body = try given.function(0)
        let clock = ContinuousClock()
        let start = clock.now
        let result = try machine.apply(body)
        machine.host?.note("took \(TextWriter.text(of: clock.now - start))")
        return result
      },
      NativeFunction("type(_ value)", "The name of a value's type.") { given, _ in
        .text(given.value(0).kindName)
      },
      NativeFunction("count(_ value)", "How many elements a value has.") { given, machine in
        let value = given.value(0)
        guard let property = Properties.property("count", of: value) else {
          throw given.fault("\(article(value.kindName)) has no count", 0)
        }
        return try property(value)
      },
      NativeFunction(
        "zip(_ first, _ second)",
        "The pairs of the elements of two lists, as far as both go."
      ) { given, machine in
        let pairs = zip(try given.elements(0, machine), try given.elements(1, machine))
        return .elements(pairs.map { .tuple(TupleBox([$0, $1])) })
      },
      NativeFunction(
        "stride(from start, to end = , by step, through last = )",
        "The numbers from a start on in equal steps, without the end or through it."
      ) { given, machine in
        guard given.has(1) != given.has(3) else {
          throw Fault("stride wants either 'to:' or 'through:'")
        }
        return try stride(given, end: given.has(1) ? 1 : 3, isClosed: given.has(3))
      },
    ]
  }

  private static func stride(_ given: Given, end: Int, isClosed: Bool) throws -> Value {
    if case .int(let step) = given.value(2), step == 0 {
      throw given.fault("the step of a stride is not 0", 2)
    }
    if case .int(let first) = given.value(0), case .int(let last) = given.value(end),
      case .int(let step) = given.value(2)
    {
      return .range(RangeBox(lower: first, upper: last, isClosed: isClosed, step: step))
    }
    let first = try given.double(0)
    let last = try given.double(end)
    let step = try given.double(2)
    guard step != 0, first.isFinite, last.isFinite, step.isFinite else {
      throw given.fault("the bounds and the step of a stride are finite, and the step is not 0", 2)
    }
    let turns = ((last - first) / step).rounded(.down)
    guard turns < Double(Limits.elements) else {
      throw given.fault("the stride would have more than \(Limits.elements) numbers", 2)
    }
    guard turns >= 0 else { return .elements([]) }
    var values = (0...Int(turns)).map { first + Double($0) * step }
    if !isClosed, let final = values.last, step > 0 ? final >= last : final <= last {
      values.removeLast()
    }
    return .elements(values.map { .double($0) })
  }
}
