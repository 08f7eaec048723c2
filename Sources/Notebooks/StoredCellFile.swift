#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A cell file and where on disk it was read.
public struct StoredCellFile: Sendable {
  /// Where it was read.
  public let path: String
  /// What was read.
  public let file: CellFile

  /// Reads the file at a path.
  ///
  /// Throws a `StorageError` if it cannot be read, a `CellFileError` if it is no cell file.
  public init(path: String) throws {
    self.path = path
    let bytes = try Descriptor.contents(of: path, limit: CellFile.sizeLimit + 1)
    let name = path.utf8.lastIndex(of: Ascii.slash).map {
      String(path[path.utf8.index(after: $0)...])
    }
    file = try CellFile(bytes, name: name ?? path)
  }

  private init(path: String, file: CellFile) {
    self.path = path
    self.file = file
  }

  /// Puts another text in the place of the file, whole or not at all.
  ///
  /// It is written beside the file, brought to the disk and renamed over it, with the permissions
  /// of the old one; a symbolic link goes on to point at the file. Throws a `StorageError`, and
  /// leaves the file alone, if it changed since it was read or cannot be written.
  public func replace(with new: CellFile) throws(StorageError) -> StoredCellFile {
    let now = try Descriptor.contents(of: path, limit: CellFile.sizeLimit + 1)
    guard now == file.bytes else { throw .changedMeanwhile(path: path) }
    if now != new.bytes { try Descriptor.replace(path, with: new.bytes) }
    return StoredCellFile(path: path, file: new)
  }

  /// Writes a text to a new file; throws if there is one already.
  public static func create(_ file: CellFile, path: String) throws(StorageError) {
    try Descriptor.create(path, with: file.bytes, mode: 0o666)
  }
}

/// Why a file could not be read or written.
public enum StorageError: Error, Equatable, Sendable, CustomStringConvertible {
  case cannotRead(path: String, reason: String)
  case cannotWrite(path: String, reason: String)
  case changedMeanwhile(path: String)

  /// The error as one phrase.
  public var description: String {
    switch self {
    case .cannotRead(let path, let reason): "cannot read \(path): \(reason)"
    case .cannotWrite(let path, let reason): "cannot write \(path): \(reason)"
    case .changedMeanwhile(let path):
      "\(path) was changed by another program since it was read; nothing was written"
    }
  }
}

/// Files of other formats, read and written with the same care.
package enum ForeignFile {
  /// The bytes of a file, up to a number.
  package static func contents(of path: String, limit: Int) throws(StorageError) -> [UInt8] {
    try Descriptor.contents(of: path, limit: limit)
  }

  /// Writes a file whole or not at all, in the place of one that may be there.
  package static func write(_ bytes: [UInt8], to path: String) throws(StorageError) {
    if access(path, F_OK) == 0 {
      try Descriptor.replace(path, with: bytes)
    } else {
      try Descriptor.create(path, with: bytes, mode: 0o666)
    }
  }
}

private let systemWrite = write

/// The system calls for files, with their pointers.
private enum Descriptor {
  /// Reads a file up to a number of bytes.
  static func contents(of path: String, limit: Int) throws(StorageError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .cannotRead(path: path, reason: lastReason()) }
    defer { _ = close(descriptor) }
    var information = stat()
    if fstat(descriptor, &information) == 0, information.st_mode & S_IFMT == S_IFDIR {
      throw .cannotRead(path: path, reason: "it is a folder")
    }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while bytes.count < limit {
      let wanted = min(chunk.count, limit - bytes.count)
      let count = chunk.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, wanted) }
      if count < 0 {
        if errno == EINTR { continue }
        throw .cannotRead(path: path, reason: lastReason())
      }
      if count == 0 { break }
      bytes += chunk[..<count]
    }
    return bytes
  }

  static func replace(_ path: String, with bytes: [UInt8]) throws(StorageError) {
    let target = realPath(path)
    var information = stat()
    guard stat(target, &information) == 0 else {
      throw .cannotWrite(path: path, reason: lastReason())
    }
    // Renaming asks only for the folder; a file that is locked against writing stays so.
    guard access(target, W_OK) == 0 else { throw .cannotWrite(path: path, reason: lastReason()) }
    // A device or a pipe such as /dev/null takes the bytes; a file in its place would be its end.
    guard information.st_mode & S_IFMT == S_IFREG else {
      let descriptor = open(target, O_WRONLY | O_CLOEXEC)
      guard descriptor >= 0 else { throw .cannotWrite(path: path, reason: lastReason()) }
      if let reason = write(bytes, to: descriptor) {
        throw .cannotWrite(path: path, reason: reason)
      }
      return
    }
    let temporary = "\(target).\(getpid()).new"
    _ = unlink(temporary)
    try create(temporary, with: bytes, mode: 0o600) { descriptor in
      _ = fchown(descriptor, information.st_uid, information.st_gid)
      _ = fchmod(descriptor, information.st_mode & 0o7777)
    }
    guard rename(temporary, target) == 0 else {
      let reason = lastReason()
      _ = unlink(temporary)
      throw .cannotWrite(path: path, reason: reason)
    }
    synchronizeFolder(of: target)
  }

  /// Makes a new file; one that cannot be written to its end is removed again.
  static func create(
    _ path: String, with bytes: [UInt8], mode: mode_t, prepare: (Int32) -> Void = { _ in }
  ) throws(StorageError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw .cannotWrite(path: path, reason: lastReason()) }
    prepare(descriptor)
    if let reason = write(bytes, to: descriptor) {
      _ = unlink(path)
      throw .cannotWrite(path: path, reason: reason)
    }
  }

  /// Writes all the bytes, brings them to the disk and closes; gives the reason where it cannot.
  private static func write(_ bytes: [UInt8], to descriptor: Int32) -> String? {
    var reason: String?
    var written = 0
    while reason == nil, written < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        systemWrite(descriptor, buffer.baseAddress.map { $0 + written }, buffer.count - written)
      }
      if count > 0 { written += count } else if errno != EINTR { reason = lastReason() }
    }
    if reason == nil, fsync(descriptor) != 0, errno != EINVAL { reason = lastReason() }
    if close(descriptor) != 0, reason == nil { reason = lastReason() }
    return reason
  }

  private static func synchronizeFolder(of path: String) {
    let end = path.utf8.lastIndex(of: Ascii.slash)
    let folder = end.map { String(path[..<$0]) } ?? "."
    let descriptor = open(folder.isEmpty ? "/" : folder, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    _ = fsync(descriptor)
    _ = close(descriptor)
  }

  private static func realPath(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  private static func lastReason() -> String {
    String(cString: strerror(errno)).lowercased()
  }
}
