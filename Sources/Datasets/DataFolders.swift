/// Where the files of known data sets are looked for.
enum DataFolders {
  /// Folders of `$NOTCH_DATA`, if it is set, and of the user's cache folder.
  static func candidates(_ folders: [String], _ environment: [String: String]) -> [String] {
    let given = environment["NOTCH_DATA"].flatMap { $0.isEmpty ? nil : $0 }
    return [given, cache(environment)].compactMap { $0 }
      .flatMap { parent in folders.map { "\(parent)/\($0)" } }
  }

  /// The first folder that has all files of a data set.
  ///
  /// Errors: some of the files, which are a mistake, and none of them.
  static func find(
    _ title: String, _ folders: [String], files absent: (String) -> [String], count: Int,
    _ environment: [String: String]
  ) throws -> String {
    let candidates = candidates(folders, environment)
    for folder in candidates {
      let missing = absent(folder)
      if missing.isEmpty { return folder }
      if missing.count < count {
        throw DatasetError.lacking(directory: folder, missing: missing)
      }
    }
    throw DatasetError.noData(title: title, files: absent(""), folder: candidates.first ?? "")
  }

  /// Where downloaded files are kept.
  static func cache(_ environment: [String: String]) -> String {
    if let cache = environment["XDG_CACHE_HOME"], cache.hasPrefix("/") { return "\(cache)/notch" }
    let home = environment["HOME"] ?? "/tmp"
    #if os(macOS)
      return "\(home)/Library/Caches/notch"
    #else
      return "\(home)/.cache/notch"
    #endif
  }
}
