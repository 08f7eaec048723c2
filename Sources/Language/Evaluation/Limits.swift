/// Bounds on what one value may hold, so that a slip cannot exhaust the memory.
enum Limits {
  /// Elements of a list.
  static let elements = 1 << 25
  /// Bytes of a string.
  static let bytes = 1 << 28
  /// How deep values may be nested where something recurses through them.
  static let nesting = 500

  static func tooManyElements(_ site: Site) -> Diagnostic {
    site.error("the list would have more than \(elements) elements")
  }

  static func tooLong(_ site: Site) -> Diagnostic {
    site.error("the string would have more than \(bytes) bytes")
  }
}
