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
  var isDictionary: Bool { if case .dictionary = self { true } else { false } }
  var isHost: Bool { if case .host = self { true } else { false } }
}
