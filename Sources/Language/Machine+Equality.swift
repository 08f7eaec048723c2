extension Machine {
  /// Whether two values are equal in structure.
  ///
  /// An Int equals a Double of the same value. Values of different types are unequal; functions
  /// are equal only to themselves.
  /// - Throws: A `Fault` when host objects cannot be compared or values are nested too deeply.
  public func areEqual(_ left: Value, _ right: Value) throws -> Bool {
    try areEqual(left, right, depth: 0)
  }

  func areEqual(_ left: Value, _ right: Value, _ site: Site) throws -> Bool {
    try locating(site) { try areEqual(left, right, depth: 0) }
  }

  private func areEqual(_ left: Value, _ right: Value, depth: Int) throws -> Bool {
    guard depth < Limits.nesting else {
      throw Fault("the values are nested too deeply to be compared")
    }
    // Values that share their parts may take longer than their size tells.
    try turn()
    switch (left, right) {
    case (.void, .void): return true
    case (.int(let a), .int(let b)): return a == b
    case (.int, .double), (.double, .int), (.double, .double): return left.number == right.number
    case (.bool(let a), .bool(let b)): return a == b
    case (.list(let a), .list(let b)): return try areEqual(a.elements, b.elements, depth)
    case (.tuple(let a), .tuple(let b)):
      return try a.labels == b.labels && areEqual(a.elements, b.elements, depth)
    case (.dictionary(let a), .dictionary(let b)):
      guard a.count == b.count else { return false }
      for key in a.keys {
        guard let one = a[key], let other = b[key],
          try areEqual(one, other, depth: depth + 1)
        else { return false }
      }
      return true
    case (.range(let a), .range(let b)):
      return a.lower == b.lower && a.upper == b.upper && a.isClosed == b.isClosed
        && a.step == b.step
    case (.choice(let a), .choice(let b)):
      return try a.name == b.name && a.arguments.map(\.label) == b.arguments.map(\.label)
        && areEqual(a.arguments.map(\.value), b.arguments.map(\.value), depth)
    case (.function(let a), .function(let b)): return a === b
    case (.host(let a), .host(let b)):
      if a === b { return true }
      guard let result = host?.areEqual(a, b) else {
        throw Fault("cannot compare \(article(a.typeName)) with \(article(b.typeName))")
      }
      return result
    case (.shortString, _), (.longString, _): return left.string == right.string
    default: return false
    }
  }

  private func areEqual(_ left: [Value], _ right: [Value], _ depth: Int) throws -> Bool {
    guard left.count == right.count else { return false }
    for (a, b) in zip(left, right) where !(try areEqual(a, b, depth: depth + 1)) { return false }
    return true
  }
}
