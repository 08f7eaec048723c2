import Crypto

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Files fetched into a directory by `curl`, checked, and only then given their names.
///
/// A program of its own, because linking a network library costs every start of ours 7 ms.
struct Download {
  let directory: String
  let mirrors: [String]
  let environment: [String: String]
  var program = "curl"

  /// Fetches files, each from the first server that has it.
  func fetch(
    _ files: [MNIST.File], progress: (Double, Int) -> Void, isCancelled: () -> Bool
  ) throws {
    let total = files.reduce(0) { $0 + $1.compressedSize }
    var done = 0
    for file in files {
      try fetch(file) { bytes in
        let sum = done + bytes
        progress(total == 0 ? 1 : min(1, Double(sum) / Double(total)), sum)
      } isCancelled: {
        isCancelled()
      }
      done += file.compressedSize
    }
    progress(1, done)
  }

  private func fetch(
    _ file: MNIST.File, progress: (Int) -> Void, isCancelled: () -> Bool
  ) throws {
    let target = "\(directory)/\(file.compressedName)"
    let partial = "\(target).\(getpid()).partial"
    defer { Files.remove(partial) }
    var failure: (any Error)?
    for mirror in mirrors {
      do {
        try run(url: mirror + file.compressedName, into: partial, progress, isCancelled)
        try check(partial, file)
        return try Files.move(partial, to: target)
      } catch DatasetError.cancelled {
        throw DatasetError.cancelled
      } catch DatasetError.noDownloader(let directory) {
        throw DatasetError.noDownloader(directory: directory)
      } catch {
        failure = failure ?? error
      }
    }
    throw failure
      ?? DatasetError.downloadFailed(
        file: file.compressedName, reason: "no server is known", directory: directory)
  }

  /// Compares what is inside a fetched file with what it should be.
  private func check(_ path: String, _ file: MNIST.File) throws {
    var bytes = try Files.read(path)
    if Gzip.isCompressed(bytes) {
      bytes = try Gzip.inflate(bytes, name: file.compressedName, limit: file.size)
    }
    let digits = Array("0123456789abcdef")
    let found = String(
      SHA256.hash(data: bytes).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    guard found == file.checksum else {
      throw DatasetError.wrongChecksum(
        file: file.compressedName, expected: file.checksum, found: found)
    }
  }

  /// Runs curl until it is done, or kills it when cancelled.
  private func run(
    url: String, into path: String, _ progress: (Int) -> Void, _ isCancelled: () -> Bool
  ) throws {
    if isCancelled() { throw DatasetError.cancelled }
    let notes = path + ".notes"
    defer { Files.remove(notes) }
    let child = try Child(
      program: program,
      arguments: [
        // Nothing of the user's own settings; a redirect stays encrypted.
        "--disable", "--fail", "--silent", "--show-error", "--location", "--proto-redir", "=https",
        "--connect-timeout", "20", "--speed-limit", "100", "--speed-time", "60",
        "--output", path, url,
      ], environment: environment, notes: notes, directory: directory)
    while true {
      if let status = child.exitStatus() {
        if status == 0 { return progress(Files.size(path) ?? 0) }
        // A kill from outside and Ctrl-C look alike here; the caller knows which it was.
        if isCancelled() { throw DatasetError.cancelled }
        if status == 127 { throw DatasetError.noDownloader(directory: directory) }
        throw DatasetError.downloadFailed(
          file: url, reason: said(notes) ?? "curl gave \(status)", directory: directory)
      }
      if isCancelled() {
        child.stop()
        throw DatasetError.cancelled
      }
      progress(Files.size(path) ?? 0)
      usleep(20_000)
    }
  }

  /// The last line that curl wrote about its failure, without its own `curl: (6)`.
  private func said(_ notes: String) -> String? {
    guard let bytes = try? Files.read(notes, limit: 1 << 16) else { return nil }
    let line = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).last
    guard let line, line.hasPrefix("curl: ("), let end = line.firstIndex(of: ")") else {
      return line.map { String($0) }
    }
    let message = line[line.index(after: end)...].drop { $0 == " " }
    return message.prefix(1).lowercased() + message.dropFirst()
  }
}
