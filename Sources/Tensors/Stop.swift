import Synchronization

/// The wish to stop what is running: set from a signal handler, polled by every long piece of work.
public enum Stop {
  private static let flag = Atomic<Bool>(false)

  /// Asks the work that is running to stop; safe in a signal handler.
  public static func request() { flag.store(true, ordering: .relaxed) }
  public static func clear() { flag.store(false, ordering: .relaxed) }
  public static var isRequested: Bool { flag.load(ordering: .relaxed) }

  /// Throws `TensorError.interrupted` if a stop was asked for.
  public static func check() throws {
    if isRequested { throw TensorError.interrupted }
  }
}
