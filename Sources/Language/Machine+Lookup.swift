extension Machine {
  /// A property of a value without a text that asks for it: for completion behind `a.b.`.
  ///
  /// No code of the program runs. Nil where there is no such property or it cannot be had.
  public func property(_ name: String, of value: Value) -> Value? {
    let nowhere = Site(source: Source(""), range: .none)
    guard let member = try? member(name, of: value, nowhere) else { return nil }
    return member
  }
}

extension Function {
  /// The labels that a call may use, as far as they are known.
  public var labels: [String] {
    switch self {
    case let closure as Closure: closure.code.parameters.compactMap(\.label)
    case let native as NativeFunction: native.parameters.compactMap(\.label)
    default: []
    }
  }
}
