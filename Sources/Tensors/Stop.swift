import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The wish to stop what is running, polled by every long piece of work.
///
/// Work asks the token of its thread: the one that `use` put there, else the process's, which a
/// signal handler may set. So two sessions on two threads are stopped apart.
public final class Stop: Sendable {
  /// The token of work that has no other.
  public static let shared = Stop()

  private let flag = Atomic<Bool>(false)

  public init() {}

  /// Asks the work to stop; safe in a signal handler.
  public func request() { flag.store(true, ordering: .relaxed) }
  public func clear() { flag.store(false, ordering: .relaxed) }
  public var isRequested: Bool { flag.load(ordering: .relaxed) }

  /// Runs work of this thread under this token.
  public func use<R>(_ body: () throws -> R) rethrows -> R {
    let before = pthread_getspecific(Self.key)
    pthread_setspecific(Self.key, Unmanaged.passUnretained(self).toOpaque())
    defer { pthread_setspecific(Self.key, before) }
    return try withExtendedLifetime(self) { try body() }
  }

  /// The token of the thread that asks.
  public static var current: Stop {
    guard let raw = pthread_getspecific(key) else { return shared }
    return Unmanaged<Stop>.fromOpaque(raw).takeUnretainedValue()
  }

  public static func request() { current.request() }
  public static func clear() { current.clear() }
  public static var isRequested: Bool { current.isRequested }

  /// Throws `TensorError.interrupted` if a stop was asked for.
  public static func check() throws {
    if isRequested { throw TensorError.interrupted }
  }

  private static let key: pthread_key_t = {
    var key = pthread_key_t()
    pthread_key_create(&key, nil)
    return key
  }()
}
