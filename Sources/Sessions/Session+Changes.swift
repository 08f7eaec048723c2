import Language

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension Session {
  /// What a cell did to the variables: enough to do it again without running the cell.
  public struct Change {
    let names: Set<String>
    let values: Machine.State
    let result: Value?

    /// Its names whose values hold functions of the program.
    public var functionNames: Set<String> { values.functionNames }
  }

  /// What a cell that just ran did to the variables that it may have changed.
  ///
  /// `before` is the state before it ran.
  public func change(of names: Set<String>, since before: Snapshot) -> Change {
    let isNew = results.count > before.results.count
    return Change(names: names, values: machine.part(names), result: isNew ? results.last : nil)
  }

  /// Does what a cell did, and shows what it showed, without running it.
  public func adopt(_ change: Change, showing outcome: Outcome, stream: UInt64) {
    machine.take(change.names, from: change.values)
    if let result = change.result { noteResult(result, of: stream) }
    show(again: outcome)
  }

  /// Names of builtins that change more than variables, or read what no cell made.
  public static let outsideNames: Set<String> = {
    let files = Library.all.filter { $0.parameters.contains { $0.name == "path" } }
    return Set(files.map(\.name) + ["help"])
  }()

  /// Names of builtins that read the data folder.
  public static let dataNames: Set<String> = ["mnist"]

  /// Whether a method or function of the library changes its first argument.
  public static func isChanging(method name: String) -> Bool {
    NameUse.isChanging(method: name)
      || (Library.byName[name] ?? []).contains {
        $0.parameters.first?.typeName.hasPrefix("inout ") == true
      }
  }

  /// The files of data sets that cells may read, with their sizes and times, as one text.
  public static func dataFingerprint() -> String {
    func value(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
    var folders: [String] = []
    if let data = value("NOTCH_DATA"), !data.isEmpty { folders.append(data + "/mnist") }
    if let cache = value("XDG_CACHE_HOME"), cache.hasPrefix("/") {
      folders.append(cache + "/notch/mnist")
    } else if let home = value("HOME") {
      folders.append(home + "/.cache/notch/mnist")
    }
    var lines: [String] = []
    for folder in folders {
      guard let directory = opendir(folder) else { continue }
      defer { closedir(directory) }
      while let entry = readdir(directory) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
          pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        var facts = stat()
        guard stat("\(folder)/\(name)", &facts) == 0, !name.hasPrefix(".") else { continue }
        #if canImport(Darwin)
          let time = facts.st_mtimespec
        #else
          let time = facts.st_mtim
        #endif
        lines.append("\(folder)/\(name) \(facts.st_size) \(time.tv_sec) \(time.tv_nsec)")
      }
    }
    return lines.sorted().joined(separator: "\n")
  }
}
