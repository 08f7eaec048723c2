#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What is known of the native stack of the running thread.
enum NativeStack {
  /// The lowest address that calls of the language may reach, kept for each large stack.
  private static let key: pthread_key_t = {
    var key = pthread_key_t()
    let status = pthread_key_create(&key, nil)
    precondition(status == 0, "no key for the data of a thread is left")
    return key
  }()

  static var isLarge: Bool { pthread_getspecific(key) != nil }

  /// Notes that the running thread has just begun on a stack of some size.
  ///
  /// An eighth is kept free below the deepest call of the language, for the host's own code.
  static func begin(size: Int) {
    let limit = here &- UInt(size - size / 8)
    pthread_setspecific(key, UnsafeRawPointer(bitPattern: max(1, limit)))
  }

  /// Where calls have to end; on a stack that is not ours, a modest distance from here.
  static var limit: UInt {
    if let known = pthread_getspecific(key) { return UInt(bitPattern: known) }
    return here &- (192 << 10)
  }

  /// Roughly where the stack stands now.
  @inline(__always)
  static var here: UInt {
    var marker: UInt8 = 0
    return withUnsafeMutablePointer(to: &marker) { UInt(bitPattern: $0) }
  }
}

/// Runs a body on a stack of a gibibyte, of which only what is used takes memory.
///
/// The thread that it starts is joined before it returns. Inside such a body it runs the next one
/// right away, so a program that wraps its main loop starts one thread in all.
public func withLargeStack<T>(_ body: () throws -> T) throws -> T {
  // A limit on the address space may forbid the first size.
  try withStack(sizes: [1 << 30, 256 << 20, 64 << 20], body)
}

/// Runs a body on a stack of the first size that can be had.
func withStack<T>(sizes: [Int], _ body: () throws -> T) throws -> T {
  if NativeStack.isLarge { return try body() }
  var result: Result<T, any Error>?
  let isDone = withoutActuallyEscaping({ result = Result(catching: body) }) { work in
    sizes.contains { start(Job(work, stackSize: $0)) }
  }
  guard isDone, let result else { return try body() }
  return try result.get()
}

private final class Job {
  let work: () -> Void
  let stackSize: Int
  init(_ work: @escaping () -> Void, stackSize: Int) {
    self.work = work
    self.stackSize = stackSize
  }
}

/// Runs a job on a new thread and waits; false when the thread could not be started.
private func start(_ job: Job) -> Bool {
  let argument = Unmanaged.passUnretained(job).toOpaque()
  var attributes = pthread_attr_t()
  guard pthread_attr_init(&attributes) == 0 else { return false }
  defer { pthread_attr_destroy(&attributes) }
  guard pthread_attr_setstacksize(&attributes, job.stackSize) == 0 else { return false }
  #if canImport(Darwin)
    var thread: pthread_t?
    let status = pthread_create(&thread, &attributes, { run($0) }, argument)
    guard status == 0, let thread else { return false }
  #else
    var thread = pthread_t()
    let status = pthread_create(&thread, &attributes, { run($0) }, argument)
    guard status == 0 else { return false }
  #endif
  pthread_join(thread, nil)
  withExtendedLifetime(job) {}
  return true
}

private func run(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let argument else { return nil }
  let job = Unmanaged<Job>.fromOpaque(argument).takeUnretainedValue()
  NativeStack.begin(size: job.stackSize)
  job.work()
  return nil
}
