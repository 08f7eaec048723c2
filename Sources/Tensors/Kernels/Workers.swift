import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Threads of our own for work that is split into independent parts, one a core.
///
/// While parts run, oneDNN uses one thread in each of them: parts that stay in their core's cache
/// beat one operation spread over all cores. The order and size of the parts never depends on the
/// number of threads, so the result does not either.
package enum Workers {
  /// Threads that work at the same time: the cores, or NOTCH_THREADS.
  package static let count: Int = {
    if let wish = getenv("NOTCH_THREADS"), let number = Int(String(cString: wish)), number > 0 {
      return min(number, 256)
    }
    return max(1, min(Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))), 256))
  }()

  /// Another number of threads for what the current task runs.
  @TaskLocal package static var wish: Int?

  /// Runs `body` for each part, spread over the threads; throws the error of the first part.
  package static func run(_ parts: Int, _ body: @escaping @Sendable (Int) throws -> Void) throws {
    guard parts > 0, !isInside else {
      for part in 0..<parts { try body(part) }
      return
    }
    // Also when all parts run here: oneDNN adds up gradients in an order that its threads decide.
    let before = Engine.threads
    Engine.setThreads(1)
    defer { Engine.setThreads(before) }
    let helpers = min(wish ?? count, parts) - 1
    guard helpers > 0 else {
      for part in 0..<parts { try body(part) }
      return
    }
    let job = Job(parts: parts, body: body)
    Crew.shared.submit(job, copies: helpers)
    isInside = true
    job.work()
    isInside = false
    job.waitForHelpers()
    try job.rethrow()
  }

  /// Runs work that is too small to be shared out on this thread, oneDNN's part of it too.
  package static func alone<R>(_ body: () throws -> R) rethrows -> R {
    let before = Engine.threads
    Engine.setThreads(1)
    defer { Engine.setThreads(before) }
    return try body()
  }

  /// Whether this thread is doing a part, which then must not be split again.
  private static var isInside: Bool {
    get { pthread_getspecific(insideKey) != nil }
    set { pthread_setspecific(insideKey, newValue ? UnsafeRawPointer(bitPattern: 1) : nil) }
  }
  private static let insideKey: pthread_key_t = {
    var key = pthread_key_t()
    pthread_key_create(&key, nil)
    return key
  }()

  /// Marks a thread of the crew for good.
  fileprivate static func becomeMember() {
    isInside = true
    Engine.setThreads(1)
  }
}

/// Parts of work that several threads take from until none is left.
private final class Job: @unchecked Sendable {
  private let parts: Int
  private let body: @Sendable (Int) throws -> Void
  private let next = Atomic<Int>(0)
  private let errors = Mutex<[(part: Int, error: any Error)]>([])
  private let failed = Atomic<Bool>(false)
  private let finished: UnsafeMutablePointer<sem_t>
  private let stop = Stop.current
  private var helpers = 0

  init(parts: Int, body: @escaping @Sendable (Int) throws -> Void) {
    self.parts = parts
    self.body = body
    finished = .allocate(capacity: 1)
    sem_init(finished, 0, 0)
  }

  deinit {
    sem_destroy(finished)
    finished.deallocate()
  }

  func expect(_ copies: Int) { helpers = copies }

  func work() { stop.use { takeParts() } }

  private func takeParts() {
    while !failed.load(ordering: .relaxed) {
      let part = next.wrappingAdd(1, ordering: .relaxed).oldValue
      guard part < parts else { return }
      do {
        try body(part)
      } catch {
        errors.withLock { $0.append((part, error)) }
        failed.store(true, ordering: .relaxed)
      }
    }
  }

  func helperDone() { sem_post(finished) }

  func waitForHelpers() {
    for _ in 0..<helpers {
      while sem_wait(finished) != 0 {}  // interrupted by a signal: wait on
    }
  }

  func rethrow() throws {
    if let first = errors.withLock({ $0.min { $0.part < $1.part } }) { throw first.error }
  }
}

/// The threads, made on first use, asleep while there is nothing to do.
private final class Crew: @unchecked Sendable {
  static let shared = Crew()

  private let queue = Mutex<[Job]>([])
  private let available: UnsafeMutablePointer<sem_t>

  private init() {
    available = .allocate(capacity: 1)
    sem_init(available, 0, 0)
    for _ in 1..<max(Workers.count, 2) { start() }
  }

  private func start() {
    var thread = pthread_t()
    let status = pthread_create(
      &thread, nil,
      { _ in
        Workers.becomeMember()
        Crew.shared.serve()
        return nil
      }, nil)
    if status == 0 { pthread_detach(thread) }
  }

  private func serve() {
    while true {
      while sem_wait(available) != 0 {}
      guard let job = queue.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) else { continue }
      job.work()
      job.helperDone()
    }
  }

  func submit(_ job: Job, copies: Int) {
    job.expect(copies)
    queue.withLock { $0.append(contentsOf: Array(repeating: job, count: copies)) }
    for _ in 0..<copies { sem_post(available) }
  }
}
