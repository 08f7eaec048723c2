import CReadline
import Notebooks

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What was typed in this prompt and those before it, kept in a file of the user's.
///
/// The file is `$XDG_STATE_HOME/notch/history`, or `~/.local/state/notch/history`. Each input is
/// appended when it is typed, so that a crash loses nothing and two prompts do not overwrite each
/// other; inputs of several lines stay whole.
struct InputHistory {
  /// How many inputs are kept.
  static let limit = 100_000

  private let path: String?

  /// Keeps inputs in a file; nil keeps them for this run only.
  init(path: String?) { self.path = path }

  /// Where the history of the user belongs; nil where there is no such place.
  static var standardPath: String? { UserFolder.state("history") }

  /// Reads what earlier runs left.
  func load() {
    stifle_history(Int32(Self.limit))
    guard let path else { return }
    read_history(path)
    using_history()
  }

  /// Adds an input, unless it is empty or the same as the one before.
  func add(_ input: String) {
    let last = notch_history_last().map { String(cString: $0) }
    guard !input.allSatisfy(\.isWhitespace), input != last else { return }
    add_history(input)
    guard let path, Self.makeFile(path) else { return }
    append_history(1, path)
  }

  /// Makes the file and its folders, readable by the user alone.
  private static func makeFile(_ path: String) -> Bool {
    var end = path.startIndex
    while let slash = path[path.index(after: end)...].firstIndex(of: "/") {
      mkdir(String(path[..<slash]), 0o700)
      end = slash
    }
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return false }
    close(descriptor)
    return true
  }
}
