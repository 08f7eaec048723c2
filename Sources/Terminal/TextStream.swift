#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// One of the standard streams, written without a buffer so that nothing is lost or out of order.
public final class TextStream {
  private let descriptor: Int32
  private let name: String
  /// Whether a terminal is at its other end.
  public let isTerminal: Bool
  /// How it is painted.
  public private(set) var style: Style
  /// Whether the last text written did not end its line.
  private(set) var isLineOpen = false

  init(_ descriptor: Int32, name: String, wantsColor: Bool) {
    self.descriptor = descriptor
    self.name = name
    isTerminal = isatty(descriptor) == 1
    style = Style(isColored: wantsColor && isTerminal && Environment.paints)
  }

  /// Paints from here on, where a terminal can show it, or no more.
  func setColor(_ isOn: Bool) { style = Style(isColored: isOn && canRedraw) }

  /// Whether lines on it can be drawn over.
  var canRedraw: Bool { isTerminal && !Environment.isDumb }

  /// How many columns a line may have.
  var columns: Int {
    var size = winsize()
    if ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
    return Environment["COLUMNS"].flatMap { Int($0) }.map { min(max($0, 20), 10_000) } ?? 80
  }

  /// How many lines its window has.
  var rows: Int {
    var size = winsize()
    if ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0 { return Int(size.ws_row) }
    return Environment["LINES"].flatMap { Int($0) }.map { min(max($0, 2), 10_000) } ?? 24
  }

  /// Writes a text as it is.
  func write(_ text: String) {
    guard let last = text.utf8.last else { return }
    isLineOpen = last != UInt8(ascii: "\n")
    var text = isTerminal && !Environment.isUnicode ? PlainCharacters.text(of: text) : text
    text.withUTF8 { writeAll(UnsafeRawBufferPointer($0)) }
  }

  /// Ends an open line.
  func endLine() { if isLineOpen { write("\n") } }

  private func writeAll(_ bytes: UnsafeRawBufferPointer) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = systemWrite(
        descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      if count > 0 {
        rest = rest.dropFirst(count)
        continue
      }
      switch errno {
      case EINTR: continue
      case EAGAIN:
        var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = poll(&wait, 1, -1)
      default: fail()
      }
    }
  }

  /// Ends the program: nobody can read what it says.
  private func fail() -> Never {
    Interrupts.setEcho(true)
    if errno == EPIPE {
      // As every other program in a pipe ends whose reader has gone.
      signal(SIGPIPE, SIG_DFL)
      raise(SIGPIPE)
    } else if descriptor != STDERR_FILENO {
      let reason = String(cString: strerror(errno)).lowercased()
      let message = "error: cannot write to \(name): \(reason)\n"
      _ = message.utf8.withContiguousStorageIfAvailable {
        systemWrite(STDERR_FILENO, $0.baseAddress, $0.count)
      }
    }
    exit(ExitStatus.failed.rawValue)
  }
}

/// What the environment says about terminals.
enum Environment {
  /// The value of a variable; nil where it is not set.
  static subscript(name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }

  /// Whether the terminal's locale has the characters of Unicode.
  static let isUnicode: Bool = {
    let names = ["LC_ALL", "LC_CTYPE", "LANG"]
    let locale = names.lazy.compactMap { Environment[$0] }.first { !$0.isEmpty } ?? ""
    let name = locale.lowercased().filter { $0 != "-" }
    return name.contains("utf8")
  }()

  static var isDumb: Bool {
    let terminal = Environment["TERM"]
    return terminal == nil || terminal == "" || terminal == "dumb"
  }

  /// See <https://no-color.org>.
  static var paints: Bool { !isDumb && (Environment["NO_COLOR"] ?? "").isEmpty }
}

/// The system call, whose name the methods above have too.
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
  write(descriptor, bytes, count)
}

/// What a command reads from when no file is named.
public enum StandardInput {
  /// Whether somebody types there.
  public static var isTerminal: Bool { isatty(STDIN_FILENO) == 1 }
}
