public import Sessions

/// What the command tells the shell.
public enum ExitStatus: Int32, Sendable {
  case done = 0
  /// A replay differs from its recording, or an `expect` was false.
  case differs = 1
  /// The command line or the file is wrong.
  case wrongUse = 2
  /// A cell failed.
  case failed = 3
  /// Ctrl-C: 128 and the number of the signal, as shells have it.
  case interrupted = 130

  /// The status for a cell that ended this way and should not have.
  public init(_ failure: Outcome.Failure?) {
    switch failure {
    case nil: self = .done
    case .diagnostics: self = .failed
    case .expectation: self = .differs
    case .interrupted(.user): self = .interrupted
    case .interrupted: self = .failed
    }
  }

  /// The one that matters more, for a command that did several things.
  public func joined(with other: ExitStatus) -> ExitStatus {
    let order: [ExitStatus] = [.interrupted, .wrongUse, .failed, .differs]
    return order.first { $0 == self || $0 == other } ?? .done
  }
}
