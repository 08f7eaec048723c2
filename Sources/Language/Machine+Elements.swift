extension Machine {
  /// The elements of a list, range, string, dictionary or host object, as `for` goes through
  /// them.
  /// - Throws: A `Fault` when the value has no elements or more than a list may hold.
  public func elements(of value: Value) throws -> [Value] {
    switch value {
    case .list(let box):
      return box.elements
    case .range(let box):
      guard let extent = box.extent else {
        throw Fault("the range \(text(of: value)) has no end")
      }
      guard extent.count <= Limits.elements else {
        throw Fault(
          "a list of \(extent.count) elements is too long; at most \(Limits.elements) fit")
      }
      return (0..<extent.count).map { .int(extent.first &+ $0 &* box.step) }
    default:
      guard let next = try iterator(over: value) else {
        throw Fault("\(article(value.kindName)) has no elements to go through")
      }
      var result: [Value] = []
      while let element = try next() {
        try turn()
        guard result.count < Limits.elements else {
          throw Fault("a list holds at most \(Limits.elements) elements")
        }
        result.append(element)
      }
      return result
    }
  }

  /// Goes through a value element by element; nil when it has none to go through.
  func iterator(over value: Value) throws -> (() throws -> Value?)? {
    switch value {
    case .list(let box):
      var position = 0
      let elements = box.elements
      return {
        guard position < elements.count else { return nil }
        defer { position += 1 }
        return elements[position]
      }
    case .shortString, .longString:
      var characters = (value.string ?? "").makeIterator()
      return { characters.next().map { .text(String($0)) } }
    case .dictionary(let box):
      var position = 0
      let keys = box.keys
      let values = box.values
      return {
        guard position < keys.count else { return nil }
        defer { position += 1 }
        let key = keys[position]
        return .tuple(TupleBox([key.value, values[key] ?? .void], labels: ["key", "value"]))
      }
    case .range:
      let elements = try elements(of: value)
      return try iterator(over: .elements(elements))
    default:
      return try host?.iterator(over: value)
    }
  }

  func iterator(over value: Value, _ site: Site) throws -> () throws -> Value? {
    if case .host(let object) = value { try checkTaken(object, site) }
    guard let next = try locating(site, { try iterator(over: value) }) else {
      throw site.error(
        "\(article(value.kindName)) has no elements to go through",
        help: value.number != nil ? "write 0..<n to count" : nil)
    }
    return next
  }

  /// Calls a closure without arguments from a builtin.
  func apply(_ function: Value) throws -> Value { try applySlowly(function, []) }

  /// Calls a closure from a builtin.
  func apply(_ function: Value, _ argument: Value) throws -> Value {
    if case .function(let function) = function, let code = function.quickCode,
      code._withUnsafeGuaranteedRef({ $0.parameterCount == 1 })
    {
      return try apply(function, code) { $0[0] = argument }
    }
    return try applySlowly(function, [argument])
  }

  /// Calls a closure of two arguments from a builtin.
  func apply(_ function: Value, _ first: Value, _ second: Value) throws -> Value {
    if case .function(let function) = function, let code = function.quickCode,
      code._withUnsafeGuaranteedRef({ $0.parameterCount == 2 })
    {
      return try apply(function, code) {
        $0[0] = first
        $0[1] = second
      }
    }
    return try applySlowly(function, [first, second])
  }

  /// Calls a closure with its frame filled by a body.
  @inline(__always)
  private func apply(
    _ function: Function, _ code: Unmanaged<FunctionCode>, _ fill: (Frame) -> Void
  ) throws -> Value {
    let size = code._withUnsafeGuaranteedRef { $0.frameSize }
    guard let frame = enter(size) else {
      throw code._withUnsafeGuaranteedRef { tooDeep($0, nil) }
    }
    defer { leave(frame, size) }
    fill(frame)
    if code._withUnsafeGuaranteedRef({ $0.isPrepared }) { prepare(function, frame) }
    return try code._withUnsafeGuaranteedRef { try runBody($0, frame) }
  }

  private func applySlowly(_ function: Value, _ values: [Value]) throws -> Value {
    var arguments = values.map { Argument(value: $0) }
    switch function {
    case .function(let function):
      try turn()
      return try function.call(&arguments, at: .none, in: self)
    default:
      return try call(function, with: &arguments)
    }
  }

  /// Calls a closure that answers yes or no.
  func test(_ function: Value, _ argument: Value) throws -> Bool {
    try answer(try apply(function, argument))
  }

  func test(_ function: Value, _ first: Value, _ second: Value) throws -> Bool {
    try answer(try apply(function, first, second))
  }

  private func answer(_ answer: Value) throws -> Bool {
    guard case .bool(let flag) = answer else {
      throw Fault("the closure gives a Bool, not \(article(answer.kindName))")
    }
    return flag
  }
}
