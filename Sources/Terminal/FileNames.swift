#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Completes the name of a file on the disk.
struct FileNames {
  /// The most names that are looked at in a folder.
  private static let limit = 20_000

  /// What a path may go on with; `word` is its end, as far as the editor takes it for one word.
  static func complete(_ path: String, word: String) -> Completion {
    let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
    let folder = slash.map { String(path[...$0]) } ?? ""
    let begun = slash.map { String(path[path.utf8.index(after: $0)...]) } ?? path
    // The editor's word may begin inside the name: behind the dash of my-file.
    guard begun.hasSuffix(word) else { return .none }
    let kept = begun.dropLast(word.count)
    var candidates: [Candidate] = []
    for name in names(in: expanded(folder.isEmpty ? "./" : folder), begunBy: begun) {
      let isFolder = isFolder(expanded(folder) + name)
      candidates.append(Candidate(text: String(name.dropFirst(kept.count)) + (isFolder ? "/" : "")))
    }
    return Completion(candidates, startingWith: word)
  }

  /// A path whose `~/` stands for the user's folder.
  static func expanded(_ path: String) -> String {
    guard path.hasPrefix("~/"), let home = Environment["HOME"] else { return path }
    return home + path.dropFirst()
  }

  private static func names(in folder: String, begunBy begun: String) -> [String] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while names.count < limit, let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(
          to: CChar.self, capacity: MemoryLayout.size(ofValue: pointer.pointee)
        ) { String(cString: $0) }
      }
      guard name != ".", name != "..", name.hasPrefix(begun) else { continue }
      // Hidden files are meant only where the dot was typed.
      if name.hasPrefix("."), begun.isEmpty { continue }
      names.append(name)
    }
    return names
  }

  private static func isFolder(_ path: String) -> Bool {
    var information = stat()
    return stat(path, &information) == 0 && information.st_mode & S_IFMT == S_IFDIR
  }
}
