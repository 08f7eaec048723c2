/// What is wrong, where, and what would be right.
///
/// Facts only: `DiagnosticRenderer` turns it into lines with carets. Messages are one lower-case
/// phrase without a full stop that names the rule and the thing.
public struct Diagnostic: Error, Sendable {
  public enum Severity: String, Sendable { case error, warning }
  /// What went wrong, as far as the caller treats it differently.
  public enum Kind: Sendable {
    /// The text is not a program.
    case syntax
    /// An error while running.
    case runtime
    /// An `expect` whose condition is false.
    case expectation
  }

  /// A place with a label, in the text where it stands.
  public struct Mark: Sendable {
    public var source: Source
    public var range: SourceRange
    public var label: String
    public init(source: Source, range: SourceRange, label: String = "") {
      self.source = source
      self.range = range
      self.label = label
    }
  }

  public var severity: Severity
  public var kind: Kind
  public var message: String
  /// The place of the error; nil when it has none (a fault of the whole run).
  public var primary: Mark?
  /// Other places that help: "declared here", "called from here".
  public var secondary: [Mark]
  /// What would be right, when it is certain: `did you mean 'relu'?`.
  public var help: String?

  public init(
    _ message: String, severity: Severity = .error, kind: Kind = .runtime, primary: Mark? = nil,
    secondary: [Mark] = [], help: String? = nil
  ) {
    self.severity = severity
    self.kind = kind
    self.message = message
    self.primary = primary
    self.secondary = secondary
    self.help = help
  }
}

/// An error of the host without a place; the machine adds the place of the call or the argument.
public struct Fault: Error, Sendable {
  public var message: String
  public var help: String?
  /// Position of the argument at fault among the arguments as they were passed, if one is.
  public var argument: Int?
  /// Whether the label of that argument is at fault, and not its value.
  public var isAtLabel: Bool
  public init(
    _ message: String, help: String? = nil, argument: Int? = nil, atLabel: Bool = false
  ) {
    self.message = message
    self.help = help
    self.argument = argument
    isAtLabel = atLabel
  }
}

/// The run was stopped from outside (Ctrl-C, a time limit).
public struct Interruption: Error, Sendable, Equatable {
  public enum Reason: Sendable { case user, timeLimit, stepLimit }
  public var reason: Reason
  public init(_ reason: Reason) { self.reason = reason }
}
