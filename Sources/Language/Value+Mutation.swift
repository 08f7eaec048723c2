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
    switch take() {
    case .shortString(let short):
      var string = short.string
      defer { self = .text(string) }
      return try body(&string)
    case .longString(var box):
      if !isKnownUniquelyReferenced(&box) { box = StringBox(box.string) }
      defer { self = .longString(box) }
      return try body(&box.string)
    default: preconditionFailure("only strings have text")
    }
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

extension UnsafeMutablePointer<Value> {
  /// Appends to the list in a slot, in place where nobody else holds it; false where there is none
  /// with room for more.
  @inline(__always)
  func append(_ element: Value) -> Bool {
    guard let count = pointee.listCount, count < Limits.elements else { return false }
    // Moved out of its slot and back, the box is never counted a second time.
    guard case .list(var box) = move() else { preconditionFailure("a list, as its count says") }
    if !isKnownUniquelyReferenced(&box) { box = ListBox(box.elements) }
    box.elements.append(element)
    initialize(to: .list(box))
    return true
  }

  /// Appends to the string in a slot, in place where nobody else holds it; false where there is none
  /// with room for more.
  @inline(__always)
  func append(_ text: String) -> Bool {
    if case .shortString(let short) = pointee {
      guard ShortString.capacity + text.utf8.count <= Limits.bytes else { return false }
      pointee = .text(short.string + text)
      return true
    }
    guard case .longString = pointee else { return false }
    guard case .longString(var box) = move() else { preconditionFailure("a string, as seen") }
    let size = box.string.utf8.count + text.utf8.count
    if size <= Limits.bytes {
      if !isKnownUniquelyReferenced(&box) { box = StringBox(box.string) }
      box.string += text
    }
    initialize(to: .longString(box))
    return size <= Limits.bytes
  }
}
