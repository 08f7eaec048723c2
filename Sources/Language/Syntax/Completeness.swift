/// Whether a text that was typed so far is a program.
public enum Completeness: Sendable {
  case complete
  /// More lines could make it right: a bracket, a block, a comment or `"""` is open.
  case incomplete
  case invalid
}

/// What the parser says of a text: for a prompt that asks for another line.
///
///     completeness(of: "for x in 0..<3 {")   // .incomplete
public func completeness(of text: String) -> Completeness {
  do {
    _ = try Parser.program(of: text)
    return .complete
  } catch let error as SyntaxError {
    return error.isIncomplete ? .incomplete : .invalid
  } catch {
    return .invalid
  }
}
