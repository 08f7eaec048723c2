extension Value {
  /// Lets a body change the elements of a list: in place where nobody else holds them.
  mutating func withElements<Result>(
    _ body: (inout [Value]) throws -> Result
  ) rethrows -> Result {
    guard case .list(var box) = take() else { preconditionFailure("only lists have elements") }
    if !isKnownUniquelyReferenced(&box) { box = ListBox(box.elements) }
    defer { self = .list(box) }
    return try body(&box.elements)
  }

  /// Lets a body change a string: in place where nobody else holds it.
  mutating func withString<Result>(
    _ body: (inout String) throws -> Result
  ) rethrows -> Result {
    guard case .string(var box) = take() else { preconditionFailure("only strings have text") }
    if !isKnownUniquelyReferenced(&box) { box = StringBox(box.string) }
    defer { self = .string(box) }
    return try body(&box.string)
  }

  /// Lets a body change the entries of a dictionary: in place where nobody else holds them.
  mutating func withEntries<Result>(
    _ body: (DictionaryBox) throws -> Result
  ) rethrows -> Result {
    guard case .dictionary(var box) = take() else {
      preconditionFailure("only dictionaries have entries")
    }
    if !isKnownUniquelyReferenced(&box) { box = DictionaryBox(copying: box) }
    defer { self = .dictionary(box) }
    return try body(box)
  }
}

// These look at a value without binding its box, which would no longer be the only reference.
extension Value {
  var listCount: Int? { if case .list(let box) = self { box.elements.count } else { nil } }
  /// The element of a list at a position; nil for anything else.
  @inline(__always)
  func listElement(_ position: Int) -> Value? {
    guard case .list(let box) = self, position < box.elements.count else { return nil }
    return box.elements[position]
  }
  var isDictionary: Bool { if case .dictionary = self { true } else { false } }
  var isHost: Bool { if case .host = self { true } else { false } }
}
