#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A program that runs beside ours, with its messages in a file.
struct Child {
  private let process: pid_t

  /// Starts a program found in PATH.
  ///
  /// It gets a process group of its own, so that Ctrl-C at the terminal reaches only us. Its input is
  /// empty and its standard error goes to the file `notes`.
  ///
  /// Errors: `noDownloader` where there is no such program.
  init(
    program: String, arguments: [String], environment: [String: String], notes: String,
    directory: String
  ) throws {
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
    #else
      var actions = posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_addopen(
      &actions, STDERR_FILENO, notes, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawnattr_setpgroup(&attributes, 0)
    // A thread of a pool blocks signals, and a child would inherit that.
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETPGROUP) | Int16(POSIX_SPAWN_SETSIGMASK))

    var words = ([program] + arguments).map { strdup($0) } + [nil]
    var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for pointer in words + variables { free(pointer) } }
    var identifier = pid_t()
    let status = posix_spawnp(
      &identifier, program, &actions, &attributes, &words, &variables)
    if status == ENOENT { throw DatasetError.noDownloader(directory: directory) }
    guard status == 0 else {
      throw DatasetError.downloadFailed(
        file: program, reason: Files.reason(status), directory: directory)
    }
    process = identifier
  }

  /// How it ended: its code, or 128 plus the signal; nil while it runs.
  ///
  /// There is one answer: ask no more after it.
  func exitStatus() -> Int? {
    var status: Int32 = 0
    var answer: pid_t
    repeat { answer = waitpid(process, &status, WNOHANG) } while answer < 0 && errno == EINTR
    if answer == 0 { return nil }
    // Somebody else took its status: it is gone, and we do not know how.
    if answer < 0 { return -1 }
    let signal = status & 0x7F
    return signal == 0 ? Int(status >> 8 & 0xFF) : 128 + Int(signal)
  }

  /// Ends it, whatever it does, and waits until it is gone.
  func stop() {
    kill(process, SIGKILL)
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 && errno == EINTR {}
  }
}
