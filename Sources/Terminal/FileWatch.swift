import Sessions
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Looks at a file every few milliseconds on a thread of its own.
///
/// It sees a file that is written in place as well as one that is renamed over the old one, since
/// it asks for what stands at the path and holds nothing open.
final class FileWatch: Sendable {
  /// What tells one state of a file from another.
  struct Mark: Equatable {
    var device: UInt64
    var node: UInt64
    var size: Int
    var seconds: Int
    var nanoseconds: Int

    /// The state of the file at a path; nil where there is none.
    init?(_ path: String) {
      var facts = stat()
      guard stat(path, &facts) == 0 else { return nil }
      device = UInt64(truncatingIfNeeded: facts.st_dev)
      node = UInt64(truncatingIfNeeded: facts.st_ino)
      size = Int(facts.st_size)
      #if canImport(Darwin)
        (seconds, nanoseconds) = (facts.st_ctimespec.tv_sec, facts.st_ctimespec.tv_nsec)
      #else
        (seconds, nanoseconds) = (facts.st_ctim.tv_sec, facts.st_ctim.tv_nsec)
      #endif
    }
  }

  /// Microseconds between two looks.
  static let interval: UInt32 = 15_000

  private let path: String
  private let known: Mutex<Mark?>
  private let changes = Atomic<Int>(0)
  private let isRunning = Atomic<Bool>(false)

  /// Begins to look.
  init(_ path: String) {
    self.path = path
    known = Mutex(Mark(path))
    var thread = pthread_t()
    let context = Unmanaged.passRetained(self).toOpaque()
    #if canImport(Darwin)
      var started: pthread_t?
      let status = pthread_create(&started, nil, { FileWatch.look($0) }, context)
      if let started { thread = started }
    #else
      let status = pthread_create(&thread, nil, { $0.flatMap { FileWatch.look($0) } }, context)
    #endif
    if status == 0 {
      pthread_detach(thread)
    } else {
      Unmanaged<FileWatch>.fromOpaque(context).release()
    }
  }

  /// Whether the file is another than it was when this was last asked.
  func takeChange() -> Bool { changes.exchange(0, ordering: .acquiringAndReleasing) > 0 }
  /// Whether there is a change that was not taken.
  var hasChange: Bool { changes.load(ordering: .acquiring) > 0 }

  /// Runs a body that is stopped when the file changes.
  func whileRunning<Result>(_ body: () -> Result) -> Result {
    isRunning.store(true, ordering: .releasing)
    defer { isRunning.store(false, ordering: .releasing) }
    return body()
  }

  private static func look(_ context: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    let watch = Unmanaged<FileWatch>.fromOpaque(context).takeRetainedValue()
    while true {
      usleep(interval)
      watch.lookOnce()
    }
  }

  private func lookOnce() {
    // A file that is being replaced may be away for a moment.
    guard let mark = Mark(path) else { return }
    let isNew = known.withLock { known in
      guard known != mark else { return false }
      known = mark
      return true
    }
    guard isNew else { return }
    changes.add(1, ordering: .acquiringAndReleasing)
    if isRunning.load(ordering: .acquiring) { Stop.shared.request() }
  }
}
