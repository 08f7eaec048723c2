import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What went wrong with a test's own machinery.
struct Trouble: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// A program under test with its standard streams on given descriptors.
///
/// It starts with every signal as the system has it, whatever the test runner does with them.
final class Child {
  let process: pid_t
  private var status: Int32?

  /// The built command, which lies beside the tests.
  static let notch: String = {
    #if canImport(Glibc)
      let tests =
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
      let folder = (tests as NSString).deletingLastPathComponent
    #else
      let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }
      let folder = ((bundle?.bundlePath ?? "") as NSString).deletingLastPathComponent
    #endif
    return folder + "/notch"
  }()

  // POSIX_SPAWN_SETSID, which the C library's module leaves out.
  #if canImport(Darwin)
    private static let newSession: Int32 = 0x0400
  #else
    private static let newSession: Int32 = 0x80
  #endif

  /// Starts a program; `terminal` is the path of a terminal that becomes its own.
  init(
    _ program: String, _ arguments: [String], environment: [String: String],
    streams: [Int32: Int32] = [:], terminal: String? = nil
  ) throws {
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
    #else
      var actions = posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    for signal in [SIGINT, SIGPIPE, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP] {
      sigaddset(&signals, signal)
    }
    posix_spawnattr_setsigdefault(&attributes, &signals)
    var flags = Int32(POSIX_SPAWN_SETSIGDEF) | Int32(POSIX_SPAWN_SETSIGMASK)
    if let terminal {
      flags |= Child.newSession
      posix_spawn_file_actions_addopen(&actions, 0, terminal, O_RDWR, 0)
      posix_spawn_file_actions_adddup2(&actions, 0, 1)
      posix_spawn_file_actions_adddup2(&actions, 0, 2)
    }
    for (target, source) in streams { posix_spawn_file_actions_adddup2(&actions, source, target) }
    posix_spawnattr_setflags(&attributes, Int16(flags))

    var words = ([program] + arguments).map { strdup($0) } + [nil]
    var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for pointer in words + variables { free(pointer) } }
    var identifier = pid_t()
    var result = posix_spawn(&identifier, program, &actions, &attributes, &words, &variables)
    // A file that was just written may still be open for writing in a child that another test forked
    // at that moment and that has not yet become its program.
    for _ in 0..<100 where result == ETXTBSY {
      usleep(20_000)
      result = posix_spawn(&identifier, program, &actions, &attributes, &words, &variables)
    }
    guard result == 0 else {
      throw Trouble("cannot start \(program): \(String(cString: strerror(result)))")
    }
    process = identifier
  }

  deinit {
    if status == nil {
      kill(process, SIGKILL)
      var ignored: Int32 = 0
      waitpid(process, &ignored, 0)
    }
  }

  func send(_ signal: Int32) { kill(process, signal) }

  /// Waits until it is stopped, as Ctrl-Z asks.
  func waitForStop(within seconds: Double = 60) throws {
    let deadline = Date().addingTimeInterval(seconds)
    var found: Int32 = 0
    while waitpid(process, &found, WNOHANG | WUNTRACED) != process {
      guard Date() < deadline else { throw Trouble("the child did not stop") }
      usleep(5_000)
    }
    guard found & 0xFF == 0x7F else {
      status = found
      throw Trouble("the child ended")
    }
  }

  /// Its exit code, or 128 and the number of the signal that ended it.
  func exitCode(within seconds: Double = 60) throws -> Int32 {
    let deadline = Date().addingTimeInterval(seconds)
    while status == nil {
      var found: Int32 = 0
      let answer = waitpid(process, &found, WNOHANG)
      if answer == process {
        status = found
      } else if answer < 0, errno != EINTR {
        throw Trouble("the child is gone")
      } else if Date() > deadline {
        throw Trouble("the child did not end within \(seconds) seconds")
      } else {
        usleep(5_000)
      }
    }
    let ended = status ?? 0
    return ended & 0x7F == 0 ? (ended >> 8) & 0xFF : 128 + (ended & 0x7F)
  }

  /// An environment in which nothing of the user's is seen.
  static func environment(home: String, _ more: [String: String] = [:]) -> [String: String] {
    let folder = (notch as NSString).deletingLastPathComponent
    return [
      "HOME": home, "PATH": "\(folder):/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8",
      "INPUTRC": "/dev/null", "TERM": "dumb",
    ].merging(more) { $1 }
  }
}
