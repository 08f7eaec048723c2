import Sessions
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The signals of the terminal: Ctrl-C, Ctrl-Z, a window of another size, a hang-up.
///
/// A handler only sets flags and writes a byte into a pipe that the prompt waits on. While a cell
/// runs, Ctrl-C asks it to stop; a second one within a second, where the first had no effect, ends
/// the program with the terminal as it was.
public enum Interrupts {
  /// What happened while the prompt waited.
  struct Events: OptionSet {
    let rawValue: Int
    static let interrupt = Events(rawValue: 1)
    static let resize = Events(rawValue: 2)
    static let suspend = Events(rawValue: 4)
  }

  private static let pending = Atomic<Int>(0)
  private static let isRunning = Atomic<Bool>(false)
  private static let lastInterrupt = Atomic<Int>(0)
  private static let isTerminalKnown = Atomic<Bool>(false)
  private static let pipeEnd = Atomic<Int>(-1)
  // Written once before any handler is installed.
  nonisolated(unsafe) private static let terminal = UnsafeMutablePointer<termios>.allocate(
    capacity: 1)
  nonisolated(unsafe) private static let message = UnsafeMutablePointer<UInt8>.allocate(
    capacity: messageCapacity)
  private static let messageCapacity = 64
  /// The bytes that clear the line, and those with the words behind them.
  private static let clearLength = Atomic<Int>(0)
  private static let messageLength = Atomic<Int>(0)

  /// Lets Ctrl-C stop cells; everything that a handler touches is made before it is installed.
  public static func install() {
    pending.store(0, ordering: .relaxed)
    isRunning.store(false, ordering: .relaxed)
    lastInterrupt.store(0, ordering: .relaxed)
    Stop.shared.clear()
    isTerminalKnown.store(tcgetattr(STDIN_FILENO, terminal) == 0, ordering: .relaxed)
    let clear = isatty(STDERR_FILENO) == 1 ? "\r\u{1B}[K" : ""
    let text = Array((clear + "interrupted; the cell did not stop\n").utf8)
    message.initialize(repeating: 0, count: messageCapacity)
    for (index, byte) in text.prefix(messageCapacity).enumerated() { message[index] = byte }
    clearLength.store(clear.utf8.count, ordering: .relaxed)
    messageLength.store(min(text.count, messageCapacity), ordering: .relaxed)
    handle(SIGINT) { Interrupts.interrupted($0) }
  }

  /// Takes the further signals that a prompt knows, and gives the end of the pipe to wait on.
  static func installForPrompt() -> Int32 {
    var ends: [Int32] = [-1, -1]
    if pipe(&ends) == 0 {
      for end in ends {
        _ = fcntl(end, F_SETFL, O_NONBLOCK)
        _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      }
      pipeEnd.store(Int(ends[1]), ordering: .relaxed)
    }
    handle(SIGWINCH) { _ in Interrupts.note(.resize) }
    for signal in [SIGTERM, SIGHUP, SIGQUIT] { handle(signal) { Interrupts.ended($0) } }
    return ends[0]
  }

  /// Runs a body in which Ctrl-C asks to stop.
  ///
  /// Between two questions of a prompt the terminal does not echo: what is typed for the next one
  /// would stand in the middle of outputs and break a progress bar.
  public static func whileRunning<Result>(_ body: () throws -> Result) rethrows -> Result {
    isRunning.store(true, ordering: .relaxed)
    setEcho(false)
    defer {
      setEcho(true)
      isRunning.store(false, ordering: .relaxed)
    }
    return try body()
  }

  /// Lets the terminal of a prompt echo as it did from the start, or not at all.
  static func setEcho(_ isOn: Bool) {
    guard pipeEnd.load(ordering: .relaxed) >= 0, isTerminalKnown.load(ordering: .relaxed) else {
      return
    }
    var state = terminal.pointee
    if !isOn { state.c_lflag &= ~tcflag_t(ECHO) }
    tcsetattr(STDIN_FILENO, TCSANOW, &state)
  }

  /// Forgets a Ctrl-C that has been answered, or came too late to stop anything.
  static func forget() {
    Stop.shared.clear()
    _ = takeEvents()
  }

  /// Forgets that a cell was to stop, and no signal that came meanwhile.
  static func forgetStop() { Stop.shared.clear() }

  /// Runs a body in which Ctrl-Z is an event, since the terminal has to be given back first.
  static func whileEditing<Result>(_ body: () throws -> Result) rethrows -> Result {
    handle(SIGTSTP) { _ in Interrupts.note(.suspend) }
    defer { signal(SIGTSTP, SIG_DFL) }
    return try body()
  }

  /// Takes what happened so far.
  static func takeEvents() -> Events { Events(rawValue: pending.exchange(0, ordering: .relaxed)) }

  // MARK: Handlers

  private static func handle(_ signal: Int32, _ handler: @escaping @convention(c) (Int32) -> Void) {
    var action = sigaction()
    // What was to be ignored from the start, as under nohup, stays so.
    if sigaction(signal, nil, &action) == 0, isIgnored(action) { return }
    action = sigaction()
    #if canImport(Darwin)
      action.__sigaction_u.__sa_handler = handler
    #else
      action.__sigaction_handler.sa_handler = handler
    #endif
    action.sa_flags = Int32(SA_RESTART)
    sigemptyset(&action.sa_mask)
    sigaction(signal, &action, nil)
  }

  private static func isIgnored(_ action: sigaction) -> Bool {
    #if canImport(Darwin)
      let handler = action.__sigaction_u.__sa_handler
    #else
      let handler = action.__sigaction_handler.sa_handler
    #endif
    return unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  private static func interrupted(_ signal: Int32) {
    let saved = errno
    if isRunning.load(ordering: .relaxed) {
      let now = milliseconds()
      let before = lastInterrupt.exchange(now, ordering: .relaxed)
      if Stop.shared.isRequested, before > 0, now - before < 1_000 {
        restoreTerminal(saying: messageLength.load(ordering: .relaxed))
        _exit(ExitStatus.interrupted.rawValue)
      }
      Stop.shared.request()
    }
    note(.interrupt)
    errno = saved
  }

  private static func ended(_ number: Int32) {
    restoreTerminal(saying: clearLength.load(ordering: .relaxed))
    signal(number, SIG_DFL)
    raise(number)
  }

  private static func note(_ event: Events) {
    let saved = errno
    _ = pending.bitwiseOr(event.rawValue, ordering: .relaxed)
    let end = pipeEnd.load(ordering: .relaxed)
    if end >= 0 { _ = write(Int32(end), message, 1) }
    errno = saved
  }

  /// Sets the terminal as it was and writes the first bytes of the message.
  private static func restoreTerminal(saying count: Int) {
    if isTerminalKnown.load(ordering: .relaxed) { tcsetattr(STDIN_FILENO, TCSANOW, terminal) }
    if count > 0 { _ = write(STDERR_FILENO, message, count) }
  }

  private static func milliseconds() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec &* 1000 &+ time.tv_nsec / 1_000_000
  }
}
