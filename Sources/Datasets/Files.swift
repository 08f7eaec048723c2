#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Whole files, read and written by the system's own calls.
package enum Files {
  /// Whether there is an ordinary file.
  package static func exists(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// Whether there is a folder.
  static func isDirectory(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// The names in a folder but those that begin with a point, in the order of their bytes.
  static func names(in path: String) throws -> [String] {
    guard let folder = opendir(path) else {
      if errno == ENOENT { throw DatasetError.missing(file: path) }
      throw DatasetError.unreadable(file: path, reason: reason())
    }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { place in
        place.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// The size of a file in bytes; nil where there is none.
  static func size(_ path: String) -> Int? {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_size) : nil
  }

  /// The size and the time of the last change of a file, as a text.
  static func mark(of path: String) -> String {
    var status = stat()
    guard stat(path, &status) == 0 else { return "" }
    #if canImport(Darwin)
      let time = status.st_mtimespec
    #else
      let time = status.st_mtim
    #endif
    return "\(status.st_size) \(time.tv_sec) \(time.tv_nsec)"
  }

  /// All bytes of an ordinary file of at most `limit` bytes.
  static func read(_ path: String, limit: Int = Gzip.defaultLimit) throws -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { throw DatasetError.missing(file: path) }
      throw DatasetError.unreadable(file: path, reason: reason())
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw DatasetError.unreadable(file: path, reason: reason())
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw DatasetError.unreadable(file: path, reason: "it is not an ordinary file")
    }
    guard status.st_size <= limit else { throw DatasetError.tooLarge(file: path, limit: limit) }
    var failure: String?
    let bytes = [UInt8](unsafeUninitializedCapacity: Int(status.st_size)) { buffer, filled in
      while filled < buffer.count, let start = buffer.baseAddress {
        let got = systemRead(descriptor, start + filled, buffer.count - filled)
        if got < 0, errno == EINTR { continue }
        if got < 0 { failure = reason() }
        // A file that became shorter meanwhile is what is left of it.
        if got <= 0 { break }
        filled += got
      }
    }
    if let failure { throw DatasetError.unreadable(file: path, reason: failure) }
    return bytes
  }

  /// Writes a file as a whole: a reader sees all of the new bytes or none of them.
  package static func write(_ bytes: [UInt8], to path: String) throws {
    let partial = "\(path).\(getpid()).partial"
    let descriptor = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw DatasetError.unwritable(file: path, reason: reason()) }
    var failure: String?
    bytes.withUnsafeBytes { buffer in
      var written = 0
      while written < buffer.count, let start = buffer.baseAddress {
        let put = systemWrite(descriptor, start + written, buffer.count - written)
        if put < 0, errno == EINTR { continue }
        if put <= 0 {
          failure = reason()
          break
        }
        written += put
      }
    }
    if close(descriptor) != 0, failure == nil { failure = reason() }
    if let failure {
      unlink(partial)
      throw DatasetError.unwritable(file: path, reason: failure)
    }
    try move(partial, to: path)
  }

  /// Gives a file its final name, in one step.
  static func move(_ path: String, to target: String) throws {
    guard rename(path, target) == 0 else {
      let why = reason()
      unlink(path)
      throw DatasetError.unwritable(file: target, reason: why)
    }
  }

  static func remove(_ path: String) { unlink(path) }

  /// Makes a directory and those above it.
  static func makeDirectory(_ path: String) throws {
    guard mkdir(path, 0o755) != 0, errno != EEXIST else { return }
    let parent = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
      .joined(separator: "/")
    if errno == ENOENT, !parent.isEmpty {
      try makeDirectory(parent)
      if mkdir(path, 0o755) == 0 || errno == EEXIST { return }
    }
    throw DatasetError.unwritable(file: path, reason: reason())
  }

  /// What the system says of its last error.
  static func reason(_ code: Int32 = errno) -> String {
    String(cString: strerror(code)).lowercased()
  }
}

private func systemRead(_ file: Int32, _ target: UnsafeMutablePointer<UInt8>, _ count: Int) -> Int {
  read(file, target, count)
}

private func systemWrite(_ file: Int32, _ source: UnsafeRawPointer, _ count: Int) -> Int {
  write(file, source, count)
}
