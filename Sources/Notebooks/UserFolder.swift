#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The user's folders for what the program keeps, as the XDG base directory specification has them.
///
///     UserFolder.state("history")   // "/home/ada/.local/state/notch/history"
public enum UserFolder {
  /// The place of a name in `$XDG_CACHE_HOME/notch`, or `~/.cache/notch`; nil where there is none.
  public static func cache(_ name: String) -> String? {
    place(of: name, "XDG_CACHE_HOME", orBelowHome: ".cache")
  }

  /// The place of a name in `$XDG_STATE_HOME/notch`, or `~/.local/state/notch`; nil where there is
  /// none.
  public static func state(_ name: String) -> String? {
    place(of: name, "XDG_STATE_HOME", orBelowHome: ".local/state")
  }

  /// The specification says that a path which is not absolute is ignored.
  private static func place(
    of name: String, _ variable: String, orBelowHome folder: String
  ) -> String? {
    func absolute(_ variable: String) -> String? {
      getenv(variable).map { String(cString: $0) }.flatMap { $0.hasPrefix("/") ? $0 : nil }
    }
    let parent = absolute(variable) ?? absolute("HOME").map { "\($0)/\(folder)" }
    return parent.map { "\($0)/notch/\(name)" }
  }
}
