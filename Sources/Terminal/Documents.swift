public import Notebooks

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Reads the cell files that a command names; what is wrong with them is reported.
public struct Documents {
  private let console: Console

  /// Reports on a console.
  public init(_ console: Console) { self.console = console }

  /// The file at a path, or standard input for `-`; nil if it cannot be read or is no cell file.
  public func open(_ path: String) -> CellFile? {
    if path == "-" {
      guard let bytes = standardInput() else { return nil }
      return checked("standard input") { try CellFile(bytes, name: "standard input") }
    }
    return store(path)?.file
  }

  /// The file at a path with the place it was read from.
  public func store(_ path: String) -> StoredCellFile? {
    checked(path) { try StoredCellFile(path: path) }
  }

  /// The values for `-p name=value`; nil if one of them is none.
  public func overrides(_ texts: [String]) -> [ParameterOverride]? {
    do {
      return try texts.map { try ParameterOverride($0) }
    } catch {
      console.report(error: "\(error)")
      return nil
    }
  }

  private func checked<File>(_ name: String, _ read: () throws -> File) -> File? {
    do {
      let file = try read()
      let warnings = ((file as? StoredCellFile)?.file ?? file as? CellFile)?.warnings ?? []
      for warning in warnings { console.report(warning: "\(name), \(warning)") }
      return file
    } catch let error as CellFileError {
      console.report(error: "\(name), \(error)")
    } catch {
      console.report(error: "\(error)")
    }
    return nil
  }

  private func standardInput() -> [UInt8]? {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while bytes.count <= CellFile.sizeLimit {
      let count = chunk.withUnsafeMutableBytes { read(STDIN_FILENO, $0.baseAddress, $0.count) }
      if count == 0 { break }
      if count < 0 {
        if errno == EINTR { continue }
        let reason = String(cString: strerror(errno)).lowercased()
        console.report(error: "cannot read standard input: \(reason)")
        return nil
      }
      bytes += chunk[..<count]
    }
    return bytes
  }
}
