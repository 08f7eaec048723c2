import Sessions

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What cells showed, kept on disk for later processes: `notch replay --cache`.
///
/// An entry is a file named by the fingerprint of the cell's code, of all that its inputs were made
/// from, of its random stream where it drew from it, and of the program itself. It holds outputs and
/// no variables. A file is written beside and renamed, and is read whole with a checksum, so that
/// processes can share the folder. The entries that were not used for longest go when the folder
/// grows beyond its limit.
public final class CellCache {
  struct Entry {
    var key: Fingerprint
    var outcome: Outcome
    /// Names that the cell gave values which hold functions.
    var functionNames: Set<String>
    var seed: UInt64
    var stream: UInt64
  }

  /// The bytes that the folder may hold.
  public static let defaultLimit = 64 << 20

  /// Where the entries are.
  public let folder: String
  private let limit: Int
  private let program: String
  private var written = 0
  private var hasTrimmed = false

  /// A cache in a folder, which is made when the first entry is written.
  ///
  /// `program` stands for everything that decides what a cell shows beside the cells.
  public init(folder: String, limit: Int = CellCache.defaultLimit, program: String) {
    self.folder = folder
    self.limit = limit
    self.program = program
  }

  /// Where the cache of the user belongs; nil where there is no such place.
  public static var standardFolder: String? { UserFolder.cache("cells") }

  /// What the running program is, by its file: another build shares no entries with it.
  public static var runningProgram: String {
    var facts = stat()
    let path = "/proc/self/exe"
    guard stat(path, &facts) == 0 || stat(CommandLine.arguments.first ?? "", &facts) == 0 else {
      return "unknown \(getpid())"
    }
    #if canImport(Darwin)
      let time = facts.st_mtimespec
    #else
      let time = facts.st_mtim
    #endif
    return "\(facts.st_size) \(time.tv_sec) \(time.tv_nsec)"
  }

  // MARK: Entries

  /// What a cell showed under a key.
  func find(_ key: Fingerprint, seed: UInt64, stream: UInt64) -> Entry? {
    for path in [path(key, seed: seed, stream: stream), path(key)] {
      guard let bytes = try? ForeignFile.contents(of: path, limit: limit) else { continue }
      guard var entry = CacheText.entry(from: bytes, key: key) else {
        // Cut off or damaged: of no use to anybody.
        _ = unlink(path)
        continue
      }
      entry.seed = seed
      entry.stream = stream
      _ = utimensat(AT_FDCWD, path, nil, 0)
      return entry
    }
    return nil
  }

  /// Keeps what a cell showed; a cell that was interrupted, or that shows very much, is not kept.
  func add(_ entry: Entry) {
    guard let bytes = CacheText.bytes(of: entry), bytes.count <= limit / 8 else { return }
    let drew = entry.outcome.drewRandom || entry.outcome.failure != nil
    let path = drew ? path(entry.key, seed: entry.seed, stream: entry.stream) : path(entry.key)
    guard ForeignFile.makeFolder(folder) else { return }
    do {
      try ForeignFile.write(bytes, to: path, isDurable: false)
    } catch {
      return
    }
    written += bytes.count
    if !hasTrimmed || written > limit / 8 { trim() }
  }

  private func path(_ key: Fingerprint) -> String {
    "\(folder)/\(Fingerprint([program, key.text]).text)"
  }

  private func path(_ key: Fingerprint, seed: UInt64, stream: UInt64) -> String {
    "\(folder)/\(Fingerprint([program, key.text, "\(seed)", "\(stream)"]).text)"
  }

  /// Removes the entries that were not used for longest until a quarter of the limit is free.
  private func trim() {
    hasTrimmed = true
    written = 0
    guard let directory = opendir(folder) else { return }
    defer { closedir(directory) }
    var files: [(path: String, size: Int, time: Int)] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      var facts = stat()
      guard !name.hasPrefix("."), stat("\(folder)/\(name)", &facts) == 0 else { continue }
      #if canImport(Darwin)
        let time = facts.st_mtimespec
      #else
        let time = facts.st_mtim
      #endif
      files.append(
        ("\(folder)/\(name)", Int(facts.st_size), time.tv_sec &* 1000 &+ time.tv_nsec / 1_000_000))
    }
    var total = files.reduce(0) { $0 + $1.size }
    guard total > limit else { return }
    for file in files.sorted(by: { $0.time < $1.time }) where total > limit - limit / 4 {
      _ = unlink(file.path)
      total -= file.size
    }
  }
}
